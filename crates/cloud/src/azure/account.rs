//! What an operator says of an account.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use azure_core::credentials::Secret;

use crate::send::Budget;

/// How often a connection is looked at that may change behind our back, unless somebody says else.
/// A look is one read; Resource Manager lets an application read about 25 times a second.
pub const POLL: Duration = Duration::from_secs(30);

/// One subscription at Azure, and who we are there.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its name in the configuration.
    pub name: String,
    /// This installation's id, which everything that is made carries: 24 hexadecimal digits.
    pub mark: String,
    /// The directory (tenant) that the subscription belongs to.
    pub tenant_id: String,
    /// The subscription in which near networks are made.
    pub subscription_id: String,
    /// The resource group in which they are made. It has to be there.
    pub resource_group: String,
    /// How we prove who we are.
    pub login: Login,
    /// Which of Azure's clouds it is.
    pub endpoints: Endpoints,
    /// How often to look at a connection.
    pub poll: Duration,
    /// How much is tried in one call, and for how long.
    pub budget: Budget,
}

impl Account {
    /// An account in the public cloud.
    pub fn new(
        name: impl Into<String>,
        mark: impl Into<String>,
        tenant_id: impl Into<String>,
        subscription_id: impl Into<String>,
        resource_group: impl Into<String>,
        login: Login,
    ) -> Self {
        Self {
            name: name.into(),
            mark: mark.into(),
            tenant_id: tenant_id.into(),
            subscription_id: subscription_id.into(),
            resource_group: resource_group.into(),
            login,
            endpoints: Endpoints::public(),
            poll: POLL,
            budget: Budget::default(),
        }
    }
}

/// How we prove who we are. To reach a customer's directory the application has to be registered
/// for several directories, and the customer has to have consented to it.
#[derive(Clone)]
pub enum Login {
    /// An application by its secret.
    Secret {
        /// The application (client) id.
        client_id: String,
        /// Its secret.
        secret: Secret,
    },
    /// An application by the token of a workload, as Kubernetes gives it.
    Workload {
        /// The application (client) id.
        client_id: String,
        /// The file that holds the workload's token.
        token_file: PathBuf,
    },
    /// The identity of the machine that we run on. It reaches its own directory alone.
    Machine {
        /// Which one, if the machine has several.
        client_id: Option<String>,
    },
    /// Whoever is logged in by the command-line program `az`.
    CommandLine,
}

impl Login {
    /// The first that the environment has, as Azure's own libraries look for it: an application's
    /// secret, a workload's token, a machine's identity, else the command line.
    pub fn from_environment(read: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name| read(name).filter(|value: &String| !value.is_empty());
        let client_id = read("AZURE_CLIENT_ID");
        match (client_id, read("AZURE_CLIENT_SECRET"), read("AZURE_FEDERATED_TOKEN_FILE")) {
            (Some(client_id), Some(secret), _) => Self::Secret { client_id, secret: Secret::new(secret) },
            (Some(client_id), None, Some(file)) => Self::Workload { client_id, token_file: file.into() },
            (client_id, _, _) if read("IDENTITY_ENDPOINT").is_some() => Self::Machine { client_id },
            (Some(client_id), None, None) => Self::Machine { client_id: Some(client_id) },
            (None, _, _) => Self::CommandLine,
        }
    }

    /// The application, where it is known beforehand.
    pub(super) fn client_id(&self) -> Option<&str> {
        match self {
            Self::Secret { client_id, .. } | Self::Workload { client_id, .. } => Some(client_id),
            Self::Machine { client_id } => client_id.as_deref(),
            Self::CommandLine => None,
        }
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Secret { .. } => "Secret",
            Self::Workload { .. } => "Workload",
            Self::Machine { .. } => "Machine",
            Self::CommandLine => "CommandLine",
        };
        f.debug_struct(kind).field("client_id", &self.client_id()).finish_non_exhaustive()
    }
}

/// Where a cloud of Azure's is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Resource Manager, such as `https://management.azure.com`.
    pub resource_manager: String,
    /// The identity platform, such as `https://login.microsoftonline.com`.
    pub authority: String,
    /// Whom tokens have to be for.
    pub audience: String,
    /// Certificates of private authorities to trust beside the machine's, in PEM form.
    pub certificates: String,
}

impl Endpoints {
    /// The public cloud.
    pub fn public() -> Self {
        Self::at("https://management.azure.com", "https://login.microsoftonline.com")
    }

    /// The cloud of the government of the United States.
    pub fn government() -> Self {
        Self::at("https://management.usgovcloudapi.net", "https://login.microsoftonline.us")
    }

    /// The cloud in China.
    pub fn china() -> Self {
        Self::at("https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn")
    }

    fn at(resource_manager: &str, authority: &str) -> Self {
        Self {
            resource_manager: resource_manager.to_owned(),
            authority: authority.to_owned(),
            audience: resource_manager.to_owned(),
            certificates: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(set: &[(&str, &str)]) -> Login {
        Login::from_environment(|name| {
            set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_login_is_found_in_the_order_of_azures_own_libraries() {
        let app = ("AZURE_CLIENT_ID", "app");
        let secret = ("AZURE_CLIENT_SECRET", "hush");
        let file = ("AZURE_FEDERATED_TOKEN_FILE", "/token");
        let machine = ("IDENTITY_ENDPOINT", "http://169.254.1.1");
        assert!(matches!(found(&[app, secret, file]), Login::Secret { .. }));
        assert!(matches!(found(&[app, file, machine]), Login::Workload { .. }));
        assert!(matches!(found(&[machine]), Login::Machine { client_id: None }));
        assert!(matches!(found(&[app]), Login::Machine { client_id: Some(_) }));
        assert!(matches!(found(&[secret]), Login::CommandLine));
        assert!(matches!(found(&[]), Login::CommandLine));
    }

    #[test]
    fn a_secret_is_not_printed() {
        let login = found(&[("AZURE_CLIENT_ID", "app"), ("AZURE_CLIENT_SECRET", "hush")]);
        let account = Account::new("prod", "m", "t", "s", "g", login);
        let told = format!("{account:?}");
        assert!(told.contains("app") && !told.contains("hush"), "{told}");
    }
}
