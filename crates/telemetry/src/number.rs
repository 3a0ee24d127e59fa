//! Numbers that go up, and numbers that go up and down.

use std::sync::atomic::{AtomicU64, Ordering};

/// How often something happened.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// None so far.
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// It happened.
    pub fn add_one(&self) {
        self.add(1);
    }

    /// It happened so often.
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    /// How often so far.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How many there are now.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    /// One more, until what is answered here is dropped.
    pub fn hold(&self) -> Held<'_> {
        self.hold_all(1)
    }

    /// So many more, until what is answered here is dropped.
    pub fn hold_all(&self, n: u64) -> Held<'_> {
        self.0.fetch_add(n, Ordering::Relaxed);
        Held { gauge: self, n }
    }

    /// How many now.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Some of a [`Gauge`]; dropped in whichever way, they are gone.
#[derive(Debug)]
pub struct Held<'g> {
    gauge: &'g Gauge,
    n: u64,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.gauge.0.fetch_sub(self.n, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_counts_until_it_is_dropped() {
        let gauge = Gauge::default();
        let one = gauge.hold();
        let three = gauge.hold_all(3);
        assert_eq!(gauge.get(), 4);
        drop(one);
        assert_eq!(gauge.get(), 3);
        drop(three);
        assert_eq!(gauge.get(), 0);
    }
}
