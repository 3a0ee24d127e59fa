//! Service accounts on the wire.

use std::ops::RangeInclusive;
use std::time::Duration;

use api::ErrorCode;
use api::types::account::{AccountAccessEntry, AccountGroup, Secret as WireSecret, ServiceAccount as Wire};
use model::key::{KeyAccessEntry, Secret, ServiceAccount};
use model::{OrgId, ProjectId, Roles, limits};
use store::AccountView;

use crate::auth::credentials::{ClientSecret, client_id};
use crate::body::Fields;
use crate::context::Context;
use crate::convert::caller_access::address_of;
use crate::convert::group::role_names;
use crate::convert::time;
use crate::error::ApiError;

/// An account, with its roles at the place that it is seen from.
pub fn show(view: &AccountView) -> Wire {
    Wire {
        client_id: view.account.client_id.clone(),
        created_at: time::seconds(view.account.created_at),
        description: view.account.description.clone(),
        name: view.account.name.clone(),
        roles: role_names(view.roles),
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
    AccountGroup { group_id: project.to_string(), roles: role_names(roles) }
}

/// For how many hours a secret of an organization may serve.
pub async fn secret_hours(cx: &Context, org: OrgId) -> Result<RangeInclusive<u32>, ApiError> {
    let most = cx.app.store.org_settings(org).await?.max_secret_hours;
    Ok(*limits::SECRET_HOURS.start()..=most.unwrap_or(*limits::SECRET_HOURS.end()))
}

/// A new secret that serves for as long as the body asks, and what is kept of it.
pub fn new_secret(
    cx: &Context,
    fields: &Fields,
    allowed: RangeInclusive<u32>,
) -> Result<(ClientSecret, Secret), ApiError> {
    const FIELD: &str = "secretExpiresAfterHours";
    let hours = fields.number(FIELD).and_then(|hours| u32::try_from(hours).ok());
    let hours = hours.filter(|hours| allowed.contains(hours)).ok_or_else(|| {
        let right = format!("The value must be from {} to {} hours.", allowed.start(), allowed.end());
        ApiError::new(ErrorCode::InvalidAttribute, [FIELD.into()]).at(FIELD, right)
    })?;
    let shown = ClientSecret::generate(&*cx.app.auth.random);
    let now = cx.app.world.real().now();
    let ends = now.after(Duration::from_secs(u64::from(hours) * 3600));
    let kept = shown.kept(cx.app.store.mint().mint(now), now, ends);
    Ok((shown, kept))
}

/// A new account with the first secret that a body asks for.
pub struct NewAccount {
    /// The account.
    pub account: ServiceAccount,
    /// What is kept of its secret.
    pub secret: Secret,
    shown: ClientSecret,
}

impl NewAccount {
    /// The account that a body asks for.
    pub fn parse(
        cx: &Context,
        fields: &Fields,
        org: OrgId,
        org_roles: Roles,
        hours: RangeInclusive<u32>,
    ) -> Result<Self, ApiError> {
        let (shown, secret) = new_secret(cx, fields, hours)?;
        let account = ServiceAccount {
            client_id: client_id(&*cx.app.auth.random),
            org,
            name: fields.required("name")?.to_owned(),
            description: fields.required("description")?.to_owned(),
            org_roles,
            created_at: cx.now(),
        };
        Ok(Self { account, secret, shown })
    }

    /// The account with its secret, the one time that it is shown, and its roles at a place.
    pub fn show(self, roles: Roles) -> Wire {
        let secret = show_new_secret(&self.secret, &self.shown);
        let view = AccountView { account: self.account, roles, secrets: Vec::new() };
        Wire { secrets: vec![secret], ..show(&view) }
    }
}
