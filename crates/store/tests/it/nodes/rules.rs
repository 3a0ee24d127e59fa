//! What no two callers may do at once, whichever node each of them asks: for each rule, more
//! callers than may succeed, at two nodes, several times. Here: projects, and what is in them.

mod callers;
mod lists;
mod orgs;
mod people;
mod whole;

use std::time::Duration;

use model::container::{Network, Place};
use model::limits::{PEERINGS, PENDING_PEERINGS};
use model::peering::State;
use model::world::{CloudCall, CloudFault, Fault, FaultPoint, Latency, Outcome};
use model::{AccountName, Cidr, Cloud, Provider, Refusal};
use store::{ContainerRecord, Due, Error, PeeringRecord, ProjectChange, RequestRow, Result, WorldChange};

use super::{at_once, on_nodes};
use crate::records::{network, record};
use crate::support::{Home, act, at, aws, cidr, entry, vnet, vpc, vpc_at};

const CALLERS: u8 = 8;
const ROUNDS: u8 = 6;

/// How many were granted what they asked for; the others must have been refused.
fn granted<T: std::fmt::Debug>(answers: &[Result<T>]) -> usize {
    for answer in answers {
        assert!(matches!(answer, Ok(_) | Err(Error::Refused(_))), "{answer:?}");
    }
    answers.iter().filter(|answer| answer.is_ok()).count()
}

async fn one_project(home: &Home, round: u8) -> Home {
    home.at(home.add_project(&format!("round {round}")).await)
}

async fn one_of_overlapping_containers_is_made(home: &Home) {
    for round in 0..ROUNDS {
        let project = one_project(home, round).await.project;
        let answers = at_once(home, CALLERS, |store, nth| async move {
            let region = ["US_EAST_1", "US_EAST_2", "US_WEST_1", "US_WEST_2"][usize::from(nth / 2)];
            store.container_create(project, aws(region), Some(cidr("10.8.0.0/21")), &act(1)).await
        });
        assert_eq!(granted(&answers.await), 1);
    }
}

async fn one_container_is_made_in_a_region(home: &Home) {
    for round in 0..ROUNDS {
        let project = one_project(home, round).await.project;
        let answers = at_once(home, CALLERS, |store, nth| async move {
            let block = cidr(&format!("10.{}.0.0/21", nth + 1));
            store.container_create(project, aws("US_EAST_1"), Some(block), &act(1)).await
        });
        assert_eq!(granted(&answers.await), 1);
    }
}

async fn assigned_blocks_are_all_different(home: &Home) {
    let project = home.project;
    let answers = at_once(home, 4, |store, nth| async move {
        let region = ["US_EAST_1", "US_EAST_2", "US_WEST_1", "US_WEST_2"][usize::from(nth)];
        store.container_create(project, aws(region), None, &act(1)).await
    });
    let blocks: Vec<Cidr> =
        answers.await.into_iter().map(|made| made.expect("there is room").block).collect();
    let apart = |(nth, block): (usize, &Cidr)| blocks[nth + 1..].iter().all(|other| !block.overlaps(*other));
    assert!(blocks.iter().enumerate().all(apart), "{blocks:?}");
}

async fn one_of_overlapping_routes_is_made(home: &Home) {
    for round in 0..ROUNDS {
        let home = one_project(home, round).await;
        let (project, container) = (home.project, home.add_container(aws("US_EAST_1")).await.id);
        let answers = at_once(&home, CALLERS, |store, nth| async move {
            let spec = vpc_at(nth, &format!("10.1.0.0/{}", 16 + nth));
            store.peering_create(project, container, spec, &act(1)).await
        });
        assert_eq!(granted(&answers.await), 1);
    }
}

async fn one_peering_to_a_far_network_is_made(home: &Home) {
    for round in 0..ROUNDS {
        let home = one_project(home, round).await;
        let (project, container) = (home.project, home.add_container(aws("US_EAST_1")).await.id);
        let answers = at_once(&home, CALLERS, |store, nth| async move {
            let spec = vpc_at(1, &format!("10.{}.0.0/16", nth + 1));
            store.peering_create(project, container, spec, &act(1)).await
        });
        assert_eq!(granted(&answers.await), 1);
    }
}

