//! What a crash left: an act that happened, and whose answer nobody has.

use cloud::DriverError;
use model::container::machine::NetworkAction;
use model::peering::machine::{Action, Connection};
use model::world::CloudCall;

use super::{Bed, FarAct, Fault, Hand, Need, There};

fn lost(result: Result<(), DriverError>) {
    assert!(matches!(result, Err(DriverError::Transient(_))), "{result:?}");
}

pub async fn a_network_whose_answer_was_lost_is_found(bed: &dyn Bed) {
    let mut hand = Hand::new(bed).await;
    bed.fault(CloudCall::MakeNetwork, Fault::LostAnswer).await;
    lost(hand.apply_network(NetworkAction::Make).await);
    hand.restart();
    hand.apply_network(NetworkAction::Make).await.expect("taken");
    hand.until_network().await;
    assert_eq!(hand.there().await.networks, 1);
}

pub async fn a_request_whose_answer_was_lost_is_found_and_not_doubled(bed: &dyn Bed) {
    let mut hand = Hand::ready(bed).await;
    bed.fault(CloudCall::Request, Fault::LostAnswer).await;
    lost(hand.apply(Action::Request).await);
    hand.restart();
    hand.until(bed.after_request()).await;
    hand.do_it(Action::Request).await;
    assert_eq!(hand.there().await.connections, 1);
    hand.establish().await;
}

pub async fn routes_whose_answer_was_lost_are_found(bed: &dyn Bed) {
    let mut hand = Hand::requested(bed).await;
    bed.act(&hand.job, FarAct::Accept).await;
    hand.until(Connection::Accepted).await;
    bed.fault(CloudCall::Route, Fault::LostAnswer).await;
    lost(hand.apply(Action::Route).await);
    hand.restart();
    hand.until(Connection::Routed).await;
    hand.do_it(Action::Route).await;
    assert_eq!(hand.there().await.routes.len(), 1);
}

pub async fn a_removal_whose_answer_was_lost_is_finished(bed: &dyn Bed) {
    let mut hand = Hand::complete(bed).await;
    hand.unwant();
    bed.fault(CloudCall::Remove, Fault::LostAnswer).await;
    lost(hand.apply(Action::Remove).await);
    hand.restart();
    hand.remove().await;
    let there = hand.there().await;
    assert_eq!((there.connections, there.routes), (0, Vec::new()));
}

pub async fn a_removal_of_a_network_whose_answer_was_lost_is_finished(bed: &dyn Bed) {
    let mut hand = Hand::ready(bed).await;
    bed.fault(CloudCall::RemoveNetwork, Fault::LostAnswer).await;
    lost(hand.apply_network(NetworkAction::Remove).await);
    hand.restart();
    hand.until_no_network().await;
    hand.apply_network(NetworkAction::Remove).await.expect("taken");
    assert_eq!(hand.there().await, There::default());
    if bed.lacks(Need::Account).is_none() {
        assert!(bed.account().marked().await.expect("told").is_empty());
    }
}
