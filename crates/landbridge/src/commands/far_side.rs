//! `landbridge far-side`: the customer's cloud, simulated too.

use api::OperationId;
use clap::ValueEnum as _;
use serde_json::json;

use crate::cli::{self, FarVerb};
use crate::client::{Client, access};
use crate::failure::Failure;
use crate::output;
use crate::place::Place;

/// Looks at a peering from there, or acts on it there; either way shows what it is then.
pub fn run(asked: &cli::FarSide, place: &Place) -> Result<(), Failure> {
    let access = access::find(&asked.remote, place)?;
    let place = [("groupId", access.project(asked.project.as_deref())?), ("peerId", &asked.peering)];
    let mut client = Client::new(&access, asked.remote.ca_cert.as_deref())?;
    let answer = match asked.verb {
        FarVerb::Show => client.control(OperationId::GetFarSide, &place, None)?,
        verb @ (FarVerb::Accept | FarVerb::Reject | FarVerb::Delete | FarVerb::Create | FarVerb::Expire) => {
            // The verbs are the API's own words.
            let word = verb.to_possible_value().map(|value| value.get_name().to_owned());
            client.control(OperationId::ActOnFarSide, &place, Some(&json!({ "action": word })))?
        }
    };
    output::show(&answer, asked.remote.output)
}
