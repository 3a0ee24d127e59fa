//! What is told after a commit, beside its answer: that some row became due, and that something
//! changed that proves callers. Neither carries what changed: whoever hears it asks the rows.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

/// Payload-free hints. The one that rows are due is for one listener; given while nobody listens,
/// it is kept, once.
#[derive(Debug, Default)]
pub struct Wake {
    due: Notify,
    callers: AtomicU64,
}

impl Wake {
    /// Gives the hint that a row is due.
    pub(crate) fn notify(&self) {
        self.due.notify_one();
    }

    /// Waits for the hint that a row is due.
    pub async fn notified(&self) {
        self.due.notified().await;
    }

    /// How often keys, their access lists or tokens were taken back so far. What was read of a
    /// caller at this count holds while the count does: it grows after the commit and before
    /// whoever asked for it is answered.
    pub fn callers(&self) -> u64 {
        self.callers.load(Ordering::Acquire)
    }

    /// Lets the count grow.
    pub(crate) fn callers_changed(&self) {
        self.callers.fetch_add(1, Ordering::Release);
    }
}
