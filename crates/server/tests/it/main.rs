//! The API in process: what a caller sends and what it is told.

mod access_list;
mod accounts;
mod audited;
mod bodies;
mod caller_lists;
mod callers;
mod clock_back;
mod clouds;
mod containers;
mod control;
mod document;
mod epoch;
mod events;
mod nodes;
mod orgs;
mod peers;
mod projects;
mod rates;
mod shapes;
mod teams;
mod tokens;
mod upkeep;
mod users;
mod walker;
mod wire;
