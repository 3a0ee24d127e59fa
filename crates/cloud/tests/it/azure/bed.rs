//! Two directories, one subscription in each, and one application that both have.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use azure_core::credentials::Secret;
use cloud::azure::{Account, AzureDriver, Endpoints, Login};
use cloud::send::Budget;
use cloud::{CloudAccount, CloudDriver, PeeringJob};
use model::container::Place;
use model::id::PeeringId;
use model::peering::PeeringSpec;
use model::peering::machine::Connection;
use model::world::CloudCall;
use serde_json::{Value, json};

use super::fake::{Fake, SeenHalf, Sight};
use crate::fixture;
use crate::suite::{Bed, FarAct, FarNetwork, Fault, Need, There};

pub const HOME: &str = "11111111-1111-4111-8111-111111111111";
pub const AWAY: &str = "22222222-2222-4222-8222-222222222222";
const OURS: &str = "aaaaaaaa-1111-4111-8111-111111111111";
const THEIRS: &str = "bbbbbbbb-2222-4222-8222-222222222222";
pub const APP: &str = "e90a1407-55c3-432d-9cb1-3638900a9d22";
const MARK: &str = "6a793f62c0eb9e7a17715001";
const OTHER_MARK: &str = "6a793f62c0eb9e7a17715002";
/// The container's addresses.
const BLOCK: &str = "192.168.248.0/21";

const OWN: [&str; 8] = [
    "Microsoft.Network/virtualNetworks/read",
    "Microsoft.Network/virtualNetworks/write",
    "Microsoft.Network/virtualNetworks/delete",
    "Microsoft.Network/virtualNetworks/peer/action",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/read",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/delete",
    "Microsoft.Authorization/permissions/read",
];
pub const FAR: [&str; 6] = [
    "Microsoft.Network/virtualNetworks/read",
    "Microsoft.Network/virtualNetworks/peer/action",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/read",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write",
    "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/delete",
    "Microsoft.Authorization/permissions/read",
];

/// Requests that a lasting fault hits.
const LASTS: u32 = 50;

pub const PUT_HALF: &str = "VirtualNetworkPeeringsClient.BeginCreateOrUpdate";
pub const DELETE_HALF: &str = "VirtualNetworkPeeringsClient.BeginDelete";
pub const GET_VNET: &str = "VirtualNetworksClient.Get";
pub const PUT_VNET: &str = "VirtualNetworksClient.BeginCreateOrUpdate";
const DELETE_VNET: &str = "VirtualNetworksClient.BeginDelete";

pub struct AzureBed {
    pub fake: Fake,
    n_far: AtomicU32,
    /// Networks that were made by hand, each for a peering.
    by_hand: Mutex<BTreeMap<PeeringId, String>>,
}

/// Our resource group.
pub fn near_group() -> String {
    format!("/subscriptions/{OURS}/resourceGroups/landbridge")
}

/// The customer's.
pub fn far_group() -> String {
    format!("/subscriptions/{THEIRS}/resourceGroups/customer")
}

fn vnet(group: &str, name: &str) -> String {
    format!("{group}/providers/Microsoft.Network/virtualNetworks/{name}")
}

/// The network that a job leads to.
pub fn far_vnet(job: &PeeringJob) -> String {
    match &job.peering.spec {
        PeeringSpec::Azure { vnet_name, .. } => vnet(&far_group(), vnet_name),
        other => panic!("{other:?}"),
    }
}

fn grant(tenant: &str, scope: &str, actions: &[&str]) -> Value {
    json!({ "tenant": tenant, "app": APP, "scope": scope, "actions": actions })
}

impl AzureBed {
    pub async fn new() -> Self {
        let bed =
            Self { fake: Fake::start(), n_far: AtomicU32::new(0), by_hand: Mutex::new(BTreeMap::new()) };
        bed.reset().await;
        bed
    }

    /// What an operator would write into the configuration.
    pub fn account(&self, mark: &str) -> Account {
        let login = Login::Secret { client_id: APP.into(), secret: Secret::new("a secret") };
        let addresses = &self.fake.addresses;
        Account {
            endpoints: Endpoints {
                resource_manager: addresses.resource_manager.clone(),
                authority: addresses.authority.clone(),
                certificates: addresses.certificate.clone(),
                ..Endpoints::public()
            },
            budget: Budget {
                each: Duration::from_secs(3),
                whole: Duration::from_secs(4),
                tries: 4,
                pause: Duration::from_millis(1),
                ..Budget::default()
            },
            ..Account::new("test", mark, HOME, OURS, "landbridge", login)
        }
    }

    pub fn azure(&self) -> Arc<AzureDriver> {
        Arc::new(AzureDriver::new(self.account(MARK)).expect("a driver"))
    }

