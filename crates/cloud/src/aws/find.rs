//! Existing connections: whether one is what was described, and how it becomes ours.

use model::container::Container;
use model::peering::PeeringSpec;

use super::ec2::{Ec2, NO_CONNECTION, NO_VPC, Which};
use super::mark::{Mark, Tags};
use super::network::vpc_id;
use super::peering::{Stage, stage};
use super::xml::{Connection, Side};
use super::{AwsDriver, FarVpc};
use crate::account::{Obstacle, ObstacleKind};
use crate::driver::{DriverError, PeeringJob};

impl AwsDriver {
    /// A connection by its id.
    async fn named(&self, ec2: &Ec2<'_>, id: &str) -> Result<Option<Connection>, DriverError> {
        match ec2.connections(Which::Id(id)).await {
            Ok(found) => Ok(found.into_iter().next()),
            Err(error) if error.is(NO_CONNECTION) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What is wrong with taking on a connection as that container's and that peering's.
    pub(super) async fn compare(
        &self,
        container: &Container,
        spec: &PeeringSpec,
        id: &str,
    ) -> Result<Vec<Obstacle>, DriverError> {
        let ec2 = self.ec2_of(container)?;
        let far = FarVpc::of(spec)?;
        let Some(connection) = self.named(&ec2, id).await? else {
            return Ok(vec![Obstacle {
                kind: ObstacleKind::Missing,
                what: format!("there is no connection {id} in {}", ec2.region),
                mend: format!(
                    "look for it in the region of the side that asked: aws ec2 \
                     describe-vpc-peering-connections --region {} --vpc-peering-connection-ids {id}",
                    ec2.region
                ),
            }]);
        };
        let mut obstacles = Vec::new();
        let mut differs = |what: String, mend: &str| {
            obstacles.push(Obstacle { kind: ObstacleKind::Differs, what, mend: mend.to_owned() });
        };
        if stage(&connection) != Stage::Alive {
            let status = &connection.status.code;
            differs(format!("{id} is {status}"), "ask for a new connection instead of adopting this one");
        }
        let mark = Mark::of(&connection.tag_set);
        if mark.installation.as_ref().is_some_and(|other| *other != self.account.mark) {
            differs(format!("{id} carries {mark}"), "let that installation give it up first");
        }
        let near = &connection.requester_vpc_info;
        let mend = "describe the peering as the connection is";
        for (name, has, described) in [
            ("account", &*connection.accepter_vpc_info.owner_id, far.account_id),
            ("VPC", &*connection.accepter_vpc_info.vpc_id, far.vpc_id),
            ("region", region(&connection.accepter_vpc_info, &ec2), far.region),
        ] {
            if has != described {
                differs(format!("the far {name} of {id} is {has}, not {described}"), mend);
            }
        }
        let blocks = self.blocks(&ec2, near).await?;
        if !blocks.contains(&container.block.to_string()) {
            let has = blocks.join(", ");
            differs(
                format!("the near VPC {} has {has}, the container {}", near.vpc_id, container.block),
                "make a container with the VPC's block, and adopt into that",
            );
        }
        if region(near, &ec2) != ec2.region {
            differs(
                format!("{id} was asked for in {}", near.region),
                "only the side that asked for a connection can have it managed",
            );
        }
        if let Some(known) = vpc_id(container).filter(|known| *known != near.vpc_id) {
            differs(
                format!("the container has the VPC {known} already, not {}", near.vpc_id),
                "adopt into a container that has no network yet",
            );
        }
        Ok(obstacles)
    }

    /// A VPC's blocks: those that the connection tells, and what the VPC itself does.
    async fn blocks(&self, ec2: &Ec2<'_>, side: &Side) -> Result<Vec<String>, DriverError> {
        let mut blocks = side.blocks();
        match ec2.vpcs(Which::Id(&side.vpc_id)).await {
            Ok(found) => blocks.extend(found.iter().flat_map(|vpc| vpc.blocks())),
            Err(error) if error.is(NO_VPC) => {}
            Err(error) => return Err(error.into()),
        }
        blocks.sort();
        blocks.dedup();
        Ok(blocks)
    }

    /// Puts our mark on a connection and on its near VPC.
    pub(super) async fn take_on(&self, job: &PeeringJob, id: &str) -> Result<(), DriverError> {
        let ec2 = self.ec2_of(&job.container)?;
        let Some(connection) = self.named(&ec2, id).await? else {
            return Err(DriverError::invalid(format!("there is no connection {id} in {}", ec2.region)));
        };
        let mark = &self.account.mark;
        let theirs = Mark::of(&connection.tag_set);
        if theirs.installation.as_ref().is_some_and(|other| other != mark) {
            return Err(DriverError::invalid(format!("{id} carries {theirs}")));
        }
        let requested = theirs.requested.unwrap_or_else(|| self.clock.now());
        // The VPC first: a connection is looked for by its own mark, so that it is ours only once
        // both are.
        let near = &connection.requester_vpc_info.vpc_id;
        ec2.tag(near, &Tags::of_container(mark, &job.container)).await?;
        ec2.tag(id, &Tags::of_peering(mark, &job.peering, requested)).await?;
        Ok(())
    }
}

/// Where a side is; EC2 leaves it out where it is the region that was asked.
fn region<'a>(side: &'a Side, ec2: &'a Ec2<'_>) -> &'a str {
    if side.region.is_empty() { &ec2.region } else { &side.region }
}
