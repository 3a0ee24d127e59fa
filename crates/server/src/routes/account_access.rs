//! The addresses from which a service account may be used.

use api::schemas;
use model::OrgId;
use model::key::Principal;

use super::accounts::{find, find_to_change};
use crate::context::Context;
use crate::convert::{account, caller_access};
use crate::error::ApiError;
use crate::page::Asked;
use crate::reply::Reply;

pub async fn list_org_access_list(cx: Context) -> Result<Reply, ApiError> {
    let found = find(&cx).await?.account;
    list(&cx, found.org, &Principal::ServiceAccount(found.client_id)).await
}

pub async fn list_access_list(cx: Context) -> Result<Reply, ApiError> {
    list_org_access_list(cx).await
}

async fn list(cx: &Context, org: OrgId, of: &Principal) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    cx.app.auth.uses.write(&cx.app.store).await;
    let paged = cx.app.store.caller_access_list(org, of, asked.page()).await?;
    Ok(asked.reply(cx, paged, |entry| account::show_entry(&entry)))
}

/// Answers with the whole list, as a list does: its page and links follow the query.
pub async fn create_org_access_list(cx: Context) -> Result<Reply, ApiError> {
    let nets = caller_access::parse_entries(&cx.body, schemas::ACCOUNT_ACCESS_ENTRY)?;
    Asked::of(&cx.query)?;
    let found = find_to_change(&cx).await?.account;
    let of = Principal::ServiceAccount(found.client_id);
    caller_access::check_addition(&cx, &of, &nets)?;
    cx.app.store.caller_access_add(found.org, &of, &nets, &cx.act()).await?;
    list(&cx, found.org, &of).await
}

pub async fn create_access_list(cx: Context) -> Result<Reply, ApiError> {
    create_org_access_list(cx).await
}

pub async fn delete_org_access_entry(cx: Context) -> Result<Reply, ApiError> {
    let net = caller_access::net("ipAddress", cx.param("ipAddress"))?;
    let found = find_to_change(&cx).await?.account;
    let of = Principal::ServiceAccount(found.client_id);
    caller_access::check_removal(&cx, &of, net)?;
    cx.app.store.caller_access_delete(found.org, &of, net, &cx.act()).await?;
    Ok(Reply::empty())
}

pub async fn delete_group_access_entry(cx: Context) -> Result<Reply, ApiError> {
    delete_org_access_entry(cx).await
}
