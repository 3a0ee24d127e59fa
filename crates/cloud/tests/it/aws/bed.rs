//! The bed: three accounts at one moto. Ours, whose user assumes a role in the account with the
//! near networks, and the customer's.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use cloud::aws::{Account, AwsDriver};
use cloud::send::{Budget, Sender};
use cloud::{CloudAccount, CloudDriver, PeeringJob};
use model::container::Place;
use model::peering::PeeringSpec;
use model::peering::machine::Connection;
use model::time::{Clock, Timestamp};
use model::world::CloudCall;

use super::hands::Hands;
use super::moto::Moto;
use super::proxy::{Effect, Proxy};
use super::tree::Node;
use crate::fixture::{self, NOW};
use crate::suite::{Bed, FarAct, FarNetwork, Fault, Need, There};

/// Where our user is.
const HOME: &str = "123456789012";
/// Where the near networks are.
pub const NEAR: &str = "222222222222";
/// The customer's account.
pub const FAR: &str = "333333333333";
pub const NEAR_REGION: &str = "us-east-1";
pub const FAR_REGION: &str = "eu-west-1";
pub const MARK: &str = "6a793f62c0eb9e7a17715001";
pub const ROLE: &str = "arn:aws:iam::222222222222:role/landbridge-peering";
pub const EXTERNAL_ID: &str = "landbridge-of-the-test";

/// What the role may do: the actions of the policy that the check-up prints.
pub const ACTIONS: [&str; 14] = [
    "ec2:CreateRoute",
    "ec2:CreateTags",
    "ec2:CreateVpc",
    "ec2:CreateVpcPeeringConnection",
    "ec2:DeleteRoute",
    "ec2:DeleteVpc",
    "ec2:DeleteVpcPeeringConnection",
    "ec2:DescribeRegions",
    "ec2:DescribeRouteTables",
    "ec2:DescribeVpcPeeringConnections",
    "ec2:DescribeVpcs",
    "ec2:ReplaceRoute",
    "iam:SimulatePrincipalPolicy",
    "servicequotas:GetServiceQuota",
];

/// Pauses are short here, and time-outs long enough for a machine that has other things to do.
const QUICK: Budget = Budget {
    connect: Duration::from_secs(30),
    each: Duration::from_secs(60),
    whole: Duration::from_secs(90),
    tries: 3,
    pause: Duration::from_millis(5),
    pause_max: Duration::from_millis(20),
    throttled: Duration::from_secs(3),
    body: 4 << 20,
};

/// A clock that a test moves.
pub struct Hour(AtomicI64);

impl Clock for Hour {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::Relaxed))
    }
}

impl Hour {
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.micros(), Ordering::Relaxed);
    }
}

/// Whose hands there are, once the accounts are set up.
pub struct People {
    /// May do everything where the near networks are.
    pub near: Hands,
    /// The customer.
    pub far: Hands,
}

pub struct AwsBed {
    moto: Moto,
    pub proxy: Proxy,
    pub hour: Arc<Hour>,
    people: Mutex<Option<Arc<People>>>,
    home: tempfile::TempDir,
    n_jobs: AtomicU32,
}

fn policy(effect: &str, actions: &[&str]) -> String {
    let actions = actions.join("\",\"");
    format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"{effect}\",\"Action\":[\"{actions}\"],\
         \"Resource\":\"*\"}}]}}"
    )
}

impl AwsBed {
    pub async fn new() -> Self {
        let moto = Moto::start();
        let proxy = Proxy::start(&moto.url).await;
        let bed = Self {
            moto,
            proxy,
            hour: Arc::new(Hour(AtomicI64::new(NOW.micros()))),
            people: Mutex::new(None),
            home: tempfile::tempdir().expect("a folder"),
            n_jobs: AtomicU32::new(1),
        };
        bed.reset().await;
        bed
    }

    pub fn people(&self) -> Arc<People> {
        let people = self.people.lock().expect("nobody panicked");
        Arc::clone(people.as_ref().expect("the accounts are set up"))
    }

    /// Writes our user's key where the driver finds it.
    pub fn write_key(&self, key: &str, secret: &str) {
        let text = format!("[landbridge]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n");
        std::fs::write(self.home.path().join("credentials"), text).expect("written");
    }

    /// The account as an operator configures it.
    pub fn settings(&self, mark: &str) -> Account {
        Account {
            region: NEAR_REGION.into(),
            regions: vec![NEAR_REGION.into(), FAR_REGION.into()],
            endpoint: Some(self.proxy.url.clone()),
            profile: Some("landbridge".into()),
            credentials_file: Some(self.home.path().join("credentials").display().to_string()),
            role_arn: Some(ROLE.into()),
            external_id: Some(EXTERNAL_ID.into()),
            poll: Duration::from_secs(1),
            ..Account::new("main", mark)
        }
    }

