//! From the start of the process on existing data to its first authenticated answer; what it takes
//! of memory when nobody asks anything; how large the program is.

use std::io;

use crate::client::{Client, places};
use crate::clock;
use crate::measures::writes;
use crate::server::{memory, stop};
use crate::table::{Bench, row};

/// Peerings in one project.
const PER_PROJECT: usize = 25;

/// Measures, and prints three rows.
pub async fn measure(bench: &Bench) -> io::Result<()> {
    let setup = bench.setup("start", "instant", "info");
    let server = setup.start()?;
    let client = server.client().await?;
    let (starts, projects) = (bench.pick(2, 11, 11), bench.pick(10, 200, 200));
    let places = places(&client, server.setting("ORG_ID"), "start", projects, true).await?;
    writes::post(&client, writes::CLIENTS, &places).await?;
    let (address, authorization) = (server.address, client.authorization.clone());
    let path = places.first().map(|place| place.peers()).unwrap_or_default();
    drop(client);
    server.stop()?;

    let (mut times, mut resident, mut own) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..starts {
        let start = clock::start();
        let mut child = setup.spawn(&address.to_string())?;
        let status = loop {
            match Client::with(address, authorization.clone()).await {
                Ok(mut client) => break client.get(&path).await?.0,
                Err(_) if start.elapsed().as_secs() < 10 => tokio::task::yield_now().await,
                Err(error) => return Err(error),
            }
        };
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        if status != 200 {
            return Err(io::Error::other(format!("after the start: {status}")));
        }
        clock::pause(500).await;
        resident.push(memory(child.id(), "VmRSS")?);
        own.push(memory(child.id(), "RssAnon")?);
        stop(&mut child)?;
    }
    let slowest = times.iter().copied().fold(0.0, f64::max);
    let time = clock::median(times);
    row(
        &format!("6a. start to first 200, {} peerings kept", projects * PER_PROJECT),
        "≤ 20 ms",
        &format!("{time:.1} ms (slowest of {starts}: {slowest:.1})"),
    )?;
    let (resident, own) = (clock::median(resident), clock::median(own));
    row("6b. memory when idle", "≤ 15 MiB", &format!("{resident:.1} MiB resident ({own:.1} anonymous)"))?;
    let size = std::fs::metadata(&bench.program)?.len() as f64 / f64::from(1 << 20);
    row("6c. release binary", "≤ 25 MiB", &format!("{size:.1} MiB"))
}
