//! Real clouds, as an operator names them: `[accounts.NAME]` in the file, and nowhere else.
//!
//! There are no secrets in it. Credentials come from the cloud's own default chain (environment,
//! profile, workload identity), and what is said here only chooses among them.

use std::path::PathBuf;

use model::Provider;
use model::binding::{ACCOUNT_NAME_MAX, AccountName, Grant, Policy, Terms};
use serde::Deserialize;

use super::Config;
use crate::failure::Failure;

/// Accounts that one server can have.
const ACCOUNTS_MAX: usize = 256;

/// What the template says of them, commented out like the rest.
pub const EXAMPLE: &str = r#"
# One for each account; docs/clouds.md tells of every key.
#[accounts.prod]
#provider = "aws"                  # aws, azure or gcp
#read_only = true                  # look, and change nothing
#mend = true                       # make as it was what changed behind our back
#granted_to = ["project:ID", "org:ID", "*"]    # whose owners may bind to it; by default nobody's
#new_projects = ["org:ID", "*"]    # whose new projects are bound to it from the start; by default nobody's
#poll_seconds = 30                 # how often a connection is looked at
#endpoint = "http://127.0.0.1:5000"    # a server that plays the cloud, for tests
#profile = "landbridge"            # aws: a named profile; by default the usual chain
#role_arn = "arn:aws:iam::123456789012:role/landbridge"    # aws: a role to take on
#external_id = "landbridge"        # aws: what that role asks for
#region = "us-east-1"              # aws: where identity is asked for; gcp: where addresses are
#regions = ["us-east-1"]           # aws: where orphans are looked for; by default in all
#credentials_file = "/etc/landbridge/credentials"    # aws, gcp: instead of the usual one
#tenant = "UUID"                   # azure: the directory
#subscription = "UUID"             # azure: the subscription
#resource_group = "landbridge"     # azure: the resource group for what is made
#client = "UUID"                   # azure: the application, in place of AZURE_CLIENT_ID
#partition = "public"              # azure: public, government or china
#authority = "http://127.0.0.1:5001"    # azure: a server that plays the identity platform
#ca_cert = "ca.pem"                # azure: certificates to trust beside the machine's
#project = "my-project"            # gcp: the project for what is made
#impersonate = "landbridge@my-project.iam.gserviceaccount.com"    # gcp: a service account to act as
"#;

/// What is said of one account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSettings {
    /// Whose cloud it is in.
    pub provider: Kind,
    /// Amazon: where identity is asked for; it tells the partition, too. Google Cloud: where the
    /// addresses of a container are that names no region.
    pub region: Option<String>,
    /// Amazon: where orphans are looked for; everywhere, if it is not said.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Amazon, Google Cloud: a credentials file in place of the usual one.
    pub credentials_file: Option<PathBuf>,
    /// Amazon: a named profile.
    pub profile: Option<String>,
    /// Amazon: a role to take on.
    pub role_arn: Option<String>,
    /// Amazon: what that role asks for.
    pub external_id: Option<String>,
    /// Azure: the directory.
    pub tenant: Option<String>,
    /// Azure: the application.
    pub client: Option<String>,
    /// Azure: the subscription.
    pub subscription: Option<String>,
    /// Azure: the resource group.
    pub resource_group: Option<String>,
    /// Azure: which of its clouds.
    pub partition: Option<Partition>,
    /// Azure: a server that plays the identity platform.
    pub authority: Option<String>,
    /// Azure: certificates to trust beside the machine's.
    pub ca_cert: Option<PathBuf>,
    /// Google Cloud: the project.
    pub project: Option<String>,
    /// Google Cloud: a service account to act as.
    pub impersonate: Option<String>,
    /// A server that plays the cloud.
    pub endpoint: Option<String>,
    /// How often a connection is looked at.
    pub poll_seconds: Option<u32>,
    /// Whether nothing is changed there.
    #[serde(default)]
    pub read_only: bool,
    /// Whether what changed behind our back is made as it was.
    #[serde(default)]
    pub mend: bool,
    /// Whose owners may bind to it.
    #[serde(default)]
    pub granted_to: Vec<String>,
    /// Whose new projects are bound to it from the start.
    #[serde(default)]
    pub new_projects: Vec<String>,
}

