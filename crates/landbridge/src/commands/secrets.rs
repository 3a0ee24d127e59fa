//! What making and rotating have in common, whether of keys or of service accounts.

use std::io;
use std::path::Path;

use model::limits::PAGE_MAX;
use model::{OrgId, ProjectId, Roles};
use serde_json::{Value, json};
use store::Page;

use crate::bootstrap::env_file::{self, Access, SignIn};
use crate::client::access;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::greeting;

/// Roles as the API shows them: each with its place.
pub fn roles_value(org: OrgId, in_org: Roles, in_projects: &[(ProjectId, Roles)]) -> Value {
    let of_org = in_org.iter().map(|role| json!({ "orgId": org.to_string(), "roleName": role.name() }));
    let of_projects = in_projects.iter().flat_map(|(project, roles)| {
        roles.iter().map(move |role| json!({ "groupId": project.to_string(), "roleName": role.name() }))
    });
    of_org.chain(of_projects).collect()
}

/// Roles for a cell of a table.
pub fn roles_text(in_org: Roles, in_projects: &[(ProjectId, Roles)]) -> String {
    let names = |roles: Roles| roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(",");
    let places = in_projects.iter().map(|(project, roles)| format!("{project}={}", names(*roles)));
    std::iter::once(names(in_org))
        .filter(|names| !names.is_empty())
        .chain(places)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Refuses a file that is there already: it may be the only place that holds another secret.
pub fn check_free(file: Option<&Path>) -> Result<(), Failure> {
    match file {
        Some(path) if path.exists() => Err(Failure::refused(format!("{path:?} is there already"))
            .hint("name another file, or move that one away")),
        Some(_) | None => Ok(()),
    }
}

/// Writes the credentials into the file that was asked for.
pub fn hand_over(
    desk: &Desk,
    file: Option<&Path>,
    org: OrgId,
    project: Option<ProjectId>,
    sign_in: SignIn<'_>,
) -> Result<(), Failure> {
    let Some(path) = file else { return Ok(()) };
    let base_url = base_url(desk)?;
    let project = match project {
        Some(project) => Some(project),
        None => first_project(desk, org)?,
    };
    let access = Access {
        base_url: &base_url,
        org: org.to_string(),
        project: project.map(|project| project.to_string()),
        sign_in,
    };
    env_file::write(path, &access.text()).map_err(|error: io::Error| {
        Failure::new(format!("could not write {path:?}")).because(error).hint("the secret is shown instead")
    })
}

/// Has the data folder's own file tell the new credentials, if it told the old ones.
pub fn renew(desk: &Desk, old: &str, sign_in: SignIn<'_>) -> Result<(), Failure> {
    desk.files.renew(old, sign_in)?;
    Ok(())
}

/// The project that is meant if none is named: that of the first start, or the only one.
fn first_project(desk: &Desk, org: OrgId) -> Result<Option<ProjectId>, Failure> {
    let projects = desk.ask(desk.store.project_list_of_org(org, Page { number: 1, size: PAGE_MAX }))?.items;
    let usual = access::Access::of_file(&desk.files.env()).ok().and_then(|access| access.project);
    let usual = usual.and_then(|id| projects.iter().find(|project| project.id.to_string() == id));
    let only = projects.first().filter(|_| projects.len() == 1);
    Ok(usual.or(only).map(|project| project.id))
}

/// Where the server is: as its own file tells, or as its settings say.
fn base_url(desk: &Desk) -> Result<String, Failure> {
    for path in [desk.files.env(), desk.files.oauth_env()] {
        if let Ok(access) = access::Access::of_file(&path) {
            return Ok(access.base_url);
        }
    }
    if let Some(url) = desk.settings.public_url()? {
        return Ok(format!("{url}/"));
    }
    let scheme = if desk.settings.tls()?.is_some() { "https" } else { "http" };
    Ok(format!("{scheme}://{}/", greeting::authority(desk.settings.address()?)))
}
