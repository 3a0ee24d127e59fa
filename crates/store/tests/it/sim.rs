//! What the simulated clouds remember.

use model::container::Place;
use model::peering::{Reason, State};
use model::world::{CloudCall, CloudFault, Far, Fault, FaultPoint, Latency, Outcome};
use model::{Container, Peering};
use store::{Due, PeeringRecord, RequestRow, WorldChange};

use crate::records::record;
use crate::support::{Home, act, at, aws, cidr, on_every_engine, vnet, vpc};

fn request(container: &Container, peering: &Peering, seconds: i64) -> RequestRow {
    RequestRow {
        peering: peering.clone(),
        near_block: container.block,
        latency: Latency::Swift,
        refused: None,
        now: at(seconds),
    }
}

/// The peering, which wants another connection from now on.
fn anew(home: &Home, peering: &Peering) -> Peering {
    home.sql(&format!("UPDATE peering SET incarnation = incarnation + 1 WHERE id = '{}'", peering.id));
    Peering { incarnation: peering.incarnation + 1, ..peering.clone() }
}

async fn unwant(home: &Home, peering: &Peering) {
    home.store.peering_delete(home.project, peering.id, &act(1)).await.expect("wanted till now");
}

async fn a_request_is_recorded_once(home: &Home) {
    let store = &home.store;
    let container = home.add_container(aws("US_EAST_1")).await;
    let peering = home.add_peering(&container, vpc(1)).await.peering;
    assert_eq!(store.sim_connection(peering.id).await.expect("read"), None);
    let first = RequestRow { refused: Some(Reason::Invalid), ..request(&container, &peering, 1) };
    store.sim_request(first).await.expect("recorded");
    let recorded = store.sim_connection(peering.id).await.expect("read").expect("recorded");
    assert_eq!(
        (recorded.incarnation, recorded.refused, recorded.near_block),
        (1, Some(Reason::Invalid), container.block)
    );
    assert_eq!((recorded.far_key.clone(), recorded.far), (peering.spec.far_key(), Far::Silent));
    store.sim_request(request(&container, &peering, 2)).await.expect("ignored");
    let later = Peering { incarnation: 2, ..peering.clone() };
    store.sim_request(request(&container, &later, 3)).await.expect("ignored while one stands");
    assert_eq!(store.sim_connection(peering.id).await.expect("read"), Some(recorded));
}

async fn another_incarnation_is_recorded_once_the_first_is_gone(home: &Home) {
    let store = &home.store;
    let container = home.add_container(aws("US_EAST_1")).await;
    let peering = home.add_peering(&container, vpc(1)).await.peering;
    store.sim_request(request(&container, &peering, 1)).await.expect("recorded");
    let first = store.sim_connection(peering.id).await.expect("read").expect("recorded");
    store.sim_route(peering.id, 1, Some(cidr("10.1.0.0/16")), at(2)).await.expect("recorded");
    let later = anew(home, &peering);
    store.sim_remove(peering.id, at(3)).await.expect("recorded");
    store.sim_request(request(&container, &later, 3)).await.expect("ignored while one is going");
    store.sim_request(request(&container, &later, 60)).await.expect("recorded");
    let second = store.sim_connection(peering.id).await.expect("read").expect("recorded");
    assert_eq!((second.incarnation, second.routes, second.gone_at), (2, None, None));
    assert_ne!(second.connection_id(), first.connection_id());
}

async fn routes_and_removal_are_recorded_of_what_stands(home: &Home) {
    let store = &home.store;
    let container = home.add_container(aws("US_EAST_1")).await;
    let peering = home.add_peering(&container, vpc(1)).await.peering;
    let block = Some(cidr("10.1.0.0/16"));
    store.sim_route(peering.id, 1, block, at(1)).await.expect("ignored: there is none");
    store.sim_remove(peering.id, at(1)).await.expect("ignored: there is none");
    assert_eq!(store.sim_connection(peering.id).await.expect("read"), None);

    store.sim_request(request(&container, &peering, 1)).await.expect("recorded");
    store.sim_route(peering.id, 2, block, at(2)).await.expect("ignored: of another incarnation");
    let routes = async || store.sim_connection(peering.id).await.expect("read").expect("recorded").routes;
    assert_eq!(routes().await, None);
    store.sim_route(peering.id, 1, block, at(2)).await.expect("recorded");
    let made = routes().await.expect("made");
    store.sim_route(peering.id, 1, block, at(9)).await.expect("the same again");
    assert_eq!((made.block, routes().await), (block, Some(made)));

    store.sim_remove(peering.id, at(9)).await.expect("ignored: it is wanted");
    unwant(home, &peering).await;
    store.sim_remove(peering.id, at(10)).await.expect("recorded");
    let gone_at = async || store.sim_connection(peering.id).await.expect("read").expect("recorded").gone_at;
    let first = gone_at().await;
    store.sim_remove(peering.id, at(11)).await.expect("the same again");
    assert!(first.is_some() && gone_at().await == first);
}

