//! What Resource Manager says, as far as we read it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::names::VnetId;

/// A page of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Page<T> {
    #[serde(default = "Vec::new")]
    pub(super) value: Vec<T>,
    #[serde(rename = "nextLink")]
    pub(super) next: Option<String>,
}

/// A virtual network.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Vnet {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) location: String,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) properties: VnetProperties,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct VnetProperties {
    pub(super) address_space: AddressSpace,
    pub(super) provisioning_state: Provisioning,
    pub(super) virtual_network_peerings: Vec<Half>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct AddressSpace {
    pub(super) address_prefixes: Vec<String>,
}

/// One half of a peering: what one network says of its connection to another.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Half {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) properties: HalfProperties,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct HalfProperties {
    pub(super) peering_state: Link,
    pub(super) peering_sync_level: SyncLevel,
    pub(super) provisioning_state: Provisioning,
    pub(super) remote_virtual_network: Reference,
    pub(super) remote_address_space: AddressSpace,
    pub(super) allow_virtual_network_access: Option<bool>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reference {
    pub(super) id: String,
}

/// How far the work on a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(super) enum Provisioning {
    #[default]
    Succeeded,
    Creating,
    Updating,
    Deleting,
    Failed,
    Canceled,
    #[serde(other)]
    Other,
}

impl Provisioning {
    /// Whether it came to nothing, so that it has to be asked for again.
    pub(super) fn failed(self) -> bool {
        matches!(self, Self::Failed | Self::Canceled)
    }

    /// Whether it goes on.
    pub(super) fn goes_on(self) -> bool {
        matches!(self, Self::Creating | Self::Updating | Self::Other)
    }
}

/// Whether the two halves know of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(super) enum Link {
    /// The other half is missing.
    #[default]
    Initiated,
    /// Traffic flows.
    Connected,
    /// The other half was there and is gone; this one serves no more.
    Disconnected,
}

/// Whether the halves know each other's addresses. "Local" is what this half was told of the other
/// network, "remote" what the other half was told of this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(super) enum SyncLevel {
    #[default]
    #[serde(rename = "FullyInSync")]
    Full,
    #[serde(rename = "LocalNotInSync")]
    LocalNot,
    #[serde(rename = "RemoteNotInSync")]
    RemoteNot,
    #[serde(rename = "LocalAndRemoteNotInSync")]
    Neither,
}

impl SyncLevel {
    /// Whether the half that says so has to be told the other network's addresses.
    pub(super) fn here(self) -> bool {
        matches!(self, Self::LocalNot | Self::Neither)
    }

    /// Whether the other half has to be told this network's addresses.
    pub(super) fn there(self) -> bool {
        matches!(self, Self::RemoteNot | Self::Neither)
    }
}

impl Half {
    /// The network that it leads to.
    pub(super) fn leads_to(&self) -> Option<VnetId> {
        self.properties.remote_virtual_network.id.parse().ok()
    }

    /// As Azure's portal would say it.
    pub(super) fn status(&self) -> String {
        let HalfProperties { peering_state, provisioning_state, .. } = &self.properties;
        match provisioning_state {
            Provisioning::Succeeded => format!("{peering_state:?}"),
            other => format!("{peering_state:?}, {other:?}"),
        }
    }
}

/// How far an operation is.
#[derive(Debug, Deserialize)]
pub(super) struct Operation {
    pub(super) status: String,
    pub(super) error: Option<Told>,
}

/// An error's words.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Told {
    pub(super) code: String,
    pub(super) message: String,
}

/// A body that tells an error.
#[derive(Debug, Deserialize)]
pub(super) struct Failure {
    pub(super) error: Told,
}

/// What a role allows.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct RolePart {
    pub(super) actions: Vec<String>,
    pub(super) not_actions: Vec<String>,
}

/// How much of something there is, and may be.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Usage {
    pub(super) current_value: i64,
    pub(super) limit: i64,
    pub(super) name: UsageName,
}

#[derive(Debug, Deserialize)]
pub(super) struct UsageName {
    pub(super) value: String,
}
