//! The loop that a server runs, on the machine's own time.

use std::time::Duration;

use model::access::{AccessEntry, AccessValue};
use model::peering::State;
use model::provider::Provider;
use model::time::Clock;
use model::world::Acceptance;
use store::Page;
use tokio::sync::oneshot;

use crate::bed::Bed;
use crate::places::{place, vpc};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for a condition, with a bound.
async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, wait).await.is_ok(), "{what}");
}

#[tokio::test]
async fn a_wish_wakes_the_loop_and_its_end_ends_it() {
    let bed = Bed::new().await;
    bed.acceptance(bed.project, Acceptance::Automatic).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let run = bed.reconciler.run(async {
        let _ = stopped.await;
    });
    let story = async {
        let container = bed.container(bed.project, place(Provider::Aws)).await;
        let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
        eventually("it becomes active", async || bed.state(bed.project, id).await == Some(State::Active))
            .await;
        bed.unpeer(bed.project, id).await;
        eventually("it is taken down", async || bed.state(bed.project, id).await.is_none()).await;
        stop.send(()).expect("the loop runs");
    };
    let ended = tokio::time::timeout(PATIENCE, async { tokio::join!(run, story) }).await;
    assert!(ended.is_ok(), "the loop ends when it is told");
}

#[tokio::test]
async fn the_end_waits_for_the_pass_in_hand() {
    let bed = Bed::new().await;
    bed.acceptance(bed.project, Acceptance::Automatic).await;
    let container = bed.container(bed.project, place(Provider::Aws)).await;
    let id = bed.peer(bed.project, container.id, vpc(1, 1)).await;
    // Somebody stands between an action and the look after it when the end is asked for.
    bed.gate.stop_at(7);
    let (stop, stopped) = oneshot::channel::<()>();
    let run = bed.reconciler.run(async {
        let _ = stopped.await;
    });
    let story = async {
        bed.gate.reached.notified().await;
        stop.send(()).expect("the loop runs");
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        bed.gate.resume.notify_one();
    };
    let ended = tokio::time::timeout(PATIENCE, async { tokio::join!(run, story) }).await;
    assert!(ended.is_ok(), "the loop ends");
    let held = bed.next_due().await.is_some_and(|due| bed.world.now() < due);
    assert!(!held, "no lease is left behind; state {:?}", bed.state(bed.project, id).await);
}

#[tokio::test]
async fn expired_access_entries_are_taken_out() {
    let bed = Bed::new().await;
    let now = bed.world.now();
    let entry = |text: &str, seconds: u64| AccessEntry {
        project: bed.project,
        value: AccessValue::parse_net(text).expect("an address"),
        comment: String::new(),
        delete_after: Some(now.after(Duration::from_secs(seconds))),
        created_at: now,
    };
    let entries = vec![entry("192.0.2.1", 60), entry("192.0.2.2", 600)];
    bed.store.access_add(bed.project, entries, &bed.act()).await.expect("room for two");
    assert_eq!(bed.idle().await.expired, 0);
    bed.advance(Duration::from_secs(60)).await;
    assert_eq!(bed.idle().await.expired, 1);
    let page = Page { number: 1, size: 10 };
    let left = bed.store.access_list(bed.project, now, page).await.expect("readable");
    assert_eq!(left.items.iter().map(|entry| entry.value.key()).collect::<Vec<_>>(), ["192.0.2.2/32"]);
}
