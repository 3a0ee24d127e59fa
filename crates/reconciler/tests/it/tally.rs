//! Facts that count how often something was made in the simulated clouds.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use cloud::DriverError;
use cloud::sim::{Asked, Facts};
use model::Cidr;
use model::container::Container;
use model::id::{ContainerId, PeeringId, ProjectId};
use model::time::Timestamp;
use model::world::{CloudCall, CloudFault, Latency, SimConnection, SimNetwork};
use reconciler::StoreFacts;

pub struct Tally {
    inner: StoreFacts,
    /// Connections made, by peering and incarnation.
    requests: Mutex<BTreeMap<(PeeringId, i64), u32>>,
}

impl Tally {
    pub fn new(inner: StoreFacts) -> Self {
        Self { inner, requests: Mutex::default() }
    }

    /// How many connections were made for each incarnation of each peering.
    pub fn requests(&self) -> BTreeMap<(PeeringId, i64), u32> {
        self.requests.lock().expect("nobody panics while counting").clone()
    }

    /// What stands now. One that nobody counted was made by a call that a crash cut off.
    async fn look(&self, peering: PeeringId) -> Result<Option<SimConnection>, DriverError> {
        let known = self.inner.connection(peering).await?;
        if let Some(known) = &known {
            let mut requests = self.requests.lock().expect("nobody panics while counting");
            requests.entry((peering, known.incarnation)).or_insert(1);
        }
        Ok(known)
    }
}

#[async_trait]
impl Facts for Tally {
    async fn connection(&self, peering: PeeringId) -> Result<Option<SimConnection>, DriverError> {
        self.look(peering).await
    }

    async fn request(&self, asked: Asked<'_>) -> Result<(), DriverError> {
        let (peering, incarnation) = (asked.peering.id, asked.peering.incarnation);
        let before = self.look(peering).await?;
        self.inner.request(asked).await?;
        let after = self.inner.connection(peering).await?;
        let stands = after.as_ref().is_some_and(|after| after.incarnation == incarnation);
        if stands && before != after {
            let mut requests = self.requests.lock().expect("nobody panics while counting");
            *requests.entry((peering, incarnation)).or_insert(0) += 1;
        }
        Ok(())
    }

    async fn route(
        &self,
        peering: PeeringId,
        incarnation: i64,
        block: Option<Cidr>,
        now: Timestamp,
    ) -> Result<(), DriverError> {
        self.inner.route(peering, incarnation, block, now).await
    }

    async fn remove(&self, peering: PeeringId, now: Timestamp) -> Result<(), DriverError> {
        self.look(peering).await?;
        self.inner.remove(peering, now).await
    }

    async fn network(&self, container: ContainerId) -> Result<Option<SimNetwork>, DriverError> {
        self.inner.network(container).await
    }

    async fn network_make(
        &self,
        container: &Container,
        latency: Latency,
        now: Timestamp,
    ) -> Result<(), DriverError> {
        self.inner.network_make(container, latency, now).await
    }

    async fn network_remove(&self, container: ContainerId, now: Timestamp) -> Result<(), DriverError> {
        self.inner.network_remove(container, now).await
    }

    async fn fault_take(
        &self,
        project: ProjectId,
        call: CloudCall,
    ) -> Result<Option<CloudFault>, DriverError> {
        self.inner.fault_take(project, call).await
    }
}
