//! Service accounts: made in an organization, given roles in its projects.
//!
//! Methods that end in `_in` see an account from a project: only one that has roles there exists,
//! and its roles are those there.

use model::event::EventKind;
use model::key::{Secret, ServiceAccount};
use model::limits::ACCOUNTS_PER_ORG;
use model::{Act, OrgId, ProjectId, Refusal, Role, Roles};

use crate::engine::{Row, Tx, Val, statements, vals};
use crate::error::Result;
use crate::event::{self, Scope};
use crate::{Page, Paged, Store, caller_access, org, project, role_grant, secret, token};

macro_rules! columns {
    () => {
        "a.client_id, a.org_id, a.name, a.description, a.created_at, g.roles \
         FROM service_account a LEFT JOIN role_grant g ON g.holder = a.client_id AND g.place = a.org_id "
    };
}

statements! {
    INSERT: "make a service account" = "INSERT INTO service_account \
         (client_id, org_id, name, description, created_at) VALUES ($1, $2, $3, $4, $5)";
    GET: "read a service account" = "SELECT ", columns!(), "WHERE a.client_id = $1 AND a.org_id = $2";
    TAKE: "take a service account" = "SELECT ", columns!(), "WHERE a.client_id = $1 AND a.org_id = $2 \
         /*! FOR UPDATE OF a */";
    LIST_OF_ORG: "list service accounts" = "SELECT ", columns!(),
        "WHERE a.org_id = $1 ORDER BY a.created_at, a.client_id LIMIT $2 OFFSET $3";
    HOLD: "hold a service account" = "SELECT client_id FROM service_account WHERE client_id = $1 \
         /*! FOR UPDATE */";
    TAKE_ALL: "take an organization's accounts" = "SELECT client_id FROM service_account WHERE org_id = $1 \
         ORDER BY client_id /*! FOR UPDATE */";
    COUNT_OF_ORG: "count service accounts" = "SELECT count(*) FROM service_account WHERE org_id = $1";
    LIST_OF_PROJECT: "list service accounts" = "SELECT ", columns!(),
        "JOIN role_grant p ON p.holder = a.client_id WHERE p.place = $1 \
         ORDER BY a.created_at, a.client_id LIMIT $2 OFFSET $3";
    COUNT_OF_PROJECT: "count service accounts" = "SELECT count(*) FROM role_grant g \
         JOIN service_account a ON a.client_id = g.holder WHERE g.place = $1";
    PROJECTS: "list an account's projects" = "SELECT p.id, g.roles FROM role_grant g \
         JOIN project p ON p.id = g.place WHERE g.holder = $1 AND p.closed_at IS NULL \
         ORDER BY p.id LIMIT $2 OFFSET $3";
    COUNT_PROJECTS: "count an account's projects" = "SELECT count(*) FROM role_grant g \
         JOIN project p ON p.id = g.place WHERE g.holder = $1 AND p.closed_at IS NULL";
    BEYOND: "look for an account's roles elsewhere" = "SELECT 1 FROM role_grant \
         WHERE holder = $1 AND place <> $2 AND roles <> '' AND roles <> $3 LIMIT 1";
    SET: "change a service account" = "UPDATE service_account SET name = $1, description = $2 \
         WHERE client_id = $3";
    DELETE: "delete a service account" = "DELETE FROM service_account WHERE client_id = $1";
}

/// What a change of an account names; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// Another name.
    pub name: Option<String>,
    /// Another description.
    pub description: Option<String>,
    /// Other roles at the place that the account is seen from, all of them.
    pub roles: Option<Roles>,
}

/// An account as it is seen from a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountView {
    /// The account, with its roles in its organization.
    pub account: ServiceAccount,
    /// Its roles at the place that it is seen from.
    pub roles: Roles,
    /// Its secrets, oldest first.
    pub secrets: Vec<Secret>,
}

fn read(row: &mut Row<'_>) -> Result<ServiceAccount> {
    Ok(ServiceAccount {
        client_id: row.of("service_account").string()?,
        org: row.id()?,
        name: row.string()?,
        description: row.string()?,
        created_at: row.time()?,
        org_roles: role_grant::read(row)?,
    })
}

