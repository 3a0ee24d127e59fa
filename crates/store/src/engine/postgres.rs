//! The engine for more than one node: a database at a PostgreSQL server.
//!
//! Work runs on a bounded number of threads, each with a connection of its own; those that read
//! and those that write are apart, so that changes which wait for each other keep no reader
//! waiting.
//!
//! **What makes a change safe among others.** A change is one transaction in which each statement
//! sees the newest commit. What it decides on it first *takes* ([`Tx::take`]): the row stays locked
//! until the change is committed, so whoever decides on the same comes after it and sees what it
//! did. The rule for every change is:
//!
//! - Whatever counts, looks for a free name or address, or asks whether something is there, takes
//!   the row *above* what it looks at: the clock's row for the organizations, bindings and
//!   adoptions; the organization for its projects, keys, accounts, teams and people, for who owns
//!   it, and for what people may do in its projects; the project for its containers, peerings,
//!   access entries, teams and limits; the key or account for its secrets, tokens and access list;
//!   the container for its network and for whether it has peerings; the peering for its connection.
//! - Whatever reads a row, computes and writes it back takes that row.
//! - In this order: clock, organization, project, key or account, team, peering, container, and what
//!   the simulated clouds remember; of several of a kind, the smaller id first. A change that can't
//!   keep to it may deadlock with another; the server ends one of the two, and that one is done
//!   again.
//! - What a row says is read after it was taken, by another statement, unless it is the row's own:
//!   a statement that waited for a row sees it anew, and what it joins as it was before.
//!
//! A change that the server ended is done again, so often ([`pool`]); what still fails is told as
//! busy. The same goes for a key that turned out to be taken: the rules look again, and now see
//! whose it is. What was lost while it was being committed is never done again, because it may
//! stand.
//!
//! A database that runs every transaction as serializable and ends more of them works as well:
//! nothing here counts on how often that happens.

mod address;
mod cells;
mod dial;
mod hints;
mod pipeline;
mod pool;
mod schema;
mod session;
mod trouble;

use std::sync::Arc;

use model::IdMint;

use super::{Sql, Tx};
use crate::counters::EngineCounters;
use crate::error::Result;
use crate::wake::Wake;
pub use address::Address;
pub(super) use cells::Cells;
use dial::Dialer;
use hints::Doorbell;
use pool::{Kit, Pool};
use session::Begin;
pub(super) use session::Session;

/// The columns of a table.
pub(super) const COLUMNS: Sql = Sql {
    doing: "look at a table",
    text: "SELECT column_name::TEXT FROM information_schema.columns \
           WHERE table_schema = current_schema() AND table_name::TEXT = $1 ORDER BY ordinal_position",
};

/// A question that only this engine can be asked.
const SIZE: Sql =
    Sql { doing: "ask how large the database is", text: "SELECT pg_database_size(current_database())" };

/// The engine.
pub(crate) struct Engine {
    kit: Arc<Kit>,
    readers: Pool,
    writers: Pool,
}

impl Engine {
    /// Goes to the database, and brings its schema up to date.
    pub(crate) async fn open(address: &Address, mint: Arc<IdMint>, wake: Arc<Wake>) -> Result<Self> {
        let dialer = Dialer::new(address)?;
        schema::migrate(&dialer).await?;
        Self::start(dialer, address, mint, wake)
    }

    /// Goes to a database whose schema is up to date.
    pub(crate) async fn attach(address: &Address, mint: Arc<IdMint>, wake: Arc<Wake>) -> Result<Self> {
        let dialer = Dialer::new(address)?;
        schema::check(&dialer).await?;
        Self::start(dialer, address, mint, wake)
    }

    fn start(dialer: Dialer, address: &Address, mint: Arc<IdMint>, wake: Arc<Wake>) -> Result<Self> {
        let doorbell = Arc::new(Doorbell::default());
        let counters = EngineCounters::default();
        let kit = Arc::new(Kit { dialer, mint, wake, doorbell, counters });
        // A change holds its connection for longer than a read.
        let n_readers = (address.connections * 2 / 5).max(1);
        let readers = Pool::start("store-reader", n_readers, &kit)?;
        let writers = Pool::start("store-writer", address.connections - n_readers, &kit)?;
        hints::start(kit.dialer.clone(), Arc::clone(&kit.wake), Arc::clone(&kit.doorbell))?;
        Ok(Self { kit, readers, writers })
    }

    /// What it counts.
    pub(crate) fn counters(&self) -> &EngineCounters {
        &self.kit.counters
    }

    /// How many bytes the database takes.
    pub(crate) async fn size(&self) -> Result<u64> {
        self.read(|tx| tx.count(SIZE, &[])).await
    }

    /// The mint of this process.
    pub(crate) fn mint(&self) -> &IdMint {
        &self.kit.mint
    }

    /// Runs reads. Each statement sees the newest commit.
    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.readers.ask(Begin::Alone, work).await
    }

    /// Runs reads that all see the same commit.
    pub(crate) async fn snapshot<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.readers.ask(Begin::Snapshot, work).await
    }

    /// Runs a change; answers when it is on disk.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.writers.ask(Begin::Change, work).await
    }

    /// Whether changes are taken.
    pub(crate) fn check(&self) -> Result<()> {
        self.writers.check()
    }

    /// Finishes what was asked for, and goes.
    pub(crate) async fn close(&self) {
        self.kit.doorbell.close();
        self.writers.close().await;
        self.readers.close().await;
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.kit.doorbell.close();
    }
}

#[cfg(test)]
mod tests;
