//! Peerings: what may be asked for.

use model::container::Place;
use model::event::{Act, EventKind};
use model::limits::{PEERINGS, PENDING_PEERINGS};
use model::peering::{Reason, SpecChange, State};
use model::{Provider, Refusal};
use store::{Error, Page};

use crate::support::{ALL, Home, act, at, aws, cidr, gcp, on_every_engine, vnet, vpc, vpc_at};

async fn a_peering_is_what_was_asked_for_and_due_with_its_container(home: &Home) {
    for (place, spec) in [
        (aws("US_EAST_1"), vpc(1)),
        (Place::Azure { region: "US_EAST" }, vnet("v")),
        (Place::Gcp { regions: Vec::new() }, gcp("n")),
    ] {
        let container = home.add_container(place.clone()).await;
        let made =
            home.store.peering_create(home.project, container.id, spec.clone(), &act(5)).await.expect("made");
        let peering = &made.peering;
        assert_eq!((&peering.spec, &made.place, peering.container), (&spec, &place, container.id));
        assert_eq!((peering.state, peering.wanted, peering.generation), (State::Requested, true, 1));
        assert_eq!((peering.created_at, peering.state_since, peering.incarnation), (at(5), at(5), 1));
        assert_eq!(home.store.peering_get(home.project, peering.id).await.expect("read"), Some(made.clone()));
        let claimed = home.claim_peerings(5, 0).await;
        assert_eq!(claimed.iter().map(|claimed| &claimed.peering).collect::<Vec<_>>(), [peering]);
        let containers = home.claim_containers(5, 0).await;
        assert_eq!(
            containers.iter().map(|claimed| (claimed.container.id, claimed.wanted)).collect::<Vec<_>>(),
            [(container.id, true)]
        );
    }
    let told = [
        EventKind::GcpPeerCreated,
        EventKind::AzurePeerCreated,
        EventKind::PeerCreated,
        EventKind::GroupCreated,
    ];
    assert_eq!(home.kinds().await, told);
    let events = home.store.event_list_of_project(home.project, ALL).await.expect("listed");
    assert_eq!(events.items[0].act, act(5));
    assert_eq!(events.items[3].act, Act::of_system(at(0)));
}

async fn making_a_peering_wakes_the_reconciler(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let act = act(1);
    let make = home.store.peering_create(home.project, container.id, vpc(1), &act);
    let (made, ()) = tokio::join!(make, home.store.wake().notified());
    made.expect("made");
}

async fn a_peering_needs_a_container_of_its_provider(home: &Home) {
    let container = home.add_container(Place::Azure { region: "US_EAST" }).await;
    let nowhere = home.store.mint().mint(at(0));
    for id in [container.id, nowhere] {
        let refused = home.store.peering_create(home.project, id, vpc(1), &act(1)).await;
        assert!(
            matches!(refused, Err(Error::Refused(Refusal::ContainerNotFound { id: named })) if named == id.to_string())
        );
    }
    assert_eq!(home.kinds().await, [EventKind::GroupCreated]);
    assert!(home.claim_containers(100, 0).await.is_empty());
}

async fn a_second_peering_with_one_network_or_block_is_refused(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let first = home.add_peering(&container, vpc_at(1, "10.1.0.0/16")).await.peering;
    let create = async |spec| home.store.peering_create(home.project, container.id, spec, &act(1)).await;
    let collides = async |spec| match create(spec).await {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    };
    assert!(matches!(collides(vpc_at(1, "10.2.0.0/16")).await, Refusal::PeeringExists { .. }));
    assert!(matches!(collides(vpc_at(2, "10.1.128.0/24")).await, Refusal::OverlapsPeering { .. }));
    assert!(matches!(collides(vpc_at(2, "10.0.0.0/8")).await, Refusal::OverlapsPeering { .. }));
    assert!(matches!(collides(vpc_at(2, "192.168.250.0/24")).await, Refusal::OverlapsContainer { .. }));
    assert!(matches!(collides(vpc_at(2, "11.0.0.0/16")).await, Refusal::RouteNotPrivate { .. }));
    // One that is being removed still stands in the way.
    home.store.peering_delete(home.project, first.id, &act(2)).await.expect("wanted till now");
    assert!(matches!(collides(vpc_at(1, "10.2.0.0/16")).await, Refusal::PeeringExists { .. }));
    assert!(matches!(collides(vpc_at(2, "10.1.0.0/16")).await, Refusal::OverlapsPeering { .. }));
    create(vpc_at(2, "10.2.0.0/16")).await.expect("beside it");
    // Another project is another world.
    let other = home.add_project("other").await;
    let there = home.store.container_create(other, aws("US_EAST_1"), None, &act(1)).await.expect("made");
    home.store
        .peering_create(other, there.id, vpc_at(1, "10.1.0.0/16"), &act(1))
        .await
        .expect("no rival here");
}

