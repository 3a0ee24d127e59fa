//! What only Google's peerings do.

use cloud::DriverError;
use model::peering::Reason;
use model::peering::machine::{Action, Connection};
use serde_json::json;

use super::bed::{BLOCK, GcpBed, MARK, far_of, near_name};
use super::fake::NEAR;
use crate::fixture;
use crate::suite::{Bed as _, FarAct, FarNetwork, Hand};

/// From now on operations last until they are settled.
async fn slow(bed: &GcpBed) {
    bed.fake.hand("settings", json!({ "opTicks": 5000 })).await;
}

async fn settle(bed: &GcpBed) {
    bed.fake.hand("settle", json!({})).await;
    bed.fake.hand("settings", json!({ "opTicks": 1 })).await;
}

#[tokio::test]
async fn a_slow_request_is_seen_on_its_way_and_a_second_one_waits_for_its_turn() {
    let bed = GcpBed::start().await;
    let mut one = Hand::ready(&bed).await;
    let two = Hand::of(&bed, bed.beside(&one.job).await);
    slow(&bed).await;
    one.do_it(Action::Request).await;
    // Another process finds the operation again.
    one.restart();
    assert_eq!(one.see().await.connection, Connection::Requesting);
    one.do_it(Action::Request).await;
    let told = two.apply(Action::Request).await;
    assert!(matches!(told, Err(DriverError::Throttled(_))), "{told:?}");
    // What is not wanted any more waits for it, too.
    let mut unwanted = Hand::of(&bed, one.job.clone());
    unwanted.unwant();
    assert_eq!(unwanted.see().await.connection, Connection::Requesting);
    assert!(matches!(unwanted.apply(Action::Remove).await, Err(DriverError::Throttled(_))));
    settle(&bed).await;
    assert_eq!(one.see().await.connection, Connection::Pending);
    assert_eq!(one.there().await.connections, 1);
    two.do_it(Action::Request).await;
    assert_eq!(two.there().await.connections, 1);
    bed.fake.clean().await;
}

#[tokio::test]
async fn a_slow_removal_is_seen_on_its_way() {
    let bed = GcpBed::start().await;
    let mut hand = Hand::complete(&bed).await;
    slow(&bed).await;
    hand.unwant();
    hand.do_it(Action::Remove).await;
    hand.restart();
    assert_eq!(hand.see().await.connection, Connection::Deleting);
    settle(&bed).await;
    assert_eq!(hand.see().await.connection, Connection::Absent);
    bed.fake.clean().await;
}

#[tokio::test]
async fn a_request_that_fails_after_nobody_waits_any_more_is_told_in_googles_words() {
    let bed = GcpBed::start().await;
    let mut hand = Hand::with(&bed, FarNetwork::Overlapping).await;
    hand.make_network().await;
    slow(&bed).await;
    hand.do_it(Action::Request).await;
    settle(&bed).await;
    hand.restart();
    let seen = hand.see().await;
    assert_eq!(seen.connection, Connection::Overlap);
    let says = seen.says.expect("words");
    assert!(says.contains("10.8.4.0/24") && says.contains("other addresses"), "{says}");
    // Once it is not wanted, there is nothing to take down.
    hand.unwant();
    assert_eq!(hand.see().await.connection, Connection::Absent);
    bed.fake.clean().await;
}

#[tokio::test]
async fn a_waiting_half_tells_the_customer_what_to_do() {
    let bed = GcpBed::start().await;
    let mut hand = Hand::requested(&bed).await;
    let seen = hand.see().await;
    let says = seen.says.expect("words");
    let (_, far) = far_of(&hand.job);
    for part in ["Waiting for peer network", &format!("--network={far}"), &format!("--peer-project={NEAR}")] {
        assert!(says.contains(part), "{part}: {says}");
    }
    assert_eq!(seen.connection_id, Some(format!("{}/lb-{}-1", near_name(&hand.job), hand.job.peering.id)));
}

#[tokio::test]
async fn routes_that_are_exchanged_follow_the_account_and_are_mended() {
    let bed = GcpBed::start().await;
    let mut hand = Hand::complete(&bed).await;
    // The account is configured anew.
    let mut account = bed.account_of(MARK);
    (account.export_custom_routes, account.import_custom_routes) = (true, true);
    hand.driver = bed.driver_for(account);
    assert_eq!(hand.see().await.connection, Connection::Accepted);
    hand.do_it(Action::Route).await;
    assert_eq!(hand.see().await.connection, Connection::Routed);
    let half = bed.fake.near().await["networks"][near_name(&hand.job)]["peerings"][0].take();
    assert_eq!((&half["exportCustomRoutes"], &half["importCustomRoutes"]), (&json!(true), &json!(true)));
    // Somebody changes it by hand; the token of the same wish has been used by then.
    let by_hand =
        json!({ "project": NEAR, "network": near_name(&hand.job), "name": half["name"], "custom": false });
    bed.fake.hand("change", by_hand).await;
    assert_eq!(hand.see().await.connection, Connection::Accepted);
    hand.do_it(Action::Route).await;
    assert_eq!(hand.see().await.connection, Connection::Routed);
    bed.fake.clean().await;
}

