//! One pass: what happens to a batch of rows between their claim and their release.
//!
//! The two kinds of rows, peerings and the near networks of containers, go through the same
//! arrows; [`Row`] is what differs. What an account's owner lets us do, and what is told of changes
//! behind our back, is in `held`.

mod held;
mod network;
mod peering;
mod trail;

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use cloud::{CloudDriver, DriverError, Speaker};
use futures::FutureExt;
use futures::future::join_all;
use model::peering::machine::Recheck;
use model::provider::Provider;
use model::time::{Clock, Timestamp};
use model::{AccountName, Cloud};
use store::{Claim, Due, Store};
use telemetry::{Stopwatch, TraceContext};

use crate::Reconciler;
use crate::counters::{Call, Counters, OfKind};
use trail::{Story, Trail};

/// A claimed row. Its fields are the row as read, moved on by each decision.
trait Row: Sized + Send + Sync {
    /// What a look shows.
    type Seen: Send;
    /// What can be done.
    type Action: Copy + Send + Into<Call>;
    /// What is recorded.
    type Record: Send;

    /// The call that looks.
    const LOOK: Call;

    /// Whose cloud it concerns.
    fn provider(&self) -> Provider;

    /// Which cloud of theirs it lives in.
    fn cloud(&self) -> &Cloud;

