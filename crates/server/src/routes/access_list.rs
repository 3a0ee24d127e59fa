//! The project's IP access list.

use api::ErrorCode;
use api::types::access::AccessStatus;
use model::access::{AccessEntry, AccessValue};

use crate::context::Context;
use crate::convert::access;
use crate::error::ApiError;
use crate::page::Asked;
use crate::reply::Reply;

pub async fn list_group_access_list_entries(cx: Context) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let paged = cx.app.store.access_list(cx.project_id()?, cx.now(), asked.page()).await?;
    Ok(asked.reply(&cx, paged, |entry| access::show(&cx, &entry)))
}

/// Answers with the whole list, as a list does: its page and links follow the query.
pub async fn create_group_access_list_entry(cx: Context) -> Result<Reply, ApiError> {
    let project = cx.project_id()?;
    let entries = access::parse_new(&cx.body, project, cx.now())?;
    Asked::of(&cx.query)?;
    cx.app.store.access_add(project, entries, &cx.act()).await?;
    list_group_access_list_entries(cx).await
}

pub async fn get_group_access_list_entry(cx: Context) -> Result<Reply, ApiError> {
    let entry = find(&cx).await?;
    Ok(Reply::json(&access::show(&cx, &entry)))
}

pub async fn delete_group_access_list_entry(cx: Context) -> Result<Reply, ApiError> {
    let entry = find(&cx).await?;
    cx.app.store.access_delete(entry.project, &entry.value.key(), &cx.act()).await?;
    Ok(Reply::empty())
}

/// There are no clusters to apply an entry to, so each is applied at once.
pub async fn get_group_access_list_status(cx: Context) -> Result<Reply, ApiError> {
    find(&cx).await?;
    Ok(Reply::json(&AccessStatus { status: "ACTIVE" }))
}

async fn find(cx: &Context) -> Result<AccessEntry, ApiError> {
    let text = cx.param("entryValue");
    let not_found = || {
        ApiError::new(
            ErrorCode::AtlasNetworkPermissionEntryNotFound,
            [text.into(), cx.param("groupId").into()],
        )
    };
    let value = AccessValue::parse_path(text).ok_or_else(not_found)?;
    cx.app.store.access_get(cx.project_id()?, &value.key(), cx.now()).await?.ok_or_else(not_found)
}
