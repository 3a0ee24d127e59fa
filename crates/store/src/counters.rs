//! What a store counts while it works. Who reads it, and under which names, is not known here.

use telemetry::{BATCHES, Counter, Gauge, Histogram};

use crate::error::Error;

/// The kinds of trouble that are counted, by name; what the rules refuse is none.
pub const TROUBLES: [&str; 8] =
    ["busy", "away", "full", "disk", "read_only", "damaged", "engine", "inconsistent"];

/// What is counted on whichever engine.
#[derive(Debug)]
pub struct Counters {
    /// Reads.
    pub reads: Counter,
    /// Changes that are on disk.
    pub committed: Counter,
    /// Changes that the rules refused.
    pub refused: Counter,
    /// Changes that failed.
    pub failed: Counter,
    /// Changes that wait for their turn or their commit.
    pub waiting: Gauge,
    /// How long changes took, from being asked for to their answer.
    pub write_time: Histogram,
    /// Records that came too late: somebody else had claimed the row meanwhile.
    pub fences_lost: Counter,
    troubles: [Counter; TROUBLES.len()],
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            reads: Counter::new(),
            committed: Counter::new(),
            refused: Counter::new(),
            failed: Counter::new(),
            waiting: Gauge::default(),
            write_time: Histogram::of_durations(),
            fences_lost: Counter::new(),
            troubles: [const { Counter::new() }; TROUBLES.len()],
        }
    }
}

impl Counters {
    /// How often each kind of trouble was met, by its name.
    pub fn troubles(&self) -> impl Iterator<Item = (&'static str, u64)> {
        TROUBLES.into_iter().zip(self.troubles.iter().map(Counter::get))
    }

    pub(crate) fn read<T>(&self, outcome: &Result<T, Error>) {
        self.reads.add_one();
        if let Err(error) = outcome {
            self.trouble(error);
        }
    }

    pub(crate) fn wrote<T>(&self, outcome: &Result<T, Error>) {
        match outcome {
            Ok(_) => self.committed.add_one(),
            Err(Error::Refused(_)) => self.refused.add_one(),
            Err(error) => {
                self.failed.add_one();
                self.trouble(error);
            }
        }
    }

    fn trouble(&self, error: &Error) {
        let kind = match error {
            Error::Busy { .. } => "busy",
            Error::Away { .. } => "away",
            Error::Full { .. } => "full",
            Error::Disk { .. } => "disk",
            Error::ReadOnly { .. } => "read_only",
            Error::Damaged { .. } => "damaged",
            Error::Inconsistent { .. } => "inconsistent",
            Error::Engine { .. } => "engine",
            // Answers, or said before anything is counted.
            Error::Refused(_)
            | Error::Newer { .. }
            | Error::Unfinished
            | Error::Older { .. }
            | Error::Migrated { .. }
            | Error::Target { .. }
            | Error::Address { .. }
            | Error::Closed => return,
        };
        if let Some(at) = TROUBLES.iter().position(|name| *name == kind) {
            self.troubles[at].add_one();
        }
    }
}

/// What an engine counts.
#[derive(Debug)]
pub struct EngineCounters {
    /// How many changes each commit carried.
    pub group_size: Histogram,
    /// How long a commit took with all its changes.
    pub commit_time: Histogram,
    /// Connections that were opened because no other was there or free.
    pub connections_opened: Counter,
    /// How often work was done again because other servers got in the way.
    pub retries: Counter,
}

impl Default for EngineCounters {
    fn default() -> Self {
        Self {
            group_size: Histogram::new(BATCHES),
            commit_time: Histogram::of_durations(),
            connections_opened: Counter::new(),
            retries: Counter::new(),
        }
    }
}
