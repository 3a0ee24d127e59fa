//! Tokens: one credential for each directory that we speak to.
//!
//! The far side lives in a directory of the customer's, which issues tokens of its own to our
//! application. The credentials cache them and renew them in time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::TokenCredential;
use azure_core::error::ErrorKind;
use azure_core::http::{ClientOptions, RetryOptions, Transport};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::account::{Endpoints, Login};
use crate::driver::DriverError;

/// Gets tokens, from whichever directory.
pub(super) struct Tokens {
    login: Login,
    home: String,
    endpoints: Endpoints,
    client: reqwest::Client,
    held: Mutex<BTreeMap<String, Arc<dyn TokenCredential>>>,
}

/// Whom a token speaks of.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Claims {
    /// The application.
    #[serde(alias = "azp")]
    pub(super) appid: String,
    /// What the directory calls it.
    pub(super) oid: String,
    /// The directory.
    pub(super) tid: String,
}

impl Tokens {
    pub(super) fn new(login: Login, home: String, endpoints: Endpoints, client: reqwest::Client) -> Self {
        Self { login, home, endpoints, client, held: Mutex::default() }
    }

    /// A token that serves in a directory.
    pub(super) async fn of(&self, tenant: &str) -> Result<String, DriverError> {
        let scope = format!("{}/.default", self.endpoints.audience);
        let credential = self.credential(tenant)?;
        let token = credential.get_token(&[&scope], None).await.map_err(|error| refused(tenant, &error))?;
        Ok(token.token.secret().to_owned())
    }

    /// Gets new ones from now on.
    pub(super) fn forget(&self) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Who we are in our own directory.
    pub(super) async fn claims(&self) -> Result<Claims, DriverError> {
        let token = self.of(&self.home).await?;
        let body = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        body.and_then(|body| serde_json::from_slice(&body).ok()).ok_or_else(|| {
            DriverError::Transient("the identity platform gave a token that can't be read".to_owned())
        })
    }

    /// Our application's id, as far as it is known without asking anybody.
    pub(super) fn client_id(&self) -> &str {
        self.login.client_id().unwrap_or("<our application's id>")
    }

    fn credential(&self, tenant: &str) -> Result<Arc<dyn TokenCredential>, DriverError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(credential) = held.get(tenant) {
            return Ok(credential.clone());
        }
        let credential = self.make(tenant)?;
        held.insert(tenant.to_owned(), credential.clone());
        Ok(credential)
    }

    fn make(&self, tenant: &str) -> Result<Arc<dyn TokenCredential>, DriverError> {
        let wrong =
            |error: azure_core::Error| DriverError::Denied(format!("the login does not fit: {error}"));
        Ok(match &self.login {
            Login::Secret { client_id, secret } => {
                let options = ClientSecretCredentialOptions { client_options: self.options() };
                let (app, secret) = (client_id.clone(), secret.clone());
                ClientSecretCredential::new(tenant, app, secret, Some(options)).map_err(wrong)?
            }
            Login::Workload { client_id, token_file } => {
                let options = WorkloadIdentityCredentialOptions {
                    credential_options: ClientAssertionCredentialOptions { client_options: self.options() },
                    client_id: Some(client_id.clone()),
                    tenant_id: Some(tenant.to_owned()),
                    token_file_path: Some(token_file.clone()),
                };
                WorkloadIdentityCredential::new(Some(options)).map_err(wrong)?
            }
            Login::Machine { .. } if tenant != self.home => {
                return Err(DriverError::Denied(format!(
                    "a machine's identity reaches its own directory {} alone, and the customer's network is in \
                     directory {tenant}. Use an application that is registered for several directories.",
                    self.home
                )));
            }
            Login::Machine { client_id } => {
                let options = ManagedIdentityCredentialOptions {
                    user_assigned_id: client_id.clone().map(UserAssignedId::ClientId),
                    ..ManagedIdentityCredentialOptions::default()
                };
                ManagedIdentityCredential::new(Some(options)).map_err(wrong)?
            }
            Login::CommandLine => {
                let options = AzureCliCredentialOptions {
                    tenant_id: Some(tenant.to_owned()),
                    ..AzureCliCredentialOptions::default()
                };
                AzureCliCredential::new(Some(options)).map_err(wrong)?
            }
        })
    }

    /// By our own client, so that its limits and the authorities that it trusts hold here, too. How
    /// often is tried is the sender's to say.
    fn options(&self) -> ClientOptions {
        let mut cloud = CustomConfiguration::default();
        cloud.authority_host = self.endpoints.authority.clone();
        ClientOptions {
            retry: RetryOptions::none(),
            transport: Some(Transport::new(Arc::new(self.client.clone()))),
            cloud: Some(Arc::new(CloudConfiguration::Custom(cloud))),
            ..ClientOptions::default()
        }
    }
}

/// Why there is no token: a "no" of the directory's, or nobody knows.
fn refused(tenant: &str, error: &azure_core::Error) -> DriverError {
    let mut says = format!("directory {tenant} gives no token: {error}");
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        let words = error.to_string();
        if !says.contains(&words) {
            says = format!("{says}: {words}");
        }
        let kind = error.downcast_ref::<azure_core::Error>().map(azure_core::Error::kind);
        if let Some(ErrorKind::HttpResponse { status, .. }) = kind {
            let no = (400..500).contains(&u16::from(*status)) && u16::from(*status) != 429;
            return if no { DriverError::Denied(says) } else { DriverError::Transient(says) };
        }
        next = error.source();
    }
    DriverError::Transient(says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_machines_identity_reaches_its_own_directory_alone() {
        let login = Login::Machine { client_id: None };
        let tokens = Tokens::new(login, "ours".into(), Endpoints::public(), reqwest::Client::new());
        match tokens.of("theirs").await {
            Err(DriverError::Denied(says)) => assert!(says.contains("several directories"), "{says}"),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_login_that_does_not_fit_is_told() {
        let login = Login::Secret { client_id: String::new(), secret: "hush".into() };
        let tokens = Tokens::new(login, "ours".into(), Endpoints::public(), reqwest::Client::new());
        match tokens.of("ours").await {
            Err(DriverError::Denied(says)) => assert!(says.contains("no client ID"), "{says}"),
            other => panic!("{other:?}"),
        }
    }
}
