//! A database that was set up once, to be copied for each seed, and a way behind the store's back:
//! to look at all rows at once, and to make the store fail.

use std::path::{Path, PathBuf};
use std::time::Duration;

use model::id::{IdMint, OrgId, ProjectId};
use model::key::Principal;
use rusqlite::Connection;
use store::{Store, Target};
use tempfile::TempDir;

use crate::bed::BEGINNING;
use crate::first::bootstrap;

use super::poll::whole;

pub struct Template {
    folder: TempDir,
    /// What the first start made.
    pub first: (OrgId, Principal, ProjectId),
}

/// What a row says of itself.
pub struct RowSeen {
    pub id: String,
    pub wanted: bool,
    pub fence: i64,
}

/// The store fails, and what is left of its transaction.
const SABOTAGE: [(i64, &str); 2] = [(1, "ABORT"), (2, "ROLLBACK")];

impl Template {
    pub fn new() -> Self {
        let folder = memory_folder();
        let path = folder.path().join("template.sqlite");
        let made = async {
            let store = open(&path, 1).await;
            let made = bootstrap(&store, BEGINNING).await;
            store.close().await;
            made
        };
        let first = whole(made);
        let conn = Connection::open(&path).expect("opens");
        conn.execute_batch("CREATE TABLE sabotage (how INTEGER); INSERT INTO sabotage VALUES (0)")
            .expect("sets up");
        for (table, change) in [
            ("peering", "UPDATE"),
            ("peering", "DELETE"),
            ("container", "UPDATE"),
            ("sim_connection", "INSERT"),
            ("sim_connection", "UPDATE"),
            ("sim_network", "INSERT"),
            ("sim_network", "UPDATE"),
        ] {
            for (how, fate) in SABOTAGE {
                conn.execute_batch(&format!(
                    "CREATE TRIGGER fail_{table}_{change}_{how} BEFORE {change} ON {table} \
                     WHEN (SELECT how FROM sabotage) = {how} BEGIN SELECT RAISE({fate}, 'sabotage'); END"
                ))
                .expect("sets up");
            }
        }
        conn.close().expect("closes");
        Self { folder, first }
    }

    /// A copy of its own for a seed.
    pub fn copy(&self) -> (TempDir, PathBuf) {
        let folder = memory_folder();
        let path = folder.path().join("landbridge.sqlite");
        std::fs::copy(self.folder.path().join("template.sqlite"), &path).expect("room for a copy");
        (folder, path)
    }
}

/// Where the machine has memory that looks like a disk, a sync costs nothing.
fn memory_folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder")
}

pub async fn open(path: &Path, process: u8) -> Store {
    let mint = IdMint::new([process; 5], 0);
    Store::open(&Target::Sqlite(path.to_owned()), mint).await.expect("the store opens")
}

/// The way behind the store's back.
pub struct Backdoor(Connection);

impl Backdoor {
    pub fn new(path: &Path) -> Self {
        let conn = Connection::open(path).expect("opens");
        conn.pragma_update(None, "synchronous", "OFF").expect("set");
        conn.busy_timeout(Duration::from_secs(5)).expect("set");
        Self(conn)
    }

    /// Lets the store fail from now on, or not any more (0).
    pub fn sabotage(&self, how: i64) {
        let mut set = self.0.prepare_cached("UPDATE sabotage SET how = ?1").expect("prepares");
        set.execute([how]).expect("set");
    }

    /// Connections whose row was given up.
    pub fn orphans(&self) -> i64 {
        let mut count = self
            .0
            .prepare_cached(
                "SELECT count(*) FROM sim_connection s \
                 WHERE NOT EXISTS (SELECT 1 FROM peering p WHERE p.id = s.peering_id)",
            )
            .expect("prepares");
        count.query_row([], |row| row.get(0)).expect("reads")
    }

    pub fn rows(&self) -> Vec<RowSeen> {
        let mut rows = self.0.prepare_cached("SELECT id, wanted, fence FROM peering").expect("prepares");
        let rows = rows
            .query_map([], |row| Ok(RowSeen { id: row.get(0)?, wanted: row.get(1)?, fence: row.get(2)? }));
        rows.and_then(Iterator::collect).expect("reads")
    }
}
