//! The one thread that writes.
//!
//! It takes what is queued, up to [`GROUP_MAX`] changes, runs each inside a savepoint of one
//! transaction, commits once, and only then answers: one sync of the disk pays for the whole
//! group, and an answered change is on disk. A refused change is rolled back to its savepoint and
//! the others go on; if the commit fails, every change of the group fails with it, since each may
//! have read what another wrote.
//!
//! The queue is bounded: when it is full, callers wait. A change whose caller has gone before its
//! turn is not begun.

use std::sync::Arc;
use std::thread;

use model::IdMint;
use rusqlite::Connection;
use telemetry::Stopwatch;
use tokio::sync::{mpsc, oneshot};

use super::super::job::{Job, job};
use super::super::{self as engine, Sql, Told, Tx};
use super::Conn;
use crate::counters::EngineCounters;
use crate::error::{Error, Result};
use crate::wake::Wake;

/// Changes that may wait for the writer.
const QUEUE_MAX: usize = 4096;
/// Changes that one commit carries.
const GROUP_MAX: usize = 128;

const BEGIN: Sql = Sql { doing: "begin a transaction", text: "BEGIN IMMEDIATE" };
const COMMIT: Sql = Sql { doing: "commit", text: "COMMIT" };
const ROLLBACK: Sql = Sql { doing: "roll back", text: "ROLLBACK" };
const SAVEPOINT: Sql = Sql { doing: "set a savepoint", text: "SAVEPOINT change" };
const RELEASE: Sql = Sql { doing: "release a savepoint", text: "RELEASE change" };
const UNDO: Sql = Sql { doing: "undo a change", text: "ROLLBACK TO change" };

/// The way to the thread.
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
}

enum Message {
    Change(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

impl Writer {
    /// Starts the thread on its connection.
    pub(super) fn start(
        conn: Connection,
        mint: Arc<IdMint>,
        wake: Arc<Wake>,
        counters: Arc<EngineCounters>,
    ) -> Result<Self> {
        let (queue, inbox) = mpsc::channel(QUEUE_MAX);
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(conn, &mint, &wake, &counters, inbox))
            .map_err(|source| Error::Engine { doing: "start the writer thread", source: Arc::new(source) })?;
        Ok(Self { queue })
    }

    /// Runs a change in a transaction; answers when it is on disk.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (change, answer) = job(work);
        self.queue.send(Message::Change(change)).await.map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Whether the thread takes changes.
    pub(super) fn check(&self) -> Result<()> {
        if self.queue.is_closed() { Err(Error::Closed) } else { Ok(()) }
    }

    /// Lets the thread finish what is queued, and waits until it has closed the file.
    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.queue.send(Message::Close(done)).await.is_ok() {
            // Gone without an answer is closed, too.
            let _ = closed.await;
        }
    }
}

fn run(
    conn: Connection,
    mint: &IdMint,
    wake: &Wake,
    counters: &EngineCounters,
    mut inbox: mpsc::Receiver<Message>,
) {
    let mut group: Vec<Box<dyn Job>> = Vec::with_capacity(GROUP_MAX);
    let mut closing: Vec<oneshot::Sender<()>> = Vec::new();
    while let Some(message) = inbox.blocking_recv() {
        let mut next = Some(message);
        while let Some(message) = next {
            match message {
                Message::Change(change) => group.push(change),
                Message::Close(done) => {
                    // No more is taken in; what is queued is still done.
                    inbox.close();
                    closing.push(done);
                }
            }
            next = if group.len() < GROUP_MAX { inbox.try_recv().ok() } else { None };
        }
        commit(&conn, mint, wake, counters, &mut group);
    }
    if let Err((_, source)) = conn.close() {
        tracing::warn!(error = %source, "could not close the database in good order");
    }
    for done in closing {
        // Whoever closed the store may not wait for it.
        let _ = done.send(());
    }
}

/// Commits a group of changes and answers each.
fn commit(
    conn: &Connection,
    mint: &IdMint,
    wake: &Wake,
    counters: &EngineCounters,
    group: &mut Vec<Box<dyn Job>>,
) {
    group.retain(|change| change.awaited());
    if group.is_empty() {
        return;
    }
    let stopwatch = Stopwatch::start();
    let conn_in_tx = Conn(conn);
    let mut told = Told::default();
    let outcome = conn_in_tx.exec(BEGIN, &[]).and_then(|_| {
        for change in group.iter_mut() {
            let more = attempt(conn, mint, change.as_mut())?;
            told = Told { due: told.due || more.due };
        }
        conn_in_tx.exec(COMMIT, &[])
    });
    let fate = outcome.map(|_| ());
    counters.commit_time.time(stopwatch.taken());
    counters.group_size.observe(group.len() as u64);
    if let Err(error) = &fate {
        tracing::error!(error = %error, changes = group.len(), "a group of changes was lost");
        if !conn.is_autocommit() {
            // If even this fails, the next BEGIN says so.
            let _ = conn_in_tx.exec(ROLLBACK, &[]);
        }
    }
    if fate.is_ok() && told.due {
        wake.notify();
    }
    for change in group.drain(..) {
        change.answer(fate.clone());
    }
}

/// Runs one change inside a savepoint; answers what it has to tell. An error is the end of
/// the whole group.
fn attempt(conn: &Connection, mint: &IdMint, change: &mut dyn Job) -> Result<Told> {
    let conn_in_tx = Conn(conn);
    conn_in_tx.exec(SAVEPOINT, &[])?;
    let mut tx = Tx::new(engine::Conn::Sqlite(conn_in_tx), mint);
    let outcome = change.run(&mut tx);
    let told = if outcome.is_ok() { tx.told } else { Told::default() };
    if let Err(error) = outcome {
        if conn.is_autocommit() {
            // The engine gave the whole transaction up, as it may when the disk is full.
            return Err(error);
        }
        conn_in_tx.exec(UNDO, &[])?;
    }
    conn_in_tx.exec(RELEASE, &[])?;
    Ok(told)
}
