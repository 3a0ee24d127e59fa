//! From what an operator says of an account to the driver that speaks for it.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use cloud::send::{Budget, Sender};
use cloud::{CloudAccount, DriverError, aws, azure, gcp};
use model::InstallationId;
use model::binding::AccountName;

use crate::clock::SystemClock;
use crate::config::{AccountSettings, Kind, Partition, variable};
use crate::failure::Failure;

/// The driver of one account. Nothing is asked of the cloud yet.
pub fn of(
    name: &AccountName,
    settings: &AccountSettings,
    mark: InstallationId,
) -> Result<Arc<dyn CloudAccount>, Failure> {
    let (called, mark) = (name.to_string(), mark.to_string());
    let poll = settings.poll_seconds.map(|seconds| Duration::from_secs(u64::from(seconds.max(1))));
    let unusable =
        |error: DriverError| Failure::usage(format!("[accounts.{name}] can't be used")).because(error);
    Ok(match settings.provider {
        Kind::Aws => {
            let account = amazon(aws::Account::new(called, mark), settings, poll);
            let sender = Sender::new().map_err(unusable)?;
            Arc::new(aws::AwsDriver::new(account, sender, Arc::new(SystemClock)))
        }
        Kind::Azure => {
            let account = azures(called, mark, settings, poll)?;
            Arc::new(azure::AzureDriver::new(account).map_err(unusable)?)
        }
        Kind::Gcp => {
            let account = google(called, mark, settings, poll);
            Arc::new(gcp::GcpDriver::new(account, Budget::default()).map_err(unusable)?)
        }
    })
}

fn amazon(usual: aws::Account, settings: &AccountSettings, poll: Option<Duration>) -> aws::Account {
    let file = settings.credentials_file.as_ref().map(|path| path.display().to_string());
    aws::Account {
        region: settings.region.clone().unwrap_or_else(|| usual.region.clone()),
        regions: settings.regions.clone(),
        endpoint: settings.endpoint.clone(),
        profile: settings.profile.clone(),
        credentials_file: file,
        role_arn: settings.role_arn.clone(),
        external_id: settings.external_id.clone(),
        poll: poll.unwrap_or(usual.poll),
        ..usual
    }
}

fn azures(
    called: String,
    mark: String,
    settings: &AccountSettings,
    poll: Option<Duration>,
) -> Result<azure::Account, Failure> {
    // Who loaded the settings has seen that these are said.
    let said = |key: &Option<String>| key.clone().unwrap_or_default();
    let login = azure::Login::from_environment(|name| match &settings.client {
        Some(client) if name == "AZURE_CLIENT_ID" => Some(client.clone()),
        Some(_) | None => variable(name),
    });
    let usual = azure::Account::new(
        called,
        mark,
        said(&settings.tenant),
        said(&settings.subscription),
        said(&settings.resource_group),
        login,
    );
    let mut endpoints = match settings.partition {
        None | Some(Partition::Public) => azure::Endpoints::public(),
        Some(Partition::Government) => azure::Endpoints::government(),
        Some(Partition::China) => azure::Endpoints::china(),
    };
    if let Some(endpoint) = &settings.endpoint {
        endpoints.resource_manager.clone_from(endpoint);
    }
    if let Some(authority) = &settings.authority {
        endpoints.authority.clone_from(authority);
    }
    if let Some(path) = &settings.ca_cert {
        endpoints.certificates = fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("could not read {path:?}")).because(error))?;
    }
    Ok(azure::Account { endpoints, poll: poll.unwrap_or(usual.poll), ..usual })
}

fn google(called: String, mark: String, settings: &AccountSettings, poll: Option<Duration>) -> gcp::Account {
    let usual = gcp::Account::new(called, mark, settings.project.clone().unwrap_or_default());
    gcp::Account {
        region: settings.region.clone().unwrap_or_else(|| usual.region.clone()),
        endpoint: settings.endpoint.clone(),
        credentials_file: settings.credentials_file.clone(),
        impersonate: settings.impersonate.clone(),
        poll: poll.unwrap_or(usual.poll),
        ..usual
    }
}
