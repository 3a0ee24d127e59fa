//! Both sides of one peering in a simulated cloud.

use super::{Acceptance, HEX, Latency, spell};
use crate::Cidr;
use crate::id::PeeringId;
use crate::limits::REQUEST_EXPIRY;
use crate::peering::machine::Connection;
use crate::peering::{Peering, Reason, State};
use crate::provider::Provider;
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// What the far side decided, and from when on it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Far {
    /// Nothing yet.
    Silent,
    /// AWS: accepted. Google Cloud: its reciprocal half was created.
    Accepted(Timestamp),
    /// Rejected.
    Rejected(Timestamp),
    /// Left to expire.
    Expired(Timestamp),
    /// Deleted.
    Deleted(Timestamp),
}

impl Far {
    /// The name under which it is kept.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Accepted(_) => "accepted",
            Self::Rejected(_) => "rejected",
            Self::Expired(_) => "expired",
            Self::Deleted(_) => "deleted",
        }
    }

    /// From when on it holds.
    pub const fn at(self) -> Option<Timestamp> {
        match self {
            Self::Silent => None,
            Self::Accepted(at) | Self::Rejected(at) | Self::Expired(at) | Self::Deleted(at) => Some(at),
        }
    }

    /// The decision kept under that name with that moment.
    pub fn from_row(name: &str, at: Option<Timestamp>) -> Option<Self> {
        match (name, at) {
            ("silent", None) => Some(Self::Silent),
            ("accepted", Some(at)) => Some(Self::Accepted(at)),
            ("rejected", Some(at)) => Some(Self::Rejected(at)),
            ("expired", Some(at)) => Some(Self::Expired(at)),
            ("deleted", Some(at)) => Some(Self::Deleted(at)),
            _ => None,
        }
    }
}

/// Something that the customer can do over there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FarAction {
    /// Accept the request (AWS).
    Accept,
    /// Reject the request (AWS).
    Reject,
    /// Take the connection, or its own half of it, away.
    Delete,
    /// Create the reciprocal half (Google Cloud).
    Create,
    /// Let the request expire now instead of in seven days (AWS).
    Expire,
}

impl FarAction {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Accept, Self::Reject, Self::Delete, Self::Create, Self::Expire];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Delete => "delete",
            Self::Create => "create",
            Self::Expire => "expire",
        }
    }

    /// The action of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

/// Routes on our side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Routes {
    /// What they lead to.
    pub block: Option<Cidr>,
    /// From when on they serve.
    pub at: Timestamp,
}

/// What was recorded of one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimConnection {
    /// The peering that asked for it.
    pub peering: PeeringId,
    /// Its provider.
    pub provider: Provider,
    /// Which of the peering's requests it came from.
    pub incarnation: i64,
    /// The far network that it leads to; see [`crate::PeeringSpec::far_key`].
    pub far_key: String,
    /// The near network's addresses.
    pub near_block: Cidr,
    /// What spells its name and stretches its phases.
    pub seed: u64,
    /// The latency profile when it was asked for.
    pub latency: Latency,
    /// From when on both sides can see it.
    pub shown_at: Timestamp,
    /// What became of the request, if nothing good.
    pub refused: Option<Reason>,
    /// What the far side decided.
    pub far: Far,
    /// Our routes.
    pub routes: Option<Routes>,
    /// When it is gone, once its removal was asked for.
    pub gone_at: Option<Timestamp>,
}

/// What a request meets in the simulated cloud.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The peering that asks.
    pub peering: &'a Peering,
    /// The near network's addresses.
    pub near_block: Cidr,
    /// The latency profile.
    pub latency: Latency,
    /// Whether the far side answers by itself.
    pub acceptance: Acceptance,
    /// The near blocks of the other connections that the far network has.
    pub rivals: &'a [Cidr],
    /// Whether a fault was laid out for it.
    pub refused: Option<Reason>,
    /// Now.
    pub now: Timestamp,
}

