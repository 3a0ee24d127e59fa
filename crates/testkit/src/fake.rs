//! A real account that is none: a cloud in memory behind the trait of real accounts, with hands for
//! the far side and for whoever works behind our back.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use cloud::{
    Checkup, ClientToken, CloudAccount, CloudDriver, DriverError, Held, MadeFor, Marked, MarkedKind,
    NetworkJob, Obstacle, PeeringJob, Permission,
};
use model::container::machine::{NetworkAction, NetworkObserved, NetworkSeen};
use model::container::{Container, NetworkIds};
use model::peering::PeeringSpec;
use model::peering::machine::{Action, Connection, Observed};
use model::provider::Provider;
use model::{Cidr, ContainerId, PeeringId};

/// How often it asks to be looked at.
pub const FAKE_POLL: Duration = Duration::from_secs(10);

/// What somebody on the other side made of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FakeFar {
    /// Nothing yet.
    Silent,
    /// Accepted.
    Accepted,
    /// Rejected.
    Rejected,
    /// Deleted.
    Deleted,
}

#[derive(Debug, Clone)]
struct Conn {
    made_for: Option<(PeeringId, i64)>,
    network: String,
    far: FakeFar,
    route: Option<Option<Cidr>>,
    says: Option<String>,
}

/// Which call a fault is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FakeCall {
    /// Looking at a connection.
    Observe,
    /// Anything that changes a connection.
    Apply,
    /// Anything that changes a network.
    ApplyNetwork,
    /// Putting our mark on something.
    Adopt,
}

#[derive(Default)]
struct State {
    networks: BTreeMap<String, Option<ContainerId>>,
    connections: BTreeMap<String, Conn>,
    n_made: u32,
    changes: Vec<String>,
    faults: VecDeque<(FakeCall, DriverError)>,
    obstacles: Vec<Obstacle>,
}

/// The account.
pub struct FakeCloud {
    provider: Provider,
    state: Mutex<State>,
}

