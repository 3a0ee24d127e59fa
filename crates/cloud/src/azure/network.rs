//! The near network: a virtual network, found by its tags.

use model::container::machine::{NetworkObserved, NetworkSeen};
use model::container::{Container, Network, NetworkIds, Place};
use serde_json::{Value, json};

use super::AzureDriver;
use super::arm::NETWORK;
use super::names::{TAG_CONTAINER, TAG_INSTALLATION, made_for, tagged_peering, vnet_name};
use super::places::location;
use super::wire::{Provisioning, Vnet};
use super::words::failure;
use crate::driver::DriverError;

impl Vnet {
    /// Whether it was made, or adopted, by an installation for a container.
    fn is_for(&self, mark: &str, container: &Container) -> bool {
        let tag = |name: &str| self.tags.get(name).map(String::as_str);
        tag(TAG_INSTALLATION) == Some(mark) && tag(TAG_CONTAINER) == Some(container.id.hex().as_str())
    }
}

impl AzureDriver {
    /// The network of a container. One that we made is where its name says; one that was adopted has
    /// another name, and only its tags tell.
    pub(super) async fn find_network(&self, container: &Container) -> Result<Option<Vnet>, DriverError> {
        let name = match &container.network {
            Network::Ready(NetworkIds::Azure { vnet_name }) => vnet_name.clone(),
            _ => vnet_name(&self.account.mark, container.id),
        };
        if let Some(vnet) = self.network_named(&name).await?
            && vnet.is_for(&self.account.mark, container)
        {
            return Ok(Some(vnet));
        }
        let mut all = self.networks().await?;
        all.retain(|vnet| vnet.is_for(&self.account.mark, container));
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all.into_iter().next())
    }

    pub(super) async fn network_named(&self, name: &str) -> Result<Option<Vnet>, DriverError> {
        let id = self.vnet_id(name).to_string();
        self.arm.get(self.home(), &id, NETWORK).await.map_err(|no| failure(no, self.near_side()))
    }

    /// All networks in the account's resource group.
    pub(super) async fn networks(&self) -> Result<Vec<Vnet>, DriverError> {
        let id = format!("{}/providers/Microsoft.Network/virtualNetworks", self.group_id());
        self.arm.list(self.home(), &id, NETWORK).await.map_err(|no| failure(no, self.near_side()))
    }

    pub(super) async fn look_at_network(
        &self,
        container: &Container,
    ) -> Result<NetworkObserved, DriverError> {
        let vnet = self.find_network(container).await?;
        let network = vnet.map_or(NetworkSeen::Absent, |vnet| match vnet.properties.provisioning_state {
            Provisioning::Deleting => NetworkSeen::Removing,
            Provisioning::Creating | Provisioning::Updating | Provisioning::Other => NetworkSeen::Making,
            // One whose last change failed is there, and has to go when it is not wanted. It is
            // written anew before a peering is asked for.
            Provisioning::Succeeded | Provisioning::Failed | Provisioning::Canceled => {
                NetworkSeen::Ready(NetworkIds::Azure { vnet_name: vnet.name })
            }
        });
        Ok(NetworkObserved { network, changes_at: None })
    }

    /// Makes the network, unless it is there. What is there is never written over: somebody may have
    /// made subnets in it.
    pub(super) async fn make_network(&self, container: &Container) -> Result<(), DriverError> {
        if let Some(vnet) = self.find_network(container).await? {
            return self.mend_network(&vnet).await;
        }
        let name = vnet_name(&self.account.mark, container.id);
        if self.network_named(&name).await?.is_some() {
            let says =
                format!("{} exists and carries another mark; give it another name", self.vnet_id(&name));
            return Err(DriverError::invalid(says));
        }
        let Some(location) = here(container) else {
            let says = format!("{:?} is no place of Azure's", container.place);
            return Err(DriverError::invalid(says));
        };
        let body = json!({
            "location": location,
            "tags": {
                TAG_INSTALLATION: self.account.mark,
                TAG_CONTAINER: container.id.to_string(),
                "landbridge-project": container.project.to_string(),
            },
            "properties": { "addressSpace": { "addressPrefixes": [container.block.to_string()] } },
        });
        self.write_network(&name, &body).await
    }

    /// Writes a network whose last change failed as it is, which makes Azure try again.
    pub(super) async fn mend_network(&self, vnet: &Vnet) -> Result<(), DriverError> {
        if !vnet.properties.provisioning_state.failed() {
            return Ok(());
        }
        let id = self.vnet_id(&vnet.name).to_string();
        let whole: Option<Value> =
            self.arm.get(self.home(), &id, NETWORK).await.map_err(|no| failure(no, self.near_side()))?;
        match whole {
            Some(whole) => self.write_network(&vnet.name, &whole).await,
            None => Ok(()),
        }
    }

    async fn write_network(&self, name: &str, body: &Value) -> Result<(), DriverError> {
        let id = self.vnet_id(name).to_string();
        self.arm.put(self.home(), &id, "", body).await.map_err(|no| failure(no, self.near_side()))
    }

    /// Takes the network down. One with peerings that are not ours stays: somebody counts on it.
    pub(super) async fn remove_network(&self, container: &Container) -> Result<(), DriverError> {
        let Some(vnet) = self.find_network(container).await? else { return Ok(()) };
        self.drop_network(&vnet).await
    }

    pub(super) async fn drop_network(&self, vnet: &Vnet) -> Result<(), DriverError> {
        if vnet.properties.provisioning_state == Provisioning::Deleting {
            return Ok(());
        }
        let foreign = vnet.properties.virtual_network_peerings.iter().find(|half| {
            let adopted = vnet.adopted().any(|(_, names)| names.near == half.name);
            !adopted && made_for(&self.account.mark, &half.name).is_none()
        });
        if let Some(half) = foreign {
            let says =
                format!("the network has a peering that we did not make, {}; remove that first", half.id);
            return Err(DriverError::invalid(says));
        }
        let id = self.vnet_id(&vnet.name).to_string();
        self.arm.delete(self.home(), &id).await.map_err(|no| failure(no, self.near_side()))?;
        Ok(())
    }
}

impl Vnet {
    /// The peerings whose halves were made by somebody else and adopted.
    pub(super) fn adopted(&self) -> impl Iterator<Item = (model::PeeringId, super::names::HalfNames)> + '_ {
        self.tags
            .iter()
            .filter_map(|(tag, value)| Some((tagged_peering(tag)?, super::names::HalfNames::of_tag(value)?)))
    }
}

/// Where a container is, as Azure calls it.
pub(super) fn here(container: &Container) -> Option<&'static str> {
    match &container.place {
        Place::Azure { region } => location(region),
        Place::Aws { .. } | Place::Gcp { .. } => None,
    }
}
