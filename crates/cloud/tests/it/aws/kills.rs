//! A life at Amazon, killed at every single call to it, and finished by a new process.

use std::sync::Arc;

use cloud::aws::AwsDriver;
use cloud::{ClientToken, CloudAccount, CloudDriver, DriverError, NetworkJob, PeeringJob};
use model::container::Network;
use model::container::machine as network_machine;
use model::peering::State;
use model::peering::machine::{Recheck, step};

use super::accounts::AwsBed;
use super::proxy::Effect;
use crate::fixture::NOW;
use crate::suite::{Bed, FarAct, FarNetwork, There};

/// Passes over one row before a story is taken for endless.
const PASSES: usize = 60;
/// Calls of one life; it has fewer.
const CALLS_MAX: usize = 200;

/// What a row is to come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    Waiting,
    Active,
    Gone,
}

impl Until {
    fn is(self, job: &PeeringJob) -> bool {
        match self {
            Self::Waiting => job.peering.state == State::AwaitingPeer,
            Self::Active => job.peering.state == State::Active,
            Self::Gone => job.peering.state == State::Removed && job.container.network == Network::Absent,
        }
    }
}

/// Moves the two rows as the reconciler does: look, decide, write down, act. What was written down
/// outlives a kill.
async fn pump(driver: &AwsDriver, job: &mut PeeringJob, until: Until) -> Result<(), DriverError> {
    for _ in 0..PASSES {
        let network = NetworkJob { container: job.container.clone(), world: job.world };
        let seen = driver.observe_network(&network).await?;
        // A container's network is wanted while it has a peering.
        let wanted = job.peering.state != State::Removed;
        let decision = network_machine::step(&job.container.network, wanted, &seen);
        job.container.network = decision.next;
        if let Some(action) = decision.action {
            let network = NetworkJob { container: job.container.clone(), world: job.world };
            driver.apply_network(&network, action).await?;
            continue;
        }
        if job.peering.state != State::Removed {
            let seen = driver.observe(job).await?;
            let decision = step(&job.peering, &seen);
            job.peering.state = decision.next;
            if seen.connection_id.is_some() {
                job.peering.connection_id = seen.connection_id;
            }
            if let Some(action) = decision.action {
                driver.apply(job, action, &ClientToken::of(&job.peering, action)).await?;
                continue;
            }
            if decision.recheck == Recheck::Now {
                continue;
            }
        }
        if until.is(job) {
            return Ok(());
        }
    }
    panic!("it never gets to {until:?}: {job:#?}");
}

/// What was killed, and what it left.
#[derive(Debug, Default)]
struct Counts {
    kills: usize,
    doubles: usize,
    orphans: usize,
    far: usize,
}

struct Life<'a> {
    bed: &'a AwsBed,
    driver: Arc<AwsDriver>,
    killed: bool,
}

impl Life<'_> {
    /// Until it is there, with a new process after the kill.
    async fn get_to(&mut self, job: &mut PeeringJob, until: Until) {
        for _ in 0..3 {
            match pump(&self.driver, job, until).await {
                Ok(()) => return,
                Err(error) => {
                    assert!(!self.killed, "only the cut line fails: {error:?}");
                    assert!(matches!(error, DriverError::Transient(_)), "{error:?}");
                    self.killed = true;
                    self.bed.proxy.line(|line| line.cut_at = None);
                    self.driver = self.bed.aws();
                }
            }
        }
        panic!("it does not come back");
    }
}

/// One life with a kill at call `at`; whether it came to that, and the number of its calls.
async fn live(bed: &AwsBed, at: Option<(usize, Effect)>, counts: &mut Counts) -> (bool, usize) {
    bed.proxy.line(|line| (line.n_calls, line.cut_at) = (0, at));
    let mut job = bed.job(FarNetwork::There).await;
    let mut life = Life { bed, driver: bed.aws(), killed: false };
    life.get_to(&mut job, Until::Waiting).await;
    bed.act(&job, FarAct::Accept).await;
    life.get_to(&mut job, Until::Active).await;
    let there = bed.there(&job).await;
    counts.doubles +=
        there.networks.abs_diff(1) + there.connections.abs_diff(1) + there.routes.len().abs_diff(1);
    job.peering = job.peering.unwanted(NOW);
    life.get_to(&mut job, Until::Gone).await;
    let n_calls = bed.proxy.line(|line| line.n_calls);
    bed.proxy.line(|line| line.cut_at = None);
    let there = bed.there(&job).await;
    if there != There::default() {
        counts.orphans += there.networks + there.connections + there.routes.len();
    }
    counts.orphans += bed.aws().marked().await.expect("told").len();
    counts.far += bed.far_alive(&job).await;
    counts.kills += usize::from(life.killed);
    (life.killed, n_calls)
}

#[expect(clippy::print_stdout, reason = "how often it was killed is what this test shows")]
#[tokio::test]
async fn a_life_killed_at_every_call_leaves_no_orphan_and_no_double() {
    let bed = AwsBed::new().await;
    let (_, n_calls) = live(&bed, None, &mut Counts::default()).await;
    for (name, effect) in [("not sent", Effect::Unsent), ("answer lost", Effect::Lose)] {
        let mut counts = Counts::default();
        for at in 1..=CALLS_MAX {
            if !live(&bed, Some((at, effect.clone())), &mut counts).await.0 {
                break;
            }
        }
        println!(
            "killed at each of {} calls ({name}): {} doubles, {} orphans on our side, {} on the far side",
            counts.kills, counts.doubles, counts.orphans, counts.far
        );
        assert!(counts.kills >= n_calls, "a life has {n_calls} calls, {} were killed", counts.kills);
        assert_eq!((counts.doubles, counts.orphans, counts.far), (0, 0, 0), "{name}");
    }
}
