//! How values spread: counts by upper bound.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of durations, in microseconds: from a point read to a call that hits its limit.
pub const SECONDS: &[u64] = &[
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 10_000_000,
];
/// Upper bounds of the sizes of batches.
pub const BATCHES: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256];

/// Counts by upper bound. What is above the last one is counted, too.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

impl Histogram {
    /// None so far, with these bounds, ascending.
    pub fn new(bounds: &'static [u64]) -> Self {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self { bounds, counts, sum: AtomicU64::new(0) }
    }

    /// Of durations, in microseconds.
    pub fn of_durations() -> Self {
        Self::new(SECONDS)
    }

    /// A value.
    pub fn observe(&self, value: u64) {
        let at = self.bounds.partition_point(|bound| *bound < value);
        self.counts[at].fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    /// A duration.
    pub fn time(&self, taken: Duration) {
        self.observe(u64::try_from(taken.as_micros()).unwrap_or(u64::MAX));
    }

    /// How many values are at most as large as each bound and larger than the one before; the last
    /// count has no bound.
    pub fn counts(&self) -> impl Iterator<Item = (Option<u64>, u64)> {
        let bounds = self.bounds.iter().copied().map(Some).chain([None]);
        bounds.zip(self.counts.iter().map(|count| count.load(Ordering::Relaxed)))
    }

    /// All values together.
    pub fn sum(&self) -> u64 {
        self.sum.load(Ordering::Relaxed)
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        self.counts.iter().map(|count| count.load(Ordering::Relaxed)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_counted_under_the_first_bound_that_it_does_not_pass() {
        let histogram = Histogram::new(&[1, 10, 100]);
        for value in [0, 1, 2, 10, 11, 101, 5000] {
            histogram.observe(value);
        }
        let counts: Vec<_> = histogram.counts().collect();
        assert_eq!(counts, [(Some(1), 2), (Some(10), 2), (Some(100), 1), (None, 2)]);
        assert_eq!((histogram.count(), histogram.sum()), (7, 5125));
    }

    #[test]
    fn bounds_ascend() {
        assert!(SECONDS.is_sorted() && BATCHES.is_sorted());
    }
}
