//! The embedded engine itself: the schema, the statements on it, and how it fails.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;

use super::super::{MODULES, vals};
use super::*;
use model::Refusal;
use parking_lot::Mutex;

const PUT: Sql =
    Sql { doing: "put", text: "INSERT INTO caller_access (holder, net, created_at) VALUES ($1, '', $2)" };
const GOT: Sql = Sql { doing: "get", text: "SELECT created_at FROM caller_access WHERE holder = $1" };
const ORPHAN: Sql = Sql {
    doing: "put an orphan",
    text: "INSERT INTO fault (project_id, place, outcome, times) VALUES ('nowhere', '', '', 1)",
};
const LATE_KEYS: Sql = Sql { doing: "defer", text: "PRAGMA defer_foreign_keys = ON" };
const NO_ROOM: Sql = Sql { doing: "shrink", text: "PRAGMA max_page_count = 1" };
const ROOM: Sql = Sql { doing: "grow", text: "PRAGMA max_page_count = 100000" };
const NO_WRITES: Sql = Sql { doing: "protect", text: "PRAGMA query_only = ON" };

/// An engine on a file of its own.
struct Home {
    folder: tempfile::TempDir,
    wake: Arc<Wake>,
    engine: Engine,
}

fn open(path: &Path, wake: &Arc<Wake>) -> Result<Engine> {
    Engine::open(path, Arc::new(IdMint::new([7; 5], 1)), Arc::clone(wake))
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let wake = Arc::new(Wake::default());
        let engine = open(&folder.path().join("test.db"), &wake).expect("opens");
        Self { folder, wake, engine }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("test.db")
    }

    fn conn(&self) -> Connection {
        connect(&self.path(), OpenFlags::SQLITE_OPEN_READ_ONLY, READER_CACHE_KIB).expect("opens")
    }

    async fn put(&self, jti: &'static str) -> Result<()> {
        self.engine.write(move |tx| tx.exec(PUT, vals![jti, 1_i64]).map(|_| ())).await
    }

    async fn pragma(&self, sql: Sql) {
        self.engine.write(move |tx| tx.any(sql, &[])).await.expect("a pragma is taken");
    }

    fn has(&self, jti: &str) -> bool {
        self.engine.read(|tx| tx.any(GOT, vals![jti])).expect("reads")
    }

    /// Reads until a connection is kept that holds the log's lock.
    fn read_until_held(&self) {
        (0..=readers::READS_UNHELD).for_each(|_| assert!(!self.has("nothing")));
    }
}

#[test]
fn the_schema_is_the_golden_one() {
    let conn = Home::new().conn();
    let mut objects = conn
        .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name")
        .expect("prepares");
    let objects: Vec<String> =
        objects.query_map([], |row| row.get(0)).and_then(Iterator::collect).expect("reads");
    insta::assert_snapshot!("schema", objects.join(";\n\n"));
}

#[test]
fn events_are_listed_along_an_index_and_never_sorted() {
    let conn = Home::new().conn();
    for sql in crate::event::LIST_STATEMENTS {
        let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {}", sql.text)).expect("explains");
        let steps: Vec<String> = plan.raw_query().mapped(|row| row.get(3)).flatten().collect();
        let index = match (sql.text.contains("project_id = $1"), sql.text.contains("kind = $2")) {
            _ if sql.text.contains("seq = $1") => "INTEGER PRIMARY KEY",
            (true, false) => "INDEX event_of_project ",
            (true, true) => "COVERING INDEX event_of_project_by_kind ",
            (false, false) => "INDEX event_of_org ",
            (false, true) => "COVERING INDEX event_of_org_by_kind ",
        };
        assert!(steps.len() == 1 && steps[0].contains(index), "{index}: {steps:?}");
    }
}

#[test]
fn every_statement_prepares_and_reads_no_whole_table() {
    let conn = Home::new().conn();
    for sql in MODULES.concat() {
        conn.prepare(sql.text).unwrap_or_else(|error| panic!("{error}: {}", sql.text));
        let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {}", sql.text)).expect("explains");
        let steps: Vec<String> = plan.raw_query().mapped(|row| row.get(3)).flatten().collect();
        // There is one organization, or a few.
        let scans =
            steps.iter().filter(|step| step.starts_with("SCAN") && step.split(' ').nth(1) != Some("org"));
        assert_eq!(scans.collect::<Vec<_>>(), Vec::<&String>::new(), "{}", sql.text);
    }
}