async fn one_project_of_a_name_is_made(home: &Home) {
    for round in 0..ROUNDS {
        let name = format!("name {round}");
        // Half of them make one, half of them rename one, each its own.
        let mut named = Vec::new();
        for nth in 0..CALLERS {
            named.push(home.add_project(&format!("{round} before {nth}")).await);
        }
        let new: Vec<_> = (0..CALLERS).map(|_| home.new_project(&name)).collect();
        let answers = at_once(home, CALLERS, |store, nth| {
            let (creator, project) = (home.key.clone(), new[usize::from(nth)].clone());
            let change = ProjectChange { name: Some(name.clone()), tags: None };
            let renamed = named[usize::from(nth)];
            async move {
                if nth % 4 < 2 {
                    return store.project_create(project, &creator, None, &act(1)).await;
                }
                store.project_change(renamed, change, &act(1)).await
            }
        });
        assert_eq!(granted(&answers.await), 1);
    }
}

async fn a_project_gets_no_more_peerings_than_it_may_have(home: &Home) {
    for round in 0..ROUNDS {
        let home = one_project(home, round).await;
        let mut containers = Vec::new();
        for region in ["US_EAST_1", "US_EAST_2", "US_WEST_1", "US_WEST_2"] {
            let made = home.store.container_create(home.project, aws(region), None, &act(0)).await;
            containers.push(made.expect("there is room"));
        }
        for nth in 1..PENDING_PEERINGS.default {
            home.add_peering(&containers[0], vpc(u8::try_from(nth).expect("few"))).await;
        }
        let project = home.project;
        let answers = at_once(&home, CALLERS, |store, nth| {
            let container = containers[usize::from(nth / 2)].id;
            async move { store.peering_create(project, container, vpc(100 + nth), &act(1)).await }
        });
        assert_eq!(granted(&answers.await), 1);
    }
}

async fn a_limit_that_was_set_for_a_project_holds(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await.id;
    for (limit, room) in [(PENDING_PEERINGS, 2), (PEERINGS, 3)] {
        home.store.limit_set(home.project, limit.name, room, &act(1)).await.expect("set");
        let project = home.project;
        let answers = at_once(home, CALLERS, |store, nth| async move {
            let nth = nth + CALLERS * u8::try_from(room).expect("small");
            store.peering_create(project, container, vpc(nth), &act(1)).await
        });
        assert_eq!(granted(&answers.await), if limit == PEERINGS { 1 } else { 2 });
        home.store.limit_delete(home.project, PENDING_PEERINGS.name, &act(1)).await.expect("back");
    }
}

async fn a_project_is_closed_or_gets_a_peering(home: &Home) {
    for round in 0..ROUNDS {
        let home = one_project(home, round).await;
        let (project, container) = (home.project, home.add_container(aws("US_EAST_1")).await.id);
        let answers = at_once(&home, 2, |store, nth| async move {
            match nth {
                0 => store.project_delete(project, &act(1)).await,
                _ => store.peering_create(project, container, vpc(1), &act(1)).await.map(|_| ()),
            }
        });
        assert_eq!(granted(&answers.await), 1);
    }
}

async fn a_container_is_deleted_or_gets_a_peering(home: &Home) {
    for round in 0..ROUNDS {
        let home = one_project(home, round).await;
        let (project, container) = (home.project, home.add_container(aws("US_EAST_1")).await.id);
        let answers = at_once(&home, 2, |store, nth| async move {
            match nth {
                0 => store.container_delete(project, container, Duration::ZERO, &act(2)).await,
                _ => store.peering_create(project, container, vpc(1), &act(2)).await.map(|_| ()),
            }
        });
        assert_eq!(granted(&answers.await), 1);
    }
}

