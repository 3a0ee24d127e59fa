//! Durable POSTs of peerings by 64 clients, in turn with the same rows written by SQLite alone.

use std::io;

use crate::client::{Client, Place, places, share};
use crate::http::request;
use crate::server::processor_time;
use crate::table::{Bench, row};
use crate::{clock, raw};

pub const CLIENTS: usize = 64;
const ROUNDS: usize = 3;
/// As many as a project may have pending.
pub const PER_PROJECT: usize = 25;

/// Measures, and prints a row.
pub async fn measure(bench: &Bench) -> io::Result<()> {
    let count = bench.pick(200, 4_000, 16_000);
    let server = bench.setup("writes", "lifelike", "info").start()?;
    let client = server.client().await?;
    let (mut ours, mut theirs, mut ratios, mut costs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let prefix = format!("writes-{round}");
        let places = places(&client, server.setting("ORG_ID"), &prefix, count / PER_PROJECT, false).await?;
        let before = processor_time(server.process())?;
        let our = post(&client, CLIENTS, &places).await?;
        costs.push((processor_time(server.process())? - before) / count as f64);
        let folder = bench.path(&format!("raw-{round}"));
        std::fs::create_dir(&folder)?;
        let their = raw::rate(&folder, CLIENTS, count).await?;
        ratios.push(our / their);
        ours.push(our);
        theirs.push(their);
    }
    let (ratio, our, their) = (clock::median(ratios), clock::median(ours), clock::median(theirs));
    let cost = clock::median(costs);
    row(
        "3. durable POST, 64 clients, ÷ raw SQLite",
        "≥ 0.50",
        &format!(
            "{ratio:.2} ({our:.0}/s ÷ {their:.0}/s); {cost:.0} µs of the server's processor time a POST"
        ),
    )?;
    server.stop()
}

/// Fills these projects with pending peerings, on so many connections; POSTs a second.
pub async fn post(client: &Client, connections: usize, places: &[Place]) -> io::Result<f64> {
    // One of each project in turn, so that the clients do not meet in one project. Written down in
    // advance, since clients share the processors with the server.
    let items = (0..PER_PROJECT).flat_map(|number| places.iter().map(move |place| (place, number)));
    let items: Vec<Vec<u8>> = items
        .map(|(place, number)| {
            let body = place.peer(number).to_string();
            request("POST", &place.peers(), &client.authorization, Some(&body))
        })
        .collect();
    let count = items.len();
    let start = clock::start();
    share(client, connections, items, |mut client, request: Vec<u8>| async move {
        client.succeed(&request).await?;
        Ok((client, ()))
    })
    .await?;
    Ok(clock::rate(count, start))
}
