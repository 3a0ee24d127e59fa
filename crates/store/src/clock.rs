//! How far the world's clock is ahead of the real one: a recorded fact, so that it survives.

use std::time::Duration;

use model::Refusal;
use model::limits::{CLOCK_ADVANCE_MAX, CLOCK_OFFSET_MAX};

use crate::engine::{Row, Tx, statements, vals};
use crate::error::Result;
use crate::{Store, binding};

statements! {
    GET: "read the clock's offset" = "SELECT offset_micros FROM world_clock WHERE id = 1";
    TAKE: "take the clock" = "SELECT offset_micros FROM world_clock WHERE id = 1 /*! FOR UPDATE */";
    SET: "move the clock" = "UPDATE world_clock SET offset_micros = $1 WHERE id = 1";
}

fn read(row: &mut Row<'_>) -> Result<Duration> {
    row.of("world_clock").number().map(Duration::from_micros)
}

/// Takes the clock's row: the one row that is there from the start.
pub(crate) fn take(tx: &mut Tx<'_>) -> Result<Duration> {
    Ok(tx.take(TAKE, &[], read)?.unwrap_or_default())
}

impl Store {
    /// How far the world's clock is ahead of the real one.
    pub async fn clock_offset(&self) -> Result<Duration> {
        Ok(self.read(move |tx| tx.one(GET, &[], read)).await?.unwrap_or_default())
    }

    /// Moves the world's clock; answers how far ahead it is then. It stands while any project is bound
    /// to a real account. Whoever hears the hint follows with its own clock before it looks for what
    /// is due.
    pub async fn clock_advance(&self, by: Duration) -> Result<Duration> {
        self.write(move |tx| {
            let offset = take(tx)?;
            if !by.is_zero() {
                binding::check_none(tx)?;
            }
            let moved = offset.saturating_add(by);
            if by > CLOCK_ADVANCE_MAX || moved > CLOCK_OFFSET_MAX {
                return Err(Refusal::ClockTooFar.into());
            }
            // Within ten years, so the microseconds fit.
            let micros = i64::try_from(moved.as_micros()).unwrap_or(i64::MAX);
            tx.exec(SET, vals![micros])?;
            tx.wake();
            Ok(moved)
        })
        .await
    }
}
