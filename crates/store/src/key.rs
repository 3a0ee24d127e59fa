//! API keys: made in an organization, given roles in its projects.

use model::event::EventKind;
use model::key::Key;
use model::limits::KEYS_PER_ORG;
use model::{Act, KeyId, OrgId, ProjectId, Refusal, Roles};

use crate::engine::{Row, Tx, statements, vals};
use crate::error::Result;
use crate::event::{self, Scope};
use crate::{Page, Paged, Store, caller_access, org, project, role_grant};

macro_rules! columns {
    () => {
        "k.id, k.org_id, k.public_key, k.mask, k.description, k.created_at, g.roles \
         FROM api_key k LEFT JOIN role_grant g ON g.holder = k.id AND g.place = k.org_id "
    };
}

statements! {
    INSERT: "make a key" = "INSERT INTO api_key \
         (id, org_id, public_key, mask, description, sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    GET: "read a key" = "SELECT ", columns!(), "WHERE k.id = $1 AND k.org_id = $2";
    TAKE: "take a key" = "SELECT ", columns!(), "WHERE k.id = $1 AND k.org_id = $2 /*! FOR UPDATE OF k */";
    PROJECT_ROLES: "read a key's projects" = "SELECT p.id, g.roles FROM role_grant g \
         JOIN project p ON p.id = g.place WHERE g.holder = $1 AND p.closed_at IS NULL ORDER BY p.id";
    LIST_OF_ORG: "list keys" = "SELECT ", columns!(), "WHERE k.org_id = $1 ORDER BY k.id LIMIT $2 OFFSET $3";
    TAKE_ALL: "take an organization's keys" = "SELECT id FROM api_key WHERE org_id = $1 ORDER BY id \
         /*! FOR UPDATE */";
    COUNT_OF_ORG: "count keys" = "SELECT count(*) FROM api_key WHERE org_id = $1";
    LIST_OF_PROJECT: "list keys" = "SELECT ", columns!(),
        "JOIN role_grant a ON a.holder = k.id WHERE a.place = $1 ORDER BY k.id LIMIT $2 OFFSET $3";
    COUNT_OF_PROJECT: "count keys" = "SELECT count(*) FROM role_grant a JOIN api_key k ON k.id = a.holder \
         WHERE a.place = $1";
    SET_DESCRIPTION: "describe a key" = "UPDATE api_key SET description = $1 WHERE id = $2";
    SET_PAIR: "replace a key's halves" = "UPDATE api_key SET public_key = $1, mask = $2, sealed = $3 \
         WHERE id = $4";
    DELETE: "delete a key" = "DELETE FROM api_key WHERE id = $1";
}

/// What a change of a key names; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyChange {
    /// Another description.
    pub description: Option<String>,
    /// Other roles in its organization, all of them.
    pub org_roles: Option<Roles>,
    /// Other roles in one of its organization's projects, all of them.
    pub project_roles: Option<(ProjectId, Roles)>,
}

fn read(row: &mut Row<'_>) -> Result<Key> {
    Ok(Key {
        id: row.of("api_key").id()?,
        org: row.id()?,
        public_key: row.string()?,
        mask: row.string()?,
        description: row.string()?,
        created_at: row.time()?,
        org_roles: role_grant::read(row)?,
        project_roles: Vec::new(),
    })
}

fn read_project_roles(row: &mut Row<'_>) -> Result<(ProjectId, Roles)> {
    Ok((row.of("role_grant").id()?, role_grant::read(row)?))
}

fn with_project_roles(tx: &mut Tx<'_>, key: Key) -> Result<Key> {
    let project_roles = tx.all(PROJECT_ROLES, vals![key.id], read_project_roles)?;
    Ok(Key { project_roles, ..key })
}

fn get(tx: &mut Tx<'_>, org: OrgId, id: KeyId) -> Result<Option<Key>> {
    match tx.one(GET, vals![id, org], read)? {
        Some(key) => with_project_roles(tx, key).map(Some),
        None => Ok(None),
    }
}

/// Takes a key of an organization.
pub(crate) fn take(tx: &mut Tx<'_>, org: OrgId, id: KeyId) -> Result<Key> {
    let key = tx.take(TAKE, vals![id, org], read)?.ok_or(Refusal::KeyNotFound { id })?;
    with_project_roles(tx, key)
}

