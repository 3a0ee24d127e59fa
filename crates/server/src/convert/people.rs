//! People and their teams on the wire.

use api::types::Link;
use api::types::org::{Invitation, LegacyUser, PlacedRole, Team as WireTeam, User as WireUser};
use api::{ErrorCode, schemas};
use model::project::{Member, Membership, Org, Team, User};
use model::{OrgId, ProjectId, Role, Roles, TeamId, Timestamp};
use serde_json::{Value, json};
use store::{Introduction, MemberChange, Whom};

use crate::body::Fields;
use crate::context::Context;
use crate::convert::group::{placed_roles, role_names};
use crate::convert::key::{Where, named_roles};
use crate::convert::time;
use crate::error::ApiError;
use crate::query::{Query, invalid};

/// Where a user is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum In {
    /// In an organization: roles are by place, and teams are told.
    Org,
    /// In a project: roles are those there.
    Project,
}

fn ids<T: ToString>(ids: &[T]) -> Vec<String> {
    ids.iter().map(T::to_string).collect()
}

/// A user, as version 2025-02-19 shows one.
pub fn show(member: &Member, place: In, now: Timestamp) -> WireUser {
    let user = &member.user;
    let invitation = match &member.membership {
        Membership::Active => None,
        Membership::Invited { at, expires_at, by } => Some((*at, *expires_at, by.clone())),
    };
    let told = |text: &str| invitation.is_none().then(|| text.to_owned());
    let roles = match place {
        In::Project => role_names(user.roles).into(),
        In::Org => {
            let assigned: Vec<Value> = member
                .project_roles
                .iter()
                .map(|(id, roles)| json!({ "groupId": id.to_string(), "groupRoles": role_names(*roles) }))
                .collect();
            json!({ "groupRoleAssignments": assigned, "orgRoles": role_names(member.org_roles) })
        }
    };
    WireUser {
        country: told(&user.country),
        created_at: told(&time::seconds(user.created_at)),
        first_name: told(&user.first_name),
        id: user.id.to_string(),
        invitation_created_at: invitation.as_ref().map(|(at, ..)| time::seconds(*at)),
        invitation_expires_at: invitation.as_ref().map(|(_, end, _)| time::seconds(*end)),
        inviter_username: invitation.as_ref().map(|(.., by)| by.clone()),
        last_auth: told(&time::seconds(user.created_at)),
        last_name: told(&user.last_name),
        mobile_number: invitation.is_none().then_some(Value::Null),
        org_membership_status: match &invitation {
            None => "ACTIVE",
            Some((_, end, _)) if *end > now => "PENDING",
            Some(_) => "INVITATION_EXPIRED",
        },
        roles,
        team_ids: (place == In::Org).then(|| ids(&member.teams)),
        username: user.username.clone(),
    }
}

/// A user, as older versions show one: with all roles in an organization and its projects.
pub fn show_legacy(context: &Context, org: OrgId, member: &Member) -> LegacyUser {
    let user = &member.user;
    LegacyUser {
        team_ids: ids(&member.teams),
        ..show_account(context, user, placed_roles(org, member.org_roles, &member.project_roles))
    }
}

/// Somebody's account in its old shape.
pub fn show_account(context: &Context, user: &User, roles: Vec<PlacedRole>) -> LegacyUser {
    let id = user.id.to_string();
    LegacyUser {
        country: user.country.clone(),
        created_at: time::seconds(user.created_at),
        email_address: user.username.clone(),
        first_name: user.first_name.clone(),
        last_auth: time::seconds(user.created_at),
        last_name: user.last_name.clone(),
        links: vec![Link::to_self(account_url(context, &id))],
        id,
        mobile_number: None,
        roles,
        team_ids: Vec::new(),
        username: user.username.clone(),
    }
}

/// QUIRK(users-in-v1): users link to v1.0, whatever root they are asked for under. Recorded.
pub fn account_url(context: &Context, id: &str) -> String {
    format!("{}/api/atlas/v1.0/users/{id}", context.base)
}

