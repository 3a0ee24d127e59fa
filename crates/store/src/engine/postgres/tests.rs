//! The server's engine itself: the schema, the statements on it, and how it fails.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::{MODULES, Sql, vals};
use super::*;
use crate::error::Error;
use model::Refusal;

const PUT: Sql =
    Sql { doing: "put", text: "INSERT INTO caller_access (holder, net, created_at) VALUES ($1, '', $2)" };
const GOT: Sql = Sql { doing: "get", text: "SELECT created_at FROM caller_access WHERE holder = $1" };

/// An engine on a database of its own.
struct Home {
    url: String,
    engine: Engine,
}

async fn open(url: &str) -> Result<Engine> {
    let mint = Arc::new(IdMint::new([7; 5], 1));
    Engine::open(&Address::parse(url)?, mint, Arc::new(Wake::default())).await
}

impl Home {
    async fn new() -> Self {
        Self::at(testpg::empty()).await
    }

    async fn at(url: String) -> Self {
        let engine = open(&url).await.expect("opens");
        Self { url, engine }
    }

    async fn put(&self, jti: &'static str) -> Result<()> {
        self.engine.write(move |tx| tx.exec(PUT, vals![jti, 1_i64]).map(|_| ())).await
    }

    async fn has(&self, jti: &'static str) -> bool {
        self.engine.read(move |tx| tx.any(GOT, vals![jti])).await.expect("reads")
    }
}

#[tokio::test]
async fn every_statement_prepares_with_values_and_columns_of_known_types() {
    let home = Home::new().await;
    let checked = pool::once(&home.engine.kit.dialer, |session| {
        Ok(MODULES.concat().into_iter().filter_map(|sql| session.check(sql).err()).collect::<Vec<_>>())
    });
    assert_eq!(checked.await.expect("connects"), Vec::<String>::new());
}

/// What is between the commas of a list in a statement of a schema, without spaces beside it.
fn words(list: &str) -> Vec<String> {
    list.split(',').map(|word| word.trim().to_owned()).collect()
}

#[tokio::test]
async fn the_schema_is_that_of_the_embedded_engine() {
    let home = Home::new().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.db");
    let (mint, wake) = (Arc::new(IdMint::new([7; 5], 1)), Arc::new(Wake::default()));
    let embedded = super::super::sqlite::Engine::open(&path, mint, wake).expect("opens");
    let columns = super::super::sqlite::columns(&embedded);
    let rows = testpg::rows(
        &home.url,
        "SELECT table_name, column_name, data_type, is_nullable, collation_name \
         FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position",
    );
    let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
    let found: Vec<[String; 4]> = rows
        .iter()
        .map(|row| {
            let kind = match text(&row[2]).as_str() {
                "bigint" => "INTEGER",
                "text" => "TEXT",
                "bytea" => "BLOB",
                _ => "?",
            };
            let table = text(&row[0]);
            // Of the history alone both engines have the same words.
            assert!(kind != "TEXT" || table == "schema_migration" || text(&row[4]) == "C", "{row:?}");
            [table, text(&row[1]), kind.to_owned(), text(&row[3])]
        })
        .collect();
    assert_eq!(found, columns);

    let indexes = testpg::rows(
        &home.url,
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' \
         AND indexname NOT LIKE '%_pkey' AND indexname NOT LIKE '%_username_key' \
         AND indexname NOT LIKE '%_public_key_key' AND indexname NOT LIKE '%_jti_key' ORDER BY indexname",
    );
    let found: Vec<(String, bool, Vec<String>)> = indexes
        .iter()
        .map(|row| {
            let definition = text(&row[1]);
            let list = definition.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
            (text(&row[0]), definition.starts_with("CREATE UNIQUE"), words(list.expect("columns").0))
        })
        .collect();
    assert_eq!(found, super::super::sqlite::indexes(&embedded));
}

#[tokio::test]
async fn a_refused_change_leaves_no_trace() {
    let home = Home::new().await;
    let refused = home.engine.write(|tx| {
        tx.exec(PUT, vals!["refused", 1_i64])?;
        tx.wake();
        Err::<(), _>(Error::from(Refusal::ProjectHasPeerings))
    });
    assert!(matches!(refused.await, Err(Error::Refused(Refusal::ProjectHasPeerings))));
    assert!(!home.has("refused").await);
}

