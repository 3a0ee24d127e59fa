//! Containers. What a cloud names only once the network stands is null until then.

use schemars::JsonSchema;
use serde::Serialize;

/// A container, in the shape of its provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Container {
    /// Amazon.
    Aws(AwsContainer),
    /// Azure.
    Azure(AzureContainer),
    /// Google Cloud.
    Gcp(GcpContainer),
}

/// At Amazon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AwsContainer {
    /// Its addresses.
    pub atlas_cidr_block: String,
    /// Its id.
    pub id: String,
    /// `AWS`.
    #[schemars(extend("const" = "AWS"))]
    pub provider_name: &'static str,
    /// Whether its network stands.
    pub provisioned: bool,
    /// Such as `US_EAST_1`.
    pub region_name: &'static str,
    /// `vpc-…`.
    pub vpc_id: Option<String>,
}

/// At Azure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AzureContainer {
    /// Its addresses.
    pub atlas_cidr_block: String,
    /// 24 hexadecimal digits, no UUID.
    pub azure_subscription_id: Option<String>,
    /// Its id.
    pub id: String,
    /// `AZURE`.
    #[schemars(extend("const" = "AZURE"))]
    pub provider_name: &'static str,
    /// Whether its network stands.
    pub provisioned: bool,
    /// Such as `US_EAST_2`.
    pub region: &'static str,
    /// `vnet_…`.
    pub vnet_name: Option<String>,
}

/// At Google Cloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GcpContainer {
    /// Its addresses.
    pub atlas_cidr_block: String,
    /// `p-…`.
    pub gcp_project_id: Option<String>,
    /// Its id.
    pub id: String,
    /// `nt-…`.
    pub network_name: Option<String>,
    /// `GCP`.
    #[schemars(extend("const" = "GCP"))]
    pub provider_name: &'static str,
    /// Whether its network stands.
    pub provisioned: bool,
    /// The regions of a small container; left out otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<&'static str>,
}

/// The answer of `privateIpMode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PrivateIpMode {
    /// Whether the project connects by peering only.
    pub enabled: bool,
}
