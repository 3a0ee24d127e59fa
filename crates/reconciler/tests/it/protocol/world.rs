//! What there is: rows, connections, servers, calls on their way.

use model::id::{ContainerId, ObjectId, PeeringId, ProjectId};
use model::peering::machine::{Action, Connection, Observed};
use model::peering::{Peering, PeeringSpec, State};
use model::provider::Provider;
use model::time::Timestamp;
use model::world::connection::Routes;
use model::world::{Far, Latency, SimConnection};

use crate::places::{cidr, vpc};

/// Servers.
pub const NODES: usize = 2;
/// The one moment of this world: what is to come lies after it, what is over before.
pub const NOW: Timestamp = Timestamp::from_seconds(1_000_000);
/// When the cloud's next phase ends.
pub const SOON: Timestamp = Timestamp::from_seconds(1_000_010);

/// A rule of the protocol that is left out, to see that it is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Without {
    /// A record does not ask whether somebody else claimed the row since.
    TheFence,
    /// A record does not ask whether the wish changed since the look.
    TheGeneration,
    /// What happens during a look does not make the row due again.
    TheNudge,
    /// A claim does not ask whether somebody holds the row.
    TheLease,
    /// An action is begun though it may outlast the lease.
    Room,
    /// A holder whose lease ran out takes it again, without a look at who claimed the row since.
    LookingBeforeRenewal,
    /// An action comes before its recording.
    RecordingFirst,
    /// A row is given up with the removal's request, not when its connection was seen to be gone.
    SeeingItGone,
    /// An action whose answer was lost is done again, and the cloud does not know it by its token.
    TheToken,
    /// The cloud takes a late call as if the wish had not moved on.
    TheWish,
}

/// How much of each may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Budget {
    pub changes: u8,
    pub deletes: u8,
    pub far: u8,
    pub crashes: u8,
    pub stalls: u8,
    pub losses: u8,
    pub refusals: u8,
}

/// When a row is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Due {
    Now,
    Later,
    Idle,
}

/// What a row says of its peering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Wish {
    pub wanted: bool,
    pub state: State,
    pub generation: u8,
    pub incarnation: u8,
    /// Which block is routed, and to which VPC.
    pub block: u8,
    pub vpc: u8,
}

/// A row. Its fence is not a number here: a hand knows whether the row was claimed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Row {
    pub wish: Wish,
    pub due: Due,
    pub nudged: bool,
    pub lease: Option<u8>,
    /// What was last recorded under the present fence as about to be done.
    pub intent: Option<Action>,
}

/// How far a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    Requesting,
    Open,
    Deleting,
}

/// A connection in the cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link {
    pub incarnation: u8,
    pub stage: Stage,
    pub far: FarSide,
    /// What our routes lead to, and whether they serve.
    pub routes: Option<(u8, bool)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FarSide {
    Silent,
    Accepted,
    Rejected,
    Deleted,
}

/// A call to the cloud, with all that it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Call {
    pub action: Action,
    pub wish: Wish,
}

/// What was answered to the caller last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Acknowledged {
    Nothing,
    Wanted(u8, u8),
    Deleted,
}

/// One peering: its row, its connections, its calls on their way, and what was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Life {
    pub row: Option<Row>,
    pub links: Vec<Link>,
    pub late: Vec<Call>,
    pub acknowledged: Acknowledged,
    /// Connections ever made, by incarnation.
    pub made: [u8; 4],
}

/// Why an action came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    Transient,
    Denied,
}

/// Where a pass is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Line {
    /// It will look.
    Look,
    /// It decided, and will record.
    Record { next: State, action: Option<Action>, due: Due },
    /// It recorded, and will act.
    Act(Action),
}

/// A row in a server's hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hand {
    pub life: u8,
    pub wish: Wish,
    /// Whether the row was not claimed since: the fences are the same.
    pub current: bool,
    pub line: Line,
}

/// Something that must never happen, noted when it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Sins {
    /// An action that no row announced.
    pub unrecorded: bool,
    /// A row overwritten by somebody who had lost it, or who had not seen the newest wish.
    pub overwritten: bool,
    /// A connection that is wanted was taken down, or its routes led elsewhere.
    pub hurt: bool,
}

/// Everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct World {
    pub lives: Vec<Life>,
    pub hands: [Option<Hand>; NODES],
    pub left: Budget,
    pub sins: Sins,
}

impl Wish {
    pub const FIRST: Self =
        Self { wanted: true, state: State::Requested, generation: 1, incarnation: 1, block: 1, vpc: 1 };

    /// The model's peering that this stands for.
    pub fn peering(self) -> Peering {
        Peering {
            id: PeeringId(ObjectId::from_bytes([1; 12])),
            project: ProjectId(ObjectId::from_bytes([2; 12])),
            container: ContainerId(ObjectId::from_bytes([3; 12])),
            spec: self.spec(),
            wanted: self.wanted,
            state: self.state,
            generation: self.generation.into(),
            incarnation: self.incarnation.into(),
            connection_id: None,
            stuck: None,
            created_at: NOW,
            state_since: NOW,
        }
    }

    pub fn spec(self) -> PeeringSpec {
        vpc(self.vpc, self.block)
    }

    /// The wish that a peering of the model has, with these addresses.
    pub fn of(peering: &Peering, block: u8, vpc: u8) -> Self {
        let count = |number: i64| u8::try_from(number).expect("few");
        Self {
            wanted: peering.wanted,
            state: peering.state,
            generation: count(peering.generation),
            incarnation: count(peering.incarnation),
            block,
            vpc,
        }
    }
}

impl Life {
    pub fn new() -> Self {
        Self {
            row: None,
            links: Vec::new(),
            late: Vec::new(),
            acknowledged: Acknowledged::Nothing,
            made: [0; 4],
        }
    }

    /// What the cloud shows of the newest connection, by the simulated cloud's own rules.
    pub fn show(&self, wish: Wish) -> Observed {
        let link = self.links.last().map(|link| link.sim().show(&wish.peering(), NOW));
        let (connection, changes_at) = link.unwrap_or((Connection::Absent, None));
        Observed { connection, connection_id: None, changes_at, near_network: true, says: None }
    }

    /// Time passes for one connection.
    pub fn go_on(&mut self, at: usize) {
        let link = &mut self.links[at];
        match (link.stage, link.routes) {
            (Stage::Deleting, _) => drop(self.links.remove(at)),
            (Stage::Requesting, _) => link.stage = Stage::Open,
            (Stage::Open, Some((block, _))) => link.routes = Some((block, true)),
            (Stage::Open, None) => {}
        }
    }
}

impl Link {
    pub fn sim(self) -> SimConnection {
        let past = Timestamp::from_seconds(NOW.seconds() - 10);
        SimConnection {
            peering: PeeringId(ObjectId::from_bytes([1; 12])),
            provider: Provider::Aws,
            incarnation: self.incarnation.into(),
            far_key: String::new(),
            near_block: cidr("192.168.0.0/21"),
            seed: 0,
            latency: Latency::Instant,
            shown_at: if self.stage == Stage::Requesting { SOON } else { past },
            refused: None,
            far: match self.far {
                FarSide::Silent => Far::Silent,
                FarSide::Accepted => Far::Accepted(past),
                FarSide::Rejected => Far::Rejected(past),
                FarSide::Deleted => Far::Deleted(past),
            },
            routes: self.routes.map(|(block, serve)| Routes {
                block: vpc(1, block).route_block(),
                at: if serve { past } else { SOON },
            }),
            gone_at: (self.stage == Stage::Deleting).then_some(SOON),
        }
    }
}
