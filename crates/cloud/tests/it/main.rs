//! The drivers, from outside the crate.

#[cfg(feature = "azure")]
mod azure;
mod fixture;
mod memory;
mod sim;
mod simbed;
mod suite;
