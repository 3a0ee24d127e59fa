//! Near networks in pieces.

use std::sync::Arc;

use cloud::gcp::GcpDriver;
use cloud::{CloudDriver as _, DriverError, NetworkJob, PeeringJob};
use model::container::Network;
use model::container::machine::{NetworkAction, NetworkSeen};
use serde_json::json;

use super::bed::{BLOCK, GcpBed, near_name};
use super::fake::NEAR;

fn network_job(job: &PeeringJob) -> NetworkJob {
    NetworkJob { container: job.container.clone(), world: job.world }
}

async fn seen(driver: &Arc<GcpDriver>, job: &PeeringJob) -> NetworkSeen {
    driver.observe_network(&network_job(job)).await.expect("told").network
}

async fn make(driver: &Arc<GcpDriver>, job: &PeeringJob) {
    driver.apply_network(&network_job(job), NetworkAction::Make).await.expect("taken");
}

#[tokio::test]
async fn a_small_container_has_addresses_in_each_of_its_regions() {
    let bed = GcpBed::start().await;
    let job = bed.job_in(&["US_EAST_4", "WESTERN_EUROPE"], "10.9.0.0/22", bed.far(None).await);
    let driver = bed.fresh();
    make(&driver, &job).await;
    assert!(matches!(seen(&driver, &job).await, NetworkSeen::Ready(_)));
    let name = near_name(&job);
    assert_eq!(
        bed.fake.near().await["subnetworks"],
        json!([
            format!("projects/{NEAR}/regions/europe-west1/subnetworks/{name} 10.9.1.0/24"),
            format!("projects/{NEAR}/regions/us-east4/subnetworks/{name} 10.9.0.0/24"),
        ])
    );
    driver.apply_network(&network_job(&job), NetworkAction::Remove).await.expect("taken");
    assert_eq!(seen(&driver, &job).await, NetworkSeen::Absent);
    assert_eq!(bed.fake.near().await["subnetworks"], json!(null));
    bed.fake.clean().await;
}

#[tokio::test]
async fn a_network_in_part_is_seen_so_and_made_whole_or_taken_down() {
    let bed = GcpBed::start().await;
    for whole in [true, false] {
        let job = bed.job_in(&["US_EAST_4", "EASTERN_US"], "10.9.0.0/22", bed.far(None).await);
        let driver = bed.fresh();
        // The second range of addresses is not made: the cloud breaks.
        let fault =
            json!({ "method": "compute.subnetworks.insert", "kind": "broken", "skip": 1, "times": 60 });
        bed.fake.hand("fault", json!({ "fault": fault })).await;
        let made = driver.apply_network(&network_job(&job), NetworkAction::Make).await;
        assert!(matches!(made, Err(DriverError::Transient(_))), "{made:?}");
        bed.fake.hand("mend", json!({})).await;
        let driver = bed.fresh();
        assert_eq!(seen(&driver, &job).await, NetworkSeen::Partial);
        if whole {
            make(&driver, &job).await;
            assert!(matches!(seen(&driver, &job).await, NetworkSeen::Ready(_)));
        } else {
            driver.apply_network(&network_job(&job), NetworkAction::Remove).await.expect("taken");
            assert_eq!(seen(&driver, &job).await, NetworkSeen::Absent);
        }
    }
    bed.fake.clean().await;
}

#[tokio::test]
async fn a_slow_network_is_seen_on_its_way_and_is_not_made_twice() {
    let bed = GcpBed::start().await;
    let mut job = bed.job_in(&[], BLOCK, bed.far(None).await);
    bed.fake.hand("settings", json!({ "opTicks": 5000 })).await;
    make(&bed.fresh(), &job).await;
    let driver = bed.fresh();
    assert_eq!(seen(&driver, &job).await, NetworkSeen::Making);
    make(&driver, &job).await;
    bed.fake.hand("settle", json!({})).await;
    assert_eq!(seen(&driver, &job).await, NetworkSeen::Partial);
    make(&driver, &job).await;
    assert_eq!(seen(&driver, &job).await, NetworkSeen::Making);
    bed.fake.hand("settle", json!({})).await;
    assert!(matches!(seen(&driver, &job).await, NetworkSeen::Ready(_)));
    // And down again: addresses first, then the network.
    let remove =
        async || driver.apply_network(&network_job(&job), NetworkAction::Remove).await.expect("taken");
    remove().await;
    bed.fake.hand("settle", json!({})).await;
    remove().await;
    job.container.network = Network::Removing;
    assert_eq!(seen(&driver, &job).await, NetworkSeen::Removing);
    bed.fake.hand("settle", json!({})).await;
    assert_eq!(seen(&driver, &job).await, NetworkSeen::Absent);
    bed.fake.clean().await;
}

#[tokio::test]
async fn a_network_that_is_not_ours_is_left_alone() {
    let bed = GcpBed::start().await;
    let job = bed.job_in(&[], BLOCK, bed.far(None).await);
    let theirs = json!({ "project": NEAR, "network": near_name(&job), "description": "somebody's" });
    bed.fake.hand("network", theirs).await;
    let driver = bed.fresh();
    for action in [NetworkAction::Make, NetworkAction::Remove] {
        let told = driver.apply_network(&network_job(&job), action).await;
        let Err(DriverError::Rejected { says, .. }) = told else { panic!("{told:?}") };
        assert!(says.contains("did not make"), "{says}");
    }
    assert!(bed.fake.near().await["networks"][near_name(&job)].is_object());
}

#[tokio::test]
async fn a_network_with_a_peering_of_somebody_else_is_not_taken_down() {
    let bed = GcpBed::start().await;
    let job = bed.job_in(&[], BLOCK, bed.far(None).await);
    let driver = bed.fresh();
    make(&driver, &job).await;
    let peer = format!("projects/{NEAR}/global/networks/other");
    let half = json!({ "project": NEAR, "network": near_name(&job), "name": "by-hand", "peer": peer });
    bed.fake.hand("peer", half.clone()).await;
    let told = driver.apply_network(&network_job(&job), NetworkAction::Remove).await;
    let Err(DriverError::Rejected { says, .. }) = told else { panic!("{told:?}") };
    assert!(says.contains("gcloud compute networks peerings delete by-hand"), "{says}");
    assert!(matches!(seen(&driver, &job).await, NetworkSeen::Ready(_)), "its addresses are there, too");
    bed.fake.hand("unpeer", half).await;
    driver.apply_network(&network_job(&job), NetworkAction::Remove).await.expect("taken");
    assert_eq!(seen(&driver, &job).await, NetworkSeen::Absent);
    bed.fake.clean().await;
}
