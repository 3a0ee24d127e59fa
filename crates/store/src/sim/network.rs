//! What the simulated clouds remember of near networks.

use model::world::{Latency, SimNetwork};
use model::{Container, ContainerId, Provider, Timestamp};

use super::gone;
use crate::Store;
use crate::engine::{Row, Tx, statements, vals};
use crate::error::Result;

statements! {
    GET: "read a simulated network" = "SELECT container_id, provider, seed, latency, ready_at, gone_at, nth \
         FROM sim_network WHERE container_id = $1";
    TAKE: "take a simulated network" = "SELECT container_id, provider, seed, latency, ready_at, gone_at, nth \
         FROM sim_network WHERE container_id = $1 /*! FOR UPDATE */";
    SAVE: "record a simulated network" = "INSERT INTO sim_network \
         (container_id, provider, seed, latency, ready_at, gone_at, nth) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (container_id) DO UPDATE SET seed = excluded.seed, latency = excluded.latency, \
         ready_at = excluded.ready_at, gone_at = excluded.gone_at, nth = excluded.nth";
    ASKER: "take a container" = "SELECT id FROM container WHERE id = $1 AND network = $2 \
         /*! FOR UPDATE */";
    FORGET: "forget a simulated network" = "DELETE FROM sim_network \
         WHERE container_id = $1 AND gone_at <= $2";
    STANDS: "look for a simulated network" = "SELECT container_id FROM sim_network WHERE container_id = $1";
}

/// What a container's row says from before a call is made until it was seen to have its effect.
const MAKING: &str = "making";
const REMOVING: &str = "removing";

/// A network, and how many the container had before it.
fn read(row: &mut Row<'_>) -> Result<(SimNetwork, i64)> {
    let network = SimNetwork {
        container: row.of("sim_network").id()?,
        provider: row.parse(Provider::from_name)?,
        seed: row.int()?.cast_unsigned(),
        latency: row.parse(Latency::from_name)?,
        ready_at: row.time()?,
        gone_at: row.time_opt()?,
    };
    Ok((network, row.int()?))
}

fn save(tx: &mut Tx<'_>, network: &SimNetwork, nth: i64) -> Result<()> {
    let SimNetwork { container, provider, seed, latency, ready_at, gone_at } = network;
    let values =
        vals![*container, provider.name(), seed.cast_signed(), latency.name(), *ready_at, *gone_at, nth];
    tx.exec(SAVE, values).map(|_| ())
}

/// Forgets a network that is gone; answers whether none stands.
pub(crate) fn forget_network(tx: &mut Tx<'_>, id: ContainerId, now: Timestamp) -> Result<bool> {
    tx.exec(FORGET, vals![id, now])?;
    Ok(!tx.any(STANDS, vals![id])?)
}

/// Whether a container's network stands, against what a look may have seen.
pub(crate) fn network_stands(tx: &mut Tx<'_>, id: ContainerId, now: Timestamp) -> Result<bool> {
    Ok(tx.one(GET, vals![id], read)?.is_some_and(|(network, _)| !gone(network.gone_at, now)))
}

fn make(tx: &mut Tx<'_>, container: &Container, latency: Latency, now: Timestamp) -> Result<()> {
    if tx.take(ASKER, vals![container.id, MAKING], |_| Ok(()))?.is_none() {
        return Ok(());
    }
    let nth = match tx.take(TAKE, vals![container.id], read)? {
        Some((network, _)) if !gone(network.gone_at, now) => return Ok(()),
        Some((_, nth)) => nth + 1,
        None => 0,
    };
    save(tx, &SimNetwork::make(container, latency, nth, now), nth)
}

fn remove(tx: &mut Tx<'_>, id: ContainerId, now: Timestamp) -> Result<()> {
    if tx.take(ASKER, vals![id, REMOVING], |_| Ok(()))?.is_none() {
        return Ok(());
    }
    match tx.take(TAKE, vals![id], read)? {
        Some((network, nth)) if network.gone_at.is_none() => save(tx, &network.remove(now), nth),
        Some(_) | None => Ok(()),
    }
}

impl Store {
    /// What is recorded of a container's network.
    pub async fn sim_network(&self, id: ContainerId) -> Result<Option<SimNetwork>> {
        Ok(self.read(move |tx| tx.one(GET, vals![id], read)).await?.map(|(network, _)| network))
    }

    /// Records that a network was asked for. Nothing happens while one stands, or if the container's
    /// row does not say that it is being made: the call is late.
    pub async fn sim_network_make(
        &self,
        container: &Container,
        latency: Latency,
        now: Timestamp,
    ) -> Result<()> {
        let container = container.clone();
        self.write(move |tx| make(tx, &container, latency, now)).await
    }

    /// Records that the removal of a network was asked for. Nothing happens if the container's row
    /// does not say that it is being removed: the call is late.
    pub async fn sim_network_remove(&self, id: ContainerId, now: Timestamp) -> Result<()> {
        self.write(move |tx| remove(tx, id, now)).await
    }
}
