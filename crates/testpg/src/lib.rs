//! A PostgreSQL server for tests only: started by the first test of a process that asks, on a free
//! port of this machine, in a folder of its own, and gone with the process, however that ends.
//!
//! A shell stands between: it starts the server, waits until its standard input closes, which the
//! operating system sees to when the test's process is gone, then stops the server by its process
//! id and removes the folder. It also restarts or kills it when told. The server refuses to run as root; there it runs as another user.

mod binaries;
mod pair;
mod server;

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, OnceLock};
use std::thread;

use tokio_postgres::NoTls;

pub use binaries::binary;
pub use pair::Pair;
pub use server::Server;

/// The server that the tests of one process share. What it answers is not on disk: it is fast, and
/// gone afterwards.
pub fn shared() -> &'static Server {
    static SHARED: LazyLock<Server> =
        LazyLock::new(|| Server::start(&["fsync=off", "synchronous_commit=off", "full_page_writes=off"]));
    &SHARED
}

/// The URL of a new, empty database at the shared server.
pub fn empty() -> String {
    let name = name();
    let server = shared();
    run(&server.url("postgres"), &format!("CREATE DATABASE {name}"));
    server.url(&name)
}

/// The URL of a new database that is a copy of one that `make` has filled, once.
pub fn copy_of(make: impl FnOnce(&str)) -> String {
    static MADE: OnceLock<String> = OnceLock::new();
    let server = shared();
    let original = MADE.get_or_init(|| {
        let name = name();
        run(&server.url("postgres"), &format!("CREATE DATABASE {name}"));
        make(&server.url(&name));
        // Nobody may be there while it is copied, and who has left may not be gone yet.
        run(&server.url("postgres"), &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
        run(
            &server.url("postgres"),
            &format!(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'"
            ),
        );
        name
    });
    let name = name();
    run(&server.url("postgres"), &format!("CREATE DATABASE {name} TEMPLATE {original}"));
    server.url(&name)
}

fn name() -> String {
    static NTH: AtomicU32 = AtomicU32::new(0);
    format!("test_{}", NTH.fetch_add(1, Ordering::Relaxed))
}

/// Runs statements.
pub fn run(url: &str, text: &str) {
    apart(async {
        let (client, connection) =
            tokio_postgres::connect(url, NoTls).await.expect("the test's server answers");
        tokio::join!(
            async {
                client.batch_execute(text).await.unwrap_or_else(|error| panic!("{text}: {error:?}"));
                drop(client);
            },
            async { connection.await.expect("the connection ends in good order") }
        );
    });
}

/// The rows of a query, as text.
pub fn rows(url: &str, text: &str) -> Vec<Vec<Option<String>>> {
    apart(async {
        let (client, connection) =
            tokio_postgres::connect(url, NoTls).await.expect("the test's server answers");
        let ask = async {
            let messages =
                client.simple_query(text).await.unwrap_or_else(|error| panic!("{text}: {error:?}"));
            drop(client);
            messages
        };
        let (messages, ended) = tokio::join!(ask, connection);
        ended.expect("the connection ends in good order");
        let row = |message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect())
            }
            _ => None,
        };
        messages.into_iter().filter_map(row).collect()
    })
}

/// Waits for something asynchronous, from whatever the test runs on.
pub(crate) fn apart<T: Send>(work: impl Future<Output = T> + Send) -> T {
    let wait = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(work)
    };
    thread::scope(|scope| scope.spawn(wait).join()).unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
