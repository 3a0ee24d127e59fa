//! Teams, their people, and what they may do in projects.

use api::types::Link;
use api::types::group::GroupTeam;
use api::types::org::Team as WireTeam;
use api::{ErrorCode, schemas};
use model::UserId;
use model::project::ProjectTeam;
use store::{Pending, Whom};

use crate::body;
use crate::context::Context;
use crate::convert::group;
use crate::convert::people::{self, In};
use crate::error::ApiError;
use crate::page::Asked;
use crate::reply::Reply;
use crate::routes::users::{answer_list, is_legacy};

pub async fn list_org_teams(cx: Context) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let paged = cx.app.store.team_list(cx.org_id()?, asked.page()).await?;
    Ok(asked.reply(&cx, paged, |team| people::show_team(&cx, &team)))
}

pub async fn create_org_team(cx: Context) -> Result<Reply, ApiError> {
    let (name, usernames) = people::parse_team(body::object(&cx.body)?)?;
    let team = cx.app.store.team_create(cx.org_id()?, &name, &usernames, &cx.act()).await?;
    // QUIRK(team-location): the path is below no root. Recorded.
    let location = format!("{}/orgs/{}/teams/{}", cx.base, team.org, team.id);
    let shown = WireTeam { usernames: Some(usernames), ..people::show_team(&cx, &team) };
    Ok(Reply::json(&shown).located(location))
}

pub async fn get_org_team(cx: Context) -> Result<Reply, ApiError> {
    let team = cx.app.store.team_get(cx.org_id()?, cx.id("teamId")?).await?;
    Ok(Reply::json(&people::show_team(&cx, &team)))
}

pub async fn get_org_team_by_name(cx: Context) -> Result<Reply, ApiError> {
    let team = cx.app.store.team_get_by_name(cx.org_id()?, cx.param("teamName")).await?;
    Ok(Reply::json(&people::show_team(&cx, &team)))
}

pub async fn rename_org_team(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::TEAM_CHANGE)?;
    let name = fields.required("name")?;
    let team = cx.app.store.team_rename(cx.org_id()?, cx.id("teamId")?, name, &cx.act()).await?;
    Ok(Reply::json(&people::show_team(&cx, &team)))
}

pub async fn delete_org_team(cx: Context) -> Result<Reply, ApiError> {
    cx.app.store.team_delete(cx.org_id()?, cx.id("teamId")?, &cx.act()).await?;
    Ok(Reply::empty())
}

pub async fn list_org_team_users(cx: Context) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let org = cx.org_id()?;
    let whom = people::whom(&cx.query, cx.now(), is_legacy(&cx))?;
    let paged = cx.app.store.user_list_of_team(org, cx.id("teamId")?, &whom, asked.page()).await?;
    Ok(answer_list(&cx, asked, paged, org, In::Org))
}

/// Takes an array of `{"id": …}` and answers with the team's users.
pub async fn add_org_team_users(cx: Context) -> Result<Reply, ApiError> {
    Asked::of(&cx.query)?;
    let mut users: Vec<UserId> = Vec::new();
    for fields in body::objects(&cx.body, schemas::TEAM_USER)? {
        users.push(people::id(fields.required("id")?, "id")?);
    }
    let (org, team) = (cx.org_id()?, cx.id("teamId")?);
    cx.app.store.team_add_users(org, team, &users, Pending::Refused, &cx.act()).await?;
    list_org_team_users(cx).await
}

pub async fn remove_org_team_user_from_team(cx: Context) -> Result<Reply, ApiError> {
    let (org, team, user) = (cx.org_id()?, cx.id("teamId")?, cx.id("userId")?);
    cx.app.store.team_remove_user(org, team, user, &cx.act()).await?;
    Ok(Reply::empty())
}

fn team_user(cx: &Context) -> Result<UserId, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::TEAM_USER)?;
    people::id(fields.required("id")?, "id")
}

async fn show_user(cx: &Context, id: UserId) -> Result<Reply, ApiError> {
    let org = cx.org_id()?;
    let missing = || model::Refusal::UserNotInOrg { id, org };
    let member = cx.app.store.member_get(org, &Whom::one(id, cx.now())).await?.ok_or_else(missing)?;
    Ok(Reply::json(&people::show(&member, In::Org, cx.now())))
}

/// Unlike the older way, this one takes those who have not accepted yet.
pub async fn add_org_team_user(cx: Context) -> Result<Reply, ApiError> {
    let user = team_user(&cx)?;
    let (org, team) = (cx.org_id()?, cx.id("teamId")?);
    cx.app.store.team_add_users(org, team, &[user], Pending::Welcome, &cx.act()).await?;
    show_user(&cx, user).await
}

pub async fn remove_org_team_user(cx: Context) -> Result<Reply, ApiError> {
    let user = team_user(&cx)?;
    cx.app.store.team_remove_user(cx.org_id()?, cx.id("teamId")?, user, &cx.act()).await?;
    show_user(&cx, user).await
}

fn show_part(cx: &Context, team: &ProjectTeam) -> GroupTeam {
    let team_id = team.id.to_string();
    GroupTeam {
        links: vec![Link::to_self(cx.url(&["groups", cx.param("groupId"), "teams", &team_id]))],
        role_names: group::role_names(team.roles),
        team_id,
    }
}

pub async fn list_group_teams(cx: Context) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let paged = cx.app.store.team_list_of_project(cx.project_id()?, asked.page()).await?;
    Ok(asked.reply(&cx, paged, |team| show_part(&cx, &team)))
}

/// Takes an array, also an empty one, and answers with all teams of the project.
pub async fn add_group_teams(cx: Context) -> Result<Reply, ApiError> {
    Asked::of(&cx.query)?;
    let mut teams = Vec::new();
    for fields in body::objects(&cx.body, schemas::GROUP_TEAM)? {
        let (id, roles) = people::team_part(&fields)?;
        teams.push(ProjectTeam { id, roles });
    }
    cx.app.store.team_assign(cx.project_id()?, &teams, &cx.act()).await?;
    list_group_teams(cx).await
}

pub async fn get_group_team(cx: Context) -> Result<Reply, ApiError> {
    let team = cx.app.store.team_get_of_project(cx.project_id()?, cx.id("teamId")?).await?;
    Ok(Reply::json(&show_part(&cx, &team)))
}

/// Answers with all teams of the project, below the path of the one. Recorded.
pub async fn update_group_team(cx: Context) -> Result<Reply, ApiError> {
    Asked::of(&cx.query)?;
    let roles = people::team_roles(&body::object(&cx.body)?.check(schemas::GROUP_TEAM_CHANGE)?)?;
    if roles.is_empty() {
        return Err(ApiError::new(ErrorCode::NoRolesInAssignment, [])
            .at("roleNames", "Name at least one role, or remove the team from the project."));
    }
    cx.app.store.team_reassign(cx.project_id()?, cx.id("teamId")?, roles, &cx.act()).await?;
    list_group_teams(cx).await
}

pub async fn remove_group_team(cx: Context) -> Result<Reply, ApiError> {
    cx.app.store.team_unassign(cx.project_id()?, cx.id("teamId")?, &cx.act()).await?;
    Ok(Reply::empty())
}
