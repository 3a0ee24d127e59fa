//! Limits on everything that callers can make many of, in one place.

use std::time::Duration;

/// A limit of which each project can have a value of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProjectLimit {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it is unless somebody sets it.
    pub default: u32,
    /// The most that it can be set to.
    pub maximum: u32,
}

// QUIRK(peering-limits): the service has no names for these two, so the names are ours.
/// Peerings in one project, in whatever state. Source: the service's documented limits.
pub const PEERINGS: ProjectLimit =
    ProjectLimit { name: "atlas.project.networking.peeringConnections", default: 50, maximum: 1000 };
/// Of which this many may be pending. Source: the same page.
pub const PENDING_PEERINGS: ProjectLimit =
    ProjectLimit { name: "atlas.project.networking.pendingPeeringConnections", default: 25, maximum: 1000 };
/// Entries in a project's IP access list. Source: documented project limit.
pub const ACCESS_ENTRIES: ProjectLimit =
    ProjectLimit { name: "atlas.project.security.networkAccess.entries", default: 200, maximum: 220 };
/// Characters in the comment of an access-list entry.
pub const ACCESS_COMMENT_CHARS: usize = 80;
/// How far ahead a temporary access-list entry may expire.
pub const ACCESS_EXPIRY_MAX: Duration = Duration::from_secs(7 * 86_400);
/// How long a request waits for the far side, at Amazon.
pub const REQUEST_EXPIRY: Duration = Duration::from_secs(7 * 86_400);
/// Projects in one organization. Source: documented limit of 250; raised, since rehearsals make many.
pub const PROJECTS_PER_ORG: u32 = 100_000;
/// Organizations on one server.
pub const ORGS: u32 = 1_000;
/// People in one organization. Source: the service's documented limits.
pub const USERS_PER_ORG: u32 = 500;
/// Teams in one organization. Source: the same page.
pub const TEAMS_PER_ORG: u32 = 250;
/// People in one team. Source: the same page.
pub const USERS_PER_TEAM: u32 = 250;
/// How long an invitation can be accepted. Source: documented.
pub const INVITATION_LIFE: Duration = Duration::from_secs(30 * 86_400);
/// Items on one page, by default and at most.
pub const PAGE_DEFAULT: u32 = 100;
/// The most that a caller gets on one page.
pub const PAGE_MAX: u32 = 500;
/// Entries in the access list of one API key or service account. Source: the documented limit of
/// accounts.
pub const KEY_ACCESS_ENTRIES: u32 = 200;
/// Service accounts in one organization. Source: documented limit.
pub const ACCOUNTS_PER_ORG: u32 = 200;
/// Secrets of one service account. Source: documented limit.
pub const SECRETS_PER_ACCOUNT: u32 = 2;
/// Tokens of one service account that serve at once. Source: documented limit.
pub const TOKENS_PER_ACCOUNT: u32 = 100;
/// Hours for which a secret may serve, at least and at most. Source: documented bounds of the
/// organization's setting.
pub const SECRET_HOURS: std::ops::RangeInclusive<u32> = 8..=8760;
/// API keys in one organization.
pub const KEYS_PER_ORG: u32 = 10_000;
/// How far one call may move the world's clock.
pub const CLOCK_ADVANCE_MAX: Duration = Duration::from_secs(366 * 86_400);
/// How far ahead the world's clock may get in all.
pub const CLOCK_OFFSET_MAX: Duration = Duration::from_secs(10 * 366 * 86_400);
