//! The machine that moves a peering.
//!
//! ```text
//!  create
//!    |
//!    v
//!  Requested --request stands--> AwaitingPeer --far side accepts--> Establishing --routes--> Active
//!    |                              |     ^                            |                        |
//!    | not taken                    |     +--- (Google) half removed --|------------------------+
//!    v                              v                                  v                        v
//!  Failed(reason) <----- rejected, expired, deleted by the far side, lost -----------------------
//!
//!  not wanted: any state -> Removing --seen to be gone--> Removed
//! ```
//!
//! [`step`] is pure and total: every state meets every observation, and there is no wildcard arm,
//! so that a new state or a new observation is a compile error here. It is told what is, never why
//! it was asked. Intent is recorded before the effect, and the effect is believed only when the
//! next observation shows it.

use std::time::Duration;

use crate::peering::{Peering, Reason, State};
use crate::time::Timestamp;

/// What a cloud shows of one peering's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Connection {
    /// Nothing carries our mark.
    Absent,
    /// There is one, asked for by an earlier incarnation.
    Outdated,
    /// The cloud is still making it.
    Requesting,
    /// It waits for the far side.
    Pending,
    /// The far side accepted; our routes are missing or differ.
    Accepted,
    /// Our routes are being made.
    Routing,
    /// Complete.
    Routed,
    /// The far side rejected it.
    Rejected,
    /// The far side let it expire.
    Expired,
    /// The cloud did not take it.
    Invalid,
    /// The far network has a peering with overlapping addresses.
    Overlap,
    /// The far side deleted it.
    Deleted,
    /// It is being taken down.
    Deleting,
}

impl Connection {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Absent,
        Self::Outdated,
        Self::Requesting,
        Self::Pending,
        Self::Accepted,
        Self::Routing,
        Self::Routed,
        Self::Rejected,
        Self::Expired,
        Self::Invalid,
        Self::Overlap,
        Self::Deleted,
        Self::Deleting,
    ];
}

/// One look at the world on behalf of one peering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// What is there.
    pub connection: Connection,
    /// The cloud's name for it.
    pub connection_id: Option<String>,
    /// When it will change by itself, where the cloud can tell.
    pub changes_at: Option<Timestamp>,
    /// Whether the container's near network stands, as its row says.
    pub near_network: bool,
    /// What the cloud says about it, for a person: why it failed, what differs.
    pub says: Option<String>,
}

/// What a driver is asked to do to a connection. Each is idempotent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Ask for the connection.
    Request,
    /// Route the far block through it, and no other.
    Route,
    /// Take down the connection and its routes.
    Remove,
}

/// When to look again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recheck {
    /// At once: an effect has to be seen.
    Now,
    /// Then, because something changes by itself.
    At(Timestamp),
    /// After the driver's own polling period.
    Poll,
    /// When a row changes.
    Idle,
}

impl Recheck {
    /// At the moment that the cloud tells, else by polling.
    pub fn of(changes_at: Option<Timestamp>) -> Self {
        changes_at.map_or(Self::Poll, Self::At)
    }
}

/// What one look leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// The state from now on.
    pub next: State,
    /// What to do about it.
    pub action: Option<Action>,
    /// When to look again.
    pub recheck: Recheck,
}

/// Decides for one peering: total, pure, the same answer for the same facts.
pub fn step(peering: &Peering, observed: &Observed) -> Decision {
    if peering.wanted { keep(peering.state, observed) } else { remove(observed) }
}

/// Nothing is wanted any more: take down whatever is there.
fn remove(observed: &Observed) -> Decision {
    match observed.connection {
        Connection::Absent => Decision { next: State::Removed, action: None, recheck: Recheck::Idle },
        Connection::Deleting => {
            Decision { next: State::Removing, action: None, recheck: Recheck::of(observed.changes_at) }
        }
        Connection::Outdated
        | Connection::Requesting
        | Connection::Pending
        | Connection::Accepted
        | Connection::Routing
        | Connection::Routed
        | Connection::Rejected
        | Connection::Expired
        | Connection::Invalid
        | Connection::Overlap
        | Connection::Deleted => {
            Decision { next: State::Removing, action: Some(Action::Remove), recheck: Recheck::Now }
        }
    }
}