    pub async fn revoke(&self, scope: &str) {
        self.fake.control("revoke", &json!({ "scope": scope })).await;
    }

    pub async fn grant(&self, tenant: &str, scope: &str, actions: &[&str]) {
        self.fake.control("setup", &json!({ "grants": [grant(tenant, scope, actions)] })).await;
    }

    /// Makes a network, or gives one other addresses, as its owner would.
    pub async fn own_network(&self, id: &str, prefixes: &[&str]) {
        self.fake.control("vnet", &json!({ "id": id, "location": "eastus2", "prefixes": prefixes })).await;
    }

    async fn spec(&self, far: FarNetwork) -> PeeringSpec {
        let n = self.n_far.fetch_add(1, Ordering::Relaxed) + 1;
        let name = format!("vnet-{n}");
        let block = format!("10.{n}.0.0/16");
        let prefixes: &[&str] = match far {
            FarNetwork::There => &[&block],
            FarNetwork::Overlapping => &[&block, "192.168.250.0/24"],
            FarNetwork::Gone => &[],
        };
        if !prefixes.is_empty() {
            self.own_network(&vnet(&far_group(), &name), prefixes).await;
        }
        PeeringSpec::Azure {
            directory_id: AWAY.into(),
            subscription_id: THEIRS.into(),
            // As the command line of the real service writes it, whatever the case of the group's name.
            resource_group: "CUSTOMER".into(),
            vnet_name: name,
        }
    }

    /// Halves in one network, of which we know the id, that lead to another.
    pub async fn halves(&self, from: &str, to: &str) -> Vec<SeenHalf> {
        halves(&self.fake.see().await, from, to)
    }

    fn networks(&self, sight: &Sight, job: &PeeringJob) -> Vec<String> {
        let by_hand = self.by_hand.lock().expect("whole").get(&job.peering.id).cloned();
        let container = job.container.id.to_string();
        let is_its = |tags: &BTreeMap<String, String>| tags.get("landbridge-container") == Some(&container);
        sight
            .vnets
            .iter()
            .filter(|vnet| vnet.tags.as_ref().is_some_and(is_its) || by_hand.as_ref() == Some(&vnet.id))
            .map(|vnet| vnet.id.clone())
            .collect()
    }
}

/// Halves in one network that lead to another.
pub fn halves(sight: &Sight, from: &str, to: &str) -> Vec<SeenHalf> {
    let from = sight.vnets.iter().filter(|vnet| vnet.id.eq_ignore_ascii_case(from));
    from.flat_map(|vnet| &vnet.peerings)
        .filter(|half| half.remote.eq_ignore_ascii_case(to))
        .cloned()
        .collect()
}

