//! Organizations and users.

use schemars::JsonSchema;
use serde::Serialize;

use super::Link;

/// An organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Org {
    /// Its id.
    pub id: String,
    /// Always false: what is deleted is not shown.
    pub is_deleted: bool,
    /// Itself and what hangs on it.
    pub links: Vec<Link>,
    /// Its name.
    pub name: String,
    /// Kept for clients that read it.
    pub skip_default_alerts_settings: bool,
}

/// Since when the old shape of users is superseded, and until when it is served. Recorded.
pub const OLD_USERS: (&str, &str) = ("Wed, 19 Feb 2025 00:00:00 GMT", "Thu, 1 Jul 2027 00:00:00 GMT");

/// A user, as version 2025-02-19 shows one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Two-letter country.
    pub country: String,
    /// When they came.
    #[schemars(extend("format" = "date-time"))]
    pub created_at: String,
    /// Given name.
    pub first_name: String,
    /// Their id.
    pub id: String,
    /// When they last came.
    #[schemars(extend("format" = "date-time"))]
    pub last_auth: String,
    /// Family name.
    pub last_name: String,
    /// Never known.
    pub mobile_number: Option<String>,
    /// `ACTIVE`.
    pub org_membership_status: &'static str,
    /// Role names in the project, or by place in the organization.
    pub roles: serde_json::Value,
    /// Their e-mail address.
    pub username: String,
}

/// A user, as version 2023-01-01 and v1.0 show one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegacyUser {
    /// Two-letter country.
    pub country: String,
    /// When they came.
    #[schemars(extend("format" = "date-time"))]
    pub created_at: String,
    /// Their e-mail address.
    pub email_address: String,
    /// Given name.
    pub first_name: String,
    /// Their id.
    pub id: String,
    /// When they last came.
    #[schemars(extend("format" = "date-time"))]
    pub last_auth: String,
    /// Family name.
    pub last_name: String,
    /// Itself.
    pub links: Vec<Link>,
    /// Never known.
    pub mobile_number: Option<String>,
    /// Each with its place.
    pub roles: Vec<PlacedRole>,
    /// Teams they are in.
    pub team_ids: Vec<String>,
    /// Their e-mail address.
    pub username: String,
}

/// A role with the place it is held in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlacedRole {
    /// The project, if it is held in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// The organization, if it is held in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    /// Its name.
    pub role_name: &'static str,
}
