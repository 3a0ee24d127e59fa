//! What SQLite can do at best: rows like those of a new peering and its audit event, written by one
//! thread in group commits with every fsync, for as many tasks as there are clients.

use std::io;
use std::path::Path;
use std::sync::mpsc;

use rusqlite::{Connection, params};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::clock;
use crate::raw_rows::{self, ACTOR, EVENT, PEERING, Row};

/// Jobs in one transaction.
const GROUP: usize = 128;

const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";

struct Job {
    number: usize,
    done: oneshot::Sender<()>,
}

/// Writes `count` pairs of rows for `clients` tasks into a new database; how many a second.
pub async fn rate(folder: &Path, clients: usize, count: usize) -> io::Result<f64> {
    let database = Connection::open(folder.join("raw.db")).map_err(io::Error::other)?;
    database.execute_batch(SETTINGS).map_err(io::Error::other)?;
    let schema = raw_rows::schema("INTEGER NOT NULL", "INTEGER", " STRICT");
    database.execute_batch(&schema).map_err(io::Error::other)?;
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
    let row = Row::numbered(number);
    database.prepare_cached(PEERING)?.execute(params![
        row.id,
        row.project,
        row.container,
        row.network,
        row.key,
        row.block,
        row.first,
        row.last,
        row.at
    ])?;
    database.prepare_cached(EVENT)?.execute(params![row.event, row.project, row.at, ACTOR, row.id])?;
    Ok(())
}
