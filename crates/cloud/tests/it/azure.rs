//! Azure, played by the vendor's own generated fake server.

mod bed;
mod fake;
mod halves;
mod kills;

use crate::suite;

#[tokio::test]
async fn azure_passes_the_suite_of_the_trait() {
    suite::run(&bed::AzureBed::new().await).await;
}
