//! `landbridge accounts`: service accounts, made and taken back at the terminal.

use std::time::Duration;

use model::key::{Secret, ServiceAccount};
use model::limits::{PAGE_MAX, SECRETS_PER_ACCOUNT};
use model::{Clock as _, OrgId, ProjectId, Role, Roles, SecretId};
use serde_json::{Value, json};
use server::auth::credentials::{ClientSecret, OsRandom, client_id};
use server::convert::time;
use store::{AccountView, Page};

use crate::bootstrap::env_file::SignIn;
use crate::cli::{self, AccountsMake, AccountsRevoke, AccountsRotate, AccountsVerb, Form, OfOrg};
use crate::commands::secrets::{self, roles_text, roles_value};
use crate::desk::Desk;
use crate::failure::Failure;
use crate::output;
use crate::place::Place;

const ALL: Page = Page { number: 1, size: PAGE_MAX };

/// Does what was asked for.
pub fn run(asked: cli::Accounts, place: &Place) -> Result<(), Failure> {
    let desk = Desk::open(place)?;
    match asked.verb {
        AccountsVerb::Make(asked) => make(&desk, asked),
        AccountsVerb::List(asked) => list(&desk, &asked),
        AccountsVerb::Rotate(asked) => rotate(&desk, &asked),
        AccountsVerb::Revoke(asked) => revoke(&desk, &asked),
    }
}

fn find(desk: &Desk, client_id: &str) -> Result<(OrgId, AccountView), Failure> {
    let gone = || {
        Failure::not_found(format!("no service account {client_id:?}"))
            .hint("`landbridge accounts list` lists them")
    };
    let org = desk.ask(desk.store.account_find(client_id))?.ok_or_else(gone)?;
    Ok((org, desk.ask(desk.store.account_get(org, client_id))?.ok_or_else(gone)?))
}

/// A new secret, and what is kept of it.
fn new_secret(desk: &Desk, hours: u32) -> (ClientSecret, Secret) {
    let (secret, now) = (ClientSecret::generate(&OsRandom), desk.real_now());
    let kept = Secret {
        id: desk.store.mint().mint(desk.world.now()),
        hash: secret.hash(),
        mask: secret.mask(),
        created_at: now,
        expires_at: now.after(Duration::from_secs(u64::from(hours) * 3600)),
        used_at: None,
    };
    (secret, kept)
}

fn make(desk: &Desk, asked: AccountsMake) -> Result<(), Failure> {
    let (org, act) = (desk.org(asked.place.org)?, desk.act());
    let (secret, kept) = new_secret(desk, asked.life.secret_hours);
    let org_roles: Roles = asked.roles.org_roles.iter().copied().collect();
    let account = ServiceAccount {
        client_id: client_id(&OsRandom),
        org,
        name: asked.name,
        description: asked.desc,
        org_roles: if org_roles.is_empty() { Roles::one(Role::OrgMember) } else { org_roles },
        created_at: act.at,
    };
    let (id, fresh, file) = (account.client_id.clone(), kept.id, asked.file.env_file.as_deref());
    secrets::check_free(file)?;
    let project = asked.roles.project_roles.first().map(|(project, _)| *project);
    for (project, _) in &asked.roles.project_roles {
        let found = desk.ask(desk.store.project_get(*project))?.filter(|found| found.org == org);
        found.ok_or_else(|| Failure::not_found(format!("no project {project} in organization {org}")))?;
    }
    match asked.roles.project_roles.split_first() {
        None => desk.ask(desk.store.account_create(account, kept, &act))?,
        Some(((project, roles), more)) => {
            desk.ask(desk.store.account_create_in(*project, *roles, account, kept, &act))?;
            for (project, roles) in more {
                desk.ask(desk.store.account_assign(*project, &id, *roles, &act))?;
            }
        }
    }
    let sign_in = SignIn::Account { id: &id, secret: secret.reveal() };
    let written = secrets::hand_over(desk, file, org, project, sign_in);
    show_new(desk, &id, (fresh, &secret), written.is_ok() && file.is_some(), asked.shown.output)?;
    written
}

