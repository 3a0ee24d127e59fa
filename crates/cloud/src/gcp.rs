//! Google Cloud: VPC Network Peering, by the REST API of Compute Engine.
//!
//! Reading order: [`Account`] (what an operator configures), `names` (how what we made is found
//! again), `peering` and `network` (looks and acts), `operation` (every change is one, and goes on
//! after its answer); `client` sends, `shapes` has what is said, `fault` sorts what goes wrong.
//!
//! A peering of Google's has two halves, one on each network, and is active while both stand. We
//! make ours, and wait for the customer's; nobody accepts or rejects, and nothing expires. Subnet
//! routes are exchanged by Google alone.
//!
//! A network takes one change of its peerings at a time, so a change may be asked to come again
//! later; that is a throttle like any other.
//!
//! Networks have no labels, and neither name nor description of a network or a peering can be
//! changed. So what we make is named after its row and described with the installation, and what is
//! adopted gets a note beside it: a firewall policy that belongs to no network, and does nothing.

mod account;
mod adopt;
mod checkup;
mod client;
mod credentials;
mod fault;
mod find;
mod names;
mod near;
mod network;
mod operation;
mod orphans;
mod peering;
mod regions;
mod shapes;
mod survey;

use std::time::Duration;

use async_trait::async_trait;
use model::container::Container;
use model::container::machine::{NetworkAction, NetworkObserved};
use model::peering::PeeringSpec;
use model::peering::machine::{Action, Observed};
use model::provider::Provider;

pub use account::Account;

use crate::account::{Checkup, CloudAccount, Marked, Obstacle};
use crate::driver::{ClientToken, CloudDriver, DriverError, NetworkJob, PeeringJob};
use crate::send::Budget;
use client::Client;
use names::Names;

/// The driver of one project at Google Cloud.
pub struct GcpDriver {
    account: Account,
    client: Client,
    names: Names,
}

impl GcpDriver {
    /// A driver for an account. Nothing is asked of the cloud yet, credentials neither.
    pub fn new(account: Account, budget: Budget) -> Result<Self, DriverError> {
        let client = Client::new(&account, budget)?;
        let names = Names::new(&account.mark, &account.project);
        Ok(Self { account, client, names })
    }
}

/// The far side of a peering at Google Cloud.
fn far_network(spec: &PeeringSpec) -> Result<String, DriverError> {
    match spec {
        PeeringSpec::Gcp { project_id, network_name } => {
            Ok(format!("projects/{project_id}/global/networks/{network_name}"))
        }
        PeeringSpec::Aws { .. } | PeeringSpec::Azure { .. } => Err(foreign()),
    }
}

fn foreign() -> DriverError {
    DriverError::invalid("it is not at Google Cloud")
}

#[async_trait]
impl CloudDriver for GcpDriver {
    fn provider(&self) -> Provider {
        Provider::Gcp
    }

    fn poll(&self) -> Option<Duration> {
        Some(self.account.poll)
    }

    async fn observe(&self, job: &PeeringJob) -> Result<Observed, DriverError> {
        self.observe_peering(job).await
    }

    async fn apply(&self, job: &PeeringJob, action: Action, token: &ClientToken) -> Result<(), DriverError> {
        match action {
            Action::Request => self.request(job, token).await,
            Action::Route => self.route(job, token).await,
            Action::Remove => self.remove(job, token).await,
        }
    }

    async fn observe_network(&self, job: &NetworkJob) -> Result<NetworkObserved, DriverError> {
        self.observe_near(&job.container).await
    }

    async fn apply_network(&self, job: &NetworkJob, action: NetworkAction) -> Result<(), DriverError> {
        match action {
            NetworkAction::Make => self.make_near(&job.container).await,
            NetworkAction::Remove => self.remove_near(&job.container).await,
        }
    }
}

#[async_trait]
impl CloudAccount for GcpDriver {
    async fn check_up(&self) -> Checkup {
        self.examine().await
    }

    async fn marked(&self) -> Result<Vec<Marked>, DriverError> {
        self.all_marked().await
    }

    async fn discard(&self, thing: &Marked) -> Result<(), DriverError> {
        self.take_down(thing).await
    }

    async fn survey(&self, container: &Container, spec: &PeeringSpec) -> Result<Vec<Obstacle>, DriverError> {
        self.obstacles(container, spec).await
    }

    async fn find(
        &self,
        container: &Container,
        spec: &PeeringSpec,
        connection_id: &str,
    ) -> Result<Vec<Obstacle>, DriverError> {
        self.differences(container, spec, connection_id).await
    }

    async fn adopt(&self, job: &PeeringJob, connection_id: &str) -> Result<(), DriverError> {
        self.note_down(job, connection_id).await
    }
}
