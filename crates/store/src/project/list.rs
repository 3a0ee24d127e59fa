//! The projects that a principal may see: all of an organization for an owner or reader of it, else
//! those in which it has a role.

use model::key::Principal;
use model::project::Project;
use model::{OrgId, Role, Roles};

use super::{project_columns, read};
use crate::engine::{Tx, Val, statements, vals};
use crate::error::Result;
use crate::{Page, Paged, Store, role_grant};

macro_rules! seen_in_any {
    () => {
        " FROM project p WHERE p.closed_at IS NULL AND p.id IN (SELECT q.id FROM role_grant g \
         JOIN project q ON q.org_id = g.place WHERE g.holder = $1 AND q.closed_at IS NULL \
         AND (g.roles LIKE '%ORG_OWNER%' OR g.roles LIKE '%ORG_READ_ONLY%') \
         UNION SELECT g.place FROM role_grant g WHERE g.holder = $1) "
    };
}

statements! {
    LIST_OF_ORG: "list projects" = "SELECT ", project_columns!("p."), " FROM project p \
         WHERE p.org_id = $1 AND p.closed_at IS NULL ORDER BY p.name LIMIT $2 OFFSET $3";
    COUNT_OF_ORG: "count projects" = "SELECT n_projects FROM org WHERE id = $1";
    LIST_OF_HOLDER: "list projects" = "SELECT ", project_columns!("p."), " FROM role_grant g \
         JOIN project p ON p.id = g.place \
         WHERE g.holder = $1 AND p.org_id = $2 AND p.closed_at IS NULL ORDER BY p.name LIMIT $3 OFFSET $4";
    COUNT_OF_HOLDER: "count projects" = "SELECT count(*) FROM role_grant g JOIN project p ON p.id = g.place \
         WHERE g.holder = $1 AND p.org_id = $2 AND p.closed_at IS NULL";
    PLACES: "read a holder's organizations" = "SELECT o.id FROM role_grant g JOIN org o ON o.id = g.place \
         WHERE g.holder = $1 AND o.closed_at IS NULL ORDER BY o.id";
    LIST_OF_ALL: "list projects" = "SELECT ", project_columns!("p."), seen_in_any!(),
        "ORDER BY p.name, p.id LIMIT $2 OFFSET $3";
    COUNT_OF_ALL: "count projects" = "SELECT count(*)", seen_in_any!();
    BY_NAME: "read a project by its name" = "SELECT ", project_columns!("p."), ", og.roles, pg.roles \
         FROM role_grant og JOIN project p ON p.org_id = og.place \
         LEFT JOIN role_grant pg ON pg.holder = $1 AND pg.place = p.id \
         WHERE og.holder = $1 AND p.name = $2 AND p.closed_at IS NULL ORDER BY p.id";
}

fn list_in(tx: &mut Tx<'_>, holder: Val<'_>, org: OrgId, page: Page) -> Result<Paged<Project>> {
    let roles = role_grant::get(tx, holder, org.into())?.unwrap_or(Roles::NONE);
    if roles.satisfy(Role::GroupReadOnly) {
        let total = tx.count(COUNT_OF_ORG, vals![org])?;
        let items = tx.sound(LIST_OF_ORG, vals![org, page.size, page.skipped()], read)?;
        return Ok(Paged { items, total });
    }
    let total = tx.count(COUNT_OF_HOLDER, vals![holder, org])?;
    let items = tx.sound(LIST_OF_HOLDER, vals![holder, org, page.size, page.skipped()], read)?;
    Ok(Paged { items, total })
}

fn list(tx: &mut Tx<'_>, principal: &Principal, asked: Option<OrgId>, page: Page) -> Result<Paged<Project>> {
    let holder = role_grant::holder(principal);
    if let Some(org) = asked {
        return list_in(tx, holder, org, page);
    }
    // Nearly everybody has roles in one organization only, and then page N costs what page 1 costs.
    if let [org] = tx.all(PLACES, &[holder], |row| row.of("org").id())?[..] {
        return list_in(tx, holder, org, page);
    }
    let total = tx.count(COUNT_OF_ALL, &[holder])?;
    let items = tx.sound(LIST_OF_ALL, vals![holder, page.size, page.skipped()], read)?;
    Ok(Paged { items, total })
}

fn by_name(tx: &mut Tx<'_>, principal: &Principal, name: &str) -> Result<Option<Project>> {
    let all = tx.sound(BY_NAME, vals![role_grant::holder(principal), name], |row| {
        let project = read(row)?;
        Ok((project, role_grant::read(row.of("role_grant"))?.union(role_grant::read(row)?)))
    })?;
    Ok(all.into_iter().find(|(_, roles)| roles.satisfy(Role::GroupReadOnly)).map(|(project, _)| project))
}

impl Store {
    /// The open project of that name which the principal may see.
    pub async fn project_get_by_name(&self, principal: &Principal, name: &str) -> Result<Option<Project>> {
        let (principal, name) = (principal.clone(), name.to_owned());
        self.snapshot(move |tx| by_name(tx, &principal, &name)).await
    }

    /// The open projects that the principal may see, by name.
    pub async fn project_list(
        &self,
        principal: &Principal,
        org: Option<OrgId>,
        page: Page,
    ) -> Result<Paged<Project>> {
        let principal = principal.clone();
        self.snapshot(move |tx| list(tx, &principal, org, page)).await
    }
}
