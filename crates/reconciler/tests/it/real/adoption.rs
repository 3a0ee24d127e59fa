//! Connections that were there before us, and those that stay behind.

use std::time::Duration;

use cloud::DriverError;
use model::container::Network;
use model::peering::{Reason, State};
use model::{Cidr, PeeringId};
use testkit::FakeCall;

use super::{CHANGE, MEND, Real};
use crate::places::vpc;

async fn adopt(real: &Real, connection: &str) -> PeeringId {
    let adopted = real
        .bed
        .store
        .peering_adopt(real.bed.project, real.container, vpc(1, 1), connection, &real.bed.act())
        .await;
    adopted.expect("nothing is in the way").peering.id
}

fn block() -> Cidr {
    vpc(1, 1).route_block().expect("a block")
}

#[tokio::test]
async fn an_adopted_connection_is_managed_from_then_on_and_nothing_is_made_for_it() {
    let real = Real::new(MEND).await;
    let (connection, network) = real.fake.foreign(block());
    let id = adopt(&real, &connection).await;
    real.idle().await;
    assert_eq!(real.state(id).await, State::Active);
    assert_eq!(real.fake.changes(), ["adopt"]);
    assert_eq!(real.fake.networks(), [network.as_str()]);
    let near = real.bed.network(real.bed.project, real.container).await;
    assert!(matches!(near, Network::Ready(_)), "{near:?}");
    real.fake.lose_route(id);
    real.period().await;
    assert_eq!((real.state(id).await, real.trouble(id).await), (State::Active, None), "it was mended");
    real.bed.unpeer(real.bed.project, id).await;
    real.idle().await;
    assert!(real.fake.connections().is_empty());
    assert_eq!(real.fake.networks(), [network.as_str()], "it was there before us");
}

#[tokio::test]
async fn a_released_connection_stands_on_and_so_does_its_network() {
    let real = Real::new(CHANGE).await;
    let id = real.active().await;
    let (changes, standing) = (real.fake.changes(), real.fake.connections());
    real.bed.store.peering_release(real.bed.project, id, &real.bed.act()).await.expect("released");
    real.period().await;
    assert_eq!((real.fake.changes(), real.fake.connections()), (changes, standing));
    assert_eq!(real.bed.network(real.bed.project, real.container).await, Network::Absent, "it is not ours");
    assert_eq!(real.fake.networks().len(), 1);
}

#[tokio::test]
async fn a_network_that_was_let_go_is_used_again_and_left_and_one_made_in_its_place_is_ours() {
    let real = Real::new(CHANGE).await;
    let (connection, network) = real.fake.foreign(block());
    let id = adopt(&real, &connection).await;
    real.idle().await;
    real.bed.store.peering_release(real.bed.project, id, &real.bed.act()).await.expect("released");
    real.idle().await;
    let again = real.peer().await;
    real.bed.unpeer(real.bed.project, again).await;
    real.idle().await;
    assert_eq!(real.fake.networks(), [network.as_str()], "it was there before us");
    assert!(!real.fake.changes().iter().any(|change| change.contains("network")));

    real.fake.lose_network(real.container);
    let ours = real.peer().await;
    assert_eq!(real.fake.networks().len(), 1, "made anew");
    real.bed.unpeer(real.bed.project, ours).await;
    real.idle().await;
    assert!(real.fake.networks().is_empty(), "nobody else uses it");
}

#[tokio::test]
async fn what_is_not_there_can_not_be_adopted_and_nothing_is_made_in_its_place() {
    let real = Real::new(CHANGE).await;
    let id = adopt(&real, "pcx-gone").await;
    real.idle().await;
    assert_eq!(real.state(id).await, State::Failed(Reason::Invalid));
    assert!(real.fake.changes().is_empty());
    assert!(real.get(id).await.1.says.expect("words").contains("pcx-gone"));
    real.bed.unpeer(real.bed.project, id).await;
    real.idle().await;
    assert!(real.bed.peering(real.bed.project, id).await.is_none());
}

#[tokio::test]
async fn an_adoption_whose_answer_is_lost_is_gone_on_with() {
    let real = Real::new(CHANGE).await;
    let (connection, _) = real.fake.foreign(block());
    real.fake.fail(FakeCall::Adopt, DriverError::Transient("no answer".into()));
    let id = adopt(&real, &connection).await;
    real.idle().await;
    assert_eq!(real.state(id).await, State::Requested);
    real.bed.sleep(Duration::from_secs(61));
    real.idle().await;
    assert_eq!(real.state(id).await, State::Active);
    assert_eq!(real.fake.connections(), [connection]);
}
