//! Routes through a connection.

use model::peering::machine::{Action, Connection};

use super::{Bed, FarAct, Hand};

pub async fn routes_are_made_once_however_often_they_are_asked_for(bed: &dyn Bed) {
    let mut hand = Hand::complete(bed).await;
    for _ in 0..3 {
        hand.do_it(Action::Route).await;
    }
    assert_eq!(hand.see().await.connection, Connection::Routed);
    let block = hand.job.peering.spec.route_block().expect("a block");
    assert_eq!(hand.there().await.routes, [block]);
}

pub async fn a_changed_block_replaces_the_routes_of_the_old_one(bed: &dyn Bed) {
    let mut hand = Hand::complete(bed).await;
    let old = hand.job.peering.spec.route_block();
    hand.job = bed.rerouted(&hand.job);
    let new = hand.job.peering.spec.route_block().expect("a block");
    assert_ne!(old, Some(new));
    assert_eq!(hand.see().await.connection, Connection::Accepted);
    hand.do_it(Action::Route).await;
    hand.until(Connection::Routed).await;
    assert_eq!(hand.there().await.routes, [new]);
}

pub async fn a_route_that_somebody_took_away_is_seen_and_made_again(bed: &dyn Bed) {
    let mut hand = Hand::complete(bed).await;
    bed.act(&hand.job, FarAct::LoseRoutes).await;
    assert_eq!(hand.see().await.connection, Connection::Accepted);
    hand.route().await;
    assert_eq!(hand.there().await.routes.len(), 1);
}
