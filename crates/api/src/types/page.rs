//! Pages of lists.

use schemars::JsonSchema;
use serde::Serialize;

use super::Link;

/// One page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PageOf{T}")]
pub struct Page<T> {
    /// This page, the next, the one before.
    pub links: Vec<Link>,
    /// What is on it.
    pub results: Vec<T>,
    /// How many there are on all pages; 0 if the caller asked not to count.
    pub total_count: u64,
}
