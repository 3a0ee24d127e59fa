//! The API in process: what a caller sends and what it is told.

mod access_list;
mod accounts;
mod caller_lists;
mod callers;
mod clock_back;
mod containers;
mod control;
mod epoch;
mod peers;
mod projects;
mod shapes;
mod tokens;
mod walker;
mod wire;