/// Makes a key, with the roles that it says.
pub(crate) fn insert(tx: &mut Tx<'_>, key: &Key, sealed: &[u8], act: &Act) -> Result<()> {
    org::take(tx, key.org)?;
    if tx.count(COUNT_OF_ORG, vals![key.org])? >= u64::from(KEYS_PER_ORG) {
        return Err(Refusal::TooManyKeys { max: KEYS_PER_ORG }.into());
    }
    let Key { id, org, public_key, mask, description, org_roles, project_roles, created_at } = key;
    tx.exec(INSERT, vals![*id, *org, public_key, mask, description, sealed, *created_at])?;
    role_grant::set(tx, (*id).into(), (*org).into(), *org_roles)?;
    event::write(tx, Scope::of_org(*org), EventKind::ApiKeyCreated, act, public_key)?;
    project_roles.iter().try_for_each(|(project, roles)| assign(tx, *project, key, *roles, act))
}

fn assign(tx: &mut Tx<'_>, project: ProjectId, key: &Key, roles: Roles, act: &Act) -> Result<()> {
    let scope = project::take(tx, project)?;
    if scope.org != key.org {
        return Err(Refusal::KeyNotFound { id: key.id }.into());
    }
    let kind = match role_grant::get(tx, key.id.into(), project.into())? {
        None => EventKind::ApiKeyAddedToGroup,
        Some(held) if held != roles => EventKind::ApiKeyRolesChanged,
        Some(_) => return Ok(()),
    };
    role_grant::set(tx, key.id.into(), project.into(), roles)?;
    event::write(tx, scope, kind, act, &key.public_key)
}

fn change(tx: &mut Tx<'_>, org: OrgId, id: KeyId, change: &KeyChange, act: &Act) -> Result<Key> {
    org::take(tx, org)?;
    if let Some((project, _)) = change.project_roles {
        project::take(tx, project)?;
    }
    let mut key = take(tx, org, id)?;
    let scope = Scope::of_org(org);
    if let Some(description) = change.description.as_ref().filter(|words| **words != key.description) {
        tx.exec(SET_DESCRIPTION, vals![description, id])?;
        key.description.clone_from(description);
        event::write(tx, scope, EventKind::ApiKeyDescriptionChanged, act, &key.public_key)?;
    }
    if let Some(roles) = change.org_roles.filter(|roles| *roles != key.org_roles) {
        role_grant::set(tx, id.into(), org.into(), roles)?;
        role_grant::keep_an_owner(tx, org, key.org_roles)?;
        key.org_roles = roles;
        event::write(tx, scope, EventKind::ApiKeyRolesChanged, act, &key.public_key)?;
    }
    if let Some((project, roles)) = change.project_roles {
        assign(tx, project, &key, roles, act)?;
        return take(tx, org, id);
    }
    Ok(key)
}

/// There is no kind of event for it, so it is told as what it is: one pair ends, another begins.
fn rotate(
    tx: &mut Tx<'_>,
    org: OrgId,
    id: KeyId,
    public_key: Option<&str>,
    mask: &str,
    sealed: &[u8],
    act: &Act,
) -> Result<Key> {
    let key = take(tx, org, id)?;
    tx.callers_changed();
    let public_key = public_key.unwrap_or(&key.public_key);
    tx.exec(SET_PAIR, vals![public_key, mask, sealed, id])?;
    event::write(tx, Scope::of_org(org), EventKind::ApiKeyDeleted, act, &key.public_key)?;
    event::write(tx, Scope::of_org(org), EventKind::ApiKeyCreated, act, public_key)?;
    take(tx, org, id)
}

/// Drops a key's row and all that hangs on it.
fn drop(tx: &mut Tx<'_>, id: KeyId) -> Result<()> {
    tx.callers_changed();
    caller_access::drop_all(tx, id.into())?;
    role_grant::drop_of_holder(tx, id.into())?;
    tx.exec(DELETE, vals![id]).map(|_| ())
}

