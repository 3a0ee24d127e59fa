//! `landbridge openapi`: the OpenAPI document, as the server publishes it.

use crate::failure::Failure;
use crate::output;

/// Prints it.
pub fn run() -> Result<(), Failure> {
    output::print(server::published::document())
}
