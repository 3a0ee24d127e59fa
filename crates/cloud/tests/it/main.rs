//! The drivers, from outside the crate.

mod fixture;
#[cfg(feature = "gcp")]
mod gcp;
mod memory;
mod sim;
mod simbed;
mod suite;