    /// Looks at the cloud.
    fn observe(&self, speaker: Speaker<'_>) -> impl Future<Output = Result<Self::Seen, DriverError>> + Send;

    /// Decides by the model, within what may be done there, and takes on the decision.
    fn decide(&mut self, seen: Self::Seen, speaker: Speaker<'_>) -> (Option<Self::Action>, Recheck);

    /// Does it.
    fn apply(
        &self,
        driver: &dyn CloudDriver,
        action: Self::Action,
    ) -> impl Future<Output = Result<(), DriverError>> + Send;

    /// Takes on a failure, to look or to act, and says after how long to look again; `None` when a row
    /// changes.
    fn fail(&mut self, error: &DriverError, acted: bool) -> Option<Duration>;

    /// Takes on that its account is not configured here. Nothing else changes: it waits.
    fn strand(&mut self);

    /// The row as it is now, to be written down.
    fn record(&self, due: Due, keep_lease: bool, at: Timestamp) -> Self::Record;

    /// Writes rows down in one transaction; false for each that is no longer ours.
    fn save(
        store: &Store,
        records: Vec<Self::Record>,
    ) -> impl Future<Output = Result<Vec<bool>, store::Error>> + Send;

    /// Tells the log, once, that what was recorded is another state than before.
    fn announce(&mut self, counters: &Counters);

    /// The span that asked for it, if that is traced.
    fn trace(&self) -> Option<TraceContext>;

    /// What a trace tells of the row, whose state was `from` when it was claimed.
    fn story(&self, from: &'static str) -> Story;

    /// Its state as last recorded, by name.
    fn state(&self) -> &'static str;
}

/// A row in hand.
struct Hand<R> {
    row: R,
    /// Its state when it was claimed, by name.
    from: &'static str,
    trail: Option<Box<Trail>>,
}

/// What a look came to.
enum Looked<S> {
    /// The cloud shows this.
    Seen(S),
    /// The cloud could not be looked at.
    Blind(DriverError),
    /// What was to be done before was not done.
    NotDone(DriverError),
    /// Nobody here speaks for its account.
    Stranded,
}

/// How long a row waits for an account that is not configured.
const STRANDED: Duration = Duration::from_secs(60);
/// How often a real cloud is looked at whose driver does not say.
const POLL: Duration = Duration::from_secs(30);

impl Reconciler {
    /// The claim for the next batch, of either kind.
    fn claim(&self) -> Claim<'_> {
        Claim {
            owner: &self.owner,
            limit: self.settings.batch,
            world_now: self.world.now(),
            real_now: self.world.real().now(),
            lease: self.settings.lease,
        }
    }

    /// Takes claimed rows through their rounds until each is released.
    async fn work<R: Row>(
        &self,
        rows: Vec<R>,
        lease_end: Timestamp,
        counters: &OfKind,
    ) -> Result<(), store::Error> {
        if rows.is_empty() {
            return Ok(());
        }
        counters.passes.observe(rows.len() as u64);
        let _in_hand = counters.in_hand.hold_all(rows.len() as u64);
        let mut hand: Vec<_> = rows.into_iter().map(|row| (self.take(row), None)).collect();
        let mut round = 0;
        while !hand.is_empty() {
            round += 1;
            let looks = join_all(hand.into_iter().map(|(row, failure)| self.look(row, failure))).await;
            let more = round < self.settings.rounds && self.room(lease_end);
            let at = self.world.now();
            let mut records = Vec::with_capacity(looks.len());
            let mut decided = Vec::with_capacity(looks.len());
            for (mut hand, look) in looks {
                let row = &mut hand.row;
                let speaker = self.drivers.find(row.provider(), row.cloud());
                let later =
                    |pause: Option<Duration>| pause.map_or(Due::Idle, |pause| Due::At(at.after(pause)));
                let (action, due) = match (look, speaker) {
                    (Looked::Seen(seen), Some(speaker)) => {
                        let (action, recheck) = row.decide(seen, speaker);
                        (action, self.due(recheck, speaker, at))
                    }
                    (Looked::Blind(error), _) => (None, later(row.fail(&error, false))),
                    (Looked::NotDone(error), _) => (None, later(row.fail(&error, true))),
                    (Looked::Stranded, _) | (Looked::Seen(_), None) => {
                        row.strand();
                        (None, later(Some(STRANDED)))
                    }
                };
                let keep = more && due == Due::Now;
                records.push(row.record(due, keep, at));
                decided.push((hand, action, keep));
            }
            let ours = R::save(&self.store, records).await?;
            // Recording may have taken long. What is dropped here is free when its lease runs out.
            let more = more && self.room(lease_end);
            let mut acting = Vec::with_capacity(decided.len());
            for ((mut hand, action, keep), ours) in decided.into_iter().zip(ours) {
                if ours {
                    counters.recorded.add_one();
                    hand.row.announce(&self.counters);
                    if keep && more {
                        acting.push(self.act(hand, action));
                        continue;
                    }
                } else {
                    counters.outdated.add_one();
                }
                self.tell(hand);
            }
            hand = join_all(acting).await;
        }
        Ok(())
    }

    fn take<R: Row>(&self, row: R) -> Hand<R> {
        let traced = if self.tracer.is_some() { row.trace() } else { None };
        let trail = traced.map(|context| Box::new(Trail::new(context, self.world.real().now())));
        Hand { from: row.state(), row, trail }
    }

    /// Tells of a row that leaves our hands, if it is traced.
    fn tell<R: Row>(&self, hand: Hand<R>) {
        if let (Some(tracer), Some(trail)) = (&self.tracer, hand.trail) {
            let story = hand.row.story(hand.from);
            trail.tell(&**tracer, story, &self.owner, self.world.real().now());
        }
    }

    /// Whether a call that acts and one that looks fit into what is left of a lease. Else a late
    /// call could hit what somebody else holds by then.
    fn room(&self, lease_end: Timestamp) -> bool {
        self.world.real().now().after(self.settings.call * 2) <= lease_end
    }

    /// A simulated cloud tells of every change by itself. A real one tells of those that come with
    /// time, by the real clock, and of no other: it is looked at all the same.
    fn due(&self, recheck: Recheck, speaker: Speaker<'_>, now: Timestamp) -> Due {
        let poll = speaker.driver().poll();
        match (recheck, speaker) {
            (Recheck::Now, _) => Due::Now,
            (Recheck::Idle, _) => Due::Idle,
            (Recheck::At(moment), Speaker::Simulated(_)) => Due::At(moment),
            (Recheck::Poll, Speaker::Simulated(_)) => {
                poll.map_or(Due::Idle, |period| Due::At(now.after(period)))
            }
            (Recheck::Poll, Speaker::Real(_)) => Due::At(now.after(poll.unwrap_or(POLL))),
            (Recheck::At(moment), Speaker::Real(_)) => {
                Due::At(moment.after(self.world.offset()).max(now).min(now.after(poll.unwrap_or(POLL))))
            }
        }
    }

    /// Looks, unless the row's last action failed: then that is what this round is about.
    async fn look<R: Row>(&self, hand: Hand<R>, failure: Option<DriverError>) -> (Hand<R>, Looked<R::Seen>) {
        let Hand { row, from, mut trail } = hand;
        let provider = row.provider();
        let look = match (failure, self.drivers.find(provider, row.cloud())) {
            (Some(error), _) => Looked::NotDone(error),
            (None, None) => Looked::Stranded,
            (None, Some(speaker)) => {
                match self.call(&mut trail, provider, R::LOOK, row.observe(speaker)).await {
                    Ok(seen) => Looked::Seen(seen),
                    Err(error) => Looked::Blind(error),
                }
            }
        };
        (Hand { row, from, trail }, look)
    }

    /// Acts, if there is something to do.
    async fn act<R: Row>(&self, hand: Hand<R>, action: Option<R::Action>) -> (Hand<R>, Option<DriverError>) {
        let Hand { row, from, mut trail } = hand;
        let provider = row.provider();
        let failure = match (action, self.drivers.find(provider, row.cloud())) {
            (Some(action), Some(speaker)) => {
                let call = row.apply(speaker.driver(), action);
                self.call(&mut trail, provider, action.into(), call).await.err()
            }
            (_, None) | (None, Some(_)) => None,
        };
        (Hand { row, from, trail }, failure)
    }

    /// A call to a driver, counted, and remembered if the row is traced.
    async fn call<T>(
        &self,
        trail: &mut Option<Box<Trail>>,
        provider: Provider,
        call: Call,
        work: impl Future<Output = Result<T, DriverError>>,
    ) -> Result<T, DriverError> {
        let from = trail.is_some().then(|| self.world.real().now());
        let stopwatch = Stopwatch::start();
        let answer = self.bounded(work).await;
        let error = answer.as_ref().err();
        self.counters.called(provider, call, error, stopwatch.taken());
        if let (Some(trail), Some(from)) = (trail, from) {
            trail.called(call, from, self.world.real().now(), error);
        }
        answer
    }

    /// A call to a driver, kept from lasting too long and from taking the loop down with it.
    async fn bounded<T>(&self, call: impl Future<Output = Result<T, DriverError>>) -> Result<T, DriverError> {
        match tokio::time::timeout(self.settings.call, AssertUnwindSafe(call).catch_unwind()).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(panic)) => Err(DriverError::Transient(format!("the driver panicked: {}", words(&*panic)))),
            Err(_) => Err(DriverError::Transient("no answer in time".to_owned())),
        }
    }
}

/// What is told of a row whose account is not configured.
fn stranded(cloud: &Cloud) -> String {
    cloud.account().map(AccountName::not_configured).unwrap_or_default()
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words")
}
