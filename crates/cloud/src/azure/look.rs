//! What the two halves of a peering show.

use model::id::PeeringId;
use model::peering::machine::{Connection, Observed};

use super::arm::{NETWORK, only};
use super::names::{HalfNames, VnetId, half_name, half_prefix, peering_tag};
use super::verdict::Trouble;
use super::wire::{Half, Link, Provisioning, Vnet};
use super::{AzureDriver, Far, far_of};
use crate::driver::{DriverError, PeeringJob};

/// Our side of a peering.
pub(super) struct Near {
    pub(super) vnet: Vnet,
    /// What its halves are called.
    pub(super) names: HalfNames,
    /// Our half.
    pub(super) half: Option<Half>,
    /// Our halves of earlier incarnations.
    pub(super) outdated: Vec<Half>,
}

/// What can be seen of the customer's half.
#[derive(Debug)]
pub(super) enum FarSeen {
    /// There is none of ours.
    Nothing,
    /// This one.
    Half(Half),
    /// We may not look, for this reason.
    Hidden(Trouble),
}

impl AzureDriver {
    /// Our side, if the network stands.
    pub(super) async fn near(&self, job: &PeeringJob) -> Result<Option<Near>, DriverError> {
        Ok(self.find_network(&job.container).await?.map(|vnet| {
            let names = self.names(&vnet, job.peering.id, job.peering.incarnation);
            let prefix = half_prefix(&self.account.mark, job.peering.id);
            let halves = &vnet.properties.virtual_network_peerings;
            let half = halves.iter().find(|half| half.name == names.near).cloned();
            let older = |half: &&Half| half.name != names.near && half.name.starts_with(&prefix);
            let outdated = halves.iter().filter(older).cloned().collect();
            Near { half, outdated, names, vnet }
        }))
    }

    /// What the halves of a peering are called: ours both alike, adopted ones as their tag says.
    pub(super) fn names(&self, vnet: &Vnet, peering: PeeringId, incarnation: i64) -> HalfNames {
        vnet.tags.get(&peering_tag(peering)).and_then(|tag| HalfNames::of_tag(tag)).unwrap_or_else(|| {
            let name = half_name(&self.account.mark, peering, incarnation);
            HalfNames { near: name.clone(), far: name }
        })
    }

    /// The half of that name in the customer's network.
    pub(super) async fn far_half(
        &self,
        tenant: &str,
        vnet: &VnetId,
        name: &str,
    ) -> Result<FarSeen, DriverError> {
        match self.arm.get(only(tenant), &vnet.half(name), NETWORK).await {
            Ok(None) => Ok(FarSeen::Nothing),
            Ok(Some(half)) => Ok(FarSeen::Half(half)),
            Err(Trouble::Driver(error @ (DriverError::Transient(_) | DriverError::Throttled(_)))) => {
                Err(error)
            }
            Err(trouble) => Ok(FarSeen::Hidden(trouble)),
        }
    }

    pub(super) async fn look(&self, job: &PeeringJob) -> Result<Observed, DriverError> {
        let far = far_of(&job.peering.spec)?;
        let near = self.near(job).await?;
        let half = near.as_ref().and_then(|near| near.half.as_ref());
        let outdated = near.as_ref().is_some_and(|near| !near.outdated.is_empty());
        let there = match half {
            // Connected tells all, unless both halves have to go; Disconnected tells that the other one
            // is gone. Else: who made no near half made no far one.
            Some(half) if half.properties.peering_state == Link::Connected && job.peering.wanted => {
                FarSeen::Nothing
            }
            Some(half) if half.properties.peering_state == Link::Disconnected => FarSeen::Nothing,
            None if job.peering.connection_id.is_none() || outdated => FarSeen::Nothing,
            Some(_) | None => self.there(job, near.as_ref(), &far).await?,
        };
        let connection = judge(half, outdated, &there);
        Ok(Observed {
            connection,
            connection_id: half.map(|half| half.id.clone()),
            changes_at: None,
            near_network: job.container.network.ids().is_some(),
            says: says(half, connection),
        })
    }

    /// The half in the customer's network, by the name that it has for us.
    pub(super) async fn there(
        &self,
        job: &PeeringJob,
        near: Option<&Near>,
        far: &Far,
    ) -> Result<FarSeen, DriverError> {
        let name = near.map_or_else(
            || half_name(&self.account.mark, job.peering.id, job.peering.incarnation),
            |near| near.names.far.clone(),
        );
        self.far_half(&far.tenant, &far.vnet, &name).await
    }
}

impl FarSeen {
    /// Whether it is being taken down.
    fn going(&self) -> bool {
        matches!(self, Self::Half(half) if half.properties.provisioning_state == Provisioning::Deleting)
    }
}

