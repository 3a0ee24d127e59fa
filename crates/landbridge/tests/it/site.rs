//! Servers that belong together: one on a file, or several on one database, each with a folder.

mod proxy;

use std::fs;

use landbridge::client::Client;
use landbridge::client::access::Access;
use tempfile::TempDir;

use crate::bed::{Server, command, eventually, folder, text};
pub use proxy::Proxy;

/// Where they run.
pub struct Site {
    database: Option<String>,
    folders: Vec<TempDir>,
}

impl Site {
    /// One server, on a file.
    pub fn of_one() -> Self {
        Self { database: None, folders: vec![folder()] }
    }

    /// So many servers, on an empty PostgreSQL database. The first one has to be started first.
    pub fn of_nodes(n_nodes: usize) -> Self {
        Self { database: Some(testpg::empty()), folders: (0..n_nodes).map(|_| folder()).collect() }
    }

    pub fn n_nodes(&self) -> usize {
        self.folders.len()
    }

    /// The database, where it is not a file.
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// The folder of a server; the first one's has what the first start gave.
    pub fn folder(&self, nth: usize) -> &std::path::Path {
        self.folders[nth].path()
    }

    /// Starts a server and waits until it listens.
    pub fn start(&self, nth: usize, more: &[&str]) -> Server {
        self.start_at(nth, self.database(), more)
    }

    /// The same, with a way of its own to the database.
    pub fn start_at(&self, nth: usize, database: Option<&str>, more: &[&str]) -> Server {
        let mut server = self.spawn_at(nth, database, more);
        assert!(server.greets(), "the server did not start:\n{}{}", server.greeting(), server.log());
        server
    }

    /// Starts a server and waits for nothing.
    pub fn spawn(&self, nth: usize, more: &[&str]) -> Server {
        self.spawn_at(nth, self.database(), more)
    }

    fn spawn_at(&self, nth: usize, database: Option<&str>, more: &[&str]) -> Server {
        let folder = self.folder(nth);
        let mut command = command(folder, &["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
        if let Some(database) = database {
            command.args(["--database", database]);
        }
        if nth > 0 {
            command.env("LANDBRIDGE_MASTER_KEY", self.master_key());
        }
        command.args(more);
        Server::spawn_of(command, folder)
    }

    /// The master key that the first start made.
    pub fn master_key(&self) -> String {
        let key = fs::read_to_string(self.folder(0).join("data/master.key")).expect("a master key");
        key.trim().to_owned()
    }

    /// A client of a server, with the credentials of one of the two files.
    pub fn client(&self, server: &Server, file: &str) -> Client {
        let access = Access::of_file(&self.folder(0).join("data").join(file)).expect("a file to source");
        Client::new(&Access { base_url: server.url(), ..access }, None).expect("a client")
    }

    /// Waits until the database does nothing for anybody: what a killed server had asked for is done
    /// or undone then.
    pub fn await_quiet(&self) {
        let Some(database) = self.database() else { return };
        let busy = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() \
             AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'";
        eventually("the database is at rest", || testpg::rows(database, busy).is_empty().then_some(()));
    }

    /// Lets all leases run out at a database of several servers: what was killed holds some.
    pub fn end_leases(&self) {
        if let Some(database) = self.database() {
            // What is locked is being worked on: nobody is waited for.
            for table in ["peering", "container"] {
                let ended = format!(
                    "UPDATE {table} SET lease_until = 0 WHERE id IN \
                     (SELECT id FROM {table} WHERE lease_until > 0 FOR UPDATE SKIP LOCKED)"
                );
                testpg::run(database, &ended);
            }
        }
    }

    /// Ends all connections to the database.
    pub fn cut(&self) {
        let database = self.database().expect("a database at a server");
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()";
        testpg::run(database, cut);
    }

    /// The lines of errors in the servers' logs, but for those about a database that could not be
    /// used for a while, where a test saw to that.
    pub fn errors(&self) -> Vec<String> {
        let logs = self.folders.iter().map(|folder| fs::read(folder.path().join("log")).unwrap_or_default());
        let lines = |log: Vec<u8>| text(&log).lines().map(str::to_owned).collect::<Vec<_>>();
        logs.flat_map(lines)
            .filter(|line| line.contains(r#""level":"ERROR""#) && !self.is_of_an_absence(line))
            .collect()
    }

    fn is_of_an_absence(&self, line: &str) -> bool {
        let words = ["others hold what is needed of the database", "the database can't be reached"];
        self.database.is_some() && words.iter().any(|words| line.contains(words))
    }
}