/// A provider, as the file names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Amazon.
    Aws,
    /// Azure.
    Azure,
    /// Google Cloud.
    Gcp,
}

/// One of Azure's clouds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Partition {
    /// Everybody's.
    Public,
    /// The government's of the United States.
    Government,
    /// China's.
    China,
}

impl From<Kind> for Provider {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Aws => Self::Aws,
            Kind::Azure => Self::Azure,
            Kind::Gcp => Self::Gcp,
        }
    }
}

impl AccountSettings {
    /// The keys that are said, and are some other provider's.
    fn stray(&self) -> Vec<&'static str> {
        let said = |key, of: &[Kind], said: bool| (said && !of.contains(&self.provider)).then_some(key);
        [
            said("region", &[Kind::Aws, Kind::Gcp], self.region.is_some()),
            said("regions", &[Kind::Aws], !self.regions.is_empty()),
            said("credentials_file", &[Kind::Aws, Kind::Gcp], self.credentials_file.is_some()),
            said("profile", &[Kind::Aws], self.profile.is_some()),
            said("role_arn", &[Kind::Aws], self.role_arn.is_some()),
            said("external_id", &[Kind::Aws], self.external_id.is_some()),
            said("tenant", &[Kind::Azure], self.tenant.is_some()),
            said("client", &[Kind::Azure], self.client.is_some()),
            said("subscription", &[Kind::Azure], self.subscription.is_some()),
            said("resource_group", &[Kind::Azure], self.resource_group.is_some()),
            said("partition", &[Kind::Azure], self.partition.is_some()),
            said("authority", &[Kind::Azure], self.authority.is_some()),
            said("ca_cert", &[Kind::Azure], self.ca_cert.is_some()),
            said("project", &[Kind::Gcp], self.project.is_some()),
            said("impersonate", &[Kind::Gcp], self.impersonate.is_some()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The keys without which nobody knows which account is meant.
    fn missing(&self) -> Vec<&'static str> {
        let needed = |key, value: &Option<String>| value.is_none().then_some(key);
        match self.provider {
            Kind::Aws => vec![],
            Kind::Azure => [
                needed("tenant", &self.tenant),
                needed("subscription", &self.subscription),
                needed("resource_group", &self.resource_group),
            ]
            .into_iter()
            .flatten()
            .collect(),
            Kind::Gcp => needed("project", &self.project).into_iter().collect(),
        }
    }
}

impl Config {
    /// The accounts, as far as they decide anything beside their drivers.
    pub fn terms(&self) -> Result<Vec<Terms>, Failure> {
        if self.accounts.len() > ACCOUNTS_MAX {
            return Err(Failure::usage(format!("there can be at most {ACCOUNTS_MAX} accounts")));
        }
        let all: Vec<Terms> =
            self.accounts.iter().map(|(name, settings)| terms(name, settings)).collect::<Result<_, _>>()?;
        check_newcomers(&all)?;
        Ok(all)
    }
}

/// Refuses two accounts that a new project would both be bound to.
fn check_newcomers(all: &[Terms]) -> Result<(), Failure> {
    for (n, terms) in all.iter().enumerate() {
        let rival = all[..n].iter().find(|other| {
            other.provider == terms.provider
                && other.new_projects.iter().any(|grant| terms.new_projects.contains(grant))
        });
        if let Some(rival) = rival {
            let places = format!("[accounts.{}] and [accounts.{}]", rival.name, terms.name);
            return Err(Failure::usage(format!("{places} want the same new_projects"))
                .hint("a new project has one cloud at a provider; name each organization once, or \"*\""));
        }
    }
    Ok(())
}

fn terms(name: &str, settings: &AccountSettings) -> Result<Terms, Failure> {
    let place = format!("[accounts.{name}]");
    let Some(named) = AccountName::parse(name) else {
        return Err(Failure::usage(format!("{place} has a name that can't be used")).hint(format!(
            "use small letters, digits, - and _, at most {ACCOUNT_NAME_MAX}, and not \"simulated\""
        )));
    };
    if let [first, ..] = settings.stray()[..] {
        return Err(Failure::usage(format!("{place} says {first}, which its provider does not have")));
    }
    if let [first, ..] = settings.missing()[..] {
        return Err(Failure::usage(format!("{place} does not say {first}"))
            .hint("docs/clouds.md tells what each provider needs"));
    }
    let newcomers = |text: &String| match Grant::parse(text) {
        Some(grant @ (Grant::Org(_) | Grant::Anyone)) => Ok(grant),
        Some(Grant::Project(_)) | None => {
            Err(Failure::usage(format!("{place} has new_projects of {text:?}, which means nobody's"))
                .hint("write \"org:ID\" or \"*\""))
        }
    };
    let grant = |text: &String| {
        Grant::parse(text).ok_or_else(|| {
            Failure::usage(format!("{place} is granted to {text:?}, which means nobody"))
                .hint("write \"project:ID\", \"org:ID\" or \"*\"")
        })
    };
    Ok(Terms {
        name: named,
        provider: settings.provider.into(),
        policy: Policy { read_only: settings.read_only, mend: settings.mend },
        granted_to: settings.granted_to.iter().map(grant).collect::<Result<_, _>>()?,
        new_projects: settings.new_projects.iter().map(newcomers).collect::<Result<_, _>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::config;
    use super::*;

    #[test]
    fn an_account_has_a_name_a_provider_and_what_that_needs() {
        let terms = config(
            &[],
            "[accounts.prod]\nprovider = \"aws\"\nrole_arn = \"arn:aws:iam::123456789012:role/x\"\n\
             granted_to = [\"*\"]\nnew_projects = [\"*\"]\n[accounts.lab]\nprovider = \"gcp\"\nproject = \"p\"\nread_only = true\n\
             new_projects = [\"*\"]\n",
        )
        .terms()
        .expect("good");
        let names: Vec<&str> = terms.iter().map(|terms| terms.name.as_str()).collect();
        assert_eq!(names, ["lab", "prod"]);
        assert_eq!(terms[0].policy, Policy { read_only: true, mend: false });
        assert!(terms[0].granted_to.is_empty(), "nobody may, unless it is said");
        assert_eq!(terms[1].granted_to, [Grant::Anyone]);
        assert_eq!(terms[1].new_projects, [Grant::Anyone], "each at a provider of its own");
        assert!(config(&[], "").terms().expect("none").is_empty());
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_its_name() {
        for (file, words) in [
            ("[accounts.Prod]\nprovider = \"aws\"", "[accounts.Prod]"),
            ("[accounts.simulated]\nprovider = \"aws\"", "[accounts.simulated]"),
            ("[accounts.a]\nprovider = \"aws\"\ntenant = \"x\"", "says tenant"),
            ("[accounts.a]\nprovider = \"azure\"\ntenant = \"x\"", "does not say subscription"),
            ("[accounts.a]\nprovider = \"gcp\"", "does not say project"),
            ("[accounts.a]\nprovider = \"aws\"\ngranted_to = [\"all\"]", "granted to \"all\""),
            (
                "[accounts.a]\nprovider = \"aws\"\nnew_projects = [\"project:6a793f62c0eb9e7a17715001\"]",
                "which means nobody's",
            ),
            (
                "[accounts.a]\nprovider = \"aws\"\nnew_projects = [\"*\"]\n\
                 [accounts.b]\nprovider = \"aws\"\nnew_projects = [\"*\"]",
                "[accounts.a] and [accounts.b] want the same new_projects",
            ),
        ] {
            let refusal = config(&[], file).terms().expect_err(file).to_string();
            assert!(refusal.contains(words), "{refusal}");
        }
    }

    #[test]
    fn a_secret_has_no_place_in_the_file() {
        for key in ["secret_access_key", "client_secret", "password", "token", "access_key_id", "key"] {
            let file = format!("[accounts.a]\nprovider = \"aws\"\n{key} = \"x\"\n");
            let refusal = super::super::tests::written(&file).expect_err("no such key").to_string();
            assert!(refusal.contains(&format!("unknown field `{key}`")), "{refusal}");
        }
    }
}
