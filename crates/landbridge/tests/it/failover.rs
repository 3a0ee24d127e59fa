//! The database is lost, restarted, or its connections are cut, under load: nothing that was
//! acknowledged is lost, callers see only a 503 that says when to try again, and no server needs a
//! hand to go on.
//!
//! Real processes: PostgreSQL with a synchronous standby, and two servers. Writers call both in turn,
//! and give a call that was answered 503 once more until there is a real answer, as clients do.
//!
//! `LANDBRIDGE_FAILOVERS` says how often the primary is lost (once if it does not).

mod load;

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::bed::{Server, command, folder, value};
use crate::kill::{number, tell};
use load::{Load, Outage};

/// Two servers on one database, and their folders.
struct Nodes {
    folders: [TempDir; 2],
    servers: [Server; 2],
}

impl Nodes {
    fn start(database: &str) -> Self {
        let folders = [folder(), folder()];
        let settings = ["--database", database, "--latency", "instant", "--log-level", "warn"];
        let first = Server::start(folders[0].path(), &settings);
        let key = fs::read_to_string(folders[0].path().join("data/master.key")).expect("a master key");
        let mut second = command(folders[1].path(), &["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
        second.args(settings).env("LANDBRIDGE_MASTER_KEY", key.trim());
        let second = Server::of(second, folders[1].path());
        // Both know the same callers: the first start's, each at its own address.
        for file in ["bootstrap.env", "bootstrap-oauth.env"] {
            let theirs = value(folders[0].path(), file, "MONGODB_ATLAS_BASE_URL");
            let text = fs::read_to_string(folders[0].path().join("data").join(file)).expect("it is there");
            let line = second.greeting().lines().find_map(|line| line.split_once("http://"));
            let host = line.expect("a URL").1.split(['/', ' ']).next().expect("a host");
            let text = text.replace(theirs.trim_matches('\''), &format!("http://{host}/"));
            fs::write(folders[1].path().join("data").join(file), text).expect("written");
        }
        Self { folders, servers: [first, second] }
    }

    fn paths(&self) -> [&Path; 2] {
        self.folders.each_ref().map(TempDir::path)
    }

    /// Ends both, which must have panicked nowhere.
    fn stop(mut self) {
        for server in &mut self.servers {
            server.stop();
            let log = server.log();
            assert!(!log.contains("panicked"), "{log}");
        }
    }
}

#[test]
fn a_lost_primary_loses_no_acknowledged_write_and_the_servers_go_on_with_the_standby() {
    let n_lost = number("LANDBRIDGE_FAILOVERS", 1);
    let mut pair = testpg::Pair::start();
    let nodes = Nodes::start(&pair.url("postgres"));
    let mut load = Load::prepare(nodes.paths());
    for nth in 1..=n_lost {
        let mut outage = Outage::default();
        load.run(&mut outage, |outage| {
            pair.kill();
            outage.begins();
            pair.promote();
            outage.ends();
        });
        tell(&format!("fail-over {nth}: {outage}"));
        load.hold();
        if nth < n_lost {
            pair.mend();
        }
    }
    tell(&format!("{n_lost} fail-overs: {}", load.finish()));
    nodes.stop();
}

#[test]
fn a_restarted_database_loses_no_acknowledged_write() {
    let mut postgres = testpg::Server::start(&["fsync=on", "synchronous_commit=on"]);
    let nodes = Nodes::start(&postgres.url("postgres"));
    let mut load = Load::prepare(nodes.paths());
    let mut outage = Outage::default();
    load.run(&mut outage, |outage| {
        outage.begins();
        postgres.restart();
        outage.ends();
    });
    tell(&format!("restart: {outage}"));
    load.hold();
    tell(&format!("restart: {}", load.finish()));
    nodes.stop();
}

#[test]
fn cut_connections_lose_no_acknowledged_write() {
    let postgres = testpg::Server::start(&["fsync=on", "synchronous_commit=on"]);
    let nodes = Nodes::start(&postgres.url("postgres"));
    let mut load = Load::prepare(nodes.paths());
    let mut outage = Outage::default();
    let mut n_cut = 0;
    load.run(&mut outage, |outage| {
        outage.begins();
        for _ in 0..50 {
            n_cut += postgres.cut("landbridge");
            load::pause();
        }
        outage.ends();
    });
    assert!(n_cut > 50, "only {n_cut} connections were there to be cut");
    tell(&format!("{n_cut} cut connections: {outage}"));
    load.hold();
    tell(&format!("{n_cut} cut connections: {}", load.finish()));
    nodes.stop();
}