    pub fn driver_of(&self, account: Account) -> Arc<AwsDriver> {
        self.driver_within(account, QUICK)
    }

    fn driver_within(&self, account: Account, budget: Budget) -> Arc<AwsDriver> {
        let sender = Sender::with_budget(budget).expect("a client");
        Arc::new(AwsDriver::new(account, sender, self.hour.clone()))
    }

    pub fn aws(&self) -> Arc<AwsDriver> {
        self.driver_of(self.settings(MARK))
    }

    /// From now on the role may do that, or, with "Deny", may not.
    pub async fn set_policy(&self, name: &str, effect: &str, actions: &[&str]) {
        let parameters = [
            ("RoleName", "landbridge-peering"),
            ("PolicyName", name),
            ("PolicyDocument", &policy(effect, actions)),
        ];
        self.people().near.call("iam", NEAR_REGION, "PutRolePolicy", &parameters).await;
    }

    /// A VPC of the customer's.
    async fn far_vpc(&self, block: &str) -> String {
        let made = self.people().far.ec2(FAR_REGION, "CreateVpc", &[("CidrBlock", block)]).await;
        made.deep("vpcId").expect("a VPC").text.clone()
    }

    /// Connections on our side that are a job's, in whatever state.
    pub async fn connections(&self, job: &PeeringJob) -> Vec<Node> {
        let action = "DescribeVpcPeeringConnections";
        let shown = self.people().near.ec2(NEAR_REGION, action, &[]).await;
        let manners = self.proxy.line(|line| line.manners.clone());
        let shown = Node::parse(&super::manners::Manners { page: None, ..manners }.apply(
            action,
            None,
            &shown.write(),
        ));
        let PeeringSpec::Aws { vpc_id, .. } = &job.peering.spec else { unreachable!("it is at Amazon") };
        let block = job.container.block.to_string();
        let mut found: Vec<Node> = shown.items("vpcPeeringConnectionSet").into_iter().cloned().collect();
        found.retain(|pcx| pcx.at(&["requesterVpcInfo", "cidrBlock"]) == block);
        found.retain(|pcx| pcx.at(&["accepterVpcInfo", "vpcId"]) == vpc_id);
        found
    }

    /// The id of a job's connection.
    pub async fn connection_id(&self, job: &PeeringJob) -> String {
        if let Some(id) = &job.peering.connection_id {
            return id.clone();
        }
        let found = self.connections(job).await;
        found.first().expect("it was asked for").at(&["vpcPeeringConnectionId"]).to_owned()
    }

    /// The near VPCs of a job.
    pub async fn vpcs(&self, job: &PeeringJob) -> Vec<String> {
        let shown = self.people().near.ec2(NEAR_REGION, "DescribeVpcs", &[]).await;
        let block = job.container.block.to_string();
        let vpcs = shown.items("vpcSet").into_iter().filter(|vpc| vpc.at(&["cidrBlock"]) == block);
        vpcs.map(|vpc| vpc.at(&["vpcId"]).to_owned()).collect()
    }

    /// The routes through some connections: table and block.
    pub async fn routes(&self, connections: &[Node]) -> Vec<(String, String)> {
        let shown = self.people().near.ec2(NEAR_REGION, "DescribeRouteTables", &[]).await;
        let mut routes = Vec::new();
        for table in shown.items("routeTableSet") {
            for route in table.items("routeSet") {
                let through = route.at(&["vpcPeeringConnectionId"]);
                if connections.iter().any(|pcx| pcx.at(&["vpcPeeringConnectionId"]) == through) {
                    let block = route.at(&["destinationCidrBlock"]).to_owned();
                    routes.push((table.at(&["routeTableId"]).to_owned(), block));
                }
            }
        }
        routes
    }

    /// What the customer's side shows of it that is not over.
    pub async fn far_alive(&self, job: &PeeringJob) -> usize {
        let PeeringSpec::Aws { vpc_id, .. } = &job.peering.spec else { unreachable!("it is at Amazon") };
        let shown = self.people().far.ec2(FAR_REGION, "DescribeVpcPeeringConnections", &[]).await;
        let items = shown.items("vpcPeeringConnectionSet");
        items.into_iter().filter(|pcx| pcx.at(&["accepterVpcInfo", "vpcId"]) == vpc_id && alive(pcx)).count()
    }

