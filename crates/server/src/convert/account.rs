//! Service accounts on the wire.

use std::ops::RangeInclusive;
use std::time::Duration;

use api::ErrorCode;
use api::types::account::{AccountAccessEntry, AccountGroup, Secret as WireSecret, ServiceAccount as Wire};
use model::key::{KeyAccessEntry, Secret};
use model::{ProjectId, Role, Roles, limits};
use store::AccountView;

use crate::auth::credentials::ClientSecret;
use crate::body::Fields;
use crate::context::Context;
use crate::convert::caller_access::address_of;
use crate::convert::time;
use crate::error::ApiError;

fn names(roles: Roles) -> Vec<&'static str> {
    roles.iter().map(Role::name).collect()
}

/// An account, with its roles at the place that it is seen from.
pub fn show(view: &AccountView) -> Wire {
    Wire {
        client_id: view.account.client_id.clone(),
        created_at: time::seconds(view.account.created_at),
        description: view.account.description.clone(),
        name: view.account.name.clone(),
        roles: names(view.roles),
        secrets: view.secrets.iter().map(show_secret).collect(),
    }
}

fn show_secret(secret: &Secret) -> WireSecret {
    WireSecret {
        created_at: time::seconds(secret.created_at),
        expires_at: time::seconds(secret.expires_at),
        id: secret.id.to_string(),
        last_used_at: secret.used_at.map(time::seconds),
        masked_secret_value: Some(secret.mask.clone()),
        secret: None,
    }
}

/// A new secret: the one time that it is shown.
pub fn show_new_secret(secret: &Secret, shown: &ClientSecret) -> WireSecret {
    WireSecret { masked_secret_value: None, secret: Some(shown.reveal().to_owned()), ..show_secret(secret) }
}

/// An entry of an account's access list.
pub fn show_entry(entry: &KeyAccessEntry) -> AccountAccessEntry {
    AccountAccessEntry {
        cidr_block: entry.net.to_string(),
        created_at: time::seconds(entry.created_at),
        ip_address: address_of(entry.net).map(|address| address.to_string()),
        last_used_address: entry.last_used.as_ref().map(|(_, address)| address.clone()),
        last_used_at: entry.last_used.as_ref().map(|(at, _)| time::seconds(*at)),
        request_count: entry.count,
    }
}

/// A project in which an account has roles.
pub fn show_group((project, roles): (ProjectId, Roles)) -> AccountGroup {
    AccountGroup { group_id: project.to_string(), roles: names(roles) }
}

/// For how many hours a secret may serve.
pub fn secret_hours(_context: &Context) -> RangeInclusive<u32> {
    limits::SECRET_HOURS
}

/// A new secret that serves for as long as the body asks, and what is kept of it.
pub fn new_secret(context: &Context, fields: &Fields) -> Result<(ClientSecret, Secret), ApiError> {
    const FIELD: &str = "secretExpiresAfterHours";
    let allowed = secret_hours(context);
    let hours = fields.number(FIELD).and_then(|hours| u32::try_from(hours).ok());
    let hours = hours.filter(|hours| allowed.contains(hours)).ok_or_else(|| {
        let right = format!("The value must be from {} to {} hours.", allowed.start(), allowed.end());
        ApiError::new(ErrorCode::InvalidAttribute, [FIELD.into()]).at(FIELD, right)
    })?;
    let shown = ClientSecret::generate(&*context.app.auth.random);
    let now = context.app.world.real().now();
    let ends = now.after(Duration::from_secs(u64::from(hours) * 3600));
    let kept = shown.kept(context.app.store.mint().mint(now), now, ends);
    Ok((shown, kept))
}
