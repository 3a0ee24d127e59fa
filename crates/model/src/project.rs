//! Organizations, people, and projects: who owns what.

use crate::id::{OrgId, ProjectId, TeamId, UserId};
use crate::role::Roles;
use crate::time::Timestamp;
use crate::world::World;

/// An organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Org {
    /// Its id.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// Whether every call must come from an address on its key's access list.
    pub api_access_list_required: bool,
    /// Whether no alert settings were made with it. Kept and shown; nothing acts on it.
    pub skip_default_alerts: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A label on a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The key; unique within the project.
    pub key: String,
    /// The value.
    pub value: String,
}

/// The project's settings, in the order of the wire. Names and defaults are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings(u16);

impl Settings {
    /// Their names on the wire and whether each is on in a new project.
    pub const NAMES: [(&'static str, bool); 12] = [
        ("isAtlasHomePageAiAssistantEnabled", true),
        ("isClusterAiAssistantEnabled", true),
        ("isCollectDatabaseSpecificsStatisticsEnabled", true),
        ("isDataExplorerEnabled", true),
        ("isDataExplorerGenAIFeaturesEnabled", true),
        ("isDataExplorerGenAISampleDocumentPassingEnabled", false),
        ("isDataValidationEnabled", true),
        ("isExtendedStorageSizesEnabled", false),
        ("isNativeRerankingEnabled", false),
        ("isPerformanceAdvisorEnabled", true),
        ("isRealtimePerformancePanelEnabled", true),
        ("isSchemaAdvisorEnabled", true),
    ];

    /// Each name with its value.
    pub fn iter(self) -> impl Iterator<Item = (&'static str, bool)> {
        Self::NAMES.iter().enumerate().map(move |(i, (name, _))| (*name, self.0 >> i & 1 == 1))
    }

    /// The settings with one of them changed; unchanged if there is none of that name.
    #[must_use]
    pub fn with(self, name: &str, on: bool) -> Self {
        match Self::NAMES.iter().position(|(known, _)| *known == name) {
            Some(i) if on => Self(self.0 | 1 << i),
            Some(i) => Self(self.0 & !(1 << i)),
            None => self,
        }
    }

    /// As kept in a row.
    pub fn bits(self) -> u16 {
        self.0
    }

    /// From a row.
    pub fn from_bits(bits: u16) -> Self {
        Self(bits)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::NAMES.iter().fold(Self(0), |settings, (name, on)| settings.with(name, *on))
    }
}

/// A project: the tenant; a "group" on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// The organization it belongs to.
    pub org: OrgId,
    /// Its name, unique in its organization.
    pub name: String,
    /// When it was made, by the world's clock.
    pub created_at: Timestamp,
    /// Whether alert settings were made with it. Kept and shown; nothing acts on it.
    pub default_alerts: bool,
    /// Its labels.
    pub tags: Vec<Tag>,
    /// Which regions it may use; shown as given. Only the government cloud takes it.
    pub region_restrictions: Option<String>,
    /// Its settings.
    pub settings: Settings,
    /// Whether slow operations are managed. Kept and shown; nothing acts on it.
    pub managed_slow_ms: bool,
    /// Its simulated world.
    pub world: World,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their e-mail address.
    pub username: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Two-letter country.
    pub country: String,
    /// When they came.
    pub created_at: Timestamp,
    /// Their roles in the place that was asked about.
    pub roles: Roles,
}

/// Whether somebody is in an organization yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Membership {
    /// They are.
    Active,
    /// They were invited. Past `expires_at`, the invitation is void.
    Invited {
        /// When.
        at: Timestamp,
        /// Until when they may accept.
        expires_at: Timestamp,
        /// By whom.
        by: String,
    },
}

/// A person as an organization knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The person, with their roles in the place that was asked about.
    pub user: User,
    /// Whether they are in yet.
    pub membership: Membership,
    /// Their roles in the organization.
    pub org_roles: Roles,
    /// Their roles in its projects, by project id.
    pub project_roles: Vec<(ProjectId, Roles)>,
    /// The organization's teams that they are in.
    pub teams: Vec<TeamId>,
}

/// A team of people in an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Its organization.
    pub org: OrgId,
    /// Its name, unique in its organization.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What an organization has set for itself. All but the first is kept and shown, and nothing here
/// acts on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrgSettings {
    /// Whether every call must come from an address on its caller's access list.
    pub api_access_list_required: bool,
    /// Whether features of generative AI are on.
    pub gen_ai_features: bool,
    /// How long a new secret of a service account may serve at most.
    pub max_secret_hours: Option<u32>,
    /// Whether people have to show a second factor.
    pub multi_factor_auth_required: bool,
    /// Whom to tell about operations.
    pub operations_contact: Option<String>,
    /// Whether the vendor's people are kept out.
    pub restrict_employee_access: bool,
    /// Whom to tell about security.
    pub security_contact: Option<String>,
    /// Seconds after which a session ends: at the latest, and when nothing happens.
    pub session_timeouts: (Option<u32>, Option<u32>),
    /// Whether streams may reach the clusters of other projects.
    pub streams_cross_group: bool,
}

/// A team's part in a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectTeam {
    /// The team.
    pub id: TeamId,
    /// Its roles in the project.
    pub roles: Roles,
}

/// Whether a text may name a project or an organization: 1 to 64 letters, digits, spaces and `-_.(),:&@+'`.
pub fn valid_project_name(name: &str) -> bool {
    let n_chars = name.chars().count();
    (1..=64).contains(&n_chars)
        && !name.trim().is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || " -_.(),:&@+'".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_start_as_recorded_and_change_one_by_one() {
        let settings = Settings::default();
        assert!(settings.iter().zip(Settings::NAMES).all(|(now, start)| now == start));
        let changed = settings.with("isDataExplorerEnabled", false);
        assert_eq!(
            changed.iter().filter(|(_, on)| *on).count(),
            settings.iter().filter(|(_, on)| *on).count() - 1
        );
        assert_eq!(Settings::from_bits(changed.bits()), changed);
    }

    #[test]
    fn names_are_letters_digits_and_a_little_more() {
        for name in ["a", "Atlas CLI E2E", "e2e-proj_1.(x),:&@+'", "Überschrift"] {
            assert!(valid_project_name(name), "{name}");
        }
        for name in ["", " ", "a/b", "a\nb", &"x".repeat(65)] {
            assert!(!valid_project_name(name), "{name}");
        }
    }
}
