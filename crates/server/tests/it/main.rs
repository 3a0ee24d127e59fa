//! The API in process: what a caller sends and what it is told.

mod access_list;
mod audited;
mod bodies;
mod callers;
mod containers;
mod control;
mod events;
mod peers;
mod projects;
mod shapes;
mod upkeep;
mod walker;
mod wire;
