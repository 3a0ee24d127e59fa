//! Everything that carries our mark, and how it is taken down without its row.

use super::AwsDriver;
use super::ec2::{NO_CONNECTION, NO_VPC, Which};
use super::fault::unless;
use super::mark::{INSTALLATION, Mark};
use super::peering::{Stage, stage};
use crate::account::{Marked, MarkedKind};
use crate::driver::DriverError;

impl AwsDriver {
    /// The regions in which things of ours may be: those that the operator named, else all that the
    /// account has enabled.
    async fn regions(&self) -> Result<Vec<String>, DriverError> {
        if !self.account.regions.is_empty() {
            return Ok(self.account.regions.clone());
        }
        let regions = self.ec2(&self.account.region).regions().await?;
        let enabled = regions.into_iter().filter(|region| region.opt_in_status != "not-opted-in");
        Ok(enabled.map(|region| region.region_name).collect())
    }

    /// Everything of ours that is not gone.
    pub(super) async fn all_marked(&self) -> Result<Vec<Marked>, DriverError> {
        let mut all = Vec::new();
        for region in self.regions().await? {
            let ec2 = self.ec2(&region);
            let ours = Which::Tagged(INSTALLATION, &self.account.mark);
            for connection in ec2.connections(ours).await? {
                let Some(made_for) = Mark::of(&connection.tag_set).made_for() else { continue };
                if stage(&connection) == Stage::Over
                    && !self.routes_left(&ec2, std::slice::from_ref(&connection)).await?
                {
                    continue;
                }
                let (id, status) = (connection.id, connection.status.code);
                let kind = MarkedKind::Connection;
                // Where both VPCs are ours and in two regions, it is shown in both.
                if connection.requester_vpc_info.region.is_empty()
                    || connection.requester_vpc_info.region == region
                {
                    all.push(Marked { kind, made_for, region: region.clone(), id, status });
                }
            }
            for vpc in ec2.vpcs(ours).await? {
                let Some(made_for) = Mark::of(&vpc.tag_set).made_for() else { continue };
                let (id, status) = (vpc.vpc_id, vpc.state);
                all.push(Marked { kind: MarkedKind::Network, made_for, region: region.clone(), id, status });
            }
        }
        all.sort();
        Ok(all)
    }

    /// Takes down one marked thing, after another look at its mark.
    pub(super) async fn take_down(&self, thing: &Marked) -> Result<(), DriverError> {
        let ec2 = self.ec2(&thing.region);
        let check = |mark: Mark| {
            if mark.is_of(&self.account.mark) {
                return Ok(());
            }
            Err(DriverError::invalid(format!("{} carries {mark}, which is not ours to take down", thing.id)))
        };
        match thing.kind {
            MarkedKind::Connection => {
                let found = match ec2.connections(Which::Id(&thing.id)).await {
                    Err(error) if error.is(NO_CONNECTION) => return Ok(()),
                    found => found?,
                };
                for connection in &found {
                    check(Mark::of(&connection.tag_set))?;
                    self.take_down_connection(&ec2, connection).await?;
                }
                Ok(())
            }
            MarkedKind::Network => {
                let found = match ec2.vpcs(Which::Id(&thing.id)).await {
                    Err(error) if error.is(NO_VPC) => return Ok(()),
                    found => found?,
                };
                for vpc in &found {
                    check(Mark::of(&vpc.tag_set))?;
                    unless(ec2.delete_vpc(&vpc.vpc_id).await, NO_VPC)?;
                }
                Ok(())
            }
            MarkedKind::FarHalf => {
                Err(DriverError::invalid("a connection at Amazon has no far half of ours"))
            }
        }
    }
}
