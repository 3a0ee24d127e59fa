//! What a pass does with the near network of a container.

use std::time::Duration;

use cloud::{CloudDriver, DriverError, NetworkJob, Speaker};
use model::container::Network;
use model::container::machine::{NetworkAction, NetworkObserved, step};
use model::peering::machine::Recheck;
use model::provider::Provider;
use model::time::Timestamp;
use model::{Cloud, Note, Trouble};
use store::{ClaimedContainer, ContainerRecord, Due, Store};
use telemetry::TraceContext;

use super::held::{self, Ties};
use super::trail::Story;
use super::{Row, stranded};
use crate::counters::{Call, Counters};
use crate::{Reconciler, backoff};

struct NetworkRow {
    job: NetworkJob,
    cloud: Cloud,
    ties: Ties,
    note: Note,
    fence: i64,
    attempts: u32,
    /// The network's state as last recorded.
    from: &'static str,
    trace: Option<TraceContext>,
}

impl Reconciler {
    /// One batch of due containers; how many there were.
    pub(crate) async fn networks(&self) -> Result<usize, store::Error> {
        let claim = self.claim();
        let lease_end = claim.real_now.after(claim.lease);
        let counters = self.counters.containers();
        counters.claims.add_one();
        let rows = self.store.claim_containers(&claim).await?;
        let n_rows = rows.len();
        self.work(rows.into_iter().map(NetworkRow::of).collect(), lease_end, counters).await?;
        Ok(n_rows)
    }
}

impl NetworkRow {
    fn of(claimed: ClaimedContainer) -> Self {
        let ClaimedContainer { container, world, cloud, wanted, adopting, kept, .. } = claimed;
        let ClaimedContainer { fence, attempts, note, trace, .. } = claimed;
        let from = name(&container.network);
        let (job, ties) = (NetworkJob { container, world }, Ties { wanted, adopting, kept });
        Self { job, cloud, ties, note, fence, attempts, from, trace }
    }
}

fn name(network: &Network) -> &'static str {
    match network {
        Network::Absent => "absent",
        Network::Making => "making",
        Network::Ready(_) => "ready",
        Network::Removing => "removing",
    }
}

impl Row for NetworkRow {
    type Seen = NetworkObserved;
    type Action = NetworkAction;
    type Record = ContainerRecord;

    const LOOK: Call = Call::ObserveNetwork;

    fn provider(&self) -> Provider {
        self.job.container.provider()
    }

    fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    async fn observe(&self, speaker: Speaker<'_>) -> Result<NetworkObserved, DriverError> {
        speaker.driver().observe_network(&self.job).await
    }

    fn decide(&mut self, seen: NetworkObserved, speaker: Speaker<'_>) -> (Option<NetworkAction>, Recheck) {
        let network = &self.job.container.network;
        let mut decision = step(network, self.ties.wanted, &seen);
        if let Speaker::Real(account) = speaker {
            let held = held::network(network, &self.note, &seen.network, decision, self.ties, account.policy);
            self.note = held.note;
            self.ties.kept = held.kept;
            decision = held.decision;
        }
        self.job.container.network = decision.next;
        if decision.action.is_none() {
            self.attempts = 0;
        }
        (decision.action, decision.recheck)
    }

    async fn apply(&self, driver: &dyn CloudDriver, action: NetworkAction) -> Result<(), DriverError> {
        driver.apply_network(&self.job, action).await
    }

    /// A network has no failed state: what refuses it may relent, and its peerings wait for it.
    fn fail(&mut self, error: &DriverError, _acted: bool) -> Option<Duration> {
        if self.cloud != Cloud::Simulated {
            self.note = held::failure(&self.note, error);
        }
        let pause = match error {
            DriverError::Transient(_) | DriverError::Denied(_) | DriverError::Rejected { .. } => {
                self.attempts = self.attempts.saturating_add(1);
                backoff::pause(self.job.container.id.0, self.attempts)
            }
            DriverError::Throttled(pause) => *pause,
        };
        tracing::warn!(
            container.id = %self.job.container.id,
            project.id = %self.job.container.project,
            cloud.provider = %self.provider(),
            attempts = self.attempts,
            pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
            error = error as &dyn std::error::Error,
            "a cloud did not do what a near network needs"
        );
        Some(pause)
    }

    fn strand(&mut self) {
        self.note = self.note.with(Trouble::NoAccount, stranded(&self.cloud));
    }

    fn record(&self, due: Due, keep_lease: bool, at: Timestamp) -> ContainerRecord {
        ContainerRecord {
            id: self.job.container.id,
            fence: self.fence,
            next: self.job.container.network.clone(),
            note: self.note.clone(),
            kept: self.ties.kept,
            due,
            attempts: self.attempts,
            keep_lease,
            at,
        }
    }

    async fn save(store: &Store, records: Vec<ContainerRecord>) -> Result<Vec<bool>, store::Error> {
        store.record_containers(records).await
    }

    fn announce(&mut self, _: &Counters) {
        let container = &self.job.container;
        let to = name(&container.network);
        if to == self.from {
            return;
        }
        tracing::info!(
            container.id = %container.id,
            project.id = %container.project,
            from = self.from,
            to,
            "a near network moved"
        );
        self.from = to;
    }

    fn trace(&self) -> Option<TraceContext> {
        self.trace
    }

    fn story(&self, from: &'static str) -> Story {
        Story {
            kind: "container",
            id: self.job.container.id.to_string(),
            project: self.job.container.project.to_string(),
            provider: self.provider().name(),
            from,
            to: self.state(),
        }
    }

    fn state(&self) -> &'static str {
        self.from
    }
}
