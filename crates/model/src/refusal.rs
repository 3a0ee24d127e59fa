//! Every "no" that the rules can say. The server's one map turns each into the wire's words.

use crate::Cidr;
use crate::binding::AccountName;
use crate::id::{ContainerId, KeyId, OrgId, PeeringId, ProjectId, SecretId, TeamId, UserId};
use crate::peering::{PeeringSpec, State};
use crate::provider::Provider;
use crate::time::Timestamp;
use crate::world::FarAction;

/// What there can be too many of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crowd {
    /// Organizations of one server.
    Orgs,
    /// People of one organization.
    OrgUsers,
    /// Teams of one organization.
    OrgTeams,
    /// People of one team.
    TeamUsers,
}

impl std::fmt::Display for Crowd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Orgs => "organizations",
            Self::OrgUsers | Self::TeamUsers => "users",
            Self::OrgTeams => "teams",
        })
    }
}

/// What stands in a cloud, so that another can't take its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occupant {
    /// A peering, in whatever state.
    Peering(PeeringId),
    /// A container, whose network stands, or comes or goes.
    Container(ContainerId),
}

impl std::fmt::Display for Occupant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Peering(id) => write!(f, "peering {id}"),
            Self::Container(id) => write!(f, "the network of container {id}"),
        }
    }
}

