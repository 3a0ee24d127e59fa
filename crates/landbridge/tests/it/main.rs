//! The program as its users meet it: real processes, real files, real sockets.

mod bed;
mod clouds;
mod desk;
mod documents;
mod ending;
mod failover;
mod first_start;
mod help;
mod kill;
mod later_starts;
mod nodes;
mod overload;
mod seeing;
mod site;
mod storage;
mod terminal;
mod tls;
mod trouble;
mod twins;
