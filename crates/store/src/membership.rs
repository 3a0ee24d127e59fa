//! Who is in an organization, and what they may do there and in its projects.
//!
//! Whoever is invited is in once they accept. What they are given is written down at once, and
//! gives them nothing before: people don't call this API. An invitation that is over counts as
//! none.

use std::collections::BTreeSet;

use model::event::EventKind;
use model::limits::{INVITATION_LIFE, USERS_PER_ORG};
use model::project::{Member, Membership, User};
use model::refusal::Crowd;
use model::{Act, OrgId, ProjectId, Refusal, Role, Roles, TeamId, UserId};

use crate::engine::{Tx, statements, vals};
use crate::error::Result;
use crate::event::{self, Scope};
use crate::team::{self, Pending};
use crate::user::{self, Whom};
use crate::{Store, org, project, role_grant};

statements! {
    INVITE: "invite a user" = "INSERT INTO invitation (org_id, person_id, created_at, expires_at, inviter) \
         VALUES ($1, $2, $3, $4, $5)";
    FORGET_INVITATION: "end an invitation" = "DELETE FROM invitation WHERE org_id = $1 AND person_id = $2";
    FORGET_INVITATIONS: "end an organization's invitations" = "DELETE FROM invitation WHERE org_id = $1";
    INTRODUCE: "name a user" = "UPDATE person SET first_name = $1, last_name = $2, country = $3 \
         WHERE id = $4 AND country = ''";
    COUNT: "count users" = "SELECT count(*) FROM role_grant g JOIN person u ON u.id = g.holder \
         WHERE g.place = $1";
    OTHER_OWNER: "look for another owner" = "SELECT u.id FROM role_grant g JOIN person u ON u.id = g.holder \
         LEFT JOIN invitation i ON i.org_id = g.place AND i.person_id = u.id \
         WHERE g.place = $1 AND u.id <> $2 AND g.roles LIKE '%ORG_OWNER%' AND i.person_id IS NULL LIMIT 1";
}

/// What somebody is given; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemberChange {
    /// Roles in the organization, all of them.
    pub org_roles: Option<Roles>,
    /// Roles in its projects, all of them.
    pub project_roles: Option<Vec<(ProjectId, Roles)>>,
    /// Its teams, all of them.
    pub teams: Option<Vec<TeamId>>,
}

/// What somebody says of themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduction {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Two-letter country.
    pub country: String,
}

/// Somebody of an organization; an invitation that is over counts as none.
fn find(tx: &mut Tx<'_>, org: OrgId, id: UserId, act: &Act) -> Result<Option<Member>> {
    user::get_of_org(tx, org, &Whom { expired: false, ..Whom::one(id, act.at) })
}

fn get(tx: &mut Tx<'_>, org: OrgId, id: UserId, act: &Act) -> Result<Member> {
    Ok(find(tx, org, id, act)?.ok_or(Refusal::UserNotInOrg { id, org })?)
}

fn is_active(member: &Member) -> bool {
    member.membership == Membership::Active
}

/// Ends all invitations to an organization.
pub(crate) fn drop_invitations(tx: &mut Tx<'_>, org: OrgId) -> Result<()> {
    tx.exec(FORGET_INVITATIONS, vals![org]).map(|_| ())
}

/// Lets somebody in who isn't.
fn admit(tx: &mut Tx<'_>, org: OrgId, id: UserId, roles: Roles, act: &Act) -> Result<()> {
    // What an invitation that is over has left behind.
    leave_all(tx, org, id, act)?;
    if tx.count(COUNT, vals![org])? >= u64::from(USERS_PER_ORG) {
        return Err(Refusal::TooMany { of: Crowd::OrgUsers, max: USERS_PER_ORG }.into());
    }
    role_grant::set(tx, id.into(), org.into(), roles)
}

