//! The bodies of answers. Keys are in alphabetical order, as the service writes them; a value that
//! is missing is left out or null, as recorded of each.

pub mod access;
pub mod account;
pub mod cloud;
pub mod container;
pub mod control;
pub mod event;
pub mod group;
pub mod key;
pub mod org;
pub mod page;
pub mod peer;
pub mod status;
pub mod upkeep;

use schemars::JsonSchema;
use serde::Serialize;

/// A link to something related.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Link {
    /// Where it is.
    pub href: String,
    /// What it is.
    pub rel: &'static str,
}

impl Link {
    /// A link of an object to itself.
    pub fn to_self(href: String) -> Self {
        Self { href, rel: "self" }
    }
}

/// The empty object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Nothing {}
