//! Containers.

use std::time::Duration;

use model::container::{ContainerChange, DELETE_HOLD, Network, NetworkIds, Place};
use model::event::EventKind;
use model::{Provider, Refusal};
use store::{Error, Page};

use crate::support::{ALL, Home, act, at, aws, cidr, on_every_engine, vpc};

async fn containers_are_what_was_made(home: &Home) {
    let places = [
        (aws("US_EAST_1"), "10.1.0.0/21"),
        (Place::Azure { region: "EUROPE_NORTH" }, "10.1.0.0/21"),
        (Place::Gcp { regions: vec!["US_EAST_4", "US_WEST_3"] }, "10.1.0.0/21"),
    ];
    for (place, block) in places {
        let made = home.store.container_create(home.project, place.clone(), Some(cidr(block)), &act(1)).await;
        let made = made.expect("made");
        assert_eq!((&made.place, &made.network, made.created_at), (&place, &Network::Absent, at(1)));
        assert_eq!(home.store.container_get(home.project, made.id).await.expect("read"), Some(made));
    }
    // Nothing is to be done for them yet, and no kind of event tells of them.
    assert!(home.claim_containers(100, 100).await.is_empty());
    assert_eq!(home.kinds().await, [EventKind::GroupCreated]);
}

async fn one_container_a_region_and_no_overlap_at_one_provider(home: &Home) {
    let create = async |place: Place, block: &str| {
        home.store.container_create(home.project, place, Some(cidr(block)), &act(1)).await
    };
    create(aws("US_EAST_1"), "10.1.0.0/21").await.expect("the first");
    let again = create(aws("US_EAST_1"), "10.2.0.0/21").await;
    assert!(
        matches!(again, Err(Error::Refused(Refusal::ContainerExists { project })) if project == home.project)
    );
    let overlap = create(aws("US_WEST_2"), "10.1.4.0/24").await;
    assert!(matches!(overlap, Err(Error::Refused(Refusal::OverlapsContainer { .. }))));
    let public = create(aws("US_WEST_2"), "8.8.8.0/24").await;
    assert!(matches!(public, Err(Error::Refused(Refusal::BlockNotPrivate { .. }))));
    create(Place::Azure { region: "US_EAST" }, "10.1.0.0/21").await.expect("another provider");
    assert_eq!(home.store.container_list(home.project, None, ALL).await.expect("listed").total, 2);
}

async fn blocks_are_assigned_by_provider_and_used_again(home: &Home) {
    let create = async |place: Place| home.store.container_create(home.project, place, None, &act(0)).await;
    let first = create(aws("US_EAST_1")).await.expect("made");
    let second = create(aws("US_WEST_2")).await.expect("made");
    let azure = create(Place::Azure { region: "US_EAST" }).await.expect("made");
    assert_eq!(
        [first.block, second.block, azure.block].map(|block| block.to_string()),
        ["192.168.248.0/21", "192.168.240.0/21", "192.168.248.0/21"]
    );
    home.store.container_delete(home.project, first.id, Duration::ZERO, &act(1)).await.expect("unused");
    assert_eq!(create(aws("EU_WEST_1")).await.expect("made").block, first.block);
    let wide = home.add_project("wide").await;
    let all =
        home.store.container_create(wide, aws("US_EAST_1"), Some(cidr("192.168.0.0/21")), &act(0)).await;
    all.expect("made");
    home.sql("UPDATE container SET block = '192.168.0.0/16' WHERE block = '192.168.0.0/21'");
    let none = home.store.container_create(wide, aws("US_WEST_2"), None, &act(0)).await;
    assert!(matches!(none, Err(Error::Refused(Refusal::NoCapacity { provider: Provider::Aws, .. }))));
}

async fn lists_are_by_age_and_by_provider_and_in_pages(home: &Home) {
    let regions = ["US_EAST_1", "US_WEST_2", "EU_WEST_1"];
    for region in regions {
        home.store.container_create(home.project, aws(region), None, &act(0)).await.expect("made");
    }
    home.store
        .container_create(home.project, Place::Azure { region: "US_EAST" }, None, &act(0))
        .await
        .expect("made");
    let slots = async |provider, page| {
        let list = home.store.container_list(home.project, provider, page).await.expect("listed");
        (list.items.into_iter().map(|container| container.place.slot()).collect::<Vec<_>>(), list.total)
    };
    assert_eq!(slots(Some(Provider::Aws), ALL).await, (regions.to_vec(), 3));
    assert_eq!(slots(Some(Provider::Aws), Page { number: 2, size: 2 }).await, (vec!["EU_WEST_1"], 3));
    assert_eq!(slots(None, Page { number: 2, size: 3 }).await, (vec!["US_EAST"], 4));
    assert_eq!(slots(Some(Provider::Gcp), ALL).await, (Vec::new(), 0));
    let other = home.add_project("other").await;
    assert_eq!(home.store.container_list(other, None, ALL).await.expect("listed").total, 0);
}

async fn a_container_of_another_project_does_not_exist_here(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let other = home.add_project("other").await;
    assert_eq!(home.store.container_get(other, container.id).await.expect("read"), None);
    let not_found = |answer: store::Result<()>| {
        assert!(matches!(answer, Err(Error::Refused(Refusal::ContainerNotFound { .. }))), "{answer:?}");
    };
    not_found(home.store.container_delete(other, container.id, Duration::ZERO, &act(1)).await);
    let change = ContainerChange { block: Some(cidr("10.9.0.0/21")), place: None };
    not_found(home.store.container_change(other, container.id, &change, &act(1)).await.map(|_| ()));
    not_found(home.store.peering_create(other, container.id, vpc(1), &act(1)).await.map(|_| ()));
    assert_eq!(home.store.container_get(home.project, container.id).await.expect("read"), Some(container));
}