async fn a_late_call_for_a_wish_that_has_moved_on_comes_to_nothing(home: &Home) {
    let store = &home.store;
    let container = home.add_container(aws("US_EAST_1")).await;
    let first = home.add_peering(&container, vpc(1)).await.peering;
    let second = anew(home, &first);
    let now = async || store.sim_connection(first.id).await.expect("read");
    store.sim_request(request(&container, &first, 1)).await.expect("ignored: another one is wanted");
    assert_eq!(now().await, None);
    store.sim_request(request(&container, &second, 2)).await.expect("recorded");
    let stands = now().await.expect("recorded");
    store.sim_remove(first.id, at(3)).await.expect("ignored: it was meant for the first");
    store.sim_route(first.id, 2, Some(cidr("10.99.0.0/16")), at(3)).await.expect("ignored: other routes");
    assert_eq!(now().await, Some(stands));
    unwant(home, &second).await;
    store.sim_remove(first.id, at(4)).await.expect("recorded");
    store.sim_request(request(&container, &second, 99)).await.expect("ignored: none is wanted");
    assert!(now().await.expect("recorded").gone_at.is_some());
}

async fn of_two_azure_peerings_with_one_network_and_block_the_later_fails(home: &Home) {
    let store = &home.store;
    let mut asked = Vec::new();
    for name in ["one", "two"] {
        let here = home.at(home.add_project(name).await);
        let container = here.add_container(Place::Azure { region: "US_EAST" }).await;
        let peering = here.add_peering(&container, vnet("shared")).await.peering;
        asked.push((container, peering));
    }
    for (container, peering) in &asked {
        store.sim_request(request(container, peering, 1)).await.expect("recorded");
    }
    let refused = async |nth: usize| {
        store.sim_connection(asked[nth].1.id).await.expect("read").expect("recorded").refused
    };
    assert_eq!((refused(0).await, refused(1).await), (None, Some(Reason::Overlap)));
    // Once the first is gone there is no rival.
    let (container, peering) = &asked[1];
    let again = anew(home, peering);
    unwant(&home.at(asked[0].1.project), &asked[0].1).await;
    store.sim_remove(asked[0].1.id, at(2)).await.expect("recorded");
    store.sim_remove(peering.id, at(2)).await.expect("recorded");
    store.sim_request(request(container, &again, 60)).await.expect("recorded");
    assert_eq!(refused(1).await, None);
}

/// Records what is being done about a container's network.
pub fn network_is(home: &Home, container: &Container, network: &str) {
    home.sql(&format!("UPDATE container SET network = '{network}' WHERE id = '{}'", container.id));
}

async fn networks_come_and_go_and_each_has_its_own_name(home: &Home) {
    let store = &home.store;
    let container = home.add_container(aws("US_EAST_1")).await;
    let read = async || store.sim_network(container.id).await.expect("read");
    store.sim_network_remove(container.id, at(1)).await.expect("ignored: there is none");
    assert_eq!(read().await, None);
    store.sim_network_make(&container, Latency::Swift, at(1)).await.expect("ignored: nobody makes one now");
    assert_eq!(read().await, None);
    network_is(home, &container, "making");
    store.sim_network_make(&container, Latency::Swift, at(1)).await.expect("recorded");
    let first = read().await.expect("made");
    store.sim_network_make(&container, Latency::Lifelike, at(2)).await.expect("ignored");
    assert_eq!(read().await, Some(first.clone()));
    store.sim_network_remove(container.id, at(3)).await.expect("ignored: nobody removes it now");
    assert_eq!(read().await, Some(first.clone()));
    network_is(home, &container, "removing");
    store.sim_network_remove(container.id, at(3)).await.expect("recorded");
    let going = read().await.expect("recorded");
    assert!(going.gone_at.is_some());
    store.sim_network_remove(container.id, at(4)).await.expect("the same again");
    network_is(home, &container, "making");
    store.sim_network_make(&container, Latency::Swift, at(3)).await.expect("ignored while it is going");
    assert_eq!(read().await, Some(going));
    store.sim_network_make(&container, Latency::Swift, at(60)).await.expect("recorded");
    let second = read().await.expect("made");
    assert_eq!(second.gone_at, None);
    assert_ne!(second.ids(), first.ids());
}

