//! The embedded engine: one file, write-ahead log, one writer, many readers.
//!
//! Readers run inline on the calling thread, on a pooled connection: a point read costs a few
//! microseconds, less than handing it to another thread would. Writers go through one thread, see
//! [`writer`].

mod readers;
mod writer;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use model::IdMint;
use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags};

use super::row::{self, Cell};
use super::{Sql, Tx, Val};
use crate::counters::EngineCounters;
use crate::error::{Cause, Error, Result};
use crate::migrate;
use crate::wake::Wake;
use readers::{BEGIN, ROLLBACK, Readers};
use writer::Writer;

/// Prepared statements that each connection keeps; more than there are.
const STATEMENTS_KEPT: usize = 256;
/// How long to wait for another process, such as a backup, that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Page cache of a connection, in KiB. Readers lose theirs with each commit, so it may be small.
const READER_CACHE_KIB: i64 = 4 * 1024;
const WRITER_CACHE_KIB: i64 = 16 * 1024;
/// Pages in the log before it is copied into the file. Larger batches write hot pages less often.
const CHECKPOINT_PAGES: i64 = 4000;
/// What the log file shrinks to after a burst.
const LOG_KEPT_BYTES: i64 = 64 * 1024 * 1024;

/// The columns of a table.
pub(super) const COLUMNS: Sql =
    Sql { doing: "look at a table", text: "SELECT name FROM pragma_table_info($1) ORDER BY cid" };

/// The engine: cheap to share.
pub(crate) struct Engine {
    path: PathBuf,
    mint: Arc<IdMint>,
    readers: Arc<Readers>,
    writer: Writer,
    counters: Arc<EngineCounters>,
}

impl Engine {
    /// Opens the file, creating it if there is none, and brings its schema up to date.
    pub(crate) fn open(path: &Path, mint: Arc<IdMint>, wake: Arc<Wake>) -> Result<Self> {
        for_its_owner_alone(path);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut conn = connect(path, flags, WRITER_CACHE_KIB)?;
        set_up(&conn)?;
        migrate(&mut conn)?;
        Self::of(conn, path, mint, wake)
    }

    /// Opens a file that is there and whose schema is up to date.
    pub(crate) fn attach(path: &Path, mint: Arc<IdMint>, wake: Arc<Wake>) -> Result<Self> {
        let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, WRITER_CACHE_KIB)?;
        migrate::up_to_date(migrate::SQLITE, &applied(&conn)?)?;
        set_up(&conn)?;
        Self::of(conn, path, mint, wake)
    }

    fn of(conn: Connection, path: &Path, mint: Arc<IdMint>, wake: Arc<Wake>) -> Result<Self> {
        let counters = Arc::new(EngineCounters::default());
        let readers = Arc::new(Readers::new(path, Arc::clone(&counters)));
        let writer = Writer::start(conn, mint.clone(), wake, Arc::clone(&readers), Arc::clone(&counters))?;
        Ok(Self { path: path.to_owned(), mint, readers, writer, counters })
    }

    /// What the engine finds wrong with the file, at most a hundred things.
    pub(crate) fn complaints(&self) -> Result<Vec<String>> {
        let conn = connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY, READER_CACHE_KIB)?;
        let mut complaints = Vec::new();
        conn.pragma_query(None, "quick_check", |row| {
            complaints.push(row.get::<_, String>(0)?);
            Ok(())
        })
        .map_err(|source| explain("look through the database", source))?;
        complaints.retain(|complaint| complaint != "ok");
        Ok(complaints)
    }

    /// Writes a consistent copy to a new file. Whoever writes meanwhile is not waited for.
    pub(crate) fn copy_to(&self, path: &Path) -> Result<()> {
        let doing = "copy the database";
        let name = path.to_str().ok_or_else(|| Error::Engine {
            doing,
            source: Arc::new(io::Error::other("the path is not UTF-8")),
        })?;
        let conn = connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY, READER_CACHE_KIB)?;
        // An empty file is taken as none.
        for_its_owner_alone(path);
        conn.execute("VACUUM INTO ?1", [name]).map_err(|source| explain(doing, source))?;
        let synced = File::open(path).and_then(|file| file.sync_all());
        synced.map_err(|source| Error::Disk { doing, source: Arc::new(source) })
    }

    /// The mint of this process.
    pub(crate) fn mint(&self) -> &IdMint {
        &self.mint
    }

    /// Runs reads. Each statement sees the newest commit.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let conn = self.readers.take()?;
        let outcome = work(&mut Tx::new(super::Conn::Sqlite(Conn(&conn)), &self.mint));
        self.readers.give_back(conn);
        outcome
    }

    /// Runs reads that all see the same commit.
    pub(crate) fn snapshot<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        self.read(|tx| {
            tx.exec(BEGIN, &[])?;
            let outcome = work(tx);
            tx.exec(ROLLBACK, &[])?;
            outcome
        })
    }

    /// Runs a change in a transaction; answers when it is on disk.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.writer.write(work).await
    }

    /// What it counts.
    pub(crate) fn counters(&self) -> &EngineCounters {
        &self.counters
    }

    /// How many bytes the database takes, its log included.
    pub(crate) fn size(&self) -> Result<u64> {
        let doing = "look how large the database is";
        let file = std::fs::metadata(&self.path);
        let file = file.map_err(|source| Error::Disk { doing, source: Arc::new(source) })?;
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        // Without a log there is nothing in it.
        Ok(file.len() + std::fs::metadata(log).map_or(0, |log| log.len()))
    }

    /// Whether changes are taken.
    pub(crate) fn check(&self) -> Result<()> {
        self.writer.check()
    }

    /// Finishes the changes that were asked for, and closes the file.
    pub(crate) async fn close(&self) {
        // The last connection to go tidies the log up, and readers can't: the writer goes last.
        self.readers.close();
        self.writer.close().await;
    }
}

