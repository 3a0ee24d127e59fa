//! A clock that only the test moves.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use model::{Clock, Timestamp};

/// Stands still until it is moved.
pub struct TestClock(AtomicI64);

impl TestClock {
    /// One that stands at that many seconds after 1970.
    pub fn at(seconds: i64) -> Self {
        Self(AtomicI64::new(Timestamp::from_seconds(seconds).micros()))
    }

    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).expect("a short way"), Ordering::SeqCst);
    }

    /// Sets it back, as an administrator does with a machine's.
    pub fn step_back(&self, by: Duration) {
        self.0.fetch_sub(i64::try_from(by.as_micros()).expect("a short way"), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}
