//! What a pass does with a peering.

use std::time::Duration;

use cloud::{ClientToken, CloudDriver, DriverError, PeeringJob, Speaker};
use model::peering::machine::{Action, Connection, Observed, Recheck, refused, step};
use model::peering::{Reason, State};
use model::provider::Provider;
use model::time::Timestamp;
use model::{Cloud, Note, Trouble};
use store::{ClaimedPeering, Due, PeeringRecord, Store};
use telemetry::TraceContext;

use super::trail::Story;
use super::{Row, held, stranded};
use crate::counters::{Call, Counters};
use crate::{Reconciler, backoff};

struct PeeringRow {
    job: PeeringJob,
    cloud: Cloud,
    fence: i64,
    attempts: u32,
    note: Note,
    /// The connection that it is to adopt, until it has.
    adopt: Option<String>,
    /// Whether it has, and that is not recorded yet.
    adopted: bool,
    /// The state as last recorded.
    from: State,
    trace: Option<TraceContext>,
}

impl Reconciler {
    /// One batch of due peerings; how many there were.
    pub(crate) async fn peerings(&self) -> Result<usize, store::Error> {
        let claim = self.claim();
        let lease_end = claim.real_now.after(claim.lease);
        let counters = self.counters.peerings();
        counters.claims.add_one();
        let rows = self.store.claim_peerings(&claim).await?;
        let n_rows = rows.len();
        self.work(rows.into_iter().map(PeeringRow::of).collect(), lease_end, counters).await?;
        Ok(n_rows)
    }
}

impl PeeringRow {
    fn of(claimed: ClaimedPeering) -> Self {
        let ClaimedPeering { peering, container, world, cloud, fence, attempts, note, adopt, trace } =
            claimed;
        let from = peering.state;
        let job = PeeringJob { peering, container, world };
        Self { job, cloud, fence, attempts, note, adopt, adopted: false, from, trace }
    }

    /// The driver's "no": the model says what state that is. What is to be taken down is tried
    /// again, marked as stuck.
    fn refuse(&mut self, reason: Reason) -> Option<Duration> {
        let peering = &mut self.job.peering;
        peering.state = refused(peering, reason);
        peering.stuck = (!peering.wanted).then_some(reason);
        if peering.wanted {
            self.attempts = 0;
            return None;
        }
        Some(self.back_off())
    }

    fn back_off(&mut self) -> Duration {
        self.attempts = self.attempts.saturating_add(1);
        backoff::pause(self.job.peering.id.0, self.attempts)
    }
}

impl Row for PeeringRow {
    type Seen = Observed;
    type Action = Action;
    type Record = PeeringRecord;

    const LOOK: Call = Call::Observe;

    fn provider(&self) -> Provider {
        self.job.peering.spec.provider()
    }

    fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// Looks; and before, as often as it takes, puts our mark on what is to be adopted. The row says
    /// so since it was made, and the mark is believed when it is seen.
    async fn observe(&self, speaker: Speaker<'_>) -> Result<Observed, DriverError> {
        if let (Some(id), Speaker::Real(account)) = (&self.adopt, speaker)
            && self.job.peering.wanted
        {
            if account.policy.read_only {
                return Err(DriverError::Denied(
                    "the account is read-only here: nothing is marked".to_owned(),
                ));
            }
            account.driver.adopt(&self.job, id).await?;
        }
        speaker.driver().observe(&self.job).await
    }

