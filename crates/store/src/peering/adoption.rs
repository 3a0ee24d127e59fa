//! Connections that were there before us: taken into a project, let go again, and what would stand
//! in a new one's way.
//!
//! To adopt is a wish like any other: the row is written here, and says which connection is to be
//! its own; the reconciler puts our mark on it. To release needs no cloud: the row goes, and what it
//! had there stays as it is, noted as let go.

use model::binding::Cloud;
use model::limits;
use model::peering::check_count;
use model::{
    AccountName, Act, Container, ContainerId, PeeringId, PeeringSpec, ProjectId, Provider, Refusal, Timestamp,
};

use super::{Change, PeeringView, beside, check, create, take, tell};
use crate::engine::{Tx, statements, vals};
use crate::error::{Error, Result};
use crate::{Store, access, binding, clock, container, limit, project};

statements! {
    ADOPT: "adopt a connection" = "UPDATE peering SET adopt = $1 WHERE id = $2";
    MANAGED: "look for a connection" = "SELECT p.id FROM binding b \
         JOIN container c ON c.project_id = b.project_id AND c.provider = b.provider \
         JOIN peering p ON p.container_id = c.id \
         WHERE b.account = $1 AND (p.connection_id = $2 OR p.adopt = $2) LIMIT 1";
    DELETE: "release a peering" = "DELETE FROM peering WHERE id = $1";
    KEEP: "keep a network" = "UPDATE container SET kept = 1, due_at = $1, nudged = 1, attempts = 0 WHERE id = $2";
    ADOPTS: "look what a peering is to adopt" = "SELECT adopt FROM peering WHERE id = $1 AND project_id = $2";
}

fn account(tx: &mut Tx<'_>, project: ProjectId, provider: Provider) -> Result<AccountName> {
    match binding::get(tx, project, provider)? {
        Cloud::Account(account) => Ok(account),
        Cloud::Simulated => Err(Refusal::CloudSimulated { provider }.into()),
    }
}

fn adopt(
    tx: &mut Tx<'_>,
    project: ProjectId,
    container: ContainerId,
    spec: &PeeringSpec,
    connection_id: &str,
    act: &Act,
) -> Result<PeeringView> {
    // Two projects may have the same account; who adopts there does it one after the other.
    clock::take(tx)?;
    let view = create(tx, project, container, spec, act, Change::Adopted)?;
    let provider = spec.provider();
    let account = account(tx, project, provider)?;
    if tx.any(MANAGED, vals![account.as_str(), connection_id])? {
        return Err(Refusal::ConnectionManaged { connection_id: connection_id.to_owned() }.into());
    }
    tx.exec(ADOPT, vals![connection_id, view.peering.id])?;
    Ok(view)
}

fn release(tx: &mut Tx<'_>, project: ProjectId, id: PeeringId, act: &Act) -> Result<()> {
    let scope = project::take(tx, project)?;
    let peering = take(tx, project, id)?.peering;
    peering.check_delete()?;
    let account = account(tx, project, peering.spec.provider())?;
    container::hold(tx, peering.container)?;
    tx.exec(DELETE, vals![id])?;
    binding::let_go(tx, &id.to_string(), &account, act.at)?;
    if container::n_peerings(tx, peering.container)? == 0 {
        // The connection needs it still.
        tx.wake();
        tx.exec(KEEP, vals![act.at, peering.container])?;
    }
    tell(tx, scope, &peering, Change::Released, act)?;
    if !tx.any(super::WANTED, vals![project])? {
        access::drop_groups(tx, scope, act)?;
    }
    Ok(())
}

/// What a plan is made of: where it would live, and what of our own rules is in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groundwork {
    /// The container.
    pub container: Container,
    /// The project's cloud at its provider.
    pub cloud: Cloud,
    /// What was asked for, as it would be kept.
    pub spec: PeeringSpec,
    /// Every rule that refuses it.
    pub refusals: Vec<Refusal>,
}

fn survey(
    tx: &mut Tx<'_>,
    project: ProjectId,
    id: ContainerId,
    spec: &PeeringSpec,
    now: Timestamp,
) -> Result<Groundwork> {
    let nowhere = || Refusal::ContainerNotFound { id: id.to_string() };
    let container = container::get(tx, project, id)?.ok_or_else(nowhere)?;
    if container.provider() != spec.provider() {
        return Err(nowhere().into());
    }
    let spec = spec.clone().at(&container.place);
    let mut refusals = Vec::new();
    let mut note = |outcome: Result<()>| match outcome {
        Err(Error::Refused(refusal)) => {
            refusals.push(refusal);
            Ok(())
        }
        other => other,
    };
    let has = beside(tx, project, id, &spec)?.count;
    let [all, pending] = limit::values(tx, project, [limits::PEERINGS, limits::PENDING_PEERINGS])?;
    note(check(tx, project, id, tx.mint(now), &spec, true))?;
    note(check_count(has, super::Count { all, pending }).map_err(Error::from))?;
    Ok(Groundwork { cloud: binding::get(tx, project, spec.provider())?, container, spec, refusals })
}

impl Store {
    /// Takes an existing connection into a project that is bound to the account it is in. It is due
    /// at once.
    pub async fn peering_adopt(
        &self,
        project: ProjectId,
        container: ContainerId,
        spec: PeeringSpec,
        connection_id: &str,
        act: &Act,
    ) -> Result<PeeringView> {
        let (connection_id, act) = (connection_id.to_owned(), act.clone());
        self.write(move |tx| adopt(tx, project, container, &spec, &connection_id, &act)).await
    }

    /// The connection that a peering is to adopt, until it has.
    pub async fn peering_adopts(&self, project: ProjectId, id: PeeringId) -> Result<Option<String>> {
        let adopts =
            self.read(move |tx| tx.one(ADOPTS, vals![id, project], |row| row.of("peering").string_opt()));
        Ok(adopts.await?.flatten())
    }

    /// Forgets a peering and leaves its connection as it is.
    pub async fn peering_release(&self, project: ProjectId, id: PeeringId, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| release(tx, project, id, &act)).await
    }

    /// What of our own rules would refuse a peering; nothing is changed.
    pub async fn peering_survey(
        &self,
        project: ProjectId,
        container: ContainerId,
        spec: PeeringSpec,
        now: Timestamp,
    ) -> Result<Groundwork> {
        self.snapshot(move |tx| survey(tx, project, container, &spec, now)).await
    }
}
