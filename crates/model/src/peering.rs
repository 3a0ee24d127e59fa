//! The peering: what was asked for, where it stands, and what may be asked next.

pub mod machine;

use crate::Cidr;
use crate::container::{Container, Place};
use crate::id::{ContainerId, PeeringId, ProjectId};
use crate::limits;
use crate::provider::{Provider, aws_region};
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// The far side, as the caller names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeeringSpec {
    /// A VPC of the customer's at Amazon.
    Aws {
        /// Twelve digits.
        account_id: String,
        /// `vpc-` and 17 (or, long ago, 8) hexadecimal digits.
        vpc_id: String,
        /// Where that VPC is, in Amazon's form: `us-east-1`. Empty in a wish for "where the
        /// container is"; see [`PeeringSpec::at`].
        region: String,
        /// The addresses over there, to be routed through the peering.
        route_block: Cidr,
    },
    /// A virtual network of the customer's at Azure.
    Azure {
        /// The directory (tenant), a UUID.
        directory_id: String,
        /// The subscription, a UUID.
        subscription_id: String,
        /// The resource group.
        resource_group: String,
        /// The virtual network.
        vnet_name: String,
    },
    /// A network of the customer's at Google Cloud.
    Gcp {
        /// The customer's project.
        project_id: String,
        /// The network in it.
        network_name: String,
    },
}

impl PeeringSpec {
    /// The provider.
    pub fn provider(&self) -> Provider {
        match self {
            Self::Aws { .. } => Provider::Aws,
            Self::Azure { .. } => Provider::Azure,
            Self::Gcp { .. } => Provider::Gcp,
        }
    }

    /// Names the far network, the same for every peering with it.
    pub fn far_key(&self) -> String {
        match self {
            Self::Aws { account_id, vpc_id, .. } => format!("aws/{account_id}/{vpc_id}"),
            Self::Azure { subscription_id, vnet_name, .. } => format!("azure/{subscription_id}/{vnet_name}"),
            Self::Gcp { project_id, network_name } => format!("gcp/{project_id}/{network_name}"),
        }
    }

    /// The spec for a container at a place: a far VPC is in the container's own region unless the
    /// caller named another, which is left empty then.
    #[must_use]
    pub fn at(self, place: &Place) -> Self {
        match (self, place) {
            (Self::Aws { account_id, vpc_id, region, route_block }, Place::Aws { region: here })
                if region.is_empty() =>
            {
                Self::Aws { account_id, vpc_id, region: aws_region(here), route_block }
            }
            (spec, _) => spec,
        }
    }

    /// The addresses over there, where the caller says them.
    pub fn route_block(&self) -> Option<Cidr> {
        match self {
            Self::Aws { route_block, .. } => Some(*route_block),
            Self::Azure { .. } | Self::Gcp { .. } => None,
        }
    }
}

/// Why a peering failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The far side said no.
    Rejected,
    /// The far side said nothing for too long.
    Expired,
    /// The cloud did not take the request: no such account, network or region.
    Invalid,
    /// The far network already has a peering with overlapping addresses.
    Overlap,
    /// The far side took the connection away.
    Deleted,
    /// Our account may not do that there.
    Denied,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Rejected, Self::Expired, Self::Invalid, Self::Overlap, Self::Deleted, Self::Denied];

    /// The name under which it is kept.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Invalid => "invalid",
            Self::Overlap => "overlap",
            Self::Deleted => "deleted",
            Self::Denied => "denied",
        }
    }

    /// The reason kept under that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// Where a peering stands: ours, the same for all providers. What a client sees is a projection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Asked for; the cloud has not shown the request yet.
    Requested,
    /// The request stands; the far side has to answer.
    AwaitingPeer,
    /// Accepted; routes are being made.
    Establishing,
    /// Traffic flows.
    Active,
    /// It came to nothing.
    Failed(Reason),
    /// Being taken down.
    Removing,
    /// Seen to be gone.
    Removed,
}

