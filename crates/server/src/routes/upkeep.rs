//! What a project keeps for its clusters: maintenance window, audit log, custom names.

use api::schemas;
use api::types::Nothing;
use api::types::upkeep::AwsCustomDns;
use model::upkeep::{Upkeep, UpkeepChange};

use crate::body;
use crate::context::Context;
use crate::convert::upkeep;
use crate::error::ApiError;
use crate::reply::Reply;

async fn change(cx: &Context, change: UpkeepChange) -> Result<Upkeep, ApiError> {
    Ok(cx.app.store.upkeep_change(cx.project_id()?, change, &cx.act()).await?)
}

pub async fn get_aws_custom_dns(cx: Context) -> Result<Reply, ApiError> {
    let enabled = cx.app.store.upkeep_get(cx.project_id()?).await?.custom_dns;
    Ok(Reply::json(&AwsCustomDns { enabled }))
}

pub async fn toggle_aws_custom_dns(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::AWS_CUSTOM_DNS)?;
    let enabled = fields.flag("enabled").unwrap_or(false);
    let enabled = change(&cx, UpkeepChange::CustomDns(enabled)).await?.custom_dns;
    Ok(Reply::json(&AwsCustomDns { enabled }))
}

pub async fn get_audit_log(cx: Context) -> Result<Reply, ApiError> {
    Ok(Reply::json(&upkeep::show_audit(&cx.app.store.upkeep_get(cx.project_id()?).await?)))
}

pub async fn update_audit_log(cx: Context) -> Result<Reply, ApiError> {
    let asked = upkeep::parse_audit(body::object(&cx.body)?)?;
    Ok(Reply::json(&upkeep::show_audit(&change(&cx, asked).await?)))
}

pub async fn get_maintenance_window(cx: Context) -> Result<Reply, ApiError> {
    Ok(Reply::json(&upkeep::show_window(&cx.app.store.upkeep_get(cx.project_id()?).await?)))
}

pub async fn update_maintenance_window(cx: Context) -> Result<Reply, ApiError> {
    let asked = upkeep::parse_window(body::object(&cx.body)?)?;
    change(&cx, asked).await?;
    Ok(Reply::json(&Nothing {}))
}

pub async fn reset_maintenance_window(cx: Context) -> Result<Reply, ApiError> {
    change(&cx, UpkeepChange::Reset).await?;
    Ok(Reply::empty())
}

pub async fn defer_maintenance_window(cx: Context) -> Result<Reply, ApiError> {
    change(&cx, UpkeepChange::Defer).await?;
    Ok(Reply::json(&Nothing {}))
}

pub async fn toggle_maintenance_auto_defer(cx: Context) -> Result<Reply, ApiError> {
    change(&cx, UpkeepChange::ToggleDefer).await?;
    Ok(Reply::json(&Nothing {}))
}
