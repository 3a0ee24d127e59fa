//! What the program can be asked to do.
//!
//! [`serve`] is the server. `far-side`, `world` and `clock` speak to one like any client; `keys`,
//! `accounts` and `show` open the database themselves (see [`crate::desk`]).

pub mod accounts;
pub mod clock;
pub mod completion;
pub mod config;
pub mod doctor;
pub mod env;
pub mod far_side;
pub mod invitation;
pub mod keys;
pub mod openapi;
mod secrets;
pub mod serve;
pub mod show;
pub mod world;
