//! What goes wrong, and how often it did.

use std::collections::BTreeMap;
use std::fmt;

/// What becomes of a call to a cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    Passes,
    /// It never arrives.
    Lost,
    /// It takes effect, and nobody hears of it.
    AnswerLost,
    /// It takes effect now, and once more later.
    Doubled,
    /// It runs out of time, and takes effect later.
    Late,
    Throttled,
    Denied,
}

/// Everything that strikes from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A server dies with rows in hand.
    Crash,
    /// A server stands still for longer than its lease, with rows in hand.
    Stall,
    /// A call has another fate than to pass.
    Call(Fate),
    /// A call is answered before one that was made earlier.
    Reordered,
    /// Every lease is ended while servers hold rows.
    TornLeases,
    /// The store fails in the middle of a change.
    StoreFails,
    /// The store gives up the transaction as well.
    StoreGivesUp,
    /// The machine's clock steps back.
    ClockBack,
    /// The world's clock jumps.
    WorldForward,
}

/// What was tried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tried {
    pub steps: u64,
    faults: BTreeMap<Fault, u64>,
}

impl Tried {
    pub fn note(&mut self, fault: Fault) {
        *self.faults.entry(fault).or_default() += 1;
    }

    pub fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        for (fault, n) in &other.faults {
            *self.faults.entry(*fault).or_default() += n;
        }
    }
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n_faults: u64 = self.faults.values().sum();
        write!(f, "{} steps, {n_faults} faults:", self.steps)?;
        self.faults.iter().try_for_each(|(fault, n)| write!(f, " {fault:?} {n},"))
    }
}
