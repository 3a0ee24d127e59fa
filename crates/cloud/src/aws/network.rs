//! The near network: one VPC for each container.

use model::container::machine::{NetworkObserved, NetworkSeen};
use model::container::{Container, NetworkIds};

use super::AwsDriver;
use super::ec2::{Ec2, NO_VPC, Which};
use super::fault::unless;
use super::mark::{CONTAINER, Mark, Tags};
use super::xml::Vpc;
use crate::driver::DriverError;

/// Looks for something that was just made, before somebody else has to look again. EC2 may not show
/// a thing to the next call: what it says is true only in the end.
const LOOKS: usize = 4;

impl AwsDriver {
    /// Looks at a container's VPC.
    pub(super) async fn observe_vpc(&self, container: &Container) -> Result<NetworkObserved, DriverError> {
        let ec2 = self.ec2_of(container)?;
        let network = match self.vpc_of(&ec2, container).await? {
            None => NetworkSeen::Absent,
            Some(vpc) if vpc.state == "pending" => NetworkSeen::Making,
            Some(vpc) => NetworkSeen::Ready(NetworkIds::Aws { vpc_id: vpc.vpc_id }),
        };
        Ok(NetworkObserved { network, changes_at: None })
    }

    /// All VPCs that carry a container's mark. There is one, unless two processes made it at the
    /// same moment.
    async fn vpcs_of(&self, ec2: &Ec2<'_>, container: &Container) -> Result<Vec<Vpc>, DriverError> {
        let id = container.id.to_string();
        let mut vpcs = ec2.vpcs(Which::Tagged(CONTAINER, &id)).await?;
        vpcs.retain(|vpc| Mark::of(&vpc.tag_set).is_of(&self.account.mark));
        vpcs.sort_by(|one, other| one.vpc_id.cmp(&other.vpc_id));
        Ok(vpcs)
    }

    /// A container's VPC: the one that its row names, else the first of those that carry its mark.
    pub(super) async fn vpc_of(
        &self,
        ec2: &Ec2<'_>,
        container: &Container,
    ) -> Result<Option<Vpc>, DriverError> {
        let vpcs = self.vpcs_of(ec2, container).await?;
        let Some(known) = vpc_id(container) else { return Ok(vpcs.into_iter().next()) };
        if let Some(vpc) = vpcs.iter().find(|vpc| vpc.vpc_id == known) {
            return Ok(Some(vpc.clone()));
        }
        // The list by tags may be late, or somebody took the tags away; an id does not lie.
        match ec2.vpcs(Which::Id(known)).await {
            Ok(found) => Ok(found.into_iter().next().or_else(|| vpcs.into_iter().next())),
            Err(error) if error.is(NO_VPC) => Ok(vpcs.into_iter().next()),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes a container's VPC, unless there is one.
    pub(super) async fn make_vpc(&self, container: &Container) -> Result<(), DriverError> {
        let ec2 = self.ec2_of(container)?;
        if !self.vpcs_of(&ec2, container).await?.is_empty() {
            return Ok(());
        }
        let tags = Tags::of_container(&self.account.mark, container);
        let made = ec2.create_vpc(container.block, &tags).await?;
        for _ in 0..LOOKS {
            let all = self.vpcs_of(&ec2, container).await?;
            match all.first() {
                // Another process made one at the same moment: the first stays, in whichever order
                // the two look.
                Some(first) if first.vpc_id != made.vpc_id && holds(&all, &made) => {
                    return unless(ec2.delete_vpc(&made.vpc_id).await, NO_VPC);
                }
                _ if holds(&all, &made) => return Ok(()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Removes a container's VPC, and whatever else carries its mark.
    pub(super) async fn remove_vpcs(&self, container: &Container) -> Result<(), DriverError> {
        let ec2 = self.ec2_of(container)?;
        let mut ids: Vec<_> =
            self.vpcs_of(&ec2, container).await?.into_iter().map(|vpc| vpc.vpc_id).collect();
        if let Some(known) = vpc_id(container).filter(|known| !ids.iter().any(|id| id == known)) {
            ids.push(known.to_owned());
        }
        for id in ids {
            unless(ec2.delete_vpc(&id).await, NO_VPC)?;
        }
        Ok(())
    }
}

fn holds(all: &[Vpc], made: &Vpc) -> bool {
    all.iter().any(|vpc| vpc.vpc_id == made.vpc_id)
}

/// The VPC that a container's row names.
pub(super) fn vpc_id(container: &Container) -> Option<&str> {
    match container.network.ids() {
        Some(NetworkIds::Aws { vpc_id }) => Some(vpc_id),
        Some(NetworkIds::Azure { .. } | NetworkIds::Gcp { .. }) | None => None,
    }
}