/// What both halves come to.
fn judge(near: Option<&Half>, outdated: bool, far: &FarSeen) -> Connection {
    let Some(near) = near else {
        return match (outdated, far) {
            (true, _) => Connection::Outdated,
            (false, FarSeen::Nothing | FarSeen::Hidden(_)) => Connection::Absent,
            // Somebody took our half away; the one that we made over there is left.
            (false, FarSeen::Half(_)) => Connection::Deleted,
        };
    };
    let properties = &near.properties;
    match (properties.peering_state, properties.provisioning_state) {
        (_, Provisioning::Deleting) => Connection::Deleting,
        (Link::Connected, _) if far.going() => Connection::Deleting,
        (Link::Disconnected, _) => Connection::Deleted,
        (Link::Connected, provisioning) if provisioning.goes_on() => Connection::Routing,
        (Link::Connected, provisioning) => {
            let open = properties.allow_virtual_network_access != Some(false);
            let level = properties.peering_sync_level;
            if open && !level.here() && !level.there() && !provisioning.failed() {
                Connection::Routed
            } else {
                Connection::Accepted
            }
        }
        (Link::Initiated, provisioning) if provisioning.goes_on() => Connection::Requesting,
        (Link::Initiated, _) => match far {
            FarSeen::Half(far) if !far.properties.provisioning_state.failed() => {
                match (far.properties.peering_state, far.properties.provisioning_state) {
                    (Link::Disconnected, Provisioning::Succeeded) => Connection::Accepted,
                    (_, _) => Connection::Routing,
                }
            }
            FarSeen::Half(_) | FarSeen::Nothing | FarSeen::Hidden(_) => Connection::Accepted,
        },
    }
}

/// What a person wants to know of it.
fn says(near: Option<&Half>, connection: Connection) -> Option<String> {
    let properties = &near?.properties;
    match connection {
        Connection::Deleted => Some(
            "Azure shows Disconnected: the half in the customer's network, or that network, was deleted."
                .to_owned(),
        ),
        Connection::Accepted if properties.allow_virtual_network_access == Some(false) => {
            Some("Somebody closed our half to traffic (allowVirtualNetworkAccess is false).".to_owned())
        }
        Connection::Accepted if properties.peering_sync_level.here() => {
            Some("The customer's network has other addresses than our half was told.".to_owned())
        }
        Connection::Accepted if properties.peering_sync_level.there() => {
            Some("Our network has other addresses than the customer's half was told.".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn half(link: &str, provisioning: &str, sync: &str) -> Half {
        serde_json::from_value(json!({
            "id": "id",
            "name": "name",
            "properties": { "peeringState": link, "provisioningState": provisioning, "peeringSyncLevel": sync },
        }))
        .expect("a half")
    }

    fn seen(near: Option<(&str, &str, &str)>, far: Option<(&str, &str)>) -> Connection {
        let far = far.map_or(FarSeen::Nothing, |(link, provisioning)| {
            FarSeen::Half(half(link, provisioning, "FullyInSync"))
        });
        let near = near.map(|(link, provisioning, sync)| half(link, provisioning, sync));
        judge(near.as_ref(), false, &far)
    }

    #[test]
    fn what_both_halves_come_to() {
        let full = "FullyInSync";
        let initiated = Some(("Initiated", "Succeeded", full));
        assert_eq!(seen(None, None), Connection::Absent);
        assert_eq!(judge(None, true, &FarSeen::Nothing), Connection::Outdated);
        assert_eq!(seen(None, Some(("Disconnected", "Succeeded"))), Connection::Deleted);
        assert_eq!(seen(Some(("Initiated", "Updating", full)), None), Connection::Requesting);
        assert_eq!(seen(initiated, None), Connection::Accepted);
        assert_eq!(seen(Some(("Initiated", "Failed", full)), None), Connection::Accepted);
        assert_eq!(seen(initiated, Some(("Initiated", "Updating"))), Connection::Routing);
        assert_eq!(seen(initiated, Some(("Initiated", "Failed"))), Connection::Accepted);
        assert_eq!(seen(initiated, Some(("Disconnected", "Succeeded"))), Connection::Accepted);
        assert_eq!(seen(Some(("Connected", "Succeeded", full)), None), Connection::Routed);
        assert_eq!(seen(Some(("Connected", "Updating", full)), None), Connection::Routing);
        for level in ["LocalNotInSync", "RemoteNotInSync", "LocalAndRemoteNotInSync"] {
            assert_eq!(seen(Some(("Connected", "Succeeded", level)), None), Connection::Accepted);
        }
        assert_eq!(seen(Some(("Disconnected", "Succeeded", full)), None), Connection::Deleted);
        assert_eq!(seen(Some(("Connected", "Deleting", full)), None), Connection::Deleting);
        let going = Some(("Connected", "Deleting"));
        assert_eq!(seen(Some(("Connected", "Succeeded", full)), going), Connection::Deleting);
    }

    #[test]
    fn a_half_that_was_closed_is_opened_again() {
        let mut near = half("Connected", "Succeeded", "FullyInSync");
        near.properties.allow_virtual_network_access = Some(false);
        assert_eq!(judge(Some(&near), false, &FarSeen::Nothing), Connection::Accepted);
    }
}
