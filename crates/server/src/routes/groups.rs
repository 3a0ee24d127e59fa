//! Projects and their settings.

use api::types::Nothing;
use api::{ErrorCode, schemas};
use model::binding;
use model::project::{Project, Settings};
use model::world::World;
use model::{ProjectId, Refusal, Role};
use serde_json::{Map, Value};

use crate::body;
use crate::context::Context;
use crate::convert::group;
use crate::error::ApiError;
use crate::page::Asked;
use crate::reply::Reply;

pub async fn list_groups(cx: Context) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let paged = cx.app.store.project_list(&cx.caller()?.principal, None, asked.page()).await?;
    Ok(asked.reply(&cx, paged, |project| group::show_in_list(&cx, &project)))
}

pub async fn create_group(cx: Context) -> Result<Reply, ApiError> {
    let new = group::parse_new(body::object(&cx.body)?)?;
    let owner = cx.query.get("projectOwnerId").map(group::owner).transpose()?;
    let principal = &cx.caller()?.principal;
    let unknown = || ApiError::new(ErrorCode::OrgNotFound, [new.org.to_string().into()]);
    let (_, roles) = cx.app.store.in_org(principal, new.org).await?.ok_or_else(unknown)?;
    if !roles.satisfy(Role::OrgGroupCreator) {
        return Err(ApiError::new(ErrorCode::NotOrgGroupCreator, [new.org.to_string().into()]));
    }
    let act = cx.act();
    let tagged = !new.tags.is_empty();
    let project = Project {
        id: cx.app.store.mint().mint::<ProjectId>(act.at),
        org: new.org,
        name: new.name,
        created_at: act.at,
        default_alerts: new.default_alerts,
        tags: new.tags,
        region_restrictions: new.region_restrictions,
        settings: Settings::default(),
        managed_slow_ms: true,
        world: World::default(),
    };
    let accounts = binding::of_new_project(&cx.app.config.accounts, project.org);
    let project = cx.app.store.project_create_bound(project, principal, owner, accounts, &act).await?;
    let mut shown = group::show(&cx, &project);
    // QUIRK(created-group-tags): the answer to a creation without tags has none.
    shown.tags = shown.tags.filter(|_| tagged);
    Ok(Reply::json(&shown).located(useless_location(&cx)))
}

pub async fn get_group(cx: Context) -> Result<Reply, ApiError> {
    Ok(Reply::json(&group::show(&cx, cx.project()?)))
}

pub async fn get_group_by_name(cx: Context) -> Result<Reply, ApiError> {
    let name = cx.param("groupName");
    let found = cx.app.store.project_get_by_name(&cx.caller()?.principal, name).await?;
    let project = found.ok_or_else(|| ApiError::new(ErrorCode::GroupNameNotFound, [name.into()]))?;
    Ok(Reply::json(&group::show(&cx, &project)))
}

pub async fn update_group(cx: Context) -> Result<Reply, ApiError> {
    let change = group::parse_change(body::object(&cx.body)?)?;
    let project = cx.app.store.project_change(cx.project_id()?, change, &cx.act()).await?;
    Ok(Reply::json(&group::show(&cx, &project)))
}

pub async fn delete_group(cx: Context) -> Result<Reply, ApiError> {
    // QUIRK(deleted-twice): it is gone, and this caller has just asked for that.
    let Ok(id) = cx.project_id() else { return Ok(Reply::json(&Nothing {})) };
    let (deletions, caller) = (&cx.app.deletions, &cx.caller()?.principal);
    let again = deletions.ask(id, caller, cx.app.world.real().now());
    match cx.app.store.project_delete(id, &cx.act()).await {
        Ok(()) => {}
        Err(store::Error::Refused(Refusal::ProjectNotFound { .. })) if again => {}
        Err(error) => {
            deletions.refused(id, caller);
            return Err(error.into());
        }
    }
    Ok(Reply::json(&Nothing {}))
}

pub async fn get_group_settings(cx: Context) -> Result<Reply, ApiError> {
    Ok(show_settings(&cx, cx.project()?.settings))
}

pub async fn update_group_settings(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::SETTINGS)?;
    let flags = fields.flags().map(|(name, on)| (name.to_owned(), on)).collect();
    let settings = cx.app.store.project_settings_change(cx.project_id()?, flags, &cx.act()).await?;
    Ok(show_settings(&cx, settings))
}

fn show_settings(cx: &Context, settings: Settings) -> Reply {
    let shown: Map<String, Value> = settings.iter().map(|(name, on)| (name.to_owned(), on.into())).collect();
    Reply::json(&shown).located(useless_location(cx))
}

/// QUIRK(location): the service sends this with new projects and with settings. Recorded, double
/// slash and all.
fn useless_location(cx: &Context) -> String {
    format!("{}//api/atlas/v1.0", cx.base)
}
