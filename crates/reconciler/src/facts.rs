//! The simulated clouds' facts, kept as rows beside the control plane's own.

use async_trait::async_trait;
use cloud::DriverError;
use cloud::sim::{Asked, Facts};
use model::Cidr;
use model::container::Container;
use model::id::{ContainerId, PeeringId, ProjectId};
use model::time::Timestamp;
use model::world::{CloudCall, CloudFault, FaultPoint, Latency, Outcome, SimConnection, SimNetwork};
use store::{RequestRow, Store};

/// [`Facts`] in a store.
#[derive(Clone)]
pub struct StoreFacts(Store);

impl StoreFacts {
    /// The facts in `store`.
    pub fn new(store: Store) -> Self {
        Self(store)
    }
}

/// A store that can't be asked is a cloud that can't be asked.
fn transient(error: store::Error) -> DriverError {
    DriverError::transient(&error)
}

#[async_trait]
impl Facts for StoreFacts {
    async fn connection(&self, peering: PeeringId) -> Result<Option<SimConnection>, DriverError> {
        self.0.sim_connection(peering).await.map_err(transient)
    }

    async fn request(&self, asked: Asked<'_>) -> Result<(), DriverError> {
        let row = RequestRow {
            peering: asked.peering.clone(),
            near_block: asked.near_block,
            latency: asked.latency,
            refused: asked.refused,
            now: asked.now,
        };
        self.0.sim_request(row).await.map_err(transient)
    }

    async fn route(
        &self,
        peering: PeeringId,
        incarnation: i64,
        block: Option<Cidr>,
        now: Timestamp,
    ) -> Result<(), DriverError> {
        self.0.sim_route(peering, incarnation, block, now).await.map_err(transient)
    }

    async fn remove(&self, peering: PeeringId, now: Timestamp) -> Result<(), DriverError> {
        self.0.sim_remove(peering, now).await.map_err(transient)
    }

    async fn network(&self, container: ContainerId) -> Result<Option<SimNetwork>, DriverError> {
        self.0.sim_network(container).await.map_err(transient)
    }

    async fn network_make(
        &self,
        container: &Container,
        latency: Latency,
        now: Timestamp,
    ) -> Result<(), DriverError> {
        self.0.sim_network_make(container, latency, now).await.map_err(transient)
    }

    async fn network_remove(&self, container: ContainerId, now: Timestamp) -> Result<(), DriverError> {
        self.0.sim_network_remove(container, now).await.map_err(transient)
    }

    async fn fault_take(
        &self,
        project: ProjectId,
        call: CloudCall,
    ) -> Result<Option<CloudFault>, DriverError> {
        match self.0.fault_take(project, &FaultPoint::Cloud(call)).await.map_err(transient)? {
            Some(Outcome::Cloud(fault)) => Ok(Some(fault)),
            // Laid out for a cloud call, an error code means nothing.
            Some(Outcome::ErrorCode(_)) | None => Ok(None),
        }
    }
}
