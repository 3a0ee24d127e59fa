//! A peering's row: columns, reading, writing.

use model::container::Place;
use model::peering::{Reason, State};
use model::{Note, Peering, PeeringSpec, Provider, Timestamp};

use crate::container::{read_block, read_place};
use crate::engine::{Row, Tx, Val, statements, vals};
use crate::error::Result;
use crate::lease::read_note;

macro_rules! peering_columns {
    ($of:literal) => {
        concat!(
            $of,
            "id, ",
            $of,
            "project_id, ",
            $of,
            "container_id, ",
            $of,
            "provider, ",
            $of,
            "state, ",
            $of,
            "reason, ",
            $of,
            "wanted, ",
            $of,
            "generation, ",
            $of,
            "incarnation, ",
            $of,
            "far_owner, ",
            $of,
            "far_network, ",
            $of,
            "far_place, ",
            $of,
            "far_directory, ",
            $of,
            "route_block, ",
            $of,
            "connection_id, ",
            $of,
            "stuck, ",
            $of,
            "created_at, ",
            $of,
            "state_since"
        )
    };
}
pub(crate) use peering_columns;

statements! {
    INSERT: "make a peering" = "INSERT INTO peering (", peering_columns!(""), ", \
         far_key, route_first, route_last, due_at, trace) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
         $17, $18, $19, $20, $21, $22, $23)";
    SAVE: "change a peering" = "UPDATE peering SET state = $1, reason = $2, wanted = $3, generation = $4, \
         incarnation = $5, far_owner = $6, far_network = $7, far_place = $8, far_directory = $9, \
         route_block = $10, connection_id = $11, stuck = $12, state_since = $13, \
         far_key = $14, route_first = $15, route_last = $16, \
         due_at = $17, nudged = 1, attempts = 0, trace = $18, trouble = NULL, says = NULL WHERE id = $19";
}

/// A peering and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeeringView {
    /// The peering.
    pub peering: Peering,
    /// Its container's place.
    pub place: Place,
    /// What is known of it beside its state.
    pub note: Note,
}

/// What follows a peering's columns in a view.
macro_rules! view_columns {
    () => {
        concat!(
            crate::peering::peering_columns!("p."),
            ", p.trouble, p.says, p.settled, c.id, ",
            crate::container::place_columns!("c.")
        )
    };
}
pub(super) use view_columns;

pub(crate) fn read(row: &mut Row<'_>) -> Result<Peering> {
    let (id, project, container) = (row.of("peering").id()?, row.id()?, row.id()?);
    let provider = row.parse(Provider::from_name)?;
    let state = row.text()?;
    let reason = row.text_opt()?;
    let state = State::from_names(state, reason).ok_or_else(|| row.fault())?;
    let (wanted, generation, incarnation) = (row.flag()?, row.int()?, row.int()?);
    Ok(Peering {
        id,
        project,
        container,
        spec: read_spec(row, provider)?,
        wanted,
        state,
        generation,
        incarnation,
        connection_id: row.string_opt()?,
        stuck: row.parse_opt(Reason::from_name)?,
        created_at: row.time()?,
        state_since: row.time()?,
    })
}

fn read_spec(row: &mut Row<'_>, provider: Provider) -> Result<PeeringSpec> {
    let (owner, network) = (row.string()?, row.string()?);
    Ok(match provider {
        Provider::Aws => {
            let region = row.string()?;
            row.skip();
            let route_block = read_block(row)?;
            PeeringSpec::Aws { account_id: owner, vpc_id: network, region, route_block }
        }
        Provider::Azure => {
            let (resource_group, directory_id) = (row.string()?, row.string()?);
            row.skip();
            PeeringSpec::Azure { directory_id, subscription_id: owner, resource_group, vnet_name: network }
        }
        Provider::Gcp => {
            (0..3).for_each(|_| row.skip());
            PeeringSpec::Gcp { project_id: owner, network_name: network }
        }
    })
}

pub(super) fn read_view(row: &mut Row<'_>) -> Result<PeeringView> {
    let peering = read(row)?;
    let note = read_note(row)?;
    row.of("container").skip();
    Ok(PeeringView { peering, place: read_place(row)?, note })
}

/// Owner, network, place and directory of the far side.
fn far(spec: &PeeringSpec) -> [Option<&String>; 4] {
    match spec {
        PeeringSpec::Aws { account_id, vpc_id, region, .. } => {
            [Some(account_id), Some(vpc_id), Some(region), None]
        }
        PeeringSpec::Azure { directory_id, subscription_id, resource_group, vnet_name } => {
            [Some(subscription_id), Some(vnet_name), Some(resource_group), Some(directory_id)]
        }
        PeeringSpec::Gcp { project_id, network_name } => [Some(project_id), Some(network_name), None, None],
    }
}

/// Makes a peering's row, due at once.
pub(super) fn insert(tx: &mut Tx<'_>, peering: &Peering, now: Timestamp) -> Result<()> {
    let [owner, network, place, directory] = far(&peering.spec);
    let route = peering.spec.route_block();
    let route_text = route.map(|block| block.to_string());
    let far_key = peering.spec.far_key();
    let trace = tx.trace();
    let values = vals![
        peering.id,
        peering.project,
        peering.container,
        peering.spec.provider().name(),
        peering.state.name(),
        peering.state.reason().map(Reason::name),
        peering.wanted,
        peering.generation,
        peering.incarnation,
        owner,
        network,
        place,
        directory,
        route_text.as_ref(),
        peering.connection_id.as_ref(),
        peering.stuck.map(Reason::name),
        peering.created_at,
        peering.state_since,
        &far_key,
        route.map(|block| block.first()),
        route.map(|block| block.last()),
        now,
        trace.as_ref(),
    ];
    tx.wake();
    tx.put(INSERT, values)
}

/// Saves a changed intent; the row is due at once, whatever look is going on.
pub(super) fn save(tx: &mut Tx<'_>, peering: &Peering, now: Timestamp) -> Result<()> {
    let [owner, network, place, directory] = far(&peering.spec);
    let route = peering.spec.route_block();
    let route_text = route.map(|block| block.to_string());
    let far_key = peering.spec.far_key();
    let trace = tx.trace();
    let values = vals![
        peering.state.name(),
        peering.state.reason().map(Reason::name),
        peering.wanted,
        peering.generation,
        peering.incarnation,
        owner,
        network,
        place,
        directory,
        route_text.as_ref(),
        peering.connection_id.as_ref(),
        peering.stuck.map(Reason::name),
        peering.state_since,
        &far_key,
        route.map(|block| block.first()),
        route.map(|block| block.last()),
        now,
        trace.as_ref(),
        peering.id,
    ];
    tx.wake();
    tx.put(SAVE, values)
}

/// A failure's reason as it is kept.
pub(crate) fn reason(state: State) -> Val<'static> {
    Val::from(state.reason().map(Reason::name))
}
