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
    ($($id:ident $name:literal {
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

            /// The name by which clients know it: `createGroupPeer`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$id => $name),+ }
            }
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

    /// The operation of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|id| id.name() == name)
    }
}

table! {
    ListGroupPeers "listGroupPeers" {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/peers"), (Root::V1, "/groups/{groupId}/peers")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [InvalidProvider],
        "Lists the network peering connections of one provider."
    }
    CreateGroupPeer "createGroupPeer" {
        Post 201 One, Need::Project("GROUP_NETWORK_ACCESS_MANAGER"), v1 Some(Need::Project("GROUP_OWNER")),
        places &[(Root::V2, "/groups/{groupId}/peers"), (Root::V1, "/groups/{groupId}/peers")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [InvalidCidrBlock, InvalidRouteTableCidr, OverlappingAtlasCidrBlock, OverlappingCidrBlock, PeerAlreadyExists, PeerAlreadyExistsAzure, PeerAlreadyExistsGcp, CloudProviderContainerNotFound, PeerMaximumReached, InvalidRegion, InvalidProvider, AzureCustomerNetworkUnreachable, AzureCustomerNetworkValidationFailed, AzurePeeringMultipleRegionsNotAllowed],
        "Creates a network peering connection."
    }
    GetGroupPeer "getGroupPeer" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/peers/{peerId}"), (Root::V1, "/groups/{groupId}/peers/{peerId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [PeerNotFound],
        "Returns one network peering connection."
    }
    UpdateGroupPeer "updateGroupPeer" {
        Patch 200 One, Need::Project("GROUP_NETWORK_ACCESS_MANAGER"), v1 Some(Need::Project("GROUP_OWNER")),
        places &[(Root::V2, "/groups/{groupId}/peers/{peerId}"), (Root::V1, "/groups/{groupId}/peers/{peerId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [InvalidCidrBlock, InvalidRouteTableCidr, OverlappingAtlasCidrBlock, OverlappingCidrBlock, PeerAlreadyExists, PeerNotFound, PeerInvalidState, InvalidRegion, InvalidProvider],
        "Changes a network peering connection."
    }
    DeleteGroupPeer "deleteGroupPeer" {
        Delete 202 One, Need::Project("GROUP_NETWORK_ACCESS_MANAGER"), v1 Some(Need::Project("GROUP_OWNER")),
        places &[(Root::V2, "/groups/{groupId}/peers/{peerId}"), (Root::V1, "/groups/{groupId}/peers/{peerId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [PeerNotFound, PeerAlreadyRequestedDeletion],
        "Removes a network peering connection."
    }
    ListGroupContainers "listGroupContainers" {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/containers"), (Root::V1, "/groups/{groupId}/containers")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [InvalidProvider],
        "Lists the network peering containers of one provider."
    }
    CreateGroupContainer "createGroupContainer" {
        Post 201 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/containers"), (Root::V1, "/groups/{groupId}/containers")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [AtlasInvalidCidrBlock, AtlasInvalidCidrBlockForSmallContainer, AtlasInvalidCidrRange, AtlasNonCanonicalCidrBlock, InvalidCidrBlock, InvalidProvider, InvalidRegion, ContainerAlreadyExists, OverlappingAtlasCidrBlock, NoCapacity, RegionUnavailable, OutOfCapacity],
        "Creates a network peering container."
    }
    ListGroupContainerAll "listGroupContainerAll" {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/containers/all"), (Root::V1, "/groups/{groupId}/containers/all")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Lists the network peering containers of all providers."
    }
    GetGroupContainer "getGroupContainer" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/containers/{containerId}"), (Root::V1, "/groups/{groupId}/containers/{containerId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [CloudProviderContainerNotFound],
        "Returns one network peering container."
    }
    UpdateGroupContainer "updateGroupContainer" {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/containers/{containerId}"), (Root::V1, "/groups/{groupId}/containers/{containerId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [AtlasInvalidCidrBlock, AtlasInvalidCidrBlockForSmallContainer, AtlasInvalidCidrRange, AtlasNonCanonicalCidrBlock, InvalidCidrBlock, InvalidProvider, InvalidRegion, CloudProviderContainerNotFound, ContainersInUse, CannotChangeContainerRegion, CannotUpdateSmallContainer, ContainerAlreadyExists, OverlappingAtlasCidrBlock],
        "Changes a network peering container."
    }
    DeleteGroupContainer "deleteGroupContainer" {
        Delete 204 Empty, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/containers/{containerId}"), (Root::V1, "/groups/{groupId}/containers/{containerId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [CloudProviderContainerNotFound, ContainersInUse, CannotDeleteRecentlyCreatedContainer],
        "Removes a network peering container."
    }
    GetGroupPrivateIpMode "getGroupPrivateIpMode" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/privateIpMode"), (Root::V1, "/groups/{groupId}/privateIpMode")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Tells whether the project connects by peering only (deprecated)."
    }
    UpdateGroupPrivateIpMode "updateGroupPrivateIpMode" {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/privateIpMode"), (Root::V1, "/groups/{groupId}/privateIpMode")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [UnsupportedForPrivateIpMode, NotInPrivateIpMode, CannotUpdatePrivateIpMode],
        "Turns off connecting by peering only (deprecated)."
    }
    ListGroupAccessListEntries "listGroupAccessListEntries" {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/accessList"), (Root::V1, "/groups/{groupId}/accessList"), (Root::V1, "/groups/{groupId}/whitelist")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Lists the entries of the project IP access list."
    }
    CreateGroupAccessListEntry "createGroupAccessListEntry" {
        Post 201 List, Need::Project("GROUP_NETWORK_ACCESS_MANAGER"), v1 Some(Need::Project("GROUP_OWNER")),
        places &[(Root::V2, "/groups/{groupId}/accessList"), (Root::V1, "/groups/{groupId}/accessList"), (Root::V1, "/groups/{groupId}/whitelist")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [CannotUseAwsSecurityGroup, InvalidIpAddressOrCidrNotation, InvalidNetworkPermissionComment, NetworkPermissionExpirationNotSupported, ExpirationDateExceedsMax, ExpirationDateInPast, PermanentEntityCannotBeMadeTemporary, MultipleValuesForOneEntry, MissingOneOfThreeAttributes, DuplicateAddressesInInput, Ipv6Unsupported, InvalidDateFormat, AtlasNetworkPermissionsLimitExceeded],
        "Adds entries to the project IP access list."
    }
    GetGroupAccessListEntry "getGroupAccessListEntry" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/accessList/{entryValue}"), (Root::V1, "/groups/{groupId}/accessList/{entryValue}"), (Root::V1, "/groups/{groupId}/whitelist/{entryValue}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [AtlasNetworkPermissionEntryNotFound],
        "Returns one entry of the project IP access list."
    }
    DeleteGroupAccessListEntry "deleteGroupAccessListEntry" {
        Delete 204 Empty, Need::Project("GROUP_NETWORK_ACCESS_MANAGER"), v1 Some(Need::Project("GROUP_OWNER")),
        places &[(Root::V2, "/groups/{groupId}/accessList/{entryValue}"), (Root::V1, "/groups/{groupId}/accessList/{entryValue}"), (Root::V1, "/groups/{groupId}/whitelist/{entryValue}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [AtlasNetworkPermissionEntryNotFound],
        "Removes one entry from the project IP access list."
    }
    GetGroupAccessListStatus "getGroupAccessListStatus" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/accessList/{entryValue}/status"), (Root::V1, "/groups/{groupId}/accessList/{entryValue}/status"), (Root::V1, "/groups/{groupId}/whitelist/{entryValue}/status")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [AtlasNetworkPermissionEntryNotFound],
        "Tells whether one entry of the project IP access list is applied."
    }
    ListGroups "listGroups" {
        Get 200 List, Need::Known, v1 None,
        places &[(Root::V2, "/groups"), (Root::V1, "/groups")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Lists the projects that the caller can see."
    }
    CreateGroup "createGroup" {
        Post 201 One, Need::Known, v1 None,
        places &[(Root::V2, "/groups"), (Root::V1, "/groups")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [GroupAlreadyExists, InvalidGroupName, MaxGroupsPerOrgExceeded, NotOrgGroupCreator, OrgNotFound, UserNotFound, ValidationError],
        "Creates a project."
    }
    GetGroup "getGroup" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}"), (Root::V1, "/groups/{groupId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Returns one project."
    }
    GetGroupByName "getGroupByName" {
        Get 200 One, Need::Known, v1 None,
        places &[(Root::V2, "/groups/byName/{groupName}"), (Root::V1, "/groups/byName/{groupName}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [GroupNameNotFound],
        "Returns one project by its name."
    }
    UpdateGroup "updateGroup" {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}"), (Root::V1, "/groups/{groupId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [GroupAlreadyExists, InvalidGroupName, ValidationError],
        "Changes a project."
    }
    DeleteGroup "deleteGroup" {
        Delete 202 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}"), (Root::V1, "/groups/{groupId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [CannotCloseGroupActivePeeringConnections],
        "Removes a project."
    }
    GetGroupSettings "getGroupSettings" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/settings"), (Root::V1, "/groups/{groupId}/settings")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Returns the settings of a project."
    }
    UpdateGroupSettings "updateGroupSettings" {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/settings"), (Root::V1, "/groups/{groupId}/settings")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Changes the settings of a project."
    }
    ListGroupLimits "listGroupLimits" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/limits"), (Root::V1, "/groups/{groupId}/limits")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Lists the limits of a project."
    }
    GetGroupLimit "getGroupLimit" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/limits/{limitName}"), (Root::V1, "/groups/{groupId}/limits/{limitName}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [GroupLimitNotFound],
        "Returns one limit of a project."
    }
    SetGroupLimit "setGroupLimit" {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/limits/{limitName}"), (Root::V1, "/groups/{groupId}/limits/{limitName}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [GroupLimitNotFound],
        "Sets one limit of a project."
    }
    DeleteGroupLimit "deleteGroupLimit" {
        Delete 204 Empty, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/limits/{limitName}"), (Root::V1, "/groups/{groupId}/limits/{limitName}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [GroupLimitNotFound],
        "Puts one limit of a project back to its default."
    }
    ListGroupTeams "listGroupTeams" {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/teams"), (Root::V1, "/groups/{groupId}/teams")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Lists the teams of a project."
    }
    AddGroupTeams "addGroupTeams" {
        Post 200 List, Need::Project("GROUP_ACCESS_MANAGER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/teams"), (Root::V1, "/groups/{groupId}/teams")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [TeamNotFound, TeamExistsInGroup, InvalidRole],
        "Gives teams roles in a project."
    }
    GetGroupTeam "getGroupTeam" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/teams/{teamId}"), (Root::V1, "/groups/{groupId}/teams/{teamId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [TeamNotInGroup],
        "Returns the roles of a team in a project."
    }
    UpdateGroupTeam "updateGroupTeam" {
        Patch 200 List, Need::Project("GROUP_ACCESS_MANAGER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/teams/{teamId}"), (Root::V1, "/groups/{groupId}/teams/{teamId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [TeamNotInGroup, InvalidRole, NoRolesInAssignment],
        "Changes the roles of a team in a project."
    }
    RemoveGroupTeam "removeGroupTeam" {
        Delete 204 Empty, Need::Project("GROUP_ACCESS_MANAGER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/teams/{teamId}"), (Root::V1, "/groups/{groupId}/teams/{teamId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [TeamNotInGroup],
        "Takes from a team its roles in a project."
    }
    ListGroupUsers "listGroupUsers" {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/users"), (Root::V1, "/groups/{groupId}/users")],
        versions &[V2023_01_01, V2025_02_19], gone &[], rate Some(2500),
        errors [],
        "Lists the users of a project."
    }
    AddGroupUsers "addGroupUsers" {
        Post 201 One, Need::Project("GROUP_ACCESS_MANAGER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/users")],
        versions &[V2025_02_19], gone &[], rate Some(2500),
        errors [UserAlreadyExists, InvalidRole, LimitExceeded],
        "Gives a user roles in a project, and invites who is not in its organization."
    }
    GetGroupUser "getGroupUser" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/users/{userId}")],
        versions &[V2025_02_19], gone &[], rate Some(2500),
        errors [UserNotInGroup],
        "Returns one user of a project."
    }
    RemoveGroupUser "removeGroupUser" {
        Delete 204 Empty, Need::Project("GROUP_ACCESS_MANAGER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/users/{userId}"), (Root::V1, "/groups/{groupId}/users/{userId}")],
        versions &[V2023_01_01, V2025_02_19], gone &[], rate Some(2500),
        errors [UserNotInGroup],
        "Takes from a user their roles in a project."
    }
    AddGroupUserRole "addGroupUserRole" {
        Post 200 One, Need::Project("GROUP_ACCESS_MANAGER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/users/{userId}:addRole")],
        versions &[V2025_02_19], gone &[], rate Some(2500),
        errors [UserNotInGroup, InvalidRole],
        "Gives a user one role more in a project."
    }
    RemoveGroupUserRole "removeGroupUserRole" {
        Post 200 One, Need::Project("GROUP_ACCESS_MANAGER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/users/{userId}:removeRole")],
        versions &[V2025_02_19], gone &[], rate Some(2500),
        errors [UserNotInGroup, InvalidRole],
        "Takes from a user one role in a project."
    }
    AddGroupAccessUser "addGroupAccessUser" {
        Post 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/access"), (Root::V1, "/groups/{groupId}/access")],
        versions &[V2023_02_01], gone &[], rate Some(1200),
        errors [UserAlreadyExists, InvalidRole, LimitExceeded],
        "Gives a user roles in a project (deprecated)."
    }
    ListGroupIpAddresses "listGroupIpAddresses" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/ipAddresses"), (Root::V1, "/groups/{groupId}/ipAddresses")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Returns the IP addresses of the clusters of a project."
    }
    GetManagedSlowMs "getManagedSlowMs" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/managedSlowMs"), (Root::V1, "/groups/{groupId}/managedSlowMs")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Tells whether slow operations are managed."
    }
    EnableManagedSlowMs "enableManagedSlowMs" {
        Post 204 Empty, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/managedSlowMs/enable"), (Root::V1, "/groups/{groupId}/managedSlowMs/enable")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Turns on managing slow operations."
    }
    DisableManagedSlowMs "disableManagedSlowMs" {
        Delete 204 Empty, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/managedSlowMs/disable"), (Root::V1, "/groups/{groupId}/managedSlowMs/disable")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Turns off managing slow operations."
    }
    GetAwsCustomDns "getAwsCustomDns" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/awsCustomDNS"), (Root::V1, "/groups/{groupId}/awsCustomDNS")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Tells whether clusters at AWS have names of their own."
    }
    ToggleAwsCustomDns "toggleAwsCustomDns" {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/awsCustomDNS"), (Root::V1, "/groups/{groupId}/awsCustomDNS")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Sets whether clusters at AWS have names of their own."
    }
    GetGroupAuditLog "getGroupAuditLog" {
        Get 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/auditLog"), (Root::V1, "/groups/{groupId}/auditLog")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Tells what the clusters of a project audit."
    }
    UpdateAuditLog "updateAuditLog" {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/auditLog"), (Root::V1, "/groups/{groupId}/auditLog")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Changes what the clusters of a project audit."
    }
    GetMaintenanceWindow "getMaintenanceWindow" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/maintenanceWindow"), (Root::V1, "/groups/{groupId}/maintenanceWindow")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Tells when the clusters of a project may be maintained."
    }
    UpdateMaintenanceWindow "updateMaintenanceWindow" {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/maintenanceWindow"), (Root::V1, "/groups/{groupId}/maintenanceWindow")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [InvalidMaintenanceDay, InvalidMaintenanceHour, MaintenanceNotScheduled, MaintenanceWindowNotDefined],
        "Changes when the clusters of a project may be maintained."
    }
    ResetMaintenanceWindow "resetMaintenanceWindow" {
        Delete 204 Empty, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/maintenanceWindow"), (Root::V1, "/groups/{groupId}/maintenanceWindow")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Takes the maintenance window of a project away."
    }
    DeferMaintenanceWindow "deferMaintenanceWindow" {
        Post 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/maintenanceWindow/defer"), (Root::V1, "/groups/{groupId}/maintenanceWindow/defer")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [MaintenanceNotScheduled, MaintenanceWindowNotDefined],
        "Puts off the maintenance that is scheduled."
    }
    ToggleMaintenanceAutoDefer "toggleMaintenanceAutoDefer" {
        Post 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/maintenanceWindow/autoDefer"), (Root::V1, "/groups/{groupId}/maintenanceWindow/autoDefer")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [MaintenanceWindowNotDefined],
        "Puts each maintenance off once, or no longer."
    }
    ListClusters "listClusters" {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/clusters"), (Root::V1, "/groups/{groupId}/clusters")],
        versions &[V2024_08_05], gone &[V2023_01_01, V2023_02_01], rate Some(10000),
        errors [],
        "Lists the clusters of a project: always none."
    }
    ListGroupEvents "listGroupEvents" {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/events"), (Root::V1, "/groups/{groupId}/events")],
        versions &[V2023_01_01], gone &[], rate Some(300),
        errors [InvalidDateFormat, InvalidDateRange, InvalidEnumValue],
        "Lists the events of a project, newest first."
    }
    GetGroupEvent "getGroupEvent" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/events/{eventId}"), (Root::V1, "/groups/{groupId}/events/{eventId}")],
        versions &[V2023_01_01], gone &[], rate Some(300),
        errors [EventNotFound],
        "Returns one event of a project."
    }
    ListOrgs "listOrgs" {
        Get 200 List, Need::Known, v1 None,
        places &[(Root::V2, "/orgs"), (Root::V1, "/orgs")],
        versions &[V2023_01_01], gone &[], rate Some(300),
        errors [],
        "Lists the organizations that the caller can see."
    }
    CreateOrg "createOrg" {
        Post 201 One, Need::OwnOrg("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs"), (Root::V1, "/orgs")],
        versions &[V2023_01_01], gone &[], rate Some(300),
        errors [InvalidRole, MutuallyExclusiveAttributes, UserNotFound, LimitExceeded],
        "Creates an organization."
    }
    GetOrg "getOrg" {
        Get 200 One, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}"), (Root::V1, "/orgs/{orgId}")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [],
        "Returns one organization."
    }
    UpdateOrg "updateOrg" {
        Patch 200 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}"), (Root::V1, "/orgs/{orgId}")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [],
        "Changes an organization."
    }
    DeleteOrg "deleteOrg" {
        Delete 204 Empty, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}"), (Root::V1, "/orgs/{orgId}")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [OrgNotEmpty, CannotDeleteLastOrg],
        "Removes an organization."
    }
    GetOrgSettings "getOrgSettings" {
        Get 200 One, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/settings"), (Root::V1, "/orgs/{orgId}/settings")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [],
        "Returns the settings of an organization."
    }
    UpdateOrgSettings "updateOrgSettings" {
        Patch 200 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/settings"), (Root::V1, "/orgs/{orgId}/settings")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [CannotRemoveCallerFromAccessList],
        "Changes the settings of an organization."
    }
    ListOrgGroups "listOrgGroups" {
        Get 200 List, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/groups"), (Root::V1, "/orgs/{orgId}/groups")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [],
        "Lists the projects of an organization that the caller can see."
    }
    ListOrgUsers "listOrgUsers" {
        Get 200 List, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/users"), (Root::V1, "/orgs/{orgId}/users")],
        versions &[V2023_01_01, V2025_02_19], gone &[], rate Some(500),
        errors [],
        "Lists the users of an organization."
    }
    CreateOrgUser "createOrgUser" {
        Post 201 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/users")],
        versions &[V2025_02_19], gone &[], rate Some(500),
        errors [GroupNotFound, UserAlreadyExists, InvalidRole, TeamNotFound, LimitExceeded],
        "Invites a user to an organization."
    }
    GetOrgUser "getOrgUser" {
        Get 200 One, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/users/{userId}")],
        versions &[V2025_02_19], gone &[], rate Some(500),
        errors [UserNotInOrg],
        "Returns one user of an organization."
    }
    UpdateOrgUser "updateOrgUser" {
        Patch 200 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/users/{userId}")],
        versions &[V2025_02_19], gone &[], rate Some(500),
        errors [GroupNotFound, UserNotInOrg, InvalidRole, TeamNotFound, CannotDemoteLastOrgOwner],
        "Changes the roles and teams of a user of an organization."
    }
    RemoveOrgUser "removeOrgUser" {
        Delete 204 Empty, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/users/{userId}")],
        versions &[V2025_02_19], gone &[], rate Some(500),
        errors [UserNotInOrg, CannotDemoteLastOrgOwner],
        "Takes a user from an organization, or takes back an invitation."
    }
    AddOrgUserRole "addOrgUserRole" {
        Post 200 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/users/{userId}:addRole")],
        versions &[V2025_02_19], gone &[], rate Some(500),
        errors [UserNotInOrg, InvalidRole],
        "Gives a user one role more in an organization."
    }
    RemoveOrgUserRole "removeOrgUserRole" {
        Post 200 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/users/{userId}:removeRole")],
        versions &[V2025_02_19], gone &[], rate Some(500),
        errors [UserNotInOrg, InvalidRole, CannotDemoteLastOrgOwner],
        "Takes from a user one role in an organization."
    }
    ListOrgTeams "listOrgTeams" {
        Get 200 List, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/teams"), (Root::V1, "/orgs/{orgId}/teams")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Lists the teams of an organization."
    }
    CreateOrgTeam "createOrgTeam" {
        Post 201 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/teams"), (Root::V1, "/orgs/{orgId}/teams")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [TeamNameNotAvailable, UsernameNotFound, UserNotInOrg, CannotAddPendingUser, LimitExceeded],
        "Creates a team."
    }
    GetOrgTeam "getOrgTeam" {
        Get 200 One, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/teams/{teamId}"), (Root::V1, "/orgs/{orgId}/teams/{teamId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [TeamNotFound],
        "Returns one team."
    }
    GetOrgTeamByName "getOrgTeamByName" {
        Get 200 One, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/teams/byName/{teamName}"), (Root::V1, "/orgs/{orgId}/teams/byName/{teamName}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [TeamNameNotFound],
        "Returns one team by its name."
    }
    RenameOrgTeam "renameOrgTeam" {
        Patch 200 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/teams/{teamId}"), (Root::V1, "/orgs/{orgId}/teams/{teamId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [TeamNotFound, TeamNameNotAvailable],
        "Renames a team."
    }
    DeleteOrgTeam "deleteOrgTeam" {
        Delete 204 Empty, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/teams/{teamId}"), (Root::V1, "/orgs/{orgId}/teams/{teamId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [TeamNotFound, CannotDeleteTeamAssignedToProject],
        "Removes a team."
    }
    ListOrgTeamUsers "listOrgTeamUsers" {
        Get 200 List, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/teams/{teamId}/users"), (Root::V1, "/orgs/{orgId}/teams/{teamId}/users")],
        versions &[V2023_01_01, V2025_02_19], gone &[], rate Some(1200),
        errors [TeamNotFound],
        "Lists the users of a team."
    }
    AddOrgTeamUsers "addOrgTeamUsers" {
        Post 201 List, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/teams/{teamId}/users"), (Root::V1, "/orgs/{orgId}/teams/{teamId}/users")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [TeamNotFound, UserNotInOrg, UserAlreadyInTeam, CannotAddPendingUser, LimitExceeded],
        "Adds users to a team (deprecated)."
    }
    RemoveOrgTeamUserFromTeam "removeOrgTeamUserFromTeam" {
        Delete 204 Empty, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/teams/{teamId}/users/{userId}"), (Root::V1, "/orgs/{orgId}/teams/{teamId}/users/{userId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [TeamNotFound, UserNotInTeam],
        "Takes a user from a team (deprecated)."
    }
    AddOrgTeamUser "addOrgTeamUser" {
        Post 200 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/teams/{teamId}:addUser")],
        versions &[V2025_02_19], gone &[], rate Some(1200),
        errors [TeamNotFound, UserNotInOrg, UserAlreadyInTeam, LimitExceeded],
        "Adds a user to a team."
    }
    RemoveOrgTeamUser "removeOrgTeamUser" {
        Post 200 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/teams/{teamId}:removeUser")],
        versions &[V2025_02_19], gone &[], rate Some(1200),
        errors [TeamNotFound, UserNotInTeam, UserNotInOrg],
        "Takes a user from a team."
    }
    CreateUser "createUser" {
        Post 201 One, Need::OwnOrg("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/users"), (Root::V1, "/users")],
        versions &[V2023_01_01], gone &[], rate Some(2500),
        errors [MissingOneOfAttributes, MutuallyExclusiveAttributes, GroupNotFound, UserAlreadyExists, InvalidRole, LimitExceeded],
        "Creates a user (deprecated)."
    }
    GetUser "getUser" {
        Get 200 One, Need::OwnOrg("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/users/{userId}"), (Root::V1, "/users/{userId}")],
        versions &[V2023_01_01], gone &[], rate Some(2500),
        errors [UserNotFound],
        "Returns one user (deprecated)."
    }
    GetUserByName "getUserByName" {
        Get 200 One, Need::OwnOrg("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/users/byName/{userName}"), (Root::V1, "/users/byName/{userName}")],
        versions &[V2023_01_01], gone &[], rate Some(2500),
        errors [UsernameNotFound],
        "Returns one user by their name (deprecated)."
    }
    ListOrgEvents "listOrgEvents" {
        Get 200 List, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/events"), (Root::V1, "/orgs/{orgId}/events")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [InvalidDateFormat, InvalidDateRange, InvalidEnumValue],
        "Lists the events of an organization, newest first."
    }
    GetOrgEvent "getOrgEvent" {
        Get 200 One, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/events/{eventId}"), (Root::V1, "/orgs/{orgId}/events/{eventId}")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [OrgEventNotFound],
        "Returns one event of an organization."
    }
    ListOrgApiKeys "listOrgApiKeys" {
        Get 200 List, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys"), (Root::V1, "/orgs/{orgId}/apiKeys")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [],
        "Lists the API keys of an organization."
    }
    CreateOrgApiKey "createOrgApiKey" {
        Post 200 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys"), (Root::V1, "/orgs/{orgId}/apiKeys")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [MaxApiKeysPerOrgExceeded, InvalidRole],
        "Creates an API key in an organization."
    }
    GetOrgApiKey "getOrgApiKey" {
        Get 200 One, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys/{apiKeyId}"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [ApiKeyNotFound],
        "Returns one API key of an organization."
    }
    UpdateOrgApiKey "updateOrgApiKey" {
        Patch 200 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys/{apiKeyId}"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [ApiKeyNotFound, InvalidRole, CannotDemoteLastOrgOwner],
        "Changes an API key of an organization."
    }
    DeleteOrgApiKey "deleteOrgApiKey" {
        Delete 204 Empty, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys/{apiKeyId}"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [ApiKeyNotFound, CannotDemoteLastOrgOwner],
        "Removes an API key of an organization."
    }
    ListOrgAccessEntries "listOrgAccessEntries" {
        Get 200 List, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys/{apiKeyId}/accessList"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}/accessList"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}/whitelist")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [ApiKeyNotFound, ApiKeyAccessListAccessDenied],
        "Lists the addresses from which an API key may be used."
    }
    CreateOrgAccessEntry "createOrgAccessEntry" {
        Post 200 List, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys/{apiKeyId}/accessList"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}/accessList"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}/whitelist")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [ApiKeyNotFound, ApiKeyAccessListAccessDenied, InvalidIpAddressOrCidrNotation, MissingOneOfAttributes, BadWhitelistAddRequest, DuplicateAddressesInInput, AddressAlreadyInWhitelist, CannotRemoveCallerFromAccessList, MaxApiKeyAccessListEntries],
        "Adds addresses from which an API key may be used."
    }
    GetOrgAccessEntry "getOrgAccessEntry" {
        Get 200 One, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys/{apiKeyId}/accessList/{ipAddress}"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}/accessList/{ipAddress}"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}/whitelist/{ipAddress}")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [ApiKeyNotFound, ApiKeyAccessListAccessDenied, InvalidIpAddressOrCidrNotation, ApiKeyAccessListEntryNotFound],
        "Returns one address from which an API key may be used."
    }
    DeleteAccessEntry "deleteAccessEntry" {
        Delete 204 Empty, Need::Org("ORG_MEMBER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/apiKeys/{apiKeyId}/accessList/{ipAddress}"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}/accessList/{ipAddress}"), (Root::V1, "/orgs/{orgId}/apiKeys/{apiKeyId}/whitelist/{ipAddress}")],
        versions &[V2023_01_01], gone &[], rate Some(500),
        errors [ApiKeyNotFound, ApiKeyAccessListAccessDenied, InvalidIpAddressOrCidrNotation, ApiKeyAccessListEntryNotFound, CannotRemoveCallerFromAccessList],
        "Removes one address from which an API key may be used."
    }
    ListGroupApiKeys "listGroupApiKeys" {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/apiKeys"), (Root::V1, "/groups/{groupId}/apiKeys")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Lists the API keys with a role in a project."
    }
    CreateGroupApiKey "createGroupApiKey" {
        Post 200 One, Need::Project("GROUP_ACCESS_MANAGER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/apiKeys"), (Root::V1, "/groups/{groupId}/apiKeys")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [MaxApiKeysPerOrgExceeded, InvalidRole],
        "Creates an API key with roles in a project."
    }
    AddGroupApiKey "addGroupApiKey" {
        Post 204 Empty, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/apiKeys/{apiKeyId}"), (Root::V1, "/groups/{groupId}/apiKeys/{apiKeyId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [ApiKeyNotFound, InvalidRole],
        "Gives an API key roles in a project."
    }
    UpdateApiKeyRoles "updateApiKeyRoles" {
        Patch 200 One, Need::Project("GROUP_ACCESS_MANAGER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/apiKeys/{apiKeyId}"), (Root::V1, "/groups/{groupId}/apiKeys/{apiKeyId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [ApiKeyNotFound, InvalidRole],
        "Changes the roles of an API key in a project."
    }
    RemoveGroupApiKey "removeGroupApiKey" {
        Delete 204 Empty, Need::Project("GROUP_ACCESS_MANAGER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/apiKeys/{apiKeyId}"), (Root::V1, "/groups/{groupId}/apiKeys/{apiKeyId}")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [ApiKeyNotFound],
        "Takes from an API key its roles in a project."
    }
    ListOrgServiceAccounts "listOrgServiceAccounts" {
        Get 200 List, Need::Org("ORG_READ_ONLY"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/serviceAccounts")],
        versions &[V2024_08_05], gone &[], rate Some(500),
        errors [],
        "Lists the service accounts of an organization."
    }
    CreateOrgServiceAccount "createOrgServiceAccount" {
        Post 201 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/serviceAccounts")],
        versions &[V2024_08_05], gone &[], rate Some(500),
        errors [MaxServiceAccountsPerOrgExceeded, InvalidRole],
        "Creates a service account in an organization."
    }
    GetOrgServiceAccount "getOrgServiceAccount" {
        Get 200 One, Need::Org("ORG_READ_ONLY"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/serviceAccounts/{clientId}")],
        versions &[V2024_08_05], gone &[], rate Some(500),
        errors [ServiceAccountNotFound],
        "Returns one service account of an organization."
    }
    UpdateOrgServiceAccount "updateOrgServiceAccount" {
        Patch 200 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/serviceAccounts/{clientId}")],
        versions &[V2024_08_05], gone &[], rate Some(500),
        errors [ServiceAccountNotFound, InvalidRole, CannotDemoteLastOrgOwner],
        "Changes a service account of an organization."
    }
    DeleteOrgServiceAccount "deleteOrgServiceAccount" {
        Delete 204 Empty, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/serviceAccounts/{clientId}")],
        versions &[V2024_08_05], gone &[], rate Some(500),
        errors [ServiceAccountNotFound, CannotDemoteLastOrgOwner],
        "Removes a service account."
    }
    CreateOrgSecret "createOrgSecret" {
        Post 201 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/serviceAccounts/{clientId}/secrets")],
        versions &[V2024_08_05], gone &[], rate Some(500),
        errors [ServiceAccountNotFound, MaxServiceAccountSecretsExceeded],
        "Gives a service account one more secret."
    }
    DeleteOrgSecret "deleteOrgSecret" {
        Delete 204 Empty, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/serviceAccounts/{clientId}/secrets/{secretId}")],
        versions &[V2024_08_05], gone &[], rate Some(500),
        errors [ServiceAccountNotFound, ServiceAccountSecretNotFound],
        "Removes a secret of a service account."
    }
    ListOrgAccessList "listOrgAccessList" {
        Get 200 List, Need::Org("ORG_READ_ONLY"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/serviceAccounts/{clientId}/accessList")],
        versions &[V2024_08_05], gone &[], rate Some(500),
        errors [ServiceAccountNotFound],
        "Lists the addresses from which a service account may be used."
    }
    CreateOrgAccessList "createOrgAccessList" {
        Post 200 List, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/serviceAccounts/{clientId}/accessList")],
        versions &[V2024_08_05], gone &[], rate Some(500),
        errors [ServiceAccountNotFound, InvalidIpAddressOrCidrNotation, MissingOneOfAttributes, BadWhitelistAddRequest, DuplicateAddressesInInput, AddressAlreadyInWhitelist, CannotRemoveCallerFromAccessList, MaxServiceAccountAccessListEntries],
        "Adds addresses from which a service account may be used."
    }
    DeleteOrgAccessEntry "deleteOrgAccessEntry" {
        Delete 204 Empty, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/serviceAccounts/{clientId}/accessList/{ipAddress}")],
        versions &[V2024_08_05], gone &[], rate Some(500),
        errors [ServiceAccountNotFound, InvalidIpAddressOrCidrNotation, ServiceAccountAccessListEntryNotFound, CannotRemoveCallerFromAccessList],
        "Removes one address from which a service account may be used."
    }
    GetServiceAccountGroups "getServiceAccountGroups" {
        Get 200 List, Need::Org("ORG_READ_ONLY"), v1 None,
        places &[(Root::V2, "/orgs/{orgId}/serviceAccounts/{clientId}/groups")],
        versions &[V2024_08_05], gone &[], rate Some(500),
        errors [ServiceAccountNotFound],
        "Lists the projects in which a service account has roles."
    }
    ListGroupServiceAccounts "listGroupServiceAccounts" {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/serviceAccounts")],
        versions &[V2024_08_05], gone &[], rate Some(1200),
        errors [],
        "Lists the service accounts with a role in a project."
    }
    CreateGroupServiceAccount "createGroupServiceAccount" {
        Post 201 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/serviceAccounts")],
        versions &[V2024_08_05], gone &[], rate Some(1200),
        errors [MaxServiceAccountsPerOrgExceeded, InvalidRole],
        "Creates a service account with roles in a project."
    }
    GetGroupServiceAccount "getGroupServiceAccount" {
        Get 200 One, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/serviceAccounts/{clientId}")],
        versions &[V2024_08_05], gone &[], rate Some(1200),
        errors [ServiceAccountNotFound],
        "Returns one service account of a project."
    }
    UpdateGroupServiceAccount "updateGroupServiceAccount" {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/serviceAccounts/{clientId}")],
        versions &[V2024_08_05], gone &[], rate Some(1200),
        errors [ServiceAccountNotFound, InvalidRole],
        "Changes a service account of a project."
    }
    DeleteGroupServiceAccount "deleteGroupServiceAccount" {
        Delete 204 Empty, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/serviceAccounts/{clientId}")],
        versions &[V2024_08_05], gone &[], rate Some(1200),
        errors [ServiceAccountNotFound],
        "Takes from a service account its roles in a project."
    }
    CreateGroupSecret "createGroupSecret" {
        Post 201 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/serviceAccounts/{clientId}/secrets")],
        versions &[V2024_08_05], gone &[], rate Some(1200),
        errors [ServiceAccountNotFound, MaxServiceAccountSecretsExceeded],
        "Gives a service account of a project one more secret."
    }
    DeleteGroupSecret "deleteGroupSecret" {
        Delete 204 Empty, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/serviceAccounts/{clientId}/secrets/{secretId}")],
        versions &[V2024_08_05], gone &[], rate Some(1200),
        errors [ServiceAccountNotFound, ServiceAccountSecretNotFound],
        "Removes a secret of a service account of a project."
    }
    ListAccessList "listAccessList" {
        Get 200 List, Need::Project("GROUP_READ_ONLY"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/serviceAccounts/{clientId}/accessList")],
        versions &[V2024_08_05], gone &[], rate Some(1200),
        errors [ServiceAccountNotFound],
        "Lists the addresses from which a service account may be used, by a project."
    }
    CreateAccessList "createAccessList" {
        Post 200 List, Need::Project("GROUP_ACCESS_MANAGER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/serviceAccounts/{clientId}/accessList")],
        versions &[V2024_08_05], gone &[], rate Some(1200),
        errors [ServiceAccountNotFound, InvalidIpAddressOrCidrNotation, MissingOneOfAttributes, BadWhitelistAddRequest, DuplicateAddressesInInput, AddressAlreadyInWhitelist, CannotRemoveCallerFromAccessList, MaxServiceAccountAccessListEntries],
        "Adds addresses from which a service account may be used, by a project."
    }
    DeleteGroupAccessEntry "deleteGroupAccessEntry" {
        Delete 204 Empty, Need::Project("GROUP_ACCESS_MANAGER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/serviceAccounts/{clientId}/accessList/{ipAddress}")],
        versions &[V2024_08_05], gone &[], rate Some(1200),
        errors [ServiceAccountNotFound, InvalidIpAddressOrCidrNotation, ServiceAccountAccessListEntryNotFound, CannotRemoveCallerFromAccessList],
        "Removes one address from which a service account may be used, by a project."
    }
    InviteGroupServiceAccount "inviteGroupServiceAccount" {
        Post 200 One, Need::Project("ORG_OWNER"), v1 None,
        places &[(Root::V2, "/groups/{groupId}/serviceAccounts/{clientId}:invite")],
        versions &[V2024_08_05], gone &[], rate Some(1200),
        errors [ServiceAccountNotFound, InvalidRole],
        "Gives a service account roles in a project."
    }
    GetSystemStatus "getSystemStatus" {
        Get 200 One, Need::Known, v1 None,
        places &[(Root::V2, ""), (Root::V1, "")],
        versions &[V2023_01_01], gone &[], rate Some(1200),
        errors [],
        "Tells who the caller is."
    }
    ListControlPlaneIpAddresses "listControlPlaneIpAddresses" {
        Get 200 One, Need::Nothing, v1 None,
        places &[(Root::V2, "/unauth/controlPlaneIPAddresses")],
        versions &[V2023_11_15], gone &[], rate Some(1200),
        errors [],
        "Lists the addresses of the control plane."
    }
    GetIpInfo "getIpInfo" {
        Get 200 One, Need::Known, v1 None,
        places &[(Root::Bare, "/api/private/ipinfo")],
        versions &[], gone &[], rate None,
        errors [],
        "Tells the address that the caller comes from."
    }
    GetDefaultMajorVersion "getDefaultMajorVersion" {
        Get 200 One, Need::Nothing, v1 None,
        places &[(Root::Bare, "/api/private/unauth/nds/defaultMongoDBMajorVersion")],
        versions &[], gone &[], rate None,
        errors [],
        "Returns the default major version of a database."
    }
    SendTelemetry "sendTelemetry" {
        Post 200 One, Need::Known, v1 None,
        places &[(Root::Bare, "/api/private/v1.0/telemetry/events")],
        versions &[], gone &[], rate None,
        errors [],
        "Takes what official clients tell about their use, and forgets it."
    }
    SendTelemetryUnauth "sendTelemetryUnauth" {
        Post 200 One, Need::Nothing, v1 None,
        places &[(Root::Bare, "/api/private/unauth/telemetry/events")],
        versions &[], gone &[], rate None,
        errors [],
        "Takes what official clients tell about their use, from anybody, and forgets it."
    }
    GetOpenApi "getOpenApi" {
        Get 200 One, Need::Nothing, v1 None,
        places &[(Root::Bare, "/api/openapi.json")],
        versions &[], gone &[], rate None,
        errors [],
        "Returns the OpenAPI document of this API."
    }
    CreateToken "createToken" {
        Post 200 One, Need::Client, v1 None,
        places &[(Root::Bare, "/api/oauth/token")],
        versions &[], gone &[], rate None,
        errors [RateLimited],
        "Issues an access token to a service account."
    }
    RevokeToken "revokeToken" {
        Post 200 Empty, Need::Client, v1 None,
        places &[(Root::Bare, "/api/oauth/revoke")],
        versions &[], gone &[], rate None,
        errors [],
        "Revokes an access token."
    }
    GetFarSide "getFarSide" {
        Get 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::Control, "/groups/{groupId}/peers/{peerId}/farSide")],
        versions &[], gone &[], rate None,
        errors [PeerNotFound, FarSideIsReal],
        "Shows what the customer's cloud shows of a peering."
    }
    ActOnFarSide "actOnFarSide" {
        Post 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::Control, "/groups/{groupId}/peers/{peerId}/farSide")],
        versions &[], gone &[], rate None,
        errors [PeerNotFound, FarSideActionNotAllowed, FarSideNotThereYet, FarSideIsReal],
        "Acts in the customer's cloud."
    }
    GetWorld "getWorld" {
        Get 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::Control, "/groups/{groupId}/world")],
        versions &[], gone &[], rate None,
        errors [],
        "Returns a project's simulated world."
    }
    UpdateWorld "updateWorld" {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::Control, "/groups/{groupId}/world")],
        versions &[], gone &[], rate None,
        errors [],
        "Changes a project's simulated world."
    }
    AcceptInvitation "acceptInvitation" {
        Post 200 One, Need::Org("ORG_OWNER"), v1 None,
        places &[(Root::Control, "/orgs/{orgId}/users/{userId}:accept")],
        versions &[], gone &[], rate None,
        errors [UserNotInOrg, NoPendingInvitation],
        "Accepts an invitation in a user's place."
    }
    GetClouds "getClouds" {
        Get 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::Control, "/groups/{groupId}/clouds")],
        versions &[], gone &[], rate None,
        errors [],
        "Tells which cloud a project has at each provider."
    }
    BindCloud "bindCloud" {
        Patch 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::Control, "/groups/{groupId}/clouds")],
        versions &[], gone &[], rate None,
        errors [AccountNotGranted, AccountOfAnotherProvider, CloudInUse, InvalidProvider],
        "Chooses a project's cloud at a provider: simulated, or a real account."
    }
    ExplainPeer "explainPeer" {
        Get 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::Control, "/groups/{groupId}/peers/{peerId}")],
        versions &[], gone &[], rate None,
        errors [PeerNotFound],
        "Tells why a peering is in its state, and what would move it on."
    }
    PlanPeer "planPeer" {
        Post 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::Control, "/groups/{groupId}/peers")],
        versions &[], gone &[], rate None,
        errors [InvalidCidrBlock, InvalidRouteTableCidr, OverlappingAtlasCidrBlock, OverlappingCidrBlock, PeerAlreadyExists, PeerAlreadyExistsAzure, PeerAlreadyExistsGcp, CloudProviderContainerNotFound, PeerMaximumReached, InvalidRegion, InvalidProvider],
        "Tells what would come of asking for a peering; nothing is changed."
    }
    AdoptPeer "adoptPeer" {
        Post 201 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::Control, "/groups/{groupId}/peers:adopt")],
        versions &[], gone &[], rate None,
        errors [InvalidCidrBlock, InvalidRouteTableCidr, OverlappingAtlasCidrBlock, OverlappingCidrBlock, PeerAlreadyExists, PeerAlreadyExistsAzure, PeerAlreadyExistsGcp, CloudProviderContainerNotFound, PeerMaximumReached, InvalidRegion, InvalidProvider, CloudIsSimulated, AccountReadOnly, AdoptionRefused, ConnectionManaged],
        "Takes an existing connection into a project that is bound to its account."
    }
    ReleasePeer "releasePeer" {
        Post 200 One, Need::Project("GROUP_OWNER"), v1 None,
        places &[(Root::Control, "/groups/{groupId}/peers/{peerId}:release")],
        versions &[], gone &[], rate None,
        errors [PeerNotFound, PeerAlreadyRequestedDeletion, CloudIsSimulated],
        "Forgets a peering and leaves its connection as it is."
    }
    GetClock "getClock" {
        Get 200 One, Need::OwnOrg("ORG_OWNER"), v1 None,
        places &[(Root::Control, "/clock")],
        versions &[], gone &[], rate None,
        errors [],
        "Tells the world's time."
    }
    AdvanceClock "advanceClock" {
        Post 200 One, Need::OwnOrg("ORG_OWNER"), v1 None,
        places &[(Root::Control, "/clock")],
        versions &[], gone &[], rate None,
        errors [ClockTooFar, ClockHeld, InvalidDuration],
        "Moves the world's time forward."
    }
}