#[test]
fn a_database_of_a_newer_program_is_refused() {
    let home = Home::new();
    let newer = Connection::open(home.path()).expect("opens");
    newer
        .execute("INSERT INTO schema_migration (version, name, checksum) VALUES (99, 'later', 'x')", [])
        .expect("writes");
    assert!(matches!(open(&home.path(), &home.wake), Err(Error::Newer { found: 99, .. })));
}

#[test]
fn whoever_attaches_does_not_bring_an_older_database_up_to_date() {
    let home = Home::new();
    let [.., before, last] = migrate::SQLITE else { panic!("there are steps") };
    let (earlier, known) = (before.version, last.version);
    let older = Connection::open(home.path()).expect("opens");
    older.execute("DELETE FROM schema_migration WHERE version = $1", [known]).expect("writes");
    let attached = Engine::attach(&home.path(), Arc::new(IdMint::new([1; 5], 0)), Arc::clone(&home.wake));
    assert!(
        matches!(attached, Err(Error::Older { found, known: current }) if found == earlier && current == known)
    );
}

#[test]
fn a_file_that_is_no_database_is_called_damaged() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("letter.db");
    std::fs::write(&path, "Dear Sir or Madam, ".repeat(100)).expect("writes");
    assert!(matches!(open(&path, &Arc::new(Wake::default())), Err(Error::Damaged { .. })));
}