impl State {
    /// All of them, one failure for each reason.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Requested, Self::AwaitingPeer, Self::Establishing, Self::Active];
        all.extend(Reason::ALL.map(Self::Failed));
        all.extend([Self::Removing, Self::Removed]);
        all
    }

    /// The name under which it is kept, without the reason.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::AwaitingPeer => "awaiting_peer",
            Self::Establishing => "establishing",
            Self::Active => "active",
            Self::Failed(_) => "failed",
            Self::Removing => "removing",
            Self::Removed => "removed",
        }
    }

    /// The state kept under that name, with that reason. `None` if the two do not fit.
    pub fn from_names(name: &str, reason: Option<&str>) -> Option<Self> {
        let plain = match name {
            "requested" => Self::Requested,
            "awaiting_peer" => Self::AwaitingPeer,
            "establishing" => Self::Establishing,
            "active" => Self::Active,
            "removing" => Self::Removing,
            "removed" => Self::Removed,
            "failed" => return Reason::from_name(reason?).map(Self::Failed),
            _ => return None,
        };
        reason.is_none().then_some(plain)
    }

    /// The reason of a failure.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Failed(reason) => Some(reason),
            Self::Requested
            | Self::AwaitingPeer
            | Self::Establishing
            | Self::Active
            | Self::Removing
            | Self::Removed => None,
        }
    }

    /// Whether it counts as pending against the project's limit.
    pub const fn pending(self) -> bool {
        match self {
            Self::Requested | Self::AwaitingPeer | Self::Establishing => true,
            Self::Active | Self::Failed(_) | Self::Removing | Self::Removed => false,
        }
    }
}

/// A peering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peering {
    /// Its id.
    pub id: PeeringId,
    /// The project it belongs to.
    pub project: ProjectId,
    /// The container it lives in.
    pub container: ContainerId,
    /// What was asked for.
    pub spec: PeeringSpec,
    /// Whether it is still wanted; false from the moment its deletion was answered.
    pub wanted: bool,
    /// Where it stands.
    pub state: State,
    /// Counts changes of the spec; a write that knows an older one loses.
    pub generation: i64,
    /// Counts connections asked for on its behalf; a connection of an older one is outdated.
    pub incarnation: i64,
    /// The cloud's own name of the connection, once it has one (`pcx-…`).
    pub connection_id: Option<String>,
    /// Set while the cloud refuses to take the connection down.
    pub stuck: Option<Reason>,
    /// When it was made, by the world's clock.
    pub created_at: Timestamp,
    /// Since when it is in this state, by the world's clock.
    pub state_since: Timestamp,
}

impl Peering {
    /// Whether this peering and one wanted beside it in the same container collide.
    fn check_beside(&self, spec: &PeeringSpec) -> Result<(), Refusal> {
        if self.spec.far_key() == spec.far_key() {
            return Err(Refusal::PeeringExists { spec: spec.clone() });
        }
        match (self.spec.route_block(), spec.route_block()) {
            (Some(ours), Some(theirs)) if ours.overlaps(theirs) => {
                Err(Refusal::OverlapsPeering { block: theirs })
            }
            (Some(_), Some(_)) | (None, _) | (_, None) => Ok(()),
        }
    }

    /// Whether the peering may be deleted now.
    pub fn check_delete(&self) -> Result<(), Refusal> {
        if self.wanted { Ok(()) } else { Err(Refusal::AlreadyRemoving { id: self.id }) }
    }

    /// The peering with its deletion asked for.
    pub fn unwanted(&self, now: Timestamp) -> Self {
        Self {
            wanted: false,
            state: State::Removing,
            state_since: now,
            generation: self.generation + 1,
            ..self.clone()
        }
    }

    /// The peering as a change of its spec would leave it, or why it can't be.
    ///
    /// Another account, VPC or region asks for the connection anew; another route block only
    /// for other routes. The same values again change nothing.
    pub fn change(&self, spec: &PeeringSpec, now: Timestamp) -> Result<Self, Refusal> {
        let busy = Refusal::PeeringInvalidState { id: self.id, project: self.project };
        if !self.wanted {
            return Err(busy);
        }
        if *spec == self.spec {
            return Ok(self.clone());
        }
        match self.state {
            State::Requested | State::Establishing | State::Removing | State::Removed => return Err(busy),
            State::AwaitingPeer | State::Active | State::Failed(_) => {}
        }
        if spec.provider() != Provider::Aws {
            return Err(Refusal::FieldFixed { field: "containerId" });
        }
        let anew = spec.far_key() != self.spec.far_key() || matches!(self.state, State::Failed(_));
        let changed = Self { spec: spec.clone(), generation: self.generation + 1, ..self.clone() };
        if !anew {
            return Ok(changed);
        }
        Ok(Self {
            incarnation: self.incarnation + 1,
            connection_id: None,
            state: State::Requested,
            state_since: now,
            ..changed
        })
    }
}

