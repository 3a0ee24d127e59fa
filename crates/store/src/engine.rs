//! The narrow waist between the nouns and an engine: statements, values, rows, transactions.
//!
//! Every statement is a [`Sql`] made by [`statements!`], written once for all engines: `$n` for
//! values, numbered in the order in which they first appear (one engine binds by that order), ids
//! as text, moments as whole microseconds, `RETURNING` and `ON CONFLICT` allowed, no function that
//! only one engine has. Tests prepare each of them on each engine.
//!
//! All work happens in closures over a [`Tx`]; none of them can await, so a transaction is never
//! open while anything slow is called.

mod row;
mod sqlite;
mod value;

use model::{IdMint, ObjectId, Timestamp};
use telemetry::TraceContext;

use crate::error::{Error, Result};
pub(crate) use row::Row;
pub(crate) use sqlite::Engine;
pub(crate) use value::Val;

/// One statement and, for errors, what it does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sql {
    /// Completes "could not …".
    pub(crate) doing: &'static str,
    /// The statement.
    pub(crate) text: &'static str,
}

/// Declares a module's statements, and their list for the tests that walk all of them.
macro_rules! statements {
    ($($name:ident: $doing:literal = $($text:expr),+;)+) => {
        $(const $name: $crate::engine::Sql =
            $crate::engine::Sql { doing: $doing, text: concat!($($text),+) };)+

        /// Every statement of this module.
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[$crate::engine::Sql] = &[$($name),+];
    };
}
pub(crate) use statements;

/// The values of a statement, in the order of their numbers.
macro_rules! vals {
    ($($value:expr),* $(,)?) => { &[$($crate::engine::Val::from($value)),*] };
}
pub(crate) use vals;

/// An open transaction.
pub(crate) struct Tx<'c> {
    conn: sqlite::Conn<'c>,
    mint: &'c IdMint,
    told: Told,
    callers_changed: bool,
    trace: Option<TraceContext>,
}

/// What a transaction has to tell after its commit, beside its answer.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Told {
    /// A row became due.
    due: bool,
}

impl<'c> Tx<'c> {
    fn new(conn: sqlite::Conn<'c>, mint: &'c IdMint) -> Self {
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
        self.conn.exec(sql, values)
    }

    /// Runs a statement and reads each of its rows, until one can't be read.
    pub(crate) fn each(
        &mut self,
        sql: Sql,
        values: &[Val<'_>],
        mut read: impl FnMut(&mut Row<'_>) -> Result<()>,
    ) -> Result<()> {
        self.conn.each(sql, values, |cells| read(&mut Row::of_cells(cells)))
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
            match read(row) {
                Ok(value) => sound.push(value),
                Err(Error::Inconsistent { table, column, id }) => {
                    tracing::error!(
                        row.table = table,
                        row.column = column,
                        row.id = id,
                        "left out a row that makes no sense"
                    );
                }
                Err(error) => return Err(error),
            }
            Ok(())
        })?;
        Ok(sound)
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
    /// true. Writers of the embedded engine are alone anyway; an engine with more of them locks
    /// the row here.
    pub(crate) fn take<T>(
        &mut self,
        sql: Sql,
        values: &[Val<'_>],
        read: impl FnMut(&mut Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.one(sql, values, read)
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

/// The statements of each module, for the tests that walk all of them.
#[cfg(test)]
const MODULES: &[&[Sql]] = &[
    crate::access::STATEMENTS,
    crate::account::STATEMENTS,
    crate::caller::STATEMENTS,
    crate::caller_access::STATEMENTS,
    crate::clock::STATEMENTS,
    crate::container::STATEMENTS,
    crate::event::STATEMENTS,
    crate::event::LIST_STATEMENTS,
    crate::key::STATEMENTS,
    crate::lease::STATEMENTS,
    crate::lease::RECORD_STATEMENTS,
    crate::limit::STATEMENTS,
    crate::membership::STATEMENTS,
    crate::operator::STATEMENTS,
    crate::org::STATEMENTS,
    crate::org::SETTINGS_STATEMENTS,
    crate::peering::STATEMENTS,
    crate::peering::ROW_STATEMENTS,
    crate::project::STATEMENTS,
    crate::project::LIST_STATEMENTS,
    crate::project_team::STATEMENTS,
    crate::role_grant::STATEMENTS,
    crate::secret::STATEMENTS,
    crate::sim::STATEMENTS,
    crate::sim::NETWORK_STATEMENTS,
    crate::standing::STATEMENTS,
    crate::token::STATEMENTS,
    crate::team::STATEMENTS,
    crate::upkeep::STATEMENTS,
    crate::user::STATEMENTS,
    crate::world::STATEMENTS,
];

#[cfg(test)]
mod tests;
