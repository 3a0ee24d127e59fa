//! What Compute says, as far as it is read. Fields that are left out are empty.

use serde::Deserialize;

/// A VPC network.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Network {
    pub name: String,
    pub description: Option<String>,
    #[serde(default)]
    pub subnetworks: Vec<String>,
    #[serde(default)]
    pub peerings: Vec<Half>,
}

/// One network's half of a peering.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Half {
    pub name: String,
    pub network: String,
    pub state: Option<String>,
    pub state_details: Option<String>,
    #[serde(default)]
    pub export_custom_routes: bool,
    #[serde(default)]
    pub import_custom_routes: bool,
    pub connection_status: Option<ConnectionStatus>,
}

impl Half {
    pub fn active(&self) -> bool {
        self.state.as_deref() == Some("ACTIVE")
    }

    /// How far the two sides are with a deletion that takes both; `None` where one is enough.
    pub fn consensus(&self) -> Option<Removal> {
        let status = self.connection_status.as_ref()?;
        if status.update_strategy.as_deref() != Some("CONSENSUS") {
            return None;
        }
        let told = status.consensus_state.as_ref().and_then(|state| state.delete_status.as_deref());
        Some(match told {
            Some("DELETE_ACKNOWLEDGED") => Removal::Agreed,
            Some("LOCAL_DELETE_REQUESTED") => Removal::Asked,
            _ => Removal::Open,
        })
    }
}

/// How far a deletion is that takes both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Removal {
    /// We have not asked.
    Open,
    /// We have asked, and the far side has not.
    Asked,
    /// Both have.
    Agreed,
}

/// The connection as a whole.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConnectionStatus {
    pub update_strategy: Option<String>,
    pub consensus_state: Option<ConsensusState>,
}

/// What is agreed about it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConsensusState {
    pub delete_status: Option<String>,
}

/// A range of addresses of a network.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Subnetwork {
    pub name: String,
    pub ip_cidr_range: Option<String>,
}

/// A note: a firewall policy that belongs to no network.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Note {
    pub description: Option<String>,
}

/// A route that comes in from a peer.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PeeringRoute {
    pub dest_range: Option<String>,
}

/// A change that goes on after its answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Operation {
    pub name: String,
    #[serde(default)]
    pub status: String,
    pub operation_type: Option<String>,
    pub target_link: Option<String>,
    pub region: Option<String>,
    pub http_error_status_code: Option<u16>,
    pub error: Option<OperationError>,
}

impl Operation {
    pub fn over(&self) -> bool {
        self.status == "DONE"
    }
}

/// How an operation failed.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct OperationError {
    #[serde(default)]
    pub errors: Vec<OperationFault>,
}

/// One cause.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct OperationFault {
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub message: String,
}

/// One page of a list.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<T> {
    #[serde(default = "Vec::new")]
    pub items: Vec<T>,
    pub next_page_token: Option<String>,
}

/// A refusal of any of Google's APIs.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ErrorBody {
    pub error: ErrorDetail,
}

/// What it says.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ErrorDetail {
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub errors: Vec<ErrorCause>,
}

/// Why.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ErrorCause {
    #[serde(default)]
    pub reason: String,
}

/// What a network's URL names, whichever host and version stand before it.
pub(super) fn relative(url: &str) -> &str {
    url.find("projects/").map_or(url, |at| &url[at..])
}

/// The last part of a URL: a name.
pub(super) fn last(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}
