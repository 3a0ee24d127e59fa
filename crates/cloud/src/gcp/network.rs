//! How a near network comes and goes: the network, then its ranges of addresses; away with them in
//! the other order. Each step is found again by its name, so a crash between any two is mended by
//! doing it again.

use http::Method;
use model::container::machine::{NetworkObserved, NetworkSeen};
use model::container::{Container, Network as Row, NetworkIds};
use serde_json::json;
use tokio::time::{Duration, Instant};

use super::GcpDriver;
use super::fault::BUSY;
use super::names;
use super::near::Near;
use super::operation::Outcome;
use super::regions::{Piece, pieces};
use super::shapes::{Subnetwork, relative};
use crate::driver::DriverError;

/// After this long no further step is begun within one call; the next look goes on.
const STEPS_FOR: Duration = Duration::from_secs(4);

impl GcpDriver {
    pub(super) async fn observe_near(&self, container: &Container) -> Result<NetworkObserved, DriverError> {
        let network = self.seen(container).await?;
        Ok(NetworkObserved { network, changes_at: None })
    }

    async fn seen(&self, container: &Container) -> Result<NetworkSeen, DriverError> {
        let Some(near) = self.near(container).await? else { return self.seen_nothing(container).await };
        let path = self.names.network_path(&near.network.name);
        if container.network == Row::Removing && self.under_way("global", "delete", &path).await?.is_some() {
            return Ok(NetworkSeen::Removing);
        }
        let lacking = self.lacking(container, &near)?;
        for piece in &lacking {
            let place = format!("regions/{}", piece.region);
            let subnetwork = self.subnetwork_path(container, &piece.region);
            if self.under_way(&place, "insert", &subnetwork).await?.is_some() {
                return Ok(NetworkSeen::Making);
            }
        }
        if !lacking.is_empty() {
            return Ok(NetworkSeen::Partial);
        }
        Ok(NetworkSeen::Ready(NetworkIds::Gcp {
            project_id: self.account.project.clone(),
            network_name: near.network.name,
        }))
    }

    /// Nothing is to be seen: it may be on its way, and what is left of an adoption is to be removed.
    async fn seen_nothing(&self, container: &Container) -> Result<NetworkSeen, DriverError> {
        let path = self.names.network_path(&self.names.network(container.id));
        if self.under_way("global", "insert", &path).await?.is_some() {
            return Ok(NetworkSeen::Making);
        }
        let noted = self.note_on(container.id).await?.is_some();
        Ok(if noted { NetworkSeen::Partial } else { NetworkSeen::Absent })
    }

    /// The pieces of a container's block that a network of ours does not have.
    fn lacking(&self, container: &Container, near: &Near) -> Result<Vec<Piece>, DriverError> {
        if near.adopted {
            return Ok(Vec::new());
        }
        let has = |piece: &Piece| {
            let path = self.subnetwork_path(container, &piece.region);
            near.network.subnetworks.iter().any(|url| relative(url) == path)
        };
        let mut all = pieces(container, &self.account.region)?;
        all.retain(|piece| !has(piece));
        Ok(all)
    }

    fn subnetwork_path(&self, container: &Container, region: &str) -> String {
        let name = self.names.network(container.id);
        format!("projects/{}/regions/{region}/subnetworks/{name}", self.account.project)
    }

