//! Who we are: Google's own library finds the credentials, fetches tokens and keeps them fresh.
//!
//! Nothing is looked for before the first call, so that an account without credentials is a failing
//! account and not a server that does not start.

use std::error::Error as StdError;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use google_cloud_auth::credentials::{
    Builder, CacheableResource, Credentials, external_account, impersonated, service_account, user_account,
};
use http::header::AUTHORIZATION;
use http::{Extensions, HeaderMap};
use serde_json::Value;
use tokio::sync::OnceCell;

use super::Account;
use crate::driver::{DriverError, chain};

/// What our tokens are for. What we may do is up to the roles that were granted; the second lets
/// the token tell who we are.
const SCOPES: [&str; 2] =
    ["https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/userinfo.email"];

/// The largest credentials file that is read; a key has some 2400 bytes.
const FILE_MAX: u64 = 64 << 10;

/// The credentials of one account.
pub(super) struct Identity {
    account: Account,
    credentials: OnceCell<Credentials>,
}

impl Identity {
    pub fn new(account: &Account) -> Self {
        Self { account: account.clone(), credentials: OnceCell::new() }
    }

    /// Headers that say who we are.
    pub async fn headers(&self) -> Result<HeaderMap, DriverError> {
        let credentials = self.credentials.get_or_try_init(|| async { self.find() }).await?;
        match credentials.headers(Extensions::new()).await {
            Ok(CacheableResource::New { data, .. }) => Ok(data),
            Ok(CacheableResource::NotModified) => {
                Err(DriverError::Transient("the credentials give no token".to_owned()))
            }
            Err(error) if error.is_transient() => Err(DriverError::transient(&error)),
            Err(error) => Err(DriverError::Denied(format!("no token was given to us: {}", chain(&error)))),
        }
    }

    /// The token that is sent.
    pub async fn token(&self) -> Result<String, DriverError> {
        let headers = self.headers().await?;
        let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(header.strip_prefix("Bearer ").unwrap_or(header).to_owned())
    }

    fn find(&self) -> Result<Credentials, DriverError> {
        let account = &self.account;
        let found = match &account.credentials_file {
            Some(path) => from_file(&read(path)?, account.quota_project.as_deref()),
            None => {
                let builder = Builder::default().with_scopes(SCOPES);
                match &account.quota_project {
                    Some(project) => builder.with_quota_project_id(project).build(),
                    None => builder.build(),
                }
            }
        };
        let found = found.map_err(|error| unusable(&error))?;
        let Some(target) = &account.impersonate else { return Ok(found) };
        impersonated::Builder::from_source_credentials(found)
            .with_target_principal(target)
            .with_scopes(SCOPES)
            .build()
            .map_err(|error| unusable(&error))
    }
}

/// The file, whose kind it says itself.
fn from_file(
    file: &Value,
    quota_project: Option<&str>,
) -> Result<Credentials, google_cloud_auth::build_errors::Error> {
    macro_rules! build {
        ($builder:expr) => {{
            let builder = $builder;
            match quota_project {
                Some(project) => builder.with_quota_project_id(project).build(),
                None => builder.build(),
            }
        }};
    }
    let value = file.clone();
    match file.get("type").and_then(Value::as_str) {
        Some("external_account") => build!(external_account::Builder::new(value).with_scopes(SCOPES)),
        Some("impersonated_service_account") => build!(impersonated::Builder::new(value).with_scopes(SCOPES)),
        Some("authorized_user") => build!(user_account::Builder::new(value).with_scopes(SCOPES)),
        _ => build!(
            service_account::Builder::new(value)
                .with_access_specifier(service_account::AccessSpecifier::from_scopes(SCOPES))
        ),
    }
}

fn read(path: &std::path::Path) -> Result<Value, DriverError> {
    let wrong = |error: &dyn std::fmt::Display| {
        DriverError::Denied(format!("the credentials file {} can't be used: {error}", path.display()))
    };
    let size = std::fs::metadata(path).map_err(|error| wrong(&error))?.len();
    if size > FILE_MAX {
        return Err(wrong(&"it is too large to be one"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
    // What is in it stays out of what is told.
    serde_json::from_str(&text).map_err(|_| wrong(&"it is no JSON"))
}

fn unusable(error: &dyn StdError) -> DriverError {
    DriverError::Denied(format!("there are no usable credentials: {}", chain(error)))
}

/// The account that a token names itself, where it is one that a service account's key has signed.
pub(super) fn signed_by(token: &str) -> Option<String> {
    let (_, rest) = token.split_once('.')?;
    let (claims, _) = rest.split_once('.')?;
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    claims.get("iss")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_token_names_its_account_and_an_opaque_one_does_not() {
        let claims = URL_SAFE_NO_PAD.encode(r#"{"iss":"landbridge@near.iam.gserviceaccount.com"}"#);
        let signed = format!("e30.{claims}.c2ln");
        assert_eq!(signed_by(&signed).as_deref(), Some("landbridge@near.iam.gserviceaccount.com"));
        for opaque in ["", "ya29.abc", "ya29.a.b", "x.y.z"] {
            assert_eq!(signed_by(opaque), None, "{opaque}");
        }
    }
}
