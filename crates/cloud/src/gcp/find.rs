//! Whether a connection that exists is what a container and a spec describe.

use model::Cidr;
use model::container::Container;
use model::peering::PeeringSpec;

use super::shapes::{Half, Network, relative};
use super::survey::obstacle;
use super::{GcpDriver, far_network};
use crate::account::{Obstacle, ObstacleKind};
use crate::driver::DriverError;

impl GcpDriver {
    /// The network and the half that an id names: `NETWORK/PEERING`, also with `PROJECT/` before it,
    /// as Terraform has it.
    pub(super) async fn named(&self, connection_id: &str) -> Result<Option<(Network, Half)>, DriverError> {
        let id = connection_id
            .strip_prefix("projects/")
            .unwrap_or(connection_id)
            .replacen("/global/networks/", "/", 1)
            .replacen("/networkPeerings/", "/", 1);
        let id = id.strip_prefix(&format!("{}/", self.account.project)).unwrap_or(&id);
        let Some((network, half)) = id.split_once('/') else { return Ok(None) };
        let plain =
            |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !plain(network) || !plain(half) {
            return Ok(None);
        }
        let Some(network) = self.network_named(network).await? else { return Ok(None) };
        let found = network.peerings.iter().find(|other| other.name == half).cloned();
        Ok(found.map(|half| (network, half)))
    }

    pub(super) async fn differences(
        &self,
        container: &Container,
        spec: &PeeringSpec,
        connection_id: &str,
    ) -> Result<Vec<Obstacle>, DriverError> {
        let Some((network, half)) = self.named(connection_id).await? else {
            let what = format!("the project {} has no peering {connection_id}", self.account.project);
            let mend = "Name it as NETWORK/PEERING: gcloud compute networks peerings list.";
            return Ok(vec![obstacle(ObstacleKind::Missing, what, mend)]);
        };
        let mut all = Vec::new();
        let differs = |what: String, mend: &str| obstacle(ObstacleKind::Differs, what, mend);
        let far = far_network(spec)?;
        let peer = relative(&half.network);
        if peer != far {
            all.push(differs(
                format!("{connection_id} leads to {peer}, not to {far}"),
                "Describe the far side as the peering has it.",
            ));
        }
        let blocks = self.blocks_of(&network).await?;
        if !blocks.iter().any(|(_, block)| container.block.contains(*block)) {
            let has: Vec<String> =
                blocks.iter().map(|(_, block): &(String, Cidr)| block.to_string()).collect();
            all.push(differs(
                format!(
                    "{} has {}, and nothing in the container's {}",
                    network.name,
                    has.join(", "),
                    container.block
                ),
                "Make a container with the network's block.",
            ));
        }
        if let Some(other) = self.stranger_on(&network) {
            all.push(differs(
                format!("{} is another installation's: {other}", network.name),
                "Take it away from there first.",
            ));
        }
        if let Some(near) = self.near(container).await?
            && near.network.name != network.name
        {
            all.push(differs(
                format!("the container has the network {}, not {}", near.network.name, network.name),
                "Import into a container without a network.",
            ));
        }
        Ok(all)
    }
}