fn not_found(client_id: &str) -> Refusal {
    Refusal::AccountNotFound { client_id: client_id.to_owned() }
}

/// Takes an account of an organization.
pub(crate) fn take(tx: &mut Tx<'_>, org: OrgId, client_id: &str) -> Result<ServiceAccount> {
    Ok(tx.take(TAKE, vals![client_id, org], read)?.ok_or_else(|| not_found(client_id))?)
}

/// Takes an account, whose ever it is; for whoever shows one of its secrets.
pub(crate) fn hold(tx: &mut Tx<'_>, client_id: &str) -> Result<()> {
    tx.take(HOLD, vals![client_id], |_| Ok(())).map(|_| ())
}

/// Takes an account that has roles in a project, with these roles.
fn take_in(tx: &mut Tx<'_>, project: ProjectId, client_id: &str) -> Result<(Scope, ServiceAccount, Roles)> {
    let scope = project::take(tx, project)?;
    let account = take(tx, scope.org, client_id)?;
    let roles = role_grant::get(tx, Val::from(client_id), project.into())?;
    Ok((scope, account, roles.ok_or_else(|| not_found(client_id))?))
}

fn view(tx: &mut Tx<'_>, account: ServiceAccount, at: Option<ProjectId>) -> Result<Option<AccountView>> {
    let roles = match at {
        None => Some(account.org_roles),
        Some(project) => role_grant::get(tx, Val::from(&account.client_id), project.into())?,
    };
    let Some(roles) = roles else { return Ok(None) };
    let secrets = secret::of(tx, &account.client_id)?;
    Ok(Some(AccountView { account, roles, secrets }))
}

fn views(
    tx: &mut Tx<'_>,
    accounts: Vec<ServiceAccount>,
    at: Option<ProjectId>,
    total: u64,
) -> Result<Paged<AccountView>> {
    let views = accounts.into_iter().map(|account| view(tx, account, at));
    let items = views.filter_map(Result::transpose).collect::<Result<_>>()?;
    Ok(Paged { items, total })
}

/// Makes a service account, with its roles and a secret.
pub(crate) fn insert(tx: &mut Tx<'_>, account: &ServiceAccount, first: &Secret, act: &Act) -> Result<()> {
    let ServiceAccount { client_id, org, name, description, org_roles, created_at } = account;
    org::take(tx, *org)?;
    if tx.count(COUNT_OF_ORG, vals![*org])? >= u64::from(ACCOUNTS_PER_ORG) {
        return Err(Refusal::TooManyAccounts { max: ACCOUNTS_PER_ORG }.into());
    }
    tx.exec(INSERT, vals![client_id, *org, name, description, *created_at])?;
    secret::insert(tx, client_id, first)?;
    role_grant::set(tx, Val::from(client_id), (*org).into(), *org_roles)?;
    event::write(tx, Scope::of_org(*org), EventKind::ServiceAccountCreated, act, client_id)
}

fn assign(tx: &mut Tx<'_>, project: ProjectId, client_id: &str, roles: Roles, act: &Act) -> Result<()> {
    let scope = project::take(tx, project)?;
    take(tx, scope.org, client_id)?;
    let kind = match role_grant::get(tx, Val::from(client_id), project.into())? {
        None => EventKind::ServiceAccountAddedToGroup,
        Some(held) if held != roles => EventKind::ServiceAccountRolesChanged,
        Some(_) => return Ok(()),
    };
    role_grant::set(tx, Val::from(client_id), project.into(), roles)?;
    event::write(tx, scope, kind, act, client_id)
}

/// Changes name and description.
fn describe(
    tx: &mut Tx<'_>,
    scope: Scope,
    account: &mut ServiceAccount,
    change: &AccountChange,
    act: &Act,
) -> Result<()> {
    let name = change.name.as_ref().unwrap_or(&account.name).clone();
    let description = change.description.as_ref().unwrap_or(&account.description).clone();
    if (&name, &description) == (&account.name, &account.description) {
        return Ok(());
    }
    tx.exec(SET, vals![&name, &description, &account.client_id])?;
    (account.name, account.description) = (name, description);
    event::write(tx, scope, EventKind::ServiceAccountDetailsChanged, act, &account.client_id)
}