/// A connection is wanted.
fn keep(state: State, observed: &Observed) -> Decision {
    let wait = |next| Decision { next, action: None, recheck: Recheck::of(observed.changes_at) };
    let act = |next, action| Decision { next, action: Some(action), recheck: Recheck::Now };
    let rest = |next| Decision { next, action: None, recheck: Recheck::Idle };
    match (state, observed.connection) {
        // A failure is told and kept until the caller changes or deletes the peering.
        (State::Failed(reason), _) => rest(State::Failed(reason)),
        // Gone for good; only a row that is still wanted by mistake could be seen here.
        (State::Removed, _) => rest(State::Removed),

        // Ask, once the near network stands.
        (State::Requested, Connection::Absent) if observed.near_network => {
            act(State::Requested, Action::Request)
        }
        (State::Requested, Connection::Absent) => rest(State::Requested),
        // What an earlier incarnation left must go first.
        (State::Requested, Connection::Outdated) => act(State::Requested, Action::Remove),
        (State::Requested, Connection::Requesting | Connection::Deleting) => wait(State::Requested),

        // We had one and it is gone behind our back.
        (State::AwaitingPeer | State::Establishing | State::Active, Connection::Absent) => {
            rest(State::Failed(Reason::Deleted))
        }
        (
            State::AwaitingPeer | State::Establishing | State::Active,
            Connection::Outdated | Connection::Deleting,
        ) => rest(State::Failed(Reason::Deleted)),
        (State::AwaitingPeer | State::Establishing | State::Active, Connection::Requesting) => wait(state),

        (
            State::Requested | State::AwaitingPeer | State::Establishing | State::Active,
            Connection::Pending,
        ) => wait(State::AwaitingPeer),
        (State::Requested | State::AwaitingPeer | State::Establishing, Connection::Accepted) => {
            act(State::Establishing, Action::Route)
        }
        // Routes of an active peering differ from the spec: mend them, traffic still flows.
        (State::Active, Connection::Accepted) => act(State::Active, Action::Route),
        (State::Requested | State::AwaitingPeer | State::Establishing, Connection::Routing) => {
            wait(State::Establishing)
        }
        (State::Active, Connection::Routing) => wait(State::Active),
        (
            State::Requested | State::AwaitingPeer | State::Establishing | State::Active,
            Connection::Routed,
        ) => wait(State::Active),

        (
            State::Requested | State::AwaitingPeer | State::Establishing | State::Active,
            Connection::Rejected,
        ) => rest(State::Failed(Reason::Rejected)),
        (
            State::Requested | State::AwaitingPeer | State::Establishing | State::Active,
            Connection::Expired,
        ) => rest(State::Failed(Reason::Expired)),
        (
            State::Requested | State::AwaitingPeer | State::Establishing | State::Active,
            Connection::Invalid,
        ) => rest(State::Failed(Reason::Invalid)),
        (
            State::Requested | State::AwaitingPeer | State::Establishing | State::Active,
            Connection::Overlap,
        ) => rest(State::Failed(Reason::Overlap)),
        (
            State::Requested | State::AwaitingPeer | State::Establishing | State::Active,
            Connection::Deleted,
        ) => rest(State::Failed(Reason::Deleted)),

        // Wanted and yet Removing can't be written; finish as if it were not wanted.
        (State::Removing, _) => remove(observed),
    }
}

/// How a driver's "no" changes a peering: a refusal ends an attempt to build; an attempt to take
/// down goes on, marked as stuck.
pub fn refused(peering: &Peering, reason: Reason) -> State {
    if peering.wanted { State::Failed(reason) } else { State::Removing }
}

/// The longest pause between two looks at a row that failed to be reconciled.
pub const BACKOFF_MAX: Duration = Duration::from_secs(60);

/// The pause after the `attempt`-th failure in a row (from 1), before jitter: 100 ms doubling up
/// to [`BACKOFF_MAX`].
pub fn backoff(attempt: u32) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    (Duration::from_millis(100) * 2u32.pow(doublings)).min(BACKOFF_MAX)
}

#[cfg(test)]
mod tests;
