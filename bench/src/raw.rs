//! What SQLite can do at best: rows like those of a new peering and its audit event, written by one
//! thread in group commits with every fsync, for as many tasks as there are clients.

use std::io;
use std::path::Path;
use std::sync::mpsc;

use rusqlite::{Connection, params};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::clock;

/// Jobs in one transaction.
const GROUP: usize = 128;

const SCHEMA: &str = "
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE peering (
    id TEXT NOT NULL PRIMARY KEY, project_id TEXT NOT NULL, container_id TEXT NOT NULL,
    provider TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, wanted INTEGER NOT NULL,
    generation INTEGER NOT NULL, incarnation INTEGER NOT NULL, far_owner TEXT NOT NULL,
    far_network TEXT NOT NULL, far_place TEXT, far_directory TEXT, far_key TEXT NOT NULL,
    route_block TEXT, route_first INTEGER, route_last INTEGER, connection_id TEXT, stuck TEXT,
    created_at INTEGER NOT NULL, state_since INTEGER NOT NULL, due_at INTEGER, lease_owner TEXT,
    lease_until INTEGER NOT NULL DEFAULT 0, fence INTEGER NOT NULL DEFAULT 0,
    nudged INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX peering_of_container ON peering (container_id, id);
CREATE INDEX peering_due ON peering (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE event (
    seq INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL, org_id TEXT NOT NULL,
    project_id TEXT, at INTEGER NOT NULL, actor TEXT NOT NULL, actor_id TEXT, actor_name TEXT,
    address TEXT, subject TEXT NOT NULL, in_org INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX event_of_project ON event (project_id, at, seq) WHERE project_id IS NOT NULL;
CREATE INDEX event_of_project_by_kind ON event (project_id, kind, at, seq) WHERE project_id IS NOT NULL;
CREATE INDEX event_of_org ON event (org_id, at, seq) WHERE in_org = 1;
CREATE INDEX event_of_org_by_kind ON event (org_id, kind, at, seq) WHERE in_org = 1;
";

const PEERING: &str = "
INSERT INTO peering (id, project_id, container_id, provider, state, wanted, generation, incarnation,
    far_owner, far_network, far_key, route_block, route_first, route_last, created_at, state_since, due_at)
VALUES (?1, ?2, ?3, 'AWS', 'requested', 1, 1, 1, '123456789012', ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?9)";

const EVENT: &str = "
INSERT INTO event (id, kind, org_id, project_id, at, actor, actor_id, actor_name, address, subject)
VALUES (?1, 'PEER_CREATED', '6b0587b67ccafcdb4808ab90', ?2, ?3, 'account', ?4, 'first', '127.0.0.1', ?5)";

struct Job {
    number: usize,
    done: oneshot::Sender<()>,
}

/// Writes `count` pairs of rows for `clients` tasks into a new database; how many a second.
pub async fn rate(folder: &Path, clients: usize, count: usize) -> io::Result<f64> {
    let database = Connection::open(folder.join("raw.db")).map_err(io::Error::other)?;
    database.execute_batch(SCHEMA).map_err(io::Error::other)?;
    database.set_prepared_statement_cache_capacity(16);
    let (jobs, queue) = mpsc::channel();
    let writer = std::thread::spawn(move || write(&database, &queue));
    let start = clock::start();
    let mut tasks = JoinSet::new();
    for client in 0..clients {
        let jobs = jobs.clone();
        tasks.spawn(async move {
            for number in (client..count).step_by(clients) {
                let (done, answer) = oneshot::channel();
                if jobs.send(Job { number, done }).is_err() || answer.await.is_err() {
                    return false;
                }
            }
            true
        });
    }
    drop(jobs);
    let all = tasks.join_all().await.into_iter().all(|done| done);
    let rate = clock::rate(count, start);
    let written = writer.join().map_err(|_| io::Error::other("the writer panicked"))?;
    written.map_err(io::Error::other)?;
    if all { Ok(rate) } else { Err(io::Error::other("a row was not written")) }
}

fn write(database: &Connection, queue: &mpsc::Receiver<Job>) -> rusqlite::Result<()> {
    while let Ok(first) = queue.recv() {
        let mut answers = Vec::with_capacity(GROUP);
        database.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut next = Some(first);
        while let Some(job) = next {
            insert(database, job.number)?;
            answers.push(job.done);
            next = if answers.len() < GROUP { queue.try_recv().ok() } else { None };
        }
        database.prepare_cached("COMMIT")?.execute([])?;
        for answer in answers {
            let _ = answer.send(());
        }
    }
    Ok(())
}

fn insert(database: &Connection, number: usize) -> rusqlite::Result<()> {
    let id = format!("6b0587b67cca{number:012x}");
    let project = format!("6b0587b67ccb{:012x}", number / 25);
    let container = format!("6b0587b67ccc{:012x}", number / 25);
    let network = format!("vpc-{number:017x}");
    let key = format!("AWS/123456789012/{network}/{container}");
    let block = format!("10.0.{}.0/24", number % 25);
    let first = (10_i64 << 24) + ((number as i64 % 25) << 8);
    let at = 1_790_000_000_000_000_i64 + number as i64;
    database.prepare_cached(PEERING)?.execute(params![
        id,
        project,
        container,
        network,
        key,
        block,
        first,
        first + 255,
        at
    ])?;
    let event = format!("6b0587b67ccd{number:012x}");
    database.prepare_cached(EVENT)?.execute(params![
        event,
        project,
        at,
        "mdb_sa_id_de9a946132cc154aa942",
        id
    ])?;
    Ok(())
}
