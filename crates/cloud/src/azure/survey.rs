//! What would stand in a peering's way.

use model::Cidr;
use model::container::Container;
use model::peering::PeeringSpec;

use super::arm::{NETWORK, only};
use super::network::here;
use super::rights::allows;
use super::verdict::Trouble;
use super::wire::{AddressSpace, Link, Usage, Vnet};
use super::words::{FAR_ACTIONS, failure, grant};
use super::{AzureDriver, Far, far_of};
use crate::account::{Obstacle, ObstacleKind};
use crate::driver::DriverError;

/// Peerings that one network may have. Source: Azure's published limits.
const PEERINGS_MAX: usize = 500;

impl AzureDriver {
    pub(super) async fn obstacles(
        &self,
        container: &Container,
        spec: &PeeringSpec,
    ) -> Result<Vec<Obstacle>, DriverError> {
        let far = far_of(spec)?;
        let mut all = Vec::new();
        let near = self.find_network(container).await?;
        match (here(container), &near) {
            (None, _) => all.push(Obstacle {
                kind: ObstacleKind::Region,
                what: format!("{:?} is no place of Azure's", container.place),
                mend: "Choose another region for the container.".to_owned(),
            }),
            (Some(location), None) => all.extend(self.room(location).await?),
            (Some(_), Some(_)) => {}
        }
        let there: Option<Vnet> = match self.arm.get(only(&far.tenant), &far.vnet.to_string(), NETWORK).await
        {
            Ok(there) => there,
            Err(trouble) => {
                all.push(self.hidden(trouble, &far)?);
                return Ok(all);
            }
        };
        let Some(there) = there else {
            all.push(Obstacle {
                kind: ObstacleKind::Missing,
                what: format!("There is no network {}.", far.vnet),
                mend: format!(
                    "az network vnet create --subscription {} --resource-group {} --name {} --address-prefixes BLOCK",
                    far.vnet.subscription, far.vnet.group, far.vnet.name
                ),
            });
            return Ok(all);
        };
        all.extend(overlaps(container, near.as_ref(), &there));
        all.extend(full(near.as_ref()));
        all.extend(full(Some(&there)));
        all.extend(self.ungranted(&far).await?);
        Ok(all)
    }

    /// Why we can't look at the customer's network.
    fn hidden(&self, trouble: Trouble, far: &Far) -> Result<Obstacle, DriverError> {
        let app = self.arm.tokens.client_id();
        let mend = grant(app, &far.tenant, &far.vnet);
        let (kind, what) = match trouble {
            Trouble::Driver(DriverError::Denied(says)) => (ObstacleKind::Permission, says),
            Trouble::Refused(refused) if refused.denied() => (ObstacleKind::Permission, refused.told()),
            trouble => match failure(trouble, self.far_side(far)) {
                DriverError::Rejected { says, .. } => (ObstacleKind::Missing, says),
                error => return Err(error),
            },
        };
        Ok(Obstacle { kind, what, mend })
    }

    /// Whether one more network fits where the container is. Who may not see the counts is not kept
    /// from going on: Azure will say it.
    async fn room(&self, location: &str) -> Result<Vec<Obstacle>, DriverError> {
        let id = format!(
            "/subscriptions/{}/providers/Microsoft.Network/locations/{location}/usages",
            self.account.subscription_id
        );
        let usages: Vec<Usage> = match self.arm.list(self.home(), &id, NETWORK).await {
            Ok(usages) => usages,
            Err(Trouble::Refused(_)) => return Ok(Vec::new()),
            Err(trouble) => return Err(failure(trouble, self.near_side())),
        };
        let reached =
            |usage: &&Usage| usage.name.value == "VirtualNetworks" && usage.current_value >= usage.limit;
        Ok(usages
            .iter()
            .find(reached)
            .map(|usage| Obstacle {
                kind: ObstacleKind::Quota,
                what: format!(
                    "{location} holds {} of {} virtual networks.",
                    usage.current_value, usage.limit
                ),
                mend: "Ask for a higher limit of virtual networks in Azure's portal, under Usage + quotas."
                    .to_owned(),
            })
            .into_iter()
            .collect())
    }

    /// Which rights on the customer's network are missing, if we may know.
    async fn ungranted(&self, far: &Far) -> Result<Vec<Obstacle>, DriverError> {
        let parts = match self.roles_at(only(&far.tenant), &far.vnet.to_string()).await {
            Ok(parts) => parts,
            Err(Trouble::Refused(_)) => return Ok(Vec::new()),
            Err(trouble) => return Err(failure(trouble, self.far_side(far))),
        };
        let missing: Vec<_> = FAR_ACTIONS.into_iter().filter(|action| !allows(&parts, action)).collect();
        if missing.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![Obstacle {
            kind: ObstacleKind::Permission,
            what: format!("On {} our application may not: {}.", far.vnet, missing.join(", ")),
            mend: grant(self.arm.tokens.client_id(), &far.tenant, &far.vnet),
        }])
    }
}

