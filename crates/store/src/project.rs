//! Projects: made, changed, closed.
//!
//! A project that is deleted while networks of its containers still stand is *closed*: it exists
//! for nobody any more, its name is free, and its row goes with its last container's. Every change
//! inside a project takes its row first ([`take`]), which also proves that it is open.

mod list;
mod tags;

use model::event::EventKind;
use model::key::Principal;
use model::limits::PROJECTS_PER_ORG;
use model::project::{Project, Settings, Tag};
use model::world::{Acceptance, Latency, World};
use model::{AccountName, Act, Cloud, OrgId, ProjectId, Provider, Refusal, Role, Roles, UserId};

use crate::engine::{Row, Tx, statements, vals};
use crate::error::{Error, Result};
use crate::event::{self, Scope};
use crate::{Store, access, binding, caller, clock, container, org, role_grant, upkeep, user};

#[cfg(test)]
pub(crate) use list::STATEMENTS as LIST_STATEMENTS;

macro_rules! project_columns {
    ($of:literal) => {
        concat!(
            $of,
            "id, ",
            $of,
            "org_id, ",
            $of,
            "name, ",
            $of,
            "created_at, ",
            $of,
            "default_alerts, ",
            $of,
            "tags, ",
            $of,
            "region_restrictions, ",
            $of,
            "settings, ",
            $of,
            "managed_slow_ms, ",
            crate::project::world_columns!($of)
        )
    };
}
pub(crate) use project_columns;

macro_rules! world_columns {
    ($of:literal) => {
        concat!($of, "latency, ", $of, "acceptance, ", $of, "n_faults")
    };
}
pub(crate) use world_columns;

statements! {
    GET: "read a project" = "SELECT ", project_columns!("p."), " FROM project p \
         WHERE p.id = $1 AND p.closed_at IS NULL";
    TAKE: "take a project" = "SELECT org_id FROM project WHERE id = $1 AND closed_at IS NULL \
         /*! FOR UPDATE */";
    ORG: "look a project's organization up" = "SELECT org_id FROM project WHERE id = $1";
    HOLD: "hold a project" = "SELECT id FROM project WHERE id = $1 /*! FOR UPDATE */";
    COUNT_UP: "count a project" = "UPDATE org SET n_projects = n_projects + 1 \
         WHERE id = $1 AND closed_at IS NULL \
         RETURNING n_projects";
    COUNT_DOWN: "count a project off" = "UPDATE org SET n_projects = n_projects - 1 WHERE id = $1";
    ID_BY_NAME: "look a project's name up" = "SELECT id FROM project \
         WHERE org_id = $1 AND name = $2 AND closed_at IS NULL";
    INSERT: "make a project" = "INSERT INTO project (", project_columns!(""), ") \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    SET_NAME: "rename a project" = "UPDATE project SET name = $1 WHERE id = $2";
    SET_TAGS: "label a project" = "UPDATE project SET tags = $1 WHERE id = $2";
    SET_SETTINGS: "change a project's settings" = "UPDATE project SET settings = $1 WHERE id = $2";
    SET_SLOW_MS: "change a project's settings" = "UPDATE project SET managed_slow_ms = $1 WHERE id = $2";
    ANY_PEERING: "look for peerings" = "SELECT p.id FROM container c \
         JOIN peering p ON p.container_id = c.id WHERE c.project_id = $1 LIMIT 1";
    DROP_LIMITS: "drop a project's limits" = "DELETE FROM project_limit WHERE project_id = $1";
    DROP_TEAMS: "drop a project's teams" = "DELETE FROM project_team WHERE project_id = $1";
    DROP_FAULTS: "drop a project's faults" = "DELETE FROM fault WHERE project_id = $1";
    CLOSE: "close a project" = "UPDATE project SET closed_at = $1 WHERE id = $2";
    FORGET: "forget a closed project" = "DELETE FROM project WHERE id = $1 AND closed_at IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM container c WHERE c.project_id = $1)";
}

/// What a change of a project names; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectChange {
    /// Another name.
    pub name: Option<String>,
    /// Other labels, all of them.
    pub tags: Option<Vec<Tag>>,
}

pub(crate) fn read(row: &mut Row<'_>) -> Result<Project> {
    Ok(Project {
        id: row.of("project").id()?,
        org: row.id()?,
        name: row.string()?,
        created_at: row.time()?,
        default_alerts: row.flag()?,
        tags: row.parse(tags::parse)?,
        region_restrictions: row.string_opt()?,
        settings: Settings::from_bits(row.number()?),
        managed_slow_ms: row.flag()?,
        world: read_world(row)?,
    })
}

pub(crate) fn read_world(row: &mut Row<'_>) -> Result<World> {
    Ok(World {
        latency: row.parse_opt(Latency::from_name)?,
        acceptance: row.parse(Acceptance::from_name)?,
        n_faults: row.number()?,
    })
}