fn change(
    tx: &mut Tx<'_>,
    org: OrgId,
    client_id: &str,
    change: &AccountChange,
    act: &Act,
) -> Result<AccountView> {
    org::take(tx, org)?;
    let mut account = take(tx, org, client_id)?;
    let scope = Scope::of_org(org);
    describe(tx, scope, &mut account, change, act)?;
    if let Some(roles) = change.roles.filter(|roles| *roles != account.org_roles) {
        role_grant::set(tx, Val::from(client_id), org.into(), roles)?;
        role_grant::keep_an_owner(tx, org, account.org_roles)?;
        account.org_roles = roles;
        event::write(tx, scope, EventKind::ServiceAccountRolesChanged, act, client_id)?;
    }
    let secrets = secret::of(tx, client_id)?;
    Ok(AccountView { roles: account.org_roles, account, secrets })
}

fn change_in(
    tx: &mut Tx<'_>,
    project: ProjectId,
    client_id: &str,
    change: &AccountChange,
    act: &Act,
) -> Result<AccountView> {
    let (scope, mut account, held) = take_in(tx, project, client_id)?;
    describe(tx, scope, &mut account, change, act)?;
    let roles = change.roles.unwrap_or(held);
    assign(tx, project, client_id, roles, act)?;
    let secrets = secret::of(tx, client_id)?;
    Ok(AccountView { account, roles, secrets })
}

/// Drops an account's row and all that hangs on it, tokens too.
fn drop(tx: &mut Tx<'_>, client_id: &str) -> Result<()> {
    tx.callers_changed();
    token::drop_of_account(tx, client_id)?;
    secret::drop_all(tx, client_id)?;
    caller_access::drop_all(tx, client_id.into())?;
    role_grant::drop_of_holder(tx, client_id.into())?;
    tx.exec(DELETE, vals![client_id]).map(|_| ())
}

/// Drops all accounts of an organization that ends.
pub(crate) fn drop_of_org(tx: &mut Tx<'_>, org: OrgId) -> Result<()> {
    let ids = tx.all(TAKE_ALL, vals![org], |row| row.of("service_account").string())?;
    ids.iter().try_for_each(|client_id| drop(tx, client_id))
}

fn delete(tx: &mut Tx<'_>, org: OrgId, client_id: &str, act: &Act) -> Result<()> {
    org::take(tx, org)?;
    let account = take(tx, org, client_id)?;
    drop(tx, client_id)?;
    role_grant::keep_an_owner(tx, org, account.org_roles)?;
    event::write(tx, Scope::of_org(org), EventKind::ServiceAccountDeleted, act, client_id)
}

