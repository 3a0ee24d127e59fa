//! What is said on the wire: the operations, the errors, the bodies, the media types.
//!
//! Data, and how data is written; no behaviour of the product. The one table of [`operations`]
//! drives the router, the role checks, the OpenAPI document and the tests that walk every operation.
//! This crate knows nothing of the rules and the rules know nothing of JSON; the server converts.

#[cfg(test)]
mod compatibility;
pub mod error;
pub mod json;
pub mod media_type;
pub mod openapi;
pub mod operations;
pub mod pattern;
pub mod schema;
pub mod schemas;
pub mod types;

pub use error::{ErrorBody, ErrorCode};
pub use operations::{Method, Need, Operation, OperationId, Root, operations};