async fn a_project_has_so_many_peerings_and_so_many_pending(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let create = async |nth: u32| {
        let nth = u8::try_from(nth).expect("small");
        home.store.peering_create(home.project, container.id, vpc(nth), &act(1)).await
    };
    let too_many = |answer, max| {
        assert!(matches!(answer, Err(Error::Refused(Refusal::TooManyPeerings { max: said })) if said == max));
    };
    for nth in 0..PENDING_PEERINGS.default {
        create(nth).await.expect("room");
    }
    too_many(create(100).await, PENDING_PEERINGS.default);
    home.sql("UPDATE peering SET state = 'active'");
    for nth in PENDING_PEERINGS.default..PEERINGS.default {
        create(nth).await.expect("room");
        home.sql("UPDATE peering SET state = 'active'");
    }
    too_many(create(100).await, PEERINGS.default);
    assert_eq!(
        home.store.project_usage(home.project, at(1)).await.expect("read").peerings,
        u64::from(PEERINGS.default)
    );
}

async fn two_writers_at_once_can_not_make_what_collides(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let act = act(1);
    let create =
        |nth, block: &str| home.store.peering_create(home.project, container.id, vpc_at(nth, block), &act);
    let answers = tokio::join!(
        create(1, "10.1.0.0/16"),
        create(1, "10.1.0.0/17"),
        create(2, "10.1.0.0/18"),
        create(3, "10.1.0.0/24"),
    );
    let granted = [answers.0.is_ok(), answers.1.is_ok(), answers.2.is_ok(), answers.3.is_ok()];
    assert_eq!(granted.iter().filter(|granted| **granted).count(), 1);
    let list = home.store.peering_list(home.project, Provider::Aws, ALL).await.expect("listed");
    assert_eq!(list.total, 1);
}

async fn lists_are_by_age_and_of_one_provider_and_in_pages(home: &Home) {
    let east = home.add_container(aws("US_EAST_1")).await;
    let west =
        home.store.container_create(home.project, aws("US_WEST_2"), None, &act(0)).await.expect("made");
    let azure = home.add_container(Place::Azure { region: "US_EAST" }).await;
    let mut ids = Vec::new();
    for (nth, container) in [(1, &west), (2, &east), (3, &west)] {
        ids.push(home.add_peering(container, vpc(nth)).await.peering.id);
    }
    home.add_peering(&azure, vnet("v")).await;
    let list = async |provider, page| {
        let list = home.store.peering_list(home.project, provider, page).await.expect("listed");
        (list.items.iter().map(|view| view.peering.id).collect::<Vec<_>>(), list.total)
    };
    assert_eq!(list(Provider::Aws, ALL).await, (ids.clone(), 3));
    assert_eq!(list(Provider::Aws, Page { number: 2, size: 2 }).await, (ids[2..].to_vec(), 3));
    assert_eq!(list(Provider::Aws, Page { number: 9, size: 2 }).await, (Vec::new(), 3));
    assert_eq!(list(Provider::Azure, ALL).await.1, 1);
    assert_eq!(list(Provider::Gcp, ALL).await.1, 0);
    let views = home.store.peering_list(home.project, Provider::Aws, ALL).await.expect("listed").items;
    assert_eq!(
        views.iter().map(|view| view.place.slot()).collect::<Vec<_>>(),
        ["US_WEST_2", "US_EAST_1", "US_WEST_2"]
    );
}

