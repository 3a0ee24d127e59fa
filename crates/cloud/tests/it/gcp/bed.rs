//! Google Cloud as the suite of the trait has it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use cloud::gcp::{Account, GcpDriver};
use cloud::send::Budget;
use cloud::{CloudAccount, CloudDriver, PeeringJob};
use model::container::{NetworkIds, Place};
use model::peering::PeeringSpec;
use model::peering::machine::Connection;
use model::world::CloudCall;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::fake::{FAR, Fake, NEAR};
use crate::fixture;
use crate::suite::{Bed, FarAct, FarNetwork, Fault, Need, There};

/// Our installation.
pub const MARK: &str = "00112233445566778899aabb";
/// Another one.
const STRANGER: &str = "ffeeddccbbaa998877665544";
/// Every container's block; each has a network of its own.
pub const BLOCK: &str = "10.8.0.0/18";

pub struct GcpBed {
    pub fake: Fake,
    folder: TempDir,
    n: AtomicU32,
}

impl GcpBed {
    pub async fn start() -> Self {
        let fake = Fake::start().await;
        let folder = tempfile::tempdir().expect("a folder");
        let bed = Self { fake, folder, n: AtomicU32::new(1) };
        bed.credentials("service_account").await;
        bed
    }

    /// Writes a credentials file of a kind, and answers where it is.
    pub async fn credentials(&self, kind: &str) -> std::path::PathBuf {
        let mut files = self.fake.show("credentials").await;
        let token = self.folder.path().join("token");
        std::fs::write(&token, files["workload_token"].as_str().expect("a token")).expect("written");
        let file = &mut files[kind];
        if kind == "workload" {
            file["credential_source"]["file"] = Value::from(token.to_string_lossy());
        }
        let path = self.folder.path().join(format!("{kind}.json"));
        std::fs::write(&path, file.to_string()).expect("written");
        path
    }

    pub fn account_of(&self, mark: &str) -> Account {
        let mut account = Account::new("lab", mark, NEAR);
        account.endpoint = Some(self.fake.url.clone());
        account.credentials_file = Some(self.folder.path().join("service_account.json"));
        account
    }

    /// A driver for an account, with a small budget.
    pub fn driver_for(&self, account: Account) -> Arc<GcpDriver> {
        let budget = Budget {
            each: Duration::from_secs(2),
            whole: Duration::from_secs(3),
            tries: 4,
            pause: Duration::from_millis(4),
            pause_max: Duration::from_millis(20),
            ..Budget::default()
        };
        Arc::new(GcpDriver::new(account, budget).expect("a client"))
    }

    pub fn fresh(&self) -> Arc<GcpDriver> {
        self.driver_for(self.account_of(MARK))
    }

    /// A new far network with a block of its own.
    pub async fn far(&self, block: Option<&str>) -> PeeringSpec {
        let n = self.n.fetch_add(1, Ordering::Relaxed);
        let own = format!("172.{}.{}.0/24", 16 + n / 256, n % 256);
        let network_name = format!("app-{n}");
        let network = json!({
            "project": FAR, "network": network_name, "block": block.unwrap_or(&own), "region": "us-east1",
        });
        self.fake.hand("network", network).await;
        PeeringSpec::Gcp { project_id: FAR.into(), network_name }
    }

    pub fn job_in(&self, regions: &[&'static str], block: &str, spec: PeeringSpec) -> PeeringJob {
        let place = Place::Gcp { regions: regions.to_vec() };
        fixture::job(fixture::container(place, fixture::block(block)), spec)
    }

    /// The far side makes its half, or takes it away.
    pub async fn far_half(&self, hand: &str, job: &PeeringJob) {
        let (_, network) = far_of(job);
        let peer = format!("projects/{NEAR}/global/networks/{}", near_name(job));
        self.fake
            .hand(hand, json!({ "project": FAR, "network": network, "name": "theirs", "peer": peer }))
            .await;
    }
}

/// The far side of a job: its path, its name.
pub fn far_of(job: &PeeringJob) -> (String, String) {
    let PeeringSpec::Gcp { project_id, network_name } = &job.peering.spec else { panic!("not at Google") };
    (format!("projects/{project_id}/global/networks/{network_name}"), network_name.clone())
}

/// What the near network of a job is called, or will be.
pub fn near_name(job: &PeeringJob) -> String {
    match job.container.network.ids() {
        Some(NetworkIds::Gcp { network_name, .. }) => network_name.clone(),
        _ => format!("nt-{}-{}", job.container.id, &MARK[8..16]),
    }
}

/// The method that changes something, and the permission that it takes.
fn method(on: CloudCall) -> (&'static str, &'static str) {
    match on {
        CloudCall::Observe => ("compute.networks.get", "compute.networks.get"),
        CloudCall::Request => ("compute.networks.addPeering", "compute.networks.addPeering"),
        CloudCall::Route => ("compute.networks.updatePeering", "compute.networks.updatePeering"),
        CloudCall::Remove => ("compute.networks.removePeering", "compute.networks.removePeering"),
        CloudCall::MakeNetwork => ("compute.networks.insert", "compute.networks.create"),
        CloudCall::RemoveNetwork => ("compute.networks.delete", "compute.networks.delete"),
    }
}

#[async_trait]
impl Bed for GcpBed {
    fn name(&self) -> &'static str {
        "gcp"
    }

