//! Where callers come from and where the control plane is.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

/// The address that a caller comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IpInfo {
    /// The address, of whichever version.
    #[serde(rename = "currentIpv4Address")]
    pub current: String,
}

/// Addresses of the control plane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ControlPlaneAddresses {
    /// Where it is called.
    pub inbound: AddressesByProvider,
    /// Where it calls from.
    pub outbound: AddressesByProvider,
}

/// Blocks by provider and region.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AddressesByProvider {
    /// At Amazon.
    pub aws: BTreeMap<String, Vec<String>>,
    /// At Azure.
    pub azure: BTreeMap<String, Vec<String>>,
    /// At Google Cloud.
    pub gcp: BTreeMap<String, Vec<String>>,
}
