//! Service accounts, of organizations and in projects, and their secrets.

use api::{ErrorCode, schemas};
use model::{OrgId, Role, Roles, SecretId};
use store::{AccountChange, AccountView};

use crate::body::{self, Fields};
use crate::context::Context;
use crate::convert::account::{self, NewAccount};
use crate::convert::key::{self, Where};
use crate::error::ApiError;
use crate::page::Asked;
use crate::reply::Reply;

fn not_found(cx: &Context) -> ApiError {
    ApiError::new(ErrorCode::ServiceAccountNotFound, [cx.param("clientId").into()])
}

/// The account of the path, as the organization or the project of the path sees it.
pub async fn find(cx: &Context) -> Result<AccountView, ApiError> {
    let (store, client_id) = (&cx.app.store, cx.param("clientId"));
    let found = match &cx.project {
        Some(project) => store.account_get_in(project.org, project.id, client_id).await?,
        None => store.account_get(cx.org_id()?, client_id).await?,
    };
    found.ok_or_else(|| not_found(cx))
}

/// The account of the path, for a change of more than its roles in the project of the path.
pub async fn find_to_change(cx: &Context) -> Result<AccountView, ApiError> {
    let view = find(cx).await?;
    // QUIRK(borrowed-accounts): whoever makes a secret has all that the account has.
    if let Some(project) = &cx.project
        && !cx.roles.satisfy(Role::OrgOwner)
        && cx.app.store.account_reaches_beyond(project.id, &view.account.client_id).await?
    {
        return Err(ApiError::new(ErrorCode::UserUnauthorized, []));
    }
    Ok(view)
}

/// There are no accounts that the system manages, so whether they are wanted makes no difference.
fn asked(cx: &Context) -> Result<Asked, ApiError> {
    cx.query.flag("includeSystemManaged", false)?;
    Asked::of(&cx.query)
}

pub async fn list_org_service_accounts(cx: Context) -> Result<Reply, ApiError> {
    let asked = asked(&cx)?;
    let paged = cx.app.store.account_list(cx.org_id()?, asked.page()).await?;
    Ok(asked.reply(&cx, paged, |view| account::show(&view)))
}

pub async fn list_group_service_accounts(cx: Context) -> Result<Reply, ApiError> {
    let asked = asked(&cx)?;
    let paged = cx.app.store.account_list_in(cx.project_id()?, asked.page()).await?;
    Ok(asked.reply(&cx, paged, |view| account::show(&view)))
}

pub async fn create_org_service_account(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::ORG_ACCOUNT)?;
    let roles = key::roles(&fields, Where::Org)?.unwrap_or_default();
    create(&cx, cx.org_id()?, &fields, roles).await
}

/// An account made in a project is a member of its organization, too.
pub async fn create_group_service_account(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::PROJECT_ACCOUNT)?;
    let roles = key::roles(&fields, Where::Project)?.unwrap_or_default();
    create(&cx, cx.project()?.org, &fields, roles).await
}

async fn create(cx: &Context, org: OrgId, fields: &Fields, roles: Roles) -> Result<Reply, ApiError> {
    let (act, store) = (cx.act(), &cx.app.store);
    let hours = account::secret_hours(cx, org).await?;
    let org_roles = if cx.project.is_some() { Roles::one(Role::OrgMember) } else { roles };
    let new = NewAccount::parse(cx, fields, org, org_roles, hours)?;
    let (made, secret) = (new.account.clone(), new.secret.clone());
    match &cx.project {
        Some(project) => store.account_create_in(project.id, roles, made, secret, &act).await?,
        None => store.account_create(made, secret, &act).await?,
    }
    Ok(Reply::json(&new.show(roles)))
}

pub async fn get_org_service_account(cx: Context) -> Result<Reply, ApiError> {
    Ok(Reply::json(&account::show(&find(&cx).await?)))
}

pub async fn get_group_service_account(cx: Context) -> Result<Reply, ApiError> {
    Ok(Reply::json(&account::show(&find(&cx).await?)))
}

