//! `landbridge clouds`: who is bound to which account, and what is in those.

mod orphans;

use model::Provider;
use model::binding::{Binding, Cloud, Terms, check_operator};
use serde_json::{Value, json};

use crate::cli::{self, CloudsBind, CloudsVerb, Form};
use crate::desk::{Desk, refused};
use crate::failure::Failure;
use crate::output;
use crate::place::Place;

/// Does what was asked for.
pub fn run(asked: &cli::Clouds, place: &Place) -> Result<(), Failure> {
    let desk = Desk::open(place)?;
    match &asked.verb {
        CloudsVerb::List(shown) => list(&desk, shown.output),
        CloudsVerb::Bind(CloudsBind { project, provider, account }) => {
            let (provider, cloud) = ((*provider).into(), Cloud::Account(account.clone()));
            check_operator(&cloud, provider, &desk.settings.terms()?).map_err(|refusal| refused(&refusal))?;
            set(&desk, *project, provider, &cloud)
        }
        CloudsVerb::Unbind(asked) => set(&desk, asked.project, asked.provider.into(), &Cloud::Simulated),
        CloudsVerb::Orphans(asked) => orphans::run(&desk, asked),
        CloudsVerb::Release(asked) => release(&desk, asked),
    }
}

fn set(desk: &Desk, project: model::ProjectId, provider: Provider, cloud: &Cloud) -> Result<(), Failure> {
    desk.ask(desk.store.binding_set(project, provider, cloud, &desk.act()))?;
    output::print(&format!("project {project} has {} at {provider}\n", cloud.name()))
}

fn release(desk: &Desk, asked: &cli::Release) -> Result<(), Failure> {
    let id = asked.peering;
    let project = desk
        .ask(desk.store.project_of_peering(id))?
        .ok_or_else(|| Failure::not_found(format!("no peering {id}")))?;
    desk.ask(desk.store.peering_release(project, id, &desk.act()))?;
    output::print(&format!("peering {id} is forgotten here; its connection stays as it is\n"))
}

fn list(desk: &Desk, form: Form) -> Result<(), Failure> {
    let (terms, bindings) = (desk.settings.terms()?, desk.ask(desk.store.binding_list_all())?);
    let bound = |terms: &Terms| -> Vec<&Binding> {
        bindings.iter().filter(|binding| binding.account == terms.name).collect()
    };
    let lost: Vec<&Binding> = bindings
        .iter()
        .filter(|binding| !terms.iter().any(|terms| terms.name == binding.account))
        .collect();
    let project = |binding: &&Binding| {
        json!({ "projectId": binding.project.to_string(), "providerName": binding.provider.name() })
    };
    output::either(
        form,
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
