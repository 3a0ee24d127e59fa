//! The reconciler's way to the rows: claim what is due, record what a look led to.
//!
//! A claim takes rows that are due by the world's clock and that nobody holds by the real one. It
//! gives each a lease, so that only one looks at it at a time, and a new *fence*: whoever records
//! with an older one has lost, however late. A claimed row stays due, so a holder that dies delays
//! it by a lease at most.
//!
//! Something may happen to a row while somebody looks at it. Another intent raises the generation,
//! and the look is outdated; anything else (the far side acted, the near network stands) *nudges*
//! the row: what the look led to is recorded, but the row is due again at once. A container is
//! nudged only when it becomes wanted or unwanted, and that outdates the look as well.

mod record;

use std::time::Duration;

use model::container::Network;
use model::peering::{Reason, State};
use model::world::World;
use model::{Cloud, Container, ContainerId, Note, Peering, PeeringId, Timestamp, Trouble};
use telemetry::TraceContext;

use crate::Store;
use crate::container::container_columns;
use crate::engine::{Row, Sql, Tx, Val, statements, vals};
use crate::error::Result;
use crate::peering::peering_columns;
use crate::project::{read_world, world_columns};
use crate::{binding, container, peering};
use record::Kept;

#[cfg(test)]
pub(crate) use record::STATEMENTS as RECORD_STATEMENTS;

/// Held rows that are looked at to find when the next is free.
const HELD_MAX: u32 = 256;

statements! {
    CLAIM_PEERINGS: "claim peerings" = "UPDATE peering \
         SET lease_owner = $1, lease_until = $2, fence = fence + 1, nudged = 0 \
         WHERE id IN (SELECT id FROM peering WHERE due_at <= $3 AND lease_until <= $4 \
         ORDER BY due_at LIMIT $5 /*! FOR UPDATE SKIP LOCKED */) AND lease_until <= $4 RETURNING ", peering_columns!(""), ", fence, attempts, trace, trouble, says, settled, adopt";
    CLAIM_CONTAINERS: "claim containers" = "UPDATE container \
         SET lease_owner = $1, lease_until = $2, fence = fence + 1, nudged = 0 \
         WHERE id IN (SELECT id FROM container WHERE due_at <= $3 AND lease_until <= $4 \
         ORDER BY due_at LIMIT $5 /*! FOR UPDATE SKIP LOCKED */) AND lease_until <= $4 RETURNING ", container_columns!(""), ", fence, attempts, trace, trouble, says, settled, kept";
    HOME: "read a container and its world" = "SELECT ", container_columns!("c."), ", ", world_columns!("j."),
        ", b.account FROM container c JOIN project j ON j.id = c.project_id \
         LEFT JOIN binding b ON b.project_id = c.project_id AND b.provider = c.provider WHERE c.id = $1";
    WORLD: "read a container's world" = "SELECT ", world_columns!("j."), ", \
         CASE WHEN EXISTS (SELECT 1 FROM peering p WHERE p.container_id = $1) THEN 1 ELSE 0 END, \
         CASE WHEN EXISTS (SELECT 1 FROM peering p WHERE p.container_id = $1 AND p.adopt IS NOT NULL \
         AND p.wanted = 1) THEN 1 ELSE 0 END, b.account \
         FROM project j LEFT JOIN binding b ON b.project_id = j.id AND b.provider = $2 WHERE j.id = $3";
    ABANDON_PEERINGS: "free claimed peerings" = "UPDATE peering SET lease_owner = NULL, lease_until = 0 \
         WHERE due_at <= $1 AND lease_until > 0";
    ABANDON_CONTAINERS: "free claimed containers" = "UPDATE container SET lease_owner = NULL, lease_until = 0 \
         WHERE due_at <= $1 AND lease_until > 0";
    LET_GO_PEERINGS: "let claimed peerings go" = "UPDATE peering SET lease_owner = NULL, lease_until = 0 \
         WHERE due_at <= $1 AND lease_owner = $2";
    LET_GO_CONTAINERS: "let claimed containers go" = "UPDATE container SET lease_owner = NULL, lease_until = 0 \
         WHERE due_at <= $1 AND lease_owner = $2";
    FREE_PEERING: "look for due peerings" = "SELECT due_at FROM peering \
         WHERE due_at IS NOT NULL AND lease_until <= $1 ORDER BY due_at LIMIT 1";
    FREE_CONTAINER: "look for due containers" = "SELECT due_at FROM container \
         WHERE due_at IS NOT NULL AND lease_until <= $1 ORDER BY due_at LIMIT 1";
    HELD_PEERINGS: "look for held peerings" = "SELECT due_at, lease_until FROM peering \
         WHERE due_at <= $1 AND lease_until > $2 ORDER BY due_at LIMIT $3";
    HELD_CONTAINERS: "look for held containers" = "SELECT due_at, lease_until FROM container \
         WHERE due_at <= $1 AND lease_until > $2 ORDER BY due_at LIMIT $3";
}

