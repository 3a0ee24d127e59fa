//! The socket: who calls, what they may, what they said, and what they are told.
//!
//! Read [`dispatch`] for the way of a request, [`routes`] for what each operation does (about a
//! dozen lines each: extract, convert, one store call, convert), [`error`] for the one map from
//! every "no" to the wire, [`convert`] for the projection of our states to the providers' words.
//! No handler changes a cloud: a change is recorded and the reconciler is woken. A plan and an adoption
//! look at one, through [`outlook`]. [`story`] tells why a peering is in its state.

pub mod app;
pub mod auth;
mod body;
mod context;
pub mod convert;
mod deletions;
mod dispatch;
mod door;
mod error;
pub mod measures;
pub mod metrics;
mod missing;
pub mod outlook;
mod page;
pub mod published;
mod query;
pub mod rate;
mod reply;
mod routes;
mod routing;
pub mod serve;
mod span;
pub mod story;

pub use app::{App, Config};
pub use dispatch::router;
