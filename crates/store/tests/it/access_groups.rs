//! Security groups in the access list: they stand only while the project wants a peering.

use model::container::Place;
use model::event::EventKind;
use model::peering::State;
use model::{Container, PeeringId, PeeringSpec, Provider, Refusal};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use store::{Due, Error, PeeringRecord};

use crate::records::record;
use crate::support::{ALL, Home, act, at, aws, entry, on_every_engine, vnet, vpc};

const GROUP: &str = "sg-0123456789abcdef0";

async fn add(home: &Home, texts: &[&str]) -> store::Result<()> {
    let entries = texts.iter().map(|text| entry(home.project, text, "")).collect();
    home.store.access_add(home.project, entries, &act(1)).await
}

async fn listed(home: &Home) -> Vec<String> {
    let list = home.store.access_list(home.project, at(1), ALL).await.expect("listed");
    list.items.iter().map(|entry| entry.value.key()).collect()
}

async fn a_group_needs_a_wanted_peering_at_amazon(home: &Home) {
    let refused = |answer| assert!(matches!(answer, Err(Error::Refused(Refusal::SecurityGroupNeedsPeering))));
    refused(add(home, &["192.0.2.1", GROUP]).await);
    assert!(listed(home).await.is_empty());
    let azure = home.add_container(Place::Azure { region: "US_EAST" }).await;
    home.add_peering(&azure, vnet("v")).await;
    refused(add(home, &[GROUP]).await);

    let east = home.add_container(aws("US_EAST_1")).await;
    let peering = home.add_peering(&east, vpc(1)).await.peering;
    home.store.peering_delete(home.project, peering.id, &act(1)).await.expect("wanted till now");
    refused(add(home, &[GROUP]).await);
    home.add_peering(&east, vpc(2)).await;
    home.sql("UPDATE peering SET state = 'failed', reason = 'rejected' WHERE wanted = 1");
    add(home, &[GROUP]).await.expect("wanted, in whatever state");
}

async fn groups_go_when_the_last_wish_goes(home: &Home) {
    let east = home.add_container(aws("US_EAST_1")).await;
    let azure = home.add_container(Place::Azure { region: "US_EAST" }).await;
    let first = home.add_peering(&east, vpc(1)).await.peering.id;
    let last = home.add_peering(&azure, vnet("v")).await.peering.id;
    add(home, &[GROUP, "123456789012/sg-1", "192.0.2.1"]).await.expect("added");
    // A wish at another provider holds them.
    home.store.peering_delete(home.project, first, &act(2)).await.expect("wanted till now");
    assert_eq!(listed(home).await.len(), 3);
    home.store.peering_delete(home.project, last, &act(3)).await.expect("wanted till now");
    assert_eq!(listed(home).await, ["192.0.2.1/32"]);
    let events = home.store.event_list_of_project(home.project, ALL).await.expect("listed");
    let told: Vec<_> =
        events.items.iter().take(3).map(|event| (event.kind, event.subject.clone(), event.act.at)).collect();
    assert_eq!(
        told,
        [
            (EventKind::NetworkPermissionEntryRemoved, "123456789012/sg-1".to_owned(), at(3)),
            (EventKind::NetworkPermissionEntryRemoved, GROUP.to_owned(), at(3)),
            (EventKind::AzurePeerDeleted, last.to_string(), at(3)),
        ]
    );
}

async fn a_refused_deletion_takes_no_group(home: &Home) {
    let east = home.add_container(aws("US_EAST_1")).await;
    let first = home.add_peering(&east, vpc(1)).await.peering.id;
    home.store.peering_delete(home.project, first, &act(1)).await.expect("wanted till now");
    home.add_peering(&east, vpc(2)).await;
    add(home, &[GROUP]).await.expect("added");
    home.store.peering_delete(home.project, first, &act(2)).await.expect_err("asked for already");
    assert_eq!(listed(home).await, [GROUP]);
}