/// An invitation to an organization that came with one to a project.
pub fn show_invitation(context: &Context, org: &Org, member: &Member) -> Option<Invitation> {
    let Membership::Invited { at, expires_at, by } = &member.membership else { return None };
    let (id, org_id) = (member.user.id.to_string(), org.id.to_string());
    Some(Invitation {
        created_at: time::seconds(*at),
        expires_at: time::seconds(*expires_at),
        group_role_assignments: placed_roles(org.id, Roles::NONE, &member.project_roles),
        inviter_username: by.clone(),
        links: vec![Link::to_self(context.url(&["orgs", &org_id, "users", &id]))],
        id,
        org_id,
        org_name: org.name.clone(),
        roles: role_names(member.org_roles),
        team_ids: ids(&member.teams),
        username: member.user.username.clone(),
    })
}

/// A team.
pub fn show_team(context: &Context, team: &Team) -> WireTeam {
    let (id, org) = (team.id.to_string(), team.org.to_string());
    let links = vec![Link::to_self(context.url(&["orgs", &org, "teams", &id]))];
    WireTeam { id, links, name: team.name.clone(), usernames: None }
}

/// User names are compared in lower case, as the service does with addresses.
pub fn username(text: &str) -> String {
    text.to_lowercase()
}

/// Which people a list is asked for. Old versions know only those who are in, and no filters.
pub fn whom(query: &Query, now: Timestamp, legacy: bool) -> Result<Whom, ApiError> {
    const STATUS: &str = "orgMembershipStatus";
    const STATUSES: &str = "orgMembershipStatuses";
    let all = Whom::all(now);
    let several: Vec<&str> = query.all(STATUSES).flat_map(|list| list.split(',')).collect();
    let (name, asked) = match (query.get(STATUS), several.is_empty()) {
        (Some(_), false) => return Err(invalid(STATUS, "left out beside orgMembershipStatuses")),
        (Some(one), true) => (STATUS, vec![one]),
        (None, _) => (STATUSES, several),
    };
    let known = ["ACTIVE", "PENDING", "INVITATION_EXPIRED", "INVITATION_REJECTED"];
    if let Some(_unknown) = asked.iter().find(|status| !known.contains(status)) {
        return Err(invalid(name, "one of ACTIVE, PENDING, INVITATION_EXPIRED, INVITATION_REJECTED"));
    }
    let has = |status| asked.contains(&status);
    let id = query.get("userId").map(|id| id.parse().map_err(|_| invalid("userId", "the id of a user")));
    let some = Whom { username: query.get("username").map(username), id: id.transpose()?, ..all };
    if legacy {
        return Ok(Whom { invited: false, ..Whom::all(now) });
    }
    Ok(if asked.is_empty() {
        some
    } else {
        Whom { active: has("ACTIVE"), invited: has("PENDING"), expired: has("INVITATION_EXPIRED"), ..some }
    })
}

fn texts<'a>(value: &'a Value, name: &str) -> Vec<&'a str> {
    let items = value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(Value::as_str).collect()
}

/// An id in a body; the table has checked its form.
pub fn id<T: std::str::FromStr>(text: &str, field: &str) -> Result<T, ApiError> {
    text.parse().map_err(|_| {
        ApiError::new(ErrorCode::InvalidAttribute, [field.into()])
            .at(field, "The value must be 24 lower-case hexadecimal digits.")
    })
}

/// What a body about an organization's user gives them.
pub fn given(fields: &Fields) -> Result<MemberChange, ApiError> {
    let teams = fields.texts("teamIds");
    let teams = teams.map(|teams| teams.into_iter().map(|team| id(team, "teamIds")).collect());
    let mut given = MemberChange { teams: teams.transpose()?, ..MemberChange::default() };
    let Some(roles) = fields.value("roles").filter(|roles| !roles.is_null()) else {
        return Ok(given);
    };
    given.org_roles = Some(named_roles(texts(roles, "orgRoles"), "roles.orgRoles", Where::Org)?);
    if let Some(items) = roles.get("groupRoleAssignments").and_then(Value::as_array) {
        let field = "roles.groupRoleAssignments";
        let one = |item: &Value| {
            let project = item.get("groupId").and_then(Value::as_str).unwrap_or_default();
            let roles = named_roles(texts(item, "groupRoles"), field, Where::Project)?;
            Ok((id::<ProjectId>(project, field)?, roles))
        };
        given.project_roles = Some(items.iter().map(one).collect::<Result<_, ApiError>>()?);
    }
    Ok(given)
}

