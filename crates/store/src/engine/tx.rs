//! An open transaction: what a change or a read may ask of the database.

use model::{IdMint, ObjectId, Timestamp};
use telemetry::TraceContext;

use super::row::{self, Row};
use super::{MARK, Sql, Val, postgres, sqlite, vals};
use crate::error::{Error, Result};

/// A connection inside a transaction.
#[derive(Clone, Copy)]
pub(super) enum Conn<'c> {
    Sqlite(sqlite::Conn<'c>),
    Postgres(&'c postgres::Session),
}

/// An open transaction.
pub(crate) struct Tx<'c> {
    conn: Conn<'c>,
    mint: &'c IdMint,
    pub(super) told: Told,
    callers_changed: bool,
    trace: Option<TraceContext>,
}

/// What a transaction has to tell after its commit, beside its answer.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Told {
    /// A row became due.
    pub(super) due: bool,
}

impl<'c> Tx<'c> {
    pub(super) fn new(conn: Conn<'c>, mint: &'c IdMint) -> Self {
        Self { conn, mint, told: Told::default(), callers_changed: false, trace: None }
    }

    /// A new id. Minted inside the transaction, so that ids grow in the order of commits.
    pub(crate) fn mint<T: From<ObjectId>>(&self, now: Timestamp) -> T {
        self.mint.mint(now)
    }

    /// Says that a row becomes due with this transaction; the hint is given after its commit.
    pub(crate) fn wake(&mut self) {
        self.told.due = true;
    }

    /// Says which trace this transaction belongs to.
    pub(crate) fn set_trace(&mut self, trace: Option<TraceContext>) {
        self.trace = trace;
    }

    /// The trace that what becomes due with this transaction belongs to, if it is kept.
    pub(crate) fn trace(&self) -> Option<String> {
        self.trace.filter(|trace| trace.sampled).map(|trace| trace.to_string())
    }

    /// Says that something changes with this transaction that proves callers: a key, a token, an
    /// access list. The callers' epoch grows with it.
    pub(crate) fn callers_changed(&mut self) {
        self.callers_changed = true;
    }

    /// Whether the callers' epoch is to grow.
    pub(crate) fn changes_callers(&self) -> bool {
        self.callers_changed
    }

