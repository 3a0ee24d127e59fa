//! Teams: people of an organization, under one name. What a team may do in projects is in
//! [`crate::project_team`].

use model::event::EventKind;
use model::limits::{TEAMS_PER_ORG, USERS_PER_TEAM};
use model::project::{Membership, Team};
use model::refusal::Crowd;
use model::{Act, OrgId, Refusal, TeamId, UserId};

use crate::engine::{Row, Tx, statements, vals};
use crate::error::Result;
use crate::event::{self, Scope};
use crate::user::Whom;
use crate::{Page, Paged, Store, org, user};

statements! {
    INSERT: "make a team" = "INSERT INTO team (id, org_id, name, created_at) VALUES ($1, $2, $3, $4)";
    GET: "read a team" = "SELECT id, org_id, name, created_at FROM team WHERE id = $1 AND org_id = $2";
    TAKE: "take a team" = "SELECT id, org_id, name, created_at FROM team WHERE id = $1 AND org_id = $2 \
         /*! FOR UPDATE */";
    BY_NAME: "read a team by its name" = "SELECT id, org_id, name, created_at FROM team \
         WHERE org_id = $1 AND name = $2";
    LIST: "list teams" = "SELECT id, org_id, name, created_at FROM team WHERE org_id = $1 \
         ORDER BY id LIMIT $2 OFFSET $3";
    COUNT: "count teams" = "SELECT count(*) FROM team WHERE org_id = $1";
    SET_NAME: "rename a team" = "UPDATE team SET name = $1 WHERE id = $2";
    IN_USE: "look for a team's projects" = "SELECT project_id FROM project_team WHERE team_id = $1 LIMIT 1";
    DELETE: "delete a team" = "DELETE FROM team WHERE id = $1";
    JOIN: "add to a team" = "INSERT INTO team_member (team_id, person_id) VALUES ($1, $2) \
         ON CONFLICT (team_id, person_id) DO NOTHING";
    LEAVE: "take from a team" = "DELETE FROM team_member WHERE team_id = $1 AND person_id = $2";
    COUNT_USERS: "count a team's users" = "SELECT count(*) FROM team_member WHERE team_id = $1";
    DROP_USERS: "drop a team's users" = "DELETE FROM team_member WHERE team_id = $1";
    OF_PERSON: "read a user's teams" = "SELECT t.id FROM team_member m JOIN team t ON t.id = m.team_id \
         WHERE m.person_id = $1 AND t.org_id = $2 ORDER BY t.id";
    DROP_USERS_OF_ORG: "drop an organization's teams" = "DELETE FROM team_member \
         WHERE team_id IN (SELECT t.id FROM team t WHERE t.org_id = $1)";
    DROP_OF_ORG: "drop an organization's teams" = "DELETE FROM team WHERE org_id = $1";
}

/// Whether those who were invited and have not accepted yet may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pending {
    /// They may.
    Welcome,
    /// They may not.
    Refused,
}

fn read(row: &mut Row<'_>) -> Result<Team> {
    Ok(Team { id: row.of("team").id()?, org: row.id()?, name: row.string()?, created_at: row.time()? })
}

/// A team of an organization.
pub(crate) fn get(tx: &mut Tx<'_>, org: OrgId, id: TeamId) -> Result<Team> {
    Ok(tx.one(GET, vals![id, org], read)?.ok_or(Refusal::TeamNotFound { id })?)
}

/// Takes a team of an organization: it stays until the transaction ends.
pub(crate) fn take(tx: &mut Tx<'_>, org: OrgId, id: TeamId) -> Result<Team> {
    Ok(tx.take(TAKE, vals![id, org], read)?.ok_or(Refusal::TeamNotFound { id })?)
}

/// The teams of an organization that somebody is in.
pub(crate) fn of_person(tx: &mut Tx<'_>, org: OrgId, id: UserId) -> Result<Vec<TeamId>> {
    tx.all(OF_PERSON, vals![id, org], |row| row.of("team").id())
}

/// Drops an organization's teams.
pub(crate) fn drop_all(tx: &mut Tx<'_>, org: OrgId) -> Result<()> {
    tx.exec(DROP_USERS_OF_ORG, vals![org])?;
    tx.exec(DROP_OF_ORG, vals![org]).map(|_| ())
}

fn check_name(tx: &mut Tx<'_>, org: OrgId, name: &str) -> Result<()> {
    match tx.any(BY_NAME, vals![org, name])? {
        true => Err(Refusal::TeamExists { name: name.to_owned(), org }.into()),
        false => Ok(()),
    }
}

/// Adds somebody of the team's organization to it.
pub(crate) fn join(tx: &mut Tx<'_>, team: &Team, id: UserId, pending: Pending, act: &Act) -> Result<()> {
    let whom = Whom { active: true, ..Whom::one(id, act.at) };
    let member = user::get_of_org(tx, team.org, &whom)?.ok_or(Refusal::UserNotInOrg { id, org: team.org })?;
    let kind = match (member.membership, pending) {
        (Membership::Active, _) => EventKind::JoinedTeam,
        (Membership::Invited { .. }, Pending::Welcome) => EventKind::InvitedToTeam,
        (Membership::Invited { .. }, Pending::Refused) => return Err(Refusal::UserPending.into()),
    };
    if tx.exec(JOIN, vals![team.id, id])? == 0 {
        return Err(Refusal::UserInTeam { id, team: team.id }.into());
    }
    if tx.count(COUNT_USERS, vals![team.id])? > u64::from(USERS_PER_TEAM) {
        return Err(Refusal::TooMany { of: Crowd::TeamUsers, max: USERS_PER_TEAM }.into());
    }
    event::write(tx, Scope::of_org(team.org), kind, act, &member.user.username)
}

