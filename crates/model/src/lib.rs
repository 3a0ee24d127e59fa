//! What is true: the rules of network peering, and nothing else.
//!
//! This crate performs no I/O, reads no clock and draws no randomness; none of its types is
//! serialisable. It can fail only by saying that an input is not a valid thing ([`Refusal`]).
//!
//! Reading order: [`id`] and [`time`] (the vocabulary), [`provider`] and [`cidr`] (places and
//! address blocks), [`container`] and [`peering`] (the nouns, each with the machine that moves
//! it), [`binding`] and [`trouble`] (which cloud they live in, and what is the matter there), [`access`], [`project`], [`upkeep`], [`key`], [`role`], [`event`], [`limits`], and [`world`], the
//! rules of the simulated clouds.

pub mod access;
pub mod binding;
pub mod cidr;
pub mod container;
pub mod event;
pub mod id;
pub mod key;
pub mod limits;
pub mod peering;
pub mod project;
pub mod provider;
pub mod refusal;
pub mod role;
pub mod time;
pub mod trouble;
pub mod upkeep;
pub mod world;

pub use binding::{AccountName, Cloud};
pub use cidr::Cidr;
pub use container::Container;
pub use event::{Act, Actor, Event, EventKind};
pub use id::{
    ContainerId, EventId, IdMint, InstallationId, KeyId, ObjectId, OrgId, PeeringId, ProjectId, SecretId,
    TeamId, UserId,
};
pub use peering::{Peering, PeeringSpec};
pub use provider::Provider;
pub use refusal::Refusal;
pub use role::{Role, Roles};
pub use time::{Clock, Timestamp, WorldClock};
pub use trouble::{Note, Trouble};
