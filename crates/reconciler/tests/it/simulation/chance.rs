//! Chance that is a function of a seed, and what it makes of it.

use std::time::Duration;

use model::provider::Provider;
use model::world::{Acceptance, CloudCall, CloudFault, FarAction, Latency};

use crate::deeds::Deed;

/// SplitMix64.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// Once in `n` times.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    fn small(&mut self, from: u8, to: u8) -> u8 {
        from + self.below(usize::from(to - from)) as u8
    }

    /// Between a second and a week, short ones more often.
    pub fn pause(&mut self) -> Duration {
        Duration::from_secs(self.of(&[1, 1, 5, 15, 60, 61, 600, 3600, 86_400, 604_800]))
    }

    pub fn deed(&mut self) -> Deed {
        let project = usize::from(self.once_in(4));
        let provider = self.of(&Provider::ALL);
        match self.below(50) {
            0..2 => Deed::Contain { project, provider },
            2 => Deed::Uncontain { nth: self.below(4) },
            3..18 => Deed::Peer { project, provider, far: self.small(1, 6) },
            18..22 => Deed::Change { nth: self.below(6), vpc: self.small(1, 4), block: self.small(1, 6) },
            22..30 => Deed::Unpeer { nth: self.below(6) },
            30..40 => Deed::Far { nth: self.below(6), action: self.of(&FarAction::ALL) },
            40..42 => {
                Deed::Accept { project, acceptance: self.of(&[Acceptance::Manual, Acceptance::Automatic]) }
            }
            42..44 => Deed::Slow {
                project,
                latency: self.of(&[Latency::Instant, Latency::Swift, Latency::Lifelike]),
            },
            44..46 => Deed::Fault {
                project,
                call: self.of(&CloudCall::ALL),
                fault: self.of(&CloudFault::ALL),
                times: 1 + self.below(3) as u32,
            },
            46 => {
                let days = if self.once_in(2) { Some(self.small(1, 7)) } else { None };
                Deed::Allow { project, group: self.once_in(2), nth: self.small(1, 4), days }
            }
            47 => Deed::Disallow { project, group: self.once_in(2), nth: self.small(1, 4) },
            48 if self.once_in(3) => Deed::Close { project: 1 },
            _ => Deed::Advance(self.pause()),
        }
    }
}
