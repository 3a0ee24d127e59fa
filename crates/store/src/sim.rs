//! What the simulated clouds remember, for the driver that shows them.
//!
//! These are facts of a world outside: no project is asked for, and what a cloud has is not undone
//! by what happens to our rows. Two things keep them honest: a call on behalf of a wish that has moved
//! on comes to nothing, and a row whose facts still stand is not given up. So a call that was
//! delayed for too long, by a server that has lost its lease since, neither leaves anything behind
//! nor hurts what stands.

mod network;

use model::peering::Reason;
use model::world::connection::{Request, Routes};
use model::world::{Acceptance, CloudFault, Far, FaultPoint, Latency, Outcome, SimConnection};
use model::{Cidr, Peering, PeeringId, ProjectId, Provider, Timestamp};

use crate::container::read_block;
use crate::engine::{Row, Tx, statements, vals};
use crate::error::Result;
use crate::peering::{self, peering_columns};
use crate::{Store, project};

#[cfg(test)]
pub(crate) use network::STATEMENTS as NETWORK_STATEMENTS;
pub(crate) use network::{forget_network, network_stands};

/// How many stripes far networks are sorted into; so many rows there are.
const STRIPES: u64 = 64;

macro_rules! connection_columns {
    ($of:literal) => {
        concat!(
            $of,
            "peering_id, ",
            $of,
            "provider, ",
            $of,
            "incarnation, ",
            $of,
            "far_key, ",
            $of,
            "near_block, ",
            $of,
            "seed, ",
            $of,
            "latency, ",
            $of,
            "shown_at, ",
            $of,
            "refused, ",
            $of,
            "far, ",
            $of,
            "far_at, ",
            $of,
            "route_block, ",
            $of,
            "route_at, ",
            $of,
            "gone_at"
        )
    };
}
pub(crate) use connection_columns;

statements! {
    GET: "read a simulated connection" = "SELECT ", connection_columns!(""), " FROM sim_connection \
         WHERE peering_id = $1";
    TAKE: "take a simulated connection" = "SELECT ", connection_columns!(""), " FROM sim_connection \
         WHERE peering_id = $1 /*! FOR UPDATE */";
    STRIPE: "take a far network" = "SELECT id FROM sim_stripe WHERE id = $1 /*! FOR UPDATE */";
    SAVE: "record a simulated connection" = "INSERT INTO sim_connection (", connection_columns!(""), ") \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
         ON CONFLICT (peering_id) DO UPDATE SET incarnation = excluded.incarnation, \
         far_key = excluded.far_key, \
         near_block = excluded.near_block, seed = excluded.seed, latency = excluded.latency, \
         shown_at = excluded.shown_at, refused = excluded.refused, far = excluded.far, \
         far_at = excluded.far_at, route_block = excluded.route_block, route_at = excluded.route_at, \
         gone_at = excluded.gone_at";
    ASKER: "look for a peering and its world" = "SELECT j.id, j.acceptance FROM peering p \
         JOIN project j ON j.id = p.project_id WHERE p.id = $1 AND p.incarnation = $2 AND p.wanted = 1 \
         /*! FOR UPDATE OF p */";
    WISH: "take a peering's wish" = "SELECT ", peering_columns!(""), " FROM peering WHERE id = $1 \
         /*! FOR UPDATE */";
    RIVALS: "look for rivals" = "SELECT near_block FROM sim_connection \
         WHERE far_key = $1 AND peering_id <> $2 AND (gone_at IS NULL OR gone_at > $3)";
    FORGET: "forget a simulated connection" = "DELETE FROM sim_connection \
         WHERE peering_id = $1 AND gone_at <= $2";
    STANDS: "look for a simulated connection" = "SELECT peering_id FROM sim_connection WHERE peering_id = $1";
    FAULT: "look for a fault" = "SELECT seq, outcome, times FROM fault \
         WHERE project_id = $1 AND place = $2 ORDER BY seq LIMIT 1";
    USE_FAULT: "use a fault up" = "UPDATE fault SET times = times - 1 WHERE seq = $1";
    DROP_FAULT: "use a fault up" = "DELETE FROM fault WHERE seq = $1";
    COUNT_FAULT_OFF: "count a fault off" = "UPDATE project SET n_faults = n_faults - 1 WHERE id = $1";
}

