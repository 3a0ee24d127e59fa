//! Peerings a second through the whole of it, from the first POST until every one is AVAILABLE.

use std::io;

use serde_json::Value;

use crate::client::{Client, Place, places, share};
use crate::clock;
use crate::measures::writes::{self, PER_PROJECT};
use crate::table::{Bench, row};

/// Measures, and prints a row.
pub async fn measure(bench: &Bench) -> io::Result<()> {
    let count = bench.pick(250, 5_000, 20_000);
    let server = bench.setup("flow", "instant", "info").start()?;
    let client = server.client().await?;
    let places = places(&client, server.setting("ORG_ID"), "flow", count / PER_PROJECT, true).await?;
    let start = clock::start();
    let posted = writes::post(&client, writes::CLIENTS, &places).await?;
    until_available(&client, places).await?;
    let rate = clock::rate(count, start);
    row(
        &format!("5. POST to AVAILABLE, 64 clients, {count} peerings"),
        "≥ 5000/s",
        &format!("{rate:.0}/s (POSTs alone: {posted:.0}/s)"),
    )?;
    server.stop()
}

/// Waits until every peering of these projects is AVAILABLE.
pub async fn until_available(client: &Client, places: Vec<Place>) -> io::Result<()> {
    share(client, 8, places, |mut client, place: Place| async move {
        let path = format!("{}?itemsPerPage=500", place.peers());
        loop {
            let (_, body) = client.get(&path).await?;
            let page: Value = serde_json::from_slice(body)?;
            let peers = page["results"].as_array().map_or(&[][..], Vec::as_slice);
            if peers.len() == PER_PROJECT && peers.iter().all(|peer| peer["statusName"] == "AVAILABLE") {
                return Ok((client, ()));
            }
            clock::pause(20).await;
        }
    })
    .await?;
    Ok(())
}
