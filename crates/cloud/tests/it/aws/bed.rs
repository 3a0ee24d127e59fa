//! The bed: hands of both sides, faults, and eyes that do not go through the driver.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_trait::async_trait;
use cloud::send::Budget;
use cloud::{CloudAccount, CloudDriver, PeeringJob};
use model::container::Place;
use model::peering::PeeringSpec;
use model::peering::machine::Connection;
use model::world::CloudCall;

use super::accounts::{AwsBed, FAR, FAR_REGION, MARK, NEAR_REGION, QUICK};
use super::manners::Manners;
use super::proxy::Effect;
use super::tree::Node;
use crate::fixture::{self, NOW};
use crate::suite::{Bed, FarAct, FarNetwork, Fault, Need, There};

impl AwsBed {
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
        let shown = Node::parse(&Manners { page: None, ..manners }.apply(action, None, &shown.write()));
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
        self.set_up().await;
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
