//! What a look led to, written if the look still counts, with what follows from it.

use model::container::Network;
use model::event::EventKind;
use model::peering::{Reason, State};
use model::{Act, Cloud, ContainerId, Note, ProjectId, Provider, Timestamp, Trouble};

use super::{ContainerRecord, Due, PeeringRecord};
use crate::engine::{Row, Tx, Val, statements, vals};
use crate::error::Result;
use crate::event::{self, Scope};
use crate::{binding, container, peering, project, sim};

statements! {
    PEERING: "read a peering's lease" = "SELECT p.id, p.project_id, p.container_id, p.provider, p.state, \
         p.reason, p.state_since, p.generation, p.fence, p.trace, p.trouble, j.org_id FROM peering p \
         JOIN project j ON j.id = p.project_id WHERE p.id = $1 /*! FOR UPDATE OF p */";
    SAVE_PEERING: "record a look at a peering" = "UPDATE peering SET state = $1, reason = $2, \
         state_since = $3, connection_id = $4, stuck = $5, attempts = $6, \
         due_at = CASE WHEN nudged = 1 THEN CAST($7 AS BIGINT) ELSE CAST($8 AS BIGINT) END, \
         trace = CASE WHEN nudged = 1 OR $9 = 0 THEN trace END, \
         lease_owner = CASE WHEN $10 = 1 THEN lease_owner END, \
         lease_until = CASE WHEN $10 = 1 THEN lease_until ELSE 0 END, trouble = $11, says = $12, settled = $13, \
         incarnation = $14, adopt = CASE WHEN $15 = 1 THEN NULL ELSE adopt END WHERE id = $16";
    RELEASE_PEERING: "release a peering" = "UPDATE peering \
         SET lease_owner = NULL, lease_until = 0, due_at = $1 WHERE id = $2";
    KEEP_NETWORK: "keep a network" = "UPDATE container SET due_at = $1, nudged = 1, attempts = 0, \
         kept = CASE WHEN network = 'absent' THEN 1 ELSE kept END WHERE id = $2";
    DELETE_PEERING: "delete a peering" = "DELETE FROM peering WHERE id = $1";
    CONTAINER: "read a container's lease" = "SELECT c.id, c.project_id, c.provider, c.network, c.fence, c.nudged, c.trouble, \
         j.org_id, CASE WHEN j.closed_at IS NULL THEN 0 ELSE 1 END \
         FROM container c JOIN project j ON j.id = c.project_id WHERE c.id = $1 /*! FOR UPDATE OF c */";
    CLOSED: "look for a closed project" = "SELECT j.id FROM container c \
         JOIN project j ON j.id = c.project_id WHERE c.id = $1 AND j.closed_at IS NOT NULL";
    SAVE_CONTAINER: "record a look at a container" = "UPDATE container SET network = $1, network_name = $2, \
         network_project = $3, attempts = $4, due_at = $5, trace = CASE WHEN $6 = 0 THEN trace END, \
         lease_owner = CASE WHEN $7 = 1 THEN lease_owner END, \
         lease_until = CASE WHEN $7 = 1 THEN lease_until ELSE 0 END, \
         trouble = $8, says = $9, settled = $10, kept = $11 WHERE id = $12";
    RELEASE_CONTAINER: "release a container" = "UPDATE container \
         SET lease_owner = NULL, lease_until = 0, due_at = $1 WHERE id = $2";
}

/// A peering's row as the record meets it.
struct Peering {
    scope: Scope,
    container: ContainerId,
    provider: Provider,
    state: Option<State>,
    state_since: Timestamp,
    generation: i64,
    fence: i64,
    trace: Option<String>,
    trouble: Option<Trouble>,
}

fn read_peering(row: &mut Row<'_>) -> Result<Peering> {
    row.of("peering").skip();
    let (project, container) = (row.id()?, row.id()?);
    let provider = row.parse(Provider::from_name)?;
    let (state, reason) = (row.text()?, row.text_opt()?);
    let state = State::from_names(state, reason);
    let (state_since, generation, fence) = (row.time()?, row.int()?, row.int()?);
    let (trace, trouble) = (row.string_opt()?, row.parse_opt(Trouble::from_name)?);
    let scope = Scope { org: row.id()?, project: Some(project) };
    Ok(Peering { scope, container, provider, state, state_since, generation, fence, trace, trouble })
}

fn due_at(due: Due, now: Timestamp) -> Option<Timestamp> {
    match due {
        Due::Now => Some(now),
        Due::At(at) => Some(at),
        Due::Idle => None,
    }
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// It was written.
    Written,
    /// Something happened to the row since it was claimed; it is free again.
    Outdated,
    /// The row is somebody else's by now, or gone.
    Lost,
}

