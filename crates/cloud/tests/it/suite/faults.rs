//! How calls go wrong, and what is told of it.

use std::time::Duration;

use cloud::DriverError;
use model::container::machine::{NetworkAction, NetworkSeen};
use model::peering::machine::{Action, Connection};
use model::world::CloudCall;

use super::{Bed, Fault, Hand, There};

fn denied<T: std::fmt::Debug>(result: Result<T, DriverError>) {
    match result {
        Err(DriverError::Denied(says)) => assert!(says.len() > 10, "in the cloud's own words: {says:?}"),
        other => panic!("{other:?}"),
    }
}

fn throttled<T: std::fmt::Debug>(result: Result<T, DriverError>) {
    match result {
        Err(DriverError::Throttled(pause)) => {
            assert!(pause > Duration::ZERO && pause < Duration::from_secs(600), "{pause:?}");
        }
        other => panic!("{other:?}"),
    }
}

fn transient<T: std::fmt::Debug>(result: Result<T, DriverError>) {
    assert!(matches!(&result, Err(DriverError::Transient(says)) if !says.is_empty()), "{result:?}");
}

pub async fn a_request_that_is_denied_says_so_and_leaves_no_trace(bed: &dyn Bed) {
    let mut hand = Hand::ready(bed).await;
    bed.fault(CloudCall::Request, Fault::Denied).await;
    denied(hand.apply(Action::Request).await);
    assert_eq!(hand.see().await.connection, Connection::Absent);
    assert_eq!(hand.there().await.connections, 0);
    bed.mend().await;
    hand.request().await;
}

pub async fn a_network_that_is_denied_says_so_and_leaves_no_trace(bed: &dyn Bed) {
    let mut hand = Hand::new(bed).await;
    bed.fault(CloudCall::MakeNetwork, Fault::Denied).await;
    denied(hand.apply_network(NetworkAction::Make).await);
    assert_eq!(hand.see_network().await, NetworkSeen::Absent);
    bed.mend().await;
    hand.make_network().await;
}

pub async fn a_look_that_is_denied_says_so(bed: &dyn Bed) {
    let mut hand = Hand::requested(bed).await;
    bed.fault(CloudCall::Observe, Fault::Denied).await;
    denied(hand.driver.observe(&hand.job).await);
    bed.mend().await;
    assert_eq!(hand.see().await.connection, bed.after_request());
}

pub async fn a_removal_that_is_denied_says_so_and_removes_nothing(bed: &dyn Bed) {
    let mut hand = Hand::complete(bed).await;
    hand.unwant();
    bed.fault(CloudCall::Remove, Fault::Denied).await;
    denied(hand.apply(Action::Remove).await);
    assert_eq!(hand.there().await.connections, 1);
    bed.mend().await;
    hand.remove().await;
}

pub async fn a_short_throttle_is_ridden_out(bed: &dyn Bed) {
    let mut hand = Hand::ready(bed).await;
    bed.fault(CloudCall::Request, Fault::ThrottledOnce).await;
    hand.request().await;
    assert_eq!(hand.there().await.connections, 1);
}

pub async fn a_long_throttle_is_told_with_a_pause(bed: &dyn Bed) {
    let mut hand = Hand::ready(bed).await;
    bed.fault(CloudCall::Request, Fault::Throttled).await;
    throttled(hand.apply(Action::Request).await);
    assert_eq!(hand.there().await.connections, 0);
    bed.mend().await;
    hand.request().await;
}

pub async fn a_look_that_is_throttled_is_told_with_a_pause(bed: &dyn Bed) {
    let mut hand = Hand::requested(bed).await;
    bed.fault(CloudCall::Observe, Fault::Throttled).await;
    throttled(hand.driver.observe(&hand.job).await);
    bed.mend().await;
    hand.see().await;
}

/// A limit is no failure of ours: it is told so that a person can raise it.
fn limited(result: Result<(), DriverError>) {
    match result {
        Err(DriverError::Rejected { says, .. }) => {
            let says = says.to_lowercase();
            assert!(says.contains("limit") || says.contains("quota"), "{says}");
        }
        other => panic!("{other:?}"),
    }
}

pub async fn a_quota_of_connections_is_told_in_the_clouds_words(bed: &dyn Bed) {
    let hand = Hand::ready(bed).await;
    bed.fault(CloudCall::Request, Fault::Quota).await;
    limited(hand.apply(Action::Request).await);
    assert_eq!(hand.there().await.connections, 0);
}

pub async fn a_quota_of_networks_is_told_in_the_clouds_words(bed: &dyn Bed) {
    let mut hand = Hand::new(bed).await;
    bed.fault(CloudCall::MakeNetwork, Fault::Quota).await;
    limited(hand.apply_network(NetworkAction::Make).await);
    assert_eq!(hand.there().await, There::default());
    bed.mend().await;
    hand.make_network().await;
}

pub async fn a_cloud_that_gives_no_answer_is_a_transient_failure(bed: &dyn Bed) {
    let mut hand = Hand::ready(bed).await;
    bed.fault(CloudCall::Request, Fault::Slow).await;
    // A bed may give out less patient drivers while there is no answer.
    hand.restart();
    transient(hand.apply(Action::Request).await);
    bed.mend().await;
    hand.restart();
    hand.request().await;
    assert_eq!(hand.there().await.connections, 1);
}

pub async fn a_cloud_that_fails_is_a_transient_failure(bed: &dyn Bed) {
    let mut hand = Hand::ready(bed).await;
    bed.fault(CloudCall::Request, Fault::Broken).await;
    transient(hand.apply(Action::Request).await);
    bed.mend().await;
    hand.request().await;
    assert_eq!(hand.there().await.connections, 1);
}

pub async fn what_is_on_a_later_page_is_found(bed: &dyn Bed) {
    let mut hand = Hand::complete(bed).await;
    bed.crowd(&hand.job).await;
    hand.restart();
    assert_eq!(hand.see().await.connection, Connection::Routed);
    assert!(matches!(hand.see_network().await, NetworkSeen::Ready(_)));
    assert!(bed.account().marked().await.expect("told").len() >= 2);
    hand.unwant();
    hand.remove().await;
    hand.remove_network().await;
    assert_eq!(hand.there().await, There::default());
}
