//! The tasks of HTTP/2 streams, owned by their connection.
//!
//! hyper wants somewhere to run each stream of an HTTP/2 connection. Handed to the runtime they
//! would be nobody's: a panic in one would go unreported, and none could be told to end. In a set
//! that goes with the connection both are seen to.

use std::sync::Arc;

use hyper::rt::Executor;
use parking_lot::Mutex;
use tokio::task::JoinSet;

#[derive(Clone, Default)]
pub(super) struct Streams(Arc<Mutex<JoinSet<()>>>);

impl<F> Executor<F> for Streams
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let mut running = self.0.lock();
        while let Some(ended) = running.try_join_next() {
            super::report(ended);
        }
        running.spawn(stream);
    }
}
