//! API keys, their access lists, and tokens.

use schemars::JsonSchema;
use serde::Serialize;

use super::Link;
use super::org::PlacedRole;

/// An API key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// What it is for.
    pub desc: String,
    /// Its id.
    pub id: String,
    /// Itself.
    pub links: Vec<Link>,
    /// In the answer that made it, the secret; its mask ever after.
    pub private_key: String,
    /// The public half.
    pub public_key: String,
    /// Each with its place.
    pub roles: Vec<PlacedRole>,
}

/// An address from which a key may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyAccessEntry {
    /// The block.
    pub cidr_block: String,
    /// How many calls came through it.
    pub count: i64,
    /// When it was added.
    #[schemars(extend("format" = "date-time"))]
    pub created: String,
    /// The single address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// When the last call came.
    #[schemars(extend("format" = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used: Option<String>,
    /// Where it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_address: Option<String>,
    /// Itself.
    pub links: Vec<Link>,
}

/// An access token. Keys are in this order on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Token {
    /// The token.
    pub access_token: String,
    /// Seconds that it serves.
    pub expires_in: u32,
    /// `Bearer`.
    pub token_type: &'static str,
}

/// Why no token is given, in the words of RFC 6749.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TokenError {
    /// `invalid_client`, `invalid_request` or `unsupported_grant_type`.
    pub error: &'static str,
    /// For people.
    pub error_description: &'static str,
}

/// The answer of the API's root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SystemStatus {
    /// The caller's key, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key: Option<CallerKey>,
    /// The name of the application that the clients look for.
    pub app_name: &'static str,
    /// Our own version.
    pub build: &'static str,
    /// Itself.
    pub links: Vec<Link>,
    /// Never.
    pub throttling: bool,
}

/// The caller's key in the API's root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallerKey {
    /// Addresses from which it may be used.
    pub access_list: Vec<serde_json::Value>,
    /// Its id.
    pub id: String,
    /// Its public half.
    pub public_key: String,
    /// Each with its place.
    pub roles: Vec<PlacedRole>,
}
