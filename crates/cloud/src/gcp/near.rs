//! The near network of a container, made by us or adopted.

use model::container::Container;
use model::id::{ContainerId, PeeringId};

use super::GcpDriver;
use super::names::{self, Mark};
use super::shapes::{Half, Network, Note};
use crate::driver::DriverError;
use model::peering::Peering;

/// A near network that stands.
#[derive(Debug, Clone)]
pub(super) struct Near {
    pub network: Network,
    /// Whether it was there before us.
    pub adopted: bool,
}

/// What a network has of a peering.
#[derive(Debug, Clone)]
pub(super) enum HalfSeen {
    /// Nothing.
    None,
    /// An earlier incarnation's.
    Outdated(Half),
    /// It.
    Current(Half),
    /// One that was adopted, by the note that says so.
    Adopted(Half),
    /// A note says that one was adopted, which is gone.
    Lost(String),
}

impl HalfSeen {
    /// The half itself, whichever it is.
    pub fn half(&self) -> Option<&Half> {
        match self {
            Self::Outdated(half) | Self::Current(half) | Self::Adopted(half) => Some(half),
            Self::None | Self::Lost(_) => None,
        }
    }
}

impl GcpDriver {
    /// The container's near network. Looks at Google alone, never at what the row remembers.
    pub(super) async fn near(&self, container: &Container) -> Result<Option<Near>, DriverError> {
        self.near_of(container.id).await
    }

    pub(super) async fn near_of(&self, container: ContainerId) -> Result<Option<Near>, DriverError> {
        let name = self.names.network(container);
        if let Some(network) = self.network_named(&name).await? {
            if self.names.read(network.description.as_deref()).is_none() {
                return Err(DriverError::invalid(format!(
                    "the project {} has a network {name} that Landbridge did not make: rename or remove it",
                    self.account.project
                )));
            }
            return Ok(Some(Near { network, adopted: false }));
        }
        let Some(Mark { network: Some(name), .. }) = self.note_on(container).await? else { return Ok(None) };
        Ok(self.network_named(&name).await?.map(|network| Near { network, adopted: true }))
    }

    /// A network of the account's project.
    pub(super) async fn network_named(&self, name: &str) -> Result<Option<Network>, DriverError> {
        self.client.look(&self.names.network_path(name)).await
    }

    /// What a note of ours says of a row.
    pub(super) async fn note_on(&self, row: impl std::fmt::Display) -> Result<Option<Mark>, DriverError> {
        let note: Option<Note> = self.client.look(&self.note_path(row)).await?;
        Ok(note.and_then(|note| self.names.read(note.description.as_deref())))
    }

    pub(super) fn note_path(&self, row: impl std::fmt::Display) -> String {
        format!("projects/{}/global/firewallPolicies/{}", self.account.project, self.names.note(row))
    }

    /// What a network has of a peering.
    pub(super) async fn half_of(
        &self,
        network: &Network,
        peering: &Peering,
    ) -> Result<HalfSeen, DriverError> {
        let current = names::half(peering);
        if let Some(half) = network.peerings.iter().find(|half| half.name == current) {
            return Ok(HalfSeen::Current(half.clone()));
        }
        let earlier = |half: &&Half| names::made_for(&half.name) == Some(peering.id);
        if let Some(half) = network.peerings.iter().find(earlier) {
            return Ok(HalfSeen::Outdated(half.clone()));
        }
        self.adopted_half(network, peering.id).await
    }

    /// The half that a note names.
    pub(super) async fn adopted_half(
        &self,
        network: &Network,
        peering: PeeringId,
    ) -> Result<HalfSeen, DriverError> {
        let Some(Mark { half: Some(name), .. }) = self.note_on(peering).await? else {
            return Ok(HalfSeen::None);
        };
        Ok(match network.peerings.iter().find(|half| half.name == name) {
            Some(half) => HalfSeen::Adopted(half.clone()),
            None => HalfSeen::Lost(name),
        })
    }
}
