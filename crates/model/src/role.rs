//! Roles, and which of them satisfies which requirement.

use std::fmt;

macro_rules! roles {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// A role in an organization (`ORG_…`) or a project (`GROUP_…`), by its name on the wire.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "a role is its name on the wire")]
        pub enum Role { $($variant),+ }

        impl Role {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name on the wire.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

roles! {
    OrgOwner = "ORG_OWNER",
    OrgGroupCreator = "ORG_GROUP_CREATOR",
    OrgBillingAdmin = "ORG_BILLING_ADMIN",
    OrgBillingReadOnly = "ORG_BILLING_READ_ONLY",
    OrgStreamProcessingAdmin = "ORG_STREAM_PROCESSING_ADMIN",
    OrgReadOnly = "ORG_READ_ONLY",
    OrgMember = "ORG_MEMBER",
    GroupOwner = "GROUP_OWNER",
    GroupReadOnly = "GROUP_READ_ONLY",
    GroupClusterManager = "GROUP_CLUSTER_MANAGER",
    GroupClusterCreator = "GROUP_CLUSTER_CREATOR",
    GroupClusterLogViewer = "GROUP_CLUSTER_LOG_VIEWER",
    GroupClusterResilienceTester = "GROUP_CLUSTER_RESILIENCE_TESTER",
    GroupReplicaSetManager = "GROUP_REPLICA_SET_MANAGER",
    GroupNetworkAccessManager = "GROUP_NETWORK_ACCESS_MANAGER",
    GroupAccessManager = "GROUP_ACCESS_MANAGER",
    GroupDataAccessAdmin = "GROUP_DATA_ACCESS_ADMIN",
    GroupDataAccessReadWrite = "GROUP_DATA_ACCESS_READ_WRITE",
    GroupDataAccessReadOnly = "GROUP_DATA_ACCESS_READ_ONLY",
    GroupDatabaseAccessAdmin = "GROUP_DATABASE_ACCESS_ADMIN",
    GroupBackupManager = "GROUP_BACKUP_MANAGER",
    GroupBackupCreator = "GROUP_BACKUP_CREATOR",
    GroupBackupRecoveryOperator = "GROUP_BACKUP_RECOVERY_OPERATOR",
    GroupBackupExportOperator = "GROUP_BACKUP_EXPORT_OPERATOR",
    GroupStreamProcessingOwner = "GROUP_STREAM_PROCESSING_OWNER",
    GroupObservabilityViewer = "GROUP_OBSERVABILITY_VIEWER",
    GroupTriggerManager = "GROUP_TRIGGER_MANAGER",
    GroupIndexManager = "GROUP_INDEX_MANAGER",
    GroupSearchIndexEditor = "GROUP_SEARCH_INDEX_EDITOR",
    GroupRealTimePerformanceOperator = "GROUP_REAL_TIME_PERFORMANCE_OPERATOR",
    GroupSupportAccessManager = "GROUP_SUPPORT_ACCESS_MANAGER",
    GroupAlertsManager = "GROUP_ALERTS_MANAGER",
    GroupModelOwner = "GROUP_MODEL_OWNER",
}

impl Role {
    /// The role of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }

    /// Whether it is held in an organization rather than in a project.
    pub const fn of_org(self) -> bool {
        matches!(
            self,
            Self::OrgOwner
                | Self::OrgGroupCreator
                | Self::OrgBillingAdmin
                | Self::OrgBillingReadOnly
                | Self::OrgStreamProcessingAdmin
                | Self::OrgReadOnly
                | Self::OrgMember
        )
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Roles(u64);

impl Roles {
    /// No role.
    pub const NONE: Self = Self(0);

    /// Exactly one role.
    pub const fn one(role: Role) -> Self {
        Self(1 << role as u32)
    }

    /// Whether the role itself is in the set.
    pub const fn contains(self, role: Role) -> bool {
        self.0 & Self::one(role).0 != 0
    }

    /// Both sets together.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The set with one role more, or without it.
    #[must_use]
    pub const fn with(self, role: Role, held: bool) -> Self {
        if held { self.union(Self::one(role)) } else { Self(self.0 & !Self::one(role).0) }
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles, in the order of [`Role::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |role| self.contains(*role))
    }

    /// Whether a holder of these roles, in the place that is asked about and in its organization,
    /// may do what needs `role`.
    ///
    /// An organization's owner may do everything in its projects, and its reader may read them. A
    /// project's owner may do everything in it. Any role in a project lets its holder read it; any
    /// role in an organization makes its holder a member.
    pub fn satisfy(self, role: Role) -> bool {
        if self.contains(role) || self.contains(Role::OrgOwner) {
            return true;
        }
        match role {
            Role::OrgMember => self.iter().any(Role::of_org),
            Role::GroupReadOnly => self.contains(Role::OrgReadOnly) || self.iter().any(|held| !held.of_org()),
            _ => !role.of_org() && self.contains(Role::GroupOwner),
        }
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Self {
        roles.into_iter().fold(Self::NONE, |set, role| set.union(Self::one(role)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_includes_the_network_access_manager_and_not_the_reverse() {
        assert!(Roles::one(Role::GroupOwner).satisfy(Role::GroupNetworkAccessManager));
        assert!(!Roles::one(Role::GroupNetworkAccessManager).satisfy(Role::GroupOwner));
        assert!(Roles::one(Role::OrgOwner).satisfy(Role::GroupOwner));
        assert!(!Roles::one(Role::GroupOwner).satisfy(Role::OrgOwner));
    }

    #[test]
    fn any_role_in_a_project_reads_it_and_no_role_reads_nothing() {
        for role in Role::ALL {
            let reads = Roles::one(*role).satisfy(Role::GroupReadOnly);
            assert_eq!(reads, !role.of_org() || matches!(role, Role::OrgOwner | Role::OrgReadOnly), "{role}");
        }
        assert!(!Roles::NONE.satisfy(Role::GroupReadOnly));
        assert!(!Roles::one(Role::OrgMember).satisfy(Role::GroupReadOnly));
    }

    #[test]
    fn role_names_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.name()), Some(*role));
        }
    }
}
