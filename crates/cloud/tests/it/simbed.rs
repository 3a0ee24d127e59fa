//! The simulated clouds, checked by the suite of the trait.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use cloud::sim::SimDriver;
use cloud::{CloudAccount, CloudDriver, PeeringJob};
use model::container::Place;
use model::peering::PeeringSpec;
use model::peering::machine::Connection;
use model::provider::Provider;
use model::world::connection::Request;
use model::world::{Acceptance, CloudCall, CloudFault, Far, FarAction, Latency, SimConnection};

use crate::fixture::{self, NOW};
use crate::memory::{Memory, Still, lock};
use crate::suite::{self, Bed, FarAct, FarNetwork, Fault, Need, There};

/// Calls for which a fault that lasts is laid out.
const LASTS: usize = 50;

struct SimBed {
    provider: Provider,
    facts: Arc<Memory>,
    n_far: AtomicU32,
}

impl SimBed {
    fn new(provider: Provider) -> Self {
        Self { provider, facts: Arc::default(), n_far: AtomicU32::new(1) }
    }

    fn place(&self) -> Place {
        match self.provider {
            Provider::Aws => Place::Aws { region: "US_EAST_1" },
            Provider::Azure => Place::Azure { region: "US_EAST_2" },
            Provider::Gcp => Place::Gcp { regions: Vec::new() },
        }
    }

    fn spec(&self) -> PeeringSpec {
        let n = self.n_far.fetch_add(1, Ordering::Relaxed);
        match self.provider {
            Provider::Aws => PeeringSpec::Aws {
                account_id: "333333333333".into(),
                vpc_id: format!("vpc-{n:017x}"),
                region: "eu-west-1".into(),
                route_block: fixture::block(&format!("10.{n}.0.0/16")),
            },
            Provider::Azure => PeeringSpec::Azure {
                directory_id: "11111111-1111-1111-1111-111111111111".into(),
                subscription_id: "22222222-2222-2222-2222-222222222222".into(),
                resource_group: "group".into(),
                vnet_name: format!("vnet-{n}"),
            },
            Provider::Gcp => {
                PeeringSpec::Gcp { project_id: "customer".into(), network_name: format!("net-{n}") }
            }
        }
    }

    fn lay(&self, on: CloudCall, fault: CloudFault, times: usize) {
        lock(&self.facts.faults).extend(std::iter::repeat_n((on, fault), times));
    }

    fn change(&self, job: &PeeringJob, change: impl FnOnce(&SimConnection) -> SimConnection) {
        let mut connections = lock(&self.facts.connections);
        let changed = change(connections.get(&job.peering.id).expect("it was asked for"));
        connections.insert(job.peering.id, changed);
    }
}

