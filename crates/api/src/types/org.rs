//! Organizations and users.

use schemars::JsonSchema;
use serde::Serialize;

use super::Link;
use super::account::ServiceAccount;
use super::key::ApiKey;

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
    /// Whether no alert settings were made with it. Kept and shown.
    pub skip_default_alerts_settings: bool,
}

/// Since when the old shape of users is superseded, and until when it is served. Recorded.
pub const OLD_USERS: (&str, &str) = ("Wed, 19 Feb 2025 00:00:00 GMT", "Thu, 1 Jul 2027 00:00:00 GMT");

/// What the creation of an organization answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewOrg {
    /// Its key, with the secret: the one time that it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key: Option<ApiKey>,
    /// Its owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_owner_id: Option<String>,
    /// Itself.
    pub organization: Org,
    /// Its service account, with the secret: the one time that it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account: Option<ServiceAccount>,
    /// As asked for.
    pub skip_default_alerts_settings: bool,
}

/// An organization's settings. What is not set is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrgSettings {
    /// Whether every call must come from an address on its caller's access list.
    pub api_access_list_required: bool,
    /// When sessions end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_session_timeouts: Option<SessionTimeouts>,
    /// Whether features of generative AI are on.
    #[serde(rename = "genAIFeaturesEnabled")]
    pub gen_ai_features_enabled: bool,
    /// How long a new secret of a service account may serve at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_service_account_secret_validity_in_hours: Option<u32>,
    /// Whether people have to show a second factor.
    pub multi_factor_auth_required: bool,
    /// Whom to tell about operations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operations_contact: Option<String>,
    /// Whether the vendor's people are kept out.
    pub restrict_employee_access: bool,
    /// Whom to tell about security.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_contact: Option<String>,
    /// Whether streams may reach the clusters of other projects.
    pub streams_cross_group_enabled: bool,
}

/// When sessions end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionTimeouts {
    /// At the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absolute_session_timeout_in_seconds: Option<u32>,
    /// When nothing happens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_session_timeout_in_seconds: Option<u32>,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Team {
    /// Its id.
    pub id: String,
    /// Itself.
    pub links: Vec<Link>,
    /// Its name.
    pub name: String,
    /// In the answer that made it, who is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usernames: Option<Vec<String>>,
}

/// A user, as version 2025-02-19 shows one. Whoever is not in yet has an invitation, and nothing
/// that only they could tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Two-letter country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// When they came.
    #[schemars(extend("format" = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Their id.
    pub id: String,
    /// When they were invited.
    #[schemars(extend("format" = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation_created_at: Option<String>,
    /// Until when they may accept.
    #[schemars(extend("format" = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation_expires_at: Option<String>,
    /// Who invited them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inviter_username: Option<String>,
    /// When they last came.
    #[schemars(extend("format" = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_auth: Option<String>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Null: never known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobile_number: Option<serde_json::Value>,
    /// `ACTIVE`, `PENDING` or `INVITATION_EXPIRED`.
    pub org_membership_status: &'static str,
    /// Role names in the project, or by place in the organization.
    pub roles: serde_json::Value,
    /// The organization's teams they are in; not shown in a project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_ids: Option<Vec<String>>,
    /// Their e-mail address.
    pub username: String,
}

/// An invitation, as `POST …/access` answers with one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    /// When it was made.
    #[schemars(extend("format" = "date-time"))]
    pub created_at: String,
    /// Until when it can be accepted.
    #[schemars(extend("format" = "date-time"))]
    pub expires_at: String,
    /// What comes with it in projects.
    pub group_role_assignments: Vec<PlacedRole>,
    /// Its id: that of the user.
    pub id: String,
    /// Who made it.
    pub inviter_username: String,
    /// Itself.
    pub links: Vec<Link>,
    /// The organization.
    pub org_id: String,
    /// The organization's name.
    pub org_name: String,
    /// Role names in the organization.
    pub roles: Vec<&'static str>,
    /// The organization's teams.
    pub team_ids: Vec<String>,
    /// Whom it invites.
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
