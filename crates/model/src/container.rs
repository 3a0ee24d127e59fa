//! The container: the address block at one provider and region in which peerings live, and the
//! near network that is made for it when the first peering needs one.

pub mod machine;

use std::net::Ipv4Addr;
use std::time::Duration;

use crate::Cidr;
use crate::id::{ContainerId, ProjectId};
use crate::provider::Provider;
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// Where a container is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// One region of Amazon.
    Aws {
        /// Such as `US_EAST_1`.
        region: &'static str,
    },
    /// One region of Azure.
    Azure {
        /// Such as `US_EAST_2`.
        region: &'static str,
    },
    /// All regions of Google Cloud, or, for a *small* container, only those listed.
    Gcp {
        /// Empty for all.
        regions: Vec<&'static str>,
    },
}

impl Place {
    /// The provider.
    pub fn provider(&self) -> Provider {
        match self {
            Self::Aws { .. } => Provider::Aws,
            Self::Azure { .. } => Provider::Azure,
            Self::Gcp { .. } => Provider::Gcp,
        }
    }

    /// What may exist once in a project: a region on AWS and Azure, everything on Google Cloud.
    pub fn slot(&self) -> &'static str {
        match self {
            Self::Aws { region } | Self::Azure { region } => region,
            Self::Gcp { .. } => "",
        }
    }
}

/// What a cloud calls the near network once it exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkIds {
    /// Amazon.
    Aws {
        /// `vpc-` and 17 hexadecimal digits.
        vpc_id: String,
    },
    /// Azure.
    Azure {
        /// The virtual network's name.
        vnet_name: String,
    },
    /// Google Cloud.
    Gcp {
        /// The project that holds the network.
        project_id: String,
        /// The network's name.
        network_name: String,
    },
}

/// The near network, as last agreed with the cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Network {
    /// There is none.
    Absent,
    /// It is being made.
    Making,
    /// It stands.
    Ready(NetworkIds),
    /// It is being taken down.
    Removing,
}

impl Network {
    /// Whether anything of it may exist in the cloud.
    pub fn present(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// Its names, while it stands.
    pub fn ids(&self) -> Option<&NetworkIds> {
        match self {
            Self::Ready(ids) => Some(ids),
            Self::Absent | Self::Making | Self::Removing => None,
        }
    }
}

/// A container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Its id.
    pub id: ContainerId,
    /// The project it belongs to.
    pub project: ProjectId,
    /// Provider and region.
    pub place: Place,
    /// The block of addresses that it reserves.
    pub block: Cidr,
    /// When it was made, by the world's clock.
    pub created_at: Timestamp,
    /// Its network.
    pub network: Network,
}

/// How long a new container can't be deleted, as the service has it.
/// Source: recorded refusal `CANNOT_DELETE_RECENTLY_CREATED_CONTAINER`.
pub const DELETE_HOLD: Duration = Duration::from_secs(1);

/// Largest and smallest block on AWS and Azure, and of a small container on Google Cloud.
const LARGEST: u8 = 21;
const SMALLEST: u8 = 24;
/// Smallest block of a container that spans all of Google Cloud.
const GCP_SMALLEST: u8 = 18;

/// Whether a block may be reserved at a place: private, and of a size that the provider takes.
pub fn check_block(place: &Place, block: Cidr) -> Result<(), Refusal> {
    if !block.private() {
        return Err(Refusal::BlockNotPrivate { block });
    }
    match place {
        Place::Aws { .. } | Place::Azure { .. } if !(LARGEST..=SMALLEST).contains(&block.prefix()) => {
            Err(Refusal::BlockSize { block, sizes: "21 to /24", provider: place.provider() })
        }
        Place::Gcp { regions } if regions.is_empty() && block.prefix() > GCP_SMALLEST => {
            Err(Refusal::BlockSize { block, sizes: "18 or larger", provider: Provider::Gcp })
        }
        Place::Gcp { regions } if !regions.is_empty() => check_small(regions.len(), block),
        Place::Aws { .. } | Place::Azure { .. } | Place::Gcp { .. } => Ok(()),
    }
}

