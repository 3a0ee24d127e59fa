//! Organizations and their users.

use api::Root;
use api::openapi::NEW_USERS;
use api::types::Link;
use api::types::org::{OLD_USERS, Org as Wire, PlacedRole};
use model::project::{Org, User};
use serde_json::json;
use store::Paged;

use crate::context::Context;
use crate::convert::group;
use crate::error::ApiError;
use crate::page::Asked;
use crate::reply::Reply;

fn show_in_list(cx: &Context, org: &Org) -> Wire {
    let id = org.id.to_string();
    Wire {
        is_deleted: false,
        links: vec![Link::to_self(cx.url(&["orgs", &id]))],
        id,
        name: org.name.clone(),
        skip_default_alerts_settings: false,
    }
}

/// A caller sees its own organization only.
pub async fn list_orgs(cx: Context) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let caller = cx.caller()?;
    let name = cx.query.get("name").map(str::to_lowercase);
    let found = cx.app.store.in_org(&caller.principal, caller.org).await?;
    let mut orgs: Vec<Org> = found.into_iter().map(|(org, _)| org).collect();
    orgs.retain(|org| name.as_ref().is_none_or(|name| org.name.to_lowercase().starts_with(name.as_str())));
    let total = orgs.len() as u64;
    if asked.number > 1 {
        orgs.clear();
    }
    let shown = orgs.iter().map(|org| show_in_list(&cx, org)).collect();
    Ok(Reply::json(&asked.answer(&cx.here(), &cx.query, total, shown)))
}

pub async fn get_org(cx: Context) -> Result<Reply, ApiError> {
    let mut shown = show_in_list(&cx, cx.org()?);
    for (part, rel) in [
        ("groups", "https://cloud.mongodb.com/groups"),
        ("teams", "https://cloud.mongodb.com/teams"),
        ("users", "https://cloud.mongodb.com/users"),
    ] {
        shown.links.push(Link { href: cx.url(&["orgs", &shown.id, part]), rel });
    }
    Ok(Reply::json(&shown))
}

pub async fn list_org_groups(cx: Context) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let paged = cx.app.store.project_list(&cx.caller()?.principal, Some(cx.org_id()?), asked.page()).await?;
    Ok(Reply::json(
        &asked.answer_paged(&cx.here(), &cx.query, paged, |project| group::show_in_list(&cx, &project)),
    ))
}

pub async fn list_org_users(cx: Context) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let org = cx.org_id()?;
    let paged = cx.app.store.user_list_of_org(org, asked.page()).await?;
    if wants_legacy_users(&cx) {
        return Ok(legacy_users(&cx, asked, paged, |user| group::placed_roles(org, user.roles, &[])));
    }
    let page = asked.answer_paged(&cx.here(), &cx.query, paged, |user| {
        let roles = json!({ "groupRoleAssignments": [], "orgRoles": group::role_names(user.roles) });
        group::show_user(&user, roles)
    });
    Ok(Reply::json(&page))
}

/// Whether the caller asked for a version that is older than the new shape of users.
pub fn wants_legacy_users(cx: &Context) -> bool {
    cx.version.is_none_or(|version| version < NEW_USERS)
}

/// A page of users in their old shape.
pub fn legacy_users(
    cx: &Context,
    asked: Asked,
    paged: Paged<User>,
    roles: impl Fn(&User) -> Vec<PlacedRole>,
) -> Reply {
    let page = asked.answer_paged(&cx.here(), &cx.query, paged, |user| {
        let roles = roles(&user);
        group::show_legacy_user(cx, &user, roles)
    });
    Reply { sunset: (cx.root == Root::V2).then_some(OLD_USERS), ..Reply::json(&page) }
}