    async fn far_acts(&self, job: &PeeringJob, action: &str) {
        let id = self.connection_id(job).await;
        self.people().far.ec2(FAR_REGION, action, &[("VpcPeeringConnectionId", &id)]).await;
    }
}

fn alive(connection: &Node) -> bool {
    !matches!(connection.at(&["status", "code"]), "deleted" | "rejected" | "failed" | "expired")
}

/// The call that changes something.
fn action(on: CloudCall) -> &'static str {
    match on {
        CloudCall::Observe => "DescribeVpcPeeringConnections",
        CloudCall::Request => "CreateVpcPeeringConnection",
        CloudCall::Route => "CreateRoute",
        CloudCall::Remove => "DeleteVpcPeeringConnection",
        CloudCall::MakeNetwork => "CreateVpc",
        CloudCall::RemoveNetwork => "DeleteVpc",
    }
}

#[async_trait]
impl Bed for AwsBed {
    fn name(&self) -> &'static str {
        "aws"
    }

    fn lacks(&self, need: Need) -> Option<&'static str> {
        match need {
            Need::SeesFar => Some("Amazon does not show another account's networks"),
            Need::Acceptance
            | Need::Rejection
            | Need::Expiry
            | Need::FarDelete
            | Need::Overlap
            | Need::Routes
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
            | Need::Foreign => None,
        }
    }

    async fn reset(&self) {
        let url = &self.moto.url;
        let home = Hands::unchecked(url, HOME);
        home.control("reset-auth", "1000").await;
        home.control("reset", "").await;
        self.proxy.line(|line| *line = super::proxy::Line::default());
        self.hour.set(NOW);
        let (key, secret) = home.make_user("landbridge", &policy("Allow", &["sts:AssumeRole"])).await;
        self.write_key(&key, &secret);
        let everything = policy("Allow", &["*"]);
        let near = Hands::unchecked(url, NEAR);
        let (key, secret) = near.make_user("inspector", &everything).await;
        let trust = format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"AWS\":\
             \"arn:aws:iam::{HOME}:user/landbridge\"}},\"Action\":\"sts:AssumeRole\"}}]}}"
        );
        let role = [("RoleName", "landbridge-peering"), ("AssumeRolePolicyDocument", &*trust)];
        near.call("iam", NEAR_REGION, "CreateRole", &role).await;
        let near = Hands::new(url, &key, &secret);
        let (key, secret) = Hands::unchecked(url, FAR).make_user("customer", &everything).await;
        let far = Hands::new(url, &key, &secret);
        // From here on every signature and every right is checked.
        home.control("reset-auth", "0").await;
        *self.people.lock().expect("nobody panicked") = Some(Arc::new(People { near, far }));
        self.set_policy("least", "Allow", &ACTIONS).await;
    }

    fn driver(&self) -> Arc<dyn CloudDriver> {
        let silence = self.proxy.line(|line| line.rules.iter().any(|rule| rule.effect == Effect::Silence));
        if silence {
            // Nobody waits a minute for an answer that never comes.
            let budget = Budget { each: Duration::from_secs(3), ..QUICK };
            return self.driver_within(self.settings(MARK), budget);
        }
        self.aws()
    }

    fn account(&self) -> Arc<dyn CloudAccount> {
        self.aws()
    }

    fn stranger(&self) -> Arc<dyn CloudAccount> {
        self.driver_of(self.settings("6a793f62c0eb9e7a17715002"))
    }

    async fn job(&self, far: FarNetwork) -> PeeringJob {
        let n = self.n_jobs.fetch_add(1, Ordering::Relaxed);
        let near = format!("192.168.{}.0/21", n % 31 * 8);
        let block = match far {
            FarNetwork::There | FarNetwork::Gone => format!("10.{}.0.0/16", n % 250),
            FarNetwork::Overlapping => near.clone(),
        };
        let vpc_id = match far {
            FarNetwork::There | FarNetwork::Overlapping => self.far_vpc(&block).await,
            FarNetwork::Gone => format!("vpc-{n:017x}"),
        };
        let container = fixture::container(Place::Aws { region: "US_EAST_1" }, fixture::block(&near));
        let spec = PeeringSpec::Aws {
            account_id: FAR.into(),
            vpc_id,
            region: FAR_REGION.into(),
            route_block: fixture::block(&block),
        };
        fixture::job(container, spec)
    }

    async fn beside(&self, job: &PeeringJob) -> PeeringJob {
        let spec = self.job(FarNetwork::There).await.peering.spec;
        fixture::job(job.container.clone(), spec)
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
        Connection::Pending
    }

    fn after_far_delete(&self) -> Connection {
        Connection::Deleted
    }

    async fn act(&self, job: &PeeringJob, act: FarAct) {
        match act {
            FarAct::Accept => self.far_acts(job, "AcceptVpcPeeringConnection").await,
            FarAct::Reject => self.far_acts(job, "RejectVpcPeeringConnection").await,
            FarAct::Delete => self.far_acts(job, "DeleteVpcPeeringConnection").await,
            // moto lets nothing expire: the driver keeps the time itself.
            FarAct::Expire => self.hour.set(NOW.after(Duration::from_secs(7 * 86_400))),
            FarAct::LoseRoutes => {
                for (table, block) in self.routes(&self.connections(job).await).await {
                    let parameters = [("RouteTableId", &*table), ("DestinationCidrBlock", &*block)];
                    self.people().near.ec2(NEAR_REGION, "DeleteRoute", &parameters).await;
                }
            }
            FarAct::LoseNetwork => {
                for vpc in self.vpcs(job).await {
                    self.people().near.ec2(NEAR_REGION, "DeleteVpc", &[("VpcId", &vpc)]).await;
                }
            }
        }
    }

    async fn fault(&self, on: CloudCall, fault: Fault) {
        let action = action(on);
        match fault {
            Fault::Denied => self.set_policy("deny", "Deny", &[&format!("ec2:{action}")]).await,
            Fault::ThrottledOnce => self.proxy.refuse(action, 503, "RequestLimitExceeded", Some(1)),
            Fault::Throttled => self.proxy.refuse(action, 503, "RequestLimitExceeded", None),
            Fault::Quota => {
                let code = match on {
                    CloudCall::MakeNetwork => "VpcLimitExceeded",
                    _ => "OutstandingVpcPeeringConnectionLimitExceeded",
                };
                self.proxy.refuse(action, 400, code, None);
            }
            Fault::Slow => self.proxy.lay(action, Effect::Silence, None),
            Fault::Broken => self.proxy.refuse(action, 500, "InternalError", None),
            Fault::LostAnswer => self.proxy.lay(action, Effect::Lose, Some(1)),
        }
    }

    async fn mend(&self) {
        self.proxy.line(|line| line.rules.clear());
        let deny = [("RoleName", "landbridge-peering"), ("PolicyName", "deny")];
        // There is none, unless a right was taken away.
        drop(self.people().near.try_call("iam", NEAR_REGION, "DeleteRolePolicy", &deny).await);
    }

    async fn crowd(&self, _: &PeeringJob) {
        let near = &self.people().near;
        let mut vpcs = Vec::new();
        for n in 0..6 {
            let block = format!("172.{}.0.0/16", 16 + n);
            let made = near.ec2(NEAR_REGION, "CreateVpc", &[("CidrBlock", &block)]).await;
            vpcs.push(made.deep("vpcId").expect("a VPC").text.clone());
        }
        for pair in vpcs.windows(2) {
            let parameters = [("VpcId", &*pair[0]), ("PeerVpcId", &*pair[1])];
            near.ec2(NEAR_REGION, "CreateVpcPeeringConnection", &parameters).await;
        }
        self.proxy.line(|line| line.manners.page = Some(1));
    }

    async fn forbid(&self) -> &'static str {
        self.set_policy("deny", "Deny", &["ec2:DescribeRouteTables"]).await;
        "ec2:DescribeRouteTables"
    }

    async fn foreign(&self, job: &PeeringJob) -> String {
        let PeeringSpec::Aws { vpc_id, .. } = &job.peering.spec else { unreachable!("it is at Amazon") };
        let near = &self.people().near;
        let block = job.container.block.to_string();
        let made = near.ec2(NEAR_REGION, "CreateVpc", &[("CidrBlock", &block)]).await;
        let vpc = made.deep("vpcId").expect("a VPC").text.clone();
        let parameters =
            [("VpcId", &*vpc), ("PeerVpcId", vpc_id), ("PeerOwnerId", FAR), ("PeerRegion", FAR_REGION)];
        let made = near.ec2(NEAR_REGION, "CreateVpcPeeringConnection", &parameters).await;
        made.deep("vpcPeeringConnectionId").expect("a connection").text.clone()
    }

    async fn there(&self, job: &PeeringJob) -> There {
        let connections = self.connections(job).await;
        let routes = self.routes(&connections).await;
        There {
            networks: self.vpcs(job).await.len(),
            connections: connections.iter().filter(|pcx| alive(pcx)).count(),
            routes: routes.iter().map(|(_, block)| fixture::block(block)).collect(),
        }
    }
}
