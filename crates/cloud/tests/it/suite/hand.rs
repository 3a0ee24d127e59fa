//! One peering in hand, moved as the reconciler would move it.

use std::sync::Arc;

use cloud::{ClientToken, CloudDriver, DriverError, NetworkJob, PeeringJob};
use model::container::Network;
use model::container::machine::{NetworkAction, NetworkSeen};
use model::peering::State;
use model::peering::machine::{Action, Connection, Observed};
use model::time::Timestamp;

use super::{Bed, FarAct, FarNetwork, Need, There};

/// Looks at one thing before a check gives up.
const LOOKS: usize = 60;

/// A job, and a driver that knows nothing of it.
pub struct Hand<'a> {
    pub bed: &'a dyn Bed,
    pub driver: Arc<dyn CloudDriver>,
    pub job: PeeringJob,
}

impl<'a> Hand<'a> {
    /// A new job with a far network that fits.
    pub async fn new(bed: &'a dyn Bed) -> Self {
        Self::with(bed, FarNetwork::There).await
    }

    /// A new job.
    pub async fn with(bed: &'a dyn Bed, far: FarNetwork) -> Self {
        Self::of(bed, bed.job(far).await)
    }

    /// That job.
    pub fn of(bed: &'a dyn Bed, job: PeeringJob) -> Self {
        Self { bed, driver: bed.driver(), job }
    }

    /// A new job whose network stands.
    pub async fn ready(bed: &'a dyn Bed) -> Self {
        let mut hand = Self::new(bed).await;
        hand.make_network().await;
        hand
    }

    /// A new job that was asked for.
    pub async fn requested(bed: &'a dyn Bed) -> Self {
        let mut hand = Self::ready(bed).await;
        hand.request().await;
        hand
    }

    /// A new job that is complete.
    pub async fn complete(bed: &'a dyn Bed) -> Self {
        let mut hand = Self::requested(bed).await;
        hand.establish().await;
        hand
    }

    /// From here on, another process.
    pub fn restart(&mut self) {
        self.driver = self.bed.driver();
    }

    /// One action.
    pub async fn apply(&self, action: Action) -> Result<(), DriverError> {
        self.driver.apply(&self.job, action, &ClientToken::of(&self.job.peering, action)).await
    }

    /// One action that goes well.
    pub async fn do_it(&self, action: Action) {
        self.apply(action).await.expect("the cloud takes it");
    }

    /// One look, whose connection id is remembered as the reconciler does.
    pub async fn see(&mut self) -> Observed {
        let seen = self.driver.observe(&self.job).await.expect("the cloud can be asked");
        if seen.connection != Connection::Outdated && seen.connection_id.is_some() {
            self.job.peering.connection_id = seen.connection_id.clone();
        }
        seen
    }

    /// Looks until the connection is that.
    pub async fn until(&mut self, wanted: Connection) -> Observed {
        let mut last = None;
        for _ in 0..LOOKS {
            let seen = self.see().await;
            if seen.connection == wanted {
                return seen;
            }
            last = Some(seen);
            self.bed.pass().await;
        }
        panic!("never saw {wanted:?}, but {last:?}");
    }

    fn network_job(&self) -> NetworkJob {
        NetworkJob { container: self.job.container.clone(), world: self.job.world }
    }

    /// One action on the network.
    pub async fn apply_network(&self, action: NetworkAction) -> Result<(), DriverError> {
        self.driver.apply_network(&self.network_job(), action).await
    }

    /// One look at the network.
    pub async fn see_network(&self) -> NetworkSeen {
        self.driver.observe_network(&self.network_job()).await.expect("the cloud can be asked").network
    }

    /// Looks until the network is gone.
    pub async fn until_no_network(&mut self) {
        for _ in 0..LOOKS {
            if self.see_network().await == NetworkSeen::Absent {
                self.job.container.network = Network::Absent;
                return;
            }
            self.bed.pass().await;
        }
        panic!("the network stays");
    }

    /// Looks until the network stands, and takes its names into the row.
    pub async fn until_network(&mut self) {
        let mut last = None;
        for _ in 0..LOOKS {
            match self.see_network().await {
                NetworkSeen::Ready(ids) => {
                    self.job.container.network = Network::Ready(ids);
                    return;
                }
                seen => last = Some(seen),
            }
            self.bed.pass().await;
        }
        panic!("the network never stands: {last:?}");
    }

    /// Makes the network.
    pub async fn make_network(&mut self) {
        self.apply_network(NetworkAction::Make).await.expect("the cloud takes it");
        self.until_network().await;
    }

    /// Asks for the connection.
    pub async fn request(&mut self) {
        self.do_it(Action::Request).await;
        self.until(self.bed.after_request()).await;
    }

    /// Completes what was asked for.
    pub async fn establish(&mut self) {
        if self.bed.lacks(Need::Acceptance).is_none() {
            self.bed.act(&self.job, FarAct::Accept).await;
        }
        self.route().await;
    }

    /// Makes the routes, or what else completes a connection.
    pub async fn route(&mut self) {
        if self.bed.completes_by_route() {
            self.until(Connection::Accepted).await;
            self.do_it(Action::Route).await;
        }
        self.until(Connection::Routed).await;
        self.job.peering.state = State::Active;
    }

    /// The deletion is asked for.
    pub fn unwant(&mut self) {
        self.job.peering = self.job.peering.unwanted(Timestamp::from_seconds(1_800_000_000));
    }

    /// Takes the connection down, as the reconciler does: whatever is seen is removed.
    pub async fn remove(&mut self) {
        for _ in 0..LOOKS {
            match self.see().await.connection {
                Connection::Absent => return,
                Connection::Deleting => self.bed.pass().await,
                _ => self.do_it(Action::Remove).await,
            }
        }
        panic!("the connection stays");
    }

    /// Takes the network down.
    pub async fn remove_network(&mut self) {
        self.apply_network(NetworkAction::Remove).await.expect("the cloud takes it");
        self.until_no_network().await;
    }

    /// What is there.
    pub async fn there(&self) -> There {
        self.bed.there(&self.job).await
    }
}