async fn a_peering_of_another_project_does_not_exist_here(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let view = home.add_peering(&container, vpc(1)).await;
    let other = home.add_project("other").await;
    let id = view.peering.id;
    assert_eq!(home.store.peering_get(other, id).await.expect("read"), None);
    assert!(home.store.far_side(other, id).await.expect("read").is_none());
    let not_found = |answer: store::Result<()>| {
        assert!(matches!(answer, Err(Error::Refused(Refusal::PeeringNotFound { .. }))), "{answer:?}");
    };
    not_found(home.store.peering_delete(other, id, &act(1)).await);
    not_found(home.store.peering_change(other, id, &reroute("10.2.0.0/16"), &act(1)).await.map(|_| ()));
    assert_eq!(home.store.peering_get(home.project, id).await.expect("read"), Some(view));
}

fn reroute(block: &str) -> SpecChange {
    SpecChange::Aws { account_id: None, vpc_id: None, region: None, route_block: Some(cidr(block)) }
}

async fn a_changed_wish_is_kept_told_and_due_and_the_same_again_is_not(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let peering = home.add_peering(&container, vpc(1)).await.peering;
    home.sql("UPDATE peering SET state = 'active', due_at = NULL, connection_id = 'pcx-1'");
    let change = async |block: &str| {
        home.store.peering_change(home.project, peering.id, &reroute(block), &act(3)).await
    };
    change("10.1.0.0/16").await.expect("what it is");
    assert!(home.claim_peerings(100, 0).await.is_empty());
    assert_eq!(home.kinds().await, [EventKind::PeerCreated, EventKind::GroupCreated]);

    let changed = change("10.2.0.0/16").await.expect("allowed");
    assert_eq!((changed.peering.generation, changed.peering.incarnation), (2, 1));
    assert_eq!(
        (changed.peering.state, changed.peering.connection_id.as_deref()),
        (State::Active, Some("pcx-1"))
    );
    assert_eq!(home.store.peering_get(home.project, peering.id).await.expect("read"), Some(changed));
    assert_eq!(home.claim_peerings(3, 0).await.len(), 1);
    assert_eq!(home.kinds().await[0], EventKind::PeerUpdated);

    let moved = SpecChange::Aws {
        account_id: None,
        vpc_id: Some("vpc-0fffffffffffffff0".into()),
        region: None,
        route_block: None,
    };
    let moved =
        home.store.peering_change(home.project, peering.id, &moved, &act(4)).await.expect("allowed").peering;
    assert_eq!((moved.state, moved.incarnation, moved.generation), (State::Requested, 2, 3));
    assert_eq!((moved.connection_id, moved.state_since), (None, at(4)));
}

async fn a_changed_wish_may_not_collide_but_never_does_with_itself(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let peering = home.add_peering(&container, vpc(1)).await.peering;
    home.add_peering(&container, vpc(2)).await;
    home.sql("UPDATE peering SET state = 'active'");
    let change = async |block: &str| {
        home.store.peering_change(home.project, peering.id, &reroute(block), &act(3)).await
    };
    assert!(matches!(change("10.2.1.0/24").await, Err(Error::Refused(Refusal::OverlapsPeering { .. }))));
    assert!(matches!(
        change("192.168.248.0/24").await,
        Err(Error::Refused(Refusal::OverlapsContainer { .. }))
    ));
    change("10.1.1.0/24").await.expect("inside its own");
    let rival = SpecChange::Aws {
        account_id: None,
        vpc_id: Some(format!("vpc-{:017x}", 2)),
        region: None,
        route_block: None,
    };
    let refused = home.store.peering_change(home.project, peering.id, &rival, &act(4)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::PeeringExists { .. }))));
}

async fn a_change_for_another_provider_finds_no_peering(home: &Home) {
    let container = home.add_container(Place::Gcp { regions: Vec::new() }).await;
    let peering = home.add_peering(&container, gcp("n")).await.peering;
    let refused = home.store.peering_change(home.project, peering.id, &reroute("10.2.0.0/16"), &act(1)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::PeeringNotFound { .. }))));
    let fixed = SpecChange::Gcp { project_id: None, network_name: Some("other".into()) };
    let refused = home.store.peering_change(home.project, peering.id, &fixed, &act(1)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::FieldFixed { field: "networkName" }))));
    let same = SpecChange::Gcp { project_id: None, network_name: Some("n".into()) };
    home.store.peering_change(home.project, peering.id, &same, &act(1)).await.expect("what it is");
}