/// A request for a connection, as a simulated cloud meets it.
#[derive(Debug, Clone)]
pub struct RequestRow {
    /// The peering that asks.
    pub peering: Peering,
    /// The near network's addresses.
    pub near_block: Cidr,
    /// The latency profile.
    pub latency: Latency,
    /// Whether a fault was laid out for it.
    pub refused: Option<Reason>,
    /// Now, by the world's clock.
    pub now: Timestamp,
}

pub(crate) fn read(row: &mut Row<'_>) -> Result<SimConnection> {
    Ok(SimConnection {
        peering: row.of("sim_connection").id()?,
        provider: row.parse(Provider::from_name)?,
        incarnation: row.int()?,
        far_key: row.string()?,
        near_block: read_block(row)?,
        seed: row.int()?.cast_unsigned(),
        latency: row.parse(Latency::from_name)?,
        shown_at: row.time()?,
        refused: row.parse_opt(Reason::from_name)?,
        far: read_far(row)?,
        routes: read_routes(row)?,
        gone_at: row.time_opt()?,
    })
}

fn read_far(row: &mut Row<'_>) -> Result<Far> {
    let name = row.text()?;
    let at = row.time_opt()?;
    Far::from_row(name, at).ok_or_else(|| row.fault())
}

fn read_routes(row: &mut Row<'_>) -> Result<Option<Routes>> {
    let block = row.parse_opt(|text| Cidr::parse(text).ok())?;
    Ok(row.time_opt()?.map(|at| Routes { block, at }))
}

/// The fault that a name means at a place; see [`FaultPoint::from_name`].
pub(crate) fn outcome(on: &FaultPoint, name: &str) -> Option<Outcome> {
    match on {
        FaultPoint::Cloud(_) => CloudFault::from_name(name).map(Outcome::Cloud),
        FaultPoint::Operation(_) => Some(Outcome::ErrorCode(name.to_owned())),
    }
}

/// What is recorded of a peering's connection.
pub(crate) fn connection(tx: &mut Tx<'_>, id: PeeringId) -> Result<Option<SimConnection>> {
    tx.one(GET, vals![id], read)
}

/// The same, taken: for whoever records it anew.
pub(crate) fn take(tx: &mut Tx<'_>, id: PeeringId) -> Result<Option<SimConnection>> {
    tx.take(TAKE, vals![id], read)
}

/// Records a connection as it is now.
pub(crate) fn save(tx: &mut Tx<'_>, connection: &SimConnection) -> Result<()> {
    let route_block = connection.routes.and_then(|routes| routes.block).map(|block| block.to_string());
    let near_block = connection.near_block.to_string();
    let values = vals![
        connection.peering,
        connection.provider.name(),
        connection.incarnation,
        &connection.far_key,
        &near_block,
        connection.seed.cast_signed(),
        connection.latency.name(),
        connection.shown_at,
        connection.refused.map(Reason::name),
        connection.far.name(),
        connection.far.at(),
        route_block.as_ref(),
        connection.routes.map(|routes| routes.at),
        connection.gone_at,
    ];
    tx.exec(SAVE, values).map(|_| ())
}

/// Forgets a connection that is gone; answers whether none stands.
pub(crate) fn forget(tx: &mut Tx<'_>, id: PeeringId, now: Timestamp) -> Result<bool> {
    tx.exec(FORGET, vals![id, now])?;
    Ok(!tx.any(STANDS, vals![id])?)
}

fn gone(gone_at: Option<Timestamp>, now: Timestamp) -> bool {
    gone_at.is_some_and(|at| at <= now)
}

/// The stripe of a far network. FNV-1a: every program that shares the rows computes the same.
fn stripe(far_key: &str) -> i64 {
    let hash = far_key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash % STRIPES).cast_signed()
}

