//! How far the world's clock is ahead of the real one: a recorded fact, so that it survives.

use std::time::Duration;

use model::Refusal;
use model::limits::{CLOCK_ADVANCE_MAX, CLOCK_OFFSET_MAX};

use crate::Store;
use crate::engine::{Row, statements, vals};
use crate::error::Result;

statements! {
    GET: "read the clock's offset" = "SELECT offset_micros FROM world_clock WHERE id = 1";
    SET: "move the clock" = "UPDATE world_clock SET offset_micros = $1 WHERE id = 1";
}

fn read(row: &mut Row<'_>) -> Result<Duration> {
    row.of("world_clock").number().map(Duration::from_micros)
}

impl Store {
    /// How far the world's clock is ahead of the real one.
    pub async fn clock_offset(&self) -> Result<Duration> {
        Ok(self.read(|tx| tx.one(GET, &[], read))?.unwrap_or_default())
    }

    /// Moves the world's clock; answers how far ahead it is then. No hint is given: the caller
    /// follows with its own clock first, and wakes the reconciler then.
    pub async fn clock_advance(&self, by: Duration) -> Result<Duration> {
        self.write(move |tx| {
            let offset = tx.take(GET, &[], read)?.unwrap_or_default();
            let moved = offset.saturating_add(by);
            if by > CLOCK_ADVANCE_MAX || moved > CLOCK_OFFSET_MAX {
                return Err(Refusal::ClockTooFar.into());
            }
            // Within ten years, so the microseconds fit.
            let micros = i64::try_from(moved.as_micros()).unwrap_or(i64::MAX);
            tx.exec(SET, vals![micros])?;
            Ok(moved)
        })
        .await
    }
}