impl Store {
    /// Makes a service account.
    pub async fn account_create(&self, account: ServiceAccount, secret: Secret, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| insert(tx, &account, &secret, &act)).await
    }

    /// Makes a service account with these roles in a project of its organization.
    pub async fn account_create_in(
        &self,
        project: ProjectId,
        roles: Roles,
        account: ServiceAccount,
        secret: Secret,
        act: &Act,
    ) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| {
            insert(tx, &account, &secret, &act)?;
            assign(tx, project, &account.client_id, roles, &act)
        })
        .await
    }

    /// An account of an organization.
    pub async fn account_get(&self, org: OrgId, client_id: &str) -> Result<Option<AccountView>> {
        let client_id = client_id.to_owned();
        self.snapshot(move |tx| match tx.one(GET, vals![&client_id, org], read)? {
            Some(account) => view(tx, account, None),
            None => Ok(None),
        })
        .await
    }

    /// An account that has roles in a project of an organization.
    pub async fn account_get_in(
        &self,
        org: OrgId,
        project: ProjectId,
        client_id: &str,
    ) -> Result<Option<AccountView>> {
        let client_id = client_id.to_owned();
        self.snapshot(move |tx| match tx.one(GET, vals![&client_id, org], read)? {
            Some(account) => view(tx, account, Some(project)),
            None => Ok(None),
        })
        .await
    }

    /// The accounts of an organization, oldest first.
    pub async fn account_list(&self, org: OrgId, page: Page) -> Result<Paged<AccountView>> {
        self.snapshot(move |tx| {
            let total = tx.count(COUNT_OF_ORG, vals![org])?;
            let accounts = tx.sound(LIST_OF_ORG, vals![org, page.size, page.skipped()], read)?;
            views(tx, accounts, None, total)
        })
        .await
    }

    /// The accounts that have roles in a project, oldest first.
    pub async fn account_list_in(&self, project: ProjectId, page: Page) -> Result<Paged<AccountView>> {
        self.snapshot(move |tx| {
            let total = tx.count(COUNT_OF_PROJECT, vals![project])?;
            let accounts = tx.sound(LIST_OF_PROJECT, vals![project, page.size, page.skipped()], read)?;
            views(tx, accounts, Some(project), total)
        })
        .await
    }

    /// The projects in which an account of an organization has roles.
    pub async fn account_projects(
        &self,
        org: OrgId,
        client_id: &str,
        page: Page,
    ) -> Result<Paged<(ProjectId, Roles)>> {
        let client_id = client_id.to_owned();
        self.snapshot(move |tx| {
            tx.one(GET, vals![&client_id, org], read)?.ok_or_else(|| not_found(&client_id))?;
            let total = tx.count(COUNT_PROJECTS, vals![&client_id])?;
            let items = tx.sound(PROJECTS, vals![&client_id, page.size, page.skipped()], |row| {
                Ok((row.of("role_grant").id()?, role_grant::read(row)?))
            })?;
            Ok(Paged { items, total })
        })
        .await
    }

    /// Whether an account may do anything outside a project, beyond being a member of its
    /// organization.
    pub async fn account_reaches_beyond(&self, project: ProjectId, client_id: &str) -> Result<bool> {
        let member = role_grant::text(Roles::one(Role::OrgMember));
        let client_id = client_id.to_owned();
        self.read(move |tx| tx.any(BEYOND, vals![&client_id, project, &member])).await
    }

    /// Changes an account.
    pub async fn account_change(
        &self,
        org: OrgId,
        client_id: &str,
        change: AccountChange,
        act: &Act,
    ) -> Result<AccountView> {
        let (client_id, act) = (client_id.to_owned(), act.clone());
        self.write(move |tx| self::change(tx, org, &client_id, &change, &act)).await
    }

    /// Changes an account that has roles in a project, and these roles.
    pub async fn account_change_in(
        &self,
        project: ProjectId,
        client_id: &str,
        change: AccountChange,
        act: &Act,
    ) -> Result<AccountView> {
        let (client_id, act) = (client_id.to_owned(), act.clone());
        self.write(move |tx| change_in(tx, project, &client_id, &change, &act)).await
    }

    /// Deletes an account with all that it has, and ends its tokens.
    pub async fn account_delete(&self, org: OrgId, client_id: &str, act: &Act) -> Result<()> {
        let (client_id, act) = (client_id.to_owned(), act.clone());
        self.write(move |tx| delete(tx, org, &client_id, &act)).await
    }

    /// Gives an account of the project's organization these roles in the project, instead of those
    /// it had.
    pub async fn account_assign(
        &self,
        project: ProjectId,
        client_id: &str,
        roles: Roles,
        act: &Act,
    ) -> Result<()> {
        let (client_id, act) = (client_id.to_owned(), act.clone());
        self.write(move |tx| assign(tx, project, &client_id, roles, &act)).await
    }

    /// Takes an account's roles in a project; the account stays.
    pub async fn account_unassign(&self, project: ProjectId, client_id: &str, act: &Act) -> Result<()> {
        let (client_id, act) = (client_id.to_owned(), act.clone());
        self.write(move |tx| {
            let (scope, ..) = take_in(tx, project, &client_id)?;
            role_grant::drop(tx, Val::from(&client_id), project.into())?;
            event::write(tx, scope, EventKind::ServiceAccountRemovedFromGroup, &act, &client_id)
        })
        .await
    }
}
