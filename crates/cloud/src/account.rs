//! What can be asked of a real account, beside moving its peerings.

use async_trait::async_trait;
use model::container::Container;
use model::id::{ContainerId, PeeringId};
use model::peering::PeeringSpec;

use crate::driver::{CloudDriver, DriverError, PeeringJob};

/// A driver that speaks for one real account.
///
/// Everything that it makes carries a mark, by tag or by name: the installation that made it, and
/// the row that it is for. What carries this installation's mark and belongs to no row is an
/// orphan.
#[async_trait]
pub trait CloudAccount: CloudDriver {
    /// Who we are there, and which of the calls that peering takes we may make. Nothing is changed,
    /// and nothing that costs is asked for.
    async fn check_up(&self) -> Checkup;

    /// Everything there that carries this installation's mark.
    async fn marked(&self) -> Result<Vec<Marked>, DriverError>;

    /// Takes down one marked thing. Taking down what is gone is no error.
    async fn discard(&self, thing: &Marked) -> Result<(), DriverError>;

    /// What would stand in the way of a peering, by what the cloud shows now. Nothing is changed.
    async fn survey(&self, container: &Container, spec: &PeeringSpec) -> Result<Vec<Obstacle>, DriverError>;

    /// An existing connection that a user wants to be managed from now on: whether it is what the
    /// container and the spec describe, and what differs.
    async fn find(
        &self,
        container: &Container,
        spec: &PeeringSpec,
        connection_id: &str,
    ) -> Result<Vec<Obstacle>, DriverError>;

    /// Puts our mark on an existing connection, and on its near network, so that later looks find
    /// them.
    async fn adopt(&self, job: &PeeringJob, connection_id: &str) -> Result<(), DriverError>;
}

/// What a look at an account's rights showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkup {
    /// Who the cloud says we are, such as an ARN; the error's words when it does not say.
    pub identity: Result<String, String>,
    /// Calls that are needed, and whether they are permitted, in the cloud's own names.
    pub permissions: Vec<Permission>,
    /// The least that an operator has to grant, in the cloud's own form, to be pasted.
    pub policy: String,
}

/// One right that peering takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// Its name in the cloud, such as `ec2:CreateRoute`.
    pub name: String,
    /// Whether we have it; the cloud's words when not, or when it can't be known without acting.
    pub held: Held,
}

/// Whether a right is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// The cloud says yes.
    Yes,
    /// The cloud says no, in these words.
    No(String),
    /// The cloud does not tell without the act itself; why.
    Unknown(String),
}

/// What a mark is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MarkedKind {
    /// The far side's half of a connection, where we make both.
    FarHalf,
    /// Our half of a connection, with its routes.
    Connection,
    /// A near network.
    Network,
}

/// The row that a marked thing was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MadeFor {
    /// A container.
    Container(ContainerId),
    /// A peering.
    Peering(PeeringId),
}

/// Something in a cloud that carries our mark. In order: what has to go first comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marked {
    /// What it is.
    pub kind: MarkedKind,
    /// What it was made for.
    pub made_for: MadeFor,
    /// Where it is: the cloud's name of a region, empty where there is none.
    pub region: String,
    /// The cloud's name for it, such as `pcx-0123456789abcdef0`.
    pub id: String,
    /// What the cloud shows of it, such as `active`.
    pub status: String,
}

/// One thing that stands in a peering's way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// What it is about.
    pub kind: ObstacleKind,
    /// What is wrong, with the names and blocks that it is about.
    pub what: String,
    /// How to mend it: a command or a step.
    pub mend: String,
}

/// What an obstacle is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObstacleKind {
    /// Blocks overlap: of the two networks, or with a route.
    Overlap,
    /// A limit of the cloud is reached.
    Quota,
    /// A right is missing.
    Permission,
    /// The region is unknown, off, or not the network's.
    Region,
    /// A network or an account is not there, or can't be seen.
    Missing,
    /// What is there differs from what was described.
    Differs,
}
