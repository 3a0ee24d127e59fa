//! Audit events, of a project and of an organization.

use api::ErrorCode;
use store::EventPlace;

use crate::context::Context;
use crate::convert::event;
use crate::error::ApiError;
use crate::page::Asked;
use crate::reply::Reply;

pub async fn list_group_events(cx: Context) -> Result<Reply, ApiError> {
    let (asked, filter, raw) = asked(&cx)?;
    let place = EventPlace::Project(cx.project_id()?);
    let paged = cx.app.store.event_list(place, &filter, asked.page()).await?;
    let show = |found| event::show_in_project(&cx, &found, raw);
    Ok(asked.reply(&cx, paged, show))
}

pub async fn get_group_event(cx: Context) -> Result<Reply, ApiError> {
    let raw = cx.query.flag("includeRaw", false)?;
    let found = cx.app.store.event_get(EventPlace::Project(cx.project_id()?), cx.id("eventId")?).await?;
    let found = found.ok_or_else(|| not_found(&cx, ErrorCode::EventNotFound, "groupId"))?;
    Ok(Reply::json(&event::show_in_project(&cx, &found, raw)))
}

pub async fn list_org_events(cx: Context) -> Result<Reply, ApiError> {
    let (asked, filter, raw) = asked(&cx)?;
    let place = EventPlace::Org(cx.org_id()?);
    let paged = cx.app.store.event_list(place, &filter, asked.page()).await?;
    let show = |found| event::show_in_org(&cx, &found, raw);
    Ok(asked.reply(&cx, paged, show))
}

pub async fn get_org_event(cx: Context) -> Result<Reply, ApiError> {
    let raw = cx.query.flag("includeRaw", false)?;
    let found = cx.app.store.event_get(EventPlace::Org(cx.org_id()?), cx.id("eventId")?).await?;
    let found = found.ok_or_else(|| not_found(&cx, ErrorCode::OrgEventNotFound, "orgId"))?;
    Ok(Reply::json(&event::show_in_org(&cx, &found, raw)))
}

fn asked(cx: &Context) -> Result<(Asked, store::EventFilter, bool), ApiError> {
    Ok((Asked::of(&cx.query)?, event::filter(&cx.query)?, cx.query.flag("includeRaw", false)?))
}

fn not_found(cx: &Context, code: ErrorCode, place: &str) -> ApiError {
    ApiError::new(code, [cx.param("eventId").into(), cx.param(place).into()])
}
