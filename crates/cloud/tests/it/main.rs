//! The drivers, from outside the crate.

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "azure")]
mod azure;
mod fixture;
mod memory;
mod sim;
mod simbed;
mod suite;