/// What is asked for in a claim.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// Who asks.
    pub owner: &'a str,
    /// How many rows at most.
    pub limit: u32,
    /// Now, by the world's clock: what is due.
    pub world_now: Timestamp,
    /// Now, by the real clock: which leases have run out.
    pub real_now: Timestamp,
    /// For how long.
    pub lease: Duration,
}

/// A peering that was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedPeering {
    /// The peering.
    pub peering: Peering,
    /// Its container.
    pub container: Container,
    /// Its project's world.
    pub world: World,
    /// Its project's cloud at its provider.
    pub cloud: Cloud,
    /// The number to record with.
    pub fence: i64,
    /// How many looks failed in a row.
    pub attempts: u32,
    /// What is known of it beside its state.
    pub note: Note,
    /// The connection that it is to adopt, until it has.
    pub adopt: Option<String>,
    /// The span that asked for what is to be done, if that is traced.
    pub trace: Option<TraceContext>,
}

/// A container that was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedContainer {
    /// The container.
    pub container: Container,
    /// Its project's world.
    pub world: World,
    /// Its project's cloud at its provider.
    pub cloud: Cloud,
    /// Whether it has a peering.
    pub wanted: bool,
    /// Whether one of its peerings is to adopt a connection, and with it the network of that.
    pub adopting: bool,
    /// Whether its network stays when nobody wants it any more.
    pub kept: bool,
    /// The number to record with.
    pub fence: i64,
    /// How many looks failed in a row.
    pub attempts: u32,
    /// What is known of it beside its network.
    pub note: Note,
    /// The span that asked for what is to be done, if that is traced.
    pub trace: Option<TraceContext>,
}

/// When to look at a row again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// At once.
    Now,
    /// Then, by the world's clock.
    At(Timestamp),
    /// When something happens to it.
    Idle,
}

/// What a look at a peering led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeeringRecord {
    /// The peering.
    pub id: PeeringId,
    /// The number that the claim gave.
    pub fence: i64,
    /// The generation that was looked at.
    pub generation: i64,
    /// Where it stands from now on.
    pub next: State,
    /// The cloud's name of the connection.
    pub connection_id: Option<String>,
    /// Set while the cloud refuses to take it down.
    pub stuck: Option<Reason>,
    /// Counts connections asked for: one more where it is to be asked for anew.
    pub incarnation: i64,
    /// What is known of it beside its state.
    pub note: Note,
    /// Whether the connection that it was to adopt is its own from now on.
    pub adopted: bool,
    /// When to look again.
    pub due: Due,
    /// How many looks failed in a row.
    pub attempts: u32,
    /// Whether the claim goes on.
    pub keep_lease: bool,
    /// Now, by the world's clock.
    pub at: Timestamp,
}

/// What a look at a container's network led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerRecord {
    /// The container.
    pub id: ContainerId,
    /// The number that the claim gave.
    pub fence: i64,
    /// Its network from now on.
    pub next: Network,
    /// What is known of it beside its network.
    pub note: Note,
    /// Whether its network stays when nobody wants it any more.
    pub kept: bool,
    /// When to look again.
    pub due: Due,
    /// How many looks failed in a row.
    pub attempts: u32,
    /// Whether the claim goes on.
    pub keep_lease: bool,
    /// Now, by the world's clock.
    pub at: Timestamp,
}

