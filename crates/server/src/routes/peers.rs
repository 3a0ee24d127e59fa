//! Network peering connections.

use api::ErrorCode;
use api::types::Nothing;
use model::{PeeringId, Provider};

use crate::body;
use crate::context::Context;
use crate::convert::peering;
use crate::error::ApiError;
use crate::page::Asked;
use crate::reply::Reply;

/// The provider that a list is asked for: in any case; Amazon's if none is named.
pub fn provider_in_query(cx: &Context) -> Result<Provider, ApiError> {
    let Some(name) = cx.query.get("providerName") else {
        return Ok(Provider::Aws);
    };
    Provider::from_any_case(name).ok_or_else(|| peering::unknown_provider(name))
}

pub async fn list_group_peers(cx: Context) -> Result<Reply, ApiError> {
    let provider = provider_in_query(&cx)?;
    let asked = Asked::of(&cx.query)?;
    let paged = cx.app.store.peering_list(cx.project_id()?, provider, asked.page()).await?;
    Ok(asked.reply(&cx, paged, |view| peering::show(&view)))
}

pub async fn create_group_peer(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?;
    let (container, spec) = peering::parse_new(peering::provider_of(&fields)?, fields)?;
    let view = cx.app.store.peering_create(cx.project_id()?, container, spec, &cx.act()).await?;
    Ok(Reply::json(&peering::show(&view)))
}

pub async fn get_group_peer(cx: Context) -> Result<Reply, ApiError> {
    let id: PeeringId = cx.id("peerId")?;
    let view = cx.app.store.peering_get(cx.project_id()?, id).await?.ok_or_else(|| not_found(&cx))?;
    Ok(Reply::json(&peering::show(&view)))
}

pub async fn update_group_peer(cx: Context) -> Result<Reply, ApiError> {
    let (id, project): (PeeringId, _) = (cx.id("peerId")?, cx.project_id()?);
    let fields = body::object(&cx.body)?;
    // QUIRK(patch-provider): a body without `providerName` speaks of Amazon's peerings only.
    let (container, change) = peering::parse_change(peering::provider_of(&fields)?, fields)?;
    if let Some(container) = container {
        let view = cx.app.store.peering_get(project, id).await?.ok_or_else(|| not_found(&cx))?;
        if view.peering.container != container {
            return Err(ApiError::new(ErrorCode::InvalidAttribute, ["containerId".into()])
                .at("containerId", "A peering can't move to another container. Create another one there."));
        }
    }
    let view = cx.app.store.peering_change(project, id, &change, &cx.act()).await?;
    Ok(Reply::json(&peering::show(&view)))
}

pub async fn delete_group_peer(cx: Context) -> Result<Reply, ApiError> {
    cx.app.store.peering_delete(cx.project_id()?, cx.id("peerId")?, &cx.act()).await?;
    Ok(Reply::json(&Nothing {}))
}

/// The refusal of a peering that is not there.
pub fn not_found(cx: &Context) -> ApiError {
    ApiError::new(ErrorCode::PeerNotFound, [cx.param("peerId").into(), cx.param("groupId").into()])
}
