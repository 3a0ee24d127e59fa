//! The table itself, in the order in which people look for things.

use super::{Answer, Method, Need, Operation, Root};
use crate::error::ErrorCode as Code;
use crate::media_type::Version;

const V2023_01_01: Version = Version::new(2023, 1, 1);
const V2023_02_01: Version = Version::new(2023, 2, 1);
const V2023_11_15: Version = Version::new(2023, 11, 15);
const V2024_08_05: Version = Version::new(2024, 8, 5);
const V2025_02_19: Version = Version::new(2025, 2, 19);

macro_rules! table {
    ($($id:ident {
        $method:ident $status:literal $answer:ident, $need:expr, v1 $need_v1:expr,
        places $places:expr, versions $versions:expr, gone $gone:expr, rate $rate:expr,
        errors [$($error:ident),* $(,)?], $summary:literal
    })+) => {
        /// Names an operation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the table below says what each does")]
        pub enum OperationId { $($id),+ }

        impl OperationId {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$id),+];
        }

        static OPERATIONS: &[Operation] = &[$(Operation {
            id: OperationId::$id,
            method: Method::$method,
            places: $places,
            versions: $versions,
            gone: $gone,
            need: $need,
            need_v1: $need_v1,
            status: $status,
            answer: Answer::$answer,
            rate: $rate,
            errors: &[$(Code::$error),*],
            summary: $summary,
        }),+];
    };
}

/// Every operation.
pub fn operations() -> &'static [Operation] {
    OPERATIONS
}

impl OperationId {
    /// Its row in the table.
    pub fn operation(self) -> &'static Operation {
        &OPERATIONS[self as usize]
    }

    /// The name by which clients know it: `createGroupPeer`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ListGroupPeers => "listGroupPeers",
            Self::CreateGroupPeer => "createGroupPeer",
            Self::GetGroupPeer => "getGroupPeer",
            Self::UpdateGroupPeer => "updateGroupPeer",
            Self::DeleteGroupPeer => "deleteGroupPeer",
            Self::ListGroupContainers => "listGroupContainers",
            Self::CreateGroupContainer => "createGroupContainer",
            Self::ListGroupContainerAll => "listGroupContainerAll",
            Self::GetGroupContainer => "getGroupContainer",
            Self::UpdateGroupContainer => "updateGroupContainer",
            Self::DeleteGroupContainer => "deleteGroupContainer",
            Self::GetGroupPrivateIpMode => "getGroupPrivateIpMode",
            Self::UpdateGroupPrivateIpMode => "updateGroupPrivateIpMode",
            Self::ListGroupAccessListEntries => "listGroupAccessListEntries",
            Self::CreateGroupAccessListEntry => "createGroupAccessListEntry",
            Self::GetGroupAccessListEntry => "getGroupAccessListEntry",
            Self::DeleteGroupAccessListEntry => "deleteGroupAccessListEntry",
            Self::GetGroupAccessListStatus => "getGroupAccessListStatus",
            Self::ListGroups => "listGroups",
            Self::CreateGroup => "createGroup",
            Self::GetGroup => "getGroup",
            Self::GetGroupByName => "getGroupByName",
            Self::UpdateGroup => "updateGroup",
            Self::DeleteGroup => "deleteGroup",
            Self::GetGroupSettings => "getGroupSettings",
            Self::UpdateGroupSettings => "updateGroupSettings",
            Self::ListGroupLimits => "listGroupLimits",
            Self::GetGroupLimit => "getGroupLimit",
            Self::SetGroupLimit => "setGroupLimit",
            Self::DeleteGroupLimit => "deleteGroupLimit",
            Self::ListGroupTeams => "listGroupTeams",
            Self::ListGroupUsers => "listGroupUsers",
            Self::ListGroupIpAddresses => "listGroupIpAddresses",
            Self::GetManagedSlowMs => "getManagedSlowMs",
            Self::EnableManagedSlowMs => "enableManagedSlowMs",
            Self::DisableManagedSlowMs => "disableManagedSlowMs",
            Self::ListClusters => "listClusters",
            Self::ListOrgs => "listOrgs",
            Self::GetOrg => "getOrg",
            Self::ListOrgGroups => "listOrgGroups",
            Self::ListOrgUsers => "listOrgUsers",
            Self::ListOrgApiKeys => "listOrgApiKeys",
            Self::CreateOrgApiKey => "createOrgApiKey",
            Self::GetOrgApiKey => "getOrgApiKey",
            Self::UpdateOrgApiKey => "updateOrgApiKey",
            Self::DeleteOrgApiKey => "deleteOrgApiKey",
            Self::ListOrgAccessEntries => "listOrgAccessEntries",
            Self::CreateOrgAccessEntry => "createOrgAccessEntry",
            Self::GetOrgAccessEntry => "getOrgAccessEntry",
            Self::DeleteOrgAccessEntry => "deleteOrgAccessEntry",
            Self::ListGroupApiKeys => "listGroupApiKeys",
            Self::CreateGroupApiKey => "createGroupApiKey",
            Self::AddGroupApiKey => "addGroupApiKey",
            Self::UpdateGroupApiKey => "updateGroupApiKey",
            Self::RemoveGroupApiKey => "removeGroupApiKey",
            Self::GetSystemStatus => "getSystemStatus",
            Self::ListControlPlaneIpAddresses => "listControlPlaneIpAddresses",
            Self::GetIpInfo => "getIpInfo",
            Self::GetDefaultMajorVersion => "getDefaultMajorVersion",
            Self::CreateToken => "createToken",
            Self::RevokeToken => "revokeToken",
            Self::GetFarSide => "getFarSide",
            Self::ActOnFarSide => "actOnFarSide",
            Self::GetWorld => "getWorld",
            Self::UpdateWorld => "updateWorld",
            Self::GetClock => "getClock",
            Self::AdvanceClock => "advanceClock",
        }
    }

    /// The operation of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|id| id.name() == name)
    }
}

