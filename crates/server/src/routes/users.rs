//! People: of organizations, of projects, and by themselves.

use api::{ErrorCode, operations::NEW_USERS, schemas};
use model::project::Member;
use model::{OrgId, Refusal, Role, Roles, UserId};
use store::{Also, MemberChange, Paged, Whom};

use crate::body;
use crate::context::Context;
use crate::convert::key::{self, Where};
use crate::convert::people::{self, In, Placed};
use crate::error::ApiError;
use crate::page::Asked;
use crate::reply::Reply;

/// Whether the caller asked for a version that is older than the new shape of users.
pub fn is_legacy(cx: &Context) -> bool {
    cx.version.is_none_or(|version| version < NEW_USERS)
}

/// A page of users, in the shape of the version.
pub fn answer_list(cx: &Context, asked: Asked, paged: Paged<Member>, org: OrgId, place: In) -> Reply {
    if is_legacy(cx) {
        let show = |member| people::show_legacy(cx, org, &member);
        return asked.reply(cx, paged, show);
    }
    let show = |member| people::show(&member, place, cx.now());
    asked.reply(cx, paged, show)
}

pub async fn list_org_users(cx: Context) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let org = cx.org_id()?;
    let whom = people::whom(&cx.query, cx.now(), is_legacy(&cx))?;
    let paged = cx.app.store.user_list_of_org(org, &whom, asked.page()).await?;
    Ok(answer_list(&cx, asked, paged, org, In::Org))
}

fn in_org(cx: &Context, member: &Member) -> Reply {
    Reply::json(&people::show(member, In::Org, cx.now()))
}

pub async fn create_org_user(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::ORG_USER)?;
    let (given, name) = (people::given(&fields)?, people::username(fields.required("username")?));
    let inviter = &cx.caller()?.name;
    let member = cx.app.store.member_invite(cx.org_id()?, &name, inviter, given, &cx.act()).await?;
    Ok(in_org(&cx, &member))
}

async fn find(cx: &Context) -> Result<Member, ApiError> {
    let (id, org): (UserId, _) = (cx.id("userId")?, cx.org_id()?);
    let whom = people::whom(&cx.query, cx.now(), false)?;
    let found = cx.app.store.member_get(org, &Whom { id: Some(id), ..whom }).await?;
    Ok(found.ok_or(Refusal::UserNotInOrg { id, org })?)
}

pub async fn get_org_user(cx: Context) -> Result<Reply, ApiError> {
    let member = find(&cx).await?;
    Ok(in_org(&cx, &member))
}

pub async fn update_org_user(cx: Context) -> Result<Reply, ApiError> {
    let given = people::given(&body::object(&cx.body)?.check(schemas::ORG_USER_CHANGE)?)?;
    let member = cx.app.store.member_change(cx.org_id()?, cx.id("userId")?, given, &cx.act()).await?;
    Ok(in_org(&cx, &member))
}

pub async fn remove_org_user(cx: Context) -> Result<Reply, ApiError> {
    cx.app.store.member_remove(cx.org_id()?, cx.id("userId")?, &cx.act()).await?;
    Ok(Reply::empty())
}

async fn set_org_role(cx: &Context, held: bool) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::ORG_ROLE)?;
    let role = people::one_role(&fields, "orgRole", Where::Org)?;
    let member = cx.app.store.member_role(cx.org_id()?, cx.id("userId")?, role, held, &cx.act()).await?;
    Ok(in_org(cx, &member))
}

pub async fn add_org_user_role(cx: Context) -> Result<Reply, ApiError> {
    set_org_role(&cx, true).await
}

pub async fn remove_org_user_role(cx: Context) -> Result<Reply, ApiError> {
    set_org_role(&cx, false).await
}

