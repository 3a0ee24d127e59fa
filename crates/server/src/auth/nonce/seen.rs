//! Which counts of which nonces were used.
//!
//! Nonces are kept by the second in which they were issued, in a ring a little longer than their
//! life: all of one second expire together, so forgetting is dropping one table, and no entry is
//! ever looked for to be evicted.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::{MAX_COUNT, SKEW_MS, Use};

pub(super) struct Seen {
    ring: Box<[Second]>,
    life_ms: u64,
    /// The second in which the ring was last rid of what had expired.
    swept: u64,
    /// Nonces issued before this are not tracked and have to be taken for stale.
    floor_ms: u64,
    tracked: usize,
    max_tracked: usize,
}

/// The nonces that were issued in one second and have been used, by their salt.
#[derive(Default)]
struct Second {
    at: u64,
    nonces: HashMap<u64, Counts, BuildHasherDefault<SaltHasher>>,
}

/// Used counts as bits. Nearly all clients stay in the first word, most use the first bit only.
#[derive(Default)]
struct Counts {
    low: u64,
    high: Option<Box<[u64; MAX_COUNT as usize / 64 - 1]>>,
    /// Whether the nonce is known to be this node's.
    claimed: bool,
}

impl Seen {
    pub(super) fn new(started_ms: u64, life_ms: u64, max_tracked: usize) -> Self {
        // A life touches at most one second more than it lasts, at either end; some begin ahead.
        let seconds =
            usize::try_from((life_ms + SKEW_MS).div_ceil(1000) + 2).expect("a nonce's life fits in memory");
        Self {
            ring: (0..seconds).map(|_| Second::default()).collect(),
            life_ms,
            swept: 0,
            floor_ms: started_ms,
            tracked: 0,
            max_tracked,
        }
    }

    pub(super) fn floor_ms(&self) -> u64 {
        self.floor_ms
    }

    /// Marks `count` of a nonce that is neither expired nor below the floor.
    pub(super) fn mark(&mut self, issued_ms: u64, salt: u64, count: u32, now_ms: u64) -> Use {
        if now_ms / 1000 != self.swept {
            self.sweep(now_ms);
        }
        let second = issued_ms / 1000;
        let slot = self.slot(second);
        if let Some(counts) = self.ring[slot].nonces.get_mut(&salt) {
            return counts.mark(count);
        }
        if self.tracked >= self.max_tracked {
            // Should this nonce be of the second that goes, it serves a last time: its count is
            // known to be new, and from now on it is below the floor.
            self.forget_oldest();
        }
        // The slot holds this second or nothing: what it held a turn ago was swept.
        self.ring[slot].at = second;
        self.tracked += 1;
        self.ring[slot].nonces.entry(salt).or_default().mark(count)
    }

    /// Whether a nonce is known to be this node's.
    pub(super) fn claimed(&self, issued_ms: u64, salt: u64) -> bool {
        let second = &self.ring[self.slot(issued_ms / 1000)];
        second.nonces.get(&salt).is_some_and(|counts| counts.claimed)
    }

    /// Notes that a nonce is this node's, if it is tracked.
    pub(super) fn claim(&mut self, issued_ms: u64, salt: u64) {
        let slot = self.slot(issued_ms / 1000);
        if let Some(counts) = self.ring[slot].nonces.get_mut(&salt) {
            counts.claimed = true;
        }
    }

    fn slot(&self, second: u64) -> usize {
        // The remainder of a division by a usize is one.
        (second % self.ring.len() as u64) as usize
    }

    /// Forgets the seconds whose last nonce has expired. A walk of the ring, once a second.
    fn sweep(&mut self, now_ms: u64) {
        self.swept = now_ms / 1000;
        for second in &mut self.ring {
            if second.at.saturating_mul(1000).saturating_add(999 + self.life_ms) < now_ms {
                self.tracked -= second.nonces.len();
                *second = Second::default();
            }
        }
    }

    /// Makes room by forgetting the oldest second that holds anything, and raises the floor so
    /// that nothing of it can be used again.
    fn forget_oldest(&mut self) {
        let held = self.ring.iter_mut().filter(|second| !second.nonces.is_empty());
        if let Some(oldest) = held.min_by_key(|second| second.at) {
            self.floor_ms = self.floor_ms.max((oldest.at + 1) * 1000);
            self.tracked -= oldest.nonces.len();
            *oldest = Second::default();
        }
    }
}

impl Counts {
    fn mark(&mut self, count: u32) -> Use {
        let bit = 1 << (count % 64);
        let word = match (count / 64) as usize {
            0 => &mut self.low,
            word => &mut self.high.get_or_insert_default()[word - 1],
        };
        if *word & bit != 0 {
            return Use::Replayed;
        }
        *word |= bit;
        Use::Fresh
    }
}

/// Salts are random, made here and proved by the nonce's tag, so they are their own hash.
#[derive(Default)]
struct SaltHasher(u64);

impl Hasher for SaltHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0 << 8 | u64::from(byte);
        }
    }

    fn write_u64(&mut self, salt: u64) {
        self.0 = salt;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expired_nonces_give_their_memory_back() {
        let mut seen = Seen::new(0, 3000, 1000);
        for i in 0..10u64 {
            assert_eq!(seen.mark(i * 100, i, 1, i * 100), Use::Fresh);
        }
        assert_eq!(seen.tracked, 10);
        assert_eq!(seen.mark(5000, 99, 1, 5000), Use::Fresh);
        assert_eq!(seen.tracked, 1);
        assert_eq!(seen.ring.iter().map(|second| second.nonces.capacity()).filter(|&n| n > 0).count(), 1);
    }

    #[test]
    fn no_more_nonces_are_tracked_than_allowed() {
        let mut seen = Seen::new(0, 60_000, 100);
        for i in 0..10_000u64 {
            let at = i * 10;
            assert_eq!(seen.mark(at, i, 1, at), Use::Fresh);
            assert!(seen.tracked <= 100);
            assert_eq!(seen.tracked, seen.ring.iter().map(|second| second.nonces.len()).sum::<usize>());
        }
    }
}
