//! How the server ends: in order, in bounded time, and at once if somebody insists.
//!
//! ```text
//! first signal ── no new connections ── requests answered ─┐
//!              └─ the batch in hand finished ──────────────┴── the store closed ── 0
//! second signal, any time ── 1
//! ```

use std::io;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use crate::failure::Failure;

/// How long all parts together may take to end. The listener cuts its connections after ten
/// seconds; a batch of the reconciler is shorter.
const END_TIMEOUT: Duration = Duration::from_secs(15);

/// Tells every part of the server that the end has come.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Waits for it.
    pub async fn asked(mut self) {
        // Whoever could ask is gone: that is the end, too.
        let _ = self.0.wait_for(|asked| *asked).await;
    }
}

/// The parts of a running server, each a task.
#[derive(Debug)]
pub struct Parts {
    tasks: JoinSet<&'static str>,
    stop: watch::Sender<bool>,
}

impl Default for Parts {
    fn default() -> Self {
        Self { tasks: JoinSet::new(), stop: watch::Sender::new(false) }
    }
}

impl Parts {
    /// Starts a part. It ends after it was asked to, and not before.
    pub fn start<F>(&mut self, name: &'static str, part: impl FnOnce(Stop) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let part = part(Stop(self.stop.subscribe()));
        self.tasks.spawn(async move {
            part.await;
            name
        });
    }

    /// Waits for a signal, then ends all parts.
    pub async fn run(mut self, mut signals: Signals) -> Result<(), Failure> {
        let early = tokio::select! {
            signal = signals.next() => {
                tracing::info!(signal, "ending: requests in hand are answered first");
                None
            }
            Some(ended) = self.tasks.join_next() => Some(broken(ended)),
        };
        // Parts that have ended need not hear it.
        let _ = self.stop.send(true);
        let ending = tokio::time::timeout(END_TIMEOUT, async {
            while let Some(ended) = self.tasks.join_next().await {
                if let Err(error) = ended {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "a part of the server broke at the end"
                    );
                }
            }
        });
        tokio::select! {
            biased;
            signal = signals.next() => {
                return Err(Failure::new(format!("ended at once on a second signal ({signal})"))
                    .hint("nothing acknowledged is lost; the next start goes on from here"));
            }
            ended = ending => if ended.is_err() {
                tracing::warn!("a part of the server did not end in time and was cut off");
            }
        }
        early.map_or(Ok(()), Err)
    }
}

/// Nobody asked for an end, and yet a part has ended.
fn broken(ended: Result<&'static str, JoinError>) -> Failure {
    match ended {
        Ok(name) => Failure::new(format!("the {name} ended by itself")),
        Err(error) => Failure::new("a part of the server broke").because(error),
    }
}

/// The signals that end a program: Ctrl-C everywhere, SIGTERM where there is one.
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    /// Catches them from now on.
    #[cfg(unix)]
    pub fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Catches them from now on.
    #[cfg(not(unix))]
    pub fn catch() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for one and tells its name.
    #[cfg(unix)]
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }

    /// Waits for one and tells its name.
    #[cfg(not(unix))]
    async fn next(&mut self) -> &'static str {
        if tokio::signal::ctrl_c().await.is_err() {
            // Nobody can tell us to end this way; somebody will find another.
            std::future::pending::<()>().await;
        }
        "Ctrl-C"
    }
}
