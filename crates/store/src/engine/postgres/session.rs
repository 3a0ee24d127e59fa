//! One connection to the server, and what befell it.
//!
//! The connection lives on a small runtime of its own thread, which runs only while a statement is
//! under way: callers are synchronous. A transaction begins with its first statement; if that only
//! reads, both go out together.
//!
//! Statements whose outcome decides nothing are put off: they go out together with the next one, or
//! with the commit, which costs one way to the server and back instead of several. If one of them
//! fails, the server undoes the transaction, and what went out behind it comes to nothing.
//!
//! What went wrong is kept as [`Trouble`] until the next transaction: an engine's error says what
//! to tell a caller, the trouble says whether to try again.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, Statement};

use super::super::row;
use super::super::{Kept, Sql, Val};
use super::cells::Cells;
use super::dial::Dialer;
use super::pipeline;
use super::trouble::{self, Trouble};
use crate::error::{Error, Result};

/// How long one statement may take. The server gives up waiting for a lock before that.
const STATEMENT_MAX: Duration = Duration::from_secs(10);
/// What every connection begins with: nobody waits long for a lock, and a process that hangs in
/// the middle of a transaction loses it, so that others get at what it holds.
const SET_UP: &str = "SET lock_timeout = '4s'; SET idle_in_transaction_session_timeout = '8s'";

/// What a transaction begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    /// Nothing: each statement is its own.
    Alone,
    /// All statements see the same commit, and none writes.
    Snapshot,
    /// Each statement sees the newest commit, and what was taken stays taken.
    Change,
}

impl Begin {
    fn text(self) -> Option<&'static str> {
        match self {
            Self::Alone => None,
            Self::Snapshot => Some("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            // Whatever the server's default is: the locks are made for this.
            Self::Change => Some("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"),
        }
    }
}

/// A connection.
pub(crate) struct Session {
    runtime: Rc<Runtime>,
    client: Client,
    warned: Arc<AtomicBool>,
    prepared: RefCell<HashMap<(usize, usize), Statement>>,
    /// What goes out with the next statement.
    put_off: RefCell<Vec<PutOff>>,
    /// What is still to be said before the first statement.
    begin: Cell<Option<&'static str>>,
    open: Cell<bool>,
    trouble: Cell<Option<Trouble>>,
}

impl Session {
    /// Connects.
    pub(super) fn open(runtime: &Rc<Runtime>, dialer: &Dialer) -> Result<Self> {
        let doing = "connect to the database";
        let (client, warned) = runtime
            .block_on(async {
                let dialed = dialer.dial(|_| {}).await?;
                dialed.client.batch_execute(SET_UP).await?;
                Ok((dialed.client, dialed.warned))
            })
            .map_err(|source: tokio_postgres::Error| Error::Away { doing, source: Arc::new(source) })?;
        Ok(Self {
            runtime: Rc::clone(runtime),
            client,
            warned,
            prepared: RefCell::default(),
            put_off: RefCell::default(),
            begin: Cell::new(None),
            open: Cell::new(false),
            trouble: Cell::new(None),
        })
    }

    /// Whether it is of no more use.
    pub(super) fn lost(&self) -> bool {
        self.client.is_closed() || self.trouble.get() == Some(Trouble::Lost)
    }

