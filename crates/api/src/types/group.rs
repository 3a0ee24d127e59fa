//! Projects ("groups") and what hangs on them.

use schemars::JsonSchema;
use serde::Serialize;

use super::Link;

/// A label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tag {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// Always 0: there are no clusters here.
    pub cluster_count: u32,
    /// When it was made.
    #[schemars(extend("format" = "date-time"))]
    pub created: String,
    /// Its id.
    pub id: String,
    /// Itself and what hangs on it.
    pub links: Vec<Link>,
    /// Its name.
    pub name: String,
    /// Its organization.
    pub org_id: String,
    /// Which regions it may use, if it was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region_usage_restrictions: Option<String>,
    /// Its labels; the answer to a creation without any leaves them out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
    /// Whether alert settings were made with it.
    pub with_default_alerts_settings: bool,
}

/// A limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Limit {
    /// How much of it is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_usage: Option<u64>,
    /// What it is unless somebody sets it.
    pub default_limit: u64,
    /// The most that it can be set to.
    pub maximum_limit: u64,
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub value: u64,
}

/// A team's part in a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupTeam {
    /// Itself.
    pub links: Vec<Link>,
    /// Its roles.
    pub role_names: Vec<&'static str>,
    /// The team.
    pub team_id: String,
}

/// Addresses of clusters: none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupIpAddresses {
    /// The project.
    pub group_id: String,
    /// By service.
    pub services: IpAddressServices,
}

/// Addresses by service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IpAddressServices {
    /// One for each cluster.
    pub clusters: [(); 0],
}
