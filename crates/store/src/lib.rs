//! What is kept.
//!
//! [`Store`] is a handle on one database: cheap to clone, all methods async, each one transaction.
//! Methods are named noun first (`peering_create`, `container_list`). Those on a project's data
//! take the project's id first, so that one project can't reach another's row by mistake; the only
//! reads without it are the reconciler's, in [`lease`], the simulated clouds', in [`sim`], and an
//! operator's at the machine, in `operator`.
//!
//! Kept are organizations, people, projects and who may do what in them; keys and accounts (their
//! secrets only sealed or hashed); containers and peerings with where they stand and when to look
//! again; access lists; audit events; and what the simulated clouds remember. Not kept: anything
//! that can be computed from these, such as statuses as a client sees them.
//!
//! A change writes its rows and its audit events in one transaction, in which the rules of `model`
//! were asked; it answers when it is on disk. What the rules refuse leaves no trace. A change that
//! makes rows due gives a hint to [`Store::wake`] after its commit.
//!
//! A row that can't be a value of the model is [`Error::Inconsistent`]; lists and claims leave it
//! out and log it.

mod access;
mod account;
mod binding;
mod caller;
mod caller_access;
mod clock;
mod container;
mod counters;
mod engine;
mod error;
mod event;
mod key;
pub mod lease;
mod limit;
mod membership;
mod migrate;
mod nonce;
mod operator;
mod org;
mod peering;
mod project;
mod project_team;
mod role_grant;
mod secret;
pub mod sim;
mod standing;
mod target;
mod team;
mod token;
pub mod transfer;
mod upkeep;
mod user;
mod wake;
mod world;

use std::path::Path;
use std::sync::Arc;

use model::IdMint;

use engine::{Engine, Tx};
use telemetry::Stopwatch;

pub use account::{AccountChange, AccountView};
pub use binding::{Belongs, MarkOf};
pub use caller::{Entered, KeyAuth, TokenAuth};
pub use caller_access::AccessUse;
pub use counters::{Counters, EngineCounters, TROUBLES};
pub use error::{Cause, Error, Result};
pub use event::{EventFilter, EventPlace};
pub use key::KeyChange;
pub use lease::{Claim, ClaimedContainer, ClaimedPeering, ContainerRecord, Due, PeeringRecord};
pub use limit::Usage;
pub use membership::{Introduction, MemberChange};
pub use operator::Schedule;
pub use org::{Bootstrap, NewOrg, OrgChange};
pub use peering::{Groundwork, PeeringView};
pub use project::ProjectChange;
pub use sim::RequestRow;
pub use standing::{InState, Queue, Standing};
pub use target::Target;
pub use team::Pending;
pub use token::NewToken;
pub use user::{Also, Whom};
pub use wake::Wake;
pub use world::WorldChange;

/// A handle on the database.
#[derive(Clone)]
pub struct Store {
    engine: Arc<Engine>,
    wake: Arc<Wake>,
    counters: Arc<Counters>,
}

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The page, from 1.
    pub number: u32,
    /// Items on a page.
    pub size: u32,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// The items of the page.
    pub items: Vec<T>,
    /// How many the whole list has.
    pub total: u64,
}

impl Page {
    fn skipped(self) -> i64 {
        i64::from(self.number.saturating_sub(1)) * i64::from(self.size)
    }
}

impl Store {
    /// Opens the database, makes it if there is none, and brings its schema up to date. One that is
    /// the unfinished copy of another is refused.
    pub async fn open(target: &Target, mint: IdMint) -> Result<Self> {
        Self::open_to_fill(target, mint).await?.whole().await
    }

    /// The same, also while it is an unfinished copy: for [`transfer`].
    pub async fn open_to_fill(target: &Target, mint: IdMint) -> Result<Self> {
        let wake = Arc::new(Wake::default());
        let (mint, told) = (Arc::new(mint), Arc::clone(&wake));
        let engine = match target {
            Target::Sqlite(path) => Engine::open_file(path, mint, told)?,
            Target::Postgres(address) => Engine::open_server(address, mint, told).await?,
        };
        Ok(Self { engine: Arc::new(engine), wake, counters: Arc::default() })
    }

    /// Opens a database that is there, beside whoever else works on it: it is neither made nor
    /// brought up to date.
    pub async fn attach(target: &Target, mint: IdMint) -> Result<Self> {
        let wake = Arc::new(Wake::default());
        let (mint, told) = (Arc::new(mint), Arc::clone(&wake));
        let engine = match target {
            Target::Sqlite(path) => Engine::attach_file(path, mint, told)?,
            Target::Postgres(address) => Engine::attach_server(address, mint, told).await?,
        };
        Self { engine: Arc::new(engine), wake, counters: Arc::default() }.whole().await
    }

    async fn whole(self) -> Result<Self> {
        if self.read(|tx| tx.marked()).await? { Err(Error::Unfinished) } else { Ok(self) }
    }

    /// Looks through the whole database for damage; answers what the engine complains about.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        self.engine.complaints()
    }

    /// Writes a consistent copy of the database to a new file, for its owner alone, while others go
    /// on working on it; answers when it is on disk. A server has its own way.
    pub async fn copy_to(&self, path: &Path) -> Result<()> {
        self.engine.copy_to(path)
    }

    /// The mint that ids come from.
    pub fn mint(&self) -> &IdMint {
        self.engine.mint()
    }

    /// The hint that rows became due.
    pub fn wake(&self) -> &Wake {
        &self.wake
    }

    /// What is counted while it works.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// What its engine counts.
    pub fn engine_counters(&self) -> &EngineCounters {
        self.engine.counters()
    }

    /// How many bytes the database takes.
    pub async fn size(&self) -> Result<u64> {
        self.engine.size().await
    }

    /// Finishes the changes that were asked for, and closes the database. Later changes fail with
    /// [`Error::Closed`].
    pub async fn close(&self) {
        self.engine.close().await;
    }

    /// Whether the database answers and takes changes.
    pub async fn health(&self) -> Result<()> {
        self.engine.check()?;
        self.clock_offset().await.map(|_| ())
    }

    async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let outcome = self.engine.read(work).await;
        self.counters.read(&outcome);
        outcome
    }

    async fn snapshot<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let outcome = self.engine.snapshot(work).await;
        self.counters.read(&outcome);
        outcome
    }

    /// Whether other nodes may use the database as well.
    pub fn is_shared(&self) -> bool {
        self.engine.is_shared()
    }

    async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let trace = telemetry::trace::current();
        let whole = move |tx: &mut Tx<'_>| {
            tx.set_trace(trace);
            let done = work(tx)?;
            if tx.changes_callers() {
                caller::next_epoch(tx)?;
            }
            Ok(done)
        };
        let stopwatch = Stopwatch::start();
        let waiting = self.counters.waiting.hold();
        let outcome = self.engine.write(whole).await;
        drop(waiting);
        self.counters.write_time.time(stopwatch.taken());
        self.counters.wrote(&outcome);
        outcome
    }
}
