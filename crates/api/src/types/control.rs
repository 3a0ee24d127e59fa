//! Our own control API: the far side, a project's world, the clock.

use schemars::JsonSchema;
use serde::Serialize;

/// What the customer's cloud shows of a peering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FarSide {
    /// What can be done there now.
    pub allowed_actions: Vec<&'static str>,
    /// When the status changes by itself.
    #[schemars(extend("format" = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes_at: Option<String>,
    /// The cloud's name for the connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<String>,
    /// The far network, in the words of its cloud.
    pub network: serde_json::Value,
    /// The peering.
    pub peer_id: String,
    /// `AWS`, `AZURE` or `GCP`.
    pub provider_name: &'static str,
    /// The status, in the words of its cloud.
    pub status: &'static str,
    /// While nothing is there yet: the status of the peering with which something will be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_for: Option<&'static str>,
}

/// A project's simulated world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct World {
    /// `manual` or `automatic`.
    pub acceptance: &'static str,
    /// What is laid out to go wrong.
    pub faults: Vec<Fault>,
    /// `instant`, `swift` or `lifelike`.
    pub latency: &'static str,
}

/// Something laid out to go wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// For an operation: what it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// An operation id, or a call to a cloud: `cloud.request`.
    pub on: String,
    /// For a call to a cloud: how it goes wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// How many times more.
    pub times: u32,
}

/// The world's time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Clock {
    /// Now, in the world.
    #[schemars(extend("format" = "date-time"))]
    pub now: String,
    /// How far that is ahead of the real clock, as an ISO 8601 duration.
    pub offset: String,
}
