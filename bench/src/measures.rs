//! The measures, one a file.

pub mod flow;
pub mod memory;
pub mod nodes;
pub mod reads;
pub mod scale;
pub mod start;
pub mod writes;
