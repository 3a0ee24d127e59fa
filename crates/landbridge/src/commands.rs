//! What the program can be asked to do.
//!
//! [`serve`] is the only one that opens the store; the others speak to a server like any client.

pub mod clock;
pub mod config;
pub mod far_side;
pub mod invitation;
pub mod serve;
pub mod world;
