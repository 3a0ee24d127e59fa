//! The projects that a principal may see: all of its organization for an owner or reader of it,
//! else those in which it has a role.

use model::key::Principal;
use model::project::Project;
use model::{OrgId, Role, Roles};

use super::{project_columns, read};
use crate::engine::{Tx, statements, vals};
use crate::error::Result;
use crate::{Page, Paged, Store, caller, role_grant};

statements! {
    LIST_OF_ORG: "list projects" = "SELECT ", project_columns!("p."), " FROM project p \
         WHERE p.org_id = $1 AND p.closed_at IS NULL ORDER BY p.name LIMIT $2 OFFSET $3";
    COUNT_OF_ORG: "count projects" = "SELECT n_projects FROM org WHERE id = $1";
    LIST_OF_HOLDER: "list projects" = "SELECT ", project_columns!("p."), " FROM role_grant g \
         JOIN project p ON p.id = g.place \
         WHERE g.holder = $1 AND p.org_id = $2 AND p.closed_at IS NULL ORDER BY p.name LIMIT $3 OFFSET $4";
    COUNT_OF_HOLDER: "count projects" = "SELECT count(*) FROM role_grant g JOIN project p ON p.id = g.place \
         WHERE g.holder = $1 AND p.org_id = $2 AND p.closed_at IS NULL";
    BY_NAME: "read a project by its name" = "SELECT ", project_columns!("p."), ", g.roles FROM project p \
         LEFT JOIN role_grant g ON g.holder = $1 AND g.place = p.id \
         WHERE p.org_id = $2 AND p.name = $3 AND p.closed_at IS NULL";
}

/// The principal's organization, and its roles there.
fn home(tx: &mut Tx<'_>, principal: &Principal) -> Result<Option<(OrgId, Roles)>> {
    let Some(org) = caller::org_of(tx, principal)? else { return Ok(None) };
    let roles = role_grant::get(tx, role_grant::holder(principal), org.into())?;
    Ok(Some((org, roles.unwrap_or(Roles::NONE))))
}

fn list(tx: &mut Tx<'_>, principal: &Principal, asked: Option<OrgId>, page: Page) -> Result<Paged<Project>> {
    let home = home(tx, principal)?.filter(|(org, _)| asked.is_none_or(|asked| asked == *org));
    let Some((org, roles)) = home else { return Ok(Paged { items: Vec::new(), total: 0 }) };
    if roles.satisfy(Role::GroupReadOnly) {
        let total = tx.count(COUNT_OF_ORG, vals![org])?;
        let items = tx.sound(LIST_OF_ORG, vals![org, page.size, page.skipped()], read)?;
        return Ok(Paged { items, total });
    }
    let holder = role_grant::holder(principal);
    let total = tx.count(COUNT_OF_HOLDER, vals![holder, org])?;
    let items = tx.sound(LIST_OF_HOLDER, vals![holder, org, page.size, page.skipped()], read)?;
    Ok(Paged { items, total })
}

fn by_name(tx: &mut Tx<'_>, principal: &Principal, name: &str) -> Result<Option<Project>> {
    let Some((org, org_roles)) = home(tx, principal)? else { return Ok(None) };
    let found = tx.one(BY_NAME, vals![role_grant::holder(principal), org, name], |row| {
        let project = read(row)?;
        Ok((project, role_grant::read(row.of("role_grant"))?))
    })?;
    let visible = found.filter(|(_, roles)| roles.union(org_roles).satisfy(Role::GroupReadOnly));
    Ok(visible.map(|(project, _)| project))
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
