//! Network peering containers, and the old "connect by peering only".

use api::types::container::PrivateIpMode;
use api::{ErrorCode, schemas};

use crate::body;
use crate::context::Context;
use crate::convert::{container, peering};
use crate::error::ApiError;
use crate::page::Asked;
use crate::reply::Reply;
use crate::routes::peers::provider_in_query;

pub async fn list_group_containers(cx: Context) -> Result<Reply, ApiError> {
    let provider = provider_in_query(&cx)?;
    list(cx, Some(provider)).await
}

pub async fn list_group_container_all(cx: Context) -> Result<Reply, ApiError> {
    list(cx, None).await
}

async fn list(cx: Context, provider: Option<model::Provider>) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let paged = cx.app.store.container_list(cx.project_id()?, provider, asked.page()).await?;
    Ok(asked.reply(&cx, paged, |found| container::show(&found)))
}

pub async fn create_group_container(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?;
    let (place, block) = container::parse_new(peering::provider_of(&fields)?, fields)?;
    let made = cx.app.store.container_create(cx.project_id()?, place, block, &cx.act()).await?;
    Ok(Reply::json(&container::show(&made)))
}

pub async fn get_group_container(cx: Context) -> Result<Reply, ApiError> {
    let found = find(&cx).await?;
    Ok(Reply::json(&container::show(&found)))
}

pub async fn update_group_container(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?;
    let found = find(&cx).await?;
    if fields.text("providerName").is_some() && peering::provider_of(&fields)? != found.provider() {
        return Err(ApiError::new(ErrorCode::InvalidAttribute, ["providerName".into()])
            .at("providerName", "The provider of a container can't be changed. Create another container."));
    }
    let change = container::parse_change(found.provider(), fields)?;
    let changed = cx.app.store.container_change(found.project, found.id, &change, &cx.act()).await?;
    Ok(Reply::json(&container::show(&changed)))
}

pub async fn delete_group_container(cx: Context) -> Result<Reply, ApiError> {
    let project = cx.project()?;
    let hold = project.world.latency.unwrap_or(cx.app.config.latency).container_hold();
    cx.app.store.container_delete(project.id, cx.id("containerId")?, hold, &cx.act()).await?;
    Ok(Reply::empty())
}

async fn find(cx: &Context) -> Result<model::Container, ApiError> {
    let found = cx.app.store.container_get(cx.project_id()?, cx.id("containerId")?).await?;
    found.ok_or_else(|| {
        ApiError::new(ErrorCode::CloudProviderContainerNotFound, [cx.param("containerId").into()])
    })
}

pub async fn get_group_private_ip_mode(_: Context) -> Result<Reply, ApiError> {
    Ok(Reply::json(&PrivateIpMode { enabled: false }))
}

pub async fn update_group_private_ip_mode(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::PRIVATE_IP_MODE)?;
    if fields.flag("enabled") == Some(true) {
        return Err(ApiError::new(ErrorCode::UnsupportedForPrivateIpMode, [])
            .at("enabled", "Connecting by peering only can be turned off, and no longer on."));
    }
    Ok(Reply::json(&PrivateIpMode { enabled: false }))
}
