//! What teams may do in projects. People can't call this API, so a team's roles give nobody access
//! to it; they are shown with the people whom they reach.

use model::event::EventKind;
use model::project::ProjectTeam;
use model::{Act, ProjectId, Refusal, Roles, TeamId};

use crate::engine::{Row, Tx, statements, vals};
use crate::error::Result;
use crate::event;
use crate::{Page, Paged, Store, project, role_grant, team};

statements! {
    ADD: "add a team to a project" = "INSERT INTO project_team (project_id, team_id, roles) \
         VALUES ($1, $2, $3) ON CONFLICT (project_id, team_id) DO NOTHING";
    GET: "read a project's team" = "SELECT team_id, roles FROM project_team \
         WHERE project_id = $1 AND team_id = $2";
    SET: "change a team's roles" = "UPDATE project_team SET roles = $1 WHERE project_id = $2 AND team_id = $3";
    REMOVE: "take a team from a project" = "DELETE FROM project_team WHERE project_id = $1 AND team_id = $2";
    LIST: "list teams" = "SELECT team_id, roles FROM project_team \
         WHERE project_id = $1 ORDER BY team_id LIMIT $2 OFFSET $3";
    COUNT: "count teams" = "SELECT count(*) FROM project_team WHERE project_id = $1";
}

fn read(row: &mut Row<'_>) -> Result<ProjectTeam> {
    Ok(ProjectTeam { id: row.of("project_team").id()?, roles: role_grant::read(row)? })
}

fn get(tx: &mut Tx<'_>, project: ProjectId, id: TeamId) -> Result<ProjectTeam> {
    Ok(tx.one(GET, vals![project, id], read)?.ok_or(Refusal::TeamNotInProject { id })?)
}

fn add(tx: &mut Tx<'_>, project: ProjectId, teams: &[ProjectTeam], act: &Act) -> Result<()> {
    // With its organization: several teams are taken then, in whatever order.
    let scope = project::take_in_org(tx, project)?;
    for ProjectTeam { id, roles } in teams {
        team::take(tx, scope.org, *id)?;
        if tx.exec(ADD, vals![project, *id, &role_grant::text(*roles)])? == 0 {
            return Err(Refusal::TeamInProject { id: *id }.into());
        }
        event::write(tx, scope, EventKind::TeamAddedToGroup, act, &id.to_string())?;
    }
    Ok(())
}

fn change(tx: &mut Tx<'_>, project: ProjectId, id: TeamId, roles: Roles, act: &Act) -> Result<()> {
    let scope = project::take(tx, project)?;
    if get(tx, project, id)?.roles == roles {
        return Ok(());
    }
    tx.exec(SET, vals![&role_grant::text(roles), project, id])?;
    event::write(tx, scope, EventKind::TeamRolesModified, act, &id.to_string())
}

fn remove(tx: &mut Tx<'_>, project: ProjectId, id: TeamId, act: &Act) -> Result<()> {
    let scope = project::take(tx, project)?;
    if tx.exec(REMOVE, vals![project, id])? == 0 {
        return Err(Refusal::TeamNotInProject { id }.into());
    }
    event::write(tx, scope, EventKind::TeamRemovedFromGroup, act, &id.to_string())
}

impl Store {
    /// The teams that have a role in a project.
    pub async fn team_list_of_project(&self, project: ProjectId, page: Page) -> Result<Paged<ProjectTeam>> {
        self.snapshot(move |tx| {
            let total = tx.count(COUNT, vals![project])?;
            Ok(Paged { items: tx.sound(LIST, vals![project, page.size, page.skipped()], read)?, total })
        })
        .await
    }

    /// A team's part in a project.
    pub async fn team_get_of_project(&self, project: ProjectId, id: TeamId) -> Result<ProjectTeam> {
        self.read(move |tx| get(tx, project, id)).await
    }

    /// Gives teams of the project's organization roles in the project, all or none.
    pub async fn team_assign(&self, project: ProjectId, teams: &[ProjectTeam], act: &Act) -> Result<()> {
        let (teams, act) = (teams.to_vec(), act.clone());
        self.write(move |tx| add(tx, project, &teams, &act)).await
    }

    /// Gives a team of a project other roles there, all of them.
    pub async fn team_reassign(&self, project: ProjectId, id: TeamId, roles: Roles, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| change(tx, project, id, roles, &act)).await
    }

    /// Takes a team's roles in a project.
    pub async fn team_unassign(&self, project: ProjectId, id: TeamId, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| remove(tx, project, id, &act)).await
    }
}
