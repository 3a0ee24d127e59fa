//! Organizations, and the first start that makes one.
//!
//! An organization that is deleted while networks of its projects still stand is *closed*, as they
//! are: it exists for nobody any more, and its row goes with its last project's.

mod settings;

use model::event::EventKind;
use model::key::{Key, Principal, Secret, ServiceAccount};
use model::limits::ORGS;
use model::project::{Org, Project, User};
use model::refusal::Crowd;
use model::{Act, OrgId, Refusal, Role, Roles, UserId};

use crate::Store;
use crate::engine::{Row, Tx, Val, statements, vals};
use crate::error::Result;
use crate::event::{self, Scope};
use crate::user::Whom;
use crate::{account, clock, key, membership, project, role_grant, team, user};

#[cfg(test)]
pub(crate) use settings::STATEMENTS as SETTINGS_STATEMENTS;

macro_rules! org_columns {
    ($of:literal) => {
        concat!(
            $of,
            "id, ",
            $of,
            "name, ",
            $of,
            "api_access_list_required, ",
            $of,
            "skip_default_alerts, ",
            $of,
            "created_at"
        )
    };
}
pub(crate) use org_columns;

statements! {
    INSERT: "make an organization" = "INSERT INTO org (", org_columns!(""), ", n_projects) \
         VALUES ($1, $2, $3, $4, $5, 0)";
    GET: "read an organization" = "SELECT ", org_columns!(""), " FROM org \
         WHERE id = $1 AND closed_at IS NULL";
    TAKE: "take an organization" = "SELECT ", org_columns!(""), " FROM org \
         WHERE id = $1 AND closed_at IS NULL /*! FOR UPDATE */";
    HOLD: "hold an organization" = "SELECT id FROM org WHERE id = $1 /*! FOR UPDATE */";
    FIRST: "read the first organization" = "SELECT ", org_columns!(""), " FROM org \
         WHERE closed_at IS NULL ORDER BY id LIMIT 1";
    LIST: "list organizations" = "SELECT ", org_columns!("o."), ", g.roles FROM role_grant g \
         JOIN org o ON o.id = g.place WHERE g.holder = $1 AND o.closed_at IS NULL ORDER BY o.id";
    COUNT: "count organizations" = "SELECT count(*) FROM org WHERE closed_at IS NULL";
    SET: "change an organization" = "UPDATE org SET name = $1, skip_default_alerts = $2 WHERE id = $3";
    COUNT_PROJECTS: "count projects" = "SELECT n_projects FROM org WHERE id = $1";
    CLOSE: "close an organization" = "UPDATE org SET closed_at = $1 WHERE id = $2";
    FORGET: "forget closed organizations" = "DELETE FROM org WHERE closed_at IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM project p WHERE p.org_id = org.id)";
}

/// What the first start makes.
#[derive(Debug, Clone)]
pub struct Bootstrap {
    /// The organization.
    pub org: Org,
    /// Its owner, who owns the project too.
    pub user: User,
    /// The first project.
    pub project: Project,
    /// An API key that owns the organization.
    pub key: Key,
    /// The sealed form of its private half.
    pub sealed: Vec<u8>,
    /// A service account that owns the organization.
    pub account: ServiceAccount,
    /// Its secret, hashed.
    pub secret: Secret,
}

pub(crate) fn read(row: &mut Row<'_>) -> Result<Org> {
    Ok(Org {
        id: row.of("org").id()?,
        name: row.string()?,
        api_access_list_required: row.flag()?,
        skip_default_alerts: row.flag()?,
        created_at: row.time()?,
    })
}

/// An organization to be made, with whoever may use it first.
#[derive(Debug, Clone)]
pub struct NewOrg {
    /// The organization.
    pub org: Org,
    /// The person who owns it.
    pub owner: Option<UserId>,
    /// A key of it, with the sealed form of its private half.
    pub key: Option<(Key, Vec<u8>)>,
    /// A service account of it, with its secret.
    pub account: Option<(ServiceAccount, Secret)>,
}

/// What a change of an organization names; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrgChange {
    /// Another name.
    pub name: Option<String>,
    /// Whether no alert settings were made with it.
    pub skip_default_alerts: Option<bool>,
}

/// Takes an open organization: what is decided about it stays true until the transaction ends.
pub(crate) fn take(tx: &mut Tx<'_>, id: OrgId) -> Result<Org> {
    Ok(tx.take(TAKE, vals![id], read)?.ok_or(Refusal::OrgNotFound { id })?)
}

/// Takes an organization's row, whether it is open or being closed.
pub(crate) fn hold(tx: &mut Tx<'_>, id: OrgId) -> Result<()> {
    tx.take(HOLD, vals![id], |_| Ok(())).map(|_| ())
}

fn insert(tx: &mut Tx<'_>, org: &Org, act: &Act) -> Result<()> {
    let Org { id, name, api_access_list_required, skip_default_alerts, created_at } = org;
    tx.exec(INSERT, vals![*id, name, *api_access_list_required, *skip_default_alerts, *created_at])?;
    event::write(tx, Scope::of_org(*id), EventKind::OrgCreated, act, &id.to_string())
}

fn bootstrap(tx: &mut Tx<'_>, first: &Bootstrap, act: &Act) -> Result<()> {
    let org = &first.org;
    insert(tx, org, act)?;

    let owner = Roles::one(Role::OrgOwner);
    user::insert(tx, &first.user)?;
    role_grant::set(tx, first.user.id.into(), org.id.into(), owner)?;
    let key = Key { org_roles: owner, ..first.key.clone() };
    key::insert(tx, &key, &first.sealed, act)?;
    let account = ServiceAccount { org_roles: owner, ..first.account.clone() };
    account::insert(tx, &account, &first.secret, act)?;

    project::insert(tx, &first.project, act)?;
    role_grant::set(tx, Val::from(first.user.id), first.project.id.into(), Roles::one(Role::GroupOwner))
}

