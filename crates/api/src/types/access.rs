//! The project's IP access list. What is missing is left out.

use schemars::JsonSchema;
use serde::Serialize;

use super::Link;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessEntry {
    /// A security group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aws_security_group: Option<String>,
    /// A block; also of a single address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cidr_block: Option<String>,
    /// A remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// When it vanishes.
    #[schemars(extend("format" = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_after_date: Option<String>,
    /// The project.
    pub group_id: String,
    /// A single address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// Itself.
    pub links: Vec<Link>,
}

/// Whether an entry is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AccessStatus {
    /// `ACTIVE`. The key is in capitals on the wire.
    #[serde(rename = "STATUS")]
    pub status: &'static str,
}
