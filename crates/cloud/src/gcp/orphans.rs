//! What carries our mark, and its end.

use super::near::Near;
use super::shapes::{Half, Network, Note};
use super::{GcpDriver, names};
use crate::account::{MadeFor, Marked, MarkedKind};
use crate::driver::DriverError;

impl GcpDriver {
    pub(super) async fn all_marked(&self) -> Result<Vec<Marked>, DriverError> {
        let mut all = Vec::new();
        let networks: Vec<Network> = self.client.list(&self.all_of("networks"), &[]).await?;
        for network in &networks {
            if let Some(mark) = self.names.read(network.description.as_deref())
                && let Some(container) = mark.container
            {
                all.push(marked_network(MadeFor::Container(container), network));
                all.extend(halves(network));
            }
        }
        let notes: Vec<Note> = self.client.list(&self.all_of("firewallPolicies"), &[]).await?;
        for note in &notes {
            let Some(mark) = self.names.read(note.description.as_deref()) else { continue };
            let network = mark.network.as_deref().unwrap_or_default();
            let found = networks.iter().find(|other| other.name == network);
            if let Some(container) = mark.container {
                all.push(found.map_or_else(
                    || left(MadeFor::Container(container), network),
                    |found| marked_network(MadeFor::Container(container), found),
                ));
                all.extend(found.into_iter().flat_map(halves));
            } else if let (Some(peering), Some(name)) = (mark.peering, &mark.half) {
                let half = found.and_then(|found| found.peerings.iter().find(|half| half.name == *name));
                all.push(Marked {
                    kind: MarkedKind::Connection,
                    made_for: MadeFor::Peering(peering),
                    region: String::new(),
                    id: format!("{network}/{name}"),
                    status: half.map_or_else(|| "gone".to_owned(), state),
                });
            }
        }
        all.sort();
        all.dedup();
        Ok(all)
    }

    fn all_of(&self, kind: &str) -> String {
        format!("projects/{}/global/{kind}", self.account.project)
    }

    pub(super) async fn take_down(&self, thing: &Marked) -> Result<(), DriverError> {
        match (thing.kind, thing.made_for) {
            (MarkedKind::Network, MadeFor::Container(_)) => self.discard_network(thing).await,
            (MarkedKind::Connection, MadeFor::Peering(_)) => self.discard_half(thing).await,
            (MarkedKind::Network | MarkedKind::Connection | MarkedKind::FarHalf, _) => {
                Err(DriverError::invalid(format!("{} is nothing that is made at Google Cloud", thing.id)))
            }
        }
    }

    /// Takes down what we made. Of an adopted network only our note goes: it was there before us, and
    /// no row is left that would tell what in it is the container's.
    async fn discard_network(&self, thing: &Marked) -> Result<(), DriverError> {
        let MadeFor::Container(container) = thing.made_for else { return Ok(()) };
        let note = self.note_on(container).await?;
        if note.is_some_and(|mark| mark.network.as_deref() == Some(&thing.id)) {
            return self.clear_note(container).await;
        }
        let Some(network) = self.network_named(&thing.id).await? else { return Ok(()) };
        let ours = self.names.read(network.description.as_deref()).and_then(|mark| mark.container);
        if ours != Some(container) {
            return Err(not_ours(thing));
        }
        self.take_down_network(&Near { network, adopted: false }, |_| true).await
    }

    async fn discard_half(&self, thing: &Marked) -> Result<(), DriverError> {
        let MadeFor::Peering(peering) = thing.made_for else { return Ok(()) };
        let Some((network, name)) = thing.id.split_once('/') else { return Err(not_ours(thing)) };
        let noted = self.note_on(peering).await?;
        let noted = noted.is_some_and(|mark| {
            mark.network.as_deref() == Some(network) && mark.half.as_deref() == Some(name)
        });
        if let Some(found) = self.network_named(network).await?
            && let Some(half) = found.peerings.iter().find(|half| half.name == name)
        {
            if !noted && !self.holds_our_halves(&found).await? {
                return Err(not_ours(thing));
            }
            if !self.take_half_down(network, half, None).await? {
                return Ok(());
            }
        }
        if noted { self.clear_note(peering).await } else { Ok(()) }
    }

    /// Whether a network is one on which this installation makes halves: its own, or an adopted one.
    async fn holds_our_halves(&self, network: &Network) -> Result<bool, DriverError> {
        if network.description.as_deref().and_then(names::Mark::read).is_some() {
            return Ok(self.names.read(network.description.as_deref()).is_some());
        }
        let notes: Vec<Note> = self.client.list(&self.all_of("firewallPolicies"), &[]).await?;
        Ok(notes.iter().any(|note| {
            let mark = self.names.read(note.description.as_deref());
            mark.is_some_and(|mark| {
                mark.container.is_some() && mark.network.as_deref() == Some(&network.name)
            })
        }))
    }

    /// Whether another installation, or nobody, has its mark on a network.
    pub(super) fn stranger_on(&self, network: &Network) -> Option<String> {
        let mark = names::Mark::read(network.description.as_deref()?)?;
        self.names.read(network.description.as_deref()).is_none().then_some(mark.installation)
    }
}

fn marked_network(made_for: MadeFor, network: &Network) -> Marked {
    Marked {
        kind: MarkedKind::Network,
        made_for,
        region: String::new(),
        id: network.name.clone(),
        status: "standing".to_owned(),
    }
}

/// A note on a network that is gone.
fn left(made_for: MadeFor, network: &str) -> Marked {
    Marked {
        kind: MarkedKind::Network,
        made_for,
        region: String::new(),
        id: network.to_owned(),
        status: "gone".to_owned(),
    }
}

/// The halves on a network that are named as ours.
fn halves(network: &Network) -> impl Iterator<Item = Marked> {
    network.peerings.iter().filter_map(|half| {
        Some(Marked {
            kind: MarkedKind::Connection,
            made_for: MadeFor::Peering(names::made_for(&half.name)?),
            region: String::new(),
            id: format!("{}/{}", network.name, half.name),
            status: state(half),
        })
    })
}

fn state(half: &Half) -> String {
    half.state.as_deref().unwrap_or("unknown").to_lowercase()
}

fn not_ours(thing: &Marked) -> DriverError {
    DriverError::invalid(format!("{} does not carry this installation's mark", thing.id))
}
