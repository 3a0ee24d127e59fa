//! What carries our mark in an account and belongs to nobody.
//!
//! Marks are read before rows: a row is written before what is made for it, so what has no row then
//! has lost it. Each is looked up once more before it is taken down.

use cloud::{MadeFor, Marked, MarkedKind};
use model::binding::AccountName;
use serde_json::{Value, json};
use store::{Belongs, MarkOf};

use crate::ask;
use crate::cli::Orphans;
use crate::clouds;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::output;

/// Something that was found.
struct Found {
    account: AccountName,
    thing: Marked,
    let_go: bool,
}

/// Lists them, and takes them down if that was asked for.
pub fn run(desk: &Desk, asked: &Orphans) -> Result<(), Failure> {
    let accounts = clouds::at_desk(desk)?;
    if let Some(name) = asked.account.as_ref().filter(|name| !accounts.contains_key(name)) {
        return Err(Failure::not_found(format!("no account {name} is configured"))
            .hint("`landbridge clouds` lists them"));
    }
    let (mut found, mut blind) = (Vec::new(), Vec::new());
    for (name, account) in &accounts {
        if asked.account.as_ref().is_some_and(|named| named != name) {
            continue;
        }
        let mut marked = match desk.wait(account.driver.marked()) {
            Ok(marked) => marked,
            Err(error) => {
                blind.push(format!("{name}: {error}"));
                continue;
            }
        };
        marked.sort();
        for thing in marked {
            let belongs = belongs(desk, name, &thing)?;
            if belongs != Belongs::Row {
                found.push(Found { account: name.clone(), thing, let_go: belongs == Belongs::LetGo });
            }
        }
    }
    output::either(
        asked.shown.output,
        || found.iter().map(value).collect(),
        || {
            let rows: Vec<[String; 6]> = found.iter().map(row).collect();
            output::rows(["ACCOUNT", "WHAT", "NAME", "REGION", "STATUS", "MADE FOR"], &rows)
        },
    )?;
    if asked.remove {
        remove(desk, &accounts, &found, asked.yes)?;
    }
    match blind.is_empty() {
        true => Ok(()),
        false => {
            Err(Failure::unreachable(format!("not every account could be looked at: {}", blind.join("; ")))
                .hint("`landbridge doctor` tells whether an account can be used"))
        }
    }
}

fn belongs(desk: &Desk, account: &AccountName, thing: &Marked) -> Result<Belongs, Failure> {
    let mark = match thing.made_for {
        MadeFor::Container(id) => MarkOf::Container(id),
        MadeFor::Peering(id) => MarkOf::Peering(id),
    };
    desk.ask(desk.store.mark_belongs(account, mark))
}

fn remove(desk: &Desk, accounts: &clouds::Accounts, found: &[Found], yes: bool) -> Result<(), Failure> {
    // What was let go on purpose is somebody's.
    let orphans: Vec<&Found> = found.iter().filter(|found| !found.let_go).collect();
    if orphans.is_empty() {
        return Ok(());
    }
    if !ask::confirmed(&format!("Take down {} of them for good?", orphans.len()), yes)? {
        return Err(Failure::refused("nothing was taken down"));
    }
    let mut failed = Vec::new();
    for Found { account, thing, .. } in orphans {
        let Some(known) = accounts.get(account) else { continue };
        if known.policy.read_only {
            failed.push(format!("{}: account {account} is read-only", thing.id));
            continue;
        }
        if belongs(desk, account, thing)? != Belongs::Nobody {
            continue;
        }
        match desk.wait(known.driver.discard(thing)) {
            Ok(()) => output::print(&format!("taken down: {} in account {account}\n", thing.id))?,
            Err(error) => failed.push(format!("{}: {error}", thing.id)),
        }
    }
    match failed.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(format!("not everything could be taken down: {}", failed.join("; ")))),
    }
}

fn kind(kind: MarkedKind) -> &'static str {
    match kind {
        MarkedKind::Connection => "connection",
        MarkedKind::FarHalf => "far half",
        MarkedKind::Network => "network",
    }
}

fn made_for(made_for: MadeFor) -> String {
    match made_for {
        MadeFor::Container(id) => format!("container {id}"),
        MadeFor::Peering(id) => format!("peering {id}"),
    }
}

fn row(found: &Found) -> [String; 6] {
    let Found { account, thing, let_go } = found;
    let status = if *let_go { format!("{}, let go", thing.status) } else { thing.status.clone() };
    [
        account.to_string(),
        kind(thing.kind).to_owned(),
        thing.id.clone(),
        if thing.region.is_empty() { "-".to_owned() } else { thing.region.clone() },
        status,
        made_for(thing.made_for),
    ]
}

fn value(found: &Found) -> Value {
    let Found { account, thing, let_go } = found;
    json!({
        "account": account.as_str(), "kind": kind(thing.kind), "id": thing.id, "region": thing.region,
        "status": thing.status, "madeFor": made_for(thing.made_for), "letGo": let_go,
    })
}