/// One role that a body names.
pub fn one_role(fields: &Fields, name: &'static str, place: Where) -> Result<Role, ApiError> {
    let text = fields.required(name)?;
    named_roles([text], name, place)?
        .iter()
        .next()
        .ok_or_else(|| ApiError::new(ErrorCode::InvalidRole, [text.into()]))
}

/// What `:accept` says of a user; what it doesn't is made up from their address.
pub fn introduction(fields: &Fields, username: &str) -> Introduction {
    let said = |name, other: &str| fields.text(name).unwrap_or(other).to_owned();
    let (name, host) = username.split_once('@').unwrap_or((username, ""));
    Introduction {
        first_name: said("firstName", name),
        last_name: said("lastName", host),
        country: said("country", "US"),
    }
}

/// A role and the place it is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placed {
    /// In an organization.
    Org(OrgId, Role),
    /// In a project.
    Project(ProjectId, Role),
}

/// The roles that `POST /users` names, each with its place.
pub fn placed(fields: &Fields) -> Result<Vec<Placed>, ApiError> {
    let items = fields.list("roles").unwrap_or_default();
    let one = |(nth, item): (usize, &Value)| {
        let text = |name| item.get(name).and_then(Value::as_str);
        let field = format!("roles[{nth}]");
        let role = |place| {
            let names = [text("roleName").unwrap_or_default()];
            named_roles(names, &format!("{field}.roleName"), place).map(|roles| roles.iter().next())
        };
        let both =
            |code| ApiError::new(code, ["groupId".into(), "orgId".into()]).at(&field, "Name one place.");
        let placed = match (text("groupId"), text("orgId")) {
            (Some(group), None) => {
                role(Where::Project)?.map(|role| Ok(Placed::Project(id(group, &field)?, role)))
            }
            (None, Some(org)) => role(Where::Org)?.map(|role| Ok(Placed::Org(id(org, &field)?, role))),
            (None, None) => return Err(both(ErrorCode::MissingOneOfAttributes)),
            (Some(_), Some(_)) => return Err(both(ErrorCode::MutuallyExclusiveAttributes)),
        };
        placed.unwrap_or_else(|| Err(ApiError::new(ErrorCode::InvalidRole, ["".into()])))
    };
    items.iter().enumerate().map(one).collect()
}

/// One item of a project's teams.
pub fn team_part(fields: &Fields) -> Result<(TeamId, Roles), ApiError> {
    let team = id(fields.required("teamId")?, "teamId")?;
    Ok((team, team_roles(fields)?))
}

/// The roles of a team in a project.
pub fn team_roles(fields: &Fields) -> Result<Roles, ApiError> {
    named_roles(fields.texts("roleNames").unwrap_or_default(), "roleNames", Where::Project)
}

/// The account that `POST /users` asks for.
pub fn parse_account(fields: &Fields, id: model::UserId, now: Timestamp) -> Result<User, ApiError> {
    let text = |name| fields.required(name).map(str::to_owned);
    Ok(User {
        id,
        username: username(fields.required("username")?),
        first_name: text("firstName")?,
        last_name: text("lastName")?,
        country: text("country")?,
        created_at: now,
        roles: Roles::NONE,
    })
}

/// What a team is called, and who is in it.
pub fn parse_team(fields: Fields) -> Result<(String, Vec<String>), ApiError> {
    let fields = fields.check(schemas::TEAM)?;
    let mut usernames: Vec<String> = Vec::new();
    for name in fields.texts("usernames").unwrap_or_default().into_iter().map(username) {
        if !usernames.contains(&name) {
            usernames.push(name);
        }
    }
    Ok((fields.required("name")?.to_owned(), usernames))
}