fn request(tx: &mut Tx<'_>, request: &RequestRow) -> Result<()> {
    let RequestRow { peering, near_block, latency, refused, now } = request;
    let far_key = peering.spec.far_key();
    tx.take(STRIPE, vals![stripe(&far_key)], |_| Ok(()))?;
    // Read here, not when the peering was claimed: a world that began to accept meanwhile accepts it.
    let asker = tx.take(ASKER, vals![peering.id, peering.incarnation], |row| {
        row.of("project").skip();
        row.parse(Acceptance::from_name)
    })?;
    let Some(acceptance) = asker else { return Ok(()) };
    let stands = take(tx, peering.id)?.is_some_and(|connection| !gone(connection.gone_at, *now));
    if stands {
        return Ok(());
    }
    let rivals =
        tx.all(RIVALS, vals![&far_key, peering.id, *now], |row| read_block(row.of("sim_connection")))?;
    let connection = SimConnection::request(Request {
        peering,
        near_block: *near_block,
        latency: *latency,
        acceptance,
        rivals: &rivals,
        refused: *refused,
        now: *now,
    });
    save(tx, &connection)
}

/// What is wished for now, as opposed to when a call was made.
fn wish(tx: &mut Tx<'_>, id: PeeringId) -> Result<Option<Peering>> {
    tx.take(WISH, vals![id], peering::read)
}

/// Changes a standing connection, if there is one.
fn change(
    tx: &mut Tx<'_>,
    id: PeeringId,
    now: Timestamp,
    change: impl FnOnce(SimConnection) -> Option<SimConnection>,
) -> Result<()> {
    let standing = take(tx, id)?.filter(|connection| !gone(connection.gone_at, now));
    let changed = standing.clone().and_then(change).filter(|changed| Some(changed) != standing.as_ref());
    changed.map_or(Ok(()), |changed| save(tx, &changed))
}

fn take_fault(tx: &mut Tx<'_>, project: ProjectId, on: &FaultPoint) -> Result<Option<Outcome>> {
    project::hold(tx, project)?;
    let fault = tx.one(FAULT, vals![project, on.name()], |row| {
        let seq = row.of("fault").int()?;
        let outcome = row.parse(|name| outcome(on, name))?;
        Ok((seq, outcome, row.int()?))
    })?;
    let Some((seq, outcome, times)) = fault else { return Ok(None) };
    if times > 1 {
        tx.exec(USE_FAULT, vals![seq])?;
    } else {
        tx.exec(DROP_FAULT, vals![seq])?;
        tx.exec(COUNT_FAULT_OFF, vals![project])?;
    }
    Ok(Some(outcome))
}

impl Store {
    /// What is recorded of a peering's connection.
    pub async fn sim_connection(&self, id: PeeringId) -> Result<Option<SimConnection>> {
        self.read(move |tx| connection(tx, id)).await
    }

    /// Records a request. Nothing happens while a connection of the peering stands, of whatever
    /// incarnation, or if the peering is gone or wants another connection or none.
    pub async fn sim_request(&self, request: RequestRow) -> Result<()> {
        self.write(move |tx| self::request(tx, &request)).await
    }

    /// Records that routes were asked for, for a connection of that incarnation. Nothing happens if
    /// the peering wants others.
    pub async fn sim_route(
        &self,
        id: PeeringId,
        incarnation: i64,
        block: Option<Cidr>,
        now: Timestamp,
    ) -> Result<()> {
        self.write(move |tx| {
            let wish = wish(tx, id)?;
            let wanted =
                wish.is_some_and(|wish| wish.incarnation == incarnation && wish.spec.route_block() == block);
            change(tx, id, now, |connection| {
                (wanted && connection.incarnation == incarnation).then(|| connection.route(block, now))
            })
        })
        .await
    }

    /// Records that a removal was asked for. Nothing happens to a connection that is wanted.
    pub async fn sim_remove(&self, id: PeeringId, now: Timestamp) -> Result<()> {
        self.write(move |tx| {
            let wish = wish(tx, id)?.filter(|wish| wish.wanted);
            change(tx, id, now, |connection| {
                let wanted = wish.is_some_and(|wish| wish.incarnation == connection.incarnation);
                (!wanted).then(|| connection.remove(now))
            })
        })
        .await
    }

    /// Uses up one fault that is laid out there.
    pub async fn fault_take(&self, project: ProjectId, on: &FaultPoint) -> Result<Option<Outcome>> {
        let on = on.clone();
        self.write(move |tx| take_fault(tx, project, &on)).await
    }
}
