//! The port through which the simulated cloud reads and writes its facts.

use async_trait::async_trait;
use model::Cidr;
use model::container::Container;
use model::id::{ContainerId, PeeringId, ProjectId};
use model::peering::{Peering, Reason};
use model::time::Timestamp;
use model::world::{CloudCall, CloudFault, Latency, SimConnection, SimNetwork};

use crate::driver::DriverError;

/// A connection asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The peering that asks.
    pub peering: &'a Peering,
    /// The near network's addresses.
    pub near_block: Cidr,
    /// The latency profile.
    pub latency: Latency,
    /// Why it comes to nothing, if a fault was laid out for it.
    pub refused: Option<Reason>,
    /// Now, by the world's clock.
    pub now: Timestamp,
}

/// Where the facts of the simulated clouds are kept.
///
/// Every write is idempotent, and what it answers is on disk: an effect in the simulated cloud
/// outlives a crash just as one in a real cloud does. An implementation that can't be reached says
/// [`DriverError::Transient`].
#[async_trait]
pub trait Facts: Send + Sync {
    /// What was recorded of a peering's connection.
    async fn connection(&self, peering: PeeringId) -> Result<Option<SimConnection>, DriverError>;

    /// Records a connection, unless the same incarnation has one.
    async fn request(&self, asked: Asked<'_>) -> Result<(), DriverError>;

    /// Records its routes.
    async fn route(
        &self,
        peering: PeeringId,
        incarnation: i64,
        block: Option<Cidr>,
        now: Timestamp,
    ) -> Result<(), DriverError>;

    /// Records that it is being taken down.
    async fn remove(&self, peering: PeeringId, now: Timestamp) -> Result<(), DriverError>;

    /// What was recorded of a container's near network.
    async fn network(&self, container: ContainerId) -> Result<Option<SimNetwork>, DriverError>;

    /// Records a near network, unless one stands.
    async fn network_make(
        &self,
        container: &Container,
        latency: Latency,
        now: Timestamp,
    ) -> Result<(), DriverError>;

    /// Records that it is being taken down.
    async fn network_remove(&self, container: ContainerId, now: Timestamp) -> Result<(), DriverError>;

    /// Uses up one of the faults that were laid out for such a call in a project.
    async fn fault_take(
        &self,
        project: ProjectId,
        call: CloudCall,
    ) -> Result<Option<CloudFault>, DriverError>;
}
