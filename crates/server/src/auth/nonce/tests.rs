//! Nonces: their life, their counts, and their memory.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::auth::credentials::seeded::Seeded;

fn master() -> MasterKey {
    MasterKey::from_hex(&"42".repeat(32)).expect("64 digits")
}

/// Seconds after the start of the test's world.
fn at(seconds: f64) -> Timestamp {
    Timestamp::from_seconds(1_700_000_000).after(Duration::from_secs_f64(seconds))
}

struct World {
    nonces: Nonces,
    random: Seeded,
}

impl World {
    fn new() -> Self {
        Self { nonces: Nonces::new(&master(), at(0.0)), random: Seeded::new(7) }
    }

    fn tracking(max: usize) -> Self {
        Self { nonces: Nonces::with(&master(), at(0.0), NONCE_LIFE, max), ..Self::new() }
    }

    fn issue(&self, seconds: f64) -> Nonce {
        self.nonces.issue(at(seconds), &self.random)
    }

    fn spend(&self, nonce: &Nonce, count: u32, seconds: f64) -> Use {
        self.nonces.spend(nonce.as_str().as_bytes(), count, at(seconds))
    }
}

#[test]
fn a_nonce_is_32_base64_characters_and_no_two_are_alike() {
    let world = World::new();
    let mut texts = HashSet::new();
    for _ in 0..1000 {
        let nonce = world.issue(0.0);
        assert_eq!(STANDARD.decode(nonce.as_str()).expect("base64").len(), 24);
        assert!(texts.insert(nonce.as_str().to_owned()));
    }
}

#[test]
fn no_byte_of_a_nonce_shows_the_time() {
    let world = World::new();
    let nonces: Vec<Vec<u8>> =
        (0..64).map(|_| STANDARD.decode(world.issue(0.0).as_str()).expect("base64")).collect();
    for i in 0..NONCE_BYTES {
        let different: HashSet<u8> = nonces.iter().map(|bytes| bytes[i]).collect();
        assert!(different.len() > 32, "byte {i} of nonces of one moment takes {} values", different.len());
    }
}

#[test]
fn a_nonce_serves_for_a_minute_whatever_the_order_of_counts() {
    let world = World::new();
    let nonce = world.issue(1.0);
    for (count, seconds) in [(1, 1.0), (2, 1.0), (7, 3.5), (3, 20.0), (1023, 30.0), (64, 59.0), (0, 61.0)] {
        assert_eq!(world.spend(&nonce, count, seconds), Use::Fresh, "count {count}");
    }
    assert_eq!(world.spend(&nonce, 4, 61.002), Use::Stale);
}

#[test]
fn each_count_serves_once() {
    let world = World::new();
    let (nonce, other) = (world.issue(1.0), world.issue(1.0));
    for count in [0, 1, 63, 64, 65, 500, 1023] {
        assert_eq!(world.spend(&nonce, count, 2.0), Use::Fresh);
    }
    for count in [0, 1, 63, 64, 65, 500, 1023] {
        assert_eq!(world.spend(&nonce, count, 60.0), Use::Replayed);
        assert_eq!(world.spend(&other, count, 60.0), Use::Fresh);
    }
}

#[test]
fn a_nonce_is_stale_after_1023_uses() {
    let world = World::new();
    let nonce = world.issue(1.0);
    for count in 1..MAX_COUNT {
        assert_eq!(world.spend(&nonce, count, 1.0), Use::Fresh);
    }
    for count in [MAX_COUNT, MAX_COUNT + 1, u32::MAX] {
        assert_eq!(world.spend(&nonce, count, 1.0), Use::Stale);
    }
}

#[test]
fn a_nonce_of_an_earlier_process_is_stale() {
    let nonce = World::new().issue(10.0);
    let next = Nonces::new(&master(), at(11.0));
    assert_eq!(next.spend(nonce.as_str().as_bytes(), 1, at(12.0)), Use::Stale);
}

#[test]
fn a_nonce_of_a_node_whose_clock_is_ahead_serves_within_bounds() {
    let later = Nonces::new(&master(), at(0.0));
    let nonce = later.issue(at(30.0), &Seeded::new(1));
    let world = World::new();
    assert_eq!(world.spend(&nonce, 1, 24.9), Use::Stale);
    assert_eq!(world.spend(&nonce, 1, 25.0), Use::Fresh);
    assert_eq!(world.spend(&nonce, 1, 25.0), Use::Replayed);
    assert_eq!(world.spend(&nonce, 1, 90.0), Use::Replayed);
    assert_eq!(world.spend(&nonce, 1, 90.1), Use::Stale);
}