/// Drops all keys of an organization that ends.
pub(crate) fn drop_of_org(tx: &mut Tx<'_>, org: OrgId) -> Result<()> {
    let ids = tx.all(TAKE_ALL, vals![org], |row| row.of("api_key").id())?;
    ids.into_iter().try_for_each(|id| drop(tx, id))
}

fn delete(tx: &mut Tx<'_>, org: OrgId, id: KeyId, act: &Act) -> Result<()> {
    org::take(tx, org)?;
    let key = take(tx, org, id)?;
    drop(tx, id)?;
    role_grant::keep_an_owner(tx, org, key.org_roles)?;
    event::write(tx, Scope::of_org(org), EventKind::ApiKeyDeleted, act, &key.public_key)
}

impl Store {
    /// Makes a key, with the roles that it says.
    pub async fn key_create(&self, key: Key, sealed: Vec<u8>, act: &Act) -> Result<Key> {
        let act = act.clone();
        self.write(move |tx| insert(tx, &key, &sealed, &act).map(|()| key.clone())).await
    }

    /// A key of an organization.
    pub async fn key_get(&self, org: OrgId, id: KeyId) -> Result<Option<Key>> {
        self.snapshot(move |tx| get(tx, org, id)).await
    }

    /// The keys of an organization.
    pub async fn key_list(&self, org: OrgId, page: Page) -> Result<Paged<Key>> {
        self.snapshot(move |tx| {
            let total = tx.count(COUNT_OF_ORG, vals![org])?;
            let keys = tx.sound(LIST_OF_ORG, vals![org, page.size, page.skipped()], read)?;
            let items = keys.into_iter().map(|key| with_project_roles(tx, key)).collect::<Result<_>>()?;
            Ok(Paged { items, total })
        })
        .await
    }

    /// The keys that have a role in a project.
    pub async fn key_list_of_project(&self, project: ProjectId, page: Page) -> Result<Paged<Key>> {
        self.snapshot(move |tx| {
            let total = tx.count(COUNT_OF_PROJECT, vals![project])?;
            let keys = tx.sound(LIST_OF_PROJECT, vals![project, page.size, page.skipped()], read)?;
            let items = keys.into_iter().map(|key| with_project_roles(tx, key)).collect::<Result<_>>()?;
            Ok(Paged { items, total })
        })
        .await
    }

    /// Changes a key.
    pub async fn key_change(&self, org: OrgId, id: KeyId, change: KeyChange, act: &Act) -> Result<Key> {
        let act = act.clone();
        self.write(move |tx| self::change(tx, org, id, &change, &act)).await
    }

    /// Replaces the private half of a key, and the public one if another is given; it keeps its id,
    /// its roles and its access list. `sealed` is sealed for the public half that it has then.
    pub async fn key_rotate(
        &self,
        org: OrgId,
        id: KeyId,
        public_key: Option<String>,
        mask: String,
        sealed: Vec<u8>,
        act: &Act,
    ) -> Result<Key> {
        let act = act.clone();
        self.write(move |tx| rotate(tx, org, id, public_key.as_deref(), &mask, &sealed, &act)).await
    }

    /// Deletes a key, with its roles and its access list.
    pub async fn key_delete(&self, org: OrgId, id: KeyId, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| delete(tx, org, id, &act)).await
    }

    /// Gives a key of the project's organization these roles in the project, instead of those it had.
    pub async fn key_assign(&self, project: ProjectId, id: KeyId, roles: Roles, act: &Act) -> Result<Key> {
        let act = act.clone();
        self.write(move |tx| {
            let org = project::take(tx, project)?.org;
            let key = take(tx, org, id)?;
            assign(tx, project, &key, roles, &act)?;
            take(tx, org, id)
        })
        .await
    }

    /// Takes a key's roles in a project.
    pub async fn key_unassign(&self, project: ProjectId, id: KeyId, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| {
            let scope = project::take(tx, project)?;
            let key = take(tx, scope.org, id)?;
            if !role_grant::drop(tx, id.into(), project.into())? {
                return Err(Refusal::KeyNotFound { id }.into());
            }
            event::write(tx, scope, EventKind::ApiKeyRemovedFromGroup, &act, &key.public_key)
        })
        .await
    }
}