    fn decide(&mut self, seen: Observed, speaker: Speaker<'_>) -> (Option<Action>, Recheck) {
        let peering = &mut self.job.peering;
        if let Some(id) = self.adopt.as_ref().filter(|_| peering.wanted) {
            if seen.connection == Connection::Absent {
                // Asking for another one would make two.
                let says = format!("connection {id} carries our mark, and the cloud does not show it yet");
                self.note = self.note.with(Trouble::Unreachable, says);
                return (None, Recheck::Poll);
            }
            (self.adopt, self.adopted) = (None, true);
        }
        let (mut decision, mut anew) = (step(peering, &seen), false);
        if let Speaker::Real(account) = speaker {
            let held = held::peering(peering, &self.note, &seen, decision, account.policy);
            self.note = held.note;
            decision = held.decision;
            anew = held.anew;
            if anew {
                peering.incarnation += 1;
                peering.connection_id = None;
            }
        }
        peering.state = decision.next;
        // What an earlier incarnation left has a name that is not this one's.
        if !anew && seen.connection != Connection::Outdated && seen.connection_id.is_some() {
            peering.connection_id = seen.connection_id;
        }
        // An action may fail yet; only a row that needs none is over its troubles.
        if decision.action.is_none() {
            peering.stuck = None;
            self.attempts = 0;
        }
        (decision.action, decision.recheck)
    }

    async fn apply(&self, driver: &dyn CloudDriver, action: Action) -> Result<(), DriverError> {
        driver.apply(&self.job, action, &ClientToken::of(&self.job.peering, action)).await
    }

    fn fail(&mut self, error: &DriverError, acted: bool) -> Option<Duration> {
        let real = self.cloud != Cloud::Simulated;
        if real {
            self.note = held::failure(&self.note, error);
        }
        // Who may not look at a real cloud any more has not lost what stands there.
        let blind = real && !acted && self.job.peering.wanted;
        let pause = match error {
            DriverError::Transient(_) => Some(self.back_off()),
            DriverError::Throttled(pause) => Some(*pause),
            DriverError::Denied(_) if blind => Some(self.back_off()),
            DriverError::Rejected { .. } if blind && self.adopt.is_none() => Some(self.back_off()),
            DriverError::Denied(_) => self.refuse(Reason::Denied),
            DriverError::Rejected { reason, .. } => self.refuse(*reason),
        };
        tracing::warn!(
            peering.id = %self.job.peering.id,
            project.id = %self.job.peering.project,
            cloud.provider = %self.provider(),
            attempts = self.attempts,
            pause_ms = pause.map(|pause| u64::try_from(pause.as_millis()).unwrap_or(u64::MAX)),
            error = error as &dyn std::error::Error,
            "a cloud did not do what a peering needs"
        );
        pause
    }

    fn strand(&mut self) {
        self.note = self.note.with(Trouble::NoAccount, stranded(&self.cloud));
    }

    fn record(&self, due: Due, keep_lease: bool, at: Timestamp) -> PeeringRecord {
        let peering = &self.job.peering;
        PeeringRecord {
            id: peering.id,
            fence: self.fence,
            generation: peering.generation,
            next: peering.state,
            connection_id: peering.connection_id.clone(),
            stuck: peering.stuck,
            incarnation: peering.incarnation,
            note: self.note.clone(),
            adopted: self.adopted,
            due,
            attempts: self.attempts,
            keep_lease,
            at,
        }
    }

    async fn save(store: &Store, records: Vec<PeeringRecord>) -> Result<Vec<bool>, store::Error> {
        store.record_peerings(records).await
    }

    fn announce(&mut self, counters: &Counters) {
        self.adopted = false;
        let peering = &self.job.peering;
        if peering.state == self.from {
            return;
        }
        counters.moved(self.provider(), peering.state);
        tracing::info!(
            peering.id = %peering.id,
            project.id = %peering.project,
            from = self.from.name(),
            to = peering.state.name(),
            reason = peering.state.reason().map(Reason::name),
            "a peering moved"
        );
        self.from = peering.state;
    }

    fn trace(&self) -> Option<TraceContext> {
        self.trace
    }

    fn story(&self, from: &'static str) -> Story {
        Story {
            kind: "peering",
            id: self.job.peering.id.to_string(),
            project: self.job.peering.project.to_string(),
            provider: self.provider().name(),
            from,
            to: self.state(),
        }
    }

    fn state(&self) -> &'static str {
        self.from.name()
    }
}