/// A small container holds one /24 for each of its regions.
fn check_small(n_regions: usize, block: Cidr) -> Result<(), Refusal> {
    if !(LARGEST..=SMALLEST).contains(&block.prefix()) {
        return Err(Refusal::SmallBlockSize);
    }
    let room = 1usize << (SMALLEST - block.prefix());
    if n_regions > room { Err(Refusal::SmallBlockSize) } else { Ok(()) }
}

/// The block that the service assigns when a caller names none: the first free /21, counting down
/// from 192.168.248.0, among the blocks `taken` at the same provider. `None` when all are taken.
/// Source: recorded container lists.
pub fn assign_block(taken: &[Cidr]) -> Option<Cidr> {
    (0..32u8)
        .rev()
        .filter_map(|nth| Cidr::new(Ipv4Addr::new(192, 168, nth * 8, 0), LARGEST))
        .find(|block| !taken.iter().any(|other| other.overlaps(*block)))
}

/// What a change of a container asks for; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContainerChange {
    /// Another block.
    pub block: Option<Cidr>,
    /// Another place, of the same provider.
    pub place: Option<Place>,
}

impl Container {
    /// The provider.
    pub fn provider(&self) -> Provider {
        self.place.provider()
    }

    /// The container as a change would leave it, or why it can't be. `n_peerings` counts its
    /// peerings, those being removed included.
    pub fn change(&self, change: &ContainerChange, n_peerings: u32) -> Result<Self, Refusal> {
        let place = change.place.clone().unwrap_or_else(|| self.place.clone());
        let block = change.block.unwrap_or(self.block);
        if place == self.place && block == self.block {
            return Ok(self.clone());
        }
        if n_peerings > 0 || self.network.present() {
            return Err(Refusal::ContainerInUse);
        }
        match (&self.place, &place) {
            (Place::Aws { .. }, Place::Aws { .. }) => {}
            (Place::Azure { region }, Place::Azure { region: other }) if region != other => {
                return Err(Refusal::RegionFixed);
            }
            (Place::Azure { .. }, Place::Azure { .. }) => {}
            (Place::Gcp { regions }, Place::Gcp { .. }) if !regions.is_empty() => {
                return Err(Refusal::SmallContainerFixed { id: self.id });
            }
            (Place::Gcp { .. }, Place::Gcp { regions }) if !regions.is_empty() => {
                return Err(Refusal::RegionFixed);
            }
            (Place::Gcp { .. }, Place::Gcp { .. }) => {}
            (Place::Aws { .. } | Place::Azure { .. } | Place::Gcp { .. }, _) => {
                return Err(Refusal::FieldFixed { field: "providerName" });
            }
        }
        check_block(&place, block)?;
        Ok(Self { place, block, ..self.clone() })
    }

    /// Whether the container may be deleted now. `hold` is how long new ones are kept.
    pub fn check_delete(&self, n_peerings: u32, hold: Duration, now: Timestamp) -> Result<(), Refusal> {
        if n_peerings > 0 || self.network.present() {
            return Err(Refusal::ContainerInUse);
        }
        let until = self.created_at.after(hold);
        if now < until { Err(Refusal::ContainerTooNew { until }) } else { Ok(()) }
    }
}

