//! Audit events.

use schemars::JsonSchema;
use serde::Serialize;

use super::Link;

/// An event. What its kind does not speak of is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The API key that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key_id: Option<String>,
    /// When.
    #[schemars(extend("format" = "date-time"))]
    pub created: String,
    /// What kind.
    pub event_type_name: &'static str,
    /// The project it happened in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// Its id.
    pub id: String,
    /// Always false: nobody of the vendor's is here.
    pub is_global_admin: bool,
    /// Itself.
    pub links: Vec<Link>,
    /// The organization; only in an organization's list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    /// The public half of the key that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key: Option<String>,
    /// More of it, if the caller asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<Raw>,
    /// Where the call came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_address: Option<String>,
    /// Of a change of labels: what has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// Of a change of labels: what kind of thing has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<&'static str>,
    /// The public half of the key that it happened to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_public_key: Option<String>,
    /// The user that it happened to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_username: Option<String>,
    /// The team that it happened to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_id: Option<String>,
    /// The service account that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The entry of an access list that it happened to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whitelist_entry: Option<String>,
}

/// More of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Raw {
    /// Its kind.
    #[serde(rename = "_t")]
    pub kind: &'static str,
    /// The project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cid: Option<String>,
    /// When.
    pub cre: String,
    /// What it happened to, in a few words.
    pub description: String,
    /// The name of the project whose list it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gn: Option<String>,
    /// The event's id.
    pub id: String,
    /// The organization.
    pub org_id: String,
    /// The name of the organization whose list it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_name: Option<String>,
    /// Always `INFO`.
    pub severity: &'static str,
}