async fn the_last_peering_to_go_tells_its_container(home: &Home) {
    for round in 0..ROUNDS {
        let home = one_project(home, round).await;
        let container = home.add_container(aws("US_EAST_1")).await;
        for nth in 0..CALLERS {
            let id = home.add_peering(&container, vpc(nth)).await.peering.id;
            home.store.peering_delete(home.project, id, &act(1)).await.expect("wanted till now");
        }
        let claimed = home.claim_peerings(1, 1000 * i64::from(round)).await;
        home.sql("UPDATE container SET due_at = NULL");
        let gone = at_once(&home, CALLERS, |store, nth| {
            let gone =
                PeeringRecord { next: State::Removed, ..record(&claimed[usize::from(nth)], Due::Idle) };
            async move { store.record_peerings(vec![gone]).await }
        });
        assert_eq!(granted(&gone.await), usize::from(CALLERS));
        assert_eq!(home.claim_containers(10, 1000 * i64::from(round)).await.len(), 1);
    }
}

async fn the_last_container_to_go_takes_its_closed_project_along(home: &Home) {
    for round in 0..ROUNDS {
        let home = one_project(home, round).await;
        for region in ["US_EAST_1", "US_EAST_2", "US_WEST_1", "US_WEST_2"] {
            home.store.container_create(home.project, aws(region), None, &act(0)).await.expect("room");
        }
        home.sql("UPDATE container SET network = 'aws', network_name = 'vpc-1'");
        home.store.project_delete(home.project, &act(1)).await.expect("no peerings");
        let claimed = home.claim_containers(1, 1000 * i64::from(round)).await;
        let gone = at_once(&home, 4, |store, nth| {
            let claimed = &claimed[usize::from(nth)];
            let gone = ContainerRecord { at: at(2), ..network(claimed, Network::Absent, Due::Idle) };
            async move { store.record_containers(vec![gone]).await }
        });
        assert_eq!(granted(&gone.await), 4);
        // The id could be used again only if the row is gone.
        let mut again = home.new_project(&format!("again {round}"));
        again.id = home.project;
        home.store.project_create(again, &home.key, None, &act(3)).await.expect("nothing is left of it");
    }
}

async fn a_fault_happens_as_often_as_it_was_laid_out(home: &Home) {
    let on = FaultPoint::Cloud(CloudCall::Request);
    let fault = Fault { on: on.clone(), outcome: Outcome::Cloud(CloudFault::Throttled), times: 3 };
    let change = WorldChange { faults: Some(vec![fault]), ..WorldChange::default() };
    home.store.world_change(home.project, change, at(1)).await.expect("changed");
    let project = home.project;
    let taken = at_once(home, CALLERS, |store, _| {
        let on = on.clone();
        async move { store.fault_take(project, &on).await.expect("taken").is_some() }
    });
    assert_eq!(taken.await.into_iter().filter(|taken| *taken).count(), 3);
    let (world, faults) = home.store.world_get(project).await.expect("read");
    assert_eq!((world.n_faults, faults), (0, Vec::new()));
}

async fn every_move_of_the_clock_counts(home: &Home) {
    let minute = Duration::from_secs(60);
    at_once(home, CALLERS, |store, _| async move { store.clock_advance(minute).await.expect("moved") }).await;
    assert_eq!(home.store.clock_offset().await.expect("read"), minute * u32::from(CALLERS));
}

async fn a_project_is_bound_or_the_clock_moves(home: &Home) {
    let prod = AccountName::parse("prod").expect("a name");
    for round in 0..ROUNDS {
        let old = home.add_project(&format!("{round} before")).await;
        let answers = at_once(home, CALLERS, |store, nth| {
            let (prod, creator) = (prod.clone(), home.key.clone());
            let new = home.new_project(&format!("{round} bound {nth}"));
            async move {
                let project = match nth % 4 {
                    0 | 1 => return store.clock_advance(Duration::from_secs(1)).await.map(|_| None),
                    2 => {
                        let cloud = Cloud::Account(prod);
                        store.binding_set(old, Provider::Aws, &cloud, &act(1)).await.map(|()| old)?
                    }
                    _ => {
                        let accounts = vec![(Provider::Aws, prod)];
                        let made = store.project_create_bound(new, &creator, None, accounts, &act(1)).await;
                        made?.id
                    }
                };
                Ok(Some((project, store.clock_offset().await?)))
            }
        });
        let answers = answers.await;
        granted(&answers);
        let bound: Vec<_> = answers.into_iter().filter_map(|answer| answer.ok().flatten()).collect();
        assert_eq!(bound.len(), usize::from(CALLERS / 2), "only the clock is refused");
        let now = home.store.clock_offset().await.expect("read");
        assert!(
            bound.iter().all(|(_, then)| *then == now),
            "it moved while one was bound: {bound:?}, {now:?}"
        );
        for (project, _) in bound {
            home.store.binding_set(project, Provider::Aws, &Cloud::Simulated, &act(2)).await.expect("empty");
        }
    }
}

