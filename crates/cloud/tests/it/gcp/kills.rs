//! A process that is killed at each of its calls, before the call left or after it was taken, and
//! another one that goes on from the rows.

use std::sync::Arc;

use cloud::gcp::GcpDriver;
use cloud::{ClientToken, CloudAccount as _, CloudDriver as _, NetworkJob, PeeringJob};
use model::container::Network;
use model::container::machine as container;
use model::peering::State;
use model::peering::machine as peering;
use model::time::Timestamp;
use serde_json::json;

use super::bed::GcpBed;
use crate::suite::{Bed as _, FarAct, There};

/// Passes after which a row has to be where it is wanted.
const PASSES: usize = 80;

/// Where the rows are to get.
#[derive(Clone, Copy, PartialEq)]
enum Goal {
    /// The connection is complete.
    Stands,
    /// Nothing is left.
    Gone,
}

/// Moves the rows as the reconciler does, until they are there: looks, decides, writes down, acts.
/// What a call fails with is left to the next look.
async fn reconcile(bed: &GcpBed, driver: &Arc<GcpDriver>, job: &mut PeeringJob, goal: Goal) {
    let mut accepted = false;
    for _ in 0..PASSES {
        let near = NetworkJob { container: job.container.clone(), world: job.world };
        if let Ok(observed) = driver.observe_network(&near).await {
            let wanted = job.peering.state != State::Removed;
            let decision = container::step(&job.container.network, wanted, &observed);
            job.container.network = decision.next;
            if let Some(action) = decision.action {
                let near = NetworkJob { container: job.container.clone(), world: job.world };
                let _ = driver.apply_network(&near, action).await;
            }
        }
        if let Ok(observed) = driver.observe(job).await {
            let decision = peering::step(&job.peering, &observed);
            job.peering.state = decision.next;
            if let Some(action) = decision.action {
                let _ = driver.apply(job, action, &ClientToken::of(&job.peering, action)).await;
            }
        }
        match goal {
            Goal::Stands if job.peering.state == State::Active => return,
            Goal::Stands if job.peering.state == State::AwaitingPeer && !accepted => {
                bed.act(job, FarAct::Accept).await;
                accepted = true;
            }
            Goal::Gone if job.peering.state == State::Removed && job.container.network == Network::Absent => {
                return;
            }
            Goal::Stands | Goal::Gone => {}
        }
    }
    panic!("the rows never get there: {:?} {:?}", job.peering.state, job.container.network);
}

/// The same by a process that is killed when a call is held up, and then by another.
async fn killed(bed: &GcpBed, job: &mut PeeringJob, goal: Goal, nth: u64, kind: &str) {
    let fault = json!({ "kind": kind, "skip": nth, "times": 1 });
    bed.fake.hand("fault", json!({ "fault": fault })).await;
    let driver = bed.fresh();
    tokio::select! {
        biased;
        held = bed.fake.show("held") => assert!(held["method"].is_string(), "{held}"),
        () = reconcile(bed, &driver, job, goal) => panic!("call {nth} was never made"),
    }
    drop(driver);
    bed.fake.hand("mend", json!({})).await;
    reconcile(bed, &bed.fresh(), job, goal).await;
}

async fn new_job(bed: &GcpBed) -> PeeringJob {
    bed.fake.reset().await;
    bed.job_in(&["US_EAST_4", "EASTERN_US"], "10.8.0.0/22", bed.far(None).await)
}

fn unwant(job: &mut PeeringJob) {
    job.peering = job.peering.unwanted(Timestamp::from_seconds(1_800_000_000));
}

/// Exactly what one complete connection takes.
async fn stands_once(bed: &GcpBed, job: &PeeringJob, at: &str) {
    assert_eq!(bed.there(job).await, There { networks: 1, connections: 1, routes: Vec::new() }, "{at}");
    let near = bed.fake.near().await;
    assert_eq!(near["networks"].as_object().map(serde_json::Map::len), Some(1), "{at}: {near:#}");
    assert_eq!(near["subnetworks"].as_array().map(Vec::len), Some(2), "{at}: {near:#}");
    assert_eq!(near["policies"], json!(null), "{at}");
    assert_eq!(bed.fresh().marked().await.expect("told").len(), 2, "{at}");
}

async fn is_gone(bed: &GcpBed, job: &PeeringJob, at: &str) {
    assert_eq!(bed.there(job).await, There::default(), "{at}");
    let near = bed.fake.near().await;
    for kind in ["subnetworks", "policies"] {
        assert_eq!(near[kind], json!(null), "{at}");
    }
    assert_eq!(near["networks"], json!({}), "{at}");
    assert_eq!(bed.fresh().marked().await.expect("told"), [], "{at}");
}

#[expect(clippy::print_stdout, reason = "how many kills there were is what this test shows")]
#[tokio::test]
async fn a_kill_at_any_call_of_create_and_destroy_leaves_no_orphan_and_no_double() {
    let bed = GcpBed::start().await;
    // How many calls there are is counted on a life without a kill.
    let mut job = new_job(&bed).await;
    let before = bed.fake.n_calls().await;
    reconcile(&bed, &bed.fresh(), &mut job, Goal::Stands).await;
    let between = bed.fake.n_calls().await;
    unwant(&mut job);
    reconcile(&bed, &bed.fresh(), &mut job, Goal::Gone).await;
    let after = bed.fake.n_calls().await;
    let (creating, destroying) = (between - before, after - between);
    assert!(creating >= 10 && destroying >= 8, "{creating} {destroying}");
    let mut n_kills = 0;
    for kind in ["held", "heldAfter"] {
        for nth in 0..creating {
            let at = format!("create, call {nth}, {kind}");
            let mut job = new_job(&bed).await;
            killed(&bed, &mut job, Goal::Stands, nth, kind).await;
            stands_once(&bed, &job, &at).await;
            unwant(&mut job);
            reconcile(&bed, &bed.fresh(), &mut job, Goal::Gone).await;
            is_gone(&bed, &job, &at).await;
            n_kills += 1;
        }
        for nth in 0..destroying {
            let at = format!("destroy, call {nth}, {kind}");
            let mut job = new_job(&bed).await;
            reconcile(&bed, &bed.fresh(), &mut job, Goal::Stands).await;
            unwant(&mut job);
            killed(&bed, &mut job, Goal::Gone, nth, kind).await;
            is_gone(&bed, &job, &at).await;
            n_kills += 1;
        }
    }
    bed.fake.clean().await;
    println!(
        "gcp: {n_kills} kills ({creating} calls of create and {destroying} of destroy, each before it left and after \
         it was taken): 0 orphans, 0 doubles"
    );
}
