//! The bodies about service accounts.

use super::{ORG_ROLES, PROJECT_ROLES, later};
use crate::pattern;
use crate::schema::{Field, Kind};

const NAME: Kind = Kind::Text {
    pattern: pattern::ACCOUNT_NAME,
    right: "1 to 64 letters, digits, spaces, hyphens, underscores, periods, commas or apostrophes",
};
const DESCRIPTION: Kind = Kind::Text {
    pattern: pattern::ACCOUNT_DESCRIPTION,
    right: "1 to 250 letters, digits, spaces, hyphens, underscores, periods, commas or apostrophes",
};
/// For how long a secret may serve. What an organization allows may be less; the server checks that.
pub const SECRET_HOURS: Kind = Kind::Int { min: 8, max: 8760 };

/// `POST /orgs/{orgId}/serviceAccounts`.
pub const ORG_ACCOUNT: &[Field] = &[
    Field::required("description", DESCRIPTION),
    Field::required("name", NAME),
    Field::required("roles", ORG_ROLES),
    Field::required("secretExpiresAfterHours", SECRET_HOURS),
];

/// `POST /groups/{groupId}/serviceAccounts`.
pub const PROJECT_ACCOUNT: &[Field] = &[
    Field::required("description", DESCRIPTION),
    Field::required("name", NAME),
    Field::required("roles", PROJECT_ROLES),
    Field::required("secretExpiresAfterHours", SECRET_HOURS),
];

/// `PATCH /orgs/{orgId}/serviceAccounts/{clientId}`.
pub const ORG_ACCOUNT_CHANGE: &[Field] = &[
    Field::optional("description", DESCRIPTION),
    Field::optional("name", NAME),
    Field::optional("roles", ORG_ROLES),
];

/// `PATCH /groups/{groupId}/serviceAccounts/{clientId}`.
pub const PROJECT_ACCOUNT_CHANGE: &[Field] = &[
    Field::optional("description", DESCRIPTION),
    Field::optional("name", NAME),
    Field::optional("roles", PROJECT_ROLES),
];

/// `POST …/serviceAccounts/{clientId}/secrets`.
pub const ACCOUNT_SECRET: &[Field] = &[Field::required("secretExpiresAfterHours", SECRET_HOURS)];

/// `POST …/serviceAccounts/{clientId}:invite`.
pub const ACCOUNT_ROLES: &[Field] = &[Field::required("roles", PROJECT_ROLES)];

/// One entry of a service account's access list.
pub const ACCOUNT_ACCESS_ENTRY: &[Field] = &[
    Field::optional("cidrBlock", later(pattern::KEY_ADDRESS)),
    Field::optional("ipAddress", later(pattern::KEY_ADDRESS)),
    Field::read_only("createdAt"),
    Field::read_only("lastUsedAddress"),
    Field::read_only("lastUsedAt"),
    Field::read_only("requestCount"),
];
