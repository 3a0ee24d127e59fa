//! `landbridge clock`: the time of the simulated clouds.

use api::OperationId;
use serde_json::json;

use crate::cli::{self, ClockVerb};
use crate::client::{Client, access};
use crate::failure::Failure;
use crate::output;
use crate::place::Place;

/// Tells it or moves it.
pub fn run(asked: &cli::Clock, place: &Place) -> Result<(), Failure> {
    let (remote, operation, body) = match &asked.verb {
        ClockVerb::Show(show) => (&show.remote, OperationId::GetClock, None),
        ClockVerb::Advance(advance) => {
            (&advance.remote, OperationId::AdvanceClock, Some(json!({ "advance": advance.by })))
        }
    };
    let mut client = Client::new(&access::find(remote, place)?, remote.ca_cert.as_deref())?;
    output::show(&client.control(operation, &[], body.as_ref())?, remote.output)
}
