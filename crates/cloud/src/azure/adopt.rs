//! An existing peering that is to be managed from now on.

use std::collections::BTreeMap;

use model::Cidr;
use model::container::Container;
use model::peering::PeeringSpec;
use serde_json::json;

use super::arm::{NETWORK, only};
use super::names::{HalfNames, TAG_CONTAINER, TAG_INSTALLATION, VnetId, peering_tag};
use super::network::here;
use super::survey::blocks;
use super::wire::{Half, Link, Vnet};
use super::words::failure;
use super::{AzureDriver, Far, far_of};
use crate::account::{Obstacle, ObstacleKind};
use crate::driver::{DriverError, PeeringJob};

impl AzureDriver {
    pub(super) async fn compare(
        &self,
        container: &Container,
        spec: &PeeringSpec,
        connection_id: &str,
    ) -> Result<Vec<Obstacle>, DriverError> {
        let far = far_of(spec)?;
        let Some((vnet, half)) = self.existing(connection_id).await? else {
            return Ok(vec![obstacle(
                ObstacleKind::Missing,
                format!(
                    "There is no peering {connection_id} in resource group {}.",
                    self.account.resource_group
                ),
                "Give the id of the half in our network: az network vnet peering list --query [].id",
            )]);
        };
        let mut all = Vec::new();
        let mut differs = |what: String, mend: &str| all.push(obstacle(ObstacleKind::Differs, what, mend));
        let theirs = vnet.tags.get(TAG_INSTALLATION).filter(|mark| **mark != self.account.mark);
        if let Some(mark) = theirs {
            differs(
                format!("The network {} carries the mark of another installation, {mark}.", vnet.id),
                "Let that installation give it up first.",
            );
        }
        if let Some(id) = vnet.tags.get(TAG_CONTAINER).filter(|id| **id != container.id.to_string()) {
            differs(format!("The network {} belongs to container {id}.", vnet.id), "Use that container.");
        }
        // `eastus2` may be told as `East US 2`.
        let location = vnet.location.to_ascii_lowercase().replace(' ', "");
        if Some(location.as_str()) != here(container) {
            differs(
                format!("The network is in {}, the container in {:?}.", vnet.location, container.place),
                "Make the container in the network's region.",
            );
        }
        let here: Vec<Cidr> = blocks(&vnet.properties.address_space);
        if here != [container.block] {
            let told: Vec<_> = here.iter().map(Cidr::to_string).collect();
            differs(
                format!(
                    "The network has the addresses {}, the container {}.",
                    told.join(", "),
                    container.block
                ),
                "Make the container with the network's block.",
            );
        }
        if !half.leads_to().is_some_and(|there| there.is(&far.vnet)) {
            let leads_to = &half.properties.remote_virtual_network.id;
            differs(
                format!("The peering leads to {leads_to}, not to {}.", far.vnet),
                "Describe the network that it leads to.",
            );
        }
        if half.properties.peering_state != Link::Connected {
            differs(
                format!("The peering is {}, not Connected.", half.status()),
                "Complete it first, or let a new one be made.",
            );
        }
        Ok(all)
    }

    /// Tags the near network, so that it and the halves are found from now on.
    pub(super) async fn take_over(&self, job: &PeeringJob, connection_id: &str) -> Result<(), DriverError> {
        let far = far_of(&job.peering.spec)?;
        let obstacles = self.compare(&job.container, &job.peering.spec, connection_id).await?;
        if let Some(obstacle) = obstacles.first() {
            return Err(DriverError::invalid(format!("{} {}", obstacle.what, obstacle.mend)));
        }
        let Some((vnet, half)) = self.existing(connection_id).await? else {
            return Err(DriverError::invalid(format!("{connection_id} is gone")));
        };
        if let Some(other) = self.find_network(&job.container).await?
            && !other.name.eq_ignore_ascii_case(&vnet.name)
        {
            return Err(DriverError::invalid(format!("the container has a network already, {}", other.id)));
        }
        let names = HalfNames { far: self.opposite_name(&far, &vnet).await?, near: half.name };
        let mut tags: BTreeMap<String, String> = vnet.tags.clone();
        tags.insert(TAG_INSTALLATION.to_owned(), self.account.mark.clone());
        tags.insert(TAG_CONTAINER.to_owned(), job.container.id.to_string());
        tags.insert(peering_tag(job.peering.id), names.tag());
        if tags == vnet.tags {
            return Ok(());
        }
        let id = self.vnet_id(&vnet.name).to_string();
        let tagged = self.arm.patch(self.home(), &id, &json!({ "tags": tags })).await;
        tagged.map_err(|no| failure(no, self.near_side()))
    }

    /// The half of that id in a network of our resource group, with the network.
    async fn existing(&self, id: &str) -> Result<Option<(Vnet, Half)>, DriverError> {
        let Some((vnet, name)) = VnetId::of_half(id) else { return Ok(None) };
        if !self.vnet_id(&vnet.name).is(&vnet) {
            return Ok(None);
        }
        let Some(vnet) = self.network_named(&vnet.name).await? else { return Ok(None) };
        let halves = &vnet.properties.virtual_network_peerings;
        let half = halves.iter().find(|half| half.name.eq_ignore_ascii_case(&name)).cloned();
        Ok(half.map(|half| (vnet, half)))
    }

    /// What the half in the customer's network is called that leads to one of ours.
    async fn opposite_name(&self, far: &Far, vnet: &Vnet) -> Result<String, DriverError> {
        let id = format!("{}/virtualNetworkPeerings", far.vnet);
        let halves: Vec<Half> = self
            .arm
            .list(only(&far.tenant), &id, NETWORK)
            .await
            .map_err(|no| failure(no, self.far_side(far)))?;
        let ours = self.vnet_id(&vnet.name);
        let back = halves.into_iter().find(|half| half.leads_to().is_some_and(|there| there.is(&ours)));
        back.map(|half| half.name)
            .ok_or_else(|| DriverError::invalid(format!("no peering of {} leads back to {ours}", far.vnet)))
    }
}

fn obstacle(kind: ObstacleKind, what: String, mend: &str) -> Obstacle {
    Obstacle { kind, what, mend: mend.to_owned() }
}
