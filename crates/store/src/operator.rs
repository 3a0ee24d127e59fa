//! What an operator at the machine looks up: organizations and what is in them, things by their own
//! names alone, and what only somebody who asks "why" wants to know of a peering.
//!
//! Nothing here serves a caller of the API: some of these reads take no project's id, because whoever
//! can open the database may see all of it.

use model::project::{Org, Project};
use model::{Event, KeyId, OrgId, PeeringId, ProjectId, Timestamp};

use crate::engine::{Row, statements, vals};
use crate::error::Result;
use crate::event::{self, event_columns};
use crate::org::{self, org_columns};
use crate::project::{self, project_columns};
use crate::{Page, Paged, Store};

statements! {
    ORGS: "list organizations" = "SELECT ", org_columns!(""), " FROM org ORDER BY id LIMIT $1 OFFSET $2";
    COUNT_ORGS: "count organizations" = "SELECT count(*) FROM org";
    PROJECTS: "list projects" = "SELECT ", project_columns!("p."), " FROM project p \
         WHERE p.org_id = $1 AND p.closed_at IS NULL ORDER BY p.name LIMIT $2 OFFSET $3";
    COUNT_PROJECTS: "count projects" = "SELECT n_projects FROM org WHERE id = $1";
    PROJECT_OF_PEERING: "look a peering up" = "SELECT project_id FROM peering WHERE id = $1";
    KEY: "look a key up" = "SELECT org_id, id FROM api_key WHERE public_key = $1 OR id = $1";
    ORG_OF_ACCOUNT: "look an account up" = "SELECT org_id FROM service_account WHERE client_id = $1";
    EVENTS_OF: "list a subject's events" = "SELECT ", event_columns!(), " FROM event \
         WHERE project_id = $1 AND subject = $2 ORDER BY seq DESC LIMIT $3";
    SCHEDULE: "read a peering's schedule" = "SELECT due_at, attempts FROM peering \
         WHERE id = $1 AND project_id = $2";
}

/// When a peering is looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// When, by the world's clock; never by itself if there is none.
    pub due_at: Option<Timestamp>,
    /// How many looks failed in a row.
    pub attempts: u32,
}

fn read_schedule(row: &mut Row<'_>) -> Result<Schedule> {
    Ok(Schedule { due_at: row.of("peering").time_opt()?, attempts: row.number()? })
}

impl Store {
    /// All organizations, oldest first.
    pub async fn org_list_all(&self, page: Page) -> Result<Paged<Org>> {
        self.snapshot(move |tx| {
            let total = tx.count(COUNT_ORGS, &[])?;
            Ok(Paged { items: tx.sound(ORGS, vals![page.size, page.skipped()], org::read)?, total })
        })
        .await
    }

    /// The open projects of an organization, by name.
    pub async fn project_list_of_org(&self, org: OrgId, page: Page) -> Result<Paged<Project>> {
        self.snapshot(move |tx| {
            let total = tx.count(COUNT_PROJECTS, vals![org])?;
            let items = tx.sound(PROJECTS, vals![org, page.size, page.skipped()], project::read)?;
            Ok(Paged { items, total })
        })
        .await
    }

    /// The project of a peering.
    pub async fn project_of_peering(&self, id: PeeringId) -> Result<Option<ProjectId>> {
        self.read(move |tx| tx.one(PROJECT_OF_PEERING, vals![id], |row| row.of("peering").id())).await
    }

    /// The API key of that id or that public half, with its organization.
    pub async fn key_find(&self, name: &str) -> Result<Option<(OrgId, KeyId)>> {
        let name = name.to_owned();
        self.read(move |tx| tx.one(KEY, vals![&name], |row| Ok((row.of("api_key").id()?, row.id()?)))).await
    }

    /// The organization of a service account.
    pub async fn account_find(&self, client_id: &str) -> Result<Option<OrgId>> {
        let client_id = client_id.to_owned();
        self.read(move |tx| tx.one(ORG_OF_ACCOUNT, vals![&client_id], |row| row.of("service_account").id()))
            .await
    }

    /// The newest events of a project that tell of one thing, newest first.
    pub async fn event_list_of_subject(
        &self,
        project: ProjectId,
        subject: &str,
        limit: u32,
    ) -> Result<Vec<Event>> {
        let subject = subject.to_owned();
        self.read(move |tx| tx.sound(EVENTS_OF, vals![project, &subject, limit], event::read)).await
    }

    /// When a peering is looked at again.
    pub async fn peering_schedule(&self, project: ProjectId, id: PeeringId) -> Result<Option<Schedule>> {
        self.read(move |tx| tx.one(SCHEDULE, vals![id, project], read_schedule)).await
    }
}
