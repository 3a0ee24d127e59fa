//! Several nodes on one database: what they tell each other, and how they share the work. What no
//! two of them may do at once is in [`rules`], and that whatever they do ends well in [`mix`].

mod mix;
mod rules;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use model::key::Principal;
use model::{Act, IdMint};
use store::{Due, Store, Target};
use tokio::task::JoinSet;

use crate::records::record;
use crate::support::{Home, at, aws, claim, first_start, vpc};

/// How long a hint may take on a machine with other things to do.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs each of these functions over a [`Home`] on the engine that has nodes.
macro_rules! on_nodes {
    ($($test:ident),+ $(,)?) => {
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                super::$test(&crate::support::Home::postgres().await).await;
            })+
        }
    };
}
use on_nodes;

/// What so many callers get who ask at once, half of them at each of two nodes, in their order.
async fn at_once<T, F>(home: &Home, n_callers: u8, ask: impl Fn(Store, u8) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    // Each node has a mint of its own: a process that starts again is another one.
    static STARTED: AtomicU8 = AtomicU8::new(0);
    let other = home.node(10 + STARTED.fetch_add(1, Ordering::Relaxed) % 240).await;
    let mut asked = JoinSet::new();
    for nth in 0..n_callers {
        let store = if nth % 2 == 0 { home.store.clone() } else { other.clone() };
        let asking = ask(store, nth);
        asked.spawn(async move { (nth, asking.await) });
    }
    let mut answers = asked.join_all().await;
    answers.sort_by_key(|(nth, _)| *nth);
    other.close().await;
    answers.into_iter().map(|(_, answer)| answer).collect()
}

async fn soon<T>(what: &str, hint: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, hint).await.unwrap_or_else(|_| panic!("{what} came too late"))
}

async fn what_becomes_due_at_one_node_is_heard_at_another(home: &Home) {
    let other = home.node(9).await;
    // Whoever begins to listen is told to look once.
    soon("the first hint", other.wake().notified()).await;
    let container = home.add_container(aws("US_EAST_1")).await;
    home.add_peering(&container, vpc(1)).await;
    soon("the hint", other.wake().notified()).await;
    assert_eq!(other.claim_peerings(&claim(0, 0)).await.expect("claimed").len(), 1);

    home.store.clock_advance(Duration::from_secs(60)).await.expect("moved");
    soon("the hint", other.wake().notified()).await;
    assert_eq!(other.clock_offset().await.expect("read"), Duration::from_secs(60));
}

async fn what_is_taken_back_at_one_node_holds_at_another(home: &Home) {
    let other = home.node(9).await;
    let entered = |store: Store| {
        let (key, project) = (home.key.clone(), home.project);
        async move { store.enter_project(&key, project).await.expect("read") }
    };
    let before = entered(other.clone()).await.epoch;
    let net = "10.1.0.1/32".parse().expect("an address");
    home.store.caller_access_add(home.org, &home.key, &[net], &Act::of_system(at(1))).await.expect("listed");
    assert_ne!(entered(other).await.epoch, before, "what is remembered has to be read again");
}

async fn a_node_whose_connections_are_all_cut_goes_on(home: &Home) {
    let other = home.node(9).await;
    soon("the first hint", other.wake().notified()).await;
    let container = home.add_container(aws("US_EAST_1")).await;
    home.sql(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    home.add_peering(&container, vpc(1)).await;
    assert_eq!(other.claim_containers(&claim(0, 0)).await.expect("claimed").len(), 1);
    soon("the hint of a new connection", other.wake().notified()).await;
    home.store.health().await.expect("works");
}

async fn what_is_due_is_shared_and_nothing_is_claimed_twice(home: &Home) {
    for nth in 0..20 {
        let region = ["US_EAST_1", "US_WEST_2"][usize::from(nth % 2)];
        let project = home.at(home.add_project(&format!("p{nth}")).await);
        let container = project.add_container(aws(region)).await;
        project.add_peering(&container, vpc(nth)).await;
    }
    let claimed = at_once(home, 8, |store, _| async move {
        store.claim_peerings(&store::Claim { limit: 5, ..claim(1, 0) }).await.expect("claimed")
    })
    .await;
    let mut ids: Vec<_> = claimed.iter().flatten().map(|claimed| claimed.peering.id).collect();
    ids.extend(home.claim_peerings(1, 0).await.iter().map(|claimed| claimed.peering.id));
    assert_eq!(ids.len(), 20);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 20);
}

async fn a_node_that_hangs_loses_its_claims_and_writes_nothing_behind_its_fence(home: &Home) {
    let hung = home.node(9).await;
    let container = home.add_container(aws("US_EAST_1")).await;
    home.add_peering(&container, vpc(1)).await;
    let late = hung.claim_peerings(&claim(0, 0)).await.expect("claimed").remove(0);
    assert!(home.claim_peerings(0, 9).await.is_empty());
    let held = home.claim_peerings(0, 10).await.remove(0);
    assert_eq!(held.fence, late.fence + 1);
    assert_eq!(hung.record_peerings(vec![record(&late, Due::Idle)]).await.expect("recorded"), [false]);
    assert_eq!(home.store.record_peerings(vec![record(&held, Due::Now)]).await.expect("recorded"), [true]);
}

on_nodes![
    what_becomes_due_at_one_node_is_heard_at_another,
    what_is_taken_back_at_one_node_holds_at_another,
    a_node_whose_connections_are_all_cut_goes_on,
    what_is_due_is_shared_and_nothing_is_claimed_twice,
    a_node_that_hangs_loses_its_claims_and_writes_nothing_behind_its_fence,
];

#[tokio::test]
async fn ten_servers_that_start_at_once_on_an_empty_database_make_one_beginning() {
    let url = testpg::empty();
    let mut starting = JoinSet::new();
    for nth in 0..10 {
        let url = url.clone();
        starting.spawn(async move {
            let target = Target::parse(&url).expect("a URL");
            let store = Store::open(&target, IdMint::new([nth; 5], 1)).await.expect("opens");
            let first = first_start(&store);
            let (org, key) = (first.org.id, first.key.id);
            let mine = store.first_start(first, &Act::of_system(at(0))).await.expect("one makes it");
            (store, org, key, mine)
        });
    }
    let started = starting.join_all().await;
    let (_, org, key, _) = started.iter().find(|(.., mine)| *mine).expect("one was first");
    assert_eq!(started.iter().filter(|(.., mine)| *mine).count(), 1);
    for (store, ..) in &started {
        assert_eq!(store.org_first().await.expect("read").map(|found| found.id), Some(*org));
        let found = store.in_org(&Principal::Key(*key), *org).await.expect("read");
        assert!(found.is_some());
    }
    let kept = testpg::rows(&url, "SELECT version FROM schema_migration ORDER BY version");
    let versions: Vec<_> = kept.into_iter().flatten().flatten().collect();
    assert!(versions.iter().enumerate().all(|(nth, version)| *version == (nth + 1).to_string()));
    // Work goes on at each of them.
    started[3].0.limit_list(started[0].0.mint().mint(at(0))).await.expect("read");
    started[7].0.clock_advance(Duration::from_secs(1)).await.expect("written");
}
