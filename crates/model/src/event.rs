//! Audit events: what happened, to what, by whom. Every change writes its own in the same
//! transaction. Type names are the service's.

use crate::id::{EventId, KeyId, OrgId, ProjectId};
use crate::time::Timestamp;

macro_rules! kinds {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// What kind of thing happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "an event kind is its name on the wire")]
        pub enum EventKind { $($variant),+ }

        impl EventKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name on the wire.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

kinds! {
    PeerCreated = "PEER_CREATED",
    PeerUpdated = "PEER_UPDATED",
    PeerDeleted = "PEER_DELETED",
    AzurePeerCreated = "AZURE_PEER_CREATED",
    AzurePeerUpdated = "AZURE_PEER_UPDATED",
    AzurePeerActive = "AZURE_PEER_ACTIVE",
    AzurePeerDeleted = "AZURE_PEER_DELETED",
    GcpPeerCreated = "GCP_PEER_CREATED",
    GcpPeerUpdated = "GCP_PEER_UPDATED",
    GcpPeerActive = "GCP_PEER_ACTIVE",
    GcpPeerInactive = "GCP_PEER_INACTIVE",
    GcpPeerDeleted = "GCP_PEER_DELETED",
    ContainerSubnetsUpdateRequested = "CONTAINER_SUBNETS_UPDATE_REQUESTED",
    ContainerDeleted = "CONTAINER_DELETED",
    NetworkPermissionEntryAdded = "NETWORK_PERMISSION_ENTRY_ADDED",
    NetworkPermissionEntryUpdated = "NETWORK_PERMISSION_ENTRY_UPDATED",
    NetworkPermissionEntryRemoved = "NETWORK_PERMISSION_ENTRY_REMOVED",
    OrgCreated = "ORG_CREATED",
    OrgRenamed = "ORG_RENAMED",
    OrgDeleted = "ORG_DELETED",
    OrgTwoFactorAuthRequired = "ORG_TWO_FACTOR_AUTH_REQUIRED",
    OrgTwoFactorAuthOptional = "ORG_TWO_FACTOR_AUTH_OPTIONAL",
    OrgPublicApiAccessListRequired = "ORG_PUBLIC_API_ACCESS_LIST_REQUIRED",
    OrgPublicApiAccessListNotRequired = "ORG_PUBLIC_API_ACCESS_LIST_NOT_REQUIRED",
    OrgEmployeeAccessRestricted = "ORG_EMPLOYEE_ACCESS_RESTRICTED",
    OrgEmployeeAccessUnrestricted = "ORG_EMPLOYEE_ACCESS_UNRESTRICTED",
    OrgServiceAccountMaxSecretValidityEdited = "ORG_SERVICE_ACCOUNT_MAX_SECRET_VALIDITY_EDITED",
    CustomSessionTimeoutModified = "CUSTOM_SESSION_TIMEOUT_MODIFIED",
    SecurityContactModified = "SECURITY_CONTACT_MODIFIED",
    OperationsContactModified = "OPERATIONS_CONTACT_MODIFIED",
    TeamCreated = "TEAM_CREATED",
    TeamDeleted = "TEAM_DELETED",
    TeamNameChanged = "TEAM_NAME_CHANGED",
    TeamAddedToGroup = "TEAM_ADDED_TO_GROUP",
    TeamRemovedFromGroup = "TEAM_REMOVED_FROM_GROUP",
    TeamRolesModified = "TEAM_ROLES_MODIFIED",
    JoinedOrg = "JOINED_ORG",
    JoinedTeam = "JOINED_TEAM",
    JoinedGroup = "JOINED_GROUP",
    InvitedToOrg = "INVITED_TO_ORG",
    InvitedToTeam = "INVITED_TO_TEAM",
    InvitedToGroup = "INVITED_TO_GROUP",
    OrgInvitationDeleted = "ORG_INVITATION_DELETED",
    GroupInvitationDeleted = "GROUP_INVITATION_DELETED",
    RemovedFromOrg = "REMOVED_FROM_ORG",
    RemovedFromTeam = "REMOVED_FROM_TEAM",
    RemovedFromGroup = "REMOVED_FROM_GROUP",
    UserRolesChangedAudit = "USER_ROLES_CHANGED_AUDIT",
    GroupCreated = "GROUP_CREATED",
    GroupDeleted = "GROUP_DELETED",
    GroupNameChanged = "GROUP_NAME_CHANGED",
    GroupTagsModified = "GROUP_TAGS_MODIFIED",
    DataExplorerEnabled = "DATA_EXPLORER_ENABLED",
    DataExplorerDisabled = "DATA_EXPLORER_DISABLED",
    ProjectCollectDatabaseStatisticsUpdated = "PROJECT_COLLECT_DATABASE_STATISTICS_UPDATED",
    ProjectDataValidationUpdated = "PROJECT_ENABLE_DATA_VALIDATION_UPDATED",
    ProjectExtendedStorageSizesUpdated = "PROJECT_ENABLE_EXTENDED_STORAGE_SIZES_UPDATED",
    ProjectLimitUpdated = "PROJECT_LIMIT_UPDATED",
    AuditLogConfigurationUpdated = "AUDIT_LOG_CONFIGURATION_UPDATED",
    MaintenanceWindowAdded = "ATLAS_MAINTENANCE_WINDOW_ADDED",
    MaintenanceWindowModified = "ATLAS_MAINTENANCE_WINDOW_MODIFIED",
    MaintenanceWindowRemoved = "ATLAS_MAINTENANCE_WINDOW_REMOVED",
    ProtectedHoursCreated = "ATLAS_MAINTENANCE_PROTECTED_HOURS_CREATED",
    ProtectedHoursModified = "ATLAS_MAINTENANCE_PROTECTED_HOURS_MODIFIED",
    ProtectedHoursRemoved = "ATLAS_MAINTENANCE_PROTECTED_HOURS_REMOVED",
    MaintenanceAutoDeferEnabled = "ATLAS_MAINTENANCE_AUTO_DEFER_ENABLED",
    MaintenanceAutoDeferDisabled = "ATLAS_MAINTENANCE_AUTO_DEFER_DISABLED",
    ApiKeyCreated = "API_KEY_CREATED",
    ApiKeyDeleted = "API_KEY_DELETED",
    ApiKeyAccessListEntryAdded = "API_KEY_ACCESS_LIST_ENTRY_ADDED",
    ApiKeyAccessListEntryDeleted = "API_KEY_ACCESS_LIST_ENTRY_DELETED",
    ApiKeyRolesChanged = "API_KEY_ROLES_CHANGED",
    ApiKeyDescriptionChanged = "API_KEY_DESCRIPTION_CHANGED",
    ApiKeyAddedToGroup = "API_KEY_ADDED_TO_GROUP",
    ApiKeyRemovedFromGroup = "API_KEY_REMOVED_FROM_GROUP",
    ServiceAccountCreated = "SERVICE_ACCOUNT_CREATED",
    ServiceAccountDeleted = "SERVICE_ACCOUNT_DELETED",
    ServiceAccountRolesChanged = "SERVICE_ACCOUNT_ROLES_CHANGED",
    ServiceAccountDetailsChanged = "SERVICE_ACCOUNT_DETAILS_CHANGED",
    ServiceAccountAddedToGroup = "SERVICE_ACCOUNT_ADDED_TO_GROUP",
    ServiceAccountRemovedFromGroup = "SERVICE_ACCOUNT_REMOVED_FROM_GROUP",
    ServiceAccountAccessListEntryAdded = "SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_ADDED",
    ServiceAccountAccessListEntryDeleted = "SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_DELETED",
    ServiceAccountSecretAdded = "SERVICE_ACCOUNT_SECRET_ADDED",
    ServiceAccountSecretDeleted = "SERVICE_ACCOUNT_SECRET_DELETED",
    // The service has no real clouds to choose from, so these names are ours.
    CloudBound = "CLOUD_BOUND",
    CloudUnbound = "CLOUD_UNBOUND",
    DriftSeen = "CLOUD_DRIFT_SEEN",
    DriftMended = "CLOUD_DRIFT_MENDED",
    PeerAdopted = "PEER_ADOPTED",
    PeerReleased = "PEER_RELEASED",
}

impl EventKind {
    /// Whether an organization's list of events has those of this kind that happened in its
    /// projects: who may do what there, and how projects come and go, but nothing from inside of
    /// them. By the service's list of the kinds that an organization has.
    pub fn of_org(self) -> bool {
        let name = self.name();
        let families = ["ORG_", "API_KEY_", "SERVICE_ACCOUNT_", "TEAM_", "USER_ROLES_CHANGED"];
        families.iter().any(|family| name.starts_with(family))
            || ["GROUP_CREATED", "GROUP_DELETED", "GROUP_MOVED", "GROUP_TAGS_MODIFIED"].contains(&name)
    }
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A caller with a programmatic API key.
    Key {
        /// The key.
        id: KeyId,
        /// Its public half.
        public_key: String,
        /// Where the call came from.
        address: String,
    },
    /// A caller with a service account's token.
    ServiceAccount {
        /// `mdb_sa_id_…`.
        client_id: String,
        /// Where the call came from.
        address: String,
    },
    /// The control plane itself: reconciling, expiry, first start.
    System,
}

/// The moment and the hand behind a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// When, by the world's clock.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
}