/// Our own: nobody reads the invitations that are sent, so somebody has to accept them here.
pub async fn accept_invitation(cx: Context) -> Result<Reply, ApiError> {
    let said = if cx.body.is_empty() { bytes::Bytes::from_static(b"{}") } else { cx.body.clone() };
    let fields = body::object(&said)?.check(schemas::INTRODUCTION)?;
    let (id, org): (UserId, _) = (cx.id("userId")?, cx.org_id()?);
    let invited = cx.app.store.member_get(org, &Whom::one(id, cx.now())).await?;
    let invited = invited.ok_or(Refusal::UserNotInOrg { id, org })?;
    let who = people::introduction(&fields, &invited.user.username);
    let member = cx.app.store.member_accept(org, id, who, &cx.act()).await?;
    Ok(in_org(&cx, &member))
}

pub async fn list_group_users(cx: Context) -> Result<Reply, ApiError> {
    let asked = Asked::of(&cx.query)?;
    let project = cx.project()?;
    let whom = people::whom(&cx.query, cx.now(), is_legacy(&cx))?;
    let also = Also {
        by_team: cx.query.flag("flattenTeams", false)?,
        by_org: cx.query.flag("includeOrgUsers", false)?,
    };
    let paged = cx.app.store.user_list_of_project(project.id, &whom, also, asked.page()).await?;
    Ok(answer_list(&cx, asked, paged, project.org, In::Project))
}

fn in_project(cx: &Context, member: &Member) -> Reply {
    Reply::json(&people::show(member, In::Project, cx.now()))
}

async fn add_to_group(cx: &Context) -> Result<Member, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::GROUP_USER)?;
    let roles = key::roles(&fields, Where::Project)?.unwrap_or(Roles::NONE);
    let name = people::username(fields.required("username")?);
    let (project, inviter) = (cx.project_id()?, &cx.caller()?.name);
    Ok(cx.app.store.member_add_to_project(project, &name, inviter, roles, &cx.act()).await?)
}

pub async fn add_group_users(cx: Context) -> Result<Reply, ApiError> {
    let member = add_to_group(&cx).await?;
    Ok(in_project(&cx, &member))
}

/// Answers with the invitation that was sent, or with nothing if none was needed.
pub async fn add_group_access_user(cx: Context) -> Result<Reply, ApiError> {
    let member = add_to_group(&cx).await?;
    let org = cx.project()?.org;
    let org = cx.app.store.org_get(org).await?.ok_or(Refusal::OrgNotFound { id: org })?;
    match people::show_invitation(&cx, &org, &member) {
        Some(invitation) => Ok(Reply::json(&invitation)),
        None => Ok(Reply { status: Some(204), ..Reply::empty() }),
    }
}

pub async fn get_group_user(cx: Context) -> Result<Reply, ApiError> {
    let (id, project): (UserId, _) = (cx.id("userId")?, cx.project_id()?);
    let whom = people::whom(&cx.query, cx.now(), false)?;
    let found = cx.app.store.member_get_of_project(project, &Whom { id: Some(id), ..whom }).await?;
    let member = found.ok_or(Refusal::UserNotInProject { id, project })?;
    Ok(in_project(&cx, &member))
}

pub async fn remove_group_user(cx: Context) -> Result<Reply, ApiError> {
    cx.app.store.member_remove_from_project(cx.project_id()?, cx.id("userId")?, &cx.act()).await?;
    Ok(Reply::empty())
}

async fn set_group_role(cx: &Context, held: bool) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::GROUP_ROLE)?;
    let role = people::one_role(&fields, "groupRole", Where::Project)?;
    let (project, id) = (cx.project_id()?, cx.id("userId")?);
    let member = cx.app.store.member_role_in_project(project, id, role, held, &cx.act()).await?;
    Ok(in_project(cx, &member))
}

pub async fn add_group_user_role(cx: Context) -> Result<Reply, ApiError> {
    set_group_role(&cx, true).await
}

pub async fn remove_group_user_role(cx: Context) -> Result<Reply, ApiError> {
    set_group_role(&cx, false).await
}