/// Records looks at peerings.
pub(super) fn peerings(tx: &mut Tx<'_>, records: &[PeeringRecord]) -> Result<Vec<Kept>> {
    let ids: Vec<Vec<Val<'_>>> = records.iter().map(|record| vec![Val::from(record.id)]).collect();
    let held = tx.take_each(PEERING, &ids, read_peering)?;
    let recorded = records.iter().zip(held).map(|(record, held)| match held {
        Some(held) => peering(tx, record, &held),
        None => Ok(Kept::Lost),
    });
    recorded.collect()
}

fn peering(tx: &mut Tx<'_>, record: &PeeringRecord, held: &Peering) -> Result<Kept> {
    if held.fence != record.fence {
        return Ok(Kept::Lost);
    }
    let current = held.generation == record.generation;
    // INVARIANT: a row is not given up while its object may still stand.
    if !current || (record.next == State::Removed && !sim::forget(tx, record.id, record.at)?) {
        tx.put(RELEASE_PEERING, vals![record.at, record.id])?;
        return Ok(Kept::Outdated);
    }
    if record.next == State::Removed {
        return removed(tx, record, held).map(|()| Kept::Written);
    }
    let changed = held.state != Some(record.next);
    // What a row at rest does later, nobody's request caused any more.
    let rests = record.due != Due::Now
        && record.attempts == 0
        && matches!(record.next, State::Active | State::Failed(_));
    let values = vals![
        record.next.name(),
        peering::reason(record.next),
        if changed { record.at } else { held.state_since },
        record.connection_id.as_ref(),
        record.stuck.map(Reason::name),
        record.attempts,
        record.at,
        due_at(record.due, record.at),
        rests,
        record.keep_lease,
        record.note.trouble.map(Trouble::name),
        record.note.says.as_ref(),
        record.note.settled,
        record.incarnation,
        record.adopted,
        record.id,
    ];
    tx.put(SAVE_PEERING, values)?;
    drifted(tx, &record.note, held.trouble, held.scope, &record.id.to_string(), record.at)?;
    if record.adopted {
        // Its network was there before us; it stays ours to look at, and nobody's to take down.
        tx.wake();
        tx.exec(KEEP_NETWORK, vals![record.at, held.container])?;
    }
    match changed.then(|| turn(held.provider, held.state, record.next)).flatten() {
        Some(kind) => tell(tx, record, held.scope, kind).map(|()| Kept::Written),
        None => Ok(Kept::Written),
    }
}

/// The event of what the far side or the cloud made of a peering: that it begins or ceases to carry
/// traffic, or comes to nothing. Where there is no kind for that, it is an update of the peering.
fn turn(provider: Provider, from: Option<State>, to: State) -> Option<EventKind> {
    let was_active = from == Some(State::Active);
    match (provider, to) {
        (Provider::Aws, State::Active | State::Failed(_)) => Some(EventKind::PeerUpdated),
        (Provider::Azure, State::Active) => Some(EventKind::AzurePeerActive),
        (Provider::Azure, State::Failed(_)) => Some(EventKind::AzurePeerUpdated),
        (Provider::Gcp, State::Active) => Some(EventKind::GcpPeerActive),
        (Provider::Gcp, State::Failed(_)) if !was_active => Some(EventKind::GcpPeerUpdated),
        (Provider::Gcp, State::Requested | State::AwaitingPeer | State::Establishing | State::Failed(_)) => {
            was_active.then_some(EventKind::GcpPeerInactive)
        }
        (Provider::Aws | Provider::Azure, State::Requested | State::AwaitingPeer | State::Establishing)
        | (_, State::Removing | State::Removed) => None,
    }
}

/// The event of what changed in a cloud behind our back, or was made as it was.
fn drifted(
    tx: &mut Tx<'_>,
    note: &Note,
    before: Option<Trouble>,
    scope: Scope,
    subject: &str,
    at: Timestamp,
) -> Result<()> {
    let kind = if note.drifts_since(before) {
        EventKind::DriftSeen
    } else if note.mended_since(before) {
        EventKind::DriftMended
    } else {
        return Ok(());
    };
    event::write(tx, scope, kind, &Act::of_system(at), subject)
}

fn tell(tx: &mut Tx<'_>, record: &PeeringRecord, scope: Scope, kind: EventKind) -> Result<()> {
    event::write(tx, scope, kind, &Act::of_system(record.at), &record.id.to_string())
}