/// What a change of a peering names; `None` leaves a thing as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpecChange {
    /// Amazon: the far VPC may change, and the route block.
    Aws {
        /// Another account, together with another VPC.
        account_id: Option<String>,
        /// Another VPC.
        vpc_id: Option<String>,
        /// Must be the region it has.
        region: Option<String>,
        /// Another route block.
        route_block: Option<Cidr>,
    },
    /// Azure: nothing may change; what is named must be what it is.
    Azure {
        /// The subscription.
        subscription_id: Option<String>,
        /// The resource group.
        resource_group: Option<String>,
        /// The virtual network.
        vnet_name: Option<String>,
    },
    /// Google Cloud: nothing may change; what is named must be what it is.
    Gcp {
        /// The customer's project.
        project_id: Option<String>,
        /// The network in it.
        network_name: Option<String>,
    },
}

impl SpecChange {
    /// The provider whose peerings it is for.
    pub fn provider(&self) -> Provider {
        match self {
            Self::Aws { .. } => Provider::Aws,
            Self::Azure { .. } => Provider::Azure,
            Self::Gcp { .. } => Provider::Gcp,
        }
    }

    /// The spec as the change would leave it. The error names the field that can't change, as the
    /// wire calls it; `None` if the peering is another provider's.
    pub fn apply_to(&self, spec: &PeeringSpec) -> Option<Result<PeeringSpec, Refusal>> {
        let fixed = |field| Err(Refusal::FieldFixed { field });
        let same = |asked: &Option<String>, has: &String| asked.as_ref().is_none_or(|asked| asked == has);
        match (self, spec) {
            (
                Self::Aws { account_id, vpc_id, region, route_block },
                PeeringSpec::Aws {
                    account_id: has_account,
                    vpc_id: has_vpc,
                    region: has_region,
                    route_block: has_block,
                },
            ) => Some(if same(region, has_region) {
                Ok(PeeringSpec::Aws {
                    account_id: account_id.clone().unwrap_or_else(|| has_account.clone()),
                    vpc_id: vpc_id.clone().unwrap_or_else(|| has_vpc.clone()),
                    region: has_region.clone(),
                    route_block: route_block.unwrap_or(*has_block),
                })
            } else {
                fixed("accepterRegionName")
            }),
            (
                Self::Azure { subscription_id, resource_group, vnet_name },
                PeeringSpec::Azure {
                    subscription_id: subscription,
                    resource_group: group,
                    vnet_name: vnet,
                    ..
                },
            ) => Some(match () {
                () if !same(subscription_id, subscription) => fixed("azureSubscriptionId"),
                () if !same(resource_group, group) => fixed("resourceGroupName"),
                () if !same(vnet_name, vnet) => fixed("vnetName"),
                () => Ok(spec.clone()),
            }),
            (
                Self::Gcp { project_id, network_name },
                PeeringSpec::Gcp { project_id: project, network_name: network },
            ) => Some(match () {
                () if !same(project_id, project) => fixed("gcpProjectId"),
                () if !same(network_name, network) => fixed("networkName"),
                () => Ok(spec.clone()),
            }),
            (Self::Aws { .. } | Self::Azure { .. } | Self::Gcp { .. }, _) => None,
        }
    }
}

/// What the project holds already, for the checks of a new peering or a changed one.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// The project's containers at the same provider.
    pub containers: &'a [Container],
    /// The other peerings in the same container, those being removed included.
    pub peerings: &'a [Peering],
}

/// Whether a spec fits among what the project holds.
pub fn check_spec(spec: &PeeringSpec, beside: Beside<'_>) -> Result<(), Refusal> {
    if let Some(block) = spec.route_block() {
        if !block.private() {
            return Err(Refusal::RouteNotPrivate { block });
        }
        if beside.containers.iter().any(|container| container.block.overlaps(block)) {
            return Err(Refusal::OverlapsContainer { block });
        }
    }
    beside.peerings.iter().try_for_each(|other| other.check_beside(spec))
}

