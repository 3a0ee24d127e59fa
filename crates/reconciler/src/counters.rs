//! What the loop counts while it works. Who reads it, and under which names, is not known here.

use std::time::Duration;

use cloud::DriverError;
use model::container::machine::NetworkAction;
use model::peering::State;
use model::peering::machine::Action;
use model::provider::Provider;
use telemetry::{BATCHES, Counter, Gauge, Histogram};

/// A call to a driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Look at a connection.
    Observe,
    /// Ask for one.
    Request,
    /// Make its routes follow.
    Route,
    /// Take it down.
    Remove,
    /// Look at a near network.
    ObserveNetwork,
    /// Make one.
    MakeNetwork,
    /// Take it down.
    RemoveNetwork,
}

impl Call {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Observe,
        Self::Request,
        Self::Route,
        Self::Remove,
        Self::ObserveNetwork,
        Self::MakeNetwork,
        Self::RemoveNetwork,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Request => "request",
            Self::Route => "route",
            Self::Remove => "remove",
            Self::ObserveNetwork => "observe_network",
            Self::MakeNetwork => "make_network",
            Self::RemoveNetwork => "remove_network",
        }
    }

    /// Whether it only looks.
    pub const fn looks(self) -> bool {
        matches!(self, Self::Observe | Self::ObserveNetwork)
    }
}

impl From<Action> for Call {
    fn from(action: Action) -> Self {
        match action {
            Action::Request => Self::Request,
            Action::Route => Self::Route,
            Action::Remove => Self::Remove,
        }
    }
}

impl From<NetworkAction> for Call {
    fn from(action: NetworkAction) -> Self {
        match action {
            NetworkAction::Make => Self::MakeNetwork,
            NetworkAction::Remove => Self::RemoveNetwork,
        }
    }
}

/// How calls end, by name.
pub const OUTCOMES: [&str; 5] = ["ok", "transient", "throttled", "denied", "rejected"];

/// How a call ended, as a place in [`OUTCOMES`].
fn outcome(error: Option<&DriverError>) -> usize {
    match error {
        None => 0,
        Some(DriverError::Transient(_)) => 1,
        Some(DriverError::Throttled(_)) => 2,
        Some(DriverError::Denied(_)) => 3,
        Some(DriverError::Rejected { .. }) => 4,
    }
}

/// How a call ended, by name.
pub(crate) fn outcome_name(error: Option<&DriverError>) -> &'static str {
    OUTCOMES[outcome(error)]
}

/// The two kinds of rows, by name.
pub const KINDS: [&str; 2] = ["container", "peering"];
/// Where peerings can move, by name.
pub const STATES: [&str; 7] =
    ["requested", "awaiting_peer", "establishing", "active", "failed", "removing", "removed"];

/// What is counted of one kind of row.
#[derive(Debug)]
pub struct OfKind {
    /// How often due rows were asked for.
    pub claims: Counter,
    /// How many rows each pass took through, which is how many a claim got, unless none.
    pub passes: Histogram,
    /// Rows in hand.
    pub in_hand: Gauge,
    /// Looks that were written down.
    pub recorded: Counter,
    /// Looks that were not: something happened to the row meanwhile, or somebody else has it.
    pub outdated: Counter,
}

/// What is counted of one call at one provider.
#[derive(Debug)]
struct OfCall {
    ends: [Counter; OUTCOMES.len()],
    time: Histogram,
}

/// All of it.
#[derive(Debug)]
pub struct Counters {
    kinds: [OfKind; KINDS.len()],
    calls: [[OfCall; Call::ALL.len()]; Provider::ALL.len()],
    moves: [[Counter; STATES.len()]; Provider::ALL.len()],
    /// Access-list entries that were taken out.
    pub expired: Counter,
    /// Turns of the loop that the store would not let go on.
    pub store_failures: Counter,
}

impl Default for Counters {
    fn default() -> Self {
        let of_kind = || OfKind {
            claims: Counter::new(),
            passes: Histogram::new(BATCHES),
            in_hand: Gauge::default(),
            recorded: Counter::new(),
            outdated: Counter::new(),
        };
        let of_call =
            || OfCall { ends: [const { Counter::new() }; OUTCOMES.len()], time: Histogram::of_durations() };
        Self {
            kinds: std::array::from_fn(|_| of_kind()),
            calls: std::array::from_fn(|_| std::array::from_fn(|_| of_call())),
            moves: [const { [const { Counter::new() }; STATES.len()] }; Provider::ALL.len()],
            expired: Counter::new(),
            store_failures: Counter::new(),
        }
    }
}

fn place(provider: Provider) -> usize {
    match provider {
        Provider::Aws => 0,
        Provider::Azure => 1,
        Provider::Gcp => 2,
    }
}

impl Counters {
    pub(crate) fn containers(&self) -> &OfKind {
        &self.kinds[0]
    }

    pub(crate) fn peerings(&self) -> &OfKind {
        &self.kinds[1]
    }

    /// The two kinds, by name.
    pub fn kinds(&self) -> impl Iterator<Item = (&'static str, &OfKind)> {
        KINDS.into_iter().zip(&self.kinds)
    }

    /// Every call that was made at least once, with how often it ended in which way, and how long it
    /// took.
    pub fn calls(&self) -> impl Iterator<Item = (Provider, Call, [u64; OUTCOMES.len()], &Histogram)> {
        Provider::ALL.into_iter().zip(&self.calls).flat_map(|(provider, calls)| {
            Call::ALL.into_iter().zip(calls).filter(|(_, of)| of.time.count() > 0).map(move |(call, of)| {
                (provider, call, std::array::from_fn(|nth| of.ends[nth].get()), &of.time)
            })
        })
    }

    /// How often peerings moved into each state.
    pub fn moves(&self) -> impl Iterator<Item = (Provider, &'static str, u64)> {
        Provider::ALL.into_iter().zip(&self.moves).flat_map(|(provider, moves)| {
            STATES.into_iter().zip(moves).map(move |(state, count)| (provider, state, count.get()))
        })
    }

    pub(crate) fn called(&self, at: Provider, call: Call, error: Option<&DriverError>, taken: Duration) {
        let of = &self.calls[place(at)][call as usize];
        of.ends[outcome(error)].add_one();
        of.time.time(taken);
    }

    pub(crate) fn moved(&self, at: Provider, to: State) {
        if let Some(nth) = STATES.iter().position(|name| *name == to.name()) {
            self.moves[place(at)][nth].add_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_counter_and_every_call_its_place() {
        for state in State::all() {
            assert!(STATES.contains(&state.name()), "{}", state.name());
        }
        assert!(Call::ALL.iter().enumerate().all(|(nth, call)| *call as usize == nth));
        assert!(Provider::ALL.iter().enumerate().all(|(nth, provider)| place(*provider) == nth));
    }
}