    /// What went wrong first since the transaction began.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.trouble.get()
    }

    /// Begins a transaction.
    pub(super) fn begin(&self, begin: Begin) {
        self.trouble.set(None);
        self.put_off.take();
        self.begin.set(begin.text());
        self.open.set(false);
    }

    /// Commits. An error that leaves no trouble but a lost connection leaves it open whether the
    /// transaction stands.
    pub(super) fn commit(&self) -> Result<()> {
        if !self.open.replace(false) {
            return Ok(());
        }
        self.warned.store(false, Ordering::Relaxed);
        self.talk("commit", self.client.batch_execute("COMMIT"))?;
        // A commit whose wait for a synchronous standby was cut short is reported as done, with a
        // warning that it may exist nowhere else.
        if self.warned.load(Ordering::Relaxed) {
            self.trouble.set(Some(Trouble::Lost));
            let words = "the commit was not confirmed by the standby";
            return Err(Error::Away { doing: "commit", source: Arc::new(std::io::Error::other(words)) });
        }
        Ok(())
    }

    /// Undoes the transaction, or ends one that only read.
    pub(super) fn roll_back(&self) {
        self.put_off.take();
        if !self.open.replace(false) || self.lost() {
            return;
        }
        if self.talk("roll back", self.client.batch_execute("ROLLBACK")).is_err() {
            // Nobody knows what it would do next.
            self.trouble.set(Some(Trouble::Lost));
        }
    }

    /// Runs statements that have no values and give no rows.
    pub(super) fn batch(&self, doing: &'static str, text: &str) -> Result<()> {
        self.enter(doing)?;
        self.talk(doing, self.client.batch_execute(text))
    }

    pub(in super::super) fn exec(&self, sql: Sql, values: &[Val<'_>]) -> Result<u64> {
        let statement = self.prepare(sql)?;
        self.enter(sql.doing)?;
        let values = bound(values);
        self.talk(sql.doing, self.client.execute(&statement, &values))
    }

    /// Runs a statement with the next one; before the commit at the latest.
    pub(in super::super) fn put_off(&self, sql: Sql, values: &[Val<'_>]) -> Result<()> {
        let statement = self.prepare(sql)?;
        self.enter(sql.doing)?;
        let values = values.iter().map(Kept::of).collect();
        self.put_off.borrow_mut().push(PutOff { doing: sql.doing, statement, values });
        Ok(())
    }

    /// The rows of a statement for several sets of values, all asked for at once.
    pub(in super::super) fn each_of(
        &self,
        sql: Sql,
        sets: &[Vec<Val<'_>>],
        mut read: impl FnMut(usize, row::Cells<'_>) -> Result<()>,
    ) -> Result<()> {
        let statement = self.prepare(sql)?;
        self.enter(sql.doing)?;
        let queries = sets.iter().map(|values| async { self.client.query(&statement, &bound(values)).await });
        let answers = self.talk(sql.doing, pipeline::all(queries))?;
        for (at, rows) in answers.iter().enumerate() {
            for row in rows {
                read(at, row::Cells::Postgres(Cells(row)))?;
            }
        }
        Ok(())
    }

    pub(in super::super) fn each(
        &self,
        sql: Sql,
        values: &[Val<'_>],
        mut read: impl FnMut(row::Cells<'_>) -> Result<()>,
    ) -> Result<()> {
        for row in self.rows(sql, values)? {
            read(row::Cells::Postgres(Cells(&row)))?;
        }
        Ok(())
    }

    /// Numbers the next row of a table so.
    pub(in super::super) fn number_on(&self, table: &str, next: i64) -> Result<()> {
        self.batch("number a table", &format!("ALTER TABLE {table} ALTER COLUMN seq RESTART WITH {next}"))
    }

    fn rows(&self, sql: Sql, values: &[Val<'_>]) -> Result<Vec<Row>> {
        let statement = self.prepare(sql)?;
        let values = bound(values);
        // If beginning fails, a read that went out with it has done no harm.
        let together = if sql.text.starts_with("SELECT") { self.begin.take() } else { None };
        let Some(begin) = together else {
            self.enter(sql.doing)?;
            return self.talk(sql.doing, self.client.query(&statement, &values));
        };
        self.open.set(true);
        self.talk(sql.doing, async {
            let (begun, rows) =
                tokio::join!(self.client.batch_execute(begin), self.client.query(&statement, &values));
            begun.and(rows)
        })
    }

    /// Says what is still to be said before the first statement.
    fn enter(&self, doing: &'static str) -> Result<()> {
        let Some(begin) = self.begin.take() else { return Ok(()) };
        self.open.set(true);
        self.talk(doing, self.client.batch_execute(begin))
    }

    fn prepare(&self, sql: Sql) -> Result<Statement> {
        let key = (sql.text.as_ptr().addr(), sql.text.len());
        if let Some(statement) = self.prepared.borrow().get(&key) {
            return Ok(statement.clone());
        }
        let statement = self.talk(sql.doing, self.client.prepare(&ours(sql.text)))?;
        self.prepared.borrow_mut().insert(key, statement.clone());
        Ok(statement)
    }

    /// Prepares a statement; what is wrong with it, in words.
    #[cfg(test)]
    pub(super) fn check(&self, sql: Sql) -> std::result::Result<(), String> {
        use tokio_postgres::types::Type;

        let statement = self.prepare(sql).map_err(|error| {
            let words = std::error::Error::source(&error).and_then(std::error::Error::source);
            format!("{}: {}", words.map(ToString::to_string).unwrap_or_default(), ours(sql.text))
        })?;
        let known = [Type::INT4, Type::INT8, Type::TEXT, Type::BYTEA];
        let mut kinds = statement.params().iter().chain(statement.columns().iter().map(|c| c.type_()));
        match kinds.find(|kind| !known.contains(kind)) {
            Some(kind) => Err(format!("{kind} is no type that we read or write: {}", ours(sql.text))),
            None => Ok(()),
        }
    }

    /// Has one or several statements run, behind what was put off.
    fn talk<T>(
        &self,
        doing: &'static str,
        work: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        let put_off = self.put_off.take();
        let before = put_off.iter().map(|put_off| async {
            let values: Vec<Val<'_>> = put_off.values.iter().map(Kept::val).collect();
            let done = self.client.execute(&put_off.statement, &bound(&values)).await;
            done.map(|_| ()).map_err(|source| (put_off.doing, source))
        });
        let work = async { work.await.map_err(|source| (doing, source)) };
        let whole = pipeline::behind(before, work);
        let (trouble, error) = match self.runtime.block_on(async { timeout(STATEMENT_MAX, whole).await }) {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err((doing, source))) => trouble::explain(doing, source),
            Err(elapsed) => (Trouble::Lost, Error::Away { doing, source: Arc::new(elapsed) }),
        };
        // What follows in a transaction that failed says only that it failed.
        if self.trouble.get().is_none_or(|_| trouble == Trouble::Lost) {
            self.trouble.set(Some(trouble));
        }
        Err(error)
    }
}

/// A statement that waits for the next one.
struct PutOff {
    doing: &'static str,
    statement: Statement,
    values: Vec<Kept>,
}

/// A statement as this engine runs it: what is a comment for the other is none here.
pub(super) fn ours(text: &str) -> String {
    text.replace("/*!", "").replace("*/", "")
}

fn bound<'v>(values: &'v [Val<'v>]) -> Vec<&'v (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
