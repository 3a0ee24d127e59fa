//! A primary with a standby that confirms each commit before it is told, for tests that lose one.

use std::thread;
use std::time::Duration;

use crate::{Server, rows, run};

/// Of both servers: a commit waits for its fsync at home and at the standby. The log is not recycled
/// while a new standby copies.
const SETTINGS: [&str; 3] = ["fsync=on", "synchronous_commit=on", "wal_keep_size=256MB"];
const POLL: Duration = Duration::from_millis(10);
/// How long a standby may take to come near.
const PATIENCE: Duration = Duration::from_secs(60);

/// Two servers; the ports stay the same whoever is the primary.
pub struct Pair {
    primary: Server,
    standby: Option<Server>,
    ports: [u16; 2],
}

impl Pair {
    /// Starts both, and returns when no commit is told any more without the standby.
    pub fn start() -> Self {
        let primary = Server::start(&SETTINGS);
        let free = crate::server::free_port();
        let ports = [primary.port(), free];
        let mut pair = Self { primary, standby: None, ports };
        pair.mend();
        pair
    }

    /// The URL of a database that names both.
    pub fn url(&self, database: &str) -> String {
        let [one, other] = self.ports;
        format!("postgres://landbridge@127.0.0.1:{one},127.0.0.1:{other}/{database}")
    }

    /// The server that takes writes.
    pub fn primary(&mut self) -> &mut Server {
        &mut self.primary
    }

    /// Kills the primary with all of its processes. Nobody takes writes then.
    pub fn kill(&mut self) {
        self.primary.kill();
    }

    /// Has the standby take the place of the primary, without a standby of its own.
    pub fn promote(&mut self) {
        let standby = self.standby.take().expect("there is one until it is promoted");
        standby.promote();
        self.primary = standby;
    }

    /// Gives the primary a new standby in the place of the one that is missing.
    pub fn mend(&mut self) {
        let [one, other] = self.ports;
        let port = if self.primary.port() == one { other } else { one };
        let standby = self.primary.standby(port, &SETTINGS);
        let url = self.primary.url("postgres");
        run(&url, "ALTER SYSTEM SET synchronous_standby_names = '*'");
        run(&url, "SELECT pg_reload_conf()");
        let confirms = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'";
        let mut left = PATIENCE.as_millis() / POLL.as_millis();
        while rows(&url, confirms).is_empty() {
            assert!(left > 0, "the standby does not follow");
            left -= 1;
            thread::park_timeout(POLL);
        }
        self.standby = Some(standby);
    }
}
