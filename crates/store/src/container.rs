//! Containers.
//!
//! A container's network is wanted while the container has a peering. Whenever that changes the
//! row is nudged: it becomes due, and a look that went by the old answer loses when it records, so
//! that no network is taken down that somebody has begun to count on.

use std::time::Duration;

use model::container::{self as rules, ContainerChange, Network, NetworkIds, Place};
use model::event::EventKind;
use model::{Act, Cidr, Container, ContainerId, Note, ProjectId, Provider, Refusal, Timestamp};

use crate::engine::{Row, Tx, Val, statements, vals};
use crate::error::Result;
use crate::lease::read_note;
use crate::{Page, Paged, Store, event, project, sim};

macro_rules! container_columns {
    ($of:literal) => {
        concat!(
            $of,
            "id, ",
            $of,
            "project_id, ",
            crate::container::place_columns!($of),
            ", ",
            $of,
            "block, ",
            $of,
            "created_at, ",
            $of,
            "network, ",
            $of,
            "network_name, ",
            $of,
            "network_project"
        )
    };
}
pub(crate) use container_columns;

macro_rules! place_columns {
    ($of:literal) => {
        concat!($of, "provider, ", $of, "slot, ", $of, "regions")
    };
}
pub(crate) use place_columns;

statements! {
    GET: "read a container" = "SELECT ", container_columns!("c."), " FROM container c \
         WHERE c.id = $1 AND c.project_id = $2";
    NOTED: "read a container" = "SELECT ", container_columns!("c."), ", c.trouble, c.says, c.settled \
         FROM container c WHERE c.id = $1 AND c.project_id = $2";
    TAKE: "take a container" = "SELECT ", container_columns!("c."), " FROM container c \
         WHERE c.id = $1 AND c.project_id = $2 /*! FOR UPDATE */";
    HOLD: "hold a container" = "SELECT id FROM container WHERE id = $1 /*! FOR UPDATE */";
    LIST: "list containers" = "SELECT ", container_columns!("c."), " FROM container c \
         WHERE c.project_id = $1 ORDER BY c.id LIMIT $2 OFFSET $3";
    COUNT: "count containers" = "SELECT count(*) FROM container WHERE project_id = $1";
    LIST_OF_PROVIDER: "list containers" = "SELECT ", container_columns!("c."), " FROM container c \
         WHERE c.project_id = $1 AND c.provider = $2 ORDER BY c.id LIMIT $3 OFFSET $4";
    COUNT_OF_PROVIDER: "count containers" = "SELECT count(*) FROM container \
         WHERE project_id = $1 AND provider = $2";
    BESIDE: "read the containers beside one" = "SELECT ", container_columns!("c."), " FROM container c \
         WHERE c.project_id = $1 AND c.provider = $2 AND c.id <> $3";
    OVERLAPPING: "look for overlapping containers" = "SELECT ", container_columns!("c."), " FROM container c \
         WHERE c.project_id = $1 AND c.provider = $2 AND c.block_first <= $3 AND c.block_last >= $4";
    COUNT_PEERINGS: "count a container's peerings" = "SELECT count(*) FROM peering WHERE container_id = $1";
    INSERT: "make a container" =
        "INSERT INTO container (", container_columns!(""), ", block_first, block_last) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    SET_PLACE: "change a container" = "UPDATE container \
         SET slot = $1, regions = $2, block = $3, block_first = $4, block_last = $5 WHERE id = $6";
    WANTED_CHANGED: "mark a container" = "UPDATE container SET due_at = $1, nudged = 1, attempts = 0, \
         trace = COALESCE($2, trace) WHERE id = $3";
    DELETE: "delete a container" = "DELETE FROM container WHERE id = $1";
    OF_PROJECT: "read a project's containers" = "SELECT id, network FROM container WHERE project_id = $1 \
         ORDER BY id /*! FOR UPDATE */";
}

pub(crate) fn read(row: &mut Row<'_>) -> Result<Container> {
    Ok(Container {
        id: row.of("container").id()?,
        project: row.id()?,
        place: read_place(row)?,
        block: read_block(row)?,
        created_at: row.time()?,
        network: read_network(row)?,
    })
}

pub(crate) fn read_place(row: &mut Row<'_>) -> Result<Place> {
    let provider = row.parse(Provider::from_name)?;
    let slot = row.text()?;
    let place = match provider {
        Provider::Aws => provider.region(slot).map(|region| Place::Aws { region }),
        Provider::Azure => provider.region(slot).map(|region| Place::Azure { region }),
        Provider::Gcp => {
            let regions = row.parse(|text| {
                text.split(',').filter(|name| !name.is_empty()).map(|name| provider.region(name)).collect()
            })?;
            return Ok(Place::Gcp { regions });
        }
    };
    let place = place.ok_or_else(|| row.fault())?;
    row.skip();
    Ok(place)
}

