//! Commands for whoever runs the server: they open the database themselves.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use ipnet::IpNet;
use model::id::MalformedId;
use model::limits::SECRET_HOURS;
use model::{OrgId, PeeringId, ProjectId, Role, Roles, SecretId};

use super::Form;

pub(super) const KEYS_MORE: &str = "\
These commands open the database themselves, whether a server runs on it or not; what they change
holds from the next request on. A private key is shown once, when it is made.

Examples:
  landbridge keys make --role ORG_OWNER --desc 'for the pipeline' --env-file ci.env
  landbridge keys make --project 6a793f62c0eb9e7a17715000=GROUP_OWNER
  landbridge keys list
  landbridge keys rotate gswvkocq
  landbridge keys revoke gswvkocq
  landbridge keys access-list gswvkocq --add 192.0.2.0/24";

pub(super) const ACCOUNTS_MORE: &str = "\
These commands open the database themselves, whether a server runs on it or not; what they change
holds from the next request on. A secret is shown once, when it is made.

Examples:
  landbridge accounts make pipeline --role ORG_OWNER --env-file ci.env
  landbridge accounts list
  landbridge accounts rotate mdb_sa_id_6a793f62c0eb9e7a17715000
  landbridge accounts rotate mdb_sa_id_6a793f62c0eb9e7a17715000 --keep-old
  landbridge accounts revoke mdb_sa_id_6a793f62c0eb9e7a17715000";

pub(super) const SHOW_MORE: &str = "\
It opens the database itself, whether a server runs on it or not.

Examples:
  landbridge show orgs
  landbridge show project 6a793f62c0eb9e7a17715000
  landbridge show peering 6a793f62c0eb9e7a1771502a    why it is in its state, and what moves it on";

