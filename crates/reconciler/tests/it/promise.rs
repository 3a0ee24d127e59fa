//! The promise, as a property.
//!
//! For any history of requests, actions of the far side, moves of the clock, crashes and cloud
//! faults: once the wishes stop changing and the faults are used up, the clouds agree with the rows
//! and stay so. Nothing acknowledged is lost, nothing is done twice, nothing is left behind.
//! [`Ledger::check`] is what that means.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use model::provider::Provider;
use model::world::{Acceptance, CloudCall, CloudFault, FarAction, Latency};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::bed::{Bed, Ran};
use crate::deeds::{Deed, Ledger};

/// One step of a history.
#[derive(Debug, Clone)]
enum Step {
    /// Something happens.
    Do(Deed),
    /// It happens, and the reconciler runs until nothing is due.
    Run(Deed),
    /// It happens, and the reconciler is killed at that moment of its run.
    Kill(Deed, u64),
    /// It happens, and something else does at that moment of the reconciler's run.
    Meanwhile(Deed, u64, Deed),
}

fn provider() -> impl Strategy<Value = Provider> {
    proptest::sample::select(Provider::ALL.to_vec())
}

fn project() -> impl Strategy<Value = usize> {
    prop_oneof![3 => Just(0usize), 1 => Just(1usize)]
}

fn deed() -> impl Strategy<Value = Deed> {
    let minute = Duration::from_secs(60);
    let hour = 60 * minute;
    let pauses = vec![minute / 60, minute / 4, minute, hour, 24 * hour, 7 * 24 * hour];
    let latencies = vec![Latency::Instant, Latency::Swift, Latency::Lifelike];
    let acceptances = vec![Acceptance::Manual, Acceptance::Automatic];
    prop_oneof![
        2 => (project(), provider()).prop_map(|(project, provider)| Deed::Contain { project, provider }),
        1 => (0..4usize).prop_map(|nth| Deed::Uncontain { nth }),
        14 => (project(), provider(), 1..6u8)
            .prop_map(|(project, provider, far)| Deed::Peer { project, provider, far }),
        4 => (0..6usize, 1..4u8, 1..6u8).prop_map(|(nth, vpc, block)| Deed::Change { nth, vpc, block }),
        8 => (0..6usize).prop_map(|nth| Deed::Unpeer { nth }),
        9 => (0..6usize, proptest::sample::select(FarAction::ALL.to_vec()))
            .prop_map(|(nth, action)| Deed::Far { nth, action }),
        2 => (project(), proptest::sample::select(acceptances))
            .prop_map(|(project, acceptance)| Deed::Accept { project, acceptance }),
        2 => (project(), proptest::sample::select(latencies))
            .prop_map(|(project, latency)| Deed::Slow { project, latency }),
        4 => (
            project(),
            proptest::sample::select(CloudCall::ALL.to_vec()),
            proptest::sample::select(CloudFault::ALL.to_vec()),
            1..5u32
        )
            .prop_map(|(project, call, fault, times)| Deed::Fault { project, call, fault, times }),
        3 => (project(), any::<bool>(), 1..4u8, proptest::option::of(1..7u8))
            .prop_map(|(project, group, nth, days)| Deed::Allow { project, group, nth, days }),
        1 => (project(), any::<bool>(), 1..4u8)
            .prop_map(|(project, group, nth)| Deed::Disallow { project, group, nth }),
        1 => Just(Deed::Close { project: 1 }),
        4 => proptest::sample::select(pauses.clone()).prop_map(Deed::Sleep),
        1 => proptest::sample::select(pauses).prop_map(Deed::Advance),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => deed().prop_map(Step::Do),
        1 => deed().prop_map(Step::Run),
        1 => (deed(), 1..10u64).prop_map(|(deed, moment)| Step::Kill(deed, moment)),
        1 => (deed(), 1..10u64, deed()).prop_map(|(deed, at, other)| Step::Meanwhile(deed, at, other)),
    ]
}

/// Every history begins with containers, so that there is something to go wrong.
fn history() -> impl Strategy<Value = Vec<Step>> {
    let homes = [(0, Provider::Aws), (0, Provider::Azure), (0, Provider::Gcp), (1, Provider::Azure)];
    proptest::collection::vec(step(), 5..100).prop_map(move |steps| {
        let homes = homes.map(|(project, provider)| Step::Do(Deed::Contain { project, provider }));
        homes.into_iter().chain(steps).collect()
    })
}

/// What was tried.
#[derive(Default)]
struct Tried {
    histories: AtomicUsize,
    steps: AtomicUsize,
    kills: AtomicUsize,
    meanwhiles: AtomicUsize,
}

async fn hold(history: &[Step], tried: &Tried) {
    let mut bed = Bed::new().await;
    let mut ledger = Ledger::new(&bed).await;
    for step in history {
        match step {
            Step::Do(deed) => ledger.perform(&bed, deed).await,
            Step::Run(deed) => {
                ledger.perform(&bed, deed).await;
                bed.idle().await;
            }
            Step::Kill(deed, moment) => {
                ledger.perform(&bed, deed).await;
                bed.gate.stop_at(*moment);
                match bed.idle_or_die().await {
                    Ran::IntoTheGate => drop(tried.kills.fetch_add(1, Ordering::Relaxed)),
                    Ran::ToRest(_) => bed.gate.stop_at(0),
                }
            }
            Step::Meanwhile(deed, moment, other) => {
                ledger.perform(&bed, deed).await;
                bed.gate.stop_at(*moment);
                if bed.idle_with(ledger.perform(&bed, other)).await {
                    tried.meanwhiles.fetch_add(1, Ordering::Relaxed);
                } else {
                    bed.gate.stop_at(0);
                }
            }
        }
    }
    bed.settle().await;
    ledger.check(&bed).await;
    // And they stay so.
    let n_actions = bed.gate.n_actions();
    for _ in 0..3 {
        bed.restart().await;
        bed.sleep(Duration::from_secs(1200));
        bed.settle().await;
        ledger.check(&bed).await;
    }
    assert_eq!(bed.gate.n_actions(), n_actions, "a world that agrees is left alone");
}

#[test]
#[expect(clippy::print_stdout, reason = "how much was tried is part of what this test shows")]
fn clouds_come_to_agree_with_what_was_acknowledged_whatever_happens() {
    let config = Config { failure_persistence: None, ..Config::default() };
    let tried = Tried::default();
    let held = TestRunner::new(config).run(&history(), |history| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.expect("a runtime").block_on(hold(&history, &tried));
        tried.histories.fetch_add(1, Ordering::Relaxed);
        tried.steps.fetch_add(history.len(), Ordering::Relaxed);
        Ok(())
    });
    if let Err(failure) = held {
        panic!("{failure}");
    }
    let Tried { histories, steps, kills, meanwhiles } = tried;
    println!(
        "the promise held in {} histories of {} steps, {} kills and {} things that happened during a pass",
        histories.into_inner(),
        steps.into_inner(),
        kills.into_inner(),
        meanwhiles.into_inner()
    );
}