/// At no moment the account is without a secret; at most one of the old ones is left in the end.
fn rotate(desk: &Desk, asked: &AccountsRotate) -> Result<(), Failure> {
    let (id, act) = (asked.client_id.as_str(), desk.act());
    let (org, view) = find(desk, id)?;
    let file = asked.file.env_file.as_deref();
    secrets::check_free(file)?;
    let mut olds = view.secrets;
    olds.sort_by_key(|secret| (secret.created_at, secret.id));
    let n_kept = usize::from(asked.keep_old);
    let n_over = olds.len().saturating_sub(n_kept);
    // Room for the new one comes first.
    let n_first = (olds.len() + 1).saturating_sub(SECRETS_PER_ACCOUNT as usize);
    let (first, then) = olds[..n_over].split_at(n_first.min(n_over));
    for old in first {
        desk.ask(desk.store.secret_delete(org, id, old.id, &act))?;
    }
    let (secret, kept) = new_secret(desk, asked.life.secret_hours);
    let fresh = kept.id;
    desk.ask(desk.store.secret_add(org, id, kept, &act))?;
    for old in then {
        desk.ask(desk.store.secret_delete(org, id, old.id, &act))?;
    }
    let sign_in = SignIn::Account { id, secret: secret.reveal() };
    let project = projects(desk, org, id)?.first().map(|(project, _)| *project);
    let written = secrets::hand_over(desk, file, org, project, sign_in)
        .and_then(|()| secrets::renew(desk, id, sign_in));
    show_new(desk, id, (fresh, &secret), written.is_ok() && file.is_some(), asked.shown.output)?;
    written
}

fn revoke(desk: &Desk, asked: &AccountsRevoke) -> Result<(), Failure> {
    let (id, act) = (asked.client_id.as_str(), desk.act());
    let (org, _) = find(desk, id)?;
    match asked.secret {
        Some(secret) => {
            desk.ask(desk.store.secret_delete(org, id, secret, &act))?;
            output::print(&format!("revoked the secret {secret} of {id}\n"))
        }
        None => {
            desk.ask(desk.store.account_delete(org, id, &act))?;
            output::print(&format!("revoked {id}\n"))
        }
    }
}

fn projects(desk: &Desk, org: OrgId, id: &str) -> Result<Vec<(ProjectId, Roles)>, Failure> {
    Ok(desk.ask(desk.store.account_projects(org, id, ALL))?.items)
}

fn list(desk: &Desk, asked: &OfOrg) -> Result<(), Failure> {
    let org = desk.org(asked.place.org)?;
    // An organization has fewer than a page of them.
    let accounts = desk.ask(desk.store.account_list(org, ALL))?.items;
    let mut all = Vec::new();
    for view in accounts {
        let projects = projects(desk, org, &view.account.client_id)?;
        all.push((view, projects));
    }
    output::either(
        asked.shown.output,
        || all.iter().map(|(view, projects)| value(view, projects, None)).collect(),
        || {
            let rows: Vec<[String; 5]> =
                all.iter()
                    .map(|(view, projects)| {
                        let expiries = view.secrets.iter().map(|secret| {
                            format!("{} until {}", secret.id, time::seconds(secret.expires_at))
                        });
                        [
                            view.account.client_id.clone(),
                            view.account.name.clone(),
                            roles_text(view.account.org_roles, projects),
                            expiries.collect::<Vec<_>>().join(", "),
                            view.account.description.clone(),
                        ]
                    })
                    .collect();
            output::rows(["CLIENT ID", "NAME", "ROLES", "SECRETS", "DESCRIPTION"], &rows)
        },
    )
}

/// An account; `fresh` is the one of its secrets that somebody knows still.
fn value(
    view: &AccountView,
    projects: &[(ProjectId, Roles)],
    fresh: Option<(SecretId, &ClientSecret)>,
) -> Value {
    let account = &view.account;
    let secrets = view.secrets.iter().map(|secret| {
        let mut shown = json!({
            "id": secret.id.to_string(), "createdAt": time::seconds(secret.created_at),
            "expiresAt": time::seconds(secret.expires_at), "lastUsedAt": secret.used_at.map(time::seconds),
        });
        match fresh.filter(|(id, _)| *id == secret.id) {
            Some((_, fresh)) => shown["secret"] = fresh.reveal().into(),
            None => shown["maskedSecretValue"] = secret.mask.as_str().into(),
        }
        shown
    });
    json!({
        "clientId": account.client_id, "orgId": account.org.to_string(), "name": account.name,
        "description": account.description, "createdAt": time::seconds(account.created_at),
        "roles": roles_value(account.org, account.org_roles, projects),
        "secrets": secrets.collect::<Value>(),
    })
}

/// An account with its new secret, which nobody can show again; or without, if a file has it.
fn show_new(
    desk: &Desk,
    id: &str,
    secret: (SecretId, &ClientSecret),
    written: bool,
    form: Form,
) -> Result<(), Failure> {
    let (org, view) = find(desk, id)?;
    let fresh = Some(secret).filter(|_| !written);
    output::show(&value(&view, &projects(desk, org, id)?, fresh), form)
}
