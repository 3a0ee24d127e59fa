//! What would stand in a peering's way, by what EC2 shows now.

use model::Cidr;
use model::container::Container;
use model::peering::PeeringSpec;
use serde::Deserialize;

use super::ec2::{Ec2, NO_VPC, Which};
use super::network::vpc_id;
use super::partition::{Partition, Service};
use super::peering::{Stage, stage};
use super::{AwsDriver, FarVpc};
use crate::account::{Obstacle, ObstacleKind};
use crate::driver::DriverError;

/// Quotas of the service `vpc`: VPCs in a region.
const VPCS: &str = "L-F678F1CE";
/// Connections of a VPC.
const CONNECTIONS: &str = "L-7E9ECCDB";
/// Routes in a table.
const ROUTES: &str = "L-93826ACB";

#[derive(Deserialize)]
struct QuotaAnswer {
    #[serde(rename = "Quota")]
    quota: Quota,
}

#[derive(Deserialize)]
struct Quota {
    #[serde(rename = "Value")]
    value: f64,
}

impl AwsDriver {
    /// Everything that stands in the way.
    pub(super) async fn obstacles(
        &self,
        container: &Container,
        spec: &PeeringSpec,
    ) -> Result<Vec<Obstacle>, DriverError> {
        let ec2 = self.ec2_of(container)?;
        let far = FarVpc::of(spec)?;
        let mut obstacles = blocks_overlap(container.block, &far);
        obstacles.extend(self.regions_closed(&ec2, &far).await?);
        obstacles.extend(self.far_vpc(&far, container.block).await?);
        match self.vpc_of(&ec2, container).await? {
            Some(vpc) => {
                obstacles.extend(self.routes_in_the_way(&ec2, &vpc.vpc_id, &far).await?);
                obstacles.extend(self.connections_in_the_way(&ec2, &vpc.vpc_id, &far).await?);
            }
            None => {
                if let Some(known) = vpc_id(container) {
                    obstacles.push(Obstacle {
                        kind: ObstacleKind::Missing,
                        what: format!("the container's VPC {known} is gone from {}", ec2.region),
                        mend: "wait: it is made again".to_owned(),
                    });
                }
                let n_vpcs = ec2.vpcs(Which::All).await?.len();
                obstacles.extend(self.over_quota(&ec2, VPCS, n_vpcs, "VPCs in the region").await?);
            }
        }
        Ok(obstacles)
    }