#[async_trait]
impl Bed for SimBed {
    fn name(&self) -> &'static str {
        match self.provider {
            Provider::Aws => "sim-aws",
            Provider::Azure => "sim-azure",
            Provider::Gcp => "sim-gcp",
        }
    }

    fn lacks(&self, need: Need) -> Option<&'static str> {
        let aws_only = (self.provider != Provider::Aws).then_some("only Amazon has it");
        match need {
            Need::Acceptance => (self.provider == Provider::Azure)
                .then_some("the customer's half is made by us, through a role that was granted"),
            Need::Rejection | Need::Expiry | Need::Routes | Need::Incarnations => aws_only,
            Need::Overlap => (self.provider != Provider::Azure).then_some("simulated for Azure alone"),
            Need::ShortThrottle => Some("a simulated call is not sent, and not sent again"),
            Need::Quota | Need::NetworkQuota => Some("the simulated clouds have no quotas"),
            Need::Paging => Some("the simulated clouds have no pages"),
            Need::Account | Need::MissingRight | Need::SeesFar | Need::Foreign => {
                Some("a simulated cloud is no account")
            }
            Need::FarDelete
            | Need::LosesNetwork
            | Need::LostAnswers
            | Need::Denial
            | Need::DeniedLooks
            | Need::Throttle
            | Need::Slow
            | Need::Failure => None,
        }
    }

    async fn reset(&self) {
        self.mend().await;
    }

    fn driver(&self) -> Arc<dyn CloudDriver> {
        Arc::new(SimDriver::new(self.provider, self.facts.clone(), Arc::new(Still), Latency::Instant))
    }

    fn account(&self) -> Arc<dyn CloudAccount> {
        unreachable!("a simulated cloud is no account")
    }

    fn stranger(&self) -> Arc<dyn CloudAccount> {
        unreachable!("a simulated cloud is no account")
    }

    async fn job(&self, far: FarNetwork) -> PeeringJob {
        let container = fixture::container(self.place(), fixture::block("192.168.248.0/21"));
        let mut job = fixture::job(container, self.spec());
        job.world.n_faults = 1;
        match far {
            FarNetwork::There => {}
            FarNetwork::Gone => self.lay(CloudCall::Request, CloudFault::Invalid, 1),
            FarNetwork::Overlapping => {
                let rival = fixture::job(job.container.clone(), job.peering.spec.clone()).peering;
                let connection = SimConnection::request(Request {
                    peering: &rival,
                    near_block: job.container.block,
                    latency: Latency::Instant,
                    acceptance: Acceptance::Manual,
                    rivals: &[],
                    refused: None,
                    now: NOW,
                });
                lock(&self.facts.connections).insert(rival.id, connection);
            }
        }
        job
    }

    async fn beside(&self, job: &PeeringJob) -> PeeringJob {
        let mut beside = fixture::job(job.container.clone(), self.spec());
        beside.world = job.world;
        beside
    }

    fn rerouted(&self, job: &PeeringJob) -> PeeringJob {
        let mut job = job.clone();
        if let PeeringSpec::Aws { route_block, .. } = &mut job.peering.spec {
            *route_block = fixture::block("172.20.0.0/16");
        }
        job.peering.generation += 1;
        job
    }

    fn after_request(&self) -> Connection {
        match self.provider {
            Provider::Aws | Provider::Gcp => Connection::Pending,
            Provider::Azure => Connection::Routed,
        }
    }

    fn after_far_delete(&self) -> Connection {
        match self.provider {
            Provider::Aws | Provider::Azure => Connection::Deleted,
            Provider::Gcp => Connection::Pending,
        }
    }

    async fn act(&self, job: &PeeringJob, act: FarAct) {
        let far = match (act, self.provider) {
            (FarAct::Accept, Provider::Gcp) => FarAction::Create,
            (FarAct::Accept, Provider::Aws | Provider::Azure) => FarAction::Accept,
            (FarAct::Reject, _) => FarAction::Reject,
            (FarAct::Delete, _) => FarAction::Delete,
            (FarAct::Expire, _) => FarAction::Expire,
            (FarAct::LoseRoutes, _) => {
                return self.change(job, |known| SimConnection { routes: None, ..known.clone() });
            }
            (FarAct::LoseNetwork, _) => {
                lock(&self.facts.networks).remove(&job.container.id);
                return;
            }
        };
        self.change(job, |known| known.far_act(&job.peering, far, NOW).expect("the far side can"));
    }

    async fn fault(&self, on: CloudCall, fault: Fault) {
        match fault {
            Fault::Denied => self.lay(on, CloudFault::Denied, LASTS),
            Fault::Throttled => self.lay(on, CloudFault::Throttled, LASTS),
            Fault::Slow | Fault::Broken => self.lay(on, CloudFault::Transient, LASTS),
            Fault::LostAnswer => self.lay(on, CloudFault::LostAnswer, 1),
            Fault::ThrottledOnce | Fault::Quota => unreachable!("{fault:?} is lacking"),
        }
    }

    async fn mend(&self) {
        lock(&self.facts.faults).clear();
    }

    async fn crowd(&self, _: &PeeringJob) {
        unreachable!("there are no pages")
    }

    async fn forbid(&self) -> &'static str {
        unreachable!("there are no rights")
    }

    async fn foreign(&self, _: &PeeringJob) -> String {
        unreachable!("nothing can be adopted")
    }

    async fn there(&self, job: &PeeringJob) -> There {
        let networks =
            lock(&self.facts.networks).get(&job.container.id).is_some_and(|known| known.gone_at.is_none());
        let connection = lock(&self.facts.connections)
            .get(&job.peering.id)
            .filter(|known| known.gone_at.is_none() && known.refused.is_none())
            .filter(|known| matches!(known.far, Far::Silent | Far::Accepted(_)))
            .cloned();
        There {
            networks: usize::from(networks),
            connections: usize::from(connection.is_some()),
            routes: connection.and_then(|known| known.routes?.block).into_iter().collect(),
        }
    }
}

#[tokio::test]
async fn the_simulated_amazon_passes_the_suite_of_the_trait() {
    suite::run(&SimBed::new(Provider::Aws)).await;
}

#[tokio::test]
async fn the_simulated_azure_passes_the_suite_of_the_trait() {
    suite::run(&SimBed::new(Provider::Azure)).await;
}

#[tokio::test]
async fn the_simulated_google_cloud_passes_the_suite_of_the_trait() {
    suite::run(&SimBed::new(Provider::Gcp)).await;
}
