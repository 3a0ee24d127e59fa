//! Azure, by Resource Manager.
//!
//! A near network is a virtual network in the account's resource group. A peering has two halves,
//! one in each network, and both are ours to make: the customer says yes by granting our
//! application a role on their network, beforehand. So nothing waits for the far side here.
//!
//! The near half is made first and taken down last. Hence, while a half of ours is in a customer's
//! network, the near one stands and shows what became of it, even when the role was taken away.
//!
//! Azure routes what the two networks' address spaces say. When one of them changes, the other's
//! half has to be told; that is what [`Action::Route`] does, beside making the far half.
//!
//! Work goes on after Azure's answer. Nothing of it is remembered here: each resource shows how far
//! it is, so a new process goes on where an old one died.

mod account;
mod adopt;
mod arm;
mod half;
mod look;
mod marks;
mod names;
mod network;
mod places;
mod rights;
mod survey;
mod tokens;
mod verdict;
mod wire;
mod words;

use std::time::Duration;

use async_trait::async_trait;
use model::container::Container;
use model::container::machine::{NetworkAction, NetworkObserved};
use model::peering::PeeringSpec;
use model::peering::machine::{Action, Observed};
use model::provider::Provider;

pub use account::{Account, Endpoints, Login, POLL};

use arm::{Arm, As, only};
use names::VnetId;
use tokens::Tokens;
use words::Side;

use crate::account::{Checkup, CloudAccount, Marked, Obstacle};
use crate::driver::{ClientToken, CloudDriver, DriverError, NetworkJob, PeeringJob};
use crate::send::Sender;

/// The driver of one account.
pub struct AzureDriver {
    account: Account,
    arm: Arm,
}

/// The customer's side of a peering.
#[derive(Debug, Clone)]
struct Far {
    /// The directory that it lives in.
    tenant: String,
    vnet: VnetId,
}

impl AzureDriver {
    /// A driver that remembers nothing.
    pub fn new(account: Account) -> Result<Self, DriverError> {
        let sender = Sender::trusting(account.budget, account.endpoints.certificates.as_bytes())?;
        let tokens = Tokens::new(
            account.login.clone(),
            account.tenant_id.clone(),
            account.endpoints.clone(),
            sender.client().clone(),
        );
        let base = account.endpoints.resource_manager.trim_end_matches('/').to_owned();
        Ok(Self { arm: Arm { sender, tokens, base }, account })
    }

    /// Our own directory.
    fn home(&self) -> As<'_> {
        only(&self.account.tenant_id)
    }

    /// Both directories: of ours, which refers to the far one.
    fn home_and<'a>(&'a self, far: &'a Far) -> As<'a> {
        As { tenant: &self.account.tenant_id, and: Some(&far.tenant) }
    }

    /// Both directories: of theirs, which refers to ours.
    fn there_and_home<'a>(&'a self, far: &'a Far) -> As<'a> {
        As { tenant: &far.tenant, and: Some(&self.account.tenant_id) }
    }

    fn near_side(&self) -> Side<'_> {
        Side::Near { group: &self.account.resource_group }
    }

    fn far_side<'a>(&'a self, far: &'a Far) -> Side<'a> {
        Side::Far { app: self.arm.tokens.client_id(), tenant: &far.tenant, vnet: &far.vnet }
    }

    fn group_id(&self) -> String {
        let Account { subscription_id, resource_group, .. } = &self.account;
        format!("/subscriptions/{subscription_id}/resourceGroups/{resource_group}")
    }

    fn vnet_id(&self, name: &str) -> VnetId {
        VnetId {
            subscription: self.account.subscription_id.clone(),
            group: self.account.resource_group.clone(),
            name: name.to_owned(),
        }
    }
}

/// The far side that a spec names.
fn far_of(spec: &PeeringSpec) -> Result<Far, DriverError> {
    match spec {
        PeeringSpec::Azure { directory_id, subscription_id, resource_group, vnet_name } => Ok(Far {
            tenant: directory_id.clone(),
            vnet: VnetId {
                subscription: subscription_id.clone(),
                group: resource_group.clone(),
                name: vnet_name.clone(),
            },
        }),
        PeeringSpec::Aws { .. } | PeeringSpec::Gcp { .. } => {
            Err(DriverError::invalid(format!("a peering with {} was brought to Azure", spec.provider())))
        }
    }
}

#[async_trait]
impl CloudDriver for AzureDriver {
    fn provider(&self) -> Provider {
        Provider::Azure
    }

    fn poll(&self) -> Option<Duration> {
        Some(self.account.poll)
    }

    async fn observe(&self, job: &PeeringJob) -> Result<Observed, DriverError> {
        self.look(job).await
    }

    async fn apply(&self, job: &PeeringJob, action: Action, _: &ClientToken) -> Result<(), DriverError> {
        match action {
            Action::Request => self.request(job).await,
            Action::Route => self.complete(job).await,
            Action::Remove => self.remove(job).await,
        }
    }

    async fn observe_network(&self, job: &NetworkJob) -> Result<NetworkObserved, DriverError> {
        self.look_at_network(&job.container).await
    }

    async fn apply_network(&self, job: &NetworkJob, action: NetworkAction) -> Result<(), DriverError> {
        match action {
            NetworkAction::Make => self.make_network(&job.container).await,
            NetworkAction::Remove => self.remove_network(&job.container).await,
        }
    }
}

#[async_trait]
impl CloudAccount for AzureDriver {
    async fn check_up(&self) -> Checkup {
        self.rights().await
    }

    async fn marked(&self) -> Result<Vec<Marked>, DriverError> {
        self.all_marked().await
    }

    async fn discard(&self, thing: &Marked) -> Result<(), DriverError> {
        self.discard_one(thing).await
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
        self.compare(container, spec, connection_id).await
    }

    async fn adopt(&self, job: &PeeringJob, connection_id: &str) -> Result<(), DriverError> {
        self.take_over(job, connection_id).await
    }
}
