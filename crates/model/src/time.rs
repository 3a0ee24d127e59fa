//! Moments and the two clocks.
//!
//! The *real* clock is a [`Clock`] that somebody else implements; authentication, nonces, rate
//! limits, leases and logs use it. The *world's* clock is the real one plus a recorded offset
//! ([`WorldClock`]); it dates rows, clouds and expiries, and a user can move it forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment that many microseconds after 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// The moment that many seconds after 1970.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This moment, later by `by`; saturates.
    pub fn after(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is; zero if it is not.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

/// Something that knows what time it is. The one implementation that reads the machine's clock is
/// in the binary; tests bring their own.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The world's clock: the real one plus an offset that is a recorded fact.
pub struct WorldClock {
    real: Arc<dyn Clock>,
    offset_micros: AtomicI64,
}

impl WorldClock {
    /// A world that is `offset` ahead of the real clock.
    pub fn new(real: Arc<dyn Clock>, offset: Duration) -> Self {
        let world = Self { real, offset_micros: AtomicI64::new(0) };
        world.set_offset(offset);
        world
    }

    /// How far the world is ahead.
    pub fn offset(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.offset_micros.load(Ordering::Acquire)).unwrap_or(0))
    }

    /// Follows a recorded offset. It only ever grows, so one that was read earlier and comes later
    /// changes nothing. Callers record it first.
    pub fn set_offset(&self, offset: Duration) {
        let micros = i64::try_from(offset.as_micros()).unwrap_or(i64::MAX);
        self.offset_micros.fetch_max(micros, Ordering::AcqRel);
    }

    /// The real clock beneath.
    pub fn real(&self) -> &dyn Clock {
        &*self.real
    }
}

impl Clock for WorldClock {
    fn now(&self) -> Timestamp {
        self.real.now().after(self.offset())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Still;
    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::from_seconds(100)
        }
    }

    #[test]
    fn moving_the_world_leaves_the_real_clock_alone() {
        let world = WorldClock::new(Arc::new(Still), Duration::ZERO);
        world.set_offset(Duration::from_secs(7 * 86_400));
        assert_eq!(world.now(), Timestamp::from_seconds(100 + 7 * 86_400));
        assert_eq!(world.real().now(), Timestamp::from_seconds(100));
        world.set_offset(Duration::from_secs(5));
        assert_eq!(world.offset(), Duration::from_secs(7 * 86_400), "it never goes back");
    }
}