#[test]
fn whose_a_nonce_is_is_known_from_its_first_use_until_it_has_expired() {
    let world = World::new();
    let (used, unused) = (world.issue(1.0), world.issue(1.0));
    assert_eq!(world.spend(&used, 1, 2.0), Use::Fresh);
    let claimed = |nonce: &Nonce| world.nonces.claimed(nonce.as_str().as_bytes());
    assert!(!claimed(&used));
    for nonce in [&used, &unused] {
        world.nonces.note_claim(nonce.as_str().as_bytes());
    }
    assert!(claimed(&used) && !claimed(&unused), "what is not counted is nobody's");
    assert_eq!(world.spend(&world.issue(70.0), 1, 70.0), Use::Fresh);
    assert!(!claimed(&used));
}

#[test]
fn what_was_not_issued_here_is_unknown() {
    let world = World::new();
    let nonce = world.issue(1.0);
    for text in
        ["", "NSAKm++K2BQJYzcgPMhbHV58yB2M3vCv", "dcd98b7102dd2f0e8b11d0f600bfb0c093", &nonce.as_str()[1..]]
    {
        assert_eq!(world.nonces.spend(text.as_bytes(), 1, at(1.0)), Use::Unknown, "{text}");
    }
    for i in 0..TEXT_BYTES {
        let mut forged = nonce.as_str().as_bytes().to_vec();
        forged[i] = if forged[i] == b'A' { b'B' } else { b'A' };
        assert_eq!(world.nonces.spend(&forged, 1, at(1.0)), Use::Unknown, "character {i}");
    }
    let foreign = Nonces::new(&MasterKey::from_hex(&"43".repeat(32)).expect("64 digits"), at(0.0));
    let foreign = foreign.issue(at(1.0), &Seeded::new(1));
    assert_eq!(world.spend(&foreign, 1, 1.0), Use::Unknown);
}

#[test]
fn only_what_another_nonce_would_cure_is_called_stale() {
    assert!(Use::Stale.stale() && Use::Unknown.stale());
    assert!(!Use::Replayed.stale() && !Use::Fresh.stale());
}

#[test]
fn a_clock_that_is_set_back_revives_nothing() {
    let world = World::new();
    let nonce = world.issue(1.0);
    assert_eq!(world.spend(&nonce, 1, 2.0), Use::Fresh);
    // Time passes, the nonce expires, and its counts are forgotten with the first use after that.
    let later = world.issue(100.0);
    assert_eq!(world.spend(&later, 1, 100.0), Use::Fresh);
    assert_eq!(world.spend(&nonce, 1, 2.0), Use::Stale);
    // And those that are issued while the clock is behind serve all the same.
    let behind = world.issue(2.0);
    assert_eq!(world.spend(&behind, 1, 3.0), Use::Fresh);
    assert_eq!(world.spend(&behind, 1, 4.0), Use::Replayed);
}

#[test]
fn when_too_many_nonces_are_in_use_the_oldest_are_stale_rather_than_replayable() {
    let world = World::tracking(10);
    let old = world.issue(1.5);
    assert_eq!(world.spend(&old, 1, 1.5), Use::Fresh);
    for i in 0..10 {
        let nonce = world.issue(5.0);
        assert_eq!(world.spend(&nonce, 1, 5.0), Use::Fresh, "nonce {i}");
    }
    assert_eq!(world.spend(&old, 1, 6.0), Use::Stale);
    assert_eq!(world.spend(&old, 2, 6.0), Use::Stale);
}

#[test]
fn more_nonces_than_fit_in_one_second_still_serve() {
    let world = World::tracking(10);
    let mut fresh = 0;
    for _ in 0..1000 {
        let nonce = world.issue(5.0);
        let outcome = world.spend(&nonce, 1, 5.0);
        assert!(matches!(outcome, Use::Fresh | Use::Stale), "{outcome:?}");
        fresh += usize::from(outcome == Use::Fresh);
        assert_ne!(world.spend(&nonce, 1, 5.0), Use::Fresh, "it was used");
    }
    assert!(fresh >= 900, "{fresh} of 1000 nonces served");
}

proptest! {
    /// Whatever the order of uses, moments and memory: no count of a nonce serves twice.
    #[test]
    fn nothing_serves_twice(
        uses in proptest::collection::vec((0usize..8, 0u32..70, 0u32..200), 1..200),
        max in 1usize..6,
    ) {
        let world = World::tracking(max);
        let nonces: Vec<Nonce> = (0..8).map(|i| world.issue(f64::from(i) * 7.0)).collect();
        let mut served = HashSet::new();
        for (which, count, seconds) in uses {
            if world.spend(&nonces[which], count, f64::from(seconds)) == Use::Fresh {
                prop_assert!(served.insert((which, count)));
            }
        }
    }

    #[test]
    fn no_bytes_make_a_nonce_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40), count in any::<u32>()) {
        prop_assert_eq!(World::new().nonces.spend(&bytes, count, at(1.0)), Use::Unknown);
    }
}