impl SimConnection {
    /// The facts of a connection asked for now.
    ///
    /// Azure does not let one far network have two peerings with overlapping addresses; the later
    /// one comes to nothing.
    pub fn request(facts: Request<'_>) -> Self {
        let peering = facts.peering;
        let provider = peering.spec.provider();
        let seed = super::seed(peering.id.0, peering.incarnation);
        let shown_at = facts.now.after(facts.latency.phases(provider, seed).request);
        let overlap =
            provider == Provider::Azure && facts.rivals.iter().any(|rival| rival.overlaps(facts.near_block));
        let far = match (facts.acceptance, provider) {
            (Acceptance::Automatic, Provider::Aws | Provider::Gcp) => Far::Accepted(shown_at),
            (Acceptance::Automatic, Provider::Azure) | (Acceptance::Manual, _) => Far::Silent,
        };
        Self {
            peering: peering.id,
            provider,
            incarnation: peering.incarnation,
            far_key: peering.spec.far_key(),
            near_block: facts.near_block,
            seed,
            latency: facts.latency,
            shown_at,
            refused: facts.refused.or(overlap.then_some(Reason::Overlap)),
            far,
            routes: None,
            gone_at: None,
        }
    }

    /// The facts once routes to a block were asked for; asking for the same again changes nothing.
    #[must_use]
    pub fn route(self, block: Option<Cidr>, now: Timestamp) -> Self {
        if self.routes.is_some_and(|routes| routes.block == block) {
            return self;
        }
        let at = now.after(self.latency.phases(self.provider, self.seed).route);
        Self { routes: Some(Routes { block, at }), ..self }
    }

    /// The facts once its removal was asked for; asking again changes nothing.
    #[must_use]
    pub fn remove(self, now: Timestamp) -> Self {
        let gone_at = now.after(self.latency.phases(self.provider, self.seed).remove);
        Self { gone_at: self.gone_at.or(Some(gone_at)), ..self }
    }

    /// The name that the cloud gave it. Only Amazon gives one.
    pub fn connection_id(&self) -> Option<String> {
        match self.provider {
            Provider::Aws => Some(format!("pcx-{}", spell(self.seed, HEX, 17))),
            Provider::Azure | Provider::Gcp => None,
        }
    }

    /// What the near cloud shows the peering at a moment, and when that changes by itself.
    pub fn show(&self, peering: &Peering, now: Timestamp) -> (Connection, Option<Timestamp>) {
        match self.gone_at {
            Some(at) if at <= now => return (Connection::Absent, None),
            Some(at) => return (Connection::Deleting, Some(at)),
            None => {}
        }
        if self.incarnation != peering.incarnation {
            return (Connection::Outdated, None);
        }
        if now < self.shown_at {
            return (Connection::Requesting, Some(self.shown_at));
        }
        match self.refused {
            Some(Reason::Overlap) => return (Connection::Overlap, None),
            Some(_) => return (Connection::Invalid, None),
            None => {}
        }
        let expires_at = self.shown_at.after(REQUEST_EXPIRY);
        match (self.provider, self.far) {
            (_, Far::Rejected(_)) => (Connection::Rejected, None),
            (_, Far::Expired(_)) => (Connection::Expired, None),
            (_, Far::Deleted(_)) => (Connection::Deleted, None),
            (Provider::Aws, Far::Silent) if expires_at <= now => (Connection::Expired, None),
            (Provider::Aws, Far::Silent) => (Connection::Pending, Some(expires_at)),
            (Provider::Gcp, Far::Silent) => (Connection::Pending, None),
            (Provider::Azure, Far::Silent | Far::Accepted(_)) | (Provider::Gcp, Far::Accepted(_)) => {
                (Connection::Routed, None)
            }
            (Provider::Aws, Far::Accepted(_)) => match self.routes {
                Some(routes) if routes.block != peering.spec.route_block() => (Connection::Accepted, None),
                Some(routes) if routes.at <= now => (Connection::Routed, None),
                Some(routes) => (Connection::Routing, Some(routes.at)),
                None => (Connection::Accepted, None),
            },
        }
    }