/// A block from a row.
pub(crate) fn read_block(row: &mut Row<'_>) -> Result<Cidr> {
    row.parse(|text| Cidr::parse(text).ok())
}

fn read_network(row: &mut Row<'_>) -> Result<Network> {
    let state = row.text()?;
    let (name, project) = (row.string_opt()?, row.string_opt()?);
    let network = match (state, name, project) {
        ("absent", None, None) => Some(Network::Absent),
        ("making", None, None) => Some(Network::Making),
        ("removing", None, None) => Some(Network::Removing),
        ("aws", Some(vpc_id), None) => Some(Network::Ready(NetworkIds::Aws { vpc_id })),
        ("azure", Some(vnet_name), None) => Some(Network::Ready(NetworkIds::Azure { vnet_name })),
        ("gcp", Some(network_name), Some(project_id)) => {
            Some(Network::Ready(NetworkIds::Gcp { project_id, network_name }))
        }
        (_, _, _) => None,
    };
    network.ok_or_else(|| row.fault())
}

/// A network as it is kept: its state (or, if it stands, whose it is), its name, its project.
pub(crate) fn network_values(network: &Network) -> [Val<'_>; 3] {
    let (state, name, project) = match network {
        Network::Absent => ("absent", None, None),
        Network::Making => ("making", None, None),
        Network::Removing => ("removing", None, None),
        Network::Ready(NetworkIds::Aws { vpc_id }) => ("aws", Some(vpc_id), None),
        Network::Ready(NetworkIds::Azure { vnet_name }) => ("azure", Some(vnet_name), None),
        Network::Ready(NetworkIds::Gcp { project_id, network_name }) => {
            ("gcp", Some(network_name), Some(project_id))
        }
    };
    [Val::from(state), Val::from(name), Val::from(project)]
}

fn regions_text(place: &Place) -> String {
    match place {
        Place::Gcp { regions } => regions.join(","),
        Place::Aws { .. } | Place::Azure { .. } => String::new(),
    }
}

/// Takes a container of a project: whether it has peerings, and whether its network stands, stays
/// true until the transaction ends.
pub(crate) fn take(tx: &mut Tx<'_>, project: ProjectId, id: ContainerId) -> Result<Container> {
    let container = tx.take(TAKE, vals![id, project], read)?;
    Ok(container.ok_or_else(|| Refusal::ContainerNotFound { id: id.to_string() })?)
}

/// A container of a project.
pub(crate) fn get(tx: &mut Tx<'_>, project: ProjectId, id: ContainerId) -> Result<Option<Container>> {
    tx.one(GET, vals![id, project], read)
}

/// Takes a container, whose ever it is; answers whether it is there.
pub(crate) fn hold(tx: &mut Tx<'_>, id: ContainerId) -> Result<bool> {
    Ok(tx.take(HOLD, vals![id], |_| Ok(()))?.is_some())
}

/// The project's containers at a provider that a block overlaps with.
pub(crate) fn overlapping(
    tx: &mut Tx<'_>,
    project: ProjectId,
    provider: Provider,
    block: Cidr,
) -> Result<Vec<Container>> {
    tx.all(OVERLAPPING, vals![project, provider.name(), block.last(), block.first()], read)
}

/// The container got its first peering or lost its last one; what follows belongs to that trace.
pub(crate) fn wanted_changed(
    tx: &mut Tx<'_>,
    id: ContainerId,
    now: Timestamp,
    trace: Option<&String>,
) -> Result<()> {
    tx.wake();
    tx.exec(WANTED_CHANGED, vals![now, trace, id]).map(|_| ())
}

/// How many peerings are in a container, those being removed included.
pub(crate) fn n_peerings(tx: &mut Tx<'_>, id: ContainerId) -> Result<u32> {
    Ok(u32::try_from(tx.count(COUNT_PEERINGS, vals![id])?).unwrap_or(u32::MAX))
}

/// Deletes a container's row; answers whether it could: not while something of it stands in a
/// simulated cloud, against what its row says.
pub(crate) fn forget(tx: &mut Tx<'_>, id: ContainerId, now: Timestamp) -> Result<bool> {
    let gone = sim::forget_network(tx, id, now)?;
    if gone {
        tx.exec(DELETE, vals![id])?;
    }
    Ok(gone)
}

/// Deletes the containers of a project that is being closed; those with a network stay until it is
/// gone.
pub(crate) fn drop_all(tx: &mut Tx<'_>, project: ProjectId, now: Timestamp) -> Result<()> {
    let containers = tx.all(OF_PROJECT, vals![project], |row| {
        Ok((row.of("container").id::<ContainerId>()?, row.text()? == "absent"))
    })?;
    let trace = tx.trace();
    for (id, absent) in containers {
        if !(absent && forget(tx, id, now)?) {
            wanted_changed(tx, id, now, trace.as_ref())?;
        }
    }
    Ok(())
}

