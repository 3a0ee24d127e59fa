//! The one thread that writes.
//!
//! It takes what is queued, up to [`GROUP_MAX`] changes, runs them in one transaction, commits once,
//! and only then answers: one sync of the disk pays for the whole group, and an answered change is
//! on disk. If the commit fails, every change of the group fails with it, since each may have read
//! what another wrote.
//!
//! A refused change must leave no trace while the others go on. Most are refused before they write
//! anything, and a savepoint for each costs a copy of every page that it touches. So there is none
//! at first; where a change wrote something and was refused then, the whole group is rolled back and
//! run again, each change inside a savepoint.
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
use super::readers::Readers;
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
        readers: Arc<Readers>,
        counters: Arc<EngineCounters>,
    ) -> Result<Self> {
        let (queue, inbox) = mpsc::channel(QUEUE_MAX);
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                let kit = Kit { mint: &mint, wake: &wake, readers: &readers, counters: &counters };
                run(conn, &kit, inbox);
            })
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

/// What the thread needs beside its connection.
struct Kit<'k> {
    mint: &'k IdMint,
    wake: &'k Wake,
    readers: &'k Readers,
    counters: &'k EngineCounters,
}

fn run(conn: Connection, kit: &Kit<'_>, mut inbox: mpsc::Receiver<Message>) {
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
        commit(&conn, kit, &mut group);
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
fn commit(conn: &Connection, kit: &Kit<'_>, group: &mut Vec<Box<dyn Job>>) {
    group.retain(|change| change.awaited());
    if group.is_empty() {
        return;
    }
    let stopwatch = Stopwatch::start();
    kit.readers.before_writing();
    let outcome = match together(conn, kit.mint, group, Undo::Nothing) {
        Ok(None) => together(conn, kit.mint, group, Undo::ToSavepoint),
        outcome => outcome,
    };
    kit.counters.commit_time.time(stopwatch.taken());
    kit.counters.group_size.observe(group.len() as u64);
    if let Err(error) = &outcome {
        tracing::error!(error = %error, changes = group.len(), "a group of changes was lost");
        if !conn.is_autocommit() {
            // If even this fails, the next BEGIN says so.
            let _ = Conn(conn).exec(ROLLBACK, &[]);
        }
    }
    kit.readers.after_writing();
    if let Ok(Some(told)) = &outcome
        && told.due
    {
        kit.wake.notify();
    }
    let fate = outcome.map(|_| ());
    for change in group.drain(..) {
        change.answer(fate.clone());
    }
}

/// What can be undone of one change alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Undo {
    Nothing,
    ToSavepoint,
}

/// Runs a group in one transaction and commits it; answers what it has to tell. `None` if it was
/// rolled back because something was to be undone that could not be undone alone.
fn together(
    conn: &Connection,
    mint: &IdMint,
    group: &mut [Box<dyn Job>],
    undo: Undo,
) -> Result<Option<Told>> {
    let conn_in_tx = Conn(conn);
    let mut told = Told::default();
    conn_in_tx.exec(BEGIN, &[])?;
    for change in group {
        let Some(more) = attempt(conn, mint, change.as_mut(), undo)? else {
            conn_in_tx.exec(ROLLBACK, &[])?;
            return Ok(None);
        };
        told = Told { due: told.due || more.due };
    }
    conn_in_tx.exec(COMMIT, &[])?;
    Ok(Some(told))
}

/// Runs one change; answers what it has to tell, or `None` if it left something that it can't be
/// freed of alone. An error is the end of the whole group.
fn attempt(conn: &Connection, mint: &IdMint, change: &mut dyn Job, undo: Undo) -> Result<Option<Told>> {
    let conn_in_tx = Conn(conn);
    if undo == Undo::ToSavepoint {
        conn_in_tx.exec(SAVEPOINT, &[])?;
    }
    let before = conn.total_changes();
    let mut tx = Tx::new(engine::Conn::Sqlite(conn_in_tx), mint);
    let outcome = change.run(&mut tx);
    let told = if outcome.is_ok() { tx.told } else { Told::default() };
    if let Err(error) = outcome {
        if conn.is_autocommit() {
            // The engine gave the whole transaction up, as it may when the disk is full.
            return Err(error);
        }
        match undo {
            Undo::Nothing if conn.total_changes() != before => return Ok(None),
            Undo::Nothing => {}
            Undo::ToSavepoint => {
                conn_in_tx.exec(UNDO, &[])?;
            }
        }
    }
    if undo == Undo::ToSavepoint {
        conn_in_tx.exec(RELEASE, &[])?;
    }
    Ok(Some(told))
}
