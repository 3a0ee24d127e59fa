//! The drivers, from outside the crate.

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "azure")]
mod azure;
mod fixture;
#[cfg(feature = "gcp")]
mod gcp;
mod memory;
mod sim;
mod simbed;
mod suite;