/// What every claimed row has. `T` is what comes last in a row of one kind.
struct Hold<T> {
    fence: i64,
    attempts: u32,
    trace: Option<TraceContext>,
    note: Note,
    last: T,
}

/// What is known of a row beside its state.
pub(crate) fn read_note(row: &mut Row<'_>) -> Result<Note> {
    let trouble = row.parse_opt(Trouble::from_name)?;
    Ok(Note { trouble, says: row.string_opt()?, settled: row.int()? })
}

/// A claim that can wait for the writer.
struct Owned {
    owner: String,
    limit: u32,
    world_now: Timestamp,
    real_now: Timestamp,
    until: Timestamp,
}

impl Owned {
    fn of(claim: &Claim<'_>) -> Self {
        let Claim { owner, limit, world_now, real_now, lease } = *claim;
        Self { owner: owner.to_owned(), limit, world_now, real_now, until: real_now.after(lease) }
    }

    fn rows<T, L>(
        &self,
        tx: &mut Tx<'_>,
        sql: Sql,
        mut read: impl FnMut(&mut Row<'_>) -> Result<T>,
        mut last: impl FnMut(&mut Row<'_>) -> Result<L>,
    ) -> Result<Vec<(T, Hold<L>)>> {
        let values = vals![&self.owner, self.until, self.world_now, self.real_now, self.limit];
        tx.sound(sql, values, |row| {
            let (of, fence, attempts) = (read(row)?, row.int()?, row.number()?);
            let trace = row.text_opt()?.and_then(TraceContext::parse);
            let (note, last) = (read_note(row)?, last(row)?);
            Ok((of, Hold { fence, attempts, trace, note, last }))
        })
    }
}

fn claim_peerings(tx: &mut Tx<'_>, claim: &Owned) -> Result<Vec<ClaimedPeering>> {
    let mut rows = claim.rows(tx, CLAIM_PEERINGS, peering::read, |row| row.string_opt())?;
    // Peerings of one container come together, and its row is read once for all of them.
    rows.sort_by_key(|(peering, ..)| (peering.container, peering.id));
    let mut ids: Vec<ContainerId> = rows.iter().map(|(peering, ..)| peering.container).collect();
    ids.dedup();
    let values: Vec<Vec<Val<'_>>> = ids.iter().map(|id| vec![Val::from(*id)]).collect();
    let homes = tx.sound_of_each(HOME, &values, |row| {
        Ok((container::read(row)?, read_world(row)?, binding::read_cloud(row)?))
    })?;
    let mut homes = ids.into_iter().zip(homes).peekable();
    let mut claimed: Vec<ClaimedPeering> = Vec::with_capacity(rows.len());
    for (peering, Hold { fence, attempts, trace, note, last: adopt }) in rows {
        while homes.next_if(|(id, _)| *id != peering.container).is_some() {}
        if let Some((_, Some((container, world, cloud)))) = homes.peek() {
            claimed.push(ClaimedPeering {
                peering,
                container: container.clone(),
                world: *world,
                cloud: cloud.clone(),
                fence,
                attempts,
                note,
                adopt,
                trace,
            });
        }
    }
    Ok(claimed)
}

fn claim_containers(tx: &mut Tx<'_>, claim: &Owned) -> Result<Vec<ClaimedContainer>> {
    let rows = claim.rows(tx, CLAIM_CONTAINERS, container::read, |row| row.flag())?;
    let mut claimed = Vec::with_capacity(rows.len());
    for (container, Hold { fence, attempts, trace, note, last: kept }) in rows {
        let values = vals![container.id, container.provider().name(), container.project];
        let found = tx.sound(WORLD, values, |row| {
            let (world, wanted) = (read_world(row.of("project"))?, row.flag()?);
            Ok((world, wanted, row.flag()?, binding::read_cloud(row)?))
        })?;
        claimed.extend(found.into_iter().map(|(world, wanted, adopting, cloud)| ClaimedContainer {
            container: container.clone(),
            world,
            cloud,
            wanted,
            adopting,
            kept,
            fence,
            attempts,
            note: note.clone(),
            trace,
        }));
    }
    Ok(claimed)
}

/// When the next row of one table can be claimed.
fn next_free(
    tx: &mut Tx<'_>,
    free: Sql,
    held: Sql,
    world_now: Timestamp,
    real_now: Timestamp,
) -> Result<Option<Timestamp>> {
    let mut next = tx.one(free, vals![real_now], |row| row.time())?;
    // A held row counts if it would come first once its lease has run out.
    let before = next.unwrap_or(Timestamp::from_micros(i64::MAX));
    tx.each(held, vals![before, real_now, HELD_MAX], |row| {
        let (due_at, lease_until) = (row.time()?, row.time()?);
        let at = due_at.max(world_now.after(lease_until.since(real_now)));
        next = Some(next.map_or(at, |next| next.min(at)));
        Ok(())
    })?;
    Ok(next)
}

impl Store {
    /// Claims peerings that are due, those that wait longest first.
    pub async fn claim_peerings(&self, claim: &Claim<'_>) -> Result<Vec<ClaimedPeering>> {
        let claim = Owned::of(claim);
        self.write(move |tx| claim_peerings(tx, &claim)).await
    }

    /// Claims containers that are due, those that wait longest first.
    pub async fn claim_containers(&self, claim: &Claim<'_>) -> Result<Vec<ClaimedContainer>> {
        let claim = Owned::of(claim);
        self.write(move |tx| claim_containers(tx, &claim)).await
    }

    /// Ends every claim on what is due: for a server that starts and knows that it is alone, so
    /// that what a killed one held does not wait for its leases to run out.
    pub async fn leases_abandon(&self, world_now: Timestamp) -> Result<()> {
        self.write(move |tx| {
            tx.exec(ABANDON_PEERINGS, vals![world_now])?;
            tx.exec(ABANDON_CONTAINERS, vals![world_now]).map(|_| ())
        })
        .await
    }

    /// Ends every claim of one owner on what is due: for one that failed to record what it found, and
    /// has nothing under way any more.
    pub async fn leases_let_go(&self, owner: &str, world_now: Timestamp) -> Result<()> {
        let owner = owner.to_owned();
        self.write(move |tx| {
            tx.exec(LET_GO_PEERINGS, vals![world_now, &owner])?;
            tx.exec(LET_GO_CONTAINERS, vals![world_now, &owner]).map(|_| ())
        })
        .await
    }

    /// Records what looks led to, in one transaction; `false` where the look is outdated: nothing
    /// of it was recorded, and the row is free to be claimed again.
    pub async fn record_peerings(&self, records: Vec<PeeringRecord>) -> Result<Vec<bool>> {
        self.write(move |tx| record::peerings(tx, &records)).await.map(|kept| self.kept(kept))
    }

    /// Records what looks led to, in one transaction; `false` where the look is outdated: nothing
    /// of it was recorded, and the row is free to be claimed again.
    pub async fn record_containers(&self, records: Vec<ContainerRecord>) -> Result<Vec<bool>> {
        let kept =
            move |tx: &mut Tx<'_>| records.iter().map(|record| record::container(tx, record)).collect();
        self.write(kept).await.map(|kept| self.kept(kept))
    }

    /// Which records were written; those that lost are counted.
    fn kept(&self, kept: Vec<Kept>) -> Vec<bool> {
        let lost = kept.iter().filter(|kept| **kept == Kept::Lost).count();
        self.counters.fences_lost.add(lost as u64);
        kept.into_iter().map(|kept| kept == Kept::Written).collect()
    }

    /// When the next row can be claimed, by the world's clock: the earliest moment at which one is
    /// due and nobody holds it any more.
    pub async fn next_due(&self, world_now: Timestamp, real_now: Timestamp) -> Result<Option<Timestamp>> {
        self.snapshot(move |tx| {
            let peering = next_free(tx, FREE_PEERING, HELD_PEERINGS, world_now, real_now)?;
            let container = next_free(tx, FREE_CONTAINER, HELD_CONTAINERS, world_now, real_now)?;
            Ok(peering.into_iter().chain(container).min())
        })
        .await
    }
}
