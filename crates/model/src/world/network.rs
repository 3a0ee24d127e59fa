//! A container's near network in a simulated cloud.

use super::{BASE36, HEX, Latency, spell};
use crate::container::machine::{NetworkObserved, NetworkSeen};
use crate::container::{Container, NetworkIds};
use crate::id::ContainerId;
use crate::provider::Provider;
use crate::time::Timestamp;

/// What was recorded of one near network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimNetwork {
    /// The container it was made for.
    pub container: ContainerId,
    /// Its provider.
    pub provider: Provider,
    /// What spells its names and stretches its phases.
    pub seed: u64,
    /// The latency profile when it was asked for.
    pub latency: Latency,
    /// From when on it stands.
    pub ready_at: Timestamp,
    /// When it is gone, once its removal was asked for.
    pub gone_at: Option<Timestamp>,
}

impl SimNetwork {
    /// The facts of a network asked for now; `nth` counts those made for the container before.
    pub fn make(container: &Container, latency: Latency, nth: i64, now: Timestamp) -> Self {
        let seed = super::seed(container.id.0, nth);
        let provider = container.provider();
        let ready_at = now.after(latency.phases(provider, seed).network);
        Self { container: container.id, provider, seed, latency, ready_at, gone_at: None }
    }

    /// The facts once its removal was asked for; asking again changes nothing.
    #[must_use]
    pub fn remove(self, now: Timestamp) -> Self {
        let gone_at = now.after(self.latency.phases(self.provider, self.seed).network_remove);
        Self { gone_at: self.gone_at.or(Some(gone_at)), ..self }
    }

    /// The names that the cloud gave it, in the forms that are recorded of the real ones.
    pub fn ids(&self) -> NetworkIds {
        match self.provider {
            Provider::Aws => NetworkIds::Aws { vpc_id: format!("vpc-{}", spell(self.seed, HEX, 17)) },
            Provider::Azure => NetworkIds::Azure {
                vnet_name: format!("vnet_{}_{}", self.container, spell(self.seed, BASE36, 8)),
            },
            Provider::Gcp => NetworkIds::Gcp {
                project_id: format!("p-{}", spell(self.seed ^ 1, BASE36, 24)),
                network_name: format!("nt-{}-{}", self.container, spell(self.seed, BASE36, 8)),
            },
        }
    }

    /// What the cloud shows at a moment.
    pub fn show(&self, now: Timestamp) -> NetworkObserved {
        let (network, changes_at) = match self.gone_at {
            Some(at) if at <= now => (NetworkSeen::Absent, None),
            Some(at) => (NetworkSeen::Removing, Some(at)),
            None if self.ready_at <= now => (NetworkSeen::Ready(self.ids()), None),
            None => (NetworkSeen::Making, Some(self.ready_at)),
        };
        NetworkObserved { network, changes_at }
    }
}
