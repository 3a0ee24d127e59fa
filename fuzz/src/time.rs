//! Dates and durations of ISO 8601.

use std::time::Duration;

use server::convert::time::{duration, millis, parse, parse_duration, seconds};

/// What was read is written so that it reads the same; a duration only as far as a clock can be
/// moved, and longer ones are refused later, in better words.
pub fn check(bytes: &[u8]) {
    let Some(text) = crate::text(bytes) else { return };
    if let Some(at) = parse(text) {
        let again = parse(&millis(at)).expect("we read what we write");
        assert_eq!(again.micros(), at.micros().div_euclid(1000) * 1000);
        assert_eq!(parse(&seconds(at)).map(|at| at.seconds()), Some(at.seconds()));
        assert_eq!(seconds(again), seconds(at));
    }
    if let Some(span) = parse_duration(text) {
        assert!(!span.is_zero(), "a duration is positive");
        let whole = Duration::from_secs(span.as_secs());
        if !whole.is_zero() && whole <= model::limits::CLOCK_OFFSET_MAX {
            assert_eq!(parse_duration(&duration(span)), Some(whole));
        }
    }
}
