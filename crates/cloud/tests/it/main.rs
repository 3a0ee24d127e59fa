//! The drivers, from outside the crate.

#[cfg(feature = "aws")]
mod aws;
mod fixture;
mod memory;
mod sim;
mod simbed;
mod suite;