/// `keys`.
#[derive(Debug, Args)]
pub struct Keys {
    #[command(subcommand)]
    pub(crate) verb: KeysVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysVerb {
    /// Make a key, and show its private half once
    Make(KeysMake),
    /// List the keys of an organization
    List(OfOrg),
    /// Give a key another private half; the old one ends at once
    Rotate(KeysRotate),
    /// Delete keys; they end at once
    Revoke(KeysRevoke),
    /// Show or change the addresses from which a key may be used
    AccessList(KeysAccessList),
}

#[derive(Debug, Args)]
pub(crate) struct KeysMake {
    #[command(flatten)]
    pub place: InOrg,
    /// What it is for.
    #[arg(long, default_value = "made at the terminal", value_name = "TEXT")]
    pub desc: String,
    #[command(flatten)]
    pub roles: Granted,
    #[command(flatten)]
    pub file: EnvFile,
    #[command(flatten)]
    pub shown: Shown,
}

#[derive(Debug, Args)]
pub(crate) struct KeysRotate {
    /// The key, by its id or its public half.
    pub key: String,
    /// Give it another public half as well.
    #[arg(long)]
    pub both: bool,
    #[command(flatten)]
    pub file: EnvFile,
    #[command(flatten)]
    pub shown: Shown,
}

#[derive(Debug, Args)]
pub(crate) struct KeysRevoke {
    /// The keys, by their ids or public halves.
    #[arg(required = true, value_name = "KEY")]
    pub keys: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct KeysAccessList {
    /// The key, by its id or its public half.
    pub key: String,
    /// An address or a block to add. Can be given more than once.
    #[arg(long, value_name = "CIDR", value_parser = net)]
    pub add: Vec<IpNet>,
    /// An address or a block to remove. Can be given more than once.
    #[arg(long, value_name = "CIDR", value_parser = net)]
    pub remove: Vec<IpNet>,
    #[command(flatten)]
    pub shown: Shown,
}

/// `accounts`.
#[derive(Debug, Args)]
pub struct Accounts {
    #[command(subcommand)]
    pub(crate) verb: AccountsVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountsVerb {
    /// Make a service account, and show its secret once
    Make(AccountsMake),
    /// List the service accounts of an organization
    List(OfOrg),
    /// Give an account another secret; the old ones end at once, and their tokens with them
    Rotate(AccountsRotate),
    /// Delete an account, or one secret of it; tokens end at once
    Revoke(AccountsRevoke),
}

#[derive(Debug, Args)]
pub(crate) struct AccountsMake {
    /// Its name.
    pub name: String,
    #[command(flatten)]
    pub place: InOrg,
    /// What it is for.
    #[arg(long, default_value = "made at the terminal", value_name = "TEXT")]
    pub desc: String,
    #[command(flatten)]
    pub roles: Granted,
    #[command(flatten)]
    pub life: SecretLife,
    #[command(flatten)]
    pub file: EnvFile,
    #[command(flatten)]
    pub shown: Shown,
}

#[derive(Debug, Args)]
pub(crate) struct AccountsRotate {
    /// The account, by its client id.
    #[arg(value_name = "CLIENT_ID")]
    pub client_id: String,
    /// Let the newest of the old secrets serve on, until it is revoked.
    #[arg(long)]
    pub keep_old: bool,
    #[command(flatten)]
    pub life: SecretLife,
    #[command(flatten)]
    pub file: EnvFile,
    #[command(flatten)]
    pub shown: Shown,
}

#[derive(Debug, Args)]
pub(crate) struct AccountsRevoke {
    /// The account, by its client id.
    #[arg(value_name = "CLIENT_ID")]
    pub client_id: String,
    /// Only this secret.
    #[arg(long, value_name = "ID")]
    pub secret: Option<SecretId>,
}

/// `show`.
#[derive(Debug, Args)]
pub struct Show {
    #[command(subcommand)]
    pub(crate) noun: ShowNoun,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ShowNoun {
    /// List all organizations
    Orgs(Shown),
    /// Show an organization: its projects, and how many callers it has
    Org(ShowOrg),
    /// List the projects of an organization
    Projects(OfOrg),
    /// Show a project: its world, containers and peerings
    Project(ShowProject),
    /// Tell of a peering why it is in its state, since when, and what would move it on
    Peering(ShowPeering),
}

#[derive(Debug, Args)]
pub(crate) struct ShowOrg {
    /// The organization. By default the first.
    #[arg(value_name = "ORG_ID")]
    pub org: Option<OrgId>,
    #[command(flatten)]
    pub shown: Shown,
}

#[derive(Debug, Args)]
pub(crate) struct ShowProject {
    /// The project.
    #[arg(value_name = "PROJECT_ID")]
    pub project: ProjectId,
    #[command(flatten)]
    pub shown: Shown,
}

#[derive(Debug, Args)]
pub(crate) struct ShowPeering {
    /// The peering.
    #[arg(value_name = "PEER_ID")]
    pub peering: PeeringId,
    #[command(flatten)]
    pub shown: Shown,
}

/// Which organization is meant.
#[derive(Debug, Args)]
pub(crate) struct InOrg {
    /// The organization. By default the first.
    #[arg(long, value_name = "ID")]
    pub org: Option<OrgId>,
}

/// A list of what an organization has.
#[derive(Debug, Args)]
pub(crate) struct OfOrg {
    #[command(flatten)]
    pub place: InOrg,
    #[command(flatten)]
    pub shown: Shown,
}

/// How the answer is shown.
#[derive(Debug, Args)]
pub(crate) struct Shown {
    /// How to show the answer.
    #[arg(long, value_enum, default_value = "table", value_name = "FORM")]
    pub output: Form,
}

/// What a new caller may do.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Granted {
    /// A role in the organization, such as ORG_OWNER. Can be given more than once.
    #[arg(long = "role", value_name = "ROLE", value_parser = org_role)]
    pub org_roles: Vec<Role>,
    /// Roles in a project, such as ID=GROUP_OWNER,GROUP_READ_ONLY. Can be given more than once.
    #[arg(long = "project", value_name = "ID=ROLE,…", value_parser = grant)]
    pub project_roles: Vec<(ProjectId, Roles)>,
}

/// How long a secret serves.
#[derive(Debug, Args)]
pub(crate) struct SecretLife {
    /// For how many hours the secret serves: 8 to 8760.
    #[arg(long, default_value = "8760", value_name = "HOURS", value_parser = hours)]
    pub secret_hours: u32,
}

/// Where a secret goes instead of the terminal.
#[derive(Debug, Args)]
pub(crate) struct EnvFile {
    /// Write the secret into this file, to be sourced, instead of showing it.
    #[arg(long, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
}

fn role(name: &str, of_org: bool) -> Result<Role, String> {
    Role::from_name(name).filter(|role| role.of_org() == of_org).ok_or_else(|| {
        let known = Role::ALL.iter().filter(|role| role.of_org() == of_org);
        let known: Vec<&str> = known.map(|role| role.name()).collect();
        format!("{name:?} is none of {}", known.join(", "))
    })
}

fn org_role(name: &str) -> Result<Role, String> {
    role(name, true)
}

fn grant(text: &str) -> Result<(ProjectId, Roles), String> {
    let (project, names) =
        text.split_once('=').ok_or("write the project's id, = and its roles, between commas")?;
    let roles: Result<Roles, String> = names.split(',').map(|name| role(name, false)).collect();
    Ok((project.parse().map_err(|error: MalformedId| error.to_string())?, roles?))
}

fn hours(text: &str) -> Result<u32, String> {
    let hours = text.parse().ok().filter(|hours| SECRET_HOURS.contains(hours));
    hours.ok_or_else(|| {
        format!("write a whole number from {} to {}", SECRET_HOURS.start(), SECRET_HOURS.end())
    })
}

/// An address stands for the block of it alone.
fn net(text: &str) -> Result<IpNet, String> {
    let net = text.parse::<IpNet>().map(|net| net.trunc()).ok();
    net.or_else(|| text.parse::<IpAddr>().map(IpNet::from).ok())
        .ok_or_else(|| "write an address or a block, as in 192.0.2.1 or 192.0.2.0/24".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_taken_where_they_belong_and_else_the_right_ones_are_told() {
        let project = "6a793f62c0eb9e7a17715000";
        let (id, roles) = grant(&format!("{project}=GROUP_OWNER,GROUP_READ_ONLY")).expect("good");
        assert_eq!((id.to_string().as_str(), roles.iter().count()), (project, 2));
        for bad in [project, "x=GROUP_OWNER", &format!("{project}=ORG_OWNER"), &format!("{project}=")] {
            grant(bad).expect_err(bad);
        }
        let told = org_role("GROUP_OWNER").expect_err("not there");
        assert!(told.contains("ORG_OWNER, ORG_GROUP_CREATOR"), "{told}");
    }

    #[test]
    fn an_address_stands_for_the_block_of_it_alone() {
        assert_eq!(net("192.0.2.1").expect("good").to_string(), "192.0.2.1/32");
        assert_eq!(net("192.0.2.7/24").expect("good").to_string(), "192.0.2.0/24");
        net("192.0.2").expect_err("none");
        hours("7").expect_err("too short");
        hours("8760").expect("a year");
    }
}
