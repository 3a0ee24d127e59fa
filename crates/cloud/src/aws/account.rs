//! What an operator says of an account. No secret is in it: those come from where Amazon's own
//! tools find them.

use std::time::Duration;

/// How often a connection is looked at that may change behind our back, unless somebody says else.
pub const POLL: Duration = Duration::from_secs(10);

/// One account at Amazon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name in the configuration.
    pub name: String,
    /// This installation's id, which everything that is made carries.
    pub mark: String,
    /// The region in which identities are asked for, such as `us-east-1`. It also tells the
    /// partition: a role of China or of GovCloud is assumed in a region there.
    pub region: String,
    /// The regions in which orphans are looked for; none for all that the account has enabled.
    pub regions: Vec<String>,
    /// One address for all services instead of Amazon's own, such as `http://127.0.0.1:5000`.
    pub endpoint: Option<String>,
    /// A profile of Amazon's shared configuration files, instead of the default chain.
    pub profile: Option<String>,
    /// A shared credentials file instead of `~/.aws/credentials`.
    pub credentials_file: Option<String>,
    /// A role to assume for every call.
    pub role_arn: Option<String>,
    /// What the role's trust policy asks for.
    pub external_id: Option<String>,
    /// How often to look at a connection.
    pub poll: Duration,
}

impl Account {
    /// An account by the default chain of credentials.
    pub fn new(name: impl Into<String>, mark: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            mark: mark.into(),
            region: "us-east-1".to_owned(),
            regions: Vec::new(),
            endpoint: None,
            profile: None,
            credentials_file: None,
            role_arn: None,
            external_id: None,
            poll: POLL,
        }
    }
}