async fn a_network_for_a_container_that_is_gone_comes_to_nothing(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let hold = std::time::Duration::ZERO;
    home.store.container_delete(home.project, container.id, hold, &act(1)).await.expect("unused");
    home.store.sim_network_make(&container, Latency::Swift, at(2)).await.expect("ignored");
    assert_eq!(home.store.sim_network(container.id).await.expect("read"), None);
}

async fn a_removed_peering_takes_its_facts_along(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let peering = home.add_peering(&container, vpc(1)).await.peering;
    home.store.sim_request(request(&container, &peering, 1)).await.expect("recorded");
    unwant(home, &peering).await;
    home.store.sim_remove(peering.id, at(2)).await.expect("recorded");
    let claimed = home.claim_peerings(5, 0).await.remove(0);
    let removed = PeeringRecord { next: State::Removed, at: at(60), ..record(&claimed, Due::Idle) };
    assert_eq!(home.store.record_peerings(vec![removed]).await.expect("recorded"), [true]);
    assert_eq!(home.store.sim_connection(peering.id).await.expect("read"), None);
}

async fn faults_are_used_up_one_by_one_in_order(home: &Home) {
    let store = &home.store;
    let on = FaultPoint::Cloud(CloudCall::Request);
    let operation = FaultPoint::Operation("deleteGroupPeer".into());
    let fault = |on: &FaultPoint, outcome, times| Fault { on: on.clone(), outcome, times };
    let faults = vec![
        fault(&on, Outcome::Cloud(CloudFault::Transient), 2),
        fault(&operation, Outcome::ErrorCode("UNEXPECTED_ERROR".into()), 1),
        fault(&on, Outcome::Cloud(CloudFault::Denied), 1),
    ];
    let change = WorldChange { faults: Some(faults.clone()), ..WorldChange::default() };
    let (world, laid_out) = store.world_change(home.project, change, at(1)).await.expect("changed");
    assert_eq!((world.n_faults, laid_out), (3, faults));

    let take = async |on: &FaultPoint| store.fault_take(home.project, on).await.expect("taken");
    let left = async || store.world_get(home.project).await.expect("read");
    assert_eq!(take(&FaultPoint::Cloud(CloudCall::Route)).await, None);
    assert_eq!(take(&on).await, Some(Outcome::Cloud(CloudFault::Transient)));
    assert_eq!(left().await.0.n_faults, 3);
    assert_eq!(left().await.1[0].times, 1);
    assert_eq!(take(&on).await, Some(Outcome::Cloud(CloudFault::Transient)));
    assert_eq!(left().await.0.n_faults, 2);
    assert_eq!(take(&operation).await, Some(Outcome::ErrorCode("UNEXPECTED_ERROR".into())));
    assert_eq!(take(&on).await, Some(Outcome::Cloud(CloudFault::Denied)));
    assert_eq!(take(&on).await, None);
    assert_eq!(left().await, (model::world::World::default(), Vec::new()));
}

on_every_engine![
    a_request_is_recorded_once,
    another_incarnation_is_recorded_once_the_first_is_gone,
    routes_and_removal_are_recorded_of_what_stands,
    a_late_call_for_a_wish_that_has_moved_on_comes_to_nothing,
    of_two_azure_peerings_with_one_network_and_block_the_later_fails,
    networks_come_and_go_and_each_has_its_own_name,
    a_network_for_a_container_that_is_gone_comes_to_nothing,
    a_removed_peering_takes_its_facts_along,
    faults_are_used_up_one_by_one_in_order,
];