/// Takes an open project: what is decided about it stays true until the transaction ends.
pub(crate) fn take(tx: &mut Tx<'_>, id: ProjectId) -> Result<Scope> {
    let org = tx.take(TAKE, vals![id], |row| row.of("project").id())?;
    let org = org.ok_or(Refusal::ProjectNotFound { id })?;
    Ok(Scope { org, project: Some(id) })
}

/// Takes an open project after its organization: for what is decided about both.
pub(crate) fn take_in_org(tx: &mut Tx<'_>, id: ProjectId) -> Result<Scope> {
    // A project stays in its organization, so this can be read before.
    let org = tx.one(ORG, vals![id], |row| row.of("project").id())?;
    let missing = Refusal::ProjectNotFound { id };
    // An organization with an open project is open.
    org::take(tx, org.ok_or(missing.clone())?).map_err(|error| match error {
        Error::Refused(Refusal::OrgNotFound { .. }) => missing.into(),
        error => error,
    })?;
    take(tx, id)
}

/// Takes a project's row and its organization's, whether they are open or being closed.
pub(crate) fn hold_in_org(tx: &mut Tx<'_>, id: ProjectId) -> Result<()> {
    if let Some(org) = tx.one(ORG, vals![id], |row| row.of("project").id())? {
        org::hold(tx, org)?;
    }
    hold(tx, id)
}

/// Takes a project's row, whether it is open or being closed.
pub(crate) fn hold(tx: &mut Tx<'_>, id: ProjectId) -> Result<()> {
    tx.take(HOLD, vals![id], |_| Ok(())).map(|_| ())
}

fn get(tx: &mut Tx<'_>, id: ProjectId) -> Result<Project> {
    Ok(tx.one(GET, vals![id], read)?.ok_or(Refusal::ProjectNotFound { id })?)
}

fn check_name(tx: &mut Tx<'_>, org: OrgId, name: &str) -> Result<()> {
    match tx.any(ID_BY_NAME, vals![org, name])? {
        true => Err(Refusal::ProjectExists { name: name.to_owned() }.into()),
        false => Ok(()),
    }
}

/// Makes a project, if its organization has room and its name is free.
pub(crate) fn insert(tx: &mut Tx<'_>, project: &Project, act: &Act) -> Result<()> {
    let Project { id, org, name, created_at, default_alerts, world, .. } = project;
    let count = tx.one(COUNT_UP, vals![*org], |row| row.of("org").number::<u32>())?;
    if count.ok_or(Refusal::OrgNotFound { id: *org })? > PROJECTS_PER_ORG {
        return Err(Refusal::TooManyProjects { max: PROJECTS_PER_ORG }.into());
    }
    check_name(tx, *org, name)?;
    let tags = tags::text(&project.tags);
    let values = vals![
        *id,
        *org,
        name,
        *created_at,
        *default_alerts,
        &tags,
        project.region_restrictions.as_deref(),
        u32::from(project.settings.bits()),
        project.managed_slow_ms,
        world.latency.map(Latency::name),
        world.acceptance.name(),
        world.n_faults,
    ];
    tx.exec(INSERT, values)?;
    let scope = Scope { org: *org, project: Some(*id) };
    event::write(tx, scope, EventKind::GroupCreated, act, &id.to_string())
}

fn create(
    tx: &mut Tx<'_>,
    project: &Project,
    creator: &Principal,
    owner: Option<UserId>,
    accounts: &[(Provider, AccountName)],
    act: &Act,
) -> Result<()> {
    if !accounts.is_empty() {
        // INVARIANT: whoever binds takes the clock, and takes it before anything else.
        clock::take(tx)?;
    }
    insert(tx, project, act)?;
    let holder = role_grant::holder(creator);
    let held = role_grant::get(tx, holder, project.org.into())?.unwrap_or(Roles::NONE);
    let scope = Scope { org: project.org, project: Some(project.id) };
    if !held.contains(Role::OrgOwner) {
        role_grant::set(tx, holder, project.id.into(), Roles::one(Role::GroupOwner))?;
        let (kind, name) = caller::added(tx, creator)?;
        event::write(tx, scope, kind, act, &name)?;
    }
    if let Some(owner) = owner {
        let username = user::name(tx, owner)?;
        role_grant::set(tx, owner.into(), project.id.into(), Roles::one(Role::GroupOwner))?;
        event::write(tx, scope, EventKind::JoinedGroup, act, &username)?;
    }
    for (provider, account) in accounts {
        // It is new: it is nobody else's yet, and nothing stands in it.
        binding::write(tx, scope, project.id, *provider, &Cloud::Account(account.clone()), act)?;
    }
    Ok(())
}

fn change(tx: &mut Tx<'_>, id: ProjectId, change: &ProjectChange, act: &Act) -> Result<Project> {
    let scope = if change.name.is_some() { take_in_org(tx, id)? } else { take(tx, id)? };
    let mut project = get(tx, id)?;
    if let Some(name) = change.name.as_ref().filter(|name| **name != project.name) {
        check_name(tx, scope.org, name)?;
        tx.exec(SET_NAME, vals![name, id])?;
        project.name.clone_from(name);
        event::write(tx, scope, EventKind::GroupNameChanged, act, name)?;
    }
    if let Some(tags) = change.tags.as_ref().filter(|tags| **tags != project.tags) {
        tx.exec(SET_TAGS, vals![&tags::text(tags), id])?;
        project.tags.clone_from(tags);
        event::write(tx, scope, EventKind::GroupTagsModified, act, &id.to_string())?;
    }
    Ok(project)
}

