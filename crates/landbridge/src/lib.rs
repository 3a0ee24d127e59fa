//! The one binary: command line, settings, wiring and life cycle. Nothing of what the product does
//! is decided here.
//!
//! Reading order: [`cli`] (what can be asked for), [`config`] (what can be chosen),
//! [`commands`]`::serve` (how the parts are put together), [`bootstrap`] (the first start),
//! [`lifecycle`] (the end), [`logging`], [`metrics`], [`traces`], [`client`] (the commands that speak to a server), [`desk`]
//! (the commands that open the database themselves).

pub mod ask;
pub mod bootstrap;
pub mod cli;
pub mod client;
pub mod clock;
pub mod clouds;
pub mod commands;
pub mod config;
pub mod desk;
pub mod disk;
pub mod failure;
pub mod greeting;
pub mod lifecycle;
pub mod lock;
pub mod logging;
pub mod metrics;
pub mod output;
pub mod place;
pub mod quote;
pub mod traces;
