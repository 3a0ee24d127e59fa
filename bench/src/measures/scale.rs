//! The same requests to two servers in turn: one keeps a thousand peerings, the other a million.

use std::io;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::client::{Client, Place, id, places, share};
use crate::clock;
use crate::server::Server;
use crate::table::{Bench, row};

const PER_PROJECT: usize = 40;
/// Fewer than may be pending, so that a project's first half can be sent at once.
const HALF: usize = 20;
const ROUNDS: usize = 5;
const CONNECTIONS: usize = 4;
/// Creates of one round, in projects of their own.
const CREATES: usize = 12;

/// One server with its peerings.
struct Side {
    server: Server,
    client: Client,
    filled: Vec<(Place, Vec<String>)>,
    /// Projects to create in.
    empty: Vec<Place>,
    /// Chooses; the same on both sides, and the same in every run.
    chance: u64,
}

/// Measures, and prints three rows.
pub async fn measure(bench: &Bench) -> io::Result<()> {
    let wanted = bench.pick(50, 1_250, 25_000);
    let mut small = Side::fill(bench, "small", 25).await?;
    let mut big = Side::fill(bench, "big", wanted).await?;
    let sizes = format!("{} ÷ {} peerings", big.filled.len() * PER_PROJECT, small.filled.len() * PER_PROJECT);
    let time = Duration::from_millis(bench.pick(50, 300, 1500));
    for (name, whole) in [("list page", true), ("get", false)] {
        let mut pairs = Vec::new();
        for _ in 0..ROUNDS {
            pairs.push((big.read(whole, time).await?, small.read(whole, time).await?));
        }
        print(name, &sizes, pairs)?;
    }
    let mut pairs = Vec::new();
    for round in 0..ROUNDS {
        pairs.push((big.create(round).await?, small.create(round).await?));
    }
    print("create", &sizes, pairs)?;
    small.server.stop()?;
    big.server.stop()
}

fn print(name: &str, sizes: &str, pairs: Vec<(f64, f64)>) -> io::Result<()> {
    let ratio = clock::median(pairs.iter().map(|(big, small)| small / big).collect());
    let (big, small): (Vec<f64>, Vec<f64>) =
        pairs.into_iter().map(|(big, small)| (1e6 / big, 1e6 / small)).unzip();
    let (big, small) = (clock::median(big), clock::median(small));
    row(
        &format!("4. {name}: time at {sizes}"),
        "≤ 1.3",
        &format!("{ratio:.2} ({big:.0} µs ÷ {small:.0} µs a request)"),
    )
}

impl Side {
    async fn fill(bench: &Bench, name: &str, wanted: usize) -> io::Result<Self> {
        let server = bench.setup(name, "instant", "warn").start()?;
        let client = server.client().await?;
        let org = server.setting("ORG_ID").to_owned();
        let start = clock::start();
        // Batches, so that it can end in time on a slow machine with every project filled.
        let mut filled = Vec::new();
        while filled.len() < wanted && start.elapsed() < Duration::from_secs(360) {
            let batch = (wanted - filled.len()).min(500);
            let prefix = format!("filled-{}", filled.len());
            let places = places(&client, &org, &prefix, batch, true).await?;
            let firsts = share(&client, 32, places, |client, place| half(client, place, 0)).await?;
            let seconds =
                share(&client, 32, firsts, |client, (place, mut peers): (Place, Vec<String>)| async move {
                    let (client, (place, more)) = half(client, place, HALF).await?;
                    peers.extend(more);
                    Ok((client, (place, peers)))
                });
            filled.extend(seconds.await?);
        }
        let empty = places(&client, &org, "empty", ROUNDS * 16, true).await?;
        clock::pause(3000).await;
        Ok(Self { server, client, filled, empty, chance: 1 })
    }

    /// Chooses among the peerings at random, in advance.
    fn paths(&mut self, whole: bool) -> Vec<String> {
        let mut paths = Vec::new();
        for _ in 0..4096 {
            self.chance =
                self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let number = (self.chance >> 33) as usize;
            let (place, peers) = &self.filled[number % self.filled.len()];
            let peer = &peers[(number / 7) % peers.len()];
            paths.push(if whole { place.peers() } else { format!("{}/{peer}", place.peers()) });
        }
        paths
    }

    /// Reads for so long; answers a second.
    async fn read(&mut self, whole: bool, time: Duration) -> io::Result<f64> {
        let paths = self.paths(whole);
        let shares: Vec<Vec<String>> = paths.chunks(4096 / CONNECTIONS).map(<[String]>::to_vec).collect();
        let start = clock::start();
        let work = move |client, paths| read_for(client, paths, start, time);
        let counts = share(&self.client, CONNECTIONS, shares, work).await?;
        Ok(clock::rate(counts.into_iter().sum(), start))
    }

    /// Creates in projects that nobody used; answers a second.
    async fn create(&mut self, round: usize) -> io::Result<f64> {
        let places = self.empty[round * 16..(round + 1) * 16].to_vec();
        let start = clock::start();
        let made = share(&self.client, 16, places, |mut client, place: Place| async move {
            for number in 0..CREATES {
                client.done("POST", &place.peers(), &place.peer(number)).await?;
            }
            Ok((client, CREATES))
        })
        .await?;
        Ok(clock::rate(made.into_iter().sum(), start))
    }
}

async fn read_for(
    mut client: Client,
    paths: Vec<String>,
    start: Instant,
    time: Duration,
) -> io::Result<(Client, usize)> {
    let mut count = 0;
    for path in paths.iter().cycle() {
        if start.elapsed() >= time {
            break;
        }
        let (status, _) = client.get(path).await?;
        if status != 200 {
            return Err(io::Error::other(format!("GET {path}: {status}")));
        }
        count += 1;
    }
    Ok((client, count))
}

/// Half of a project's peerings; where the first half is still pending, it waits.
async fn half(mut client: Client, place: Place, from: usize) -> io::Result<(Client, (Place, Vec<String>))> {
    let mut made = Vec::with_capacity(HALF);
    for number in from..from + HALF {
        loop {
            let (status, body) = client.send("POST", &place.peers(), &place.peer(number)).await?;
            match status {
                201 => {
                    made.push(id(&serde_json::from_slice::<Value>(body)?)?);
                    break;
                }
                409 => clock::pause(20).await,
                _ => return Err(io::Error::other(String::from_utf8_lossy(body).into_owned())),
            }
        }
    }
    Ok((client, (place, made)))
}