/// Whether a block may stand beside the containers that the project has at the same provider.
pub fn check_beside<'a>(
    block: Cidr,
    place: &Place,
    project: ProjectId,
    others: impl IntoIterator<Item = &'a Container>,
) -> Result<(), Refusal> {
    let mut overlap = false;
    for other in others {
        if other.provider() != place.provider() {
            continue;
        }
        if other.place.slot() == place.slot() {
            return Err(Refusal::ContainerExists { project });
        }
        overlap |= other.block.overlaps(block);
    }
    if overlap { Err(Refusal::OverlapsContainer { block }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cidr(text: &str) -> Cidr {
        Cidr::parse(text).expect("canonical")
    }

    fn aws(region: &'static str, block: &str, network: Network) -> Container {
        Container {
            id: "6a793f62c0eb9e7a1771502a".parse().expect("id"),
            project: "6a793f62c0eb9e7a1771502b".parse().expect("id"),
            place: Place::Aws { region },
            block: cidr(block),
            created_at: Timestamp::from_seconds(1000),
            network,
        }
    }

    #[test]
    fn assigned_blocks_count_down_and_are_used_again() {
        assert_eq!(assign_block(&[]), Some(cidr("192.168.248.0/21")));
        assert_eq!(assign_block(&[cidr("192.168.248.0/21")]), Some(cidr("192.168.240.0/21")));
        assert_eq!(assign_block(&[cidr("192.168.240.0/21")]), Some(cidr("192.168.248.0/21")));
        assert_eq!(assign_block(&[cidr("192.168.0.0/16")]), None);
    }

    #[test]
    fn block_sizes_follow_the_provider() {
        let gcp = |regions: &[&'static str]| Place::Gcp { regions: regions.to_vec() };
        let aws = Place::Aws { region: "US_EAST_1" };
        assert_eq!(check_block(&aws, cidr("10.8.0.0/21")), Ok(()));
        assert!(matches!(check_block(&aws, cidr("10.8.0.0/16")), Err(Refusal::BlockSize { .. })));
        assert!(matches!(check_block(&aws, cidr("11.8.0.0/21")), Err(Refusal::BlockNotPrivate { .. })));
        assert_eq!(check_block(&gcp(&[]), cidr("10.8.0.0/18")), Ok(()));
        assert!(matches!(check_block(&gcp(&[]), cidr("10.8.0.0/21")), Err(Refusal::BlockSize { .. })));
        assert_eq!(check_block(&gcp(&["US_EAST_4", "US_WEST_3"]), cidr("10.8.0.0/23")), Ok(()));
        assert_eq!(
            check_block(&gcp(&["US_EAST_4", "US_WEST_3"]), cidr("10.8.0.0/24")),
            Err(Refusal::SmallBlockSize)
        );
        assert_eq!(check_block(&gcp(&["US_EAST_4"]), cidr("10.8.0.0/18")), Err(Refusal::SmallBlockSize));
    }

    #[test]
    fn a_container_in_use_keeps_its_block_but_takes_its_own_values_again() {
        let ready = Network::Ready(NetworkIds::Aws { vpc_id: "vpc-0a4286e1883a415be".into() });
        let container = aws("US_EAST_1", "10.8.0.0/21", ready);
        let same = ContainerChange { block: Some(container.block), place: Some(container.place.clone()) };
        assert_eq!(container.change(&same, 1), Ok(container.clone()));
        let other = ContainerChange { block: Some(cidr("10.9.0.0/21")), place: None };
        assert_eq!(container.change(&other, 0), Err(Refusal::ContainerInUse));
    }

    #[test]
    fn an_unused_aws_container_may_move_and_an_azure_one_may_not() {
        let container = aws("EU_WEST_1", "10.8.0.0/21", Network::Absent);
        let moved = ContainerChange { block: None, place: Some(Place::Aws { region: "EU_WEST_2" }) };
        assert_eq!(container.change(&moved, 0).expect("moves").place, Place::Aws { region: "EU_WEST_2" });
        let azure = Container { place: Place::Azure { region: "US_EAST" }, ..container };
        let moved = ContainerChange { block: None, place: Some(Place::Azure { region: "US_WEST" }) };
        assert_eq!(azure.change(&moved, 0), Err(Refusal::RegionFixed));
    }

    #[test]
    fn a_new_container_is_held_for_a_second() {
        let container = aws("EU_WEST_1", "10.8.0.0/21", Network::Absent);
        let now = container.created_at;
        assert!(matches!(container.check_delete(0, DELETE_HOLD, now), Err(Refusal::ContainerTooNew { .. })));
        assert_eq!(container.check_delete(0, DELETE_HOLD, now.after(DELETE_HOLD)), Ok(()));
        assert_eq!(container.check_delete(1, Duration::ZERO, now), Err(Refusal::ContainerInUse));
    }

    #[test]
    fn one_container_a_region_and_no_overlap_at_one_provider() {
        let here = [aws("US_EAST_1", "10.8.0.0/21", Network::Absent)];
        let project = here[0].project;
        let check = |place: Place, block: &str| check_beside(cidr(block), &place, project, &here);
        assert_eq!(
            check(Place::Aws { region: "US_EAST_1" }, "10.9.0.0/21"),
            Err(Refusal::ContainerExists { project })
        );
        assert!(matches!(
            check(Place::Aws { region: "US_WEST_2" }, "10.8.0.0/24"),
            Err(Refusal::OverlapsContainer { .. })
        ));
        assert_eq!(check(Place::Azure { region: "US_EAST" }, "10.8.0.0/21"), Ok(()));
    }
}