#[async_trait]
impl Bed for AzureBed {
    fn name(&self) -> &'static str {
        "azure"
    }

    fn lacks(&self, need: Need) -> Option<&'static str> {
        match need {
            Need::Acceptance => {
                Some("the customer's half is made by us, through a role that was granted beforehand")
            }
            Need::Rejection => Some("a customer says no by not granting the role"),
            Need::Expiry => Some("a peering of Azure's does not expire"),
            Need::Routes => Some("Azure routes what the address spaces say; see azure::halves"),
            Need::FarDelete
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

    fn completes_by_route(&self) -> bool {
        true
    }

    async fn reset(&self) {
        self.fake.control("reset", &json!({})).await;
        let setup = json!({
            "tenants": [
                { "id": HOME, "subscriptions": [OURS], "apps": [APP] },
                { "id": AWAY, "subscriptions": [THEIRS], "apps": [APP] },
            ],
            "secrets": { APP: "a secret" },
            "groups": [
                { "id": near_group(), "location": "eastus2" },
                { "id": far_group(), "location": "westeurope" },
            ],
            "grants": [grant(HOME, &near_group(), &OWN), grant(AWAY, &far_group(), &FAR)],
        });
        self.fake.control("setup", &setup).await;
        self.by_hand.lock().expect("whole").clear();
    }

    fn driver(&self) -> Arc<dyn CloudDriver> {
        self.azure()
    }

    fn account(&self) -> Arc<dyn CloudAccount> {
        self.azure()
    }

    fn stranger(&self) -> Arc<dyn CloudAccount> {
        Arc::new(AzureDriver::new(self.account(OTHER_MARK)).expect("a driver"))
    }

    async fn job(&self, far: FarNetwork) -> PeeringJob {
        let place = Place::Azure { region: "US_EAST_2" };
        fixture::job(fixture::container(place, fixture::block(BLOCK)), self.spec(far).await)
    }

    async fn beside(&self, job: &PeeringJob) -> PeeringJob {
        fixture::job(job.container.clone(), self.spec(FarNetwork::There).await)
    }

    fn rerouted(&self, job: &PeeringJob) -> PeeringJob {
        job.clone()
    }

    fn after_request(&self) -> Connection {
        Connection::Accepted
    }

    fn after_adoption(&self) -> Connection {
        Connection::Routed
    }

    fn after_far_delete(&self) -> Connection {
        Connection::Deleted
    }

    async fn act(&self, job: &PeeringJob, act: FarAct) {
        let sight = self.fake.see().await;
        let near = self.networks(&sight, job).pop().expect("a near network");
        let id = match act {
            FarAct::Delete => halves(&sight, &far_vnet(job), &near).pop().expect("the customer's half").id,
            FarAct::LoseNetwork => near,
            FarAct::Accept | FarAct::Reject | FarAct::Expire | FarAct::LoseRoutes => {
                unreachable!("{act:?} is lacking")
            }
        };
        self.fake.control("remove", &json!({ "id": id })).await;
    }

    async fn fault(&self, on: CloudCall, fault: Fault) {
        let (operation, path) = match on {
            CloudCall::Observe => (GET_VNET, near_group()),
            CloudCall::Request => (PUT_HALF, near_group()),
            CloudCall::Route => (PUT_HALF, far_group()),
            CloudCall::Remove => (DELETE_HALF, String::new()),
            CloudCall::MakeNetwork => (PUT_VNET, near_group()),
            CloudCall::RemoveNetwork => (DELETE_VNET, near_group()),
        };
        let refuse = |status: u16, code: &str, message: &str| json!({ "kind": "refuse", "times": LASTS, "status": status, "code": code, "message": message });
        let more = match fault {
            Fault::Denied => refuse(403, "AuthorizationFailed", "The client does not have authorization."),
            Fault::ThrottledOnce => {
                json!({ "kind": "refuse", "times": 1, "status": 429, "code": "TooManyRequests", "message": "wait" })
            }
            Fault::Throttled => {
                let mut more = refuse(429, "TooManyRequests", "The request is being throttled.");
                more["retryAfter"] = json!(30);
                more
            }
            Fault::Slow => json!({ "kind": "hang", "times": LASTS }),
            Fault::Broken => refuse(503, "ServerTimeout", "The server is busy."),
            Fault::LostAnswer => json!({ "kind": "lost", "times": 1 }),
            Fault::Quota => {
                let none = if on == CloudCall::MakeNetwork { "vnets" } else { "peerings" };
                self.fake.control("limits", &json!({ none: 0 })).await;
                return;
            }
        };
        self.fake.fault(operation, &path, more).await;
    }

    async fn mend(&self) {
        self.fake.control("heal", &json!({})).await;
        self.fake.control("limits", &json!({ "vnets": 1000, "peerings": 500 })).await;
    }

    async fn crowd(&self, _: &PeeringJob) {
        for n in 0..5 {
            for name in ["a", "z"] {
                self.own_network(
                    &vnet(&near_group(), &format!("{name}-{n}")),
                    &[&format!("172.16.{n}.0/24")],
                )
                .await;
            }
        }
        self.fake.control("limits", &json!({ "pageSize": 1 })).await;
    }

    async fn forbid(&self) -> &'static str {
        let name = "Microsoft.Network/virtualNetworks/write";
        self.revoke(&near_group()).await;
        let rest: Vec<_> = OWN.into_iter().filter(|action| *action != name).collect();
        self.grant(HOME, &near_group(), &rest).await;
        name
    }

    async fn foreign(&self, job: &PeeringJob) -> String {
        let near = vnet(&near_group(), &format!("by-hand-{}", job.peering.id));
        self.own_network(&near, &[BLOCK]).await;
        self.by_hand.lock().expect("whole").insert(job.peering.id, near.clone());
        let half = |vnet: &str, name: &str, remote: &str| json!({ "id": format!("{vnet}/virtualNetworkPeerings/{name}"), "remote": remote });
        let far = far_vnet(job);
        self.fake.control("peering", &half(&near, "to-customer", &far)).await;
        self.fake.control("peering", &half(&far, "to-us", &near)).await;
        format!("{near}/virtualNetworkPeerings/to-customer")
    }

    async fn there(&self, job: &PeeringJob) -> There {
        let sight = self.fake.see().await;
        let networks = self.networks(&sight, job);
        let connections = networks
            .iter()
            .flat_map(|near| halves(&sight, near, &far_vnet(job)))
            .filter(|half| half.link != "Disconnected")
            .count();
        There { networks: networks.len(), connections, routes: Vec::new() }
    }
}
