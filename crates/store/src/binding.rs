//! Which real accounts projects are bound to, and whose mark things in those carry.
//!
//! A binding decides where everything of a project at a provider lives, so it changes only while
//! nothing lives there. It also holds the world's clock: a real cloud's time can't be moved, so who
//! binds takes the clock's row, and who moves the clock looks here.

use model::binding::{Binding, Cloud};
use model::event::EventKind;
use model::refusal::Occupant;
use model::{
    AccountName, Act, ContainerId, InstallationId, PeeringId, ProjectId, Provider, Refusal, Timestamp,
};

use crate::engine::{Row, Tx, Val, statements, vals};
use crate::error::Result;
use crate::event::{self, Scope};
use crate::{Store, clock, project};

/// Bindings that are listed at once, which is more than anybody has: three for each project of three
/// full organizations.
const LIST_MAX: u32 = 1_000_000;

statements! {
    GET: "read a project's binding" = "SELECT project_id, account FROM binding \
         WHERE project_id = $1 AND provider = $2";
    OF_PROJECT: "read a project's bindings" = "SELECT project_id, provider, account FROM binding \
         WHERE project_id = $1 ORDER BY provider";
    LIST: "list bindings" = "SELECT project_id, provider, account FROM binding \
         WHERE account > '' ORDER BY account, project_id, provider LIMIT $1";
    ANY: "look for a binding" = "SELECT project_id, provider, account FROM binding \
         WHERE project_id > '' ORDER BY project_id, provider LIMIT 1";
    SET: "bind a project" = "INSERT INTO binding (project_id, provider, account, bound_at) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (project_id, provider) DO UPDATE SET \
         account = excluded.account, bound_at = excluded.bound_at";
    DROP: "unbind a project" = "DELETE FROM binding WHERE project_id = $1 AND provider = $2";
    PEERING_IN_FLIGHT: "look for a peering in a cloud" = "SELECT p.id FROM container c \
         JOIN peering p ON p.container_id = c.id WHERE c.project_id = $1 AND c.provider = $2 \
         ORDER BY p.id LIMIT 1";
    NETWORK_IN_FLIGHT: "look for a network in a cloud" = "SELECT c.id FROM container c \
         WHERE c.project_id = $1 AND c.provider = $2 AND (c.network <> 'absent' \
         OR EXISTS (SELECT 1 FROM sim_network s WHERE s.container_id = c.id AND s.gone_at IS NULL)) ORDER BY c.id LIMIT 1";
    INSTALLATION: "read whose installation it is" = "SELECT name FROM installation WHERE id = 1";
    FOUND: "make an installation" = "INSERT INTO installation (id, name) VALUES (1, $1) \
         ON CONFLICT (id) DO NOTHING";
    LET_GO: "note what was let go" = "INSERT INTO let_go (made_for, account, at) VALUES ($1, $2, $3) \
         ON CONFLICT (made_for, account) DO UPDATE SET at = excluded.at";
    TAKE_UP: "forget what was let go" = "DELETE FROM let_go WHERE made_for = $1 AND account = $2";
    WAS_LET_GO: "look for what was let go" = "SELECT made_for FROM let_go WHERE made_for = $1 AND account = $2";
    PEERING_AT: "look for a peering of an account" = "SELECT p.id FROM peering p \
         JOIN binding b ON b.project_id = p.project_id AND b.provider = p.provider \
         WHERE p.id = $1 AND b.account = $2";
    CONTAINER_AT: "look for a container of an account" = "SELECT c.id FROM container c \
         JOIN binding b ON b.project_id = c.project_id AND b.provider = c.provider \
         WHERE c.id = $1 AND b.account = $2";
}

/// Where something belongs that carries our mark in an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belongs {
    /// To a row that lives in that account.
    Row,
    /// To nobody any more: it was let go on purpose.
    LetGo,
    /// To nobody.
    Nobody,
}

/// Whom a mark names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkOf {
    /// A container.
    Container(ContainerId),
    /// A peering.
    Peering(PeeringId),
}

fn read(row: &mut Row<'_>) -> Result<Binding> {
    Ok(Binding {
        project: row.of("binding").id()?,
        provider: row.parse(Provider::from_name)?,
        account: row.parse(AccountName::parse)?,
    })
}

/// The cloud that a column of the bindings' table says, which may have none.
pub(crate) fn read_cloud(row: &mut Row<'_>) -> Result<Cloud> {
    Ok(row.parse_opt(AccountName::parse)?.map_or(Cloud::Simulated, Cloud::Account))
}

/// The cloud of a project at a provider.
pub(crate) fn get(tx: &mut Tx<'_>, project: ProjectId, provider: Provider) -> Result<Cloud> {
    let account = tx.one(GET, vals![project, provider.name()], |row| {
        row.of("binding").skip();
        row.parse(AccountName::parse)
    })?;
    Ok(account.map_or(Cloud::Simulated, Cloud::Account))
}

/// Refuses while any project is bound. The caller has taken the clock.
pub(crate) fn check_none(tx: &mut Tx<'_>) -> Result<()> {
    match tx.one(ANY, &[], read)? {
        Some(Binding { project, account, .. }) => Err(Refusal::ClockHeld { project, account }.into()),
        None => Ok(()),
    }
}

/// Refuses where the far side is real. The caller has taken the project.
pub(crate) fn check_simulated(tx: &mut Tx<'_>, project: ProjectId, provider: Provider) -> Result<()> {
    match get(tx, project, provider)? {
        Cloud::Simulated => Ok(()),
        Cloud::Account(account) => Err(Refusal::FarSideReal { provider, account }.into()),
    }
}

