//! A project's simulated world as its owner sees and sets it, and the far sides of its peerings.

use model::world::connection::nothing_there;
use model::world::{Acceptance, FarAction, Fault, FaultPoint, Latency, SimConnection, World};
use model::{Peering, PeeringId, ProjectId, Refusal, Timestamp};

use crate::Store;
use crate::engine::{Row, Tx, statements, vals};
use crate::error::Result;
use crate::project::{read_world, world_columns};
use crate::sim::connection_columns;
use crate::{binding, peering, project, sim};

statements! {
    GET: "read a world" = "SELECT ", world_columns!(""), " FROM project WHERE id = $1 AND closed_at IS NULL";
    FAULTS: "read a world's faults" = "SELECT seq, place, outcome, times FROM fault \
         WHERE project_id = $1 ORDER BY seq";
    SET: "change a world" = "UPDATE project SET latency = $1, acceptance = $2, n_faults = $3 WHERE id = $4";
    DROP_FAULTS: "drop a world's faults" = "DELETE FROM fault WHERE project_id = $1";
    ADD_FAULT: "lay a fault out" = "INSERT INTO fault (project_id, place, outcome, times) \
         VALUES ($1, $2, $3, $4)";
    CONNECTIONS: "read a project's connections" = "SELECT ", connection_columns!("s."), " FROM container c \
         JOIN peering p ON p.container_id = c.id JOIN sim_connection s ON s.peering_id = p.id \
         WHERE c.project_id = $1 ORDER BY p.id /*! FOR UPDATE OF p, s */";
}

/// What a change of a world names; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorldChange {
    /// Another latency profile.
    pub latency: Option<Latency>,
    /// Whether the far side answers by itself.
    pub acceptance: Option<Acceptance>,
    /// Other faults, all of them.
    pub faults: Option<Vec<Fault>>,
}

fn read_fault(row: &mut Row<'_>) -> Result<Fault> {
    row.of("fault").skip();
    let on = FaultPoint::from_name(row.text()?);
    let outcome = row.parse(|name| sim::outcome(&on, name))?;
    Ok(Fault { on, outcome, times: row.number()? })
}

fn get(tx: &mut Tx<'_>, id: ProjectId) -> Result<(World, Vec<Fault>)> {
    let world = tx.one(GET, vals![id], |row| read_world(row.of("project")))?;
    let world = world.ok_or(Refusal::ProjectNotFound { id })?;
    let faults = tx.sound(FAULTS, vals![id], read_fault)?;
    Ok((world, faults))
}

fn change(
    tx: &mut Tx<'_>,
    id: ProjectId,
    change: &WorldChange,
    now: Timestamp,
) -> Result<(World, Vec<Fault>)> {
    project::take(tx, id)?;
    let (mut world, mut faults) = get(tx, id)?;
    world.latency = change.latency.or(world.latency);
    world.acceptance = change.acceptance.unwrap_or(world.acceptance);
    if let Some(asked) = &change.faults {
        tx.exec(DROP_FAULTS, vals![id])?;
        for fault in asked {
            tx.exec(ADD_FAULT, vals![id, fault.on.name(), fault.outcome.name(), fault.times])?;
        }
        faults.clone_from(asked);
        world.n_faults = u32::try_from(asked.len()).unwrap_or(u32::MAX);
    }
    tx.exec(SET, vals![world.latency.map(Latency::name), world.acceptance.name(), world.n_faults, id])?;
    if change.acceptance == Some(Acceptance::Automatic) {
        let waiting = tx.all(CONNECTIONS, vals![id], sim::read)?;
        for accepted in waiting.iter().filter_map(|connection| connection.accept_waiting(now)) {
            sim::save(tx, &accepted)?;
            peering::nudge(tx, accepted.peering, now)?;
        }
    }
    Ok((world, faults))
}

fn act(
    tx: &mut Tx<'_>,
    project: ProjectId,
    id: PeeringId,
    action: FarAction,
    now: Timestamp,
) -> Result<(Peering, SimConnection)> {
    project::take(tx, project)?;
    let peering = peering::take(tx, project, id)?.peering;
    binding::check_simulated(tx, project, peering.spec.provider())?;
    let connection = sim::take(tx, id)?;
    let connection = connection.ok_or_else(|| no_connection(&peering, action))?;
    let acted = connection.far_act(&peering, action, now)?;
    sim::save(tx, &acted)?;
    peering::nudge(tx, id, now)?;
    Ok((peering, acted))
}

fn no_connection(peering: &Peering, action: FarAction) -> Refusal {
    match nothing_there(peering) {
        (_, Some(wait_for)) => Refusal::FarSideNotYet { action, provider: peering.spec.provider(), wait_for },
        (shows, None) => Refusal::FarSideCant { action, shows, allowed: Vec::new() },
    }
}

impl Store {
    /// A project's world, and the faults laid out in it.
    pub async fn world_get(&self, project: ProjectId) -> Result<(World, Vec<Fault>)> {
        self.snapshot(move |tx| get(tx, project)).await
    }

    /// Changes a project's world. Once its far sides answer by themselves, they answer what waits.
    pub async fn world_change(
        &self,
        project: ProjectId,
        change: WorldChange,
        now: Timestamp,
    ) -> Result<(World, Vec<Fault>)> {
        self.write(move |tx| self::change(tx, project, &change, now)).await
    }

    /// A peering, and what is recorded of its connection.
    pub async fn far_side(
        &self,
        project: ProjectId,
        id: PeeringId,
    ) -> Result<Option<(Peering, Option<SimConnection>)>> {
        self.snapshot(move |tx| {
            let Some(view) = peering::get(tx, project, id)? else { return Ok(None) };
            binding::check_simulated(tx, project, view.peering.spec.provider())?;
            Ok(Some((view.peering, sim::connection(tx, id)?)))
        })
        .await
    }

    /// Acts on the far side of a peering, which is due at once then.
    pub async fn far_side_act(
        &self,
        project: ProjectId,
        id: PeeringId,
        action: FarAction,
        now: Timestamp,
    ) -> Result<(Peering, SimConnection)> {
        self.write(move |tx| act(tx, project, id, action, now)).await
    }
}