    /// What the customer's cloud shows at a moment, in its own words, and what can be done there.
    pub fn far_view(&self, peering: &Peering, now: Timestamp) -> FarView {
        let (connection, changes_at) = self.show(peering, now);
        let allowed: &'static [FarAction] = match (self.provider, connection) {
            (Provider::Aws, Connection::Pending) => {
                &[FarAction::Accept, FarAction::Reject, FarAction::Delete, FarAction::Expire]
            }
            (Provider::Aws, Connection::Accepted | Connection::Routing | Connection::Routed) => {
                &[FarAction::Delete]
            }
            (Provider::Gcp, Connection::Pending) => &[FarAction::Create],
            (Provider::Gcp | Provider::Azure, Connection::Routed) => &[FarAction::Delete],
            (Provider::Aws | Provider::Azure | Provider::Gcp, _) => &[],
        };
        FarView { status: far_status(self.provider, connection), allowed, changes_at }
    }

    /// The facts once the far side acted, or why it can't act so now.
    pub fn far_act(&self, peering: &Peering, action: FarAction, now: Timestamp) -> Result<Self, Refusal> {
        let view = self.far_view(peering, now);
        if !view.allowed.contains(&action) {
            return Err(Refusal::FarSideCant { action, shows: view.status, allowed: view.allowed.to_vec() });
        }
        let far = match (action, self.provider) {
            (FarAction::Accept | FarAction::Create, _) => Far::Accepted(now),
            (FarAction::Reject, _) => Far::Rejected(now),
            (FarAction::Expire, _) => Far::Expired(now),
            // Google's half can come back; a connection of Amazon's or Azure's can't.
            (FarAction::Delete, Provider::Gcp) => Far::Silent,
            (FarAction::Delete, Provider::Aws | Provider::Azure) => Far::Deleted(now),
        };
        Ok(Self { far, ..self.clone() })
    }

    /// The facts once the far side began to answer by itself: a request that waits is accepted.
    pub fn accept_waiting(&self, now: Timestamp) -> Option<Self> {
        let waits = self.far == Far::Silent && self.gone_at.is_none() && self.refused.is_none();
        let expired = self.provider == Provider::Aws && self.shown_at.after(REQUEST_EXPIRY) <= now;
        let asks = self.provider != Provider::Azure;
        (waits && asks && !expired)
            .then(|| Self { far: Far::Accepted(now.max(self.shown_at)), ..self.clone() })
    }
}

/// What the customer's cloud shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FarView {
    /// The status in that cloud's own words.
    pub status: &'static str,
    /// What can be done there now.
    pub allowed: &'static [FarAction],
    /// When the status changes by itself.
    pub changes_at: Option<Timestamp>,
}

/// What the customer's cloud shows of a peering that has no connection there, and the state to wait
/// for if one is still to come.
pub fn nothing_there(peering: &Peering) -> (&'static str, Option<State>) {
    let provider = peering.spec.provider();
    let gone = far_status(provider, Connection::Absent);
    match (peering.wanted, peering.state, provider) {
        (false, _, _) | (true, State::Failed(_), _) => (gone, None),
        (true, _, Provider::Aws) => ("absent", Some(State::AwaitingPeer)),
        (true, _, Provider::Gcp) => (gone, Some(State::AwaitingPeer)),
        (true, _, Provider::Azure) => (gone, Some(State::Active)),
    }
}

/// The words of the customer's cloud: EC2's peering status codes, Azure's `peeringState`,
/// Google's peering `state`.
pub fn far_status(provider: Provider, connection: Connection) -> &'static str {
    use Connection as Seen;
    match provider {
        Provider::Aws => match connection {
            Seen::Absent | Seen::Outdated | Seen::Deleted => "deleted",
            Seen::Requesting => "initiating-request",
            Seen::Pending => "pending-acceptance",
            Seen::Accepted | Seen::Routing | Seen::Routed => "active",
            Seen::Rejected => "rejected",
            Seen::Expired => "expired",
            Seen::Invalid | Seen::Overlap => "failed",
            Seen::Deleting => "deleting",
        },
        Provider::Azure => match connection {
            Seen::Absent | Seen::Outdated => "Absent",
            Seen::Requesting | Seen::Pending => "Initiated",
            Seen::Accepted | Seen::Routing | Seen::Routed => "Connected",
            Seen::Deleted
            | Seen::Deleting
            | Seen::Rejected
            | Seen::Expired
            | Seen::Invalid
            | Seen::Overlap => "Disconnected",
        },
        Provider::Gcp => match connection {
            Seen::Absent | Seen::Outdated => "ABSENT",
            Seen::Routed | Seen::Accepted | Seen::Routing => "ACTIVE",
            Seen::Requesting
            | Seen::Pending
            | Seen::Rejected
            | Seen::Expired
            | Seen::Invalid
            | Seen::Overlap
            | Seen::Deleted
            | Seen::Deleting => "INACTIVE",
        },
    }
}

#[cfg(test)]
mod tests;