/// Why a wish that is well formed can't be granted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the fields of each variant are what its sentence names")]
pub enum Refusal {
    #[error("block {block} is not private")]
    BlockNotPrivate { block: Cidr },
    #[error("block {block} must be /{sizes} for {provider}")]
    BlockSize { block: Cidr, sizes: &'static str, provider: Provider },
    #[error("a small container takes /21 to /24 and one /24 for each region")]
    SmallBlockSize,
    #[error("project {project} has a container there already")]
    ContainerExists { project: ProjectId },
    #[error("no container {id}")]
    ContainerNotFound { id: String },
    #[error("the container is in use")]
    ContainerInUse,
    #[error("the container can be deleted from {until:?} on")]
    ContainerTooNew { until: Timestamp },
    #[error("no block is left for {provider} in project {project}")]
    NoCapacity { provider: Provider, project: ProjectId },
    #[error("the region of a container can't change")]
    RegionFixed,
    #[error("small container {id} can't change")]
    SmallContainerFixed { id: ContainerId },
    #[error("field {field} can't change")]
    FieldFixed { field: &'static str },
    #[error("block {block} overlaps with a container")]
    OverlapsContainer { block: Cidr },
    #[error("block {block} overlaps with another peering")]
    OverlapsPeering { block: Cidr },
    #[error("route block {block} is not private")]
    RouteNotPrivate { block: Cidr },
    #[error("a peering with that network exists")]
    PeeringExists { spec: PeeringSpec },
    #[error("no peering {id} in project {project}")]
    PeeringNotFound { id: PeeringId, project: ProjectId },
    #[error("peering {id} is being removed already")]
    AlreadyRemoving { id: PeeringId },
    #[error("peering {id} can't change in its state")]
    PeeringInvalidState { id: PeeringId, project: ProjectId },
    #[error("a project has at most {max} such peerings")]
    TooManyPeerings { max: u32 },
    #[error("security groups need a peering")]
    SecurityGroupNeedsPeering,
    #[error("an access list has at most {max} entries")]
    TooManyAccessEntries { max: u32 },
    #[error("a permanent entry can't become temporary")]
    PermanentEntry,
    #[error("no access entry {entry} in project {project}")]
    AccessEntryNotFound { entry: String, project: ProjectId },
    #[error("no project {id}")]
    ProjectNotFound { id: ProjectId },
    #[error("no project of name {name:?}")]
    ProjectNameNotFound { name: String },
    #[error("a project of name {name:?} exists")]
    ProjectExists { name: String },
    #[error("the project has peerings")]
    ProjectHasPeerings,
    #[error("an organization has at most {max} projects")]
    TooManyProjects { max: u32 },
    #[error("no organization {id}")]
    OrgNotFound { id: OrgId },
    #[error("no API key {id}")]
    KeyNotFound { id: KeyId },
    #[error("an organization has at most {max} API keys")]
    TooManyKeys { max: u32 },
    #[error("no entry {entry} in the key's access list")]
    KeyAccessEntryNotFound { entry: String },
    #[error("a key's access list has at most {max} entries")]
    TooManyKeyAccessEntries { max: u32 },
    #[error("the caller would lock itself out")]
    WouldLockOutCaller { address: String },
    #[error("entry {entry} is in the access list already")]
    AccessEntryListed { entry: String },
    #[error("no service account {client_id}")]
    AccountNotFound { client_id: String },
    #[error("an organization has at most {max} service accounts")]
    TooManyAccounts { max: u32 },
    #[error("no secret {id}")]
    SecretNotFound { id: SecretId },
    #[error("a service account has at most {max} secrets")]
    TooManySecrets { max: u32 },
    #[error("no entry {entry} in the account's access list")]
    AccountAccessEntryNotFound { entry: String },
    #[error("an account's access list has at most {max} entries")]
    TooManyAccountAccessEntries { max: u32 },
    #[error("an organization keeps an owner that can call")]
    LastOrgOwner,
    #[error("no user {id}")]
    UserNotFound { id: String },
    #[error("no user of name {name:?}")]
    UsernameNotFound { name: String },
    #[error("user {name:?} is there already")]
    UserExists { name: String },
    #[error("user {id} is not in organization {org}")]
    UserNotInOrg { id: UserId, org: OrgId },
    #[error("user {id} is not in project {project}")]
    UserNotInProject { id: UserId, project: ProjectId },
    #[error("user {id} is not in team {team}")]
    UserNotInTeam { id: UserId, team: TeamId },
    #[error("user {id} is in team {team} already")]
    UserInTeam { id: UserId, team: TeamId },
    #[error("the user was invited and has not accepted")]
    UserPending,
    #[error("the user was not invited, or not in time")]
    NoInvitation { id: UserId },
    #[error("an organization keeps its last owner")]
    LastOwner,
    #[error("a place has at most {max} {of}")]
    TooMany { of: Crowd, max: u32 },
    #[error("no team {id}")]
    TeamNotFound { id: TeamId },
    #[error("no team of name {name:?}")]
    TeamNameNotFound { name: String },
    #[error("a team of name {name:?} exists")]
    TeamExists { name: String, org: OrgId },
    #[error("the team has roles in a project")]
    TeamInUse,
    #[error("team {id} is in the project already")]
    TeamInProject { id: TeamId },
    #[error("team {id} is not in the project")]
    TeamNotInProject { id: TeamId },
    #[error("the organization has projects")]
    OrgHasProjects,
    #[error("the last organization stays")]
    LastOrg,
    #[error("no limit of name {name:?}")]
    LimitNotFound { name: String },
    #[error("a first maintenance window needs a day")]
    WindowNeedsDay,
    #[error("the project has no maintenance window")]
    NoMaintenanceWindow,
    #[error("no maintenance is scheduled")]
    NoMaintenanceScheduled,
    #[error("the far side can't {action:?} now")]
    FarSideCant { action: FarAction, shows: &'static str, allowed: Vec<FarAction> },
    #[error("the far side has nothing yet to {action:?}")]
    FarSideNotYet { action: FarAction, provider: Provider, wait_for: State },
    #[error("the world's clock can't go that far")]
    ClockTooFar,
    #[error("account {account} is not granted to project {project}")]
    AccountNotGranted { account: AccountName, project: ProjectId, org: OrgId },
    #[error("no account {account} is configured")]
    CloudAccountNotFound { account: AccountName },
    #[error("account {account} is one of {is}, not of {asked}")]
    AccountOfAnother { account: AccountName, is: Provider, asked: Provider },
    #[error("the project's cloud at {provider} is in use by {by}")]
    CloudInUse { provider: Provider, by: Occupant },
    #[error("the world's clock stands while project {project} is bound to account {account}")]
    ClockHeld { project: ProjectId, account: AccountName },
    #[error("the far side at {provider} is real: the project is bound to account {account}")]
    FarSideReal { provider: Provider, account: AccountName },
    #[error("the project's cloud at {provider} is simulated")]
    CloudSimulated { provider: Provider },
    #[error("account {account} is read-only")]
    AccountReadOnly { account: AccountName },
    #[error("connection {connection_id} is managed already")]
    ConnectionManaged { connection_id: String },
}
