//! What else hangs on a project: limits, and what clients read without needing it.

use api::types::group::{GroupIpAddresses, IpAddressServices, Limit};
use api::{ErrorCode, schemas};
use model::limits;
use store::{Paged, Usage};

use crate::body;
use crate::context::Context;
use crate::error::ApiError;
use crate::page::Asked;
use crate::reply::Reply;

/// A limit that can be set: its default, its maximum, and how much of it a project uses.
struct Known {
    name: &'static str,
    default: u64,
    maximum: u64,
    usage: fn(&Usage) -> Option<u64>,
}

const fn known(name: &'static str, default: u64, maximum: u64, usage: fn(&Usage) -> Option<u64>) -> Known {
    Known { name, default, maximum, usage }
}

/// Names, defaults and maxima as documented.
const LIMITS: [Known; 8] = [
    known("atlas.project.deployment.clusters", 25, 100, |_| Some(0)),
    known("atlas.project.deployment.nodesPerPrivateLinkRegion", 50, 90, |_| Some(0)),
    known("atlas.project.deployment.privateServiceConnectionsPerRegionGroup", 50, 100, |_| Some(0)),
    known("atlas.project.deployment.privateServiceConnectionsSubnetMask", 27, 27, |_| None),
    known("atlas.project.security.databaseAccess.customRoles", 100, 1400, |_| Some(0)),
    known("atlas.project.security.databaseAccess.users", 100, 900, |_| Some(0)),
    known("atlas.project.security.networkAccess.crossRegionEntries", 40, 220, |_| Some(0)),
    known(
        "atlas.project.security.networkAccess.entries",
        limits::ACCESS_ENTRIES_PER_PROJECT as u64,
        220,
        |usage| Some(usage.access_entries),
    ),
];

async fn shown_limits(cx: &Context) -> Result<Vec<Limit>, ApiError> {
    let project = cx.project_id()?;
    let set = cx.app.store.limit_list(project).await?;
    let usage = cx.app.store.project_usage(project).await?;
    let value = |known: &Known| {
        set.iter().find(|(name, _)| name == known.name).map_or(known.default, |(_, value)| *value)
    };
    let show = |known: &Known| Limit {
        current_usage: (known.usage)(&usage),
        default_limit: known.default,
        maximum_limit: known.maximum,
        name: known.name,
        value: value(known),
    };
    Ok(LIMITS.iter().map(show).collect())
}

fn known_limit(cx: &Context) -> Result<&'static Known, ApiError> {
    let name = cx.param("limitName");
    LIMITS
        .iter()
        .find(|known| known.name == name)
        .ok_or_else(|| ApiError::new(ErrorCode::GroupLimitNotFound, [name.into()]))
}

pub async fn list_group_limits(cx: Context) -> Result<Reply, ApiError> {
    Ok(Reply::json(&shown_limits(&cx).await?))
}

pub async fn get_group_limit(cx: Context) -> Result<Reply, ApiError> {
    let known = known_limit(&cx)?;
    let shown = shown_limits(&cx).await?.into_iter().find(|limit| limit.name == known.name);
    Ok(Reply::json(&shown))
}

pub async fn set_group_limit(cx: Context) -> Result<Reply, ApiError> {
    let known = known_limit(&cx)?;
    let fields = body::object(&cx.body)?.check(schemas::LIMIT)?;
    let value = fields.number("value").and_then(|value| u64::try_from(value).ok()).unwrap_or(0);
    if value > known.maximum {
        return Err(ApiError::new(ErrorCode::InvalidAttribute, ["value".into()])
            .at("value", format!("The value must be at most {}.", known.maximum)));
    }
    cx.app.store.limit_set(cx.project_id()?, known.name, value, &cx.act()).await?;
    get_group_limit(cx).await
}

pub async fn delete_group_limit(cx: Context) -> Result<Reply, ApiError> {
    let known = known_limit(&cx)?;
    cx.app.store.limit_delete(cx.project_id()?, known.name, &cx.act()).await?;
    Ok(Reply::empty())
}

pub async fn list_group_ip_addresses(cx: Context) -> Result<Reply, ApiError> {
    let group_id = cx.project_id()?.to_string();
    Ok(Reply::json(&GroupIpAddresses { group_id, services: IpAddressServices { clusters: [] } }))
}

pub async fn get_managed_slow_ms(cx: Context) -> Result<Reply, ApiError> {
    Ok(Reply::json(&cx.project()?.managed_slow_ms))
}

pub async fn enable_managed_slow_ms(cx: Context) -> Result<Reply, ApiError> {
    cx.app.store.project_slow_ms_change(cx.project_id()?, true, &cx.act()).await?;
    Ok(Reply::empty())
}

pub async fn disable_managed_slow_ms(cx: Context) -> Result<Reply, ApiError> {
    cx.app.store.project_slow_ms_change(cx.project_id()?, false, &cx.act()).await?;
    Ok(Reply::empty())
}

/// Clients read this before they delete a project; there are no clusters here.
pub async fn list_clusters(cx: Context) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let none: Paged<()> = Paged { items: Vec::new(), total: 0 };
    Ok(Reply::json(&asked.answer_paged(&cx.here(), &cx.query, none, |()| ())))
}