async fn an_addition_that_meets_the_last_deletion_loses_or_goes_with_it(home: &Home) {
    let east = home.add_container(aws("US_EAST_1")).await;
    let peering = home.add_peering(&east, vpc(1)).await.peering.id;
    let delete = act(2);
    let (one, deleted, two) = tokio::join!(
        add(home, &[GROUP]),
        home.store.peering_delete(home.project, peering, &delete),
        add(home, &["sg-1"]),
    );
    deleted.expect("wanted till now");
    // Each came before the deletion, which took it along, or after it.
    for added in [one, two] {
        assert!(
            matches!(added, Ok(()) | Err(Error::Refused(Refusal::SecurityGroupNeedsPeering))),
            "{added:?}"
        );
    }
    assert!(listed(home).await.is_empty());
}

/// One thing that somebody does.
#[derive(Debug, Clone, Copy)]
enum Step {
    AddGroup(u8),
    AddAddress(u8),
    DropGroup(u8),
    Create(bool, u8),
    Delete(usize),
    FinishRemovals,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0..3u8).prop_map(Step::AddGroup),
        (0..3u8).prop_map(Step::AddAddress),
        (0..3u8).prop_map(Step::DropGroup),
        (any::<bool>(), 0..4u8).prop_map(|(at_amazon, nth)| Step::Create(at_amazon, nth)),
        (0..6usize).prop_map(Step::Delete),
        Just(Step::FinishRemovals),
    ];
    proptest::collection::vec(step, 1..30)
}

async fn finish_removals(home: &Home) {
    for claimed in home.claim_peerings(5, 0).await {
        let going = !claimed.peering.wanted;
        let next = if going { State::Removed } else { State::Active };
        let record = PeeringRecord { next, ..record(&claimed, Due::Now) };
        home.store.record_peerings(vec![record]).await.expect("recorded");
    }
}

async fn take(home: &Home, step: Step, places: &[Container; 2]) {
    let store = &home.store;
    // Refusals are part of the game; what counts is what is left.
    match step {
        Step::AddGroup(nth) => drop(add(home, &[&format!("sg-{nth}")]).await),
        Step::AddAddress(nth) => add(home, &[&format!("192.0.2.{nth}")]).await.expect("no rule against it"),
        Step::DropGroup(nth) => drop(store.access_delete(home.project, &format!("sg-{nth}"), &act(1)).await),
        Step::Create(at_amazon, nth) => {
            let (place, spec): (_, PeeringSpec) =
                if at_amazon { (&places[0], vpc(nth)) } else { (&places[1], vnet(&format!("v{nth}"))) };
            drop(store.peering_create(home.project, place.id, spec, &act(1)).await);
        }
        Step::Delete(nth) => {
            if let Some(id) = peerings(home).await.get(nth).map(|(id, _)| *id) {
                drop(store.peering_delete(home.project, id, &act(1)).await);
            }
        }
        Step::FinishRemovals => finish_removals(home).await,
    }
}

async fn peerings(home: &Home) -> Vec<(PeeringId, bool)> {
    let mut all = Vec::new();
    for provider in Provider::ALL {
        let list = home.store.peering_list(home.project, provider, ALL).await.expect("listed");
        all.extend(list.items.into_iter().map(|view| (view.peering.id, view.peering.wanted)));
    }
    all
}

async fn no_order_of_steps_leaves_a_group_without_a_wanted_peering(home: &Home) {
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    for _ in 0..40 {
        let steps = steps().new_tree(&mut runner).expect("makes steps").current();
        let project = home.add_project(&format!("p{}", home.store.mint().mint::<PeeringId>(at(0)))).await;
        let here = home.at(project);
        let places = [
            here.add_container(aws("US_EAST_1")).await,
            here.add_container(Place::Azure { region: "US_EAST" }).await,
        ];
        for step in &steps {
            take(&here, *step, &places).await;
            let groups = listed(&here).await.iter().any(|key| key.starts_with("sg-"));
            let wanted = peerings(&here).await.iter().any(|(_, wanted)| *wanted);
            assert!(wanted || !groups, "after {step:?} of {steps:?}");
        }
    }
}

on_every_engine![
    a_group_needs_a_wanted_peering_at_amazon,
    groups_go_when_the_last_wish_goes,
    a_refused_deletion_takes_no_group,
    an_addition_that_meets_the_last_deletion_loses_or_goes_with_it,
    no_order_of_steps_leaves_a_group_without_a_wanted_peering,
];
