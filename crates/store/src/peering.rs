//! Peerings: the wishes. Where they stand is recorded in [`crate::lease`].
//!
//! Duplicates, overlaps and counts are decided inside the transaction that inserts, after its
//! project's row was taken. SQL finds the rows that may collide, by the far network's key and by
//! first and last address; `model` decides.

mod adoption;
mod row;

use model::event::EventKind;
use model::limits;
use model::peering::{Beside, Count, SpecChange, State, check_count, check_spec};
use model::{
    Act, ContainerId, Note, Peering, PeeringId, PeeringSpec, ProjectId, Provider, Refusal, Timestamp,
};

use crate::engine::{Tx, statements, vals};
use crate::error::Result;
use crate::event::{self, Scope};
use crate::{Page, Paged, Store, access, container, limit, project};
use row::{read_view, view_columns};

pub use adoption::Groundwork;
#[cfg(test)]
pub(crate) use adoption::STATEMENTS as ADOPTION_STATEMENTS;
pub use row::PeeringView;
#[cfg(test)]
pub(crate) use row::STATEMENTS as ROW_STATEMENTS;
pub(crate) use row::{peering_columns, read, reason};

statements! {
    GET: "read a peering" = "SELECT ", view_columns!(), " FROM peering p \
         JOIN container c ON c.id = p.container_id WHERE p.id = $1 AND p.project_id = $2";
    TAKE: "take a peering" = "SELECT ", view_columns!(), " FROM peering p \
         JOIN container c ON c.id = p.container_id WHERE p.id = $1 AND p.project_id = $2 /*! FOR UPDATE OF p */";
    LIST: "list peerings" = "SELECT ", view_columns!(), " FROM container c \
         JOIN peering p ON p.container_id = c.id WHERE c.project_id = $1 AND c.provider = $2 \
         ORDER BY p.id LIMIT $3 OFFSET $4";
    COUNT: "count peerings" = "SELECT count(*) FROM container c JOIN peering p ON p.container_id = c.id \
         WHERE c.project_id = $1 AND c.provider = $2";
    RIVALS: "look for colliding peerings" = "SELECT ", peering_columns!("p."), " FROM peering p \
         WHERE p.container_id = $1 AND p.id <> $2 \
         AND (p.far_key = $3 OR (p.route_first <= $4 AND p.route_last >= $5))";
    BESIDE: "count the peerings beside one" = "SELECT count(*), \
         count(CASE WHEN p.state = $1 OR p.state = $2 OR p.state = $3 THEN 1 END), \
         count(CASE WHEN p.container_id = $4 THEN 1 END), \
         count(CASE WHEN p.container_id = $4 \
         AND (p.far_key = $5 OR (p.route_first <= $6 AND p.route_last >= $7)) THEN 1 END) \
         FROM container c JOIN peering p ON p.container_id = c.id WHERE c.project_id = $8";
    WANTED: "look for wanted peerings" = "SELECT p.id FROM container c \
         JOIN peering p ON p.container_id = c.id \
         WHERE c.project_id = $1 AND p.wanted = 1 LIMIT 1";
    WANTED_OF_PROVIDER: "look for wanted peerings" = "SELECT p.id FROM container c \
         JOIN peering p ON p.container_id = c.id \
         WHERE c.project_id = $1 AND c.provider = $2 AND p.wanted = 1 LIMIT 1";
    NUDGE: "mark a peering" = "UPDATE peering SET due_at = $1, nudged = 1, attempts = 0, \
         trace = COALESCE($2, trace) WHERE id = $3";
    NUDGE_WAITING: "mark a container's peerings" = "UPDATE peering SET due_at = $1, nudged = 1, attempts = 0 \
         WHERE container_id = $2 AND state = $3";
}

/// What happened to a peering, as far as events tell.
#[derive(Debug, Clone, Copy)]
enum Change {
    Created,
    Adopted,
    Updated,
    Deleted,
    Released,
}