/// Takes somebody from a team.
pub(crate) fn leave(tx: &mut Tx<'_>, org: OrgId, team: TeamId, id: UserId, act: &Act) -> Result<()> {
    if tx.exec(LEAVE, vals![team, id])? == 0 {
        return Err(Refusal::UserNotInTeam { id, team }.into());
    }
    let username = user::name(tx, id)?;
    event::write(tx, Scope::of_org(org), EventKind::RemovedFromTeam, act, &username)
}

fn create(tx: &mut Tx<'_>, org: OrgId, name: &str, usernames: &[String], act: &Act) -> Result<Team> {
    org::take(tx, org)?;
    check_name(tx, org, name)?;
    if tx.count(COUNT, vals![org])? >= u64::from(TEAMS_PER_ORG) {
        return Err(Refusal::TooMany { of: Crowd::OrgTeams, max: TEAMS_PER_ORG }.into());
    }
    let team = Team { id: tx.mint(act.at), org, name: name.to_owned(), created_at: act.at };
    tx.exec(INSERT, vals![team.id, org, name, act.at])?;
    event::write(tx, Scope::of_org(org), EventKind::TeamCreated, act, &team.id.to_string())?;
    for username in usernames {
        let id = user::id_by_name(tx, username)?;
        let id = id.ok_or_else(|| Refusal::UsernameNotFound { name: username.clone() })?;
        join(tx, &team, id, Pending::Refused, act)?;
    }
    Ok(team)
}

fn rename(tx: &mut Tx<'_>, org: OrgId, id: TeamId, name: &str, act: &Act) -> Result<Team> {
    org::take(tx, org)?;
    let team = take(tx, org, id)?;
    if team.name == name {
        return Ok(team);
    }
    check_name(tx, org, name)?;
    tx.exec(SET_NAME, vals![name, id])?;
    event::write(tx, Scope::of_org(org), EventKind::TeamNameChanged, act, &id.to_string())?;
    Ok(Team { name: name.to_owned(), ..team })
}

// QUIRK(team-in-use): a team stays while it has roles in a project.
fn delete(tx: &mut Tx<'_>, org: OrgId, id: TeamId, act: &Act) -> Result<()> {
    org::take(tx, org)?;
    take(tx, org, id)?;
    if tx.any(IN_USE, vals![id])? {
        return Err(Refusal::TeamInUse.into());
    }
    tx.exec(DROP_USERS, vals![id])?;
    tx.exec(DELETE, vals![id])?;
    event::write(tx, Scope::of_org(org), EventKind::TeamDeleted, act, &id.to_string())
}

impl Store {
    /// Makes a team of those people.
    pub async fn team_create(&self, org: OrgId, name: &str, usernames: &[String], act: &Act) -> Result<Team> {
        let (name, usernames, act) = (name.to_owned(), usernames.to_vec(), act.clone());
        self.write(move |tx| create(tx, org, &name, &usernames, &act)).await
    }

    /// An organization's teams.
    pub async fn team_list(&self, org: OrgId, page: Page) -> Result<Paged<Team>> {
        self.snapshot(move |tx| {
            let total = tx.count(COUNT, vals![org])?;
            Ok(Paged { items: tx.sound(LIST, vals![org, page.size, page.skipped()], read)?, total })
        })
        .await
    }

    /// A team of an organization.
    pub async fn team_get(&self, org: OrgId, id: TeamId) -> Result<Team> {
        self.read(move |tx| get(tx, org, id)).await
    }

    /// The team of that name.
    pub async fn team_get_by_name(&self, org: OrgId, name: &str) -> Result<Team> {
        let name = name.to_owned();
        self.read(move |tx| {
            let missing = || Refusal::TeamNameNotFound { name: name.clone() };
            Ok(tx.one(BY_NAME, vals![org, &name], read)?.ok_or_else(missing)?)
        })
        .await
    }

    /// Renames a team.
    pub async fn team_rename(&self, org: OrgId, id: TeamId, name: &str, act: &Act) -> Result<Team> {
        let (name, act) = (name.to_owned(), act.clone());
        self.write(move |tx| rename(tx, org, id, &name, &act)).await
    }

    /// Deletes a team that has no roles in a project.
    pub async fn team_delete(&self, org: OrgId, id: TeamId, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| delete(tx, org, id, &act)).await
    }

    /// Adds people of the organization to a team, all or none.
    pub async fn team_add_users(
        &self,
        org: OrgId,
        id: TeamId,
        users: &[UserId],
        pending: Pending,
        act: &Act,
    ) -> Result<()> {
        let (users, act) = (users.to_vec(), act.clone());
        self.write(move |tx| {
            org::take(tx, org)?;
            let team = take(tx, org, id)?;
            users.iter().try_for_each(|user| join(tx, &team, *user, pending, &act))
        })
        .await
    }

    /// Takes somebody from a team.
    pub async fn team_remove_user(&self, org: OrgId, id: TeamId, user: UserId, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| {
            org::take(tx, org)?;
            take(tx, org, id)?;
            leave(tx, org, id, user, &act)
        })
        .await
    }
}