fn connect(path: &Path, flags: OpenFlags, cache_kib: i64) -> Result<Connection> {
    let doing = "open the database";
    let set_up = || {
        let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        conn.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        // Without this each new value for a bound statement may have it planned anew: five times the
        // cost of a point read.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        conn.busy_timeout(BUSY_TIMEOUT)?;
        conn.pragma_update(None, "foreign_keys", true)?;
        conn.pragma_update(None, "cache_size", -cache_kib)?;
        conn.pragma_update(None, "temp_store", "MEMORY")?;
        Ok(conn)
    };
    set_up().map_err(|source| explain(doing, source))
}

/// Makes the file, if there is none, so that only its owner can read it; the engine's other files
/// take its mode. Whatever goes wrong here, opening it tells better.
fn for_its_owner_alone(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(path);
}

/// How the writer works.
fn set_up(conn: &Connection) -> Result<()> {
    let settings = [
        ("journal_mode", "WAL".to_owned()),
        ("synchronous", "FULL".to_owned()),
        ("wal_autocheckpoint", CHECKPOINT_PAGES.to_string()),
        ("journal_size_limit", LOG_KEPT_BYTES.to_string()),
    ];
    for (name, value) in settings {
        conn.pragma_update(None, name, value).map_err(|source| explain("set the database up", source))?;
    }
    Ok(())
}

/// The migrations that the file has.
fn applied(conn: &Connection) -> Result<Vec<(i64, String)>> {
    conn.prepare(migrate::APPLIED)
        .and_then(|mut applied| applied.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        .map_err(|source| explain("read the schema's version", source))
}

/// Applies the migrations that the file lacks, all or none.
fn migrate(conn: &mut Connection) -> Result<()> {
    let doing = "bring the schema up to date";
    let explained = |source| explain(doing, source);
    let begin = rusqlite::TransactionBehavior::Immediate;
    let tx = conn.transaction_with_behavior(begin).map_err(explained)?;
    tx.execute_batch(migrate::HISTORY).map_err(explained)?;
    for migration in migrate::missing(migrate::SQLITE, &applied(&tx)?)? {
        tx.execute_batch(migration.text).map_err(explained)?;
        tx.execute(migrate::RECORD, (migration.version, migration.name, migration.checksum()))
            .map_err(explained)?;
    }
    tx.commit().map_err(explained)
}

/// A connection inside a transaction.
#[derive(Clone, Copy)]
pub(super) struct Conn<'c>(&'c Connection);