    /// Runs a statement that yields no row. Answers how many rows it touched.
    pub(crate) fn exec(&mut self, sql: Sql, values: &[Val<'_>]) -> Result<u64> {
        match self.conn {
            Conn::Sqlite(conn) => conn.exec(sql, values),
            Conn::Postgres(session) => session.exec(sql, values),
        }
    }

    /// Runs a statement whose outcome decides nothing here. Where the way to the database is long, it
    /// goes together with the next statement or the commit, which fails if this one does.
    pub(crate) fn put(&mut self, sql: Sql, values: &[Val<'_>]) -> Result<()> {
        match self.conn {
            Conn::Sqlite(conn) => conn.exec(sql, values).map(|_| ()),
            Conn::Postgres(session) => session.put_off(sql, values),
        }
    }

    /// The one row of a statement, if there is any, for each of several sets of values. Where the way
    /// to the database is long, all are asked for at once.
    pub(crate) fn one_of_each<T>(
        &mut self,
        sql: Sql,
        sets: &[Vec<Val<'_>>],
        mut read: impl FnMut(&mut Row<'_>) -> Result<T>,
    ) -> Result<Vec<Option<T>>> {
        let mut found: Vec<Option<T>> = sets.iter().map(|_| None).collect();
        let mut keep = |at: usize, cells: row::Cells<'_>| {
            found[at] = Some(read(&mut Row::of_cells(cells))?);
            Ok(())
        };
        match self.conn {
            Conn::Sqlite(conn) => {
                for (at, values) in sets.iter().enumerate() {
                    conn.each(sql, values, |cells| keep(at, cells))?;
                }
            }
            Conn::Postgres(session) => session.each_of(sql, sets, keep)?,
        }
        Ok(found)
    }

    /// Runs a statement and reads each of its rows, until one can't be read.
    pub(crate) fn each(
        &mut self,
        sql: Sql,
        values: &[Val<'_>],
        mut read: impl FnMut(&mut Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let read = |cells: row::Cells<'_>| read(&mut Row::of_cells(cells));
        match self.conn {
            Conn::Sqlite(conn) => conn.each(sql, values, read),
            Conn::Postgres(session) => session.each(sql, values, read),
        }
    }

    /// The columns of a table, in the order in which they were made; none of one that is not there.
    pub(crate) fn columns(&mut self, table: &str) -> Result<Vec<String>> {
        let sql = match self.conn {
            Conn::Sqlite(_) => sqlite::COLUMNS,
            Conn::Postgres(_) => postgres::COLUMNS,
        };
        self.all(sql, vals![table], |row| row.string())
    }

    /// Whether the database is no whole copy yet.
    pub(crate) fn marked(&mut self) -> Result<bool> {
        Ok(!self.columns(MARK)?.is_empty())
    }

    /// Numbers the next row of a table so. The embedded engine goes on from the last by itself.
    pub(crate) fn number_on(&mut self, table: &str, next: i64) -> Result<()> {
        match self.conn {
            Conn::Sqlite(_) => Ok(()),
            Conn::Postgres(session) => session.number_on(table, next),
        }
    }

    /// All rows of a statement; one that makes no sense fails them all.
    pub(crate) fn all<T>(
        &mut self,
        sql: Sql,
        values: &[Val<'_>],
        mut read: impl FnMut(&mut Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut all = Vec::new();
        self.each(sql, values, |row| {
            all.push(read(row)?);
            Ok(())
        })?;
        Ok(all)
    }

    /// The rows of a statement that make sense; the others are logged and left out, so that one bad
    /// row never hides the good ones.
    pub(crate) fn sound<T>(
        &mut self,
        sql: Sql,
        values: &[Val<'_>],
        mut read: impl FnMut(&mut Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut sound = Vec::new();
        self.each(sql, values, |row| {
            sound.extend(sensible(read(row))?);
            Ok(())
        })?;
        Ok(sound)
    }

    /// The one row of a statement that makes sense, if there is any, for each of several sets of
    /// values, all asked for at once.
    pub(crate) fn sound_of_each<T>(
        &mut self,
        sql: Sql,
        sets: &[Vec<Val<'_>>],
        mut read: impl FnMut(&mut Row<'_>) -> Result<T>,
    ) -> Result<Vec<Option<T>>> {
        let found = self.one_of_each(sql, sets, |row| sensible(read(row)))?;
        Ok(found.into_iter().map(Option::flatten).collect())
    }

    /// The one row of a statement, if there is any.
    pub(crate) fn one<T>(
        &mut self,
        sql: Sql,
        values: &[Val<'_>],
        mut read: impl FnMut(&mut Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut one = None;
        self.each(sql, values, |row| {
            one = Some(read(row)?);
            Ok(())
        })?;
        Ok(one)
    }

    /// The one row of a statement, held until the transaction ends: what is decided on it stays
    /// true. Writers of the embedded engine are alone anyway; for the other the statement says
    /// which row to lock. See [`postgres`] for what has to be taken, and in which order.
    pub(crate) fn take<T>(
        &mut self,
        sql: Sql,
        values: &[Val<'_>],
        read: impl FnMut(&mut Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        debug_assert!(sql.text.contains("FOR UPDATE"), "{sql:?} takes nothing");
        self.one(sql, values, read)
    }

    /// The same for each of several sets of values; they are taken in that order.
    pub(crate) fn take_each<T>(
        &mut self,
        sql: Sql,
        sets: &[Vec<Val<'_>>],
        read: impl FnMut(&mut Row<'_>) -> Result<T>,
    ) -> Result<Vec<Option<T>>> {
        debug_assert!(sql.text.contains("FOR UPDATE"), "{sql:?} takes nothing");
        self.one_of_each(sql, sets, read)
    }

    /// The number that a statement counts.
    pub(crate) fn count(&mut self, sql: Sql, values: &[Val<'_>]) -> Result<u64> {
        Ok(self.one(sql, values, |row| row.number())?.unwrap_or(0))
    }

    /// Whether a statement yields a row.
    pub(crate) fn any(&mut self, sql: Sql, values: &[Val<'_>]) -> Result<bool> {
        Ok(self.one(sql, values, |_| Ok(()))?.is_some())
    }
}

/// A row that was read; none, with a line in the log, if it makes no sense.
fn sensible<T>(read: Result<T>) -> Result<Option<T>> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(Error::Inconsistent { table, column, id }) => {
            tracing::error!(
                row.table = table,
                row.column = column,
                row.id = id,
                "left out a row that makes no sense"
            );
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
