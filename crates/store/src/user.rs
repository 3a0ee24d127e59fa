//! People and teams.

use model::project::{ProjectTeam, User};
use model::{OrgId, ProjectId, Refusal, Roles, UserId};

use crate::engine::{Row, Tx, Val, statements, vals};
use crate::error::Result;
use crate::{Page, Paged, Store, role_grant};

statements! {
    INSERT: "make a user" = "INSERT INTO person (id, username, first_name, last_name, country, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)";
    GET: "read a user" = "SELECT id, username, first_name, last_name, country, created_at \
         FROM person WHERE id = $1";
    LIST_AT: "list users" = "SELECT u.id, u.username, u.first_name, u.last_name, u.country, u.created_at, \
         g.roles FROM role_grant g JOIN person u ON u.id = g.holder \
         WHERE g.place = $1 ORDER BY u.id LIMIT $2 OFFSET $3";
    COUNT_AT: "count users" = "SELECT count(*) FROM role_grant g JOIN person u ON u.id = g.holder \
         WHERE g.place = $1";
    TEAMS: "list teams" = "SELECT team_id, roles FROM project_team \
         WHERE project_id = $1 ORDER BY team_id LIMIT $2 OFFSET $3";
    COUNT_TEAMS: "count teams" = "SELECT count(*) FROM project_team WHERE project_id = $1";
}

fn read(row: &mut Row<'_>) -> Result<User> {
    Ok(User {
        id: row.of("person").id()?,
        username: row.string()?,
        first_name: row.string()?,
        last_name: row.string()?,
        country: row.string()?,
        created_at: row.time()?,
        roles: Roles::NONE,
    })
}

fn read_team(row: &mut Row<'_>) -> Result<ProjectTeam> {
    Ok(ProjectTeam { id: row.of("project_team").id()?, roles: role_grant::read(row)? })
}

/// Makes a user; roles are granted apart.
pub(crate) fn insert(tx: &mut Tx<'_>, user: &User) -> Result<()> {
    let User { id, username, first_name, last_name, country, created_at, roles: _ } = user;
    tx.exec(INSERT, vals![*id, username, first_name, last_name, country, *created_at]).map(|_| ())
}

/// The name of a user; refuses an id that is nobody's.
pub(crate) fn name(tx: &mut Tx<'_>, id: UserId) -> Result<String> {
    let user = tx.one(GET, vals![id], read)?.ok_or(Refusal::UserNotFound { id: id.to_string() })?;
    Ok(user.username)
}

fn list_at(tx: &mut Tx<'_>, place: Val<'_>, page: Page) -> Result<Paged<User>> {
    let total = tx.count(COUNT_AT, vals![place])?;
    let items = tx.sound(LIST_AT, vals![place, page.size, page.skipped()], |row| {
        let user = read(row)?;
        Ok(User { roles: role_grant::read(row)?, ..user })
    })?;
    Ok(Paged { items, total })
}

impl Store {
    /// The people who have a role in a project, with their roles there.
    pub async fn user_list_of_project(&self, project: ProjectId, page: Page) -> Result<Paged<User>> {
        self.snapshot(|tx| list_at(tx, project.into(), page))
    }

    /// The people who have a role in an organization, with their roles there.
    pub async fn user_list_of_org(&self, org: OrgId, page: Page) -> Result<Paged<User>> {
        self.snapshot(|tx| list_at(tx, org.into(), page))
    }

    /// A person, without roles.
    pub async fn user_get(&self, id: UserId) -> Result<Option<User>> {
        self.read(|tx| tx.one(GET, vals![id], read))
    }

    /// The teams that have a role in a project.
    pub async fn team_list_of_project(&self, project: ProjectId, page: Page) -> Result<Paged<ProjectTeam>> {
        self.snapshot(|tx| {
            let total = tx.count(COUNT_TEAMS, vals![project])?;
            let items = tx.sound(TEAMS, vals![project, page.size, page.skipped()], read_team)?;
            Ok(Paged { items, total })
        })
    }
}
