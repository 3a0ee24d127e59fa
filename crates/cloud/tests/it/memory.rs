//! The facts of the simulated clouds, kept in memory.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use cloud::DriverError;
use cloud::sim::{Asked, Facts};
use model::Cidr;
use model::container::Container;
use model::id::{ContainerId, PeeringId, ProjectId};
use model::time::{Clock, Timestamp};
use model::world::connection::Request;
use model::world::{Acceptance, CloudCall, CloudFault, Latency, SimConnection, SimNetwork};

use crate::fixture::NOW;

/// A clock that stands.
pub struct Still;
impl Clock for Still {
    fn now(&self) -> Timestamp {
        NOW
    }
}

/// A hand-written double of the store, single-threaded in spirit.
#[derive(Default)]
pub struct Memory {
    pub acceptance: Acceptance,
    pub connections: Mutex<HashMap<PeeringId, SimConnection>>,
    pub networks: Mutex<HashMap<ContainerId, SimNetwork>>,
    pub faults: Mutex<Vec<(CloudCall, CloudFault)>>,
    pub n_fault_calls: Mutex<u32>,
}

/// What is behind a lock.
pub fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().expect("no test panics while it holds facts")
}

#[async_trait]
impl Facts for Memory {
    async fn connection(&self, peering: PeeringId) -> Result<Option<SimConnection>, DriverError> {
        Ok(lock(&self.connections).get(&peering).cloned())
    }

    async fn request(&self, asked: Asked<'_>) -> Result<(), DriverError> {
        let mut connections = lock(&self.connections);
        let stands = connections
            .get(&asked.peering.id)
            .is_some_and(|known| known.incarnation == asked.peering.incarnation && known.gone_at.is_none());
        if !stands {
            let far_key = asked.peering.spec.far_key();
            let rivals: Vec<_> = connections
                .values()
                .filter(|known| known.peering != asked.peering.id)
                .filter(|known| known.far_key == far_key && known.gone_at.is_none())
                .map(|known| known.near_block)
                .collect();
            let connection = SimConnection::request(Request {
                peering: asked.peering,
                near_block: asked.near_block,
                latency: asked.latency,
                acceptance: self.acceptance,
                rivals: &rivals,
                refused: asked.refused,
                now: asked.now,
            });
            connections.insert(asked.peering.id, connection);
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
        let mut connections = lock(&self.connections);
        if let Some(known) =
            connections.get(&peering).filter(|known| known.incarnation == incarnation).cloned()
        {
            connections.insert(peering, known.route(block, now));
        }
        Ok(())
    }

    async fn remove(&self, peering: PeeringId, now: Timestamp) -> Result<(), DriverError> {
        let mut connections = lock(&self.connections);
        if let Some(known) = connections.remove(&peering) {
            connections.insert(peering, known.remove(now));
        }
        Ok(())
    }

    async fn network(&self, container: ContainerId) -> Result<Option<SimNetwork>, DriverError> {
        Ok(lock(&self.networks).get(&container).cloned())
    }

    async fn network_make(
        &self,
        container: &Container,
        latency: Latency,
        now: Timestamp,
    ) -> Result<(), DriverError> {
        let mut networks = lock(&self.networks);
        if networks.get(&container.id).is_none_or(|known| known.gone_at.is_some()) {
            networks.insert(container.id, SimNetwork::make(container, latency, 0, now));
        }
        Ok(())
    }

    async fn network_remove(&self, container: ContainerId, now: Timestamp) -> Result<(), DriverError> {
        let mut networks = lock(&self.networks);
        if let Some(known) = networks.remove(&container) {
            networks.insert(container, known.remove(now));
        }
        Ok(())
    }

    async fn fault_take(&self, _: ProjectId, call: CloudCall) -> Result<Option<CloudFault>, DriverError> {
        *lock(&self.n_fault_calls) += 1;
        let mut faults = lock(&self.faults);
        let found = faults.iter().position(|(on, _)| *on == call);
        Ok(found.map(|at| faults.remove(at).1))
    }
}
