//! API keys on the wire.

use api::ErrorCode;
use api::types::Link;
use api::types::key::{ApiKey, KeyAccessEntry as Wire};
use model::key::{Key, KeyAccessEntry};
use model::{KeyId, OrgId, Role, Roles};

use crate::auth::credentials::NewKey;
use crate::body::Fields;
use crate::context::Context;
use crate::convert::caller_access::address_of;
use crate::convert::{group, time};
use crate::error::ApiError;

/// A key as the wire shows it. Its link is always below its organization.
pub fn show(context: &Context, key: &Key) -> ApiKey {
    let (id, org) = (key.id.to_string(), key.org.to_string());
    ApiKey {
        desc: key.description.clone(),
        links: vec![Link::to_self(context.url(&["orgs", &org, "apiKeys", &id]))],
        id,
        private_key: key.mask.clone(),
        public_key: key.public_key.clone(),
        roles: group::placed_roles(key.org, key.org_roles, &key.project_roles),
    }
}

/// A new key, with its secret: the one time that it is shown.
pub fn show_new(context: &Context, key: &Key, private_key: &str) -> ApiKey {
    ApiKey { private_key: private_key.to_owned(), ..show(context, key) }
}

/// An entry of a key's access list.
pub fn show_entry(context: &Context, entry: &KeyAccessEntry) -> Wire {
    let address = address_of(entry.net);
    let name = address.map_or_else(|| entry.net.to_string(), |address| address.to_string());
    let href = context.url(&[
        "orgs",
        context.param("orgId"),
        "apiKeys",
        context.param("apiKeyId"),
        "accessList",
        &name,
    ]);
    Wire {
        cidr_block: entry.net.to_string(),
        count: entry.count,
        created: time::seconds(entry.created_at),
        ip_address: address.map(|address| address.to_string()),
        last_used: entry.last_used.as_ref().map(|(at, _)| time::seconds(*at)),
        last_used_address: entry.last_used.as_ref().map(|(_, address)| address.clone()),
        links: vec![Link::to_self(href)],
    }
}

/// Which roles may be named where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// Roles of an organization.
    Org,
    /// Roles of a project.
    Project,
}

/// A key that was made for a caller, and what only its maker sees.
pub struct MadeKey {
    /// The key.
    pub key: Key,
    /// The sealed form of its private half.
    pub sealed: Vec<u8>,
    /// The private half.
    pub private_key: String,
}

/// Makes a key with roles in its organization only; it is not kept yet.
pub fn make(context: &Context, org: OrgId, description: &str, org_roles: Roles) -> MadeKey {
    let auth = &context.app.auth;
    let new = NewKey::generate(&*auth.random);
    let sealed = auth.sealer.seal(&new.public_key, &new.ha1(), &*auth.random);
    let key = Key {
        id: context.app.store.mint().mint::<KeyId>(context.now()),
        org,
        mask: new.mask(),
        public_key: new.public_key,
        description: description.to_owned(),
        org_roles,
        project_roles: Vec::new(),
        created_at: context.now(),
    };
    MadeKey { key, sealed, private_key: new.private_key }
}

/// The roles that a body names in `roles`.
pub fn roles(fields: &Fields, place: Where) -> Result<Option<Roles>, ApiError> {
    fields.texts("roles").map(|names| named_roles(names, "roles", place)).transpose()
}

/// The roles of these names, found in that field.
pub fn named_roles<'a>(
    names: impl IntoIterator<Item = &'a str>,
    field: &str,
    place: Where,
) -> Result<Roles, ApiError> {
    let fits = |role: &Role| role.of_org() == (place == Where::Org);
    names
        .into_iter()
        .map(|name| {
            Role::from_name(name).filter(fits).ok_or_else(|| {
                let right: Vec<&str> =
                    Role::ALL.iter().filter(|role| fits(role)).map(|role| role.name()).collect();
                ApiError::new(ErrorCode::InvalidRole, [name.into()])
                    .at(field, format!("Each must be one of {}.", right.join(", ")))
            })
        })
        .collect()
}
