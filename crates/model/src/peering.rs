//! The peering: what was asked for, where it stands, and what may be asked next.

pub mod machine;
mod spec;

use crate::container::Container;
use crate::id::{ContainerId, PeeringId, ProjectId};
use crate::provider::Provider;
use crate::refusal::Refusal;
use crate::time::Timestamp;

pub use spec::{PeeringSpec, SpecChange};

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
    /// Those that count as pending.
    pub const PENDING: [Self; 3] = [Self::Requested, Self::AwaitingPeer, Self::Establishing];

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
    /// A peering that was just wished for: the first request of the first connection.
    pub fn new(
        id: PeeringId,
        project: ProjectId,
        container: ContainerId,
        spec: PeeringSpec,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            project,
            container,
            spec,
            wanted: true,
            state: State::Requested,
            generation: 1,
            incarnation: 1,
            connection_id: None,
            stuck: None,
            created_at: at,
            state_since: at,
        }
    }

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

/// How many peerings there are, or may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// In whatever state.
    pub all: u32,
    /// Of which pending.
    pub pending: u32,
}

/// Whether a project that has so many may have one more.
pub fn check_count(has: Count, max: Count) -> Result<(), Refusal> {
    if has.all >= max.all {
        return Err(Refusal::TooManyPeerings { max: max.all });
    }
    if has.pending >= max.pending {
        return Err(Refusal::TooManyPeerings { max: max.pending });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