async fn one_of_rivals_for_a_far_network_comes_to_something(home: &Home) {
    for round in 0..ROUNDS {
        let mut requests = Vec::new();
        for nth in 0..CALLERS {
            let home = home.at(home.add_project(&format!("{round}-{nth}")).await);
            let container = home.add_container(Place::Azure { region: "US_EAST" }).await;
            let peering = home.add_peering(&container, vnet(&format!("v{round}"))).await.peering;
            requests.push(RequestRow {
                peering,
                near_block: container.block,
                latency: Latency::Instant,
                refused: None,
                now: at(1),
            });
        }
        at_once(home, CALLERS, |store, nth| {
            let request = requests[usize::from(nth)].clone();
            async move { store.sim_request(request).await.expect("recorded") }
        })
        .await;
        let mut refused = 0;
        for request in &requests {
            let recorded = home.store.sim_connection(request.peering.id).await.expect("read");
            refused += u8::from(recorded.expect("recorded").refused.is_some());
        }
        assert_eq!(refused, CALLERS - 1);
    }
}

async fn nothing_stands_of_a_row_that_is_given_up(home: &Home) {
    for round in 0..ROUNDS {
        let home = one_project(home, round).await;
        let container = home.add_container(aws("US_EAST_1")).await;
        let peering = home.add_peering(&container, vpc(1)).await.peering;
        home.store.peering_delete(home.project, peering.id, &act(1)).await.expect("wanted till now");
        let claimed = home.claim_peerings(1, 1000 * i64::from(round)).await.remove(0);
        let gone = PeeringRecord { next: State::Removed, ..record(&claimed, Due::Idle) };
        let request = RequestRow {
            peering: peering.clone(),
            near_block: container.block,
            latency: Latency::Instant,
            refused: None,
            now: at(1),
        };
        at_once(&home, 2, |store, nth| {
            let (gone, request) = (gone.clone(), request.clone());
            async move {
                match nth {
                    0 => store.record_peerings(vec![gone]).await.map(|_| ()),
                    _ => store.sim_request(request).await,
                }
                .expect("recorded");
            }
        })
        .await;
        let row = home.store.peering_get(home.project, peering.id).await.expect("read");
        let stands = home.store.sim_connection(peering.id).await.expect("read");
        assert_eq!(row.is_some(), stands.is_some(), "both or neither");
    }
}

async fn a_project_that_is_busy_is_served_in_the_end(home: &Home) {
    let project = home.project;
    let answers = at_once(home, 60, |store, nth| async move {
        store.access_add(project, vec![entry(project, &format!("10.1.0.{nth}"), "")], &act(1)).await
    });
    assert_eq!(granted(&answers.await), 60);
    let refused = home.store.access_delete(project, "10.9.9.9/32", &act(1)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::AccessEntryNotFound { .. }))));
}

on_nodes![
    one_of_overlapping_containers_is_made,
    one_container_is_made_in_a_region,
    assigned_blocks_are_all_different,
    one_of_overlapping_routes_is_made,
    one_peering_to_a_far_network_is_made,
    one_project_of_a_name_is_made,
    a_project_gets_no_more_peerings_than_it_may_have,
    a_limit_that_was_set_for_a_project_holds,
    a_project_is_closed_or_gets_a_peering,
    a_container_is_deleted_or_gets_a_peering,
    the_last_peering_to_go_tells_its_container,
    the_last_container_to_go_takes_its_closed_project_along,
    a_fault_happens_as_often_as_it_was_laid_out,
    every_move_of_the_clock_counts,
    a_project_is_bound_or_the_clock_moves,
    one_of_rivals_for_a_far_network_comes_to_something,
    nothing_stands_of_a_row_that_is_given_up,
    a_project_that_is_busy_is_served_in_the_end,
];
