//! Asking for a connection.

use model::peering::machine::{Action, Connection};

use super::{Bed, Hand};

pub async fn what_is_asked_for_is_seen(bed: &dyn Bed) {
    let mut hand = Hand::ready(bed).await;
    hand.do_it(Action::Request).await;
    let seen = hand.until(bed.after_request()).await;
    assert!(seen.near_network);
    assert_eq!(hand.there().await.connections, 1);
}

pub async fn a_request_makes_one_connection_however_often_it_is_repeated(bed: &dyn Bed) {
    let mut hand = Hand::ready(bed).await;
    for _ in 0..3 {
        hand.do_it(Action::Request).await;
    }
    let first = hand.until(bed.after_request()).await;
    hand.do_it(Action::Request).await;
    let second = hand.until(bed.after_request()).await;
    assert_eq!(first.connection_id, second.connection_id);
    assert_eq!(hand.there().await.connections, 1);
}

pub async fn a_request_by_a_new_process_finds_the_connection_of_the_old_one(bed: &dyn Bed) {
    let mut hand = Hand::ready(bed).await;
    hand.do_it(Action::Request).await;
    // The old process died before it wrote down what it saw.
    hand.restart();
    hand.do_it(Action::Request).await;
    hand.until(bed.after_request()).await;
    assert_eq!(hand.there().await.connections, 1);
}

pub async fn two_peerings_of_one_container_are_two_connections(bed: &dyn Bed) {
    let mut one = Hand::requested(bed).await;
    let mut two = Hand::of(bed, bed.beside(&one.job).await);
    assert_eq!(two.see().await.connection, Connection::Absent);
    two.request().await;
    one.establish().await;
    assert_eq!(two.see().await.connection, bed.after_request());
    two.establish().await;
    assert_eq!(one.see().await.connection, Connection::Routed);
}

pub async fn an_outdated_connection_is_told_and_goes_before_a_new_one_comes(bed: &dyn Bed) {
    let mut hand = Hand::requested(bed).await;
    let first = hand.job.peering.connection_id.take();
    let peering = &mut hand.job.peering;
    (peering.incarnation, peering.generation) = (peering.incarnation + 1, peering.generation + 1);
    assert_eq!(hand.see().await.connection, Connection::Outdated);
    hand.do_it(Action::Remove).await;
    hand.until(Connection::Absent).await;
    assert_eq!(hand.there().await.connections, 0);
    hand.request().await;
    assert_eq!(hand.there().await.connections, 1);
    assert_ne!(hand.job.peering.connection_id, first);
}
