//! How long a row is left alone after a failure.
//!
//! Rows that failed together must not come back together, so the model's pause is cut by up to a
//! half. By how much is spelled by the row's id and the count of failures: it differs from row to
//! row and from time to time, and is the same in every run.

use std::time::Duration;

use model::id::ObjectId;
use model::peering::machine::backoff;

/// The pause after the `attempt`-th failure in a row (from 1): between half and all of the model's.
pub(crate) fn pause(id: ObjectId, attempt: u32) -> Duration {
    let longest = backoff(attempt);
    let half = longest / 2;
    let room = u64::try_from(half.as_micros()).unwrap_or(u64::MAX).saturating_add(1);
    longest - Duration::from_micros(model::world::seed(id, i64::from(attempt)) % room)
}

#[cfg(test)]
mod tests {
    use model::peering::machine::BACKOFF_MAX;

    use super::*;

    fn id(last: u8) -> ObjectId {
        ObjectId::from_bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last])
    }

    #[test]
    fn a_pause_is_between_half_and_all_of_the_models() {
        for last in 0..=255 {
            for attempt in 1..40 {
                let pause = pause(id(last), attempt);
                assert!(pause >= backoff(attempt) / 2 && pause <= backoff(attempt), "{pause:?}");
                assert!(pause <= BACKOFF_MAX);
            }
        }
    }

    #[test]
    fn rows_that_failed_together_come_back_apart() {
        let mut pauses: Vec<_> = (0..=255).map(|last| pause(id(last), 10)).collect();
        pauses.sort();
        pauses.dedup();
        assert!(pauses.len() > 250, "{} of 256 differ", pauses.len());
    }

    #[test]
    fn a_pause_is_the_same_in_every_run() {
        assert_eq!(pause(id(7), 3), pause(id(7), 3));
        assert_ne!(pause(id(7), 3), pause(id(8), 3));
    }
}