#[tokio::test]
async fn a_half_that_went_before_its_request_was_seen_is_asked_for_anew() {
    let bed = GcpBed::start().await;
    let hand = Hand::ready(&bed).await;
    hand.do_it(Action::Request).await;
    let half = format!("lb-{}-1", hand.job.peering.id);
    bed.fake.hand("unpeer", json!({ "project": NEAR, "network": near_name(&hand.job), "name": half })).await;
    // Google answers a repeated request id with the operation that is over.
    hand.do_it(Action::Request).await;
    assert_eq!(hand.there().await.connections, 1);
    bed.fake.clean().await;
}

#[tokio::test]
async fn a_far_network_that_is_peered_by_hand_is_told_by_its_name() {
    let bed = GcpBed::start().await;
    let hand = Hand::ready(&bed).await;
    let (peer, _) = far_of(&hand.job);
    let half = json!({ "project": NEAR, "network": near_name(&hand.job), "name": "by-hand", "peer": peer });
    bed.fake.hand("peer", half).await;
    let told = hand.apply(Action::Request).await;
    let Err(DriverError::Rejected { reason: Reason::Invalid, says }) = told else { panic!("{told:?}") };
    assert!(says.contains("by-hand") && says.contains("adopt"), "{says}");
    bed.fake.clean().await;
}

#[tokio::test]
async fn a_connection_that_takes_consensus_goes_once_both_sides_have_asked() {
    let bed = GcpBed::start().await;
    let mut hand = Hand::new(&bed).await;
    let id = bed.foreign(&hand.job).await;
    let (network, half) = id.split_once('/').expect("two names");
    let (peer, far) = far_of(&hand.job);
    let ours = format!("projects/{NEAR}/global/networks/{network}");
    // Both halves anew, with the other strategy.
    bed.fake.hand("unpeer", json!({ "project": NEAR, "network": network, "name": half })).await;
    for (project, network, name, peer) in
        [(NEAR, network, half, &peer), (super::fake::FAR, far.as_str(), "theirs", &ours)]
    {
        let half = json!({ "project": project, "network": network, "name": name, "peer": peer, "strategy": "CONSENSUS" });
        bed.fake.hand("peer", half).await;
    }
    bed.account().adopt(&hand.job, &id).await.expect("adopted");
    hand.until_network().await;
    hand.until(Connection::Routed).await;
    hand.unwant();
    hand.do_it(Action::Remove).await;
    let seen = hand.see().await;
    assert_eq!(seen.connection, Connection::Deleting);
    assert!(seen.says.expect("words").contains("far side has not"));
    bed.fake
        .hand("request-removal", json!({ "project": super::fake::FAR, "network": far, "name": "theirs" }))
        .await;
    hand.remove().await;
    hand.remove_network().await;
    assert_eq!(hand.there().await, Default::default());
    bed.fake.clean().await;
}

#[tokio::test]
async fn an_adopted_network_keeps_what_is_not_the_containers() {
    let bed = GcpBed::start().await;
    let mut hand = Hand::new(&bed).await;
    let id = bed.foreign(&hand.job).await;
    let (network, _) = id.split_once('/').expect("two names");
    let more = json!({
        "project": NEAR, "network": network, "name": "more", "block": "10.200.0.0/24", "region": "us-east1",
    });
    bed.fake.hand("network", more).await;
    bed.account().adopt(&hand.job, &id).await.expect("adopted");
    hand.until_network().await;
    hand.unwant();
    hand.remove().await;
    let told = hand.apply_network(model::container::machine::NetworkAction::Remove).await;
    let Err(DriverError::Rejected { says, .. }) = told else { panic!("{told:?}") };
    assert!(says.contains("already being used by") && says.contains("more"), "{says}");
    let near = bed.fake.near().await;
    assert_eq!(near["subnetworks"].as_array().map(Vec::len), Some(1), "{near:#}");
    assert!(near["networks"][network].is_object());
}

#[tokio::test]
async fn a_far_half_that_comes_first_makes_ours_active_at_once() {
    let bed = GcpBed::start().await;
    let job = fixture::job(bed.job_in(&[], BLOCK, bed.far(None).await).container, bed.far(None).await);
    bed.act(&job, FarAct::Accept).await;
    let mut hand = Hand::of(&bed, job);
    hand.make_network().await;
    hand.do_it(Action::Request).await;
    assert_eq!(hand.see().await.connection, Connection::Routed);
    bed.fake.clean().await;
}