fn create(tx: &mut Tx<'_>, new: &NewOrg, home: OrgId, creator: &Principal, act: &Act) -> Result<()> {
    clock::take(tx)?;
    if tx.count(COUNT, &[])? >= u64::from(ORGS) {
        return Err(Refusal::TooMany { of: Crowd::Orgs, max: ORGS }.into());
    }
    let id = new.org.id;
    take(tx, home)?;
    insert(tx, &new.org, act)?;
    let owner = Roles::one(Role::OrgOwner);
    if let Some(person) = new.owner {
        let whom = Whom { invited: false, ..Whom::all(act.at) };
        let member = user::get_of_org(tx, home, &Whom { id: Some(person), ..whom })?;
        let member = member.ok_or_else(|| Refusal::UserNotFound { id: person.to_string() })?;
        role_grant::set(tx, person.into(), id.into(), owner)?;
        event::write(tx, Scope::of_org(id), EventKind::JoinedOrg, act, &member.user.username)?;
    }
    if let Some((key, sealed)) = &new.key {
        key::insert(tx, key, sealed, act)?;
    }
    if let Some((account, secret)) = &new.account {
        account::insert(tx, account, secret, act)?;
    }
    if new.key.is_none() && new.account.is_none() {
        role_grant::set(tx, role_grant::holder(creator), id.into(), owner)?;
    }
    Ok(())
}

fn change(tx: &mut Tx<'_>, id: OrgId, change: &OrgChange, act: &Act) -> Result<Org> {
    let before = take(tx, id)?;
    let mut org = before.clone();
    if let Some(name) = &change.name {
        org.name.clone_from(name);
    }
    if let Some(skip) = change.skip_default_alerts {
        org.skip_default_alerts = skip;
    }
    tx.exec(SET, vals![&org.name, org.skip_default_alerts, id])?;
    if org.name != before.name {
        event::write(tx, Scope::of_org(id), EventKind::OrgRenamed, act, &org.name)?;
    }
    Ok(org)
}

fn close(tx: &mut Tx<'_>, id: OrgId, act: &Act) -> Result<()> {
    clock::take(tx)?;
    let org = take(tx, id)?;
    if tx.count(COUNT_PROJECTS, vals![id])? > 0 {
        return Err(Refusal::OrgHasProjects.into());
    }
    // QUIRK(last-org): without any organization nobody could call any more.
    if tx.count(COUNT, &[])? == 1 {
        return Err(Refusal::LastOrg.into());
    }
    key::drop_of_org(tx, id)?;
    account::drop_of_org(tx, id)?;
    team::drop_all(tx, id)?;
    membership::drop_invitations(tx, id)?;
    role_grant::drop_at(tx, id.into())?;
    tx.exec(CLOSE, vals![act.at, id])?;
    event::write(tx, Scope::of_org(id), EventKind::OrgDeleted, act, &org.name)?;
    forget(tx)
}

/// Deletes the rows of closed organizations that have no project left.
pub(crate) fn forget(tx: &mut Tx<'_>) -> Result<()> {
    tx.exec(FORGET, &[]).map(|_| ())
}

impl Store {
    /// Makes what the first start needs, all or nothing.
    pub async fn bootstrap(&self, first: Bootstrap, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| bootstrap(tx, &first, &act)).await
    }

    /// The same, unless there is an organization already: of several servers that start on an empty
    /// database one makes it. Answers whether it was this one.
    pub async fn first_start(&self, first: Bootstrap, act: &Act) -> Result<bool> {
        let act = act.clone();
        self.write(move |tx| {
            clock::take(tx)?;
            if tx.any(FIRST, &[])? {
                return Ok(false);
            }
            bootstrap(tx, &first, &act).map(|()| true)
        })
        .await
    }

    /// The oldest organization.
    pub async fn org_first(&self) -> Result<Option<Org>> {
        self.read(move |tx| tx.one(FIRST, &[], read)).await
    }

    /// An organization.
    pub async fn org_get(&self, id: OrgId) -> Result<Option<Org>> {
        self.read(move |tx| tx.one(GET, vals![id], read)).await
    }

    /// The open organizations in which the principal has a role.
    pub async fn org_list(&self, principal: &Principal) -> Result<Vec<Org>> {
        let principal = principal.clone();
        let all = self
            .read(move |tx| {
                tx.sound(LIST, &[role_grant::holder(&principal)], |row| {
                    Ok((read(row)?, role_grant::read(row.of("role_grant"))?))
                })
            })
            .await?;
        Ok(all.into_iter().filter(|(_, roles)| !roles.is_empty()).map(|(org, _)| org).collect())
    }

    /// Makes an organization, with whoever may use it first. Its owner must be in `home`. If it gets
    /// neither a key nor an account, its creator may use it.
    pub async fn org_create(&self, new: NewOrg, home: OrgId, creator: &Principal, act: &Act) -> Result<()> {
        let (creator, act) = (creator.clone(), act.clone());
        self.write(move |tx| create(tx, &new, home, &creator, &act)).await
    }

    /// Changes name or alert settings.
    pub async fn org_change(&self, id: OrgId, change: OrgChange, act: &Act) -> Result<Org> {
        let act = act.clone();
        self.write(move |tx| self::change(tx, id, &change, &act)).await
    }

    /// Deletes an organization that has no projects, with its keys, accounts and teams.
    pub async fn org_delete(&self, id: OrgId, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| close(tx, id, &act)).await
    }
}