    /// Regions that are unknown, or off for this account, or in another of Amazon's clouds.
    async fn regions_closed(&self, ec2: &Ec2<'_>, far: &FarVpc<'_>) -> Result<Vec<Obstacle>, DriverError> {
        let obstacle = |what: String, mend: String| Obstacle { kind: ObstacleKind::Region, what, mend };
        if Partition::of(&ec2.region) != Partition::of(far.region) {
            return Ok(vec![obstacle(
                format!(
                    "{} and {} are in two clouds of Amazon's that can't be connected",
                    ec2.region, far.region
                ),
                "choose two regions of one partition".to_owned(),
            )]);
        }
        let regions = match self.ec2(&self.account.region).regions().await {
            Ok(regions) => regions,
            // Without the right to look, regions are known only when they refuse.
            Err(error) if error.is(&["UnauthorizedOperation", "AccessDenied"]) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let mut obstacles = Vec::new();
        match regions.iter().find(|region| region.region_name == ec2.region) {
            Some(region) if region.opt_in_status == "not-opted-in" => obstacles.push(obstacle(
                format!("the account has not enabled {}", ec2.region),
                format!("aws account enable-region --region-name {}", ec2.region),
            )),
            Some(_) => {}
            None => obstacles.push(obstacle(
                format!("the account knows no region {}", ec2.region),
                "make the container in another region".to_owned(),
            )),
        }
        if far.region != ec2.region && !regions.iter().any(|region| region.region_name == far.region) {
            obstacles.push(obstacle(
                format!("there is no region {}", far.region),
                "name the region in which the far VPC is, such as us-east-1".to_owned(),
            ));
        }
        Ok(obstacles)
    }

    /// The far VPC itself, where it is in our own account; another account's is not shown.
    async fn far_vpc(&self, far: &FarVpc<'_>, near: Cidr) -> Result<Vec<Obstacle>, DriverError> {
        if self.identity().await?.account != far.account_id {
            return Ok(Vec::new());
        }
        let found = match self.ec2(far.region).vpcs(Which::Id(far.vpc_id)).await {
            Err(error) if error.is(NO_VPC) => Vec::new(),
            found => found?,
        };
        let Some(vpc) = found.into_iter().next() else {
            return Ok(vec![Obstacle {
                kind: ObstacleKind::Missing,
                what: format!("there is no VPC {} in {}", far.vpc_id, far.region),
                mend: "look whether the VPC, its region and its account are right".to_owned(),
            }]);
        };
        let blocks = vpc.blocks();
        let overlapping = blocks.iter().filter_map(|block| Cidr::parse(block).ok());
        let obstacles = overlapping.filter(|block| block.overlaps(near)).map(|block| Obstacle {
            kind: ObstacleKind::Overlap,
            what: format!(
                "the far VPC {} has {block}, which overlaps with the container's {near}",
                far.vpc_id
            ),
            mend: "make a container with another block".to_owned(),
        });
        Ok(obstacles.collect())
    }

    /// Routes of the near VPC that lead the far block elsewhere, and tables that are full.
    async fn routes_in_the_way(
        &self,
        ec2: &Ec2<'_>,
        vpc: &str,
        far: &FarVpc<'_>,
    ) -> Result<Vec<Obstacle>, DriverError> {
        let mut obstacles = Vec::new();
        for table in ec2.route_tables(vpc).await? {
            let id = &table.route_table_id;
            for route in &table.route_set.item {
                let Ok(block) = Cidr::parse(&route.destination_cidr_block) else { continue };
                // A default route is less specific than any other, and in nobody's way.
                if block.prefix() == 0 || !block.overlaps(far.route_block) {
                    continue;
                }
                let to = route.vpc_peering_connection_id.as_deref().or(route.gateway_id.as_deref());
                obstacles.push(Obstacle {
                    kind: ObstacleKind::Overlap,
                    what: format!(
                        "{id} leads {block}, which overlaps with {}, to {}",
                        far.route_block,
                        to.unwrap_or("something else")
                    ),
                    mend: format!(
                        "aws ec2 delete-route --region {} --route-table-id {id} --destination-cidr-block {block}",
                        ec2.region
                    ),
                });
            }
            let n_routes = table.route_set.item.len();
            obstacles.extend(self.over_quota(ec2, ROUTES, n_routes, &format!("routes in {id}")).await?);
        }
        Ok(obstacles)
    }

    /// Connections that the near VPC has already.
    async fn connections_in_the_way(
        &self,
        ec2: &Ec2<'_>,
        vpc: &str,
        far: &FarVpc<'_>,
    ) -> Result<Vec<Obstacle>, DriverError> {
        let mut all = ec2.connections(Which::Field("requester-vpc-info.vpc-id", vpc)).await?;
        all.retain(|connection| stage(connection) == Stage::Alive);
        let there = all.iter().find(|connection| connection.accepter_vpc_info.vpc_id == far.vpc_id);
        let mut obstacles = Vec::new();
        if let Some(connection) = there {
            obstacles.push(Obstacle {
                kind: ObstacleKind::Differs,
                what: format!("{vpc} and {} have a connection already: {}", far.vpc_id, connection.id),
                mend: format!("adopt {}, or delete it", connection.id),
            });
        }
        let what = format!("connections of {vpc}");
        obstacles.extend(self.over_quota(ec2, CONNECTIONS, all.len(), &what).await?);
        Ok(obstacles)
    }

    /// A quota that one more would pass. What can't be known is no obstacle.
    async fn over_quota(
        &self,
        ec2: &Ec2<'_>,
        code: &str,
        n: usize,
        what: &str,
    ) -> Result<Option<Obstacle>, DriverError> {
        let body = serde_json::json!({ "ServiceCode": "vpc", "QuotaCode": code }).to_string();
        let target = "ServiceQuotasV20190624.GetServiceQuota";
        let Ok(answer) = self.client.call_json(Service::Quotas, &ec2.region, target, body).await else {
            return Ok(None);
        };
        let Ok(answer) = serde_json::from_str::<QuotaAnswer>(&answer) else { return Ok(None) };
        let limit = answer.quota.value;
        #[expect(clippy::cast_precision_loss, reason = "there are thousands at most")]
        let full = n as f64 >= limit;
        Ok(full.then(|| Obstacle {
            kind: ObstacleKind::Quota,
            what: format!("there are {n} {what}, and the quota is {limit}"),
            mend: format!(
                "aws service-quotas request-service-quota-increase --region {} --service-code vpc \
                 --quota-code {code} --desired-value {}",
                ec2.region,
                limit + 5.0
            ),
        }))
    }
}

/// The container's block against what is to be routed.
fn blocks_overlap(near: Cidr, far: &FarVpc<'_>) -> Vec<Obstacle> {
    if !near.overlaps(far.route_block) {
        return Vec::new();
    }
    vec![Obstacle {
        kind: ObstacleKind::Overlap,
        what: format!("the container's {near} overlaps with {}, which is to be routed", far.route_block),
        mend: "make a container with another block".to_owned(),
    }]
}
