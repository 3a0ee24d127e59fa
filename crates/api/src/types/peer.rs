//! Peering connections. Nulls are explicit.

use schemars::JsonSchema;
use serde::Serialize;

/// A peering connection, in the shape of its provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Peer {
    /// Amazon.
    Aws(AwsPeer),
    /// Azure.
    Azure(AzurePeer),
    /// Google Cloud.
    Gcp(GcpPeer),
}

/// At Amazon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AwsPeer {
    /// Where the far VPC is, as `us-east-1`; null if that is the container's own region.
    pub accepter_region_name: Option<String>,
    /// Twelve digits.
    pub aws_account_id: String,
    /// `pcx-…`; null until Amazon has the request.
    pub connection_id: Option<String>,
    /// The container.
    pub container_id: String,
    /// Why it failed; null while healthy.
    #[schemars(extend("enum" = ["REJECTED", "EXPIRED", "INVALID_ARGUMENT", null]))]
    pub error_state_name: Option<&'static str>,
    /// Its id.
    pub id: String,
    /// `AWS`.
    #[schemars(extend("const" = "AWS"))]
    pub provider_name: &'static str,
    /// The addresses over there.
    pub route_table_cidr_block: String,
    /// `INITIATING`, `PENDING_ACCEPTANCE`, `FAILED`, `FINALIZING`, `AVAILABLE`, `TERMINATING`.
    #[schemars(extend("enum" = ["INITIATING", "PENDING_ACCEPTANCE", "FAILED", "FINALIZING", "AVAILABLE", "TERMINATING"]))]
    pub status_name: &'static str,
    /// The far VPC.
    pub vpc_id: String,
}

/// At Azure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AzurePeer {
    /// The directory.
    pub azure_directory_id: String,
    /// The subscription.
    pub azure_subscription_id: String,
    /// The container.
    pub container_id: String,
    /// Why it failed; null while healthy.
    pub error_state: Option<String>,
    /// Its id.
    pub id: String,
    /// `AZURE`.
    #[schemars(extend("const" = "AZURE"))]
    pub provider_name: &'static str,
    /// The resource group.
    pub resource_group_name: String,
    /// `ADDING_PEER`, `AVAILABLE`, `FAILED`, `DELETION_FAILED`, `DELETING`.
    #[schemars(extend("enum" = ["ADDING_PEER", "AVAILABLE", "FAILED", "DELETION_FAILED", "DELETING"]))]
    pub status: &'static str,
    /// The far virtual network.
    pub vnet_name: String,
}

/// At Google Cloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GcpPeer {
    /// The container.
    pub container_id: String,
    /// Why it failed; null while healthy.
    pub error_message: Option<String>,
    /// The customer's project.
    pub gcp_project_id: String,
    /// Its id.
    pub id: String,
    /// The customer's network.
    pub network_name: String,
    /// `GCP`.
    #[schemars(extend("const" = "GCP"))]
    pub provider_name: &'static str,
    /// `ADDING_PEER`, `WAITING_FOR_USER`, `AVAILABLE`, `FAILED`, `DELETING`.
    #[schemars(extend("enum" = ["ADDING_PEER", "WAITING_FOR_USER", "AVAILABLE", "FAILED", "DELETING"]))]
    pub status: &'static str,
}
