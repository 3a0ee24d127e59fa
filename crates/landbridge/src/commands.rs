//! What the program can be asked to do.
//!
//! [`serve`] is the server. `far-side`, `world`, `clock`, `plan` and `adopt` speak to one like any client; `keys`,
//! `accounts`, `clouds` and `show` open the database themselves (see [`crate::desk`]); `backup`, `restore` and
//! `migrate-store` move whole databases.

pub mod accounts;
pub mod backup;
pub mod clock;
pub mod clouds;
pub mod completion;
pub mod config;
pub mod doctor;
pub mod env;
pub mod far_side;
pub mod invitation;
pub mod keys;
pub mod migrate_store;
pub mod openapi;
pub mod plan;
pub mod restore;
mod secrets;
pub mod serve;
pub mod show;
pub mod world;