/// The service has a name for a change of some settings, and none for one of the others.
fn change_settings(tx: &mut Tx<'_>, id: ProjectId, flags: &[(String, bool)], act: &Act) -> Result<Settings> {
    let scope = take(tx, id)?;
    let before = get(tx, id)?.settings;
    let settings = flags.iter().fold(before, |settings, (name, on)| settings.with(name, *on));
    tx.exec(SET_SETTINGS, vals![u32::from(settings.bits()), id])?;
    for ((name, on), _) in settings.iter().zip(before.iter()).filter(|(new, old)| new != old) {
        let kind = match (name, on) {
            ("isDataExplorerEnabled", true) => EventKind::DataExplorerEnabled,
            ("isDataExplorerEnabled", false) => EventKind::DataExplorerDisabled,
            ("isCollectDatabaseSpecificsStatisticsEnabled", _) => {
                EventKind::ProjectCollectDatabaseStatisticsUpdated
            }
            ("isDataValidationEnabled", _) => EventKind::ProjectDataValidationUpdated,
            ("isExtendedStorageSizesEnabled", _) => EventKind::ProjectExtendedStorageSizesUpdated,
            _ => continue,
        };
        event::write(tx, scope, kind, act, &id.to_string())?;
    }
    Ok(settings)
}

fn close(tx: &mut Tx<'_>, id: ProjectId, act: &Act) -> Result<()> {
    let scope = take_in_org(tx, id)?;
    if tx.any(ANY_PEERING, vals![id])? {
        return Err(Refusal::ProjectHasPeerings.into());
    }
    for drop in [DROP_LIMITS, DROP_TEAMS, DROP_FAULTS] {
        tx.exec(drop, vals![id])?;
    }
    access::drop_all(tx, id)?;
    upkeep::drop(tx, id)?;
    role_grant::drop_at(tx, id.into())?;
    tx.exec(COUNT_DOWN, vals![scope.org])?;
    tx.exec(CLOSE, vals![act.at, id])?;
    // The project's own list can't be asked for any more; this one stays in the organization's.
    event::write(tx, scope, EventKind::GroupDeleted, act, &id.to_string())?;
    container::drop_all(tx, id, act.at)?;
    forget(tx, id)
}

/// Deletes the row of a closed project that has no container left, and its organization's if that
/// is closed, too.
pub(crate) fn forget(tx: &mut Tx<'_>, id: ProjectId) -> Result<()> {
    tx.exec(FORGET, vals![id])?;
    org::forget(tx)
}

impl Store {
    /// Makes a project. Its creator owns it, and so does `owner`.
    pub async fn project_create(
        &self,
        project: Project,
        creator: &Principal,
        owner: Option<UserId>,
        act: &Act,
    ) -> Result<Project> {
        self.project_create_bound(project, creator, owner, Vec::new(), act).await
    }

    /// The same, with the accounts that it is bound to from the start.
    pub async fn project_create_bound(
        &self,
        project: Project,
        creator: &Principal,
        owner: Option<UserId>,
        accounts: Vec<(Provider, AccountName)>,
        act: &Act,
    ) -> Result<Project> {
        let (creator, act) = (creator.clone(), act.clone());
        self.write(move |tx| {
            create(tx, &project, &creator, owner, &accounts, &act)?;
            Ok(project.clone())
        })
        .await
    }

    /// An open project.
    pub async fn project_get(&self, id: ProjectId) -> Result<Option<Project>> {
        self.read(move |tx| tx.one(GET, vals![id], read)).await
    }

    /// Changes name or labels.
    pub async fn project_change(&self, id: ProjectId, change: ProjectChange, act: &Act) -> Result<Project> {
        let act = act.clone();
        self.write(move |tx| self::change(tx, id, &change, &act)).await
    }

    /// Changes the settings that are named; answers what they all are then.
    pub async fn project_settings_change(
        &self,
        id: ProjectId,
        flags: Vec<(String, bool)>,
        act: &Act,
    ) -> Result<Settings> {
        let act = act.clone();
        self.write(move |tx| change_settings(tx, id, &flags, &act)).await
    }

    /// Changes whether slow operations are managed. There is no kind of event for it.
    pub async fn project_slow_ms_change(&self, id: ProjectId, managed: bool, _act: &Act) -> Result<()> {
        self.write(move |tx| {
            take(tx, id)?;
            tx.exec(SET_SLOW_MS, vals![managed, id]).map(|_| ())
        })
        .await
    }

    /// Deletes a project that has no peerings, or closes it until its networks are gone.
    pub async fn project_delete(&self, id: ProjectId, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| close(tx, id, &act)).await
    }
}