/// Which addresses are in the way: the two networks', and those of networks that either is peered
/// with already.
fn overlaps(container: &Container, near: Option<&Vnet>, there: &Vnet) -> Vec<Obstacle> {
    let ours = [container.block];
    let theirs = blocks(&there.properties.address_space);
    let mut all = Vec::new();
    let mut tell = |one: &[Cidr], other: &[Cidr], what: &dyn Fn(Cidr, Cidr) -> String| {
        for one in one {
            all.extend(other.iter().filter(|other| one.overlaps(**other)).map(|other| {
                Obstacle {
                    kind: ObstacleKind::Overlap,
                    what: what(*one, *other),
                    mend: "Make the container with another block, or change the other network's addresses."
                        .to_owned(),
                }
            }));
        }
    };
    tell(&ours, &theirs, &|one, other| {
        format!("The container's block {one} overlaps with {other} of {}.", there.id)
    });
    let us = near.map(|near| near.id.as_str());
    let beside = |vnet: &Vnet, but: Option<&str>| {
        let serves = |half: &&super::wire::Half| {
            let leads_to = half.properties.remote_virtual_network.id.as_str();
            half.properties.peering_state != Link::Disconnected
                && !but.is_some_and(|but| but.eq_ignore_ascii_case(leads_to))
        };
        let halves = vnet.properties.virtual_network_peerings.iter().filter(serves);
        halves
            .map(|half| {
                (
                    half.properties.remote_virtual_network.id.clone(),
                    blocks(&half.properties.remote_address_space),
                )
            })
            .collect::<Vec<_>>()
    };
    for (third, third_blocks) in beside(there, us) {
        tell(&ours, &third_blocks, &|one, other| {
            format!(
                "The container's block {one} overlaps with {other} of {third}, which the customer's network is \
                 peered with."
            )
        });
    }
    for (third, third_blocks) in near.map(|near| beside(near, Some(&there.id))).unwrap_or_default() {
        tell(&theirs, &third_blocks, &|one, other| {
            format!(
                "{one} of {} overlaps with {other} of {third}, which the near network is peered with.",
                there.id
            )
        });
    }
    all
}

fn full(vnet: Option<&Vnet>) -> Option<Obstacle> {
    let vnet = vnet.filter(|vnet| vnet.properties.virtual_network_peerings.len() >= PEERINGS_MAX)?;
    Some(Obstacle {
        kind: ObstacleKind::Quota,
        what: format!("{} has {PEERINGS_MAX} peerings, the most that a network may have.", vnet.id),
        mend: "Remove peerings that serve no more: az network vnet peering list".to_owned(),
    })
}

/// The IPv4 blocks of an address space; those of IPv6 can't overlap with a container's.
pub(super) fn blocks(space: &AddressSpace) -> Vec<Cidr> {
    space.address_prefixes.iter().filter_map(|prefix| Cidr::parse(prefix).ok()).collect()
}

#[cfg(test)]
mod tests {
    use model::container::{Network, Place};
    use model::id::ObjectId;
    use model::time::Timestamp;
    use serde_json::json;

    use super::*;

    fn container() -> Container {
        Container {
            id: ObjectId::from_bytes([1; 12]).into(),
            project: ObjectId::from_bytes([2; 12]).into(),
            place: Place::Azure { region: "US_EAST_2" },
            block: Cidr::parse("192.168.248.0/21").expect("a block"),
            created_at: Timestamp::from_seconds(0),
            network: Network::Absent,
        }
    }

    /// A network with halves that lead to others: id, link, addresses.
    fn vnet(id: &str, block: &str, halves: &[(&str, &str, &str)]) -> Vnet {
        let half = |(remote, link, block): &(&str, &str, &str)| {
            json!({ "id": format!("{id}/{remote}"), "name": remote, "properties": {
                "peeringState": link,
                "remoteVirtualNetwork": { "id": remote },
                "remoteAddressSpace": { "addressPrefixes": [block, "fd00::/64"] },
            }})
        };
        let halves: Vec<_> = halves.iter().map(half).collect();
        let properties =
            json!({ "addressSpace": { "addressPrefixes": [block] }, "virtualNetworkPeerings": halves });
        serde_json::from_value(json!({ "id": id, "name": id, "properties": properties })).expect("a network")
    }

    fn told(near: Option<&Vnet>, there: &Vnet) -> Vec<String> {
        overlaps(&container(), near, there).into_iter().map(|obstacle| obstacle.what).collect()
    }

    #[test]
    fn addresses_of_third_networks_are_in_the_way_on_either_side() {
        let clear = vnet("there", "10.1.0.0/16", &[("hub", "Connected", "10.9.0.0/16")]);
        assert!(told(None, &clear).is_empty());
        let same = vnet("there", "192.168.250.0/24", &[]);
        assert!(matches!(told(None, &same).as_slice(), [what] if what.contains("192.168.250.0/24 of there")));
        let beside = vnet("there", "10.1.0.0/16", &[("hub", "Connected", "192.168.0.0/16")]);
        assert!(matches!(told(None, &beside).as_slice(), [what] if what.contains("of hub")));
        let near = vnet("near", "192.168.248.0/21", &[("other", "Initiated", "10.1.5.0/24")]);
        assert!(matches!(told(Some(&near), &clear).as_slice(), [what] if what.contains("of other")));
    }

    #[test]
    fn a_connection_that_is_there_already_and_one_that_serves_no_more_are_not_in_the_way() {
        let near = vnet("near", "192.168.248.0/21", &[("THERE", "Connected", "10.1.0.0/16")]);
        let halves = [("Near", "Connected", "192.168.248.0/21"), ("old", "Disconnected", "192.168.248.0/21")];
        assert!(told(Some(&near), &vnet("there", "10.1.0.0/16", &halves)).is_empty());
    }

    #[test]
    fn a_network_with_as_many_peerings_as_it_may_have_is_full() {
        let halves = vec![("hub", "Connected", "10.9.0.0/16"); PEERINGS_MAX];
        assert!(full(Some(&vnet("there", "10.1.0.0/16", &halves[1..]))).is_none());
        let told = full(Some(&vnet("there", "10.1.0.0/16", &halves))).expect("full");
        assert_eq!(told.kind, ObstacleKind::Quota);
    }
}
