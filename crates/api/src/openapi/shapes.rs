//! What each operation takes and answers with: one line for each. A new operation does not
//! compile until it has its line.

use schemars::Schema;
use schemars::generate::SchemaGenerator;
use serde_json::Value;

use super::request;
use super::shape::{Holds, Param, Shape, Takes, lists, nothing, says, says_all_of};
use crate::operations::{NEW_USERS, OperationId as Id};
use crate::pattern;
use crate::schema::{Field, For};
use crate::schemas as body;
use crate::types::Nothing;
use crate::types::access::{AccessEntry, AccessStatus};
use crate::types::account::{AccountAccessEntry, AccountGroup, Secret, ServiceAccount};
use crate::types::cloud::{Clouds, PeerStory, Plan};
use crate::types::container::{Container, PrivateIpMode};
use crate::types::control::{Clock, FarSide, World};
use crate::types::event::Event;
use crate::types::group::{Group, GroupIpAddresses, GroupTeam, Limit};
use crate::types::key::{ApiKey, KeyAccessEntry, SystemStatus, Token};
use crate::types::org::{Invitation, LegacyUser, NewOrg, OLD_USERS, Org, OrgSettings, Team, User};
use crate::types::page::Page;
use crate::types::peer::Peer;
use crate::types::status::{ControlPlaneAddresses, IpInfo};
use crate::types::upkeep::{AuditLog, AwsCustomDns, MaintenanceWindow};

type ByProvider = &'static [(&'static str, &'static [Field])];

const PEERS: ByProvider = &[("AWS", body::PEER_AWS), ("AZURE", body::PEER_AZURE), ("GCP", body::PEER_GCP)];
const PEER_CHANGES: ByProvider =
    &[("AWS", body::PEER_AWS), ("AZURE", body::PEER_CHANGE_AZURE), ("GCP", body::PEER_GCP)];
const CONTAINERS: ByProvider =
    &[("AWS", body::CONTAINER_AWS), ("AZURE", body::CONTAINER_AZURE), ("GCP", body::CONTAINER_GCP)];

const PROVIDER: &[Param] = &[Param {
    name: "providerName",
    holds: Holds::AnyCase(body::PROVIDERS),
    about: "Whose are listed. AWS if it is not said.",
}];
const DRY_RUN: &[Param] = &[Param {
    name: "dryRun",
    holds: Holds::True,
    about: "Must be true: what is to be made is asked for in the other API.",
}];
const ADOPTED: &[Param] = &[Param {
    name: "connectionId",
    holds: Holds::SomeText,
    about: "The cloud's name of the connection that is there.",
}];
const OWNER: &[Param] = &[Param {
    name: "projectOwnerId",
    holds: Holds::Text,
    about: "The user who becomes the owner of the project.",
}];
const NAME: &[Param] =
    &[Param { name: "name", holds: Holds::Text, about: "With what the name begins, in any case." }];

const SYSTEM_MANAGED: &[Param] = &[Param {
    name: "includeSystemManaged",
    holds: Holds::Flag(false),
    about: "Whether accounts are listed that the system manages. There are none.",
}];
const RAW: &[Param] = &[Param {
    name: "includeRaw",
    holds: Holds::Flag(false),
    about: "Whether an event carries what is kept of it.",
}];
const EVENT_NAME: &str = "^[A-Z][A-Z0-9_]*$";
const EVENTS: &[Param] = &[
    RAW[0],
    Param { name: "eventType", holds: Holds::Several(EVENT_NAME), about: "Only events of these types." },
    Param {
        name: "excludedEventType",
        holds: Holds::Several(EVENT_NAME),
        about: "No events of these types.",
    },
    Param { name: "minDate", holds: Holds::Moment, about: "No earlier events." },
    Param { name: "maxDate", holds: Holds::Moment, about: "No later events." },
];
const MEMBERSHIP: &[&str] = &["ACTIVE", "PENDING", "INVITATION_EXPIRED", "INVITATION_REJECTED"];
const USERS: &[Param] = &[
    Param { name: "username", holds: Holds::Text, about: "Only the user of this name." },
    Param { name: "userId", holds: Holds::Pattern(pattern::ID), about: "Only the user of this id." },
    Param { name: "orgMembershipStatus", holds: Holds::OneOf(MEMBERSHIP), about: "Only users who are so." },
];

