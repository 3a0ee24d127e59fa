//! One, two and four servers on one PostgreSQL: peerings a second from POST to AVAILABLE, and durable
//! writes in turn with raw commits of the same rows.

use std::io;

use tokio::task::JoinSet;

use crate::client::{Client, Place, places};
use crate::measures::flow;
use crate::measures::writes::{self, CLIENTS, PER_PROJECT};
use crate::server::Server;
use crate::table::{Bench, row};
use crate::{clock, raw_postgres};

const NODES: [usize; 3] = [1, 2, 4];
/// As `docs/operations.md` says, for a small machine.
const SETTINGS: [&str; 5] =
    ["fsync=on", "synchronous_commit=on", "shared_buffers=256MB", "max_wal_size=2GB", "random_page_cost=1.1"];
/// Connections of a server that do changes, of the eight that it has if nothing else is said.
const WRITERS: usize = 5;

/// Measures, and prints rows.
pub async fn measure(bench: &Bench) -> io::Result<()> {
    let postgres = testpg::Server::start(&SETTINGS);
    let mut nth = 0;
    let mut database = || {
        nth += 1;
        testpg::run(&postgres.url("postgres"), &format!("CREATE DATABASE measured_{nth}"));
        postgres.url(&format!("measured_{nth}"))
    };
    let rounds = bench.pick(1, 3, 3);
    for n_nodes in NODES {
        let count = bench.pick(100, 2_000, 8_000);
        let url = database();
        let nodes = Nodes::start(bench, n_nodes, &url, "instant").await?;
        let places = nodes.places("flow", count, true).await?;
        let start = clock::start();
        let posted = nodes.post(&places).await?;
        flow::until_available(&nodes.clients[0], places).await?;
        let rate = clock::rate(count, start);
        nodes.stop()?;
        row(
            &format!(
                "8. POST to AVAILABLE, {n_nodes} on one PostgreSQL, {CLIENTS} clients, {count} peerings"
            ),
            "-",
            &format!("{rate:.0}/s (POSTs alone: {posted:.0}/s)"),
        )?;

        let url = database();
        let nodes = Nodes::start(bench, n_nodes, &url, "lifelike").await?;
        let connections = WRITERS * n_nodes;
        let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..rounds {
            let places = nodes.places(&format!("writes-{round}"), count, false).await?;
            let our = nodes.post(&places).await?;
            let their = raw_postgres::rate(&database(), connections, count).await?;
            ratios.push(our / their);
            ours.push(our);
            theirs.push(their);
        }
        nodes.stop()?;
        let (ratio, our, their) = (clock::median(ratios), clock::median(ours), clock::median(theirs));
        row(
            &format!(
                "9. durable POST, {n_nodes} on one PostgreSQL, ÷ raw commits on {connections} connections"
            ),
            "-",
            &format!("{ratio:.2} ({our:.0}/s ÷ {their:.0}/s)"),
        )?;
    }
    Ok(())
}

/// Servers on one database, and a client of each.
struct Nodes {
    servers: Vec<Server>,
    clients: Vec<Client>,
    org: String,
}

impl Nodes {
    async fn start(bench: &Bench, n_nodes: usize, database: &str, latency: &str) -> io::Result<Self> {
        let name = |nth: usize| format!("nodes-{n_nodes}-{latency}-{nth}");
        let mut servers: Vec<Server> = Vec::new();
        let mut key = None;
        for nth in 0..n_nodes {
            let mut setup = bench.setup("", latency, "info");
            setup.data = bench.path(&name(nth));
            setup.database = Some(database);
            setup.key = key.as_deref();
            servers.push(setup.start()?);
            if key.is_none() {
                key = Some(Server::master_key(&bench.path(&name(0)))?);
            }
        }
        let setting = |name: &str| servers[0].setting(name).to_owned();
        let (id, secret, org) = (setting("CLIENT_ID"), setting("CLIENT_SECRET"), setting("ORG_ID"));
        let mut clients = Vec::new();
        for server in &servers {
            clients.push(Client::sign_in(server.address, &id, &secret).await?);
        }
        Ok(Self { servers, clients, org })
    }

    async fn places(&self, prefix: &str, count: usize, automatic: bool) -> io::Result<Vec<Place>> {
        places(&self.clients[0], &self.org, prefix, count / PER_PROJECT, automatic).await
    }

    /// Fills these projects, each by one of the servers; POSTs a second.
    async fn post(&self, places: &[Place]) -> io::Result<f64> {
        let n_nodes = self.clients.len();
        let start = clock::start();
        let mut tasks = JoinSet::new();
        for (nth, client) in self.clients.iter().enumerate() {
            let client = client.another().await?;
            let places: Vec<Place> = places.iter().skip(nth).step_by(n_nodes).cloned().collect();
            tasks.spawn(async move { writes::post(&client, CLIENTS / n_nodes, &places).await });
        }
        for outcome in tasks.join_all().await {
            outcome?;
        }
        Ok(clock::rate(places.len() * PER_PROJECT, start))
    }

    fn stop(self) -> io::Result<()> {
        self.servers.into_iter().try_for_each(Server::stop)
    }
}