/// Notes that what was made for a row carries our mark and is ours no more.
pub(crate) fn let_go(tx: &mut Tx<'_>, made_for: &str, account: &AccountName, at: Timestamp) -> Result<()> {
    tx.exec(LET_GO, vals![made_for, account.as_str(), at]).map(|_| ())
}

/// Forgets that; answers whether there was anything to forget.
pub(crate) fn take_up(tx: &mut Tx<'_>, made_for: &str, account: &AccountName) -> Result<bool> {
    tx.exec(TAKE_UP, vals![made_for, account.as_str()]).map(|n_rows| n_rows > 0)
}

/// What of a project stands in its cloud at a provider, or may.
fn occupant(tx: &mut Tx<'_>, project: ProjectId, provider: Provider) -> Result<Option<Occupant>> {
    let values = vals![project, provider.name()];
    let peering = tx.one(PEERING_IN_FLIGHT, values, |row| row.of("peering").id())?;
    if let Some(peering) = peering {
        return Ok(Some(Occupant::Peering(peering)));
    }
    let container = tx.one(NETWORK_IN_FLIGHT, values, |row| row.of("container").id())?;
    Ok(container.map(Occupant::Container))
}

fn set(tx: &mut Tx<'_>, project: ProjectId, provider: Provider, cloud: &Cloud, act: &Act) -> Result<()> {
    // INVARIANT: while a binding stands the world's clock does not move.
    clock::take(tx)?;
    let scope = project::take(tx, project)?;
    if get(tx, project, provider)? == *cloud {
        return Ok(());
    }
    if let Some(by) = occupant(tx, project, provider)? {
        return Err(Refusal::CloudInUse { provider, by }.into());
    }
    write(tx, scope, project, provider, cloud, act)
}

/// Writes it down. The caller has taken the clock and the project, in which nothing stands in the way.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    scope: Scope,
    project: ProjectId,
    provider: Provider,
    cloud: &Cloud,
    act: &Act,
) -> Result<()> {
    let kind = match cloud {
        Cloud::Account(account) => {
            tx.exec(SET, vals![project, provider.name(), account.as_str(), act.at])?;
            EventKind::CloudBound
        }
        Cloud::Simulated => {
            tx.exec(DROP, vals![project, provider.name()])?;
            EventKind::CloudUnbound
        }
    };
    event::write(tx, scope, kind, act, &format!("{}: {}", provider.name(), cloud.name()))
}

fn installation(tx: &mut Tx<'_>) -> Result<Option<InstallationId>> {
    tx.one(INSTALLATION, &[], |row| row.of("installation").id())
}

fn belongs(tx: &mut Tx<'_>, account: &AccountName, mark: MarkOf) -> Result<Belongs> {
    let (sql, id) = match mark {
        MarkOf::Container(id) => (CONTAINER_AT, id.0),
        MarkOf::Peering(id) => (PEERING_AT, id.0),
    };
    let values = &[Val::Id(id), Val::from(account.as_str())];
    if tx.any(sql, values)? {
        return Ok(Belongs::Row);
    }
    let let_go = tx.any(WAS_LET_GO, values)?;
    Ok(if let_go { Belongs::LetGo } else { Belongs::Nobody })
}

impl Store {
    /// The cloud of a project at a provider.
    pub async fn binding_get(&self, project: ProjectId, provider: Provider) -> Result<Cloud> {
        self.read(move |tx| get(tx, project, provider)).await
    }

    /// A project's clouds that are not simulated.
    pub async fn binding_list(&self, project: ProjectId) -> Result<Vec<Binding>> {
        self.read(move |tx| tx.sound(OF_PROJECT, vals![project], read)).await
    }

    /// Chooses a project's cloud at a provider. Whoever asks has been found to be allowed to; what
    /// stands in the one that it has is in the way.
    pub async fn binding_set(
        &self,
        project: ProjectId,
        provider: Provider,
        cloud: &Cloud,
        act: &Act,
    ) -> Result<()> {
        let (cloud, act) = (cloud.clone(), act.clone());
        self.write(move |tx| set(tx, project, provider, &cloud, &act)).await
    }

    /// The bindings of all projects, by account: an operator's.
    pub async fn binding_list_all(&self) -> Result<Vec<Binding>> {
        self.read(|tx| tx.sound(LIST, vals![LIST_MAX], read)).await
    }

    /// Where something belongs that carries our mark in an account.
    pub async fn mark_belongs(&self, account: &AccountName, mark: MarkOf) -> Result<Belongs> {
        let account = account.clone();
        self.read(move |tx| belongs(tx, &account, mark)).await
    }

    /// Whose installation this is, if that was asked for before.
    pub async fn installation_made(&self) -> Result<Option<InstallationId>> {
        self.read(installation).await
    }

    /// Whose installation this is: the mark of what is made in real clouds. Made when it is first
    /// asked for, and never again.
    pub async fn installation(&self, now: Timestamp) -> Result<InstallationId> {
        if let Some(id) = self.read(installation).await? {
            return Ok(id);
        }
        self.write(move |tx| {
            let id: InstallationId = tx.mint(now);
            tx.exec(FOUND, vals![id])?;
            // Another node may have been first.
            Ok(installation(tx)?.unwrap_or(id))
        })
        .await
    }
}
