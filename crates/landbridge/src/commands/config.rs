//! `landbridge config`: the configuration file, explained.

use crate::failure::Failure;
use crate::{config, output};

/// Prints it.
pub fn run() -> Result<(), Failure> {
    output::print(&config::template())
}