    fn lacks(&self, need: Need) -> Option<&'static str> {
        match need {
            Need::Rejection => Some("nobody rejects at Google: a half is made or it is not"),
            Need::Expiry => Some("a half waits for the other without an end"),
            Need::Routes => Some("Google exchanges the routes of subnetworks by itself"),
            Need::Acceptance
            | Need::FarDelete
            | Need::Overlap
            | Need::Incarnations
            | Need::LosesNetwork
            | Need::LostAnswers
            | Need::Denial
            | Need::DeniedLooks
            | Need::ShortThrottle
            | Need::Throttle
            | Need::Quota
            | Need::NetworkQuota
            | Need::Slow
            | Need::Failure
            | Need::Paging
            | Need::Account
            | Need::MissingRight
            | Need::SeesFar
            | Need::Foreign => None,
        }
    }

    async fn reset(&self) {
        self.fake.reset().await;
    }

    fn driver(&self) -> Arc<dyn CloudDriver> {
        self.fresh()
    }

    fn account(&self) -> Arc<dyn CloudAccount> {
        self.fresh()
    }

    fn stranger(&self) -> Arc<dyn CloudAccount> {
        self.driver_for(self.account_of(STRANGER))
    }

    async fn job(&self, far: FarNetwork) -> PeeringJob {
        match far {
            FarNetwork::There => self.job_in(&[], BLOCK, self.far(None).await),
            FarNetwork::Gone => {
                let spec = PeeringSpec::Gcp { project_id: FAR.into(), network_name: "nowhere".into() };
                self.job_in(&[], BLOCK, spec)
            }
            FarNetwork::Overlapping => {
                // Google looks at addresses when the second half comes; here the first is theirs.
                let job = self.job_in(&[], BLOCK, self.far(Some("10.8.4.0/24")).await);
                self.far_half("peer", &job).await;
                job
            }
        }
    }

    async fn beside(&self, job: &PeeringJob) -> PeeringJob {
        fixture::job(job.container.clone(), self.far(None).await)
    }

    fn rerouted(&self, job: &PeeringJob) -> PeeringJob {
        job.clone()
    }

    fn after_request(&self) -> Connection {
        Connection::Pending
    }

    fn after_far_delete(&self) -> Connection {
        Connection::Pending
    }

    async fn act(&self, job: &PeeringJob, act: FarAct) {
        match act {
            FarAct::Accept => self.far_half("peer", job).await,
            FarAct::Delete => self.far_half("unpeer", job).await,
            FarAct::LoseNetwork => {
                self.fake.hand("delete-network", json!({ "project": NEAR, "network": near_name(job) })).await;
            }
            FarAct::Reject | FarAct::Expire | FarAct::LoseRoutes => unreachable!("{act:?} is lacking"),
        }
    }

    async fn fault(&self, on: CloudCall, fault: Fault) {
        /// Calls for which a fault that lasts is laid out.
        const LASTS: u32 = 60;
        let (method, permission) = method(on);
        match fault {
            Fault::Denied => {
                self.fake.hand("deny", json!({ "project": NEAR, "permissions": [permission] })).await;
            }
            Fault::ThrottledOnce => self.fake.fault(method, "throttled", 1).await,
            Fault::Throttled => {
                let fault =
                    json!({ "method": method, "kind": "throttled", "times": LASTS, "retryAfter": "30" });
                self.fake.hand("fault", json!({ "fault": fault })).await;
            }
            Fault::Quota => {
                self.fake.hand("settings", json!({ "peeringLimit": 0, "networkLimit": 0 })).await;
            }
            Fault::Slow => self.fake.fault(method, "held", LASTS).await,
            Fault::Broken => self.fake.fault(method, "broken", LASTS).await,
            Fault::LostAnswer => self.fake.fault(method, "lost", 1).await,
        }
    }

    async fn mend(&self) {
        self.fake.hand("mend", json!({})).await;
        self.fake.hand("settings", json!({ "peeringLimit": 25, "networkLimit": 50 })).await;
    }

    async fn crowd(&self, _: &PeeringJob) {
        for n in 0..3 {
            self.fake.hand("network", json!({ "project": NEAR, "network": format!("a-{n}") })).await;
        }
        self.fake.hand("settings", json!({ "pageLimit": 1 })).await;
    }

    async fn forbid(&self) -> &'static str {
        let (_, permission) = method(CloudCall::Route);
        self.fake.hand("deny", json!({ "project": NEAR, "permissions": [permission] })).await;
        permission
    }

    async fn foreign(&self, job: &PeeringJob) -> String {
        let network = format!("own-{}", job.container.id);
        let made = json!({ "project": NEAR, "network": network, "block": BLOCK, "region": "us-central1" });
        self.fake.hand("network", made).await;
        let (peer, _) = far_of(job);
        let half = json!({ "project": NEAR, "network": network, "name": "to-customer", "peer": peer });
        self.fake.hand("peer", half).await;
        format!("{network}/to-customer")
    }

    async fn there(&self, job: &PeeringJob) -> There {
        let near = self.fake.near().await;
        let (far, _) = far_of(job);
        let id = job.container.id.to_string();
        let mut there = There::default();
        for (name, network) in near["networks"].as_object().expect("an object") {
            if !name.contains(&id) {
                continue;
            }
            there.networks += 1;
            let halves = network["peerings"].as_array().into_iter().flatten();
            there.connections += halves.filter(|half| leads_to(half, &far)).count();
        }
        if there.networks == 0 {
            // No range of addresses and no note is left either.
            for kind in ["subnetworks", "policies"] {
                let left = near[kind].as_array().into_iter().flatten();
                let rows = [id.clone(), job.peering.id.to_string()];
                let left =
                    left.filter_map(Value::as_str).filter(|name| rows.iter().any(|row| name.contains(row)));
                assert_eq!(left.collect::<Vec<_>>(), Vec::<&str>::new());
            }
        }
        there
    }
}

fn leads_to(half: &Value, far: &str) -> bool {
    half["network"].as_str().is_some_and(|network| network.ends_with(far))
}