/// Runs a change that writes, one that is refused and one more in one group; what became of them,
/// and how often the first was run.
async fn beside_a_refused(home: &Home, writes_first: bool) -> ([bool; 3], u32) {
    let (open_gate, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    // The first change holds the writer until the others are queued, so that they share a commit.
    let first = home.engine.write(move |tx| {
        if counted.fetch_add(1, Ordering::Relaxed) == 0 {
            gate.lock().recv().expect("the gate opens");
        }
        tx.exec(PUT, vals!["first", 1_i64])
    });
    let refused = home.engine.write(move |tx| {
        if writes_first {
            tx.exec(PUT, vals!["refused", 1_i64])?;
        }
        tx.wake();
        Err::<(), _>(Error::from(Refusal::ProjectHasPeerings))
    });
    let open_gate = async { open_gate.send(()).expect("the writer waits") };
    let (first, refused, last, ()) = tokio::join!(first, refused, home.put("last"), open_gate);
    assert!(first.is_ok() && last.is_ok());
    assert!(matches!(refused, Err(Error::Refused(Refusal::ProjectHasPeerings))));
    (["first", "refused", "last"].map(|name| home.has(name)), runs.load(Ordering::Relaxed))
}

#[tokio::test]
async fn a_refused_change_leaves_no_trace_and_its_group_goes_on() {
    let (has, runs) = beside_a_refused(&Home::new(), true).await;
    assert_eq!((has, runs <= 2), ([true, false, true], true));
}

#[tokio::test]
async fn a_change_that_is_refused_before_it_wrote_costs_its_group_nothing() {
    let (has, runs) = beside_a_refused(&Home::new(), false).await;
    assert_eq!((has, runs), ([true, false, true], 1));
}

#[tokio::test]
async fn a_failed_commit_fails_every_change_of_its_group() {
    let home = Home::new();
    let (open_gate, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let first = home.engine.write(move |tx| {
        gate.lock().recv().expect("the gate opens");
        Ok(tx.mint::<model::EventId>(model::Timestamp::from_seconds(1)))
    });
    let orphan = home.engine.write(|tx| {
        tx.exec(LATE_KEYS, &[])?;
        tx.exec(ORPHAN, &[])
    });
    let open_gate = async { open_gate.send(()).expect("the writer waits") };
    let (_, put, orphan, ()) = tokio::join!(first, home.put("beside"), orphan, open_gate);
    // Whether the first joined their group or not, these two were queued together.
    assert!(matches!(put, Err(Error::Engine { doing: "commit", .. })), "{put:?}");
    assert!(matches!(orphan, Err(Error::Engine { doing: "commit", .. })));
    assert!(!home.has("beside"));
    home.put("after").await.expect("the next group is a new one");
}

#[tokio::test]
async fn a_change_whose_caller_has_gone_before_its_turn_is_not_begun() {
    let home = Home::new();
    let (open_gate, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let first = home.engine.write(move |tx| {
        gate.lock().recv().expect("the gate opens");
        tx.exec(PUT, vals!["first", 1_i64])
    });
    let leaving = async {
        let mut gone = Box::pin(home.put("gone"));
        let queued = std::future::poll_fn(|cx| std::task::Poll::Ready(gone.as_mut().poll(cx).is_pending()));
        assert!(queued.await);
        drop(gone);
        open_gate.send(()).expect("the writer waits");
    };
    let (first, ()) = tokio::join!(first, leaving);
    first.expect("written");
    home.put("last").await.expect("written");
    assert_eq!([home.has("first"), home.has("gone"), home.has("last")], [true, false, true]);
}

#[tokio::test]
async fn a_change_that_panics_is_undone_and_the_writer_lives() {
    let home = Home::new();
    let broken = home.engine.write(|tx| -> Result<()> {
        tx.exec(PUT, vals!["broken", 1_i64])?;
        panic!("an invariant broke")
    });
    assert!(matches!(broken.await, Err(Error::Engine { doing: "run a change", .. })));
    assert!(!home.has("broken"));
    home.put("after").await.expect("written");
}

#[tokio::test]
async fn a_full_disk_has_an_error_of_its_own_and_passes() {
    let home = Home::new();
    home.pragma(NO_ROOM).await;
    let big: &'static str = Box::leak("x".repeat(1 << 20).into_boxed_str());
    let full = home.put(big).await.expect_err("no room");
    assert!(matches!(full, Error::Full { .. }), "{full:?}");
    home.pragma(ROOM).await;
    home.put(big).await.expect("there is room again");
}

#[tokio::test]
async fn a_read_only_database_has_an_error_of_its_own() {
    let home = Home::new();
    home.pragma(NO_WRITES).await;
    assert!(matches!(home.put("x").await, Err(Error::ReadOnly { .. })));
}

#[tokio::test]
async fn a_closed_engine_has_finished_what_was_asked_for() {
    let home = Home::new();
    let (put, ()) = tokio::join!(home.put("x"), home.engine.close());
    put.expect("it was queued before");
    assert!(matches!(home.put("y").await, Err(Error::Closed)));
    assert!(matches!(home.engine.check(), Err(Error::Closed)));
    let again = open(&home.path(), &home.wake).expect("opens");
    assert!(again.read(|tx| tx.any(GOT, vals!["x"])).expect("reads"));
}

#[tokio::test]
async fn the_hint_comes_only_after_a_change_that_asked_for_it() {
    let home = Home::new();
    home.put("quiet").await.expect("written");
    let hinted = async {
        home.engine
            .write(|tx| {
                tx.wake();
                Ok(())
            })
            .await
            .expect("written");
    };
    tokio::join!(hinted, home.wake.notified());
    home.put("quiet again").await.expect("written");
    let waiting = home.wake.notified();
    tokio::pin!(waiting);
    let heard = std::future::poll_fn(|cx| std::task::Poll::Ready(waiting.as_mut().poll(cx).is_ready())).await;
    assert!(!heard);
}

#[tokio::test]
async fn what_another_process_commits_is_seen_by_the_next_read() {
    let home = Home::new();
    let other = open(&home.path(), &home.wake).expect("opens");
    for name in ["one", "two"] {
        home.read_until_held();
        other.write(move |tx| tx.exec(PUT, vals![name, 1_i64])).await.expect("written");
        assert!(home.has(name));
    }
}

#[tokio::test]
async fn the_log_begins_anew_however_much_is_read_between_changes() {
    const CHECKPOINTS: Sql = Sql { doing: "shorten", text: "PRAGMA wal_autocheckpoint = 20" };
    let home = Home::new();
    home.pragma(CHECKPOINTS).await;
    for nth in 0..300 {
        home.engine.write(move |tx| tx.exec(PUT, vals![&nth.to_string(), 1_i64])).await.expect("written");
        home.read_until_held();
    }
    let log = std::fs::metadata(home.path().with_extension("db-wal")).expect("it is there").len();
    assert!(log < 100 * 4096, "{log} bytes");
}
