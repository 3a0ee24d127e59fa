//! Whole runs out of one number.
//!
//! A seed decides everything: what callers and the far side do and when, which of several servers
//! goes on and by how little, which of its calls is answered first, which faults strike. Servers
//! are futures that nobody polls but [`run`]; they stop at [`wire`], before and after every call to
//! a cloud, and one of them moves at a time. So a seed tells the same story twice, and one that
//! fails is told when it fails.
//!
//! Rules are checked after every step, and the whole promise ([`crate::deeds::Ledger::check`]) once
//! everything has come to rest.
//!
//! `LANDBRIDGE_SEEDS=200000 cargo test -p reconciler --test it simulation -- --nocapture` is the
//! long run; `LANDBRIDGE_SEED=7` tells the story of one.

mod chance;
mod faults;
mod poll;
mod run;
mod template;
mod wire;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use faults::Tried;
use run::tell;
use template::Template;

/// Seeds that every run of the tests tries.
const SEEDS: u64 = 10_000;

#[expect(clippy::disallowed_methods, reason = "how long a long run is, is said from outside")]
fn said(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

#[test]
#[expect(clippy::print_stdout, reason = "how much was tried is part of what this test shows")]
fn whatever_the_seed_nothing_is_lost_done_twice_or_left_behind() {
    let template = Template::new();
    if let Some(seed) = said("LANDBRIDGE_SEED") {
        println!("{}", tell(&template, seed).unwrap_or_else(|story| panic!("{story}")).story);
        return;
    }
    let n_seeds = said("LANDBRIDGE_SEEDS").unwrap_or(SEEDS);
    let n_threads = thread::available_parallelism().map_or(1, usize::from);
    let (next, tried) = (AtomicU64::new(0), Mutex::new(Tried::default()));
    thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= n_seeds {
                        return;
                    }
                    match tell(&template, seed) {
                        Ok(told) => tried.lock().expect("no seed failed").add(&told.tried),
                        Err(story) => {
                            next.store(n_seeds, Ordering::Relaxed);
                            panic!("{story}");
                        }
                    }
                }
            });
        }
    });
    println!("the promise held in {n_seeds} seeds: {}", tried.into_inner().expect("no seed failed"));
}

#[test]
fn a_seed_tells_the_same_story_twice() {
    let template = Template::new();
    for seed in 0..25 {
        let [one, two] = [0, 1].map(|_| tell(&template, seed).unwrap_or_else(|story| panic!("{story}")));
        assert_eq!(one.story, two.story, "seed {seed}");
        assert!(one.story.lines().count() > 10, "seed {seed} has nothing to tell");
    }
}
