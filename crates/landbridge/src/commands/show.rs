//! `landbridge show`: what is kept, read at the terminal.

mod peering;

use model::container::Network;
use model::limits::PAGE_MAX;
use model::project::{Org, Project};
use model::{OrgId, ProjectId, Provider};
use serde_json::{Value, json};
use server::convert::{self, time};
use store::{Page, Paged, PeeringView};

use crate::cli::{self, Form, ShowNoun};
use crate::desk::Desk;
use crate::failure::Failure;
use crate::output;
use crate::place::Place;

/// As much of a list as is shown; the total is told beside it.
const ALL: Page = Page { number: 1, size: PAGE_MAX };

/// Shows what was asked for.
pub fn run(asked: &cli::Show, place: &Place) -> Result<(), Failure> {
    let desk = Desk::open(place)?;
    match &asked.noun {
        ShowNoun::Orgs(shown) => orgs(&desk, shown.output),
        ShowNoun::Org(asked) => org(&desk, asked.org, asked.shown.output),
        ShowNoun::Projects(asked) => projects(&desk, asked.place.org, asked.shown.output),
        ShowNoun::Project(asked) => project(&desk, asked.project, asked.shown.output),
        ShowNoun::Peering(asked) => peering::show(&desk, asked.peering, asked.shown.output),
    }
}

/// A line for a list that is not shown whole.
fn rest<T>(list: &Paged<T>) -> String {
    match list.total.saturating_sub(list.items.len() as u64) {
        0 => String::new(),
        more => format!("and {more} more\n"),
    }
}

fn orgs(desk: &Desk, form: Form) -> Result<(), Failure> {
    let orgs = desk.ask(desk.store.org_list_all(ALL))?;
    output::either(
        form,
        || orgs.items.iter().map(org_value).collect(),
        || {
            let row = |org: &Org| [org.id.to_string(), time::seconds(org.created_at), org.name.clone()];
            let rows: Vec<[String; 3]> = orgs.items.iter().map(row).collect();
            output::rows(["ID", "MADE", "NAME"], &rows) + &rest(&orgs)
        },
    )
}

fn org_value(org: &Org) -> Value {
    json!({
        "id": org.id.to_string(), "name": org.name, "created": time::seconds(org.created_at),
        "apiAccessListRequired": org.api_access_list_required,
    })
}

fn org(desk: &Desk, named: Option<OrgId>, form: Form) -> Result<(), Failure> {
    let id = desk.org(named)?;
    let org = desk.ask(desk.store.org_get(id))?;
    let org = org.ok_or_else(|| Failure::not_found(format!("no organization {id}")))?;
    let projects = desk.ask(desk.store.project_list_of_org(id, ALL))?;
    let one = Page { number: 1, size: 1 };
    let n_keys = desk.ask(desk.store.key_list(id, one))?.total;
    let n_accounts = desk.ask(desk.store.account_list(id, one))?.total;
    let mut value = org_value(&org);
    value["apiKeys"] = n_keys.into();
    value["serviceAccounts"] = n_accounts.into();
    value["projects"] = projects.total.into();
    match form {
        Form::Json => {
            value["projects"] = projects.items.iter().map(project_value).collect();
            output::show(&value, form)
        }
        Form::Table => {
            output::show(&value, form)?;
            output::print(&format!("\n{}", project_rows(&projects)))
        }
    }
}

fn projects(desk: &Desk, named: Option<OrgId>, form: Form) -> Result<(), Failure> {
    let projects = desk.ask(desk.store.project_list_of_org(desk.org(named)?, ALL))?;
    output::either(form, || projects.items.iter().map(project_value).collect(), || project_rows(&projects))
}

fn project_rows(projects: &Paged<Project>) -> String {
    let row =
        |project: &Project| [project.id.to_string(), time::seconds(project.created_at), project.name.clone()];
    let rows: Vec<[String; 3]> = projects.items.iter().map(row).collect();
    output::rows(["PROJECT", "MADE", "NAME"], &rows) + &rest(projects)
}

fn project_value(project: &Project) -> Value {
    json!({
        "id": project.id.to_string(), "orgId": project.org.to_string(), "name": project.name,
        "created": time::seconds(project.created_at),
    })
}

fn project(desk: &Desk, id: ProjectId, form: Form) -> Result<(), Failure> {
    let project = desk.ask(desk.store.project_get(id))?.ok_or_else(|| {
        Failure::not_found(format!("no project {id}")).hint("`landbridge show projects` lists them")
    })?;
    let containers = desk.ask(desk.store.container_list(id, None, ALL))?;
    let mut peerings = Vec::new();
    for provider in Provider::ALL {
        peerings.extend(desk.ask(desk.store.peering_list(id, provider, ALL))?.items);
    }
    let mut value = project_value(&project);
    value["acceptance"] = project.world.acceptance.name().into();
    value["latency"] = project.world.latency.map(|latency| latency.name()).into();
    value["faults"] = project.world.n_faults.into();
    if form == Form::Json {
        value["containers"] = containers
            .items
            .iter()
            .map(|container| {
                json!({
                    "id": container.id.to_string(), "providerName": container.place.provider().name(),
                    "region": container.place.slot(), "atlasCidrBlock": container.block.to_string(),
                    "network": network(&container.network),
                })
            })
            .collect();
        value["peerings"] = peerings
            .iter()
            .map(|view| {
                json!({
                    "id": view.peering.id.to_string(), "containerId": view.peering.container.to_string(),
                    "providerName": view.peering.spec.provider().name(), "state": view.peering.state.name(),
                    "status": status(view), "since": time::seconds(view.peering.state_since),
                })
            })
            .collect();
        return output::show(&value, form);
    }
    let rows: Vec<[String; 5]> = containers
        .items
        .iter()
        .map(|container| {
            [
                container.id.to_string(),
                container.place.provider().name().to_owned(),
                container.place.slot().to_owned(),
                container.block.to_string(),
                network(&container.network).to_owned(),
            ]
        })
        .collect();
    let containers =
        output::rows(["CONTAINER", "PROVIDER", "REGION", "BLOCK", "NETWORK"], &rows) + &rest(&containers);
    let rows: Vec<[String; 4]> = peerings
        .iter()
        .map(|view| {
            [
                view.peering.id.to_string(),
                view.peering.spec.provider().name().to_owned(),
                status(view).to_owned(),
                time::seconds(view.peering.state_since),
            ]
        })
        .collect();
    let peerings = output::rows(["PEERING", "PROVIDER", "STATUS", "SINCE"], &rows);
    output::show(&value, form)?;
    output::print(&format!("\n{containers}\n{peerings}"))
}

fn network(network: &Network) -> &'static str {
    match network {
        Network::Absent => "absent",
        Network::Making => "making",
        Network::Ready(_) => "ready",
        Network::Removing => "removing",
    }
}

/// The word that a client reads.
fn status(view: &PeeringView) -> &'static str {
    let peering = &view.peering;
    convert::peering::status(peering.spec.provider(), peering.state, peering.stuck.is_some())
}