/// Invites somebody who isn't in.
fn invite(
    tx: &mut Tx<'_>,
    org: OrgId,
    id: UserId,
    (username, inviter): (&str, &str),
    roles: Roles,
    act: &Act,
) -> Result<()> {
    admit(tx, org, id, roles, act)?;
    tx.exec(INVITE, vals![org, id, act.at, act.at.after(INVITATION_LIFE), inviter])?;
    event::write(tx, Scope::of_org(org), EventKind::InvitedToOrg, act, username)
}

/// Takes from somebody all that they have in an organization but their place in it.
fn leave_all(tx: &mut Tx<'_>, org: OrgId, id: UserId, act: &Act) -> Result<()> {
    for team in team::of_person(tx, org, id)? {
        team::leave(tx, org, team, id, act)?;
    }
    let active = tx.exec(FORGET_INVITATION, vals![org, id])? == 0;
    let projects = user::project_roles(tx, org, id)?;
    if projects.is_empty() {
        return Ok(());
    }
    let username = user::name(tx, id)?;
    for (project, _) in projects {
        role_grant::drop(tx, id.into(), project.into())?;
        let scope = Scope { org, project: Some(project) };
        event::write(tx, scope, left(active), act, &username)?;
    }
    Ok(())
}

fn check_not_last(tx: &mut Tx<'_>, org: OrgId, member: &Member) -> Result<()> {
    let owner = is_active(member) && member.org_roles.contains(Role::OrgOwner);
    if owner && !tx.any(OTHER_OWNER, vals![org, member.user.id])? {
        return Err(Refusal::LastOwner.into());
    }
    Ok(())
}

/// What is told of somebody who has no role in a project any more.
fn left(active: bool) -> EventKind {
    if active { EventKind::RemovedFromGroup } else { EventKind::GroupInvitationDeleted }
}

/// Gives somebody these roles in a project instead of those they had; none takes them out.
fn set_in_project(
    tx: &mut Tx<'_>,
    member: &Member,
    org: OrgId,
    id: ProjectId,
    roles: Roles,
    act: &Act,
) -> Result<()> {
    let scope = project::take(tx, id)?;
    if scope.org != org {
        return Err(Refusal::ProjectNotFound { id }.into());
    }
    let user = &member.user;
    let held = role_grant::get(tx, user.id.into(), id.into())?;
    let kind = match held {
        held if held.unwrap_or(Roles::NONE) == roles => return Ok(()),
        Some(_) if roles.is_empty() => left(is_active(member)),
        Some(_) => EventKind::UserRolesChangedAudit,
        None if is_active(member) => EventKind::JoinedGroup,
        None => EventKind::InvitedToGroup,
    };
    if roles.is_empty() {
        role_grant::drop(tx, user.id.into(), id.into())?;
    } else {
        role_grant::set(tx, user.id.into(), id.into(), roles)?;
    }
    event::write(tx, scope, kind, act, &user.username)
}

fn change(tx: &mut Tx<'_>, org: OrgId, id: UserId, change: &MemberChange, act: &Act) -> Result<Member> {
    let member = get(tx, org, id, act)?;
    if let Some(roles) = change.org_roles.filter(|roles| *roles != member.org_roles) {
        if !roles.contains(Role::OrgOwner) {
            check_not_last(tx, org, &member)?;
        }
        role_grant::set(tx, id.into(), org.into(), roles)?;
        let username = &member.user.username;
        event::write(tx, Scope::of_org(org), EventKind::UserRolesChangedAudit, act, username)?;
    }
    if let Some(wanted) = &change.project_roles {
        let stays = |project| wanted.iter().any(|(other, _)| *other == project);
        for (project, _) in member.project_roles.iter().filter(|(project, _)| !stays(*project)) {
            set_in_project(tx, &member, org, *project, Roles::NONE, act)?;
        }
        for (project, roles) in wanted {
            set_in_project(tx, &member, org, *project, *roles, act)?;
        }
    }
    if let Some(wanted) = &change.teams {
        for team in member.teams.iter().filter(|team| !wanted.contains(team)) {
            team::leave(tx, org, *team, id, act)?;
        }
        for team in wanted.iter().filter(|team| !member.teams.contains(team)) {
            let team = team::take(tx, org, *team)?;
            team::join(tx, &team, id, Pending::Welcome, act)?;
        }
    }
    get(tx, org, id, act)
}

