//! What an operator says of an account. No secret is in it: those come from where Google's own
//! tools find them.

use std::path::PathBuf;
use std::time::Duration;

/// How often a connection is looked at that may change behind our back, unless somebody says else.
pub const POLL: Duration = Duration::from_secs(10);

/// Where the addresses of a container are that spans all regions, unless somebody says else.
pub const REGION: &str = "us-central1";

/// One project at Google Cloud, and who we are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name in the configuration.
    pub name: String,
    /// This installation's id, which everything that is made carries.
    pub mark: String,
    /// The project that near networks are made in.
    pub project: String,
    /// The region that gets the addresses of a container that names none, such as `us-central1`.
    pub region: String,
    /// One address for all services instead of Google's own, such as `http://127.0.0.1:5000`.
    pub endpoint: Option<String>,
    /// A credentials file instead of the default chain (`GOOGLE_APPLICATION_CREDENTIALS`, the file
    /// of `gcloud auth application-default login`, the metadata server): a service account's key, a
    /// workload identity federation's configuration, an impersonation.
    pub credentials_file: Option<PathBuf>,
    /// A service account to impersonate, by its address.
    pub impersonate: Option<String>,
    /// The project that calls are counted for, where it is not the credentials' own.
    pub quota_project: Option<String>,
    /// Whether the near network's static and dynamic routes go out to the customer.
    pub export_custom_routes: bool,
    /// Whether the customer's static and dynamic routes come in.
    pub import_custom_routes: bool,
    /// How often to look at a connection.
    pub poll: Duration,
}

impl Account {
    /// An account by the default chain of credentials.
    pub fn new(name: impl Into<String>, mark: impl Into<String>, project: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            mark: mark.into(),
            project: project.into(),
            region: REGION.to_owned(),
            endpoint: None,
            credentials_file: None,
            impersonate: None,
            quota_project: None,
            export_custom_routes: false,
            import_custom_routes: false,
            poll: POLL,
        }
    }
}