impl FakeCloud {
    /// An empty one.
    pub fn new(provider: Provider) -> Arc<Self> {
        Arc::new(Self { provider, state: Mutex::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics in here")
    }

    /// The next such call fails so; with more of them, in that order.
    pub fn fail(&self, call: FakeCall, error: DriverError) {
        self.state().faults.push_back((call, error));
    }

    /// What a survey and a search find in the way from now on.
    pub fn obstruct(&self, obstacles: Vec<Obstacle>) {
        self.state().obstacles = obstacles;
    }

    /// Everything that was changed so far, in words.
    pub fn changes(&self) -> Vec<String> {
        self.state().changes.clone()
    }

    /// The connections that stand, by name, whoever made them.
    pub fn connections(&self) -> Vec<String> {
        let state = self.state();
        let live = state.connections.iter().filter(|(_, conn)| conn.far != FakeFar::Deleted);
        live.map(|(id, _)| id.clone()).collect()
    }

    /// The networks that stand, by name.
    pub fn networks(&self) -> Vec<String> {
        self.state().networks.keys().cloned().collect()
    }

    fn change(&self, peering: PeeringId, change: impl FnOnce(&mut Conn)) {
        let mut state = self.state();
        let ours = |conn: &&mut Conn| conn.made_for.is_some_and(|(id, _)| id == peering);
        change(state.connections.values_mut().rfind(ours).expect("a connection"));
    }

    /// The far side answers, or takes its half away.
    pub fn far(&self, peering: PeeringId, far: FakeFar) {
        self.change(peering, |conn| conn.far = far);
    }

    /// Somebody takes our route away; in a cloud without one, somebody changes our half.
    pub fn lose_route(&self, peering: PeeringId) {
        self.change(peering, |conn| conn.route = None);
    }

    /// The cloud says something about a connection.
    pub fn say(&self, peering: PeeringId, says: Option<&str>) {
        self.change(peering, |conn| conn.says = says.map(str::to_owned));
    }

    /// Somebody takes a network away, with all that is in it.
    pub fn lose_network(&self, container: ContainerId) {
        let mut state = self.state();
        let lost: Vec<String> = state
            .networks
            .iter()
            .filter(|(_, of)| **of == Some(container))
            .map(|(id, _)| id.clone())
            .collect();
        state.networks.retain(|id, _| !lost.contains(id));
        state.connections.retain(|_, conn| !lost.contains(&conn.network));
    }

    /// A connection that was made by hand, accepted and routed; its name and its network's.
    pub fn foreign(&self, route: Cidr) -> (String, String) {
        let mut state = self.state();
        let network = state.name("net");
        state.networks.insert(network.clone(), None);
        let id = state.name("pcx");
        let conn = Conn {
            made_for: None,
            network: network.clone(),
            far: FakeFar::Accepted,
            route: Some(Some(route)),
            says: None,
        };
        state.connections.insert(id.clone(), conn);
        (id, network)
    }
}

impl State {
    fn name(&mut self, kind: &str) -> String {
        self.n_made += 1;
        format!("{kind}-{:017x}", self.n_made)
    }

    fn fault(&mut self, call: FakeCall) -> Result<(), DriverError> {
        match self.faults.front() {
            Some((on, _)) if *on == call => {
                Err(self.faults.pop_front().map(|(_, error)| error).expect("it is there"))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn of(&self, peering: PeeringId) -> Option<(&String, &Conn)> {
        self.connections.iter().rfind(|(_, conn)| conn.made_for.is_some_and(|(id, _)| id == peering))
    }
}

#[async_trait]
impl CloudDriver for FakeCloud {
    fn provider(&self) -> Provider {
        self.provider
    }

    fn poll(&self) -> Option<Duration> {
        Some(FAKE_POLL)
    }

    async fn observe(&self, job: &PeeringJob) -> Result<Observed, DriverError> {
        let mut state = self.state();
        state.fault(FakeCall::Observe)?;
        let peering = &job.peering;
        let found = state.of(peering.id);
        let connection = match found {
            None => Connection::Absent,
            Some((_, Conn { made_for: Some((_, incarnation)), .. }))
                if *incarnation != peering.incarnation =>
            {
                Connection::Outdated
            }
            Some((_, conn)) => match conn.far {
                FakeFar::Silent => Connection::Pending,
                FakeFar::Rejected => Connection::Rejected,
                FakeFar::Deleted => Connection::Deleted,
                FakeFar::Accepted if conn.route == Some(peering.spec.route_block()) => Connection::Routed,
                FakeFar::Accepted => Connection::Accepted,
            },
        };
        Ok(Observed {
            connection,
            connection_id: found.map(|(id, _)| id.clone()),
            changes_at: None,
            near_network: job.container.network.ids().is_some(),
            says: found.and_then(|(_, conn)| conn.says.clone()),
        })
    }

    async fn apply(&self, job: &PeeringJob, action: Action, _: &ClientToken) -> Result<(), DriverError> {
        let mut state = self.state();
        state.fault(FakeCall::Apply)?;
        let peering = &job.peering;
        let found = state.of(peering.id).map(|(id, _)| id.clone());
        match (action, found) {
            (Action::Request, Some(_)) => return Ok(()),
            (Action::Request, None) => {
                let ours = state.networks.iter().find(|(_, of)| **of == Some(job.container.id));
                let Some(network) = ours.map(|(id, _)| id.clone()) else {
                    return Err(DriverError::Transient("no network".to_owned()));
                };
                let (id, made_for) = (state.name("pcx"), Some((peering.id, peering.incarnation)));
                let conn = Conn { made_for, network, far: FakeFar::Silent, route: None, says: None };
                state.connections.insert(id, conn);
            }
            (Action::Route, Some(id)) => {
                if let Some(conn) = state.connections.get_mut(&id) {
                    conn.route = Some(peering.spec.route_block());
                }
            }
            (Action::Remove, Some(id)) => {
                state.connections.remove(&id);
            }
            (Action::Route | Action::Remove, None) => return Ok(()),
        }
        state.changes.push(format!("{action:?}").to_lowercase());
        Ok(())
    }

    async fn observe_network(&self, job: &NetworkJob) -> Result<NetworkObserved, DriverError> {
        let state = self.state();
        let ours = state.networks.iter().find(|(_, of)| **of == Some(job.container.id));
        let network = ours.map_or(NetworkSeen::Absent, |(id, _)| {
            NetworkSeen::Ready(match self.provider {
                Provider::Aws => NetworkIds::Aws { vpc_id: id.clone() },
                Provider::Azure => NetworkIds::Azure { vnet_name: id.clone() },
                Provider::Gcp => NetworkIds::Gcp { project_id: "ours".to_owned(), network_name: id.clone() },
            })
        });
        Ok(NetworkObserved { network, changes_at: None })
    }

    async fn apply_network(&self, job: &NetworkJob, action: NetworkAction) -> Result<(), DriverError> {
        let mut state = self.state();
        state.fault(FakeCall::ApplyNetwork)?;
        let container = Some(job.container.id);
        match action {
            NetworkAction::Make if state.networks.values().any(|of| *of == container) => return Ok(()),
            NetworkAction::Make => {
                let id = state.name("net");
                state.networks.insert(id, container);
            }
            NetworkAction::Remove => state.networks.retain(|_, of| *of != container),
        }
        state.changes.push(format!("{action:?} network").to_lowercase());
        Ok(())
    }
}

#[async_trait]
impl CloudAccount for FakeCloud {
    async fn check_up(&self) -> Checkup {
        let held = Held::Yes;
        Checkup {
            identity: Ok("a fake".to_owned()),
            permissions: vec![Permission { name: "fake:All".to_owned(), held }],
            policy: "{}".to_owned(),
        }
    }

    async fn marked(&self) -> Result<Vec<Marked>, DriverError> {
        let state = self.state();
        let marked = |kind, made_for, id: &String| {
            let (region, status) = (String::new(), "there".to_owned());
            Marked { kind, made_for, region, id: id.clone(), status }
        };
        let mut all: Vec<Marked> = state
            .connections
            .iter()
            .filter_map(|(id, conn)| {
                let (peering, _) = conn.made_for?;
                Some(marked(MarkedKind::Connection, MadeFor::Peering(peering), id))
            })
            .collect();
        all.extend(
            state
                .networks
                .iter()
                .filter_map(|(id, of)| Some(marked(MarkedKind::Network, MadeFor::Container((*of)?), id))),
        );
        Ok(all)
    }

    async fn discard(&self, thing: &Marked) -> Result<(), DriverError> {
        let mut state = self.state();
        state.connections.remove(&thing.id);
        state.networks.remove(&thing.id);
        Ok(())
    }

    async fn survey(&self, _: &Container, _: &PeeringSpec) -> Result<Vec<Obstacle>, DriverError> {
        Ok(self.state().obstacles.clone())
    }

    async fn find(&self, _: &Container, _: &PeeringSpec, _: &str) -> Result<Vec<Obstacle>, DriverError> {
        Ok(self.state().obstacles.clone())
    }

    async fn adopt(&self, job: &PeeringJob, connection_id: &str) -> Result<(), DriverError> {
        let mut state = self.state();
        state.fault(FakeCall::Adopt)?;
        let Some(conn) = state.connections.get_mut(connection_id) else {
            return Err(DriverError::invalid(format!("there is no {connection_id}")));
        };
        conn.made_for = Some((job.peering.id, job.peering.incarnation));
        let network = conn.network.clone();
        state.networks.insert(network, Some(job.container.id));
        state.changes.push("adopt".to_owned());
        Ok(())
    }
}
