//! `landbridge clouds`, `bind`, `unbind`, `orphans` and `release`: who is bound to which account, and
//! what is in those.

mod orphans;

use model::Provider;
use model::binding::{Binding, Cloud, Terms, check_operator, terms_of};
use serde_json::{Value, json};

use crate::cli;
use crate::desk::{Desk, refused};
use crate::failure::Failure;
use crate::output;
use crate::place::Place;

/// Binds a project. The operator may choose any account that is configured.
pub fn bind(asked: &cli::Bind, place: &Place) -> Result<(), Failure> {
    let desk = Desk::open(place)?;
    let (provider, cloud) = (asked.provider.into(), Cloud::Account(asked.account.clone()));
    check_operator(&cloud, provider, &desk.settings.terms()?).map_err(|refusal| refused(&refusal))?;
    set(&desk, asked.project, provider, &cloud)
}

/// Gives a project the simulated cloud again.
pub fn unbind(asked: &cli::Unbind, place: &Place) -> Result<(), Failure> {
    set(&Desk::open(place)?, asked.project, asked.provider.into(), &Cloud::Simulated)
}

/// Lists what belongs to nobody.
pub fn orphans(asked: &cli::Orphans, place: &Place) -> Result<(), Failure> {
    orphans::run(&Desk::open(place)?, asked)
}

fn set(desk: &Desk, project: model::ProjectId, provider: Provider, cloud: &Cloud) -> Result<(), Failure> {
    desk.ask(desk.store.binding_set(project, provider, cloud, &desk.act()))?;
    output::print(&format!("project {project} has {} at {provider}\n", cloud.name()))
}

/// Forgets a peering, and leaves its connection.
pub fn release(asked: &cli::Release, place: &Place) -> Result<(), Failure> {
    let desk = Desk::open(place)?;
    let id = asked.peering;
    let project = desk
        .ask(desk.store.project_of_peering(id))?
        .ok_or_else(|| Failure::not_found(format!("no peering {id}")))?;
    desk.ask(desk.store.peering_release(project, id, &desk.act()))?;
    output::print(&format!("peering {id} is forgotten here; its connection stays as it is\n"))
}

/// Lists the accounts.
pub fn list(asked: &cli::Clouds, place: &Place) -> Result<(), Failure> {
    let desk = Desk::open(place)?;
    let (terms, bindings) = (desk.settings.terms()?, desk.ask(desk.store.binding_list_all())?);
    let bound = |terms: &Terms| -> Vec<&Binding> {
        bindings.iter().filter(|binding| binding.account == terms.name).collect()
    };
    let lost: Vec<&Binding> =
        bindings.iter().filter(|binding| terms_of(&terms, &binding.account).is_none()).collect();
    let project = |binding: &&Binding| json!({ "projectId": binding.project.to_string(), "providerName": binding.provider.name() });
    output::either(
        asked.shown.output,
        || {
            let mut accounts: Vec<Value> = terms
                .iter()
                .map(|terms| {
                    json!({
                        "name": terms.name.as_str(), "providerName": terms.provider.name(), "configured": true,
                        "readOnly": terms.policy.read_only, "mend": terms.policy.mend,
                        "projects": bound(terms).iter().map(project).collect::<Value>(),
                    })
                })
                .collect();
            accounts.extend(lost.iter().map(|binding| {
                json!({
                    "name": binding.account.as_str(), "providerName": binding.provider.name(),
                    "configured": false, "projects": [project(binding)],
                })
            }));
            accounts.into()
        },
        || {
            let row = |terms: &Terms| {
                let may = if terms.policy.read_only { "look" } else { "change" };
                let projects: Vec<String> =
                    bound(terms).iter().map(|binding| binding.project.to_string()).collect();
                [
                    terms.name.to_string(),
                    terms.provider.name().to_owned(),
                    may.to_owned(),
                    if terms.policy.mend { "mended" } else { "told" }.to_owned(),
                    if projects.is_empty() { "-".to_owned() } else { projects.join(", ") },
                ]
            };
            let mut rows: Vec<[String; 5]> = terms.iter().map(row).collect();
            rows.extend(lost.iter().map(|binding| {
                let gone = "not configured".to_owned();
                let (name, provider) = (binding.account.to_string(), binding.provider.name().to_owned());
                [name, provider, gone, "-".to_owned(), binding.project.to_string()]
            }));
            output::rows(["ACCOUNT", "PROVIDER", "MAY", "DRIFT IS", "PROJECTS"], &rows)
        },
    )
}