fn kind(provider: Provider, change: Change) -> EventKind {
    match (provider, change) {
        (_, Change::Adopted) => EventKind::PeerAdopted,
        (_, Change::Released) => EventKind::PeerReleased,
        (Provider::Aws, Change::Created) => EventKind::PeerCreated,
        (Provider::Aws, Change::Updated) => EventKind::PeerUpdated,
        (Provider::Aws, Change::Deleted) => EventKind::PeerDeleted,
        (Provider::Azure, Change::Created) => EventKind::AzurePeerCreated,
        (Provider::Azure, Change::Updated) => EventKind::AzurePeerUpdated,
        (Provider::Azure, Change::Deleted) => EventKind::AzurePeerDeleted,
        (Provider::Gcp, Change::Created) => EventKind::GcpPeerCreated,
        (Provider::Gcp, Change::Updated) => EventKind::GcpPeerUpdated,
        (Provider::Gcp, Change::Deleted) => EventKind::GcpPeerDeleted,
    }
}

fn tell(tx: &mut Tx<'_>, scope: Scope, peering: &Peering, change: Change, act: &Act) -> Result<()> {
    event::write(tx, scope, kind(peering.spec.provider(), change), act, &peering.id.to_string())
}

/// A peering of a project.
pub(crate) fn get(tx: &mut Tx<'_>, project: ProjectId, id: PeeringId) -> Result<Option<PeeringView>> {
    tx.one(GET, vals![id, project], read_view)
}

/// A peering of a project, which the caller says exists.
pub(crate) fn take(tx: &mut Tx<'_>, project: ProjectId, id: PeeringId) -> Result<PeeringView> {
    Ok(tx.take(TAKE, vals![id, project], read_view)?.ok_or(Refusal::PeeringNotFound { id, project })?)
}

/// Whether the project wants a peering at a provider.
pub(crate) fn wanted_at(tx: &mut Tx<'_>, project: ProjectId, provider: Provider) -> Result<bool> {
    tx.any(WANTED_OF_PROVIDER, vals![project, provider.name()])
}

/// Something happened to a peering's world: it is due at once, whatever look is going on.
pub(crate) fn nudge(tx: &mut Tx<'_>, id: PeeringId, now: Timestamp) -> Result<()> {
    tx.wake();
    let trace = tx.trace();
    tx.exec(NUDGE, vals![now, trace.as_ref(), id]).map(|_| ())
}

/// A container's network stands: the peerings that wait for it are due.
pub(crate) fn nudge_waiting(tx: &mut Tx<'_>, container: ContainerId, now: Timestamp) -> Result<()> {
    tx.wake();
    tx.exec(NUDGE_WAITING, vals![now, container, State::Requested.name()]).map(|_| ())
}

/// What stands beside a new peering, counted in one reading of its project.
struct Neighbours {
    /// In the project.
    count: Count,
    /// In the container.
    in_container: u32,
    /// Those of the container that may collide with it.
    rivals: u32,
}

fn beside(
    tx: &mut Tx<'_>,
    project: ProjectId,
    container: ContainerId,
    spec: &PeeringSpec,
) -> Result<Neighbours> {
    let [requested, awaiting, establishing] = State::PENDING.map(State::name);
    let (route, far_key) = (spec.route_block(), spec.far_key());
    let values = vals![
        requested,
        awaiting,
        establishing,
        container,
        &far_key,
        route.map(|block| block.last()),
        route.map(|block| block.first()),
        project,
    ];
    let counted = tx.one(BESIDE, values, |row| {
        let count = Count { all: row.number()?, pending: row.number()? };
        Ok(Neighbours { count, in_container: row.number()?, rivals: row.number()? })
    })?;
    Ok(counted.unwrap_or(Neighbours { count: Count { all: 0, pending: 0 }, in_container: 0, rivals: 0 }))
}

/// Whether a spec fits among what the project holds. `may_collide` says whether there is anything in
/// the container that could be in its way.
fn check(
    tx: &mut Tx<'_>,
    project: ProjectId,
    container: ContainerId,
    id: PeeringId,
    spec: &PeeringSpec,
    may_collide: bool,
) -> Result<()> {
    let route = spec.route_block();
    let containers = match route {
        Some(block) => container::overlapping(tx, project, spec.provider(), block)?,
        None => Vec::new(),
    };
    let far_key = spec.far_key();
    let values =
        vals![container, id, &far_key, route.map(|block| block.last()), route.map(|block| block.first()),];
    let peerings = if may_collide { tx.all(RIVALS, values, read)? } else { Vec::new() };
    Ok(check_spec(spec, Beside { containers: &containers, peerings: &peerings })?)
}

