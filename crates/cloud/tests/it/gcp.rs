//! The driver of Google Cloud, against the program of `conformance/gcp-fake`, which holds every
//! request against Google's own discovery document.

mod bed;
mod fake;
mod identity;
mod kills;
mod networks;
mod peerings;
mod surveys;

use bed::GcpBed;

use crate::suite;

#[tokio::test]
async fn google_cloud_passes_the_suite_of_the_trait() {
    let bed = GcpBed::start().await;
    suite::run(&bed).await;
    bed.fake.clean().await;
}
