//! What carries our mark, and taking it down.

use futures::StreamExt;
use futures::stream;
use model::id::PeeringId;

use super::look::FarSeen;
use super::names::{HalfNames, TAG_CONTAINER, TAG_INSTALLATION, VnetId, made_for};
use super::wire::{Half, Vnet};
use super::{AzureDriver, Far};
use crate::account::{MadeFor, Marked, MarkedKind};
use crate::driver::DriverError;

/// Customers' networks that are looked at together.
const TOGETHER: usize = 8;

/// A near half that is ours to take down.
struct Ours {
    peering: PeeringId,
    names: HalfNames,
    half: Half,
}

impl AzureDriver {
    /// Our networks, the halves of ours in them, and those in customers' networks that these lead
    /// to. Where we may not look any more, nothing can be told.
    pub(super) async fn all_marked(&self) -> Result<Vec<Marked>, DriverError> {
        let mut all = Vec::new();
        let mut near = Vec::new();
        for vnet in self.networks().await? {
            if !self.is_ours(&vnet) {
                continue;
            }
            if let Some(container) = vnet.tags.get(TAG_CONTAINER).and_then(|tag| tag.parse().ok()) {
                all.push(Marked {
                    kind: MarkedKind::Network,
                    made_for: MadeFor::Container(container),
                    region: vnet.location.clone(),
                    id: vnet.id.clone(),
                    status: format!("{:?}", vnet.properties.provisioning_state),
                });
            }
            for ours in self.halves_of(&vnet) {
                all.push(Marked {
                    kind: MarkedKind::Connection,
                    made_for: MadeFor::Peering(ours.peering),
                    region: vnet.location.clone(),
                    id: ours.half.id.clone(),
                    status: ours.half.status(),
                });
                near.push(ours);
            }
        }
        let far: Vec<_> =
            stream::iter(near).map(|ours| self.opposite(ours)).buffered(TOGETHER).collect().await;
        for seen in far {
            all.extend(seen?);
        }
        all.sort();
        Ok(all)
    }

    fn is_ours(&self, vnet: &Vnet) -> bool {
        vnet.tags.get(TAG_INSTALLATION) == Some(&self.account.mark)
    }

    /// The halves of ours in a network: those that we made, and those that were adopted.
    fn halves_of(&self, vnet: &Vnet) -> Vec<Ours> {
        let adopted: Vec<_> = vnet.adopted().collect();
        let of = |half: &Half| {
            let by_tag = adopted.iter().find(|(_, names)| names.near == half.name);
            let (peering, names) = match by_tag {
                Some((peering, names)) => (*peering, names.clone()),
                None => {
                    let peering = made_for(&self.account.mark, &half.name)?;
                    (peering, HalfNames { near: half.name.clone(), far: half.name.clone() })
                }
            };
            Some(Ours { peering, names, half: half.clone() })
        };
        vnet.properties.virtual_network_peerings.iter().filter_map(of).collect()
    }

    /// The half in the customer's network that belongs to one of ours.
    async fn opposite(&self, ours: Ours) -> Result<Option<Marked>, DriverError> {
        let Some(vnet) = ours.half.leads_to() else { return Ok(None) };
        let tenant = match self.tenant_of(&vnet).await {
            Ok(Some(tenant)) => tenant,
            Ok(None) | Err(DriverError::Denied(_) | DriverError::Rejected { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let FarSeen::Half(half) = self.far_half(&tenant, &vnet, &ours.names.far).await? else {
            return Ok(None);
        };
        Ok(Some(Marked {
            kind: MarkedKind::FarHalf,
            made_for: MadeFor::Peering(ours.peering),
            region: String::new(),
            status: half.status(),
            id: half.id,
        }))
    }

    /// Takes down one thing, if it carries our mark.
    pub(super) async fn discard_one(&self, thing: &Marked) -> Result<(), DriverError> {
        match thing.kind {
            MarkedKind::Network => self.discard_network(thing).await,
            MarkedKind::Connection => self.discard_near(thing).await,
            MarkedKind::FarHalf => self.discard_far(thing).await,
        }
    }

    async fn discard_network(&self, thing: &Marked) -> Result<(), DriverError> {
        let id: VnetId = thing.id.parse().map_err(|_| no_id(thing))?;
        match self.network_named(&id.name).await? {
            None => Ok(()),
            Some(vnet) if !self.is_ours(&vnet) => Err(foreign(thing)),
            Some(vnet) => self.drop_network(&vnet).await,
        }
    }

    async fn discard_near(&self, thing: &Marked) -> Result<(), DriverError> {
        let (id, name) = VnetId::of_half(&thing.id).ok_or_else(|| no_id(thing))?;
        let Some(vnet) = self.network_named(&id.name).await? else { return Ok(()) };
        if !self.is_ours(&vnet) {
            return Err(foreign(thing));
        }
        match self.halves_of(&vnet).into_iter().find(|ours| ours.half.name == name) {
            Some(ours) => self.take_down(&ours.half, &ours.names.far, None).await,
            // It is gone, or its name is not one of ours.
            None if vnet.properties.virtual_network_peerings.iter().any(|half| half.name == name) => {
                Err(foreign(thing))
            }
            None => Ok(()),
        }
    }

    async fn discard_far(&self, thing: &Marked) -> Result<(), DriverError> {
        let (vnet, name) = VnetId::of_half(&thing.id).ok_or_else(|| no_id(thing))?;
        // The half of an adopted peering has a name that says nothing; ours leads to it.
        if made_for(&self.account.mark, &name).is_none() && !self.leads_to(&vnet, &name).await? {
            return Err(foreign(thing));
        }
        let Some(tenant) = self.tenant_of(&vnet).await? else { return Ok(()) };
        match self.far_half(&tenant, &vnet, &name).await? {
            FarSeen::Nothing => Ok(()),
            FarSeen::Half(half) => self.delete_far(&half, &Far { tenant, vnet }).await.map(|_| ()),
            FarSeen::Hidden(trouble) => {
                let far = Far { tenant, vnet };
                Err(super::words::failure(trouble, self.far_side(&far)))
            }
        }
    }

    /// Whether a half of ours leads to a network and has a counterpart of that name there.
    async fn leads_to(&self, vnet: &VnetId, name: &str) -> Result<bool, DriverError> {
        let networks = self.networks().await?;
        Ok(networks.iter().filter(|near| self.is_ours(near)).any(|near| {
            self.halves_of(near).iter().any(|ours| {
                ours.names.far == name && ours.half.leads_to().is_some_and(|there| there.is(vnet))
            })
        }))
    }
}

fn no_id(thing: &Marked) -> DriverError {
    DriverError::invalid(format!("{} is no id of Azure's", thing.id))
}

fn foreign(thing: &Marked) -> DriverError {
    let says = format!("{} does not carry this installation's mark; nothing was done to it", thing.id);
    DriverError::invalid(says)
}