impl Act {
    /// Something that the control plane does by itself.
    pub const fn of_system(at: Timestamp) -> Self {
        Self { at, by: Actor::System }
    }
}

/// One audit event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// What kind.
    pub kind: EventKind,
    /// The organization it happened in.
    pub org: OrgId,
    /// The project it happened in, if any.
    pub project: Option<ProjectId>,
    /// When and by whom.
    pub act: Act,
    /// What it happened to: an id, an address, a name.
    pub subject: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organization_sees_who_may_do_what_in_its_projects_but_not_who_comes_and_goes_there() {
        let seen = [
            EventKind::UserRolesChangedAudit,
            EventKind::TeamAddedToGroup,
            EventKind::TeamRolesModified,
            EventKind::ApiKeyAddedToGroup,
            EventKind::ServiceAccountAddedToGroup,
            EventKind::GroupCreated,
            EventKind::GroupTagsModified,
        ];
        let unseen = [
            EventKind::JoinedGroup,
            EventKind::InvitedToGroup,
            EventKind::GroupInvitationDeleted,
            EventKind::RemovedFromGroup,
            EventKind::GroupNameChanged,
            EventKind::ProjectLimitUpdated,
            EventKind::DataExplorerEnabled,
            EventKind::PeerCreated,
        ];
        assert!(seen.into_iter().all(EventKind::of_org));
        assert!(!unseen.into_iter().any(EventKind::of_org));
    }
}
