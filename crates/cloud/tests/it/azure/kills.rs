//! A process dies at a call to Azure, and another one goes on: at every call of create and destroy,
//! before it arrives and after it had its effect. In the end there is one of each, then none.

use std::sync::Arc;

use cloud::azure::AzureDriver;
use cloud::{ClientToken, CloudDriver, DriverError, NetworkJob, PeeringJob};
use model::container::machine as networks;
use model::peering::machine as peerings;
use model::peering::{PeeringSpec, State};
use model::time::Timestamp;
use serde_json::json;

use super::bed::{AzureBed, far_group, far_vnet, near_group};
use super::fake::Sight;
use crate::suite::{Bed, FarNetwork};

/// Turns of one life before a test gives up.
const TURNS: usize = 120;

/// Calls of one life before a test gives up.
const CALLS_MAX: usize = 200;

/// A row, and the process that has it in hand.
struct Life<'a> {
    bed: &'a AzureBed,
    driver: Arc<AzureDriver>,
    job: PeeringJob,
    n_deaths: usize,
}

impl<'a> Life<'a> {
    async fn begin(bed: &'a AzureBed) -> Self {
        Self { driver: bed.azure(), job: bed.job(FarNetwork::There).await, bed, n_deaths: 0 }
    }

    /// Moves the row as the reconciler does, until it is where it should be. What a decision says is
    /// written down before anything is done about it; a call that is not answered ends the process.
    async fn to(&mut self, wanted: State) {
        for _ in 0..TURNS {
            let done = self.job.peering.state == wanted
                && (wanted != State::Removed || !self.job.container.network.present());
            if done {
                return;
            }
            if let Err(error) = self.turn().await {
                assert!(matches!(error, DriverError::Transient(_)), "{error:?}");
                self.driver = self.bed.azure();
                self.n_deaths += 1;
            }
        }
        panic!("it never gets {wanted:?}: {:#?}", self.job);
    }

    async fn turn(&mut self) -> Result<(), DriverError> {
        let network_job = NetworkJob { container: self.job.container.clone(), world: self.job.world };
        let seen = self.driver.observe_network(&network_job).await?;
        let needed = self.job.peering.state != State::Removed;
        let decision = networks::step(&self.job.container.network, needed, &seen);
        self.job.container.network = decision.next;
        if let Some(action) = decision.action {
            self.driver.apply_network(&network_job, action).await?;
        }
        if self.job.peering.state == State::Removed {
            return Ok(());
        }
        let seen = self.driver.observe(&self.job).await?;
        let decision = peerings::step(&self.job.peering, &seen);
        let peering = &mut self.job.peering;
        peering.state = decision.next;
        if seen.connection != peerings::Connection::Outdated && seen.connection_id.is_some() {
            peering.connection_id = seen.connection_id;
        }
        if let Some(action) = decision.action {
            let token = ClientToken::of(&self.job.peering, action);
            self.driver.apply(&self.job, action, &token).await?;
        }
        Ok(())
    }

    async fn create(&mut self) {
        self.to(State::Active).await;
        let sight = self.bed.fake.see().await;
        assert_eq!(self.counts(&sight), (1, 1, 1), "{sight:#?}");
    }

    async fn destroy(&mut self) {
        self.job.peering = self.job.peering.unwanted(Timestamp::from_seconds(1_800_000_000));
        self.to(State::Removed).await;
        let sight = self.bed.fake.see().await;
        assert_eq!(self.counts(&sight), (0, 0, 0), "{sight:#?}");
    }

    /// Near networks, near halves and far halves, whosever they are.
    fn counts(&self, sight: &Sight) -> (usize, usize, usize) {
        let of = |group: &str| {
            let group = format!("{group}/").to_lowercase();
            let here = sight.vnets.iter().filter(move |vnet| vnet.id.to_lowercase().starts_with(&group));
            (here.clone().count(), here.map(|vnet| vnet.peerings.len()).sum::<usize>())
        };
        let (networks, near) = of(&near_group());
        let (_, far) = of(&far_group());
        assert!(sight.vnets.iter().any(|vnet| vnet.id.eq_ignore_ascii_case(&far_vnet(&self.job))));
        (networks, near, far)
    }
}

/// Kills at each call in turn until a life needs no more calls than went well; how many kills.
async fn kill_at_every_call(bed: &AzureBed, kind: &str, looks: u32, of_destroy: bool) -> usize {
    for n_before in 0..CALLS_MAX {
        bed.reset().await;
        bed.fake.control("limits", &json!({ "looks": looks })).await;
        let mut life = Life::begin(bed).await;
        if of_destroy {
            life.create().await;
        }
        bed.fake.fault("", "", json!({ "kind": kind, "skip": n_before, "times": 1 })).await;
        if of_destroy {
            life.destroy().await;
        } else {
            life.create().await;
        }
        // A poll of an operation that goes on is lost without harm: nobody dies of it. So it is the
        // fault that tells whether there was such a call.
        let hit = bed.fake.see().await.faults_left == 0;
        bed.mend().await;
        if !of_destroy {
            life.destroy().await;
        }
        if !hit {
            assert_eq!(life.n_deaths, 0);
            return n_before;
        }
    }
    panic!("a life has more than {CALLS_MAX} calls");
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "how many kills there were is what this test shows")]
async fn a_kill_at_any_call_leaves_no_orphan_and_no_double() {
    let bed = AzureBed::new().await;
    let mut total = 0;
    for looks in [1, 4] {
        for kind in ["unsent", "lost"] {
            for of_destroy in [false, true] {
                let n_kills = kill_at_every_call(&bed, kind, looks, of_destroy).await;
                let what = if of_destroy { "destroy" } else { "create" };
                println!(
                    "azure: {what}, {kind}, done after {looks} looks: {n_kills} kills, 0 orphans, 0 doubles"
                );
                assert!(n_kills >= 5, "{what} has few calls: {n_kills}");
                total += n_kills;
            }
        }
    }
    println!("azure: {total} kills, 0 orphans, 0 doubles");
}

#[tokio::test]
async fn an_operation_goes_on_while_one_process_dies_and_another_begins() {
    let bed = AzureBed::new().await;
    // Longer than a driver waits in one call.
    bed.fake.control("limits", &json!({ "looks": 9 })).await;
    let mut life = Life::begin(&bed).await;
    for _ in 0..TURNS {
        life.driver = bed.azure();
        if life.job.peering.state == State::Active {
            break;
        }
        life.turn()
            .await
            .or_else(|error| match error {
                DriverError::Transient(_) => Ok(()),
                other => Err(other),
            })
            .expect("nothing but waiting");
    }
    assert_eq!(life.job.peering.state, State::Active);
    assert!(matches!(life.job.peering.spec, PeeringSpec::Azure { .. }));
    life.destroy().await;
}
