//! The narrow waist between the nouns and an engine: statements, values, rows, transactions.
//!
//! Every statement is a [`Sql`] made by [`statements!`], written once for all engines: `$n` for
//! values, numbered in the order in which they first appear (one engine binds by that order), ids
//! as text, moments as whole microseconds, `RETURNING` and `ON CONFLICT` allowed, no function that
//! only one engine has. Tests prepare each of them on each engine. What only an engine with more
//! than one writer needs stands in `/*! … */`, a comment for the other: locks.
//!
//! All work happens in closures over a [`Tx`]; none of them can await, so a transaction is never
//! open while anything slow is called.

mod job;
pub(crate) mod postgres;
mod row;
mod sqlite;
mod tx;
mod value;

use std::path::Path;
use std::sync::Arc;

use model::IdMint;

use crate::counters::EngineCounters;
use crate::error::{Error, Result};
use crate::wake::Wake;
pub(crate) use row::Row;
pub(crate) use tx::Tx;
use tx::{Conn, Told};
pub(crate) use value::{Kept, Val};

/// The table whose presence says that a database is no whole copy yet.
pub(crate) const MARK: &str = "unfinished_transfer";

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

/// The engine of a store.
pub(crate) enum Engine {
    /// One file in the same process.
    Sqlite(sqlite::Engine),
    /// A server that other nodes use as well.
    Postgres(postgres::Engine),
}

impl Engine {
    /// Opens a file, creating it if there is none, and brings its schema up to date.
    pub(crate) fn open_file(path: &Path, mint: Arc<IdMint>, wake: Arc<Wake>) -> Result<Self> {
        sqlite::Engine::open(path, mint, wake).map(Self::Sqlite)
    }

    /// Goes to a database at a server, and brings its schema up to date.
    pub(crate) async fn open_server(
        at: &postgres::Address,
        mint: Arc<IdMint>,
        wake: Arc<Wake>,
    ) -> Result<Self> {
        postgres::Engine::open(at, mint, wake).await.map(Self::Postgres)
    }

    /// Opens a file that is there, and whose schema is up to date.
    pub(crate) fn attach_file(path: &Path, mint: Arc<IdMint>, wake: Arc<Wake>) -> Result<Self> {
        sqlite::Engine::attach(path, mint, wake).map(Self::Sqlite)
    }

    /// Goes to a database at a server whose schema is up to date.
    pub(crate) async fn attach_server(
        at: &postgres::Address,
        mint: Arc<IdMint>,
        wake: Arc<Wake>,
    ) -> Result<Self> {
        postgres::Engine::attach(at, mint, wake).await.map(Self::Postgres)
    }

    /// What the engine finds wrong with the database. A server looks after its own files.
    pub(crate) fn complaints(&self) -> Result<Vec<String>> {
        match self {
            Self::Sqlite(engine) => engine.complaints(),
            Self::Postgres(_) => Ok(Vec::new()),
        }
    }

    /// Writes a consistent copy to a new file.
    pub(crate) fn copy_to(&self, path: &Path) -> Result<()> {
        match self {
            Self::Sqlite(engine) => engine.copy_to(path),
            Self::Postgres(_) => Err(Error::Engine {
                doing: "copy the database",
                source: Arc::new(std::io::Error::other("a server's database is copied by its own programs")),
            }),
        }
    }

    /// What it counts.
    pub(crate) fn counters(&self) -> &EngineCounters {
        match self {
            Self::Sqlite(engine) => engine.counters(),
            Self::Postgres(engine) => engine.counters(),
        }
    }

    /// How many bytes the database takes.
    pub(crate) async fn size(&self) -> Result<u64> {
        match self {
            Self::Sqlite(engine) => engine.size(),
            Self::Postgres(engine) => engine.size().await,
        }
    }

    /// The mint of this process.
    pub(crate) fn mint(&self) -> &IdMint {
        match self {
            Self::Sqlite(engine) => engine.mint(),
            Self::Postgres(engine) => engine.mint(),
        }
    }

    /// Runs reads. Each statement sees the newest commit.
    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        match self {
            Self::Sqlite(engine) => engine.read(work),
            Self::Postgres(engine) => engine.read(work).await,
        }
    }

    /// Runs reads that all see the same commit.
    pub(crate) async fn snapshot<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        match self {
            Self::Sqlite(engine) => engine.snapshot(work),
            Self::Postgres(engine) => engine.snapshot(work).await,
        }
    }

    /// Runs a change in a transaction; answers when it is on disk. The work may be run more than
    /// once, each time after what it did was undone.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        match self {
            Self::Sqlite(engine) => engine.write(work).await,
            Self::Postgres(engine) => engine.write(work).await,
        }
    }

    /// Whether other nodes may use the database as well.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Whether changes are taken.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Sqlite(engine) => engine.check(),
            Self::Postgres(engine) => engine.check(),
        }
    }

    /// Finishes the changes that were asked for, and closes the database.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(engine) => engine.close().await,
            Self::Postgres(engine) => engine.close().await,
        }
    }
}

/// The statements of each module, for the tests that walk all of them.
#[cfg(test)]
const MODULES: &[&[Sql]] = &[
    crate::access::STATEMENTS,
    crate::account::STATEMENTS,
    crate::binding::STATEMENTS,
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
    crate::nonce::STATEMENTS,
    crate::operator::STATEMENTS,
    crate::org::STATEMENTS,
    crate::org::SETTINGS_STATEMENTS,
    crate::peering::STATEMENTS,
    crate::peering::ADOPTION_STATEMENTS,
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
