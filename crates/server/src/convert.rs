//! Between the wire and the rules: what callers say becomes model values or a named fault; what
//! the model holds becomes the providers' words.

pub mod access;
pub mod account;
pub mod caller_access;
pub mod cidr;
pub mod cloud;
pub mod container;
pub mod control;
pub mod event;
pub mod group;
pub mod key;
pub mod org;
pub mod peering;
pub mod people;
pub mod time;
pub mod upkeep;