/// Whether the project may have one more. `n_all` and `n_pending` count what it has.
pub fn check_count(n_all: u32, n_pending: u32) -> Result<(), Refusal> {
    if n_all >= limits::PEERINGS_PER_PROJECT {
        return Err(Refusal::TooManyPeerings { max: limits::PEERINGS_PER_PROJECT });
    }
    if n_pending >= limits::PENDING_PEERINGS_PER_PROJECT {
        return Err(Refusal::TooManyPeerings { max: limits::PENDING_PEERINGS_PER_PROJECT });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(vpc: &str, block: &str) -> PeeringSpec {
        PeeringSpec::Aws {
            account_id: "123456789012".into(),
            vpc_id: vpc.into(),
            region: "us-east-1".into(),
            route_block: Cidr::parse(block).expect("canonical"),
        }
    }

    fn peering(state: State) -> Peering {
        Peering {
            id: "6a793f62c0eb9e7a1771502a".parse().expect("id"),
            project: "6a793f62c0eb9e7a1771502b".parse().expect("id"),
            container: "6a793f62c0eb9e7a1771502c".parse().expect("id"),
            spec: spec("vpc-0123456789abcdef0", "10.0.0.0/16"),
            wanted: true,
            state,
            generation: 1,
            incarnation: 1,
            connection_id: Some("pcx-1".into()),
            stuck: None,
            created_at: Timestamp::from_seconds(0),
            state_since: Timestamp::from_seconds(0),
        }
    }

    #[test]
    fn states_survive_the_trip_through_their_names() {
        for state in State::all() {
            assert_eq!(State::from_names(state.name(), state.reason().map(Reason::name)), Some(state));
        }
        assert_eq!(State::from_names("failed", None), None);
        assert_eq!(State::from_names("active", Some("rejected")), None);
    }

    #[test]
    fn another_vpc_asks_anew_and_another_route_block_does_not() {
        let now = Timestamp::from_seconds(9);
        let active = peering(State::Active);
        let moved = active.change(&spec("vpc-0fffffffffffffff0", "10.0.0.0/16"), now).expect("allowed");
        assert_eq!((moved.state, moved.incarnation, moved.generation), (State::Requested, 2, 2));
        let rerouted = active.change(&spec("vpc-0123456789abcdef0", "10.1.0.0/16"), now).expect("allowed");
        assert_eq!((rerouted.state, rerouted.incarnation, rerouted.generation), (State::Active, 1, 2));
        assert_eq!(active.change(&active.spec, now), Ok(active.clone()));
    }

    #[test]
    fn a_peering_on_its_way_refuses_changes_but_takes_its_own_values() {
        let now = Timestamp::from_seconds(9);
        for state in [State::Requested, State::Establishing] {
            let peering = peering(state);
            assert!(matches!(
                peering.change(&spec("vpc-0fffffffffffffff0", "10.0.0.0/16"), now),
                Err(Refusal::PeeringInvalidState { .. })
            ));
            assert!(peering.change(&peering.spec.clone(), now).is_ok());
        }
        let going = peering(State::Active).unwanted(now);
        assert!(going.change(&going.spec.clone(), now).is_err());
        assert_eq!(going.check_delete(), Err(Refusal::AlreadyRemoving { id: going.id }));
    }

    #[test]
    fn a_second_peering_with_the_same_network_or_addresses_is_refused() {
        let here = [peering(State::Active)];
        let beside = Beside { containers: &[], peerings: &here };
        assert!(matches!(
            check_spec(&spec("vpc-0123456789abcdef0", "10.9.0.0/16"), beside),
            Err(Refusal::PeeringExists { .. })
        ));
        assert!(matches!(
            check_spec(&spec("vpc-0fffffffffffffff0", "10.0.128.0/24"), beside),
            Err(Refusal::OverlapsPeering { .. })
        ));
        assert_eq!(check_spec(&spec("vpc-0fffffffffffffff0", "10.9.0.0/16"), beside), Ok(()));
        assert!(matches!(
            check_spec(&spec("vpc-0fffffffffffffff0", "11.9.0.0/16"), beside),
            Err(Refusal::RouteNotPrivate { .. })
        ));
    }

    #[test]
    fn the_project_limits_are_fifty_and_twenty_five_pending() {
        assert_eq!(check_count(49, 24), Ok(()));
        assert_eq!(check_count(50, 0), Err(Refusal::TooManyPeerings { max: 50 }));
        assert_eq!(check_count(30, 25), Err(Refusal::TooManyPeerings { max: 25 }));
    }
}
