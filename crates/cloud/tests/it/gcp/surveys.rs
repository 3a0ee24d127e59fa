//! What is told before anything is made.

use cloud::{CloudAccount as _, Obstacle, ObstacleKind, PeeringJob};
use model::peering::machine::Connection;
use serde_json::json;

use super::bed::{BLOCK, GcpBed, far_of, near_name};
use super::fake::NEAR;
use crate::fixture;
use crate::suite::{Bed as _, Hand};

async fn survey(bed: &GcpBed, job: &PeeringJob) -> Vec<Obstacle> {
    bed.fresh().survey(&job.container, &job.peering.spec).await.expect("told")
}

fn kinds(told: &[Obstacle]) -> Vec<ObstacleKind> {
    told.iter().map(|obstacle| obstacle.kind).collect()
}

#[tokio::test]
async fn a_survey_tells_a_region_that_google_does_not_have() {
    let bed = GcpBed::start().await;
    let job = bed.job_in(&["AFRICA_SOUTH_1"], "10.8.0.0/24", bed.far(None).await);
    let told = survey(&bed, &job).await;
    assert_eq!(kinds(&told), [ObstacleKind::Region]);
    assert!(told[0].what.contains("africa-south1"), "{told:?}");
    bed.fake.clean().await;
}

#[tokio::test]
async fn a_survey_tells_each_right_that_is_missing() {
    let bed = GcpBed::start().await;
    let job = bed.job_in(&[], BLOCK, bed.far(None).await);
    let missing = ["compute.networks.addPeering", "compute.subnetworks.create"];
    bed.fake.hand("deny", json!({ "project": NEAR, "permissions": missing })).await;
    let told = survey(&bed, &job).await;
    assert_eq!(kinds(&told), [ObstacleKind::Permission; 2]);
    for (obstacle, name) in told.iter().zip(missing) {
        assert!(obstacle.what.contains(name) && obstacle.mend.contains("role"), "{obstacle:?}");
    }
}

#[tokio::test]
async fn a_survey_of_a_far_network_that_we_may_not_see_is_silent_of_it() {
    let bed = GcpBed::start().await;
    let job = bed.job_in(&[], BLOCK, bed.far(Some("10.8.0.0/24")).await);
    bed.fake
        .hand("deny", json!({ "project": super::fake::FAR, "permissions": ["compute.networks.get"] }))
        .await;
    assert_eq!(survey(&bed, &job).await, []);
}

#[tokio::test]
async fn a_survey_tells_a_full_network_a_peering_that_exists_and_what_others_bring_in() {
    let bed = GcpBed::start().await;
    let mut hand = Hand::complete(&bed).await;
    hand.until(Connection::Routed).await;
    // The same far network again, and one with the addresses of the first in the container's region.
    let again = fixture::job(hand.job.container.clone(), hand.job.peering.spec.clone());
    let told = survey(&bed, &again).await;
    assert!(kinds(&told).contains(&ObstacleKind::Differs), "{told:#?}");
    let (_, far) = far_of(&hand.job);
    let more = json!({
        "project": super::fake::FAR, "network": far, "name": "more", "block": "10.50.0.0/24", "region": "us-central1",
    });
    bed.fake.hand("network", more).await;
    let rival = fixture::job(hand.job.container.clone(), bed.far(Some("10.50.0.0/16")).await);
    let told = survey(&bed, &rival).await;
    assert_eq!(kinds(&told), [ObstacleKind::Overlap]);
    assert!(told[0].what.contains("10.50.0.0/24") && told[0].what.contains("another peering"), "{told:?}");
    for n in 1..25 {
        let peer = format!("projects/{}/global/networks/filler-{n}", super::fake::FAR);
        let half = json!({ "project": NEAR, "network": near_name(&hand.job), "name": format!("f-{n}"), "peer": peer });
        bed.fake.hand("peer", half).await;
    }
    let other = fixture::job(hand.job.container.clone(), bed.far(None).await);
    assert_eq!(kinds(&survey(&bed, &other).await), [ObstacleKind::Quota]);
    bed.fake.clean().await;
}

#[tokio::test]
async fn what_is_found_differs_in_its_block_and_by_whose_it_is() {
    let bed = GcpBed::start().await;
    let hand = Hand::new(&bed).await;
    let id = bed.foreign(&hand.job).await;
    let find = async |job: &PeeringJob, id: &str| {
        bed.fresh().find(&job.container, &job.peering.spec, id).await.expect("told")
    };
    let elsewhere = bed.job_in(&[], "10.128.0.0/18", hand.job.peering.spec.clone());
    let told = find(&elsewhere, &id).await;
    assert_eq!(kinds(&told), [ObstacleKind::Differs]);
    assert!(told[0].what.contains(BLOCK), "{told:?}");
    // Other ways to write the same name.
    for written in [format!("{NEAR}/{id}"), format!("projects/{NEAR}/global/networks/{id}")] {
        assert_eq!(find(&hand.job, &written).await, [], "{written}");
    }
    // What another installation made is not ours to take.
    let stranger = json!({
        "project": NEAR, "network": "theirs", "block": BLOCK, "region": "us-central1",
        "description": "landbridge installation=ffeeddccbbaa998877665544 container=6a793f62c0eb9e7a1771502a",
    });
    bed.fake.hand("network", stranger).await;
    let (peer, _) = far_of(&hand.job);
    bed.fake.hand("peer", json!({ "project": NEAR, "network": "theirs", "name": "x", "peer": peer })).await;
    let told = find(&hand.job, "theirs/x").await;
    assert!(told.iter().any(|obstacle| obstacle.what.contains("another installation")), "{told:?}");
    bed.fake.clean().await;
}
