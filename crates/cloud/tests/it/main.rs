//! The drivers, from outside the crate.

mod fixture;
mod memory;
mod sim;
mod simbed;
mod suite;
