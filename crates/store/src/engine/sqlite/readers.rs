//! The connections that read.
//!
//! Each statement that reads takes a shared lock on the log and drops it: two calls of the system,
//! and in a point read those cost more than all the rest. The engine takes a lock from the system
//! only if no other connection of the process holds the same one. So while nobody writes, one
//! connection that is free is kept *inside* a read transaction: the lock stays held, and for all
//! others taking it is counting.
//!
//! What anybody reads is not touched by that: every read still begins a transaction of its own and
//! sees the newest commit, another process's too; it may only have to ask the system again. But a
//! log whose newest commit is held can't begin anew, so the kept connection is let go before each
//! change, and one is kept again when some reads have followed its commit: a server that is hardly
//! asked anything needs no second connection.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};

use super::super::Sql;
use super::{Conn, READER_CACHE_KIB, connect};
use crate::counters::EngineCounters;
use crate::error::Result;

/// Read connections that are kept open while nobody reads. More are opened while more threads
/// read at once, and closed again.
const READERS_KEPT: usize = 16;

/// Reads after a change from which on the lock is held.
pub(super) const READS_UNHELD: u32 = 16;

pub(super) const BEGIN: Sql = Sql { doing: "begin a transaction", text: "BEGIN" };
pub(super) const ROLLBACK: Sql = Sql { doing: "end a transaction", text: "ROLLBACK" };
/// The least that takes the lock.
const TOUCH: Sql = Sql { doing: "begin to read", text: "SELECT 1 FROM sqlite_schema LIMIT 1" };

/// The connections that are free.
pub(super) struct Readers {
    path: PathBuf,
    pool: Mutex<Pool>,
    counters: Arc<EngineCounters>,
}

#[derive(Default)]
struct Pool {
    free: Vec<Connection>,
    /// The one that is inside a read transaction.
    inside: Option<Connection>,
    /// Whether somebody writes.
    writing: bool,
    /// Reads since somebody did.
    n_reads: u32,
}

impl Readers {
    pub(super) fn new(path: &Path, counters: Arc<EngineCounters>) -> Self {
        Self { path: path.to_owned(), pool: Mutex::default(), counters }
    }

    /// One to read with.
    pub(super) fn take(&self) -> Result<Connection> {
        if let Some(free) = self.pool.lock().free.pop() {
            return Ok(free);
        }
        self.counters.connections_opened.add_one();
        connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY, READER_CACHE_KIB)
    }

    /// Gives it back.
    pub(super) fn give_back(&self, conn: Connection) {
        let mut pool = self.pool.lock();
        pool.n_reads = pool.n_reads.saturating_add(1);
        let hold = !pool.writing && pool.inside.is_none() && pool.n_reads > READS_UNHELD;
        if hold && enter(&conn) {
            pool.inside = Some(conn);
        } else if pool.free.len() < READERS_KEPT {
            pool.free.push(conn);
        }
    }

    /// Before a change: lets the log go.
    pub(super) fn before_writing(&self) {
        let mut pool = self.pool.lock();
        (pool.writing, pool.n_reads) = (true, 0);
        if let Some(conn) = pool.inside.take()
            && leave(&conn)
        {
            pool.free.push(conn);
        }
    }

    /// After a change.
    pub(super) fn after_writing(&self) {
        self.pool.lock().writing = false;
    }

    /// Closes those that are free.
    pub(super) fn close(&self) {
        *self.pool.lock() = Pool::default();
    }
}

/// Whether a read transaction was begun. If not, the connection is as it was.
fn enter(conn: &Connection) -> bool {
    let begun = Conn(conn).exec(BEGIN, &[]).and_then(|_| Conn(conn).each(TOUCH, &[], |_| Ok(())));
    begun.is_ok() || !leave(conn)
}

/// Whether the connection is out of its transaction.
fn leave(conn: &Connection) -> bool {
    conn.is_autocommit() || Conn(conn).exec(ROLLBACK, &[]).is_ok()
}