impl<'c> Conn<'c> {
    fn bound(self, sql: Sql, values: &[Val<'_>]) -> rusqlite::Result<CachedStatement<'c>> {
        let mut statement = self.0.prepare_cached(sql.text)?;
        for (i, value) in values.iter().enumerate() {
            let at = i + 1;
            match value {
                Val::Null => statement.raw_bind_parameter(at, rusqlite::types::Null)?,
                Val::Int(number) => statement.raw_bind_parameter(at, number)?,
                Val::Text(text) => statement.raw_bind_parameter(at, text)?,
                Val::Blob(bytes) => statement.raw_bind_parameter(at, bytes)?,
                Val::Id(id) => statement.raw_bind_parameter(at, id.hex().as_str())?,
            }
        }
        Ok(statement)
    }

    pub(super) fn exec(self, sql: Sql, values: &[Val<'_>]) -> Result<u64> {
        let run = || self.bound(sql, values)?.raw_execute();
        let touched = run().map_err(|source| explain(sql.doing, source))?;
        Ok(touched as u64)
    }

    pub(super) fn each(
        self,
        sql: Sql,
        values: &[Val<'_>],
        mut read: impl FnMut(row::Cells<'_>) -> Result<()>,
    ) -> Result<()> {
        let explained = |source| explain(sql.doing, source);
        let mut statement = self.bound(sql, values).map_err(explained)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(explained)? {
            read(row::Cells::Sqlite(Cells(row)))?;
        }
        Ok(())
    }
}

/// A row as this engine holds it.
#[derive(Clone, Copy)]
pub(super) struct Cells<'r>(&'r rusqlite::Row<'r>);

impl<'r> Cells<'r> {
    pub(super) fn cell(self, at: usize) -> Cell<'r> {
        match self.0.get_ref(at) {
            Ok(ValueRef::Null) => Cell::Null,
            Ok(ValueRef::Integer(number)) => Cell::Int(number),
            Ok(ValueRef::Text(text)) => std::str::from_utf8(text).map_or(Cell::Other, Cell::Text),
            Ok(ValueRef::Blob(bytes)) => Cell::Blob(bytes),
            Ok(ValueRef::Real(_)) | Err(_) => Cell::Other,
        }
    }

    pub(super) fn name(self, at: usize) -> String {
        self.0.as_ref().column_name(at).map(str::to_owned).unwrap_or_default()
    }
}

/// Sorts the engine's errors by what somebody can do about them.
fn explain(doing: &'static str, source: rusqlite::Error) -> Error {
    let code = source.sqlite_error_code();
    let source: Cause = Arc::new(source);
    match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy { doing, source },
        Some(ErrorCode::DiskFull) => Error::Full { doing, source },
        // Among them what a quota says.
        Some(ErrorCode::SystemIoFailure) => Error::Disk { doing, source },
        Some(ErrorCode::ReadOnly) => Error::ReadOnly { doing, source },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::Damaged { doing, source },
        Some(_) | None => Error::Engine { doing, source },
    }
}

/// Every column: table, name, type, whether nothing may stand there.
#[cfg(test)]
pub(super) fn columns(engine: &Engine) -> Vec<[String; 4]> {
    let conn = connect(&engine.path, OpenFlags::SQLITE_OPEN_READ_ONLY, READER_CACHE_KIB).expect("opens");
    let mut rows = conn
        .prepare(
            "SELECT t.name, c.name, c.type, c.\"notnull\" FROM sqlite_schema t \
             JOIN pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY t.name, c.cid",
        )
        .expect("prepares");
    let row = |row: &rusqlite::Row<'_>| {
        let kind = row.get::<_, String>(2)?.replace("BIGINT", "INTEGER");
        let null = if row.get(3)? { "NO" } else { "YES" };
        Ok([row.get(0)?, row.get(1)?, kind, null.to_owned()])
    };
    rows.query_map([], row).and_then(Iterator::collect).expect("reads")
}

/// Every index of a name of ours: name, whether its values are unique, columns.
#[cfg(test)]
pub(super) fn indexes(engine: &Engine) -> Vec<(String, bool, Vec<String>)> {
    let conn = connect(&engine.path, OpenFlags::SQLITE_OPEN_READ_ONLY, READER_CACHE_KIB).expect("opens");
    let mut rows = conn
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
        .expect("prepares");
    let row = |row: &rusqlite::Row<'_>| {
        let sql: String = row.get(1)?;
        let list = sql.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(list, _)| list);
        let columns = list.unwrap_or_default().split(',').map(|name| name.trim().to_owned()).collect();
        Ok((row.get(0)?, sql.starts_with("CREATE UNIQUE"), columns))
    };
    rows.query_map([], row).and_then(Iterator::collect).expect("reads")
}

#[cfg(test)]
mod tests;
