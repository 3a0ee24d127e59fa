//! What else hangs on a project: limits, and what clients read without needing it.

use api::types::group::{GroupIpAddresses, IpAddressServices, Limit};
use api::{ErrorCode, schemas};
use model::limits::{self, ProjectLimit};
use store::{Paged, Usage};

use crate::body;
use crate::context::Context;
use crate::error::ApiError;
use crate::page::Asked;
use crate::reply::Reply;

/// A limit that can be set, the least that it can be set to, and how much of it a project uses.
struct Known {
    limit: ProjectLimit,
    least: u32,
    usage: fn(&Usage) -> Option<u64>,
    /// Whether it is listed though nobody set it: the service's list is as recorded.
    listed: bool,
}

const fn known(name: &'static str, default: u32, maximum: u32, usage: fn(&Usage) -> Option<u64>) -> Known {
    Known { limit: ProjectLimit { name, default, maximum }, least: 0, usage, listed: true }
}

/// Names, defaults and maxima as documented.
const LIMITS: [Known; 10] = [
    Known {
        limit: limits::PENDING_PEERINGS,
        least: 0,
        usage: |usage| Some(usage.pending_peerings),
        listed: false,
    },
    Known { limit: limits::PEERINGS, least: 0, usage: |usage| Some(usage.peerings), listed: false },
    known("atlas.project.deployment.clusters", 25, 100, |_| Some(0)),
    known("atlas.project.deployment.nodesPerPrivateLinkRegion", 50, 90, |_| Some(0)),
    known("atlas.project.deployment.privateServiceConnectionsPerRegionGroup", 50, 100, |_| Some(0)),
    Known {
        least: 20,
        ..known("atlas.project.deployment.privateServiceConnectionsSubnetMask", 27, 27, |_| None)
    },
    known("atlas.project.security.databaseAccess.customRoles", 100, 1400, |_| Some(0)),
    known("atlas.project.security.databaseAccess.users", 100, 900, |_| Some(0)),
    known("atlas.project.security.networkAccess.crossRegionEntries", 40, 220, |_| Some(0)),
    Known {
        limit: limits::ACCESS_ENTRIES,
        least: 0,
        usage: |usage| Some(usage.access_entries),
        listed: true,
    },
];

async fn shown_limits(cx: &Context, which: impl Fn(&Known, bool) -> bool) -> Result<Vec<Limit>, ApiError> {
    let project = cx.project_id()?;
    let set = cx.app.store.limit_list(project).await?;
    let usage = cx.app.store.project_usage(project, cx.now()).await?;
    let show = |known: &Known| {
        let set = set.iter().find(|(name, _)| name == known.limit.name).map(|(_, value)| *value);
        which(known, set.is_some()).then(|| Limit {
            current_usage: (known.usage)(&usage),
            default_limit: known.limit.default.into(),
            maximum_limit: known.limit.maximum.into(),
            name: known.limit.name,
            value: set.unwrap_or(known.limit.default.into()),
        })
    };
    Ok(LIMITS.iter().filter_map(show).collect())
}

fn known_limit(cx: &Context) -> Result<&'static Known, ApiError> {
    let name = cx.param("limitName");
    LIMITS
        .iter()
        .find(|known| known.limit.name == name)
        .ok_or_else(|| ApiError::new(ErrorCode::GroupLimitNotFound, [name.into()]))
}

pub async fn list_group_limits(cx: Context) -> Result<Reply, ApiError> {
    // QUIRK(peering-limits): ours are listed once they are set, for clients that look for them there.
    Ok(Reply::json(&shown_limits(&cx, |known, set| known.listed || set).await?))
}

pub async fn get_group_limit(cx: Context) -> Result<Reply, ApiError> {
    let name = known_limit(&cx)?.limit.name;
    let shown = shown_limits(&cx, |known, _| known.limit.name == name).await?;
    Ok(Reply::json(&shown.first()))
}

pub async fn set_group_limit(cx: Context) -> Result<Reply, ApiError> {
    let known = known_limit(&cx)?;
    let fields = body::object(&cx.body)?.check(schemas::LIMIT)?;
    let value = fields.number("value").and_then(|value| u32::try_from(value).ok());
    let (least, most) = (known.least, known.limit.maximum);
    let value = value.filter(|value| (least..=most).contains(value)).ok_or_else(|| {
        ApiError::new(ErrorCode::InvalidAttribute, ["value".into()])
            .at("value", format!("The value must be a whole number from {least} to {most}."))
    })?;
    cx.app.store.limit_set(cx.project_id()?, known.limit.name, value.into(), &cx.act()).await?;
    get_group_limit(cx).await
}

pub async fn delete_group_limit(cx: Context) -> Result<Reply, ApiError> {
    let known = known_limit(&cx)?;
    cx.app.store.limit_delete(cx.project_id()?, known.limit.name, &cx.act()).await?;
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
    Ok(asked.reply(&cx, none, |()| ()))
}