/// Only people of the caller's own organization are shown.
async fn show_account(cx: &Context, whom: Whom, missing: Refusal) -> Result<Reply, ApiError> {
    let org = cx.org_id()?;
    let found = cx.app.store.member_get(org, &Whom { invited: false, ..whom }).await?;
    let member = found.ok_or(missing)?;
    Ok(Reply::json(&people::show_legacy(cx, org, &member)))
}

pub async fn get_user(cx: Context) -> Result<Reply, ApiError> {
    let id: UserId = cx.id("userId")?;
    let whom = Whom { id: Some(id), ..Whom::all(cx.now()) };
    show_account(&cx, whom, Refusal::UserNotFound { id: id.to_string() }).await
}

pub async fn get_user_by_name(cx: Context) -> Result<Reply, ApiError> {
    let name = cx.param("userName").to_owned();
    let whom = Whom { username: Some(people::username(&name)), ..Whom::all(cx.now()) };
    show_account(&cx, whom, Refusal::UsernameNotFound { name }).await
}

/// Refuses a caller who may not give roles there, and answers with the organization.
async fn may_give(cx: &Context, placed: Placed) -> Result<OrgId, ApiError> {
    let principal = &cx.caller()?.principal;
    let (org, roles, needed) = match placed {
        Placed::Org(id, _) => {
            let found = cx.app.store.in_org(principal, id).await?;
            let (_, roles) = found.ok_or(Refusal::OrgNotFound { id })?;
            (id, roles, Role::OrgOwner)
        }
        Placed::Project(id, _) => {
            let found = cx.app.store.in_project(principal, id).await?;
            let (project, roles) = found.ok_or(Refusal::ProjectNotFound { id })?;
            (project.org, roles, Role::GroupAccessManager)
        }
    };
    if roles.satisfy(needed) { Ok(org) } else { Err(ApiError::new(ErrorCode::UserUnauthorized, [])) }
}

/// What somebody new is given, by organization. Whoever gets a role in a project is a member, too.
async fn placements(cx: &Context, all: Vec<Placed>) -> Result<Vec<(OrgId, MemberChange)>, ApiError> {
    let mut places: Vec<(OrgId, MemberChange)> = Vec::new();
    for placed in all {
        let org = may_give(cx, placed).await?;
        let nth = places.iter().position(|(known, _)| *known == org).unwrap_or_else(|| {
            places.push((org, MemberChange::default()));
            places.len() - 1
        });
        let given = &mut places[nth].1;
        let projects = given.project_roles.get_or_insert_default();
        match placed {
            Placed::Org(_, role) => {
                given.org_roles = Some(given.org_roles.unwrap_or(Roles::NONE).with(role, true));
            }
            Placed::Project(id, role) => match projects.iter_mut().find(|(known, _)| *known == id) {
                Some((_, roles)) => *roles = roles.with(role, true),
                None => projects.push((id, Roles::one(role))),
            },
        }
    }
    for (_, given) in &mut places {
        given.org_roles.get_or_insert(Roles::one(Role::OrgMember));
    }
    Ok(places)
}

// QUIRK(created-users): whoever is made with a name and a password is in at once.
pub async fn create_user(cx: Context) -> Result<Reply, ApiError> {
    let fields = body::object(&cx.body)?.check(schemas::USER)?;
    let act = cx.act();
    let user = people::parse_account(&fields, cx.app.store.mint().mint(act.at), act.at)?;
    let places = placements(&cx, people::placed(&fields)?).await?;
    cx.app.store.user_create(user.clone(), places.clone(), &act).await?;
    let roles = places.iter().flat_map(|(org, given)| {
        let projects = given.project_roles.as_deref().unwrap_or_default();
        crate::convert::group::placed_roles(*org, given.org_roles.unwrap_or(Roles::NONE), projects)
    });
    let location = people::account_url(&cx, &user.id.to_string());
    Ok(Reply::json(&people::show_account(&cx, &user, roles.collect())).located(location))
}
