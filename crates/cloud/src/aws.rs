//! Amazon: EC2's own peering connections, by its Query API.
//!
//! Reading order: [`Account`] (what an operator configures), `mark` (how what we made is found
//! again), `peering` and `network` (looks and acts), `routes`; `ec2` has the calls and `client`
//! signs and sends them; `fault` sorts what goes wrong.
//!
//! EC2 takes no client token for the two things that we make, so every act is made harmless by
//! looking first: what carries the mark of the row is there already. The mark is set by the very
//! call that makes the thing, so that no crash can come between.

mod account;
mod checkup;
mod client;
mod credentials;
mod ec2;
mod fault;
mod find;
mod mark;
mod network;
mod orphans;
mod partition;
mod peering;
mod policy;
mod routes;
mod survey;
mod xml;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use model::container::machine::{NetworkAction, NetworkObserved};
use model::container::{Container, Place};
use model::peering::PeeringSpec;
use model::peering::machine::{Action, Observed};
use model::provider::{Provider, aws_region};
use model::time::Clock;

pub use account::Account;

use crate::account::{Checkup, CloudAccount, Marked, Obstacle};
use crate::driver::{ClientToken, CloudDriver, DriverError, NetworkJob, PeeringJob};
use crate::send::Sender;
use client::Client;
use ec2::Ec2;

/// The driver of one account at Amazon.
pub struct AwsDriver {
    account: Account,
    client: Client,
    clock: Arc<dyn Clock>,
}

impl AwsDriver {
    /// A driver for an account. `clock` dates requests, whose end it knows where EC2 does not tell
    /// it. Nothing is asked of the cloud yet, credentials neither.
    pub fn new(account: Account, sender: Sender, clock: Arc<dyn Clock>) -> Self {
        let client = Client::new(&account, sender);
        Self { account, client, clock }
    }

    /// EC2 in a region, by its name at Amazon.
    fn ec2(&self, region: impl Into<String>) -> Ec2<'_> {
        Ec2::new(&self.client, region.into())
    }

    /// EC2 where a container is.
    fn ec2_of(&self, container: &Container) -> Result<Ec2<'_>, DriverError> {
        match &container.place {
            Place::Aws { region } => Ok(self.ec2(aws_region(region))),
            Place::Azure { .. } | Place::Gcp { .. } => Err(foreign()),
        }
    }
}

/// The far side of a peering at Amazon.
struct FarVpc<'a> {
    account_id: &'a str,
    vpc_id: &'a str,
    region: &'a str,
    route_block: model::Cidr,
}

impl<'a> FarVpc<'a> {
    fn of(spec: &'a PeeringSpec) -> Result<Self, DriverError> {
        match spec {
            PeeringSpec::Aws { account_id, vpc_id, region, route_block } => {
                Ok(Self { account_id, vpc_id, region, route_block: *route_block })
            }
            PeeringSpec::Azure { .. } | PeeringSpec::Gcp { .. } => Err(foreign()),
        }
    }
}

fn foreign() -> DriverError {
    DriverError::invalid("it is not at Amazon")
}

#[async_trait]
impl CloudDriver for AwsDriver {
    fn provider(&self) -> Provider {
        Provider::Aws
    }

    fn poll(&self) -> Option<Duration> {
        Some(self.account.poll)
    }

    async fn observe(&self, job: &PeeringJob) -> Result<Observed, DriverError> {
        self.observe_peering(job).await
    }

    async fn apply(&self, job: &PeeringJob, action: Action, _: &ClientToken) -> Result<(), DriverError> {
        match action {
            Action::Request => self.request(job).await,
            Action::Route => self.route(job).await,
            Action::Remove => self.remove(job).await,
        }
    }

    async fn observe_network(&self, job: &NetworkJob) -> Result<NetworkObserved, DriverError> {
        self.observe_vpc(&job.container).await
    }

    async fn apply_network(&self, job: &NetworkJob, action: NetworkAction) -> Result<(), DriverError> {
        match action {
            NetworkAction::Make => self.make_vpc(&job.container).await,
            NetworkAction::Remove => self.remove_vpcs(&job.container).await,
        }
    }
}

#[async_trait]
impl CloudAccount for AwsDriver {
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
        self.compare(container, spec, connection_id).await
    }

    async fn adopt(&self, job: &PeeringJob, connection_id: &str) -> Result<(), DriverError> {
        self.take_on(job, connection_id).await
    }
}