/// The connection is gone, and so is the row.
fn removed(tx: &mut Tx<'_>, record: &PeeringRecord, held: &Peering) -> Result<()> {
    // Of two that go at once, one has to see that it is the last.
    container::hold(tx, held.container)?;
    tx.exec(DELETE_PEERING, vals![record.id])?;
    if container::n_peerings(tx, held.container)? == 0 {
        container::wanted_changed(tx, held.container, record.at, held.trace.as_ref())?;
    }
    Ok(())
}

/// Whether a network stays when nobody wants it any more. It carries our mark and is no orphan: what
/// is let go is remembered by its account, and stays if it is found there when it is needed again.
fn keep(tx: &mut Tx<'_>, record: &ContainerRecord, held: &Container) -> Result<bool> {
    let begins = record.next == Network::Making;
    let appears = record.next.ids().is_some() && !held.ready;
    if !(record.kept || begins || appears) {
        return Ok(false);
    }
    // What is simulated is ours alone.
    let Cloud::Account(account) = binding::get(tx, held.project, held.provider)? else { return Ok(false) };
    let name = record.id.to_string();
    match record.next {
        Network::Absent => binding::let_go(tx, &name, &account, record.at).map(|()| false),
        // Where one is made, what was let go is gone.
        Network::Making => binding::take_up(tx, &name, &account).map(|_| record.kept),
        Network::Ready(_) if appears => Ok(binding::take_up(tx, &name, &account)? || record.kept),
        Network::Ready(_) | Network::Removing => Ok(record.kept),
    }
}

/// A container's row as the record meets it.
struct Container {
    scope: Scope,
    project: ProjectId,
    provider: Provider,
    ready: bool,
    fence: i64,
    nudged: bool,
    trouble: Option<Trouble>,
    closed: bool,
}

fn read_container(row: &mut Row<'_>) -> Result<Container> {
    row.of("container").skip();
    let (project, provider) = (row.id()?, row.parse(Provider::from_name)?);
    let ready = !matches!(row.text()?, "absent" | "making" | "removing");
    let (fence, nudged, trouble) = (row.int()?, row.flag()?, row.parse_opt(Trouble::from_name)?);
    let scope = Scope { org: row.id()?, project: Some(project) };
    Ok(Container { scope, project, provider, ready, fence, nudged, trouble, closed: row.flag()? })
}

/// Records a look at a container's network.
pub(super) fn container(tx: &mut Tx<'_>, record: &ContainerRecord) -> Result<Kept> {
    // Of two that go at once, one has to see that it is the last: of its project, and this of its
    // organization. A project that closes later nudges the container.
    if record.next == Network::Absent
        && let Some(project) = tx.one(CLOSED, vals![record.id], |row| row.of("project").id())?
    {
        project::hold_in_org(tx, project)?;
    }
    let Some(held) = tx.take(CONTAINER, vals![record.id], read_container)? else { return Ok(Kept::Lost) };
    if held.fence != record.fence {
        return Ok(Kept::Lost);
    }
    // A call that was late may have made a network after the look that saw none: the same INVARIANT.
    let stands = record.next == Network::Absent && sim::network_stands(tx, record.id, record.at)?;
    if held.nudged || stands {
        tx.exec(RELEASE_CONTAINER, vals![record.at, record.id])?;
        return Ok(Kept::Outdated);
    }
    let kept = keep(tx, record, &held)?;
    if held.closed && record.next == Network::Absent {
        if !container::forget(tx, record.id, record.at)? {
            tx.exec(RELEASE_CONTAINER, vals![record.at, record.id])?;
            return Ok(Kept::Outdated);
        }
        return project::forget(tx, held.project).map(|()| Kept::Written);
    }
    let [network, name, network_project] = container::network_values(&record.next);
    let rests = record.due != Due::Now
        && record.attempts == 0
        && matches!(record.next, Network::Ready(_) | Network::Absent);
    let values = vals![
        network,
        name,
        network_project,
        record.attempts,
        Val::from(due_at(record.due, record.at)),
        rests,
        record.keep_lease,
        record.note.trouble.map(Trouble::name),
        record.note.says.as_ref(),
        record.note.settled,
        kept,
        record.id,
    ];
    tx.exec(SAVE_CONTAINER, values)?;
    drifted(tx, &record.note, held.trouble, held.scope, &record.id.to_string(), record.at)?;
    if record.next.ids().is_some() && !held.ready {
        peering::nudge_waiting(tx, record.id, record.at)?;
    }
    Ok(Kept::Written)
}
