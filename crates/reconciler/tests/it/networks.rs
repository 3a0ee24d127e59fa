//! How the near network of a container follows its peerings.

use std::time::Duration;

use model::Refusal;
use model::container::Network;
use model::peering::State;
use model::provider::Provider;
use model::world::{Acceptance, Latency};

use crate::bed::Bed;
use crate::places::{far_network, place, vpc};

#[tokio::test]
async fn a_network_is_made_for_the_first_peering_and_goes_with_the_last() {
    for provider in Provider::ALL {
        let mut bed = Bed::new().await;
        let container = bed.container(bed.project, place(provider)).await;
        bed.settle().await;
        assert_eq!(bed.network(bed.project, container.id).await, Network::Absent, "no peering, no network");
        let first = bed.peer(bed.project, container.id, far_network(provider, 1)).await;
        let second = bed.peer(bed.project, container.id, far_network(provider, 2)).await;
        bed.settle().await;
        let Network::Ready(ids) = bed.network(bed.project, container.id).await else {
            panic!("{provider}: a peering has a network")
        };
        assert_eq!(bed.networked(container.id).await.map(|network| network.ids()), Some(ids.clone()));
        bed.unpeer(bed.project, first).await;
        bed.settle().await;
        assert_eq!(bed.network(bed.project, container.id).await, Network::Ready(ids), "one peering is left");
        bed.unpeer(bed.project, second).await;
        bed.settle().await;
        assert_eq!(bed.network(bed.project, container.id).await, Network::Absent);
        assert_eq!(bed.networked(container.id).await, None);
        bed.try_uncontain(bed.project, container.id).await.expect("nothing is left in it");
    }
}

#[tokio::test]
async fn a_network_that_is_made_again_has_another_name() {
    let mut bed = Bed::new().await;
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let mut names = Vec::new();
    for _ in 0..3 {
        let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
        bed.settle().await;
        names.push(bed.network(bed.project, container.id).await);
        bed.unpeer(bed.project, id).await;
        bed.settle().await;
    }
    assert!(names.iter().all(|network| network.ids().is_some()));
    assert!(names[0] != names[1] && names[1] != names[2] && names[0] != names[2]);
}

#[tokio::test]
async fn a_peering_that_comes_while_the_network_goes_waits_for_the_next_one() {
    let mut bed = Bed::new().await;
    bed.latency(bed.project, Latency::Lifelike).await;
    bed.acceptance(bed.project, Acceptance::Automatic).await;
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
    bed.settle().await;
    let first = bed.network(bed.project, container.id).await;
    bed.unpeer(bed.project, id).await;
    while bed.network(bed.project, container.id).await != Network::Removing {
        bed.idle().await;
        bed.sleep(Duration::from_secs(1));
    }
    let next = bed.peer(bed.project, container.id, vpc(2, 2)).await;
    bed.idle().await;
    assert_eq!(bed.network(bed.project, container.id).await, Network::Removing, "it goes to its end");
    assert_eq!(bed.state(bed.project, next).await, Some(State::Requested));
    bed.settle().await;
    let second = bed.network(bed.project, container.id).await;
    assert!(second.ids().is_some() && second != first);
    assert_eq!(bed.state(bed.project, next).await, Some(State::Active));
}

#[tokio::test]
async fn a_container_can_be_deleted_only_when_its_network_is_gone() {
    let mut bed = Bed::new().await;
    bed.latency(bed.project, Latency::Lifelike).await;
    let container = bed.container(bed.project, place(Provider::Gcp)).await;
    let id = bed.peer(bed.project, container.id, far_network(Provider::Gcp, 1)).await;
    bed.settle().await;
    bed.unpeer(bed.project, id).await;
    while bed.state(bed.project, id).await.is_some() {
        assert_eq!(bed.try_uncontain(bed.project, container.id).await, Err(Refusal::ContainerInUse));
        bed.idle().await;
        bed.sleep(Duration::from_secs(1));
    }
    assert_eq!(bed.try_uncontain(bed.project, container.id).await, Err(Refusal::ContainerInUse));
    bed.settle().await;
    bed.try_uncontain(bed.project, container.id).await.expect("its network is gone");
}

#[tokio::test]
async fn a_deleted_project_takes_its_networks_with_it() {
    let mut bed = Bed::new().await;
    bed.latency(bed.project, Latency::Lifelike).await;
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
    bed.settle().await;
    bed.unpeer(bed.project, id).await;
    while bed.state(bed.project, id).await.is_some() {
        bed.idle().await;
        bed.sleep(Duration::from_secs(1));
    }
    assert!(bed.networked(container.id).await.is_some(), "the network outlives its last peering a little");
    bed.store.project_delete(bed.project, &bed.act()).await.expect("no peering is left");
    assert_eq!(bed.store.project_get(bed.project).await.expect("readable"), None);
    bed.settle().await;
    assert_eq!(bed.networked(container.id).await, None);
    assert_eq!(bed.next_due().await, None, "no row is left behind");
}
