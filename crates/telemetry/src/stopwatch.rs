//! How long something took, by a clock that only goes on.

use std::time::{Duration, Instant};

/// A moment to measure from. It says nothing about when that was: whoever decides by time, or writes
/// one down, takes a clock.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// From now on.
    #[expect(clippy::disallowed_methods, reason = "the one timer; what it shows is only ever counted")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// How long until now.
    pub fn taken(self) -> Duration {
        self.0.elapsed()
    }
}
