//! Programmatic API keys, of organizations and in projects, and the addresses that they may be
//! used from.

use api::{ErrorCode, schemas};
use model::key::{Key, Principal};
use model::{OrgId, Role, Roles};

use crate::body;
use crate::context::Context;
use crate::convert::caller_access;
use crate::convert::key::{self, Where};
use crate::error::ApiError;
use crate::page::Asked;
use crate::reply::Reply;

pub async fn list_org_api_keys(cx: Context) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let paged = cx.app.store.key_list(cx.org_id()?, asked.page()).await?;
    Ok(asked.reply(&cx, paged, |found| key::show(&cx, &found)))
}

pub async fn create_org_api_key(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::ORG_KEY)?;
    let roles = key::roles(&fields, Where::Org)?.unwrap_or_default();
    create(&cx, cx.org_id()?, fields.required("desc")?, roles, Vec::new()).await
}

/// A key made in a project is a member of its organization, too.
pub async fn create_group_api_key(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::PROJECT_KEY)?;
    let roles = key::roles(&fields, Where::Project)?.unwrap_or_default();
    let project = cx.project()?;
    create(&cx, project.org, fields.required("desc")?, Roles::one(Role::OrgMember), vec![(project.id, roles)])
        .await
}

async fn create(
    cx: &Context,
    org: OrgId,
    description: &str,
    org_roles: Roles,
    project_roles: Vec<(model::ProjectId, Roles)>,
) -> Result<Reply, ApiError> {
    let new = key::make(cx, org, description, org_roles);
    let made = Key { project_roles, ..new.key };
    let made = cx.app.store.key_create(made, new.sealed, &cx.act()).await?;
    Ok(Reply::json(&key::show_new(cx, &made, &new.private_key)))
}

pub async fn get_org_api_key(cx: Context) -> Result<Reply, ApiError> {
    let found = find(&cx).await?;
    Ok(Reply::json(&key::show(&cx, &found)))
}

pub async fn update_org_api_key(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::ORG_KEY_CHANGE)?;
    let change = store::KeyChange {
        description: fields.text("desc").map(str::to_owned),
        // Clients that change only the description send an empty list.
        org_roles: key::roles(&fields, Where::Org)?.filter(|roles| !roles.is_empty()),
        project_roles: None,
    };
    let changed = cx.app.store.key_change(cx.org_id()?, cx.id("apiKeyId")?, change, &cx.act()).await?;
    Ok(Reply::json(&key::show(&cx, &changed)))
}

pub async fn delete_org_api_key(cx: Context) -> Result<Reply, ApiError> {
    cx.app.store.key_delete(cx.org_id()?, cx.id("apiKeyId")?, &cx.act()).await?;
    Ok(Reply::empty())
}

async fn find(cx: &Context) -> Result<Key, ApiError> {
    let found = cx.app.store.key_get(cx.org_id()?, cx.id("apiKeyId")?).await?;
    found.ok_or_else(|| ApiError::new(ErrorCode::ApiKeyNotFound, [cx.param("apiKeyId").into()]))
}

/// Only the key itself and owners of its organization may see or change its access list.
async fn find_for_access(cx: &Context) -> Result<Key, ApiError> {
    let found = find(cx).await?;
    let itself = cx.caller()?.principal == Principal::Key(found.id);
    if itself || cx.roles.satisfy(Role::OrgOwner) {
        return Ok(found);
    }
    Err(ApiError::new(ErrorCode::ApiKeyAccessListAccessDenied, []))
}

pub async fn list_org_access_entries(cx: Context) -> Result<Reply, ApiError> {
    let found = find_for_access(&cx).await?;
    let asked = Asked::of(&cx.query)?;
    cx.app.auth.uses.write(&cx.app.store).await;
    let paged = cx.app.store.caller_access_list(found.org, &Principal::Key(found.id), asked.page()).await?;
    Ok(asked.reply(&cx, paged, |entry| key::show_entry(&cx, &entry)))
}

pub async fn create_org_access_entry(cx: Context) -> Result<Reply, ApiError> {
    let nets = caller_access::parse_entries(&cx.body, schemas::KEY_ACCESS_ENTRY)?;
    let found = find_for_access(&cx).await?;
    let of = Principal::Key(found.id);
    Asked::of(&cx.query)?;
    caller_access::check_addition(&cx, &of, &nets)?;
    cx.app.store.caller_access_add(found.org, &of, &nets, &cx.act()).await?;
    list_org_access_entries(cx).await
}

pub async fn get_org_access_entry(cx: Context) -> Result<Reply, ApiError> {
    let found = find_for_access(&cx).await?;
    let net = caller_access::net("ipAddress", cx.param("ipAddress"))?;
    cx.app.auth.uses.write(&cx.app.store).await;
    let entry = cx.app.store.caller_access_get(found.org, &Principal::Key(found.id), net).await?;
    let entry = entry.ok_or_else(|| {
        ApiError::new(ErrorCode::ApiKeyAccessListEntryNotFound, [cx.param("ipAddress").into()])
    })?;
    Ok(Reply::json(&key::show_entry(&cx, &entry)))
}

pub async fn delete_access_entry(cx: Context) -> Result<Reply, ApiError> {
    let found = find_for_access(&cx).await?;
    let (of, net) = (Principal::Key(found.id), caller_access::net("ipAddress", cx.param("ipAddress"))?);
    caller_access::check_removal(&cx, &of, net)?;
    cx.app.store.caller_access_delete(found.org, &of, net, &cx.act()).await?;
    Ok(Reply::empty())
}

pub async fn list_group_api_keys(cx: Context) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let paged = cx.app.store.key_list_of_project(cx.project_id()?, asked.page()).await?;
    Ok(asked.reply(&cx, paged, |found| key::show(&cx, &found)))
}

/// Takes an array of `{"roles": […]}`; all that are named are given.
pub async fn add_group_api_key(cx: Context) -> Result<Reply, ApiError> {
    let mut roles = Roles::NONE;
    for fields in body::objects(&cx.body, schemas::KEY_ROLES)? {
        roles = roles.union(key::roles(&fields, Where::Project)?.unwrap_or_default());
    }
    if roles.is_empty() {
        return Err(ApiError::new(ErrorCode::MissingAttribute, ["roles".into()])
            .at("[0].roles", "Name at least one role of a project."));
    }
    cx.app.store.key_assign(cx.project_id()?, cx.id("apiKeyId")?, roles, &cx.act()).await?;
    Ok(Reply::empty())
}

pub async fn update_api_key_roles(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::PROJECT_KEY_CHANGE)?;
    let (project, id) = (cx.project()?, cx.id("apiKeyId")?);
    let roles = key::roles(&fields, Where::Project)?.filter(|roles| !roles.is_empty());
    let change = store::KeyChange {
        description: fields.text("desc").map(str::to_owned),
        org_roles: None,
        project_roles: roles.map(|roles| (project.id, roles)),
    };
    let changed = cx.app.store.key_change(project.org, id, change, &cx.act()).await?;
    Ok(Reply::json(&key::show(&cx, &changed)))
}

pub async fn remove_group_api_key(cx: Context) -> Result<Reply, ApiError> {
    cx.app.store.key_unassign(cx.project_id()?, cx.id("apiKeyId")?, &cx.act()).await?;
    Ok(Reply::empty())
}
