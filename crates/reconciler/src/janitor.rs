//! Takes out what ran out.

use model::time::{Clock, Timestamp};

use crate::Reconciler;

/// Entries taken out in one transaction.
const EXPIRED_AT_ONCE: u32 = 256;
/// Transactions in one go; what is left waits for the next.
const GOES_MAX: u32 = 64;

impl Reconciler {
    /// Deletes expired access-list entries, if it is time. Lists hide them anyway; what this adds is
    /// the audit event and the room. Nonces that nodes claimed and that are over go along.
    pub(crate) async fn expire(&self, next: &mut Timestamp) -> Result<u64, store::Error> {
        let now = self.world.now();
        if now < *next {
            return Ok(0);
        }
        let mut n_expired = 0;
        for _ in 0..GOES_MAX {
            let n = self.store.access_expire(now, EXPIRED_AT_ONCE).await?;
            n_expired += n;
            self.counters.expired.add(n);
            if n < u64::from(EXPIRED_AT_ONCE) {
                break;
            }
        }
        if self.store.is_shared() {
            self.store.nonces_forget(self.world.real().now()).await?;
        }
        *next = now.after(self.settings.expire_every);
        Ok(n_expired)
    }
}
