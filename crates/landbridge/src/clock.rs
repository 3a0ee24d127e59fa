//! The machine's clock: the one place in the program that reads it.

use std::time::{SystemTime, UNIX_EPOCH};

use model::{Clock, Timestamp};

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "everybody else takes a model::Clock")]
    fn now(&self) -> Timestamp {
        // A machine that believes to be before 1970 has no idea; the epoch is as good as any.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}
