//! The loop: work until nothing is due, then wait for a wake-up, the next due row, or the end.

use std::future::{Future, ready};
use std::pin::pin;
use std::time::Duration;

use model::time::{Clock, Timestamp};

use crate::{Counts, Reconciler};

/// The shortest wait: a row that is due but leased by somebody else must not make the loop spin.
const WAIT_MIN: Duration = Duration::from_millis(20);
/// Turns after which [`Reconciler::run_until_idle`] gives up waiting for rest.
const TURNS_MAX: u32 = 100_000;

impl Reconciler {
    /// Reconciles until `shutdown` is done. A batch in hand is finished first; its calls have time
    /// limits and its rounds are counted, so that ends.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        let mut expire_next = Timestamp::from_micros(i64::MIN);
        let mut dropped = false;
        loop {
            let pause = match self.turn(&mut expire_next, &mut dropped).await {
                Ok(Some(pause)) => pause,
                Ok(None) => Duration::ZERO,
                Err(error) => {
                    self.counters.store_failures.add_one();
                    dropped = true;
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "the reconciler could not use the store"
                    );
                    self.settings.store_pause
                }
            };
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                () = ready(()), if pause.is_zero() => {}
                () = self.store.wake().notified() => {}
                () = wait(pause) => {}
            }
        }
    }

    /// Reconciles until nothing is due at the world's present moment: for tests, which hold the
    /// clock still.
    pub async fn run_until_idle(&self) -> Result<Counts, store::Error> {
        let expired = self.expire(&mut Timestamp::from_micros(i64::MIN)).await?;
        let mut counts = Counts { expired, ..Counts::default() };
        for _ in 0..TURNS_MAX {
            let (containers, peerings) = (self.networks().await?, self.peerings().await?);
            counts.containers += containers;
            counts.peerings += peerings;
            if containers + peerings == 0 {
                break;
            }
        }
        Ok(counts)
    }

    /// One batch of each kind. `None` if there may be more, else how long to wait. `dropped` says
    /// whether the turn before may have left rows claimed.
    async fn turn(
        &self,
        expire_next: &mut Timestamp,
        dropped: &mut bool,
    ) -> Result<Option<Duration>, store::Error> {
        // Another node may have moved the world's clock.
        self.world.set_offset(self.store.clock_offset().await?);
        if *dropped {
            // No call of that turn is under way any more: nobody need wait for its leases to run out.
            self.store.leases_let_go(&self.owner, self.world.now()).await?;
            *dropped = false;
        }
        self.expire(expire_next).await?;
        // Networks first: a peering can do nothing before its network stands.
        if self.networks().await? + self.peerings().await? > 0 {
            return Ok(None);
        }
        let now = self.world.now();
        let due = self.store.next_due(now, self.world.real().now()).await?;
        let wait = due.map_or(*expire_next, |due| due.min(*expire_next)).since(now);
        Ok(Some(wait.clamp(WAIT_MIN, self.settings.look_every)))
    }
}

#[expect(clippy::disallowed_methods, reason = "the runner's one wait")]
async fn wait(pause: Duration) {
    tokio::time::sleep(pause).await;
}
