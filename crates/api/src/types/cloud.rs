//! Our own control API: which clouds a project has, what is the matter in them, and what would be.

use schemars::JsonSchema;
use serde::Serialize;

/// A project's clouds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Clouds {
    /// The accounts that the project's owner may bind it to.
    pub accounts: Vec<Account>,
    /// The cloud at each provider.
    pub clouds: Vec<Chosen>,
}

/// The cloud of a project at one provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Chosen {
    /// `simulated`, or an account's name.
    pub cloud: String,
    /// Whether the account is configured at this server; the simulated cloud always is.
    pub configured: bool,
    /// Whether what changed behind our back is made as it was.
    pub mend: bool,
    /// `AWS`, `AZURE` or `GCP`.
    pub provider_name: &'static str,
    /// Whether nothing is changed there.
    pub read_only: bool,
}

/// An account that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Whether what changed behind our back is made as it was.
    pub mend: bool,
    /// Its name in the configuration.
    pub name: String,
    /// `AWS`, `AZURE` or `GCP`.
    pub provider_name: &'static str,
    /// Whether nothing is changed there.
    pub read_only: bool,
}

/// Why a peering is in its state, and what would move it on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeerStory {
    /// The connection that it is to adopt, until it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adopts: Option<String>,
    /// `simulated`, or an account's name.
    pub cloud: String,
    /// The cloud's name for the connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<String>,
    /// How many looks failed in a row.
    pub failed_looks: u32,
    /// What would move it on; each is a way of its own.
    pub next: Vec<String>,
    /// When it is looked at again.
    #[schemars(extend("format" = "date-time"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_look_at: Option<String>,
    /// The peering.
    pub peer_id: String,
    /// `AWS`, `AZURE` or `GCP`.
    pub provider_name: &'static str,
    /// What the cloud says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// Since when it is in its state.
    #[schemars(extend("format" = "date-time"))]
    pub since: String,
    /// Its state, the same for all providers.
    pub state: &'static str,
    /// Its status, in its provider's words.
    pub status: &'static str,
    /// What is the matter in the cloud, in a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<&'static str>,
    /// Why it is in its state.
    pub why: String,
}

/// What would come of asking for a peering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// `simulated`, or an account's name.
    pub cloud: String,
    /// What would be in the way.
    pub obstacles: Vec<Obstacle>,
    /// Whether nothing is in the way, as far as can be seen.
    pub possible: bool,
    /// `AWS`, `AZURE` or `GCP`.
    pub provider_name: &'static str,
    /// What would be made, in this order.
    pub steps: Vec<String>,
    /// What a deletion would undo, in this order.
    pub undone: Vec<String>,
}

/// One thing in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Obstacle {
    /// `overlap`, `quota`, `permission`, `region`, `missing`, `differs`, `rule` or `unknown`.
    pub kind: &'static str,
    /// How to mend it.
    pub mend: String,
    /// What it is.
    pub what: String,
}
