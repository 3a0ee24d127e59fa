//! The database, opened by a command at the terminal.
//!
//! A server may be running on it: then both write to it in turn, and what a command takes back is
//! refused by the server from its next request on (see the callers' epoch in `store::caller`). The
//! schema is left as it is, since a running server may be older than this program.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::time::WorldClock;
use model::{Act, Clock as _, IdMint, OrgId, Refusal, Timestamp};
use server::auth::credentials::{OsRandom, Random as _};
use server::auth::seal::Sealer;
use store::{Store, Target};
use tokio::runtime::Runtime;

use crate::bootstrap::Files;
use crate::clock::SystemClock;
use crate::config::{Config, variable};
use crate::failure::Failure;
use crate::lock::Lock;
use crate::place::Place;

/// A database that is open.
pub struct Desk {
    runtime: Runtime,
    /// The rows.
    pub store: Store,
    /// The world's clock, as it stood when the database was opened.
    pub world: WorldClock,
    /// The data folder's files.
    pub files: Files,
    /// The settings that hold there.
    pub settings: Config,
}

impl Desk {
    /// Opens the database of a data folder that a server has made.
    pub fn open(place: &Place) -> Result<Self, Failure> {
        let settings = place.settings()?;
        let target = settings.target()?;
        if let Target::Sqlite(path) = &target
            && !path.exists()
        {
            return Err(nothing_there(&settings, path));
        }
        let runtime = runtime()?;
        let store = runtime
            .block_on(Store::attach(&target, mint()))
            .map_err(|error| Failure::of_store(format!("the database {target} can't be used"), error))?;
        let offset = runtime
            .block_on(store.clock_offset())
            .map_err(|error| Failure::of_store("could not read the database", error))?;
        let world = WorldClock::new(Arc::new(SystemClock), offset);
        let files = Files::new(&settings.data);
        Ok(Self { runtime, store, world, files, settings })
    }

    /// Does something with the store, and says what it is about if it does not work.
    pub fn ask<T>(&self, work: impl Future<Output = store::Result<T>>) -> Result<T, Failure> {
        self.runtime.block_on(work).map_err(|error| match error {
            store::Error::Refused(refusal) => refused(&refusal),
            error => Failure::of_store("could not work on the database", error),
        })
    }

    /// Does something else that takes a while.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// A change that an operator makes now.
    pub fn act(&self) -> Act {
        Act::of_system(self.world.now())
    }

    /// Now, by the real clock.
    pub fn real_now(&self) -> Timestamp {
        self.world.real().now()
    }

    /// Seals the secrets of API keys.
    pub fn sealer(&self) -> Result<Sealer, Failure> {
        let given = variable("LANDBRIDGE_MASTER_KEY");
        Ok(Sealer::new(&self.files.kept_master_key(given.as_deref(), &OsRandom)?))
    }

    /// The organization that is meant: the one that was named, or the first.
    pub fn org(&self, named: Option<OrgId>) -> Result<OrgId, Failure> {
        match named {
            Some(id) => self.ask(self.store.org_get(id))?.map(|org| org.id).ok_or_else(|| {
                Failure::not_found(format!("no organization {id}")).hint("`landbridge show orgs` lists them")
            }),
            None => self.ask(self.store.org_first())?.map(|org| org.id).ok_or_else(|| {
                Failure::not_found("no organization has been made yet")
                    .hint("`landbridge serve` makes one when it starts for the first time")
            }),
        }
    }

    /// Whether a server works on the data folder now.
    pub fn served(&self) -> bool {
        Lock::held(&self.settings.data.join("landbridge.lock"))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.runtime.block_on(self.store.close());
    }
}

/// Threads enough for one command.
pub fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new("could not start the program's runtime").because(error))
}

/// A mint whose ids no other process makes.
pub fn mint() -> IdMint {
    let mut chance = [0; 9];
    OsRandom.fill(&mut chance);
    let [process @ .., a, b, c, d] = chance;
    IdMint::new(process, u32::from_le_bytes([a, b, c, d]))
}

fn nothing_there(settings: &Config, path: &Path) -> Failure {
    let data: &PathBuf = &settings.data;
    Failure::unreachable(format!("there is no database {path:?}")).hint(if data.is_dir() {
        "`landbridge serve` makes it when it starts for the first time"
    } else {
        "name the data folder with --data, or start `landbridge serve`, which makes it"
    })
}

/// A refusal, with the exit code that tells it.
pub fn refused(refusal: &Refusal) -> Failure {
    let words = refusal.to_string();
    match refusal {
        Refusal::KeyNotFound { .. }
        | Refusal::AccountNotFound { .. }
        | Refusal::SecretNotFound { .. }
        | Refusal::ProjectNotFound { .. }
        | Refusal::OrgNotFound { .. }
        | Refusal::PeeringNotFound { .. }
        | Refusal::CloudAccountNotFound { .. }
        | Refusal::KeyAccessEntryNotFound { .. } => Failure::not_found(words),
        Refusal::LastOrgOwner => {
            Failure::refused(words).hint("make another one first: `landbridge keys make --role ORG_OWNER`")
        }
        Refusal::CloudInUse { .. } => Failure::refused(words).hint(
            "what stands in one cloud can't move to another: delete it first, or `landbridge release` it",
        ),
        _ => Failure::refused(words),
    }
}
