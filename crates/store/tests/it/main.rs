//! The conformance suite: what the store promises, whatever the engine. Each test is a function
//! over a [`support::Home`]; [`support::on_every_engine`] runs it on each engine there is.

mod access;
mod access_groups;
mod accounts;
mod bindings;
mod containers;
mod durability;
mod events;
mod first_start;
mod keys;
mod leases;
mod nodes;
mod operator;
mod orgs;
mod peerings;
mod people;
mod projects;
mod records;
mod sim;
mod standing;
mod support;
mod tokens;
mod transfer;
mod worlds;
