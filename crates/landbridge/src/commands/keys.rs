//! `landbridge keys`: API keys, made and taken back at the terminal.

use model::key::{Key, KeyAccessEntry, Principal};
use model::limits::PAGE_MAX;
use model::{Clock as _, KeyId, OrgId, Role, Roles};
use serde_json::{Value, json};
use server::auth::credentials::{NewKey, OsRandom};
use server::convert::time;
use store::Page;

use crate::bootstrap::env_file::SignIn;
use crate::cli::{self, Form, KeysAccessList, KeysMake, KeysRotate, KeysVerb, OfOrg};
use crate::commands::secrets::{self, roles_text, roles_value};
use crate::desk::Desk;
use crate::failure::Failure;
use crate::output;
use crate::place::Place;

/// Does what was asked for.
pub fn run(asked: cli::Keys, place: &Place) -> Result<(), Failure> {
    let desk = Desk::open(place)?;
    match asked.verb {
        KeysVerb::Make(asked) => make(&desk, asked),
        KeysVerb::List(asked) => list(&desk, &asked),
        KeysVerb::Rotate(asked) => rotate(&desk, &asked),
        KeysVerb::Revoke(asked) => asked.keys.iter().try_for_each(|key| revoke(&desk, key)),
        KeysVerb::AccessList(asked) => access_list(&desk, &asked),
    }
}

fn find(desk: &Desk, name: &str) -> Result<(OrgId, KeyId), Failure> {
    desk.ask(desk.store.key_find(name))?.ok_or_else(|| {
        Failure::not_found(format!("no API key {name:?}")).hint("`landbridge keys list` lists them")
    })
}

fn make(desk: &Desk, asked: KeysMake) -> Result<(), Failure> {
    let (org, now) = (desk.org(asked.place.org)?, desk.world.now());
    let pair = NewKey::generate(&OsRandom);
    let sealed = desk.sealer()?.seal(&pair.public_key, &pair.ha1(), &OsRandom);
    let org_roles: Roles = asked.roles.org_roles.iter().copied().collect();
    let key = Key {
        id: desk.store.mint().mint(now),
        org,
        public_key: pair.public_key.clone(),
        mask: pair.mask(),
        description: asked.desc,
        // Whoever may do something in a project is a member of its organization at least.
        org_roles: if org_roles.is_empty() { Roles::one(Role::OrgMember) } else { org_roles },
        project_roles: asked.roles.project_roles,
        created_at: now,
    };
    let file = asked.file.env_file.as_deref();
    let project = key.project_roles.first().map(|(project, _)| *project);
    secrets::check_free(file)?;
    let key = desk.ask(desk.store.key_create(key, sealed, &desk.act()))?;
    let sign_in = SignIn::Key { public: &pair.public_key, private: &pair.private_key };
    let written = secrets::hand_over(desk, file, org, project, sign_in);
    show_new(&key, &pair, written.is_ok() && file.is_some(), asked.shown.output)?;
    written
}

fn rotate(desk: &Desk, asked: &KeysRotate) -> Result<(), Failure> {
    let (org, id) = find(desk, &asked.key)?;
    let old = desk.ask(desk.store.key_get(org, id))?.ok_or_else(|| Failure::not_found("the key is gone"))?;
    let fresh = NewKey::generate(&OsRandom);
    let pair = if asked.both { fresh } else { NewKey { public_key: old.public_key.clone(), ..fresh } };
    let sealed = desk.sealer()?.seal(&pair.public_key, &pair.ha1(), &OsRandom);
    let file = asked.file.env_file.as_deref();
    secrets::check_free(file)?;
    let public = asked.both.then(|| pair.public_key.clone());
    let key = desk.ask(desk.store.key_rotate(org, id, public, pair.mask(), sealed, &desk.act()))?;
    let sign_in = SignIn::Key { public: &pair.public_key, private: &pair.private_key };
    let project = key.project_roles.first().map(|(project, _)| *project);
    let written = secrets::hand_over(desk, file, org, project, sign_in)
        .and_then(|()| secrets::renew(desk, &old.public_key, sign_in));
    show_new(&key, &pair, written.is_ok() && file.is_some(), asked.shown.output)?;
    written
}

fn revoke(desk: &Desk, name: &str) -> Result<(), Failure> {
    let (org, id) = find(desk, name)?;
    desk.ask(desk.store.key_delete(org, id, &desk.act()))?;
    output::print(&format!("revoked {name}\n"))
}

fn list(desk: &Desk, asked: &OfOrg) -> Result<(), Failure> {
    let org = desk.org(asked.place.org)?;
    let mut keys = Vec::new();
    for number in 1.. {
        let page = desk.ask(desk.store.key_list(org, Page { number, size: PAGE_MAX }))?;
        let last = page.items.len() < PAGE_MAX as usize;
        keys.extend(page.items);
        if last {
            break;
        }
    }
    output::either(
        asked.shown.output,
        || keys.iter().map(|key| value(key, &key.mask)).collect(),
        || {
            let rows: Vec<[String; 5]> = keys
                .iter()
                .map(|key| {
                    [
                        key.id.to_string(),
                        key.public_key.clone(),
                        roles_text(key.org_roles, &key.project_roles),
                        time::seconds(key.created_at),
                        key.description.clone(),
                    ]
                })
                .collect();
            output::rows(["ID", "PUBLIC KEY", "ROLES", "MADE", "DESCRIPTION"], &rows)
        },
    )
}

fn access_list(desk: &Desk, asked: &KeysAccessList) -> Result<(), Failure> {
    let (org, id) = find(desk, &asked.key)?;
    let of = Principal::Key(id);
    if !asked.add.is_empty() {
        desk.ask(desk.store.caller_access_add(org, &of, &asked.add, &desk.act()))?;
    }
    for net in &asked.remove {
        desk.ask(desk.store.caller_access_delete(org, &of, *net, &desk.act()))?;
    }
    let all = Page { number: 1, size: PAGE_MAX };
    let entries = desk.ask(desk.store.caller_access_list(org, &of, all))?.items;
    let used = |entry: &KeyAccessEntry| entry.last_used.as_ref().map(|(at, _)| time::seconds(*at));
    output::either(
        asked.shown.output,
        || {
            let entry = |entry: &KeyAccessEntry| {
                json!({
                    "cidrBlock": entry.net.to_string(), "created": time::seconds(entry.created_at),
                    "count": entry.count, "lastUsed": used(entry),
                })
            };
            entries.iter().map(entry).collect()
        },
        || {
            let rows: Vec<[String; 4]> = entries
                .iter()
                .map(|entry| {
                    let last = used(entry).unwrap_or_else(|| "-".to_owned());
                    [entry.net.to_string(), time::seconds(entry.created_at), entry.count.to_string(), last]
                })
                .collect();
            output::rows(["FROM", "ADDED", "CALLS", "LAST"], &rows)
        },
    )
}

fn value(key: &Key, private_key: &str) -> Value {
    json!({
        "id": key.id.to_string(), "orgId": key.org.to_string(), "publicKey": key.public_key,
        "privateKey": private_key, "desc": key.description, "created": time::seconds(key.created_at),
        "roles": roles_value(key.org, key.org_roles, &key.project_roles),
    })
}

/// A key with its secret, which nobody can show again; or with its mask, if a file has the secret.
fn show_new(key: &Key, pair: &NewKey, written: bool, form: Form) -> Result<(), Failure> {
    output::show(&value(key, if written { &key.mask } else { &pair.private_key }), form)
}