fn remove(tx: &mut Tx<'_>, org: OrgId, id: UserId, act: &Act) -> Result<()> {
    org::take(tx, org)?;
    let member = user::get_of_org(tx, org, &Whom::one(id, act.at))?;
    let member = member.ok_or(Refusal::UserNotInOrg { id, org })?;
    check_not_last(tx, org, &member)?;
    leave_all(tx, org, id, act)?;
    role_grant::drop(tx, id.into(), org.into())?;
    let kind = if is_active(&member) { EventKind::RemovedFromOrg } else { EventKind::OrgInvitationDeleted };
    event::write(tx, Scope::of_org(org), kind, act, &member.user.username)
}

fn accept(tx: &mut Tx<'_>, org: OrgId, id: UserId, who: &Introduction, act: &Act) -> Result<Member> {
    org::take(tx, org)?;
    let member = find(tx, org, id, act)?.filter(|member| !is_active(member));
    let member = member.ok_or(Refusal::NoInvitation { id })?;
    tx.exec(FORGET_INVITATION, vals![org, id])?;
    tx.exec(INTRODUCE, vals![&who.first_name, &who.last_name, &who.country, id])?;
    let username = &member.user.username;
    event::write(tx, Scope::of_org(org), EventKind::JoinedOrg, act, username)?;
    for _ in &member.teams {
        event::write(tx, Scope::of_org(org), EventKind::JoinedTeam, act, username)?;
    }
    for (project, _) in &member.project_roles {
        let scope = Scope { org, project: Some(*project) };
        event::write(tx, scope, EventKind::JoinedGroup, act, username)?;
    }
    get(tx, org, id, act)
}

fn add_to_project(
    tx: &mut Tx<'_>,
    project: ProjectId,
    (username, inviter): (&str, &str),
    roles: Roles,
    act: &Act,
) -> Result<Member> {
    let org = project::take_in_org(tx, project)?.org;
    let id = user::of_name(tx, username, act)?;
    if find(tx, org, id, act)?.is_none() {
        invite(tx, org, id, (username, inviter), Roles::one(Role::OrgMember), act)?;
    }
    let member = get(tx, org, id, act)?;
    if member.project_roles.iter().any(|(held, _)| *held == project) {
        return Err(Refusal::UserExists { name: username.to_owned() }.into());
    }
    set_in_project(tx, &member, org, project, roles, act)?;
    Ok(user::get_of_project(tx, project, &Whom::one(id, act.at))?
        .ok_or(Refusal::UserNotInProject { id, project })?)
}

fn change_in_project(
    tx: &mut Tx<'_>,
    project: ProjectId,
    id: UserId,
    roles: impl Fn(Roles) -> Roles,
    act: &Act,
) -> Result<Member> {
    let org = project::take_in_org(tx, project)?.org;
    let missing = Refusal::UserNotInProject { id, project };
    let mut member = user::get_of_project(tx, project, &Whom::one(id, act.at))?.ok_or(missing)?;
    let roles = roles(member.user.roles);
    set_in_project(tx, &member, org, project, roles, act)?;
    member.user.roles = roles;
    Ok(member)
}

/// Makes somebody who is in at once, everywhere that they are given roles.
fn create(tx: &mut Tx<'_>, user: &User, places: &[(OrgId, MemberChange)], act: &Act) -> Result<()> {
    let orgs: BTreeSet<OrgId> = places.iter().map(|(org, _)| *org).collect();
    for org in orgs {
        org::take(tx, org)?;
    }
    user::insert(tx, user)?;
    for (org, given) in places {
        admit(tx, *org, user.id, given.org_roles.unwrap_or(Roles::NONE), act)?;
        event::write(tx, Scope::of_org(*org), EventKind::JoinedOrg, act, &user.username)?;
        change(tx, *org, user.id, given, act)?;
    }
    Ok(())
}

