//! What is told after a commit, beside its answer: that some row became due. Which, the hint does
//! not say: whoever hears it asks the rows.

use tokio::sync::Notify;

/// A hint without data, for one listener; given while nobody listens, it is kept, once.
#[derive(Debug, Default)]
pub struct Wake {
    due: Notify,
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
}
