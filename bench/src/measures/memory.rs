//! Memory with 100 000 peerings under way, which nobody accepts.

use std::io;

use crate::client::places;
use crate::clock;
use crate::measures::writes;
use crate::table::{Bench, row};

const PER_PROJECT: usize = 25;

/// Measures, and prints a row.
pub async fn measure(bench: &Bench) -> io::Result<()> {
    let count = bench.pick(500, 10_000, 100_000);
    let server = bench.setup("memory", "lifelike", "warn").start()?;
    let client = server.client().await?;
    let places = places(&client, server.setting("ORG_ID"), "memory", count / PER_PROJECT, false).await?;
    writes::post(&client, writes::CLIENTS, &places).await?;
    let mut most: f64 = 0.0;
    for _ in 0..bench.pick(1, 10, 30) {
        clock::pause(1000).await;
        most = most.max(server.memory("VmRSS")?);
    }
    let (now, own) = (server.memory("VmRSS")?, server.memory("RssAnon")?);
    let peak = server.memory("VmHWM")?;
    row(
        &format!("7. memory with {count} peerings in flight"),
        "≤ 256 MiB",
        &format!(
            "{peak:.0} MiB at most ({most:.0} while they wait, {now:.0} at the end, {own:.0} of it anonymous)"
        ),
    )?;
    server.stop()
}
