//! Our own control API: the far side of a peering, a project's world, the clock.

use api::types::control::Clock as WireClock;
use api::{ErrorCode, schemas};
use model::world::FarAction;

use crate::body;
use crate::context::Context;
use crate::convert::{control, time};
use crate::error::ApiError;
use crate::reply::Reply;
use crate::routes::peers::not_found;

pub async fn get_far_side(cx: Context) -> Result<Reply, ApiError> {
    let found = cx.app.store.far_side(cx.project_id()?, cx.id("peerId")?).await?;
    let (peering, connection) = found.ok_or_else(|| not_found(&cx))?;
    Ok(Reply::json(&control::show_far_side(&peering, connection.as_ref(), cx.now())))
}

pub async fn act_on_far_side(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::FAR_SIDE)?;
    let name = fields.required("action")?;
    let action = FarAction::from_name(name)
        .ok_or_else(|| ApiError::new(ErrorCode::InvalidEnumValue, [name.into()]))?;
    let now = cx.now();
    let (peering, connection) =
        cx.app.store.far_side_act(cx.project_id()?, cx.id("peerId")?, action, now).await?;
    Ok(Reply::json(&control::show_far_side(&peering, Some(&connection), now)))
}

pub async fn get_world(cx: Context) -> Result<Reply, ApiError> {
    let (world, faults) = cx.app.store.world_get(cx.project_id()?).await?;
    Ok(Reply::json(&control::show_world(&world, &faults, cx.app.config.latency)))
}

pub async fn update_world(cx: Context) -> Result<Reply, ApiError> {
    let change = control::parse_world(body::object(&cx.body)?)?;
    let (world, faults) = cx.app.store.world_change(cx.project_id()?, change, cx.now()).await?;
    Ok(Reply::json(&control::show_world(&world, &faults, cx.app.config.latency)))
}

pub async fn get_clock(cx: Context) -> Result<Reply, ApiError> {
    Ok(show_clock(&cx))
}

/// Records the new offset; the clock follows. The reconciler of every node is told, and follows with
/// its own before it looks for what became due.
pub async fn advance_clock(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::CLOCK)?;
    let text = fields.required("advance")?;
    let by = time::parse_duration(text).ok_or_else(|| {
        ApiError::new(ErrorCode::InvalidDuration, [text.into()]).at("advance", "Say how far, as in PT168H.")
    })?;
    let offset = cx.app.store.clock_advance(by).await?;
    cx.app.world.set_offset(offset);
    Ok(show_clock(&cx))
}

fn show_clock(cx: &Context) -> Reply {
    Reply::json(&WireClock { now: time::seconds(cx.now()), offset: time::duration(cx.app.world.offset()) })
}
