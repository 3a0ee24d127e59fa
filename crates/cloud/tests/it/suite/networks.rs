//! Near networks.

use model::container::machine::{NetworkAction, NetworkSeen};
use model::peering::machine::Connection;

use super::{Bed, FarAct, Hand, There};

pub async fn nothing_is_there_before_it_is_asked_for(bed: &dyn Bed) {
    let mut hand = Hand::new(bed).await;
    assert_eq!(hand.see_network().await, NetworkSeen::Absent);
    let seen = hand.see().await;
    assert_eq!((seen.connection, seen.connection_id), (Connection::Absent, None));
    assert!(!seen.near_network);
    assert_eq!(hand.there().await, There::default());
}

pub async fn a_network_is_made_once_however_often_it_is_asked_for(bed: &dyn Bed) {
    let mut hand = Hand::new(bed).await;
    for _ in 0..3 {
        hand.apply_network(NetworkAction::Make).await.expect("taken");
    }
    hand.until_network().await;
    let first = hand.see_network().await;
    hand.apply_network(NetworkAction::Make).await.expect("taken");
    assert_eq!(hand.see_network().await, first);
    assert_eq!(hand.there().await.networks, 1);
    assert!(hand.see().await.near_network);
}

pub async fn a_new_process_finds_the_network_of_an_old_one(bed: &dyn Bed) {
    let mut hand = Hand::ready(bed).await;
    let first = hand.see_network().await;
    hand.restart();
    hand.job.container.network = model::container::Network::Making;
    assert_eq!(hand.see_network().await, first);
    hand.apply_network(NetworkAction::Make).await.expect("taken");
    assert_eq!(hand.see_network().await, first);
    assert_eq!(hand.there().await.networks, 1);
}

pub async fn a_network_that_was_removed_can_be_made_anew(bed: &dyn Bed) {
    let mut hand = Hand::ready(bed).await;
    hand.remove_network().await;
    assert_eq!(hand.there().await, There::default());
    hand.make_network().await;
    assert_eq!(hand.there().await.networks, 1);
}

pub async fn a_removal_of_a_network_may_be_repeated(bed: &dyn Bed) {
    let mut hand = Hand::new(bed).await;
    hand.apply_network(NetworkAction::Remove).await.expect("nothing to remove is no error");
    hand.make_network().await;
    for _ in 0..3 {
        hand.apply_network(NetworkAction::Remove).await.expect("taken");
    }
    hand.until_no_network().await;
    assert_eq!(hand.there().await, There::default());
}

pub async fn a_network_that_somebody_took_away_is_seen_to_be_gone(bed: &dyn Bed) {
    let mut hand = Hand::ready(bed).await;
    bed.act(&hand.job, FarAct::LoseNetwork).await;
    assert_eq!(hand.see_network().await, NetworkSeen::Absent);
    hand.make_network().await;
    assert_eq!(hand.there().await.networks, 1);
}
