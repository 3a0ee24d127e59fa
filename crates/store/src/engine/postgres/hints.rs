//! Hints between the nodes that share a database: that rows are due.
//!
//! One connection listens for the others' and passes on ours. They go out after the commit, in a
//! statement of their own: a notification inside a transaction would make all commits of all nodes
//! wait in one line, and what is sent while one is under way goes out as one. A hint may be lost;
//! then the next look at the rows finds what it would have told. So whenever the connection is made
//! anew everything is hinted at.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicU8, Ordering};
use std::thread;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_postgres::{Client, Notification};

use super::super::Told;
use super::dial::{Dialed, Dialer};
use crate::error::{Error, Result};
use crate::wake::Wake;

/// How long to leave a server alone that could not be reached, at first and at most.
const PAUSE_MIN: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(2);

const WHO_AM_I: &str = "SELECT pg_backend_pid()";
/// A hint that is lost costs nothing: giving one waits for no disk and no standby.
const LISTEN: &str = "SET synchronous_commit = off; LISTEN landbridge";
/// How far apart two hints of one node are: under load each commit has something to tell, and the
/// others, once they look, look at everything.
const SPACING: Duration = Duration::from_millis(5);
/// The hint that rows are due, and how it is given.
const DUE_SAYING: &str = "due";
const TELL_DUE: &str = "NOTIFY landbridge, 'due'";
const DUE: u8 = 1;
const CLOSED: u8 = 2;

/// What is to be passed on.
#[derive(Default)]
pub(super) struct Doorbell {
    asked: AtomicU8,
    rung: Notify,
}

impl Doorbell {
    fn ring(&self, bits: u8) {
        self.asked.fetch_or(bits, Ordering::AcqRel);
        self.rung.notify_one();
    }

    /// Passes on what a transaction has to tell.
    pub(super) fn tell(&self, told: Told) {
        if told.due {
            self.ring(DUE);
        }
    }

    /// Ends the thread.
    pub(super) fn close(&self) {
        self.ring(CLOSED);
    }
}

/// Starts the thread.
pub(super) fn start(dialer: Dialer, wake: Arc<Wake>, doorbell: Arc<Doorbell>) -> Result<()> {
    let failed = |source| Error::Engine { doing: "start the thread for hints", source: Arc::new(source) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let run = move || runtime.block_on(run(&dialer, &wake, &doorbell));
    thread::Builder::new().name("store-hints".to_owned()).spawn(run).map(|_| ()).map_err(failed)
}

fn give(wake: &Wake, saying: &str) {
    // Any other is a newer program's.
    if saying == DUE_SAYING {
        wake.notify();
    }
}

async fn run(dialer: &Dialer, wake: &Arc<Wake>, doorbell: &Doorbell) {
    let mut pause = PAUSE_MIN;
    loop {
        match listen(dialer, wake).await {
            Ok(mut dialed) => {
                pause = PAUSE_MIN;
                wake.notify();
                if pass_on(&dialed.client, &mut dialed.driver, doorbell).await.is_break() {
                    return;
                }
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "no hints from other nodes: could not listen at the database"
                );
            }
        }
        // A bell that rings meanwhile is heard when there is a connection again.
        let closed = async {
            while doorbell.asked.load(Ordering::Acquire) & CLOSED == 0 {
                doorbell.rung.notified().await;
            }
        };
        if tokio::time::timeout(pause, closed).await.is_ok() {
            return;
        }
        pause = (pause * 2).min(PAUSE_MAX);
    }
}

async fn listen(dialer: &Dialer, wake: &Arc<Wake>) -> std::result::Result<Dialed, tokio_postgres::Error> {
    let (told, me) = (Arc::clone(wake), Arc::new(AtomicI32::new(0)));
    let own = Arc::clone(&me);
    // Our own come back, too; whoever is here has been told already.
    let heard = move |hint: &Notification| {
        if hint.process_id() != own.load(Ordering::Relaxed) {
            give(&told, hint.payload());
        }
    };
    let dialed = dialer.dial(heard).await?;
    me.store(dialed.client.query_one(WHO_AM_I, &[]).await?.try_get(0)?, Ordering::Relaxed);
    dialed.client.batch_execute(LISTEN).await?;
    Ok(dialed)
}

/// Passes hints on until the connection ends or the store is closed.
async fn pass_on(
    client: &Client,
    driver: &mut tokio::task::JoinHandle<()>,
    doorbell: &Doorbell,
) -> ControlFlow<()> {
    loop {
        let asked = doorbell.asked.swap(0, Ordering::AcqRel);
        if asked & CLOSED != 0 {
            return ControlFlow::Break(());
        }
        if asked & DUE != 0 {
            let told = client.batch_execute(TELL_DUE).await;
            if told.is_err() || tokio::time::timeout(SPACING, &mut *driver).await.is_ok() {
                return ControlFlow::Continue(());
            }
        }
        tokio::select! {
            () = doorbell.rung.notified() => {}
            _ = &mut *driver => return ControlFlow::Continue(()),
        }
    }
}