impl Store {
    /// Makes a person who is in at once, everywhere that they are given roles.
    pub async fn user_create(&self, user: User, places: Vec<(OrgId, MemberChange)>, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| create(tx, &user, &places, &act)).await
    }

    /// Somebody of an organization; `None` if they aren't in and were not invited.
    pub async fn member_get(&self, org: OrgId, whom: &Whom) -> Result<Option<Member>> {
        let whom = whom.clone();
        self.snapshot(move |tx| user::get_of_org(tx, org, &whom)).await
    }

    /// Somebody who has a role of their own in a project.
    pub async fn member_get_of_project(&self, project: ProjectId, whom: &Whom) -> Result<Option<Member>> {
        let whom = whom.clone();
        self.snapshot(move |tx| user::get_of_project(tx, project, &whom)).await
    }

    /// Invites somebody to an organization.
    pub async fn member_invite(
        &self,
        org: OrgId,
        username: &str,
        inviter: &str,
        given: MemberChange,
        act: &Act,
    ) -> Result<Member> {
        let (username, inviter, act) = (username.to_owned(), inviter.to_owned(), act.clone());
        self.write(move |tx| {
            org::take(tx, org)?;
            let id = user::of_name(tx, &username, &act)?;
            if find(tx, org, id, &act)?.is_some() {
                return Err(Refusal::UserExists { name: username.clone() }.into());
            }
            invite(tx, org, id, (&username, &inviter), given.org_roles.unwrap_or(Roles::NONE), &act)?;
            change(tx, org, id, &given, &act)
        })
        .await
    }

    /// Accepts an invitation in somebody's place.
    pub async fn member_accept(
        &self,
        org: OrgId,
        id: UserId,
        who: Introduction,
        act: &Act,
    ) -> Result<Member> {
        let act = act.clone();
        self.write(move |tx| accept(tx, org, id, &who, &act)).await
    }

    /// Changes what somebody may do in an organization and its projects, and which teams they are in.
    pub async fn member_change(
        &self,
        org: OrgId,
        id: UserId,
        given: MemberChange,
        act: &Act,
    ) -> Result<Member> {
        let act = act.clone();
        self.write(move |tx| {
            org::take(tx, org)?;
            change(tx, org, id, &given, &act)
        })
        .await
    }

    /// Gives somebody one role more in an organization, or takes one.
    pub async fn member_role(
        &self,
        org: OrgId,
        id: UserId,
        role: Role,
        held: bool,
        act: &Act,
    ) -> Result<Member> {
        let act = act.clone();
        self.write(move |tx| {
            org::take(tx, org)?;
            let roles = get(tx, org, id, &act)?.org_roles.with(role, held);
            change(tx, org, id, &MemberChange { org_roles: Some(roles), ..MemberChange::default() }, &act)
        })
        .await
    }

    /// Takes somebody from an organization, with all that they have in it, or takes back their
    /// invitation.
    pub async fn member_remove(&self, org: OrgId, id: UserId, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| remove(tx, org, id, &act)).await
    }

    /// Gives somebody roles in a project; whoever isn't in its organization is invited to it.
    pub async fn member_add_to_project(
        &self,
        project: ProjectId,
        username: &str,
        inviter: &str,
        roles: Roles,
        act: &Act,
    ) -> Result<Member> {
        let (username, inviter, act) = (username.to_owned(), inviter.to_owned(), act.clone());
        self.write(move |tx| add_to_project(tx, project, (&username, &inviter), roles, &act)).await
    }

    /// Gives somebody of a project one role more there, or takes one; without any they are out.
    pub async fn member_role_in_project(
        &self,
        project: ProjectId,
        id: UserId,
        role: Role,
        held: bool,
        act: &Act,
    ) -> Result<Member> {
        let act = act.clone();
        self.write(move |tx| change_in_project(tx, project, id, |roles| roles.with(role, held), &act)).await
    }

    /// Takes somebody's own roles in a project.
    pub async fn member_remove_from_project(&self, project: ProjectId, id: UserId, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| change_in_project(tx, project, id, |_| Roles::NONE, &act).map(|_| ())).await
    }
}
