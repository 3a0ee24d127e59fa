//! `landbridge completion`: scripts that complete commands in a shell.

use crate::cli::{self, Completion};
use crate::failure::Failure;
use crate::output;

/// Prints the script of a shell.
pub fn run(asked: &Completion) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(asked.shell, &mut cli::command(), "landbridge", &mut script);
    output::print(&String::from_utf8_lossy(&script))
}