#[tokio::test]
async fn a_change_that_panics_is_undone_and_its_thread_lives() {
    let home = Home::at(format!("{}?connections=2", testpg::empty())).await;
    let broken = home.engine.write(|tx| -> Result<()> {
        tx.exec(PUT, vals!["broken", 1_i64])?;
        panic!("an invariant broke")
    });
    assert!(matches!(broken.await, Err(Error::Engine { doing: "run a change", .. })));
    assert!(!home.has("broken").await);
    home.put("after").await.expect("written");
}

#[tokio::test]
async fn a_change_that_passes_over_a_failed_statement_is_not_kept() {
    let home = Home::new().await;
    home.put("taken").await.expect("written");
    let careless = home.engine.write(|tx| {
        tx.exec(PUT, vals!["careless", 1_i64])?;
        let _ = tx.exec(PUT, vals!["taken", 1_i64]);
        Ok(())
    });
    assert!(matches!(careless.await, Err(Error::Engine { .. })));
    assert!(!home.has("careless").await);
}

#[tokio::test]
async fn of_two_changes_that_wait_for_each_other_one_is_done_again() {
    const MARK: Sql =
        Sql { doing: "mark", text: "UPDATE caller_access SET created_at = $1 WHERE holder = $2" };
    let home = Home::new().await;
    home.put("a").await.expect("written");
    home.put("b").await.expect("written");
    let both_hold_one = Arc::new(Barrier::new(2));
    let crossing = |first: &'static str, second: &'static str, value: i64| {
        let (meet, met) = (Arc::clone(&both_hold_one), AtomicBool::new(false));
        home.engine.write(move |tx| {
            tx.exec(MARK, vals![value, first])?;
            if !met.swap(true, Ordering::SeqCst) {
                meet.wait();
            }
            tx.exec(MARK, vals![value, second])
        })
    };
    let (one, two) = tokio::join!(crossing("a", "b", 1), crossing("b", "a", 2));
    assert_eq!((one.expect("done"), two.expect("done")), (1, 1));
}

#[tokio::test]
async fn a_connection_that_is_lost_in_the_middle_of_a_change_costs_nothing() {
    const END_ME: Sql = Sql { doing: "end", text: "SELECT 1 FROM pg_terminate_backend(pg_backend_pid())" };
    let home = Home::new().await;
    let cut = AtomicBool::new(false);
    let changed = home.engine.write(move |tx| {
        tx.exec(PUT, vals!["x", 1_i64])?;
        if !cut.swap(true, Ordering::SeqCst) {
            tx.any(END_ME, &[])?;
        }
        Ok(())
    });
    changed.await.expect("done again on another connection");
    assert!(home.has("x").await);
    let always = home.engine.write(|tx| tx.any(END_ME, &[]));
    assert!(matches!(always.await, Err(Error::Away { .. })));
    home.put("y").await.expect("the next one is fine");
}

#[tokio::test]
async fn a_server_that_can_not_be_reached_is_away() {
    let refused = open("postgres://u@127.0.0.1:1/d").await.map(|_| ());
    assert!(matches!(refused, Err(Error::Away { .. })), "{refused:?}");
    let url = testpg::empty();
    testpg::run(
        &url,
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', \
         current_database()); END $$",
    );
    let refused = open(&url).await.map(|_| ());
    assert!(matches!(refused, Err(Error::Away { .. })), "a standby is not what we look for: {refused:?}");
}

/// Whether callers may try again: what becomes 503.
fn passes(error: &Error) -> bool {
    use Error::{Away, Busy, Damaged, Disk, Full, ReadOnly};
    matches!(error, Busy { .. } | Away { .. } | Full { .. } | Disk { .. } | ReadOnly { .. } | Damaged { .. })
}

#[tokio::test]
async fn every_error_of_the_server_that_can_pass_is_told_as_such() {
    const FAIL: Sql = Sql { doing: "fail", text: "SELECT fail($1)" };
    let home = Home::new().await;
    testpg::run(
        &home.url,
        "CREATE FUNCTION fail(code text) RETURNS bigint LANGUAGE plpgsql AS \
         $$ BEGIN RAISE 'no' USING ERRCODE = code; END $$",
    );
    for (code, expected) in [
        // Serialization, deadlock, and whatever else ends a transaction for another.
        ("40001", true),
        ("40P01", true),
        ("40000", true),
        ("40003", true),
        // Locks, cancels, time limits.
        ("55P03", true),
        ("57014", true),
        ("25P03", true),
        ("25P04", true),
        ("57P05", true),
        // Connections: too many, refused, lost.
        ("53300", true),
        ("53200", true),
        ("53400", true),
        ("08006", true),
        ("08001", true),
        // Going, gone, coming; a standby.
        ("57P01", true),
        ("57P02", true),
        ("57P03", true),
        ("25006", true),
        // Disks.
        ("53100", true),
        ("58030", true),
        ("XX001", true),
        // A pool between us that knows our statements no more.
        ("26000", true),
        // Ours.
        ("42P01", false),
        ("42601", false),
        ("22003", false),
        ("23502", false),
        ("0A000", false),
    ] {
        let failed = home.engine.write(move |tx| tx.any(FAIL, vals![code])).await;
        let error = failed.expect_err(code);
        assert_eq!(passes(&error), expected, "{code}: {error:?}");
    }
    home.put("after").await.expect("and it goes on");
}