table! {
    ListGroupPeers {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/peers"), (Root::V1, "/groups/{groupId}/peers")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [InvalidProvider],
        "Lists the network peering connections of one provider."
    }
    CreateGroupPeer {
        Post 201 One, Need::Project("GROUP_NETWORK_ACCESS_MANAGER"), v1 Some(Need::Project("GROUP_OWNER")),
        places &[(Root::V2, "/groups/{groupId}/peers"), (Root::V1, "/groups/{groupId}/peers")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [InvalidCidrBlock, AtlasNonCanonicalCidrBlock, InvalidRouteTableCidr, OverlappingAtlasCidrBlock, OverlappingCidrBlock, PeerAlreadyExists, PeerAlreadyExistsAzure, PeerAlreadyExistsGcp, CloudProviderContainerNotFound, PeerMaximumReached, InvalidRegion, InvalidProvider, AzureCustomerNetworkUnreachable, AzureCustomerNetworkValidationFailed, AzurePeeringMultipleRegionsNotAllowed],
        "Creates a network peering connection."
    }
    GetGroupPeer {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/peers/{peerId}"), (Root::V1, "/groups/{groupId}/peers/{peerId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [PeerNotFound],
        "Returns one network peering connection."
    }
    UpdateGroupPeer {
        Patch 200 One, Need::Project("GROUP_NETWORK_ACCESS_MANAGER"), v1 Some(Need::Project("GROUP_OWNER")),
        places &[(Root::V2, "/groups/{groupId}/peers/{peerId}"), (Root::V1, "/groups/{groupId}/peers/{peerId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [InvalidCidrBlock, AtlasNonCanonicalCidrBlock, InvalidRouteTableCidr, OverlappingAtlasCidrBlock, OverlappingCidrBlock, PeerAlreadyExists, PeerNotFound, PeerInvalidState, InvalidProvider],
        "Changes a network peering connection."
    }
    DeleteGroupPeer {
        Delete 202 One, Need::Project("GROUP_NETWORK_ACCESS_MANAGER"), v1 Some(Need::Project("GROUP_OWNER")),
        places &[(Root::V2, "/groups/{groupId}/peers/{peerId}"), (Root::V1, "/groups/{groupId}/peers/{peerId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [PeerNotFound, PeerAlreadyRequestedDeletion],
        "Removes a network peering connection."
    }
    ListGroupContainers {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/containers"), (Root::V1, "/groups/{groupId}/containers")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [InvalidProvider],
        "Lists the network peering containers of one provider."
    }
    CreateGroupContainer {
        Post 201 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/containers"), (Root::V1, "/groups/{groupId}/containers")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [AtlasInvalidCidrBlock, AtlasInvalidCidrBlockForSmallContainer, AtlasInvalidCidrRange, AtlasNonCanonicalCidrBlock, InvalidCidrBlock, InvalidProvider, InvalidRegion, ContainerAlreadyExists, OverlappingAtlasCidrBlock, NoCapacity, RegionUnavailable, OutOfCapacity],
        "Creates a network peering container."
    }
    ListGroupContainerAll {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/containers/all"), (Root::V1, "/groups/{groupId}/containers/all")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Lists the network peering containers of all providers."
    }
    GetGroupContainer {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/containers/{containerId}"), (Root::V1, "/groups/{groupId}/containers/{containerId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [CloudProviderContainerNotFound],
        "Returns one network peering container."
    }
    UpdateGroupContainer {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/containers/{containerId}"), (Root::V1, "/groups/{groupId}/containers/{containerId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [AtlasInvalidCidrBlock, AtlasInvalidCidrBlockForSmallContainer, AtlasInvalidCidrRange, AtlasNonCanonicalCidrBlock, InvalidCidrBlock, InvalidProvider, InvalidRegion, CloudProviderContainerNotFound, ContainersInUse, CannotChangeContainerRegion, CannotUpdateSmallContainer, ContainerAlreadyExists, OverlappingAtlasCidrBlock],
        "Changes a network peering container."
    }
    DeleteGroupContainer {
        Delete 204 Empty, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/containers/{containerId}"), (Root::V1, "/groups/{groupId}/containers/{containerId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [CloudProviderContainerNotFound, ContainersInUse, CannotDeleteRecentlyCreatedContainer],
        "Removes a network peering container."
    }
    GetGroupPrivateIpMode {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/privateIpMode"), (Root::V1, "/groups/{groupId}/privateIpMode")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Tells whether the project connects by peering only (deprecated)."
    }
    UpdateGroupPrivateIpMode {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/privateIpMode"), (Root::V1, "/groups/{groupId}/privateIpMode")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [UnsupportedForPrivateIpMode, NotInPrivateIpMode, CannotUpdatePrivateIpMode],
        "Turns off connecting by peering only (deprecated)."
    }
    ListGroupAccessListEntries {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/accessList"), (Root::V1, "/groups/{groupId}/accessList"), (Root::V1, "/groups/{groupId}/whitelist")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Lists the entries of the project IP access list."
    }
    CreateGroupAccessListEntry {
        Post 201 List, Need::Project("GROUP_NETWORK_ACCESS_MANAGER"), v1 Some(Need::Project("GROUP_OWNER")),
        places &[(Root::V2, "/groups/{groupId}/accessList"), (Root::V1, "/groups/{groupId}/accessList"), (Root::V1, "/groups/{groupId}/whitelist")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [CannotUseAwsSecurityGroup, InvalidIpAddressOrCidrNotation, InvalidNetworkPermissionComment, NetworkPermissionExpirationNotSupported, ExpirationDateExceedsMax, ExpirationDateInPast, PermanentEntityCannotBeMadeTemporary, MultipleValuesForOneEntry, MissingOneOfThreeAttributes, DuplicateAddressesInInput, Ipv6Unsupported, InvalidDateFormat, AtlasNetworkPermissionsLimitExceeded],
        "Adds entries to the project IP access list."
    }
    GetGroupAccessListEntry {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/accessList/{entryValue}"), (Root::V1, "/groups/{groupId}/accessList/{entryValue}"), (Root::V1, "/groups/{groupId}/whitelist/{entryValue}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [AtlasNetworkPermissionEntryNotFound],
        "Returns one entry of the project IP access list."
    }
    DeleteGroupAccessListEntry {
        Delete 204 Empty, Need::Project("GROUP_NETWORK_ACCESS_MANAGER"), v1 Some(Need::Project("GROUP_OWNER")),
        places &[(Root::V2, "/groups/{groupId}/accessList/{entryValue}"), (Root::V1, "/groups/{groupId}/accessList/{entryValue}"), (Root::V1, "/groups/{groupId}/whitelist/{entryValue}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [AtlasNetworkPermissionEntryNotFound],
        "Removes one entry from the project IP access list."
    }
    GetGroupAccessListStatus {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/accessList/{entryValue}/status"), (Root::V1, "/groups/{groupId}/accessList/{entryValue}/status"), (Root::V1, "/groups/{groupId}/whitelist/{entryValue}/status")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [AtlasNetworkPermissionEntryNotFound],
        "Tells whether one entry of the project IP access list is applied."
    }
    ListGroups {
        Get 200 List, Need::Known, v1 None,
        places &[(Root::V2, "/groups"), (Root::V1, "/groups")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Lists the projects that the caller can see."
    }
    CreateGroup {
        Post 201 One, Need::Known, v1 None,
        places &[(Root::V2, "/groups"), (Root::V1, "/groups")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [GroupAlreadyExists, InvalidGroupName, MaxGroupsPerOrgExceeded, NotOrgGroupCreator, OrgNotFound, UserNotFound, ValidationError],
        "Creates a project."
    }
    GetGroup {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}"), (Root::V1, "/groups/{groupId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Returns one project."
    }
    GetGroupByName {
        Get 200 One, Need::Known, v1 None,
        places &[(Root::V2, "/groups/byName/{groupName}"), (Root::V1, "/groups/byName/{groupName}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [GroupNameNotFound],
        "Returns one project by its name."
    }
    UpdateGroup {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}"), (Root::V1, "/groups/{groupId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [GroupAlreadyExists, InvalidGroupName, ValidationError],
        "Changes a project."
    }
    DeleteGroup {
        Delete 202 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}"), (Root::V1, "/groups/{groupId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [CannotCloseGroupActivePeeringConnections],
        "Removes a project."
    }
    GetGroupSettings {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/settings"), (Root::V1, "/groups/{groupId}/settings")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Returns the settings of a project."
    }
    UpdateGroupSettings {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/settings"), (Root::V1, "/groups/{groupId}/settings")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Changes the settings of a project."
    }
    ListGroupLimits {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/limits"), (Root::V1, "/groups/{groupId}/limits")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Lists the limits of a project."
    }
    GetGroupLimit {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/limits/{limitName}"), (Root::V1, "/groups/{groupId}/limits/{limitName}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [GroupLimitNotFound],
        "Returns one limit of a project."
    }
    SetGroupLimit {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/limits/{limitName}"), (Root::V1, "/groups/{groupId}/limits/{limitName}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [GroupLimitNotFound],
        "Sets one limit of a project."
    }
    DeleteGroupLimit {
        Delete 204 Empty, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/limits/{limitName}"), (Root::V1, "/groups/{groupId}/limits/{limitName}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [GroupLimitNotFound],
        "Puts one limit of a project back to its default."
    }
    ListGroupTeams {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/teams"), (Root::V1, "/groups/{groupId}/teams")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Lists the teams of a project."
    }
    ListGroupUsers {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/users"), (Root::V1, "/groups/{groupId}/users")],
        versions &[V2023_01_01, V2025_02_19], gone &[], rate Some(2500),
        errors [],
        "Lists the users of a project."
    }
    ListGroupIpAddresses {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/ipAddresses"), (Root::V1, "/groups/{groupId}/ipAddresses")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Returns the IP addresses of the clusters of a project."
    }
    GetManagedSlowMs {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/managedSlowMs"), (Root::V1, "/groups/{groupId}/managedSlowMs")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Tells whether slow operations are managed."
    }
    EnableManagedSlowMs {
        Post 204 Empty, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/managedSlowMs/enable"), (Root::V1, "/groups/{groupId}/managedSlowMs/enable")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Turns on managing slow operations."
    }
    DisableManagedSlowMs {
        Delete 204 Empty, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/managedSlowMs/disable"), (Root::V1, "/groups/{groupId}/managedSlowMs/disable")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Turns off managing slow operations."
    }
    ListClusters {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/clusters"), (Root::V1, "/groups/{groupId}/clusters")],
        versions &[V2024_08_05], gone &[V2023_01_01, V2023_02_01], rate Some(10000),
        errors [],
        "Lists the clusters of a project: always none."
    }
    ListOrgs {
        Get 200 List, Need::Known, v1 None,
        places &[(Root::V2, "/orgs"), (Root::V1, "/orgs")],
        versions &[V2023_01_01], gone &[], rate Some(300),
        errors [],
        "Lists the organizations that the caller can see."
    }
    GetOrg {
        Get 200 One, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}"), (Root::V1, "/orgs/{orgId}")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [],
        "Returns one organization."
    }
    ListOrgGroups {
        Get 200 List, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/groups"), (Root::V1, "/orgs/{orgId}/groups")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [],
        "Lists the projects of an organization that the caller can see."
    }
    ListOrgUsers {
        Get 200 List, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/users"), (Root::V1, "/orgs/{orgId}/users")],
        versions &[V2023_01_01, V2025_02_19], gone &[], rate Some(500),
        errors [],
        "Lists the users of an organization."
    }
    ListOrgApiKeys {
        Get 200 List, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys"), (Root::V1, "/orgs/{orgId}/apiKeys")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [],
        "Lists the API keys of an organization."
    }
    CreateOrgApiKey {
        Post 200 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys"), (Root::V1, "/orgs/{orgId}/apiKeys")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [MaxApiKeysPerOrgExceeded, InvalidRole],
        "Creates an API key in an organization."
    }
    GetOrgApiKey {
        Get 200 One, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys/{apiKeyId}"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [ApiKeyNotFound],
        "Returns one API key of an organization."
    }
    UpdateOrgApiKey {
        Patch 200 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys/{apiKeyId}"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [ApiKeyNotFound, InvalidRole],
        "Changes an API key of an organization."
    }
    DeleteOrgApiKey {
        Delete 204 Empty, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys/{apiKeyId}"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [ApiKeyNotFound],
        "Removes an API key of an organization."
    }
    ListOrgAccessEntries {
        Get 200 List, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys/{apiKeyId}/accessList"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}/accessList"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}/whitelist")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [ApiKeyNotFound, ApiKeyAccessListAccessDenied],
        "Lists the addresses from which an API key may be used."
    }
    CreateOrgAccessEntry {
        Post 200 List, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys/{apiKeyId}/accessList"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}/accessList"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}/whitelist")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [ApiKeyNotFound, ApiKeyAccessListAccessDenied, InvalidIpAddressOrCidrNotation, MissingOneOfAttributes, MutuallyExclusiveAttributes, MaxApiKeyAccessListEntries],
        "Adds addresses from which an API key may be used."
    }
    GetOrgAccessEntry {
        Get 200 One, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys/{apiKeyId}/accessList/{ipAddress}"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}/accessList/{ipAddress}"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}/whitelist/{ipAddress}")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [ApiKeyNotFound, ApiKeyAccessListAccessDenied, ApiKeyAccessListEntryNotFound],
        "Returns one address from which an API key may be used."
    }
    DeleteOrgAccessEntry {
        Delete 204 Empty, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys/{apiKeyId}/accessList/{ipAddress}"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}/accessList/{ipAddress}"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}/whitelist/{ipAddress}")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [ApiKeyNotFound, ApiKeyAccessListAccessDenied, ApiKeyAccessListEntryNotFound, CannotRemoveCallerFromAccessList],
        "Removes one address from which an API key may be used."
    }
    ListGroupApiKeys {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/apiKeys"), (Root::V1, "/groups/{groupId}/apiKeys")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Lists the API keys with a role in a project."
    }
    CreateGroupApiKey {
        Post 200 One, Need::Project("GROUP_ACCESS_MANAGER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/apiKeys"), (Root::V1, "/groups/{groupId}/apiKeys")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [MaxApiKeysPerOrgExceeded, InvalidRole],
        "Creates an API key with roles in a project."
    }
    AddGroupApiKey {
        Post 204 Empty, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/apiKeys/{apiKeyId}"), (Root::V1, "/groups/{groupId}/apiKeys/{apiKeyId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [ApiKeyNotFound, InvalidRole],
        "Gives an API key roles in a project."
    }
    UpdateGroupApiKey {
        Patch 200 One, Need::Project("GROUP_ACCESS_MANAGER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/apiKeys/{apiKeyId}"), (Root::V1, "/groups/{groupId}/apiKeys/{apiKeyId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [ApiKeyNotFound, InvalidRole],
        "Changes the roles of an API key in a project."
    }
    RemoveGroupApiKey {
        Delete 204 Empty, Need::Project("GROUP_ACCESS_MANAGER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/apiKeys/{apiKeyId}"), (Root::V1, "/groups/{groupId}/apiKeys/{apiKeyId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [ApiKeyNotFound],
        "Takes from an API key its roles in a project."
    }
    GetSystemStatus {
        Get 200 One, Need::Known, v1 None,
        places &[(Root::V2, ""), (Root::V1, "")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Tells who the caller is."
    }
    ListControlPlaneIpAddresses {
        Get 200 One, Need::Nothing, v1 None,
        places &[(Root::V2, "/unauth/controlPlaneIPAddresses")],
        versions &[V2023_11_15], gone &[], rate Some(1200),
        errors [],
        "Lists the addresses of the control plane."
    }
    GetIpInfo {
        Get 200 One, Need::Known, v1 None,
        places &[(Root::Bare, "/api/private/ipinfo")],
        versions &[], gone &[], rate None,
        errors [],
        "Tells the address that the caller comes from."
    }
    GetDefaultMajorVersion {
        Get 200 One, Need::Nothing, v1 None,
        places &[(Root::Bare, "/api/private/unauth/nds/defaultMongoDBMajorVersion")],
        versions &[], gone &[], rate None,
        errors [],
        "Returns the default major version of a database."
    }
    CreateToken {
        Post 200 One, Need::Client, v1 None,
        places &[(Root::Bare, "/api/oauth/token")],
        versions &[], gone &[], rate None,
        errors [],
        "Issues an access token to a service account."
    }
    RevokeToken {
        Post 200 Empty, Need::Client, v1 None,
        places &[(Root::Bare, "/api/oauth/revoke")],
        versions &[], gone &[], rate None,
        errors [],
        "Revokes an access token."
    }
    GetFarSide {
        Get 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::Control, "/groups/{groupId}/peers/{peerId}/farSide")],
        versions &[], gone &[], rate None,
        errors [PeerNotFound],
        "Shows what the customer's cloud shows of a peering."
    }
    ActOnFarSide {
        Post 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::Control, "/groups/{groupId}/peers/{peerId}/farSide")],
        versions &[], gone &[], rate None,
        errors [PeerNotFound, FarSideActionNotAllowed],
        "Acts in the customer's cloud."
    }
    GetWorld {
        Get 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::Control, "/groups/{groupId}/world")],
        versions &[], gone &[], rate None,
        errors [],
        "Returns a project's simulated world."
    }
    UpdateWorld {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::Control, "/groups/{groupId}/world")],
        versions &[], gone &[], rate None,
        errors [],
        "Changes a project's simulated world."
    }
    GetClock {
        Get 200 One, Need::OwnOrg("ORG_OWNER"), v1 None,
        places &[(Root::Control, "/clock")],
        versions &[], gone &[], rate None,
        errors [],
        "Tells the world's time."
    }
    AdvanceClock {
        Post 200 One, Need::OwnOrg("ORG_OWNER"), v1 None,
        places &[(Root::Control, "/clock")],
        versions &[], gone &[], rate None,
        errors [ClockTooFar, InvalidDuration],
        "Moves the world's time forward."
    }
}