async fn a_deleted_peering_is_shown_as_going_and_can_not_be_deleted_twice(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let peering = home.add_peering(&container, vpc(1)).await.peering;
    home.sql("UPDATE peering SET state = 'failed', reason = 'rejected', due_at = NULL");
    home.store.peering_delete(home.project, peering.id, &act(3)).await.expect("wanted till now");
    let going =
        home.store.peering_get(home.project, peering.id).await.expect("read").expect("exists").peering;
    assert_eq!((going.state, going.wanted, going.generation), (State::Removing, false, 2));
    assert_eq!(home.claim_peerings(3, 0).await.len(), 1);
    assert_eq!(home.kinds().await[0], EventKind::PeerDeleted);
    let again = home.store.peering_delete(home.project, peering.id, &act(4)).await;
    assert!(matches!(again, Err(Error::Refused(Refusal::AlreadyRemoving { id })) if id == peering.id));
    let refused = home.store.peering_change(home.project, peering.id, &reroute("10.2.0.0/16"), &act(4)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::PeeringInvalidState { .. }))));
}

async fn every_state_and_reason_survives_its_row(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let peering = home.add_peering(&container, vpc(1)).await.peering;
    for state in State::all() {
        let reason = state.reason().map_or("NULL".into(), |reason| format!("'{}'", reason.name()));
        home.sql(&format!(
            "UPDATE peering SET state = '{}', reason = {reason}, stuck = {reason}",
            state.name()
        ));
        let read =
            home.store.peering_get(home.project, peering.id).await.expect("read").expect("exists").peering;
        assert_eq!((read.state, read.stuck), (state, state.reason()));
    }
    assert_eq!(Reason::ALL.len(), 6);
}

async fn a_row_that_makes_no_sense_is_named_and_left_out_of_lists_and_claims(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let bad = home.add_peering(&container, vpc(1)).await.peering;
    let good = home.add_peering(&container, vpc(2)).await.peering;
    home.sql(&format!("UPDATE peering SET state = 'failed' WHERE id = '{}'", bad.id));
    match home.store.peering_get(home.project, bad.id).await {
        Err(Error::Inconsistent { table: "peering", column, id }) => {
            assert_eq!((column.as_str(), id), ("reason", bad.id.to_string()));
        }
        other => panic!("{other:?}"),
    }
    let list = home.store.peering_list(home.project, Provider::Aws, ALL).await.expect("listed");
    assert_eq!(list.items.iter().map(|view| view.peering.id).collect::<Vec<_>>(), [good.id]);
    let claimed = home.claim_peerings(5, 0).await;
    assert_eq!(claimed.iter().map(|claimed| claimed.peering.id).collect::<Vec<_>>(), [good.id]);
    home.store.peering_create(home.project, container.id, vpc(3), &act(1)).await.expect("it stops nobody");
}

on_every_engine![
    a_peering_is_what_was_asked_for_and_due_with_its_container,
    making_a_peering_wakes_the_reconciler,
    a_peering_needs_a_container_of_its_provider,
    a_second_peering_with_one_network_or_block_is_refused,
    a_project_has_so_many_peerings_and_so_many_pending,
    two_writers_at_once_can_not_make_what_collides,
    lists_are_by_age_and_of_one_provider_and_in_pages,
    a_peering_of_another_project_does_not_exist_here,
    a_changed_wish_is_kept_told_and_due_and_the_same_again_is_not,
    a_changed_wish_may_not_collide_but_never_does_with_itself,
    a_change_for_another_provider_finds_no_peering,
    a_deleted_peering_is_shown_as_going_and_can_not_be_deleted_twice,
    every_state_and_reason_survives_its_row,
    a_row_that_makes_no_sense_is_named_and_left_out_of_lists_and_claims,
];
