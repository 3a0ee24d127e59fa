//! GET of one peering by token and by digest, in turn with a bare server that is asked with the very
//! same requests and gives the very same answer.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;

use crate::bare::Bare;
use crate::client::{Place, id};
use crate::clock;
use crate::digest::Digest;
use crate::http::{Connection, request};
use crate::server::{Server, processor_time};
use crate::table::{Bench, row};

const ROUNDS: usize = 7;

#[derive(Clone)]
enum Credentials {
    Token(Arc<str>),
    Key { public: String, private: String },
}

/// Measures, and prints four rows.
pub async fn measure(bench: &Bench) -> io::Result<()> {
    let server = bench.setup("reads", "instant", "info").start()?;
    let mut client = server.client().await?;
    let place = Place::make(&mut client, server.setting("ORG_ID"), "reads", true).await?;
    let peering = id(&client.done("POST", &place.peers(), &place.peer(0)).await?)?;
    let path = format!("{}/{peering}", place.peers());
    loop {
        let (_, body) = client.get(&path).await?;
        let body: serde_json::Value = serde_json::from_slice(body)?;
        if body["statusName"] == json!("AVAILABLE") {
            break;
        }
        clock::pause(20).await;
    }
    let token = Arc::clone(&client.authorization);
    let mut connection = Connection::open(server.address).await?;
    let answer = connection.send(&request("GET", &path, &token, None)).await?;
    let file = bench.path("answer.http");
    std::fs::write(&file, [answer.head.as_bytes(), answer.body].concat())?;
    let bare = Bare::start(&file)?;

    let key = Credentials::Key {
        public: server.setting("PUBLIC_KEY").to_owned(),
        private: server.setting("PRIVATE_KEY").to_owned(),
    };
    for (name, goal, credentials) in
        [("1. GET by token", "≥ 0.60", Credentials::Token(token)), ("2. GET by digest", "≥ 0.50", key)]
    {
        for connections in [1, 16] {
            let compared = compare(bench, &server, &bare, &path, &credentials, connections).await?;
            let goal = if connections == 1 { goal } else { "" };
            row(&format!("{name}, {connections} conn., ÷ bare axum"), goal, &compared)?;
        }
    }
    drop(bare);
    server.stop()
}

async fn compare(
    bench: &Bench,
    server: &Server,
    bare: &Bare,
    path: &str,
    credentials: &Credentials,
    connections: usize,
) -> io::Result<String> {
    let time = Duration::from_millis(bench.pick(40, 400, 1500));
    let (mut rates, mut costs) = (Pairs::default(), Pairs::default());
    for _ in 0..ROUNDS {
        let our = load((server.address, server.process()), path, credentials, connections, time).await?;
        let their = load((bare.address, bare.process()), path, credentials, connections, time).await?;
        rates.push(our.rate, their.rate);
        costs.push(their.cost, our.cost);
    }
    let (ratio, our, their) = rates.medians();
    let (cost_ratio, their_cost, our_cost) = costs.medians();
    Ok(format!(
        "{ratio:.2} ({our:.0}/s ÷ {their:.0}/s); by processor time {cost_ratio:.2} ({their_cost:.1} µs ÷ {our_cost:.1} µs)"
    ))
}

/// What was measured in turn.
#[derive(Default)]
struct Pairs {
    ratios: Vec<f64>,
    firsts: Vec<f64>,
    seconds: Vec<f64>,
}

impl Pairs {
    fn push(&mut self, first: f64, second: f64) {
        self.ratios.push(first / second);
        self.firsts.push(first);
        self.seconds.push(second);
    }

    /// The middle ratio, and the middle ones of what it is of.
    fn medians(self) -> (f64, f64, f64) {
        (clock::median(self.ratios), clock::median(self.firsts), clock::median(self.seconds))
    }
}

/// What a round showed.
struct Round {
    /// Answers a second.
    rate: f64,
    /// The server's time on a processor for one answer, in µs.
    cost: f64,
}

/// Asks a server, on so many connections for so long.
async fn load(
    (address, process): (SocketAddr, u32),
    path: &str,
    credentials: &Credentials,
    connections: usize,
    time: Duration,
) -> io::Result<Round> {
    let before = processor_time(process)?;
    let start = clock::start();
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        let (path, credentials) = (path.to_owned(), credentials.clone());
        tasks.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut count = 0_usize;
            let (fixed, mut digest) = match &credentials {
                Credentials::Token(line) => (request("GET", &path, line, None), None),
                Credentials::Key { public, private } => (Vec::new(), Some(Digest::new(public, private))),
            };
            while start.elapsed() < time {
                let answer = match &mut digest {
                    None => connection.send(&fixed).await?,
                    Some(digest) => {
                        let line = digest.authorize(&mut connection, &path).await?;
                        connection.send(&request("GET", &path, &line, None)).await?
                    }
                };
                if answer.status != 200 {
                    let body = String::from_utf8_lossy(answer.body);
                    return Err(io::Error::other(format!("{}{body}", answer.head)));
                }
                count += 1;
            }
            io::Result::Ok(count)
        });
    }
    let mut sum = 0;
    while let Some(count) = tasks.join_next().await {
        sum += count.map_err(io::Error::other)??;
    }
    let rate = clock::rate(sum, start);
    Ok(Round { rate, cost: (processor_time(process)? - before) / sum as f64 })
}