/// Every setting, as their table has them.
fn settings(_: &mut SchemaGenerator) -> Schema {
    request::all_of(body::SETTINGS)
}

/// A page of users, in both of their shapes.
fn users() -> Shape {
    lists::<User>().asks(USERS).before::<Page<LegacyUser>>(NEW_USERS, OLD_USERS)
}

/// What an operation takes and answers with.
pub fn shape(id: Id) -> Shape {
    match id {
        Id::ListGroupPeers => lists::<Peer>().asks(PROVIDER),
        Id::CreateGroupPeer => says::<Peer>().with(Takes::ByProvider(PEERS, For::New)),
        Id::GetGroupPeer => says::<Peer>(),
        Id::UpdateGroupPeer => says::<Peer>().with(Takes::ByProvider(PEER_CHANGES, For::Change)),
        Id::DeleteGroupPeer => says::<Nothing>(),
        Id::ListGroupContainers => lists::<Container>().asks(PROVIDER),
        Id::CreateGroupContainer => says::<Container>().with(Takes::ByProvider(CONTAINERS, For::New)),
        Id::ListGroupContainerAll => lists::<Container>(),
        Id::GetGroupContainer => says::<Container>(),
        Id::UpdateGroupContainer => says::<Container>().with(Takes::OfProvider(CONTAINERS)),
        Id::DeleteGroupContainer => nothing(),
        Id::GetGroupPrivateIpMode => says::<PrivateIpMode>().deprecated(),
        Id::UpdateGroupPrivateIpMode => says::<PrivateIpMode>().takes(body::PRIVATE_IP_MODE).deprecated(),
        Id::ListGroupAccessListEntries => lists::<AccessEntry>(),
        Id::CreateGroupAccessListEntry => lists::<AccessEntry>().takes_many(body::ACCESS_ENTRY),
        Id::GetGroupAccessListEntry => says::<AccessEntry>(),
        Id::DeleteGroupAccessListEntry => nothing(),
        Id::GetGroupAccessListStatus => says::<AccessStatus>(),
        Id::ListGroups => lists::<Group>(),
        Id::CreateGroup => says::<Group>().takes(body::GROUP).asks(OWNER),
        Id::GetGroup => says::<Group>(),
        Id::GetGroupByName => says::<Group>(),
        Id::UpdateGroup => says::<Group>().takes(body::GROUP_CHANGE),
        Id::DeleteGroup => says::<Nothing>(),
        Id::GetGroupSettings => says_all_of(settings),
        Id::UpdateGroupSettings => says_all_of(settings).takes(body::SETTINGS),
        Id::ListGroupLimits => says::<Vec<Limit>>(),
        Id::GetGroupLimit => says::<Limit>(),
        Id::SetGroupLimit => says::<Limit>().takes(body::LIMIT),
        Id::DeleteGroupLimit => nothing(),
        Id::ListGroupTeams => lists::<GroupTeam>(),
        Id::AddGroupTeams => lists::<GroupTeam>().takes_many(body::GROUP_TEAM),
        Id::GetGroupTeam => says::<GroupTeam>(),
        Id::UpdateGroupTeam => lists::<GroupTeam>().takes(body::GROUP_TEAM_CHANGE),
        Id::RemoveGroupTeam => nothing(),
        Id::ListGroupUsers => users(),
        Id::AddGroupUsers => says::<User>().takes(body::GROUP_USER),
        Id::GetGroupUser => says::<User>(),
        Id::RemoveGroupUser => nothing(),
        Id::AddGroupUserRole | Id::RemoveGroupUserRole => says::<User>().takes(body::GROUP_ROLE),
        Id::AddGroupAccessUser => says::<Invitation>().takes(body::GROUP_USER).or_nothing().deprecated(),
        Id::ListGroupIpAddresses => says::<GroupIpAddresses>(),
        Id::GetManagedSlowMs => says::<bool>(),
        Id::EnableManagedSlowMs => nothing(),
        Id::DisableManagedSlowMs => nothing(),
        Id::ListClusters => lists::<Value>(),
        Id::ListOrgs => lists::<Org>().asks(NAME),
        Id::GetOrg => says::<Org>(),
        Id::ListOrgGroups => lists::<Group>(),
        Id::CreateOrg => says::<NewOrg>().takes(body::ORG),
        Id::UpdateOrg => says::<Org>().takes(body::ORG_CHANGE),
        Id::DeleteOrg => nothing(),
        Id::GetOrgSettings => says::<OrgSettings>(),
        Id::UpdateOrgSettings => says::<OrgSettings>().takes(body::ORG_SETTINGS),
        Id::ListOrgUsers => users(),
        Id::CreateOrgUser => says::<User>().takes(body::ORG_USER),
        Id::GetOrgUser => says::<User>(),
        Id::UpdateOrgUser => says::<User>().takes(body::ORG_USER_CHANGE),
        Id::RemoveOrgUser => nothing(),
        Id::AddOrgUserRole | Id::RemoveOrgUserRole => says::<User>().takes(body::ORG_ROLE),
        Id::ListOrgTeams => lists::<Team>(),
        Id::CreateOrgTeam => says::<Team>().takes(body::TEAM),
        Id::GetOrgTeam | Id::GetOrgTeamByName => says::<Team>(),
        Id::RenameOrgTeam => says::<Team>().takes(body::TEAM_CHANGE),
        Id::DeleteOrgTeam => nothing(),
        Id::ListOrgTeamUsers => users(),
        Id::AddOrgTeamUsers => lists::<LegacyUser>().takes_many(body::TEAM_USER).deprecated(),
        Id::RemoveOrgTeamUserFromTeam => nothing().deprecated(),
        Id::AddOrgTeamUser | Id::RemoveOrgTeamUser => says::<User>().takes(body::TEAM_USER),
        Id::CreateUser => says::<LegacyUser>().takes(body::USER).deprecated(),
        Id::GetUser | Id::GetUserByName => says::<LegacyUser>().deprecated(),
        Id::ListOrgEvents => lists::<Event>().asks(EVENTS),
        Id::GetOrgEvent => says::<Event>().asks(RAW),
        Id::ListGroupEvents => lists::<Event>().asks(EVENTS),
        Id::GetGroupEvent => says::<Event>().asks(RAW),
        Id::GetAwsCustomDns => says::<AwsCustomDns>(),
        Id::ToggleAwsCustomDns => says::<AwsCustomDns>().takes(body::AWS_CUSTOM_DNS),
        Id::GetGroupAuditLog => says::<AuditLog>(),
        Id::UpdateAuditLog => says::<AuditLog>().takes(body::AUDIT_LOG),
        Id::GetMaintenanceWindow => says::<MaintenanceWindow>(),
        Id::UpdateMaintenanceWindow => says::<Nothing>().takes(body::MAINTENANCE_WINDOW),
        Id::ResetMaintenanceWindow => nothing(),
        Id::DeferMaintenanceWindow | Id::ToggleMaintenanceAutoDefer => says::<Nothing>(),
        Id::ListOrgServiceAccounts | Id::ListGroupServiceAccounts => {
            lists::<ServiceAccount>().asks(SYSTEM_MANAGED)
        }
        Id::CreateOrgServiceAccount => says::<ServiceAccount>().takes(body::ORG_ACCOUNT),
        Id::CreateGroupServiceAccount => says::<ServiceAccount>().takes(body::PROJECT_ACCOUNT),
        Id::GetOrgServiceAccount | Id::GetGroupServiceAccount => says::<ServiceAccount>(),
        Id::UpdateOrgServiceAccount => says::<ServiceAccount>().takes(body::ORG_ACCOUNT_CHANGE),
        Id::UpdateGroupServiceAccount => says::<ServiceAccount>().takes(body::PROJECT_ACCOUNT_CHANGE),
        Id::DeleteOrgServiceAccount | Id::DeleteGroupServiceAccount => nothing(),
        Id::CreateOrgSecret | Id::CreateGroupSecret => says::<Secret>().takes(body::ACCOUNT_SECRET),
        Id::DeleteOrgSecret | Id::DeleteGroupSecret => nothing(),
        Id::ListOrgAccessList | Id::ListAccessList => lists::<AccountAccessEntry>(),
        Id::CreateOrgAccessList | Id::CreateAccessList => {
            lists::<AccountAccessEntry>().takes_many(body::ACCOUNT_ACCESS_ENTRY)
        }
        Id::DeleteGroupAccessEntry => nothing(),
        Id::GetServiceAccountGroups => lists::<AccountGroup>(),
        Id::InviteGroupServiceAccount => says::<ServiceAccount>().with(Takes::OneOrMany(body::ACCOUNT_ROLES)),
        Id::ListOrgApiKeys => lists::<ApiKey>(),
        Id::CreateOrgApiKey => says::<ApiKey>().takes(body::ORG_KEY),
        Id::GetOrgApiKey => says::<ApiKey>(),
        Id::UpdateOrgApiKey => says::<ApiKey>().takes(body::ORG_KEY_CHANGE),
        Id::DeleteOrgApiKey => nothing(),
        Id::ListOrgAccessEntries => lists::<KeyAccessEntry>(),
        Id::CreateOrgAccessEntry => lists::<KeyAccessEntry>().takes_many(body::KEY_ACCESS_ENTRY),
        Id::GetOrgAccessEntry => says::<KeyAccessEntry>(),
        Id::DeleteOrgAccessEntry => nothing(),
        Id::ListGroupApiKeys => lists::<ApiKey>(),
        Id::CreateGroupApiKey => says::<ApiKey>().takes(body::PROJECT_KEY),
        Id::AddGroupApiKey => nothing().takes_many(body::KEY_ROLES),
        Id::DeleteAccessEntry => nothing(),
        Id::UpdateApiKeyRoles => says::<ApiKey>().takes(body::PROJECT_KEY_CHANGE),
        Id::RemoveGroupApiKey => nothing(),
        Id::GetSystemStatus => says::<SystemStatus>(),
        Id::ListControlPlaneIpAddresses => says::<ControlPlaneAddresses>(),
        Id::GetIpInfo => says::<IpInfo>(),
        Id::GetDefaultMajorVersion => says::<String>().plainly("text/plain;charset=iso-8859-1"),
        Id::GetOpenApi => says::<serde_json::Map<String, Value>>().plainly("application/json"),
        Id::CreateToken => says::<Token>().with(Takes::Form(&[("grant_type", Some("client_credentials"))])),
        Id::RevokeToken => nothing().with(Takes::Form(&[("token", None)])),
        Id::SendTelemetry | Id::SendTelemetryUnauth => says::<Nothing>(),
        Id::AcceptInvitation => says::<User>().with(Takes::Perhaps(body::INTRODUCTION)),
        Id::GetFarSide => says::<FarSide>(),
        Id::ActOnFarSide => says::<FarSide>().takes(body::FAR_SIDE),
        Id::GetWorld => says::<World>(),
        Id::UpdateWorld => says::<World>().takes(body::WORLD),
        Id::GetClouds => says::<Clouds>(),
        Id::BindCloud => says::<Clouds>().takes(body::CLOUD),
        Id::ExplainPeer => says::<PeerStory>(),
        Id::PlanPeer => says::<Plan>().with(Takes::ByProvider(PEERS, For::New)).asks(DRY_RUN),
        Id::AdoptPeer => says::<PeerStory>().with(Takes::ByProvider(PEERS, For::New)).asks(ADOPTED),
        Id::ReleasePeer => says::<Nothing>(),
        Id::GetClock => says::<Clock>(),
        Id::AdvanceClock => says::<Clock>().takes(body::CLOCK),
    }
}
