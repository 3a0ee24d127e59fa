//! The API in process: what a caller sends and what it is told.

mod access_list;
mod callers;
mod containers;
mod control;
mod document;
mod peers;
mod projects;
mod shapes;
mod walker;
mod wire;