fn change(cx: &Context, place: Where) -> Result<AccountChange, ApiError> {
    let table = match place {
        Where::Org => schemas::ORG_ACCOUNT_CHANGE,
        Where::Project => schemas::PROJECT_ACCOUNT_CHANGE,
    };
    let fields = body::object(&cx.body)?.check(table)?;
    Ok(AccountChange {
        name: fields.text("name").map(str::to_owned),
        description: fields.text("description").map(str::to_owned),
        roles: key::roles(&fields, place)?,
    })
}

pub async fn update_org_service_account(cx: Context) -> Result<Reply, ApiError> {
    let change = change(&cx, Where::Org)?;
    let (org, client_id) = (cx.org_id()?, cx.param("clientId"));
    let changed = cx.app.store.account_change(org, client_id, change, &cx.act()).await?;
    Ok(Reply::json(&account::show(&changed)))
}

pub async fn update_group_service_account(cx: Context) -> Result<Reply, ApiError> {
    let mut change = change(&cx, Where::Project)?;
    let found = find(&cx).await?.account;
    // Clients send all values again.
    change.name = change.name.filter(|name| *name != found.name);
    change.description = change.description.filter(|words| *words != found.description);
    if change.name.is_some() || change.description.is_some() {
        find_to_change(&cx).await?;
    }
    let project = cx.project_id()?;
    let changed = cx.app.store.account_change_in(project, &found.client_id, change, &cx.act()).await?;
    Ok(Reply::json(&account::show(&changed)))
}

pub async fn delete_org_service_account(cx: Context) -> Result<Reply, ApiError> {
    cx.app.store.account_delete(cx.org_id()?, cx.param("clientId"), &cx.act()).await?;
    Ok(Reply::empty())
}

pub async fn delete_group_service_account(cx: Context) -> Result<Reply, ApiError> {
    cx.app.store.account_unassign(cx.project_id()?, cx.param("clientId"), &cx.act()).await?;
    Ok(Reply::empty())
}

pub async fn create_org_secret(cx: Context) -> Result<Reply, ApiError> {
    create_secret(&cx).await
}

pub async fn create_group_secret(cx: Context) -> Result<Reply, ApiError> {
    create_secret(&cx).await
}

async fn create_secret(cx: &Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::ACCOUNT_SECRET)?;
    let found = find_to_change(cx).await?.account;
    let hours = account::secret_hours(cx, found.org).await?;
    let (shown, secret) = account::new_secret(cx, &fields, hours)?;
    cx.app.store.secret_add(found.org, &found.client_id, secret.clone(), &cx.act()).await?;
    Ok(Reply::json(&account::show_new_secret(&secret, &shown)))
}

pub async fn delete_org_secret(cx: Context) -> Result<Reply, ApiError> {
    delete_secret(&cx).await
}

pub async fn delete_group_secret(cx: Context) -> Result<Reply, ApiError> {
    delete_secret(&cx).await
}

async fn delete_secret(cx: &Context) -> Result<Reply, ApiError> {
    let id: SecretId = cx.id("secretId")?;
    let found = find_to_change(cx).await?.account;
    cx.app.store.secret_delete(found.org, &found.client_id, id, &cx.act()).await?;
    Ok(Reply::empty())
}

pub async fn get_service_account_groups(cx: Context) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let paged = cx.app.store.account_projects(cx.org_id()?, cx.param("clientId"), asked.page()).await?;
    Ok(asked.reply(&cx, paged, account::show_group))
}

/// Takes `{"roles": […]}`; older clients send it as the one item of an array.
pub async fn invite_group_service_account(cx: Context) -> Result<Reply, ApiError> {
    let mut roles = Roles::NONE;
    for fields in body::one_or_more(&cx.body, schemas::ACCOUNT_ROLES)? {
        roles = roles.union(key::roles(&fields, Where::Project)?.unwrap_or_default());
    }
    if roles.is_empty() {
        return Err(ApiError::new(ErrorCode::MissingAttribute, ["roles".into()])
            .at("roles", "Name at least one role of a project."));
    }
    cx.app.store.account_assign(cx.project_id()?, cx.param("clientId"), roles, &cx.act()).await?;
    Ok(Reply::json(&account::show(&find(&cx).await?)))
}
