//! What is out there: the clouds, as the reconciler meets them.
//!
//! A [`CloudDriver`] looks at one connection or one near network and does one idempotent thing to
//! it. It decides nothing and remembers nothing: what it is asked comes from rows, what it answers
//! is what the cloud shows at that moment. The only judgement it makes is the kind of a failure
//! ([`DriverError`]); nobody else decides whether something is tried again.
//!
//! A [`CloudAccount`] is a driver that speaks for a real account, and can be asked for more: what it
//! may do, what carries our mark there, what would stand in a peering's way.
//!
//! [`send`] sends what the drivers of real clouds ask, and decides how often.
//!
//! [`sim`] is the cloud that is shipped: its facts are rows too, reached through a port, so that
//! this crate knows neither the store nor a database.

mod account;
#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "azure")]
pub mod azure;
mod driver;
#[cfg(feature = "gcp")]
pub mod gcp;
mod registry;
#[cfg(feature = "http")]
pub mod send;
pub mod sim;

pub use account::{
    Checkup, CloudAccount, Held, MadeFor, Marked, MarkedKind, Obstacle, ObstacleKind, Permission,
};
pub use driver::{ClientToken, CloudDriver, DriverError, NetworkJob, PeeringJob};
pub use registry::{Account, Drivers, Speaker};