async fn an_unused_container_can_change_and_a_used_one_can_not(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let change = ContainerChange { block: Some(cidr("10.9.0.0/21")), place: Some(aws("US_WEST_2")) };
    let changed =
        home.store.container_change(home.project, container.id, &change, &act(1)).await.expect("unused");
    assert_eq!((changed.block, &changed.place), (cidr("10.9.0.0/21"), &aws("US_WEST_2")));
    assert_eq!(
        home.store.container_get(home.project, container.id).await.expect("read"),
        Some(changed.clone())
    );
    home.store.container_change(home.project, container.id, &change, &act(2)).await.expect("the same again");
    assert_eq!(home.kinds().await, [EventKind::ContainerSubnetsUpdateRequested, EventKind::GroupCreated]);

    home.add_peering(&changed, vpc(1)).await;
    let other = ContainerChange { block: Some(cidr("10.10.0.0/21")), place: None };
    let refused = home.store.container_change(home.project, container.id, &other, &act(3)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::ContainerInUse))));
    home.store.container_change(home.project, container.id, &change, &act(4)).await.expect("its own values");
}

async fn a_changed_container_may_not_collide_with_another(home: &Home) {
    let first = home.add_container(aws("US_EAST_1")).await;
    let second =
        home.store.container_create(home.project, aws("US_WEST_2"), Some(cidr("10.1.0.0/21")), &act(0)).await;
    let second = second.expect("made");
    let overlap = ContainerChange { block: Some(first.block), place: None };
    let refused = home.store.container_change(home.project, second.id, &overlap, &act(1)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::OverlapsContainer { .. }))));
    let moved = ContainerChange { block: None, place: Some(aws("US_EAST_1")) };
    let refused = home.store.container_change(home.project, second.id, &moved, &act(1)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::ContainerExists { .. }))));
}

async fn a_new_container_is_held_and_a_used_one_is_kept(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let delete = async |hold, seconds| {
        home.store.container_delete(home.project, container.id, hold, &act(seconds)).await
    };
    let held = delete(DELETE_HOLD, 0).await;
    assert!(matches!(held, Err(Error::Refused(Refusal::ContainerTooNew { until })) if until == at(1)));
    home.add_peering(&container, vpc(1)).await;
    assert!(matches!(delete(Duration::ZERO, 5).await, Err(Error::Refused(Refusal::ContainerInUse))));
    home.sql("DELETE FROM peering; UPDATE container SET network = 'making'");
    assert!(matches!(delete(Duration::ZERO, 5).await, Err(Error::Refused(Refusal::ContainerInUse))));
    home.sql("UPDATE container SET network = 'absent'");
    delete(DELETE_HOLD, 1).await.expect("unused and old enough");
    assert_eq!(home.store.container_get(home.project, container.id).await.expect("read"), None);
    assert!(matches!(delete(DELETE_HOLD, 2).await, Err(Error::Refused(Refusal::ContainerNotFound { .. }))));
    assert_eq!(home.kinds().await[0], EventKind::ContainerDeleted);
}

async fn networks_keep_their_names(home: &Home) {
    let aws = home.add_container(aws("US_EAST_1")).await;
    let gcp = home.add_container(Place::Gcp { regions: Vec::new() }).await;
    home.sql("UPDATE container SET network = 'aws', network_name = 'vpc-1' WHERE provider = 'AWS'");
    home.sql("UPDATE container SET network = 'gcp', network_name = 'nt', network_project = 'p-1' WHERE provider = 'GCP'");
    let network =
        async |id| home.store.container_get(home.project, id).await.expect("read").expect("exists").network;
    assert_eq!(network(aws.id).await, Network::Ready(NetworkIds::Aws { vpc_id: "vpc-1".into() }));
    let ids = NetworkIds::Gcp { project_id: "p-1".into(), network_name: "nt".into() };
    assert_eq!(network(gcp.id).await, Network::Ready(ids));
}

async fn a_row_that_makes_no_sense_is_named_and_left_out_of_lists(home: &Home) {
    let good = home.add_container(aws("US_EAST_1")).await;
    let bad = home.store.container_create(home.project, aws("US_WEST_2"), None, &act(0)).await.expect("made");
    home.sql("UPDATE container SET slot = 'ATLANTIS_1' WHERE slot = 'US_WEST_2'");
    let list = home.store.container_list(home.project, None, ALL).await.expect("listed");
    assert_eq!(list.items, [good]);
    match home.store.container_get(home.project, bad.id).await {
        Err(Error::Inconsistent { table, column, id }) => {
            assert_eq!((table, column.as_str(), id), ("container", "slot", bad.id.to_string()));
        }
        other => panic!("{other:?}"),
    }
}

on_every_engine![
    containers_are_what_was_made,
    one_container_a_region_and_no_overlap_at_one_provider,
    blocks_are_assigned_by_provider_and_used_again,
    lists_are_by_age_and_by_provider_and_in_pages,
    a_container_of_another_project_does_not_exist_here,
    an_unused_container_can_change_and_a_used_one_can_not,
    a_changed_container_may_not_collide_with_another,
    a_new_container_is_held_and_a_used_one_is_kept,
    networks_keep_their_names,
    a_row_that_makes_no_sense_is_named_and_left_out_of_lists,
];
