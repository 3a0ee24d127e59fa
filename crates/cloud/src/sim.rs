//! The simulated cloud: shipped, deterministic, and as durable as the rows beside it.
//!
//! What it shows is a function of recorded facts and the world's clock; the function is in
//! [`model::world`], the facts are behind [`Facts`]. This driver only brings the two together, at
//! the moment of the call, and lets happen the faults that a user laid out.

mod facts;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use model::container::machine::{NetworkAction, NetworkObserved, NetworkSeen};
use model::id::ProjectId;
use model::peering::Reason;
use model::peering::machine::{Action, Connection, Observed};
use model::provider::Provider;
use model::time::{Clock, Timestamp};
use model::world::fault::request_reason;
use model::world::{CloudCall, CloudFault, Latency, World};

pub use facts::{Asked, Facts};

use crate::driver::{ClientToken, CloudDriver, DriverError, NetworkJob, PeeringJob};

/// How long a throttled caller is asked to stay away.
pub const THROTTLE_PAUSE: Duration = Duration::from_secs(1);

/// One provider, simulated.
pub struct SimDriver {
    provider: Provider,
    facts: Arc<dyn Facts>,
    clock: Arc<dyn Clock>,
    default_latency: Latency,
}

impl SimDriver {
    /// A simulated `provider` whose time is `clock`, the world's. Projects that name no latency
    /// profile have `default_latency`.
    pub fn new(
        provider: Provider,
        facts: Arc<dyn Facts>,
        clock: Arc<dyn Clock>,
        default_latency: Latency,
    ) -> Self {
        Self { provider, facts, clock, default_latency }
    }

    fn latency(&self, world: &World) -> Latency {
        world.latency.unwrap_or(self.default_latency)
    }

    /// What a user laid out for this call. The common world has none, and is asked nothing.
    async fn fault(
        &self,
        world: &World,
        project: ProjectId,
        call: CloudCall,
    ) -> Result<Option<CloudFault>, DriverError> {
        if world.n_faults == 0 { Ok(None) } else { self.facts.fault_take(project, call).await }
    }

    async fn act(
        &self,
        job: &PeeringJob,
        action: Action,
        refused: Option<Reason>,
        now: Timestamp,
    ) -> Result<(), DriverError> {
        let peering = &job.peering;
        match action {
            Action::Request => {
                let asked = Asked {
                    peering,
                    near_block: job.container.block,
                    latency: self.latency(&job.world),
                    refused,
                    now,
                };
                self.facts.request(asked).await
            }
            Action::Route => {
                self.facts.route(peering.id, peering.incarnation, peering.spec.route_block(), now).await
            }
            Action::Remove => self.facts.remove(peering.id, now).await,
        }
    }
}

#[async_trait]
impl CloudDriver for SimDriver {
    fn provider(&self) -> Provider {
        self.provider
    }

    fn poll(&self) -> Option<Duration> {
        None
    }

    async fn observe(&self, job: &PeeringJob) -> Result<Observed, DriverError> {
        let peering = &job.peering;
        if let Some(fault) = self.fault(&job.world, peering.project, CloudCall::Observe).await? {
            without_effect(fault, CloudCall::Observe)?;
            answer(Some(fault))?;
        }
        let recorded = self.facts.connection(peering.id).await?;
        let (connection, changes_at) = recorded
            .as_ref()
            .map_or((Connection::Absent, None), |recorded| recorded.show(peering, self.clock.now()));
        let connection_id = match connection {
            Connection::Absent => None,
            _ => recorded.and_then(|recorded| recorded.connection_id()),
        };
        let near_network = job.container.network.ids().is_some();
        Ok(Observed { connection, connection_id, changes_at, near_network, says: None })
    }

    async fn apply(&self, job: &PeeringJob, action: Action, _token: &ClientToken) -> Result<(), DriverError> {
        let call = match action {
            Action::Request => CloudCall::Request,
            Action::Route => CloudCall::Route,
            Action::Remove => CloudCall::Remove,
        };
        let fault = self.fault(&job.world, job.peering.project, call).await?;
        if let Some(fault) = fault {
            without_effect(fault, call)?;
        }
        self.act(job, action, fault.and_then(request_reason), self.clock.now()).await?;
        answer(fault)
    }

    async fn observe_network(&self, job: &NetworkJob) -> Result<NetworkObserved, DriverError> {
        let recorded = self.facts.network(job.container.id).await?;
        let nothing = NetworkObserved { network: NetworkSeen::Absent, changes_at: None };
        Ok(recorded.map_or(nothing, |recorded| recorded.show(self.clock.now())))
    }

    async fn apply_network(&self, job: &NetworkJob, action: NetworkAction) -> Result<(), DriverError> {
        let call = match action {
            NetworkAction::Make => CloudCall::MakeNetwork,
            NetworkAction::Remove => CloudCall::RemoveNetwork,
        };
        let container = &job.container;
        let fault = self.fault(&job.world, container.project, call).await?;
        if let Some(fault) = fault {
            without_effect(fault, call)?;
        }
        let now = self.clock.now();
        match action {
            NetworkAction::Make => {
                self.facts.network_make(container, self.latency(&job.world), now).await?;
            }
            NetworkAction::Remove => self.facts.network_remove(container.id, now).await?,
        }
        answer(fault)
    }
}

/// The faults that end a call before anything happens. An invalid request is taken, and comes to
/// nothing later; any other call that is invalid is refused at once.
fn without_effect(fault: CloudFault, call: CloudCall) -> Result<(), DriverError> {
    match (fault, call) {
        (CloudFault::Transient, _) => Err(DriverError::Transient("a fault was laid out".to_owned())),
        (CloudFault::Throttled, _) => Err(DriverError::Throttled(THROTTLE_PAUSE)),
        (CloudFault::Denied, _) => Err(DriverError::Denied("a fault was laid out".to_owned())),
        (CloudFault::LostAnswer, _) | (CloudFault::Invalid, CloudCall::Request) => Ok(()),
        (CloudFault::Invalid, _) => Err(DriverError::invalid("a fault was laid out")),
    }
}

/// The answer after the effect, which a fault may lose.
fn answer(fault: Option<CloudFault>) -> Result<(), DriverError> {
    if fault == Some(CloudFault::LostAnswer) {
        return Err(DriverError::Transient("the answer was lost".to_owned()));
    }
    Ok(())
}
