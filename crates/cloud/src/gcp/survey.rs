//! What would stand in a peering's way, by what Google shows now.

use model::Cidr;
use model::container::Container;
use model::peering::PeeringSpec;
use serde_json::Value;

use super::checkup::NEEDED;
use super::near::Near;
use super::regions::{Piece, pieces};
use super::shapes::{Network, PeeringRoute, Subnetwork, relative};
use super::{GcpDriver, far_network, names};
use crate::account::{Obstacle, ObstacleKind};
use crate::driver::DriverError;

/// How many peerings a network may have unless Google was asked for more.
/// Source: "Quotas and limits" of VPC.
const PEERINGS_MAX: usize = 25;

/// The most subnetworks of a far network that are looked at.
const SUBNETWORKS_MAX: usize = 300;

impl GcpDriver {
    pub(super) async fn obstacles(
        &self,
        container: &Container,
        spec: &PeeringSpec,
    ) -> Result<Vec<Obstacle>, DriverError> {
        let far = far_network(spec)?;
        let mut all = self.missing_rights().await?;
        let divided = match pieces(container, &self.account.region) {
            Ok(divided) => divided,
            Err(error) => {
                let mend = "Make a container with a larger block, or with fewer regions.";
                all.push(obstacle(ObstacleKind::Region, error.to_string(), mend));
                Vec::new()
            }
        };
        for piece in &divided {
            all.extend(self.region_is_there(piece).await?);
        }
        let far_blocks = match self.client.try_look::<Network>(&far).await? {
            Ok(network) => self.blocks_of(&network).await?,
            Err(refusal) if refusal.status == 404 => {
                let mend = format!("Check the names: gcloud compute networks describe of {far}.");
                all.push(obstacle(ObstacleKind::Missing, format!("there is no network {far}"), &mend));
                Vec::new()
            }
            // It can't be seen before it is connected; Google looks when it is.
            Err(refusal) if refusal.status == 403 => Vec::new(),
            Err(refusal) => return Err(refusal.error()),
        };
        let mend = "Give the container or the far subnetwork another block: Google connects no networks whose \
                    subnetworks overlap.";
        for (name, block) in &far_blocks {
            if container.block.overlaps(*block) {
                let what = format!("{block} of {name} overlaps with the container's {}", container.block);
                all.push(obstacle(ObstacleKind::Overlap, what, mend));
            }
        }
        if let Some(near) = self.near(container).await? {
            all.extend(self.in_the_near_network(&near, &far, &far_blocks, &divided).await?);
        }
        Ok(all)
    }

    async fn missing_rights(&self) -> Result<Vec<Obstacle>, DriverError> {
        let rights = self.rights().await?;
        let mend = "Grant the role that landbridge doctor prints.";
        Ok(NEEDED
            .iter()
            .filter(|name| !rights.contains(**name))
            .map(|name| {
                let what = format!("we may not {name} in {}", self.account.project);
                obstacle(ObstacleKind::Permission, what, mend)
            })
            .collect())
    }

    async fn region_is_there(&self, piece: &Piece) -> Result<Option<Obstacle>, DriverError> {
        let path = format!("projects/{}/regions/{}", self.account.project, piece.region);
        match self.client.try_look::<Value>(&path).await? {
            Err(refusal) if refusal.status == 404 => {
                let what = format!("Google has no region {}: {}", piece.region, refusal.message);
                let mend = "Make the container in other regions, or set the account's region.";
                Ok(Some(obstacle(ObstacleKind::Region, what, mend)))
            }
            // That a region can't be described is no obstacle to its use.
            Ok(_) | Err(_) => Ok(None),
        }
    }

    /// The ranges of addresses of a network, as far as we may see them.
    pub(super) async fn blocks_of(&self, network: &Network) -> Result<Vec<(String, Cidr)>, DriverError> {
        let mut all = Vec::new();
        for url in network.subnetworks.iter().take(SUBNETWORKS_MAX) {
            let path = relative(url);
            if let Ok(subnetwork) = self.client.try_look::<Subnetwork>(path).await?
                && let Some(block) =
                    subnetwork.ip_cidr_range.as_deref().and_then(|text| Cidr::parse(text).ok())
            {
                all.push((format!("{path} ({})", subnetwork.name), block));
            }
        }
        Ok(all)
    }

    async fn in_the_near_network(
        &self,
        near: &Near,
        far: &str,
        far_blocks: &[(String, Cidr)],
        divided: &[Piece],
    ) -> Result<Vec<Obstacle>, DriverError> {
        let network = &near.network;
        let mut all = Vec::new();
        let same = network.peerings.iter().find(|half| relative(&half.network) == far);
        if let Some(half) = same {
            let what = format!("{} is peered with {far} already, by {}", network.name, half.name);
            let mend = match names::made_for(&half.name) {
                Some(id) => format!("It belongs to the peering {id}: remove that, or keep it."),
                None => "Adopt it, or remove it.".to_owned(),
            };
            all.push(obstacle(ObstacleKind::Differs, what, &mend));
        }
        if network.peerings.len() >= PEERINGS_MAX {
            let what = format!(
                "{} has {} peerings, and Google allows {PEERINGS_MAX}",
                network.name,
                network.peerings.len()
            );
            all.push(obstacle(
                ObstacleKind::Quota,
                what,
                "Remove a peering, or ask Google for a higher quota.",
            ));
        }
        for piece in divided {
            for route in self.incoming(&network.name, &piece.region).await? {
                for (name, block) in far_blocks.iter().filter(|(_, block)| block.overlaps(route)) {
                    let what =
                        format!("{block} of {name} overlaps with {route}, which another peering brings in");
                    let mend = "Give one of the two far networks other addresses, or use another container.";
                    all.push(obstacle(ObstacleKind::Overlap, what, mend));
                }
            }
        }
        Ok(all)
    }

    /// What the network's peers bring in.
    async fn incoming(&self, network: &str, region: &str) -> Result<Vec<Cidr>, DriverError> {
        let path = format!("{}/listPeeringRoutes", self.names.network_path(network));
        let query = [("direction", "INCOMING"), ("region", region)];
        let routes: Vec<PeeringRoute> = self.client.list(&path, &query).await?;
        Ok(routes.iter().filter_map(|route| Cidr::parse(route.dest_range.as_deref()?).ok()).collect())
    }
}

pub(super) fn obstacle(kind: ObstacleKind, what: impl Into<String>, mend: &str) -> Obstacle {
    Obstacle { kind, what: what.into(), mend: mend.to_owned() }
}