    pub(super) async fn make_near(&self, container: &Container) -> Result<(), DriverError> {
        let end = Instant::now() + STEPS_FOR;
        // What can't be divided is refused before anything is made.
        pieces(container, &self.account.region)?;
        if self.near(container).await?.is_none() {
            self.clear_note(container.id).await?;
            if !self.insert_network(container).await? {
                return Ok(());
            }
        }
        let Some(near) = self.near(container).await? else { return Ok(()) };
        for piece in self.lacking(container, &near)? {
            if Instant::now() >= end || !self.insert_subnetwork(container, &piece).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whether it stands now; if not, it is on its way.
    async fn insert_network(&self, container: &Container) -> Result<bool, DriverError> {
        let name = self.names.network(container.id);
        let body = json!({
            "name": name,
            "description": self.names.of_network(container.id),
            "autoCreateSubnetworks": false,
            // What is in one region reaches what the customer has in another.
            "routingConfig": { "routingMode": "GLOBAL" },
        });
        let all = format!("projects/{}/global/networks", self.account.project);
        self.insert(&all, &body, "global", &self.names.network_path(&name)).await
    }

    async fn insert_subnetwork(&self, container: &Container, piece: &Piece) -> Result<bool, DriverError> {
        let name = self.names.network(container.id);
        let body = json!({
            "name": name,
            "description": self.names.of_network(container.id),
            "network": self.names.network_path(&name),
            "ipCidrRange": piece.block.to_string(),
        });
        let place = format!("regions/{}", piece.region);
        let all = format!("projects/{}/{place}/subnetworks", self.account.project);
        self.insert(&all, &body, &place, &self.subnetwork_path(container, &piece.region)).await
    }

    /// Makes a thing under a name, or waits for whoever is making it.
    pub(super) async fn insert(
        &self,
        all: &str,
        body: &serde_json::Value,
        place: &str,
        target: &str,
    ) -> Result<bool, DriverError> {
        match self.change(&Method::POST, all, Some(body), None).await? {
            Outcome::Failed(refusal) if refusal.exists() => {
                match self.under_way(place, "insert", target).await? {
                    Some(operation) => self.end_of(&operation).await?.done(),
                    None => Ok(true),
                }
            }
            outcome => outcome.done(),
        }
    }

    /// Takes a thing down; whether it is gone now.
    pub(super) async fn delete(&self, path: &str) -> Result<bool, DriverError> {
        match self.change(&Method::DELETE, path, None, None).await? {
            Outcome::Failed(refusal) if refusal.status == 404 => Ok(true),
            outcome => outcome.done(),
        }
    }

    pub(super) async fn remove_near(&self, container: &Container) -> Result<(), DriverError> {
        // One that is on its way comes first, so that it is not missed.
        let path = self.names.network_path(&self.names.network(container.id));
        let near = match self.near(container).await? {
            Some(near) => near,
            None => {
                let Some(operation) = self.under_way("global", "insert", &path).await? else {
                    return self.clear_note(container.id).await;
                };
                self.end_of(&operation).await?;
                match self.near(container).await? {
                    Some(near) => near,
                    None => return Ok(()),
                }
            }
        };
        self.take_down_network(&near, |block| container.block.contains(block)).await?;
        if near.adopted && self.network_named(&near.network.name).await?.is_none() {
            self.clear_note(container.id).await?;
        }
        Ok(())
    }

    /// Takes down a network with its ranges of addresses. Of an adopted one only those go that
    /// `ours` says are the container's; where others are left, Google refuses to delete it.
    pub(super) async fn take_down_network(
        &self,
        near: &Near,
        ours: impl Fn(model::Cidr) -> bool + Send + Sync,
    ) -> Result<(), DriverError> {
        let network = &near.network;
        if let Some(half) = network.peerings.iter().find(|half| names::made_for(&half.name).is_none()) {
            return Err(DriverError::invalid(format!(
                "the network {} has a peering {} that Landbridge did not make: remove it first, by \
                 gcloud compute networks peerings delete {} --network={} --project={}",
                network.name, half.name, half.name, network.name, self.account.project
            )));
        }
        if !network.peerings.is_empty() {
            return Err(DriverError::Throttled(BUSY));
        }
        for url in &network.subnetworks {
            let path = relative(url);
            if near.adopted {
                let Some(subnetwork) = self.client.look::<Subnetwork>(path).await? else { continue };
                let block =
                    subnetwork.ip_cidr_range.as_deref().and_then(|text| model::Cidr::parse(text).ok());
                if !block.is_some_and(&ours) {
                    continue;
                }
            }
            if !self.delete(path).await? {
                return Ok(());
            }
        }
        self.delete(&self.names.network_path(&network.name)).await.map(|_| ())
    }

    /// Takes away the note on a row, if there is one of ours.
    pub(super) async fn clear_note(
        &self,
        row: impl std::fmt::Display + Copy + Send,
    ) -> Result<(), DriverError> {
        if self.note_on(row).await?.is_some() {
            self.delete(&self.note_path(row)).await?;
        }
        Ok(())
    }
}