fn create(
    tx: &mut Tx<'_>,
    project: ProjectId,
    place: &Place,
    block: Option<Cidr>,
    act: &Act,
) -> Result<Container> {
    project::take(tx, project)?;
    let id: ContainerId = tx.mint(act.at);
    let provider = place.provider();
    let beside = tx.all(BESIDE, vals![project, provider.name(), id], read)?;
    let block = match block {
        Some(block) => block,
        None => {
            let taken: Vec<Cidr> = beside.iter().map(|container| container.block).collect();
            rules::assign_block(&taken).ok_or(Refusal::NoCapacity { provider, project })?
        }
    };
    rules::check_block(place, block)?;
    rules::check_beside(block, place, project, &beside)?;
    let container =
        Container { id, project, place: place.clone(), block, created_at: act.at, network: Network::Absent };
    let [network, network_name, network_project] = network_values(&container.network);
    let (regions, block_text) = (regions_text(place), block.to_string());
    let values = vals![
        id,
        project,
        provider.name(),
        place.slot(),
        &regions,
        &block_text,
        act.at,
        network,
        network_name,
        network_project,
        block.first(),
        block.last(),
    ];
    tx.exec(INSERT, values)?;
    Ok(container)
}

fn change(
    tx: &mut Tx<'_>,
    project: ProjectId,
    id: ContainerId,
    change: &ContainerChange,
    act: &Act,
) -> Result<Container> {
    let scope = project::take(tx, project)?;
    let container = take(tx, project, id)?;
    let n_peerings = n_peerings(tx, id)?;
    let changed = container.change(change, n_peerings)?;
    if changed == container {
        return Ok(container);
    }
    let Container { place, block, .. } = &changed;
    let beside = tx.all(BESIDE, vals![project, place.provider().name(), id], read)?;
    rules::check_beside(*block, place, project, &beside)?;
    let (regions, block_text) = (regions_text(place), block.to_string());
    let values = vals![place.slot(), &regions, &block_text, block.first(), block.last(), id,];
    tx.exec(SET_PLACE, values)?;
    event::write(tx, scope, EventKind::ContainerSubnetsUpdateRequested, act, &id.to_string())?;
    Ok(changed)
}

fn delete(tx: &mut Tx<'_>, project: ProjectId, id: ContainerId, hold: Duration, act: &Act) -> Result<()> {
    let scope = project::take(tx, project)?;
    let container = take(tx, project, id)?;
    container.check_delete(n_peerings(tx, id)?, hold, act.at)?;
    if !forget(tx, id, act.at)? {
        return Err(Refusal::ContainerInUse.into());
    }
    event::write(tx, scope, EventKind::ContainerDeleted, act, &id.to_string())
}

impl Store {
    /// Makes a container; without a block, the next free one is assigned.
    pub async fn container_create(
        &self,
        project: ProjectId,
        place: Place,
        block: Option<Cidr>,
        act: &Act,
    ) -> Result<Container> {
        let act = act.clone();
        self.write(move |tx| create(tx, project, &place, block, &act)).await
    }

    /// A container.
    pub async fn container_get(&self, project: ProjectId, id: ContainerId) -> Result<Option<Container>> {
        self.read(move |tx| get(tx, project, id)).await
    }

    /// A container, and what is known of it beside its network.
    pub async fn container_noted(
        &self,
        project: ProjectId,
        id: ContainerId,
    ) -> Result<Option<(Container, Note)>> {
        self.read(move |tx| tx.one(NOTED, vals![id, project], |row| Ok((read(row)?, read_note(row)?)))).await
    }

    /// The containers of a project, oldest first; of one provider, if it is named.
    pub async fn container_list(
        &self,
        project: ProjectId,
        provider: Option<Provider>,
        page: Page,
    ) -> Result<Paged<Container>> {
        self.snapshot(move |tx| match provider {
            Some(provider) => {
                let name = provider.name();
                let total = tx.count(COUNT_OF_PROVIDER, vals![project, name])?;
                let items =
                    tx.sound(LIST_OF_PROVIDER, vals![project, name, page.size, page.skipped()], read)?;
                Ok(Paged { items, total })
            }
            None => {
                let total = tx.count(COUNT, vals![project])?;
                let items = tx.sound(LIST, vals![project, page.size, page.skipped()], read)?;
                Ok(Paged { items, total })
            }
        })
        .await
    }

    /// Changes a container.
    pub async fn container_change(
        &self,
        project: ProjectId,
        id: ContainerId,
        change: &ContainerChange,
        act: &Act,
    ) -> Result<Container> {
        let (change, act) = (change.clone(), act.clone());
        self.write(move |tx| self::change(tx, project, id, &change, &act)).await
    }

    /// Deletes a container that has neither peerings nor a network; new ones are kept for `hold`.
    pub async fn container_delete(
        &self,
        project: ProjectId,
        id: ContainerId,
        hold: Duration,
        act: &Act,
    ) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| delete(tx, project, id, hold, &act)).await
    }
}
