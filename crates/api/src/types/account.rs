//! Service accounts, their secrets and access lists.

use schemars::JsonSchema;
use serde::Serialize;

/// A service account, of an organization or as a project sees it: the roles are those there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceAccount {
    /// `mdb_sa_id_` and 24 hexadecimal digits.
    pub client_id: String,
    /// When it was made.
    #[schemars(extend("format" = "date-time"))]
    pub created_at: String,
    /// What it is for.
    pub description: String,
    /// Its name.
    pub name: String,
    /// The names of its roles.
    pub roles: Vec<&'static str>,
    /// At most two.
    pub secrets: Vec<Secret>,
}

/// A secret of a service account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Secret {
    /// When it was made.
    #[schemars(extend("format" = "date-time"))]
    pub created_at: String,
    /// Until when it serves.
    #[schemars(extend("format" = "date-time"))]
    pub expires_at: String,
    /// Its id.
    pub id: String,
    /// When it was last shown for a token.
    #[schemars(extend("format" = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// What is shown of it, except in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub masked_secret_value: Option<String>,
    /// The secret itself, in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// An address from which a service account may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountAccessEntry {
    /// The block.
    pub cidr_block: String,
    /// When it was added.
    #[schemars(extend("format" = "date-time"))]
    pub created_at: String,
    /// The single address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// Where the last call came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_address: Option<String>,
    /// When it came.
    #[schemars(extend("format" = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// How many calls came through it.
    pub request_count: i64,
}

/// A project in which a service account has roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountGroup {
    /// The project.
    pub group_id: String,
    /// The names of the roles.
    pub roles: Vec<&'static str>,
}
