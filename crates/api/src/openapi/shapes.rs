//! What each operation takes and answers with: one line for each. A new operation does not
//! compile until it has its line.

use schemars::Schema;
use schemars::generate::SchemaGenerator;
use serde_json::Value;

use super::request;
use super::shape::{Holds, Param, Shape, Takes, lists, nothing, says, says_all_of};
use crate::media_type::Version;
use crate::operations::OperationId as Id;
use crate::schema::{Field, For};
use crate::schemas as body;
use crate::types::Nothing;
use crate::types::access::{AccessEntry, AccessStatus};
use crate::types::container::{Container, PrivateIpMode};
use crate::types::control::{Clock, FarSide, World};
use crate::types::group::{Group, GroupIpAddresses, GroupTeam, Limit};
use crate::types::key::{ApiKey, KeyAccessEntry, SystemStatus, Token};
use crate::types::org::{LegacyUser, OLD_USERS, Org, User};
use crate::types::page::Page;
use crate::types::peer::Peer;
use crate::types::status::{ControlPlaneAddresses, IpInfo};

/// From this version on, users are shown in their new shape.
pub const NEW_USERS: Version = Version::new(2025, 2, 19);

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
const OWNER: &[Param] = &[Param {
    name: "projectOwnerId",
    holds: Holds::Text,
    about: "The user who becomes the owner of the project.",
}];
const NAME: &[Param] =
    &[Param { name: "name", holds: Holds::Text, about: "With what the name begins, in any case." }];

/// Every setting, as their table has them.
fn settings(_: &mut SchemaGenerator) -> Schema {
    request::all_of(body::SETTINGS)
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
        Id::ListGroupUsers => lists::<User>().before::<Page<LegacyUser>>(NEW_USERS, OLD_USERS),
        Id::ListGroupIpAddresses => says::<GroupIpAddresses>(),
        Id::GetManagedSlowMs => says::<bool>(),
        Id::EnableManagedSlowMs => nothing(),
        Id::DisableManagedSlowMs => nothing(),
        Id::ListClusters => lists::<Value>(),
        Id::ListOrgs => lists::<Org>().asks(NAME),
        Id::GetOrg => says::<Org>(),
        Id::ListOrgGroups => lists::<Group>(),
        Id::ListOrgUsers => lists::<User>().before::<Page<LegacyUser>>(NEW_USERS, OLD_USERS),
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
        Id::UpdateGroupApiKey => says::<ApiKey>().takes(body::PROJECT_KEY_CHANGE),
        Id::RemoveGroupApiKey => nothing(),
        Id::GetSystemStatus => says::<SystemStatus>(),
        Id::ListControlPlaneIpAddresses => says::<ControlPlaneAddresses>(),
        Id::GetIpInfo => says::<IpInfo>(),
        Id::GetDefaultMajorVersion => says::<String>().plainly("text/plain;charset=iso-8859-1"),
        Id::GetOpenApi => says::<serde_json::Map<String, Value>>().plainly("application/json"),
        Id::CreateToken => says::<Token>().with(Takes::Form(&[("grant_type", Some("client_credentials"))])),
        Id::RevokeToken => nothing().with(Takes::Form(&[("token", None)])),
        Id::GetFarSide => says::<FarSide>(),
        Id::ActOnFarSide => says::<FarSide>().takes(body::FAR_SIDE),
        Id::GetWorld => says::<World>(),
        Id::UpdateWorld => says::<World>().takes(body::WORLD),
        Id::GetClock => says::<Clock>(),
        Id::AdvanceClock => says::<Clock>().takes(body::CLOCK),
    }
}