fn create(
    tx: &mut Tx<'_>,
    project: ProjectId,
    container: ContainerId,
    spec: &PeeringSpec,
    act: &Act,
    asked: Change,
) -> Result<PeeringView> {
    let scope = project::take(tx, project)?;
    let found = container::take(tx, project, container)?;
    if found.provider() != spec.provider() {
        return Err(Refusal::ContainerNotFound { id: container.to_string() }.into());
    }
    let id: PeeringId = tx.mint(act.at);
    let spec = spec.clone().at(&found.place);
    let Neighbours { count, in_container, rivals } = beside(tx, project, container, &spec)?;
    check(tx, project, container, id, &spec, rivals > 0)?;
    let [all, pending] = limit::values(tx, project, [limits::PEERINGS, limits::PENDING_PEERINGS])?;
    check_count(count, Count { all, pending })?;
    if in_container == 0 {
        let trace = tx.trace();
        container::wanted_changed(tx, container, act.at, trace.as_ref())?;
    }
    let peering = Peering::new(id, project, container, spec, act.at);
    row::insert(tx, &peering, act.at)?;
    tell(tx, scope, &peering, asked, act)?;
    Ok(PeeringView { peering, place: found.place, note: Note::default() })
}

fn change(
    tx: &mut Tx<'_>,
    project: ProjectId,
    id: PeeringId,
    change: &SpecChange,
    act: &Act,
) -> Result<PeeringView> {
    let scope = project::take(tx, project)?;
    let PeeringView { peering, place, note } = take(tx, project, id)?;
    let spec = change.apply_to(&peering.spec).ok_or(Refusal::PeeringNotFound { id, project })??;
    let changed = peering.change(&spec, act.at)?;
    if changed != peering {
        check(tx, project, peering.container, id, &spec, true)?;
        row::save(tx, &changed, act.at)?;
        tell(tx, scope, &changed, Change::Updated, act)?;
    }
    Ok(PeeringView { peering: changed, place, note })
}

fn delete(tx: &mut Tx<'_>, project: ProjectId, id: PeeringId, act: &Act) -> Result<()> {
    let scope = project::take(tx, project)?;
    let peering = take(tx, project, id)?.peering;
    peering.check_delete()?;
    let peering = peering.unwanted(act.at);
    row::save(tx, &peering, act.at)?;
    tell(tx, scope, &peering, Change::Deleted, act)?;
    // QUIRK(security-groups): they go when the last wish goes, not when its connection does.
    if !tx.any(WANTED, vals![project])? {
        access::drop_groups(tx, scope, act)?;
    }
    Ok(())
}

impl Store {
    /// Asks for a peering. It is due at once, and so is its container if it is the first in it.
    pub async fn peering_create(
        &self,
        project: ProjectId,
        container: ContainerId,
        spec: PeeringSpec,
        act: &Act,
    ) -> Result<PeeringView> {
        let act = act.clone();
        self.write(move |tx| create(tx, project, container, &spec, &act, Change::Created)).await
    }

    /// A peering.
    pub async fn peering_get(&self, project: ProjectId, id: PeeringId) -> Result<Option<PeeringView>> {
        self.read(move |tx| get(tx, project, id)).await
    }

    /// The peerings of a project at one provider, oldest first.
    pub async fn peering_list(
        &self,
        project: ProjectId,
        provider: Provider,
        page: Page,
    ) -> Result<Paged<PeeringView>> {
        self.snapshot(move |tx| {
            let total = tx.count(COUNT, vals![project, provider.name()])?;
            let items =
                tx.sound(LIST, vals![project, provider.name(), page.size, page.skipped()], read_view)?;
            Ok(Paged { items, total })
        })
        .await
    }

    /// Changes what is asked for.
    pub async fn peering_change(
        &self,
        project: ProjectId,
        id: PeeringId,
        change: &SpecChange,
        act: &Act,
    ) -> Result<PeeringView> {
        let (change, act) = (change.clone(), act.clone());
        self.write(move |tx| self::change(tx, project, id, &change, &act)).await
    }

    /// Asks for a peering to be taken down. With the project's last wish its security groups leave
    /// the access list.
    pub async fn peering_delete(&self, project: ProjectId, id: PeeringId, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| delete(tx, project, id, &act)).await
    }
}