#[tokio::test]
async fn a_statement_that_is_prepared_for_an_older_schema_is_prepared_again() {
    const ALL: Sql = Sql { doing: "read", text: "SELECT * FROM caller_access" };
    let url = testpg::empty();
    let home = Home::at(format!("{url}?connections=2")).await;
    let read = || home.engine.read(|tx| tx.any(ALL, &[]));
    assert!(!read().await.expect("read"));
    testpg::run(&url, "ALTER TABLE caller_access ADD COLUMN later bigint");
    assert!(!read().await.expect("read on another connection"));
}

#[tokio::test]
async fn a_commit_whose_end_nobody_knows_is_not_told_as_done_nor_done_again() {
    let server = testpg::Server::start(&["synchronous_standby_names=nobody", "synchronous_commit=off"]);
    let home = Home::at(server.url("postgres")).await;
    // Whoever connects from now on waits for a standby that does not exist.
    testpg::run(&home.url, "ALTER DATABASE postgres SET synchronous_commit = on");
    for (jti, end) in [("canceled", "pg_cancel_backend"), ("cut", "pg_terminate_backend")] {
        let given_up = format!(
            "SELECT {end}(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query = 'COMMIT'"
        );
        let give_up = async {
            while testpg::rows(&home.url, &given_up).is_empty() {
                tokio::task::yield_now().await;
            }
        };
        let n_tried = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let tried = Arc::clone(&n_tried);
        let put = home.engine.write(move |tx| {
            tried.fetch_add(1, Ordering::SeqCst);
            tx.exec(PUT, vals![jti, 1_i64]).map(|_| ())
        });
        let (put, ()) = tokio::join!(put, give_up);
        assert!(matches!(put, Err(Error::Away { doing: "commit", .. })), "{jti}: {put:?}");
        assert_eq!(n_tried.load(Ordering::SeqCst), 1, "{jti}");
        // It stands, as it happens: whoever asks again finds that out by the rules.
        assert!(home.has(jti).await, "{jti}");
    }
}

#[tokio::test]
async fn a_server_is_believed_only_with_a_certificate_that_is_trusted() {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let files = [("server.crt", &*own.cert.pem()), ("server.key", &*own.signing_key.serialize_pem())];
    let server = testpg::Server::start_with(&["ssl=on", "fsync=off"], &files);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path().join("root.pem");
    std::fs::write(&root, own.cert.pem()).expect("written");

    let url = server.url("postgres").replace("127.0.0.1", "localhost");
    let trusted = Home::at(format!("{url}?sslmode=verify-full&sslrootcert={}", root.display())).await;
    trusted.put("x").await.expect("written");
    let encrypted = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
         WHERE ssl AND application_name = 'landbridge'";
    assert_ne!(testpg::rows(&server.url("postgres"), encrypted), [[Some("0".to_owned())]]);

    let unknown = open(&format!("{url}?sslmode=require")).await.map(|_| ());
    assert!(matches!(unknown, Err(Error::Away { .. })), "{unknown:?}");
    let other_name = server.url("postgres");
    let other_name = open(&format!("{other_name}?sslrootcert={}", root.display())).await.map(|_| ());
    assert!(matches!(other_name, Err(Error::Away { .. })), "{other_name:?}");
}

#[tokio::test]
async fn a_closed_engine_has_finished_what_was_asked_for() {
    let home = Home::new().await;
    let (put, ()) = tokio::join!(home.put("x"), home.engine.close());
    put.expect("it was queued before");
    assert!(matches!(home.put("y").await, Err(Error::Closed)));
    assert!(matches!(home.engine.check(), Err(Error::Closed)));
    assert!(Home::at(home.url.clone()).await.has("x").await);
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    let home = Home::new().await;
    testpg::run(
        &home.url,
        "INSERT INTO schema_migration (version, name, checksum) VALUES (99, 'later', 'x')",
    );
    assert!(matches!(open(&home.url).await.map(|_| ()), Err(Error::Newer { found: 99, .. })));
}
