//! The hint that some row became due. It carries nothing: whoever hears it asks the rows.

use tokio::sync::Notify;

/// A payload-free hint, for one listener. A hint given while nobody listens is kept, once.
#[derive(Debug, Default)]
pub struct Wake(Notify);

impl Wake {
    /// Gives the hint.
    pub fn notify(&self) {
        self.0.notify_one();
    }

    /// Waits for the hint.
    pub async fn notified(&self) {
        self.0.notified().await;
    }
}
