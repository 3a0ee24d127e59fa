//! Commands about real clouds: who is bound to which, and what is in them.

use clap::{Args, ValueEnum};
use model::binding::AccountName;
use model::{PeeringId, ProjectId, Provider};

use super::admin::Shown;
use super::remote::Remote;

pub(super) const CLOUDS_MORE: &str = "\
An account is a table [accounts.NAME] in the configuration file: docs/clouds.md. This opens
the database itself, whether a server runs on it or not.

Examples:
  landbridge clouds
  landbridge clouds --output json";

pub(super) const BIND_MORE: &str = "\
From then on the project's peerings at that provider are real. What stands in one cloud can't
move to another, so nothing of the project may be there. A project's owner can do the same by
the API, with the accounts that are granted to them.

Examples:
  landbridge bind 6a793f62c0eb9e7a17715000 --provider aws --account prod
  landbridge unbind 6a793f62c0eb9e7a17715000 --provider aws";

pub(super) const ORPHANS_MORE: &str = "\
It looks into every account that is configured. What was let go on purpose is listed as such,
and not taken down.

Examples:
  landbridge orphans
  landbridge orphans --account prod --remove
  landbridge orphans --remove --yes";

pub(super) const RELEASE_MORE: &str = "\
Only of a project that is bound to an account. If it was the last of its container, the
container's network is let go as well.

Examples:
  landbridge release 6a793f62c0eb9e7a1771502a";

pub(super) const PLAN_MORE: &str = "\
It asks a server, which looks at its own rules and, for a project that is bound to an
account, into that. Nothing is made.

Examples:
  landbridge plan --container 6a793f62c0eb9e7a17715001 --aws-account 123456789012 \\
      --vpc vpc-0123456789abcdef0 --block 10.0.0.0/16
  landbridge plan --container 6a793f62c0eb9e7a17715001 --gcp-project theirs --network main";

pub(super) const ADOPT_MORE: &str = "\
The connection is there already, and is what is described: that is checked first. From then
on it is managed like one that was asked for. Its near network is looked at, and never taken
down.

Examples:
  landbridge adopt pcx-0123456789abcdef0 --container 6a793f62c0eb9e7a17715001 \\
      --aws-account 123456789012 --vpc vpc-0123456789abcdef0 --block 10.0.0.0/16";

/// `clouds`.
#[derive(Debug, Args)]
pub struct Clouds {
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// `bind`.
#[derive(Debug, Args)]
pub struct Bind {
    /// The project.
    #[arg(value_name = "PROJECT_ID")]
    pub project: ProjectId,
    /// The provider.
    #[arg(long, value_enum, value_name = "PROVIDER")]
    pub provider: ProviderName,
    /// The account, by its name in the configuration.
    #[arg(long, value_name = "NAME", value_parser = account)]
    pub account: AccountName,
}

/// `unbind`.
#[derive(Debug, Args)]
pub struct Unbind {
    /// The project.
    #[arg(value_name = "PROJECT_ID")]
    pub project: ProjectId,
    /// The provider.
    #[arg(long, value_enum, value_name = "PROVIDER")]
    pub provider: ProviderName,
}

/// `orphans`.
#[derive(Debug, Args)]
pub struct Orphans {
    /// Only in this account. By default in all that are configured.
    #[arg(long, value_name = "NAME", value_parser = account)]
    pub account: Option<AccountName>,
    /// Take them down, after asking.
    #[arg(long)]
    pub remove: bool,
    /// Don't ask.
    #[arg(long, requires = "remove")]
    pub yes: bool,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// `release`.
#[derive(Debug, Args)]
pub struct Release {
    /// The peering.
    #[arg(value_name = "PEER_ID")]
    pub peering: PeeringId,
}

/// `plan`.
#[derive(Debug, Args)]
pub struct Plan {
    /// What is asked for.
    #[command(flatten)]
    pub(crate) wish: Wish,
    /// How to reach the server.
    #[command(flatten)]
    pub remote: Remote,
}

/// `adopt`.
#[derive(Debug, Args)]
pub struct Adopt {
    /// The connection, as its cloud names it.
    #[arg(value_name = "CONNECTION_ID")]
    pub connection: String,
    /// What it is.
    #[command(flatten)]
    pub(crate) wish: Wish,
    /// How to reach the server.
    #[command(flatten)]
    pub remote: Remote,
}

/// A peering, as flags.
#[derive(Debug, Args)]
pub(crate) struct Wish {
    /// The project. By default MONGODB_ATLAS_PROJECT_ID.
    #[arg(long, value_name = "ID")]
    pub project: Option<String>,
    /// The container.
    #[arg(long, value_name = "ID")]
    pub container: String,
    #[command(flatten)]
    pub far: Far,
}

/// The far side of a peering, as flags: those of one provider.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Far {
    /// AWS: the customer's account.
    #[arg(long, value_name = "DIGITS", requires = "vpc", requires = "block")]
    pub aws_account: Option<String>,
    /// AWS: the customer's VPC.
    #[arg(long, value_name = "VPC_ID", requires = "aws_account")]
    pub vpc: Option<String>,
    /// AWS: where that is, if not where the container is.
    #[arg(long, value_name = "REGION", requires = "aws_account")]
    pub region: Option<String>,
    /// AWS: the customer's addresses.
    #[arg(long, value_name = "CIDR", requires = "aws_account")]
    pub block: Option<String>,
    /// Azure: the customer's directory.
    #[arg(long, value_name = "UUID", requires = "subscription", conflicts_with = "aws_account")]
    pub directory: Option<String>,
    /// Azure: the customer's subscription.
    #[arg(long, value_name = "UUID", requires = "resource_group")]
    pub subscription: Option<String>,
    /// Azure: the resource group there.
    #[arg(long, value_name = "NAME", requires = "vnet")]
    pub resource_group: Option<String>,
    /// Azure: the virtual network there.
    #[arg(long, value_name = "NAME", requires = "directory")]
    pub vnet: Option<String>,
    /// Google Cloud: the customer's project.
    #[arg(long, value_name = "NAME", requires = "network", conflicts_with_all = ["aws_account", "directory"])]
    pub gcp_project: Option<String>,
    /// Google Cloud: the network there.
    #[arg(long, value_name = "NAME", requires = "gcp_project")]
    pub network: Option<String>,
}

/// A provider, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProviderName {
    /// Amazon
    Aws,
    /// Azure
    Azure,
    /// Google Cloud
    Gcp,
}

impl From<ProviderName> for Provider {
    fn from(name: ProviderName) -> Self {
        match name {
            ProviderName::Aws => Self::Aws,
            ProviderName::Azure => Self::Azure,
            ProviderName::Gcp => Self::Gcp,
        }
    }
}

/// The name of an account.
pub(super) fn account(text: &str) -> Result<AccountName, String> {
    AccountName::parse(text)
        .ok_or_else(|| "write the name of a table [accounts.NAME] of the configuration".to_owned())
}
