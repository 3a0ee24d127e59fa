//! `landbridge world`: how a project's simulated clouds behave.

use api::OperationId;
use clap::ValueEnum;
use serde_json::{Map, Value, json};

use crate::cli::{self, WorldChange, WorldVerb};
use crate::client::{Client, access};
use crate::failure::Failure;
use crate::output;
use crate::place::Place;

/// Shows it, or changes it and shows it then.
pub fn run(asked: &cli::World, place: &Place) -> Result<(), Failure> {
    let (remote, project, operation, body) = match &asked.verb {
        WorldVerb::Show(show) => (&show.remote, &show.project, OperationId::GetWorld, None),
        WorldVerb::Set(set) => {
            (&set.remote, &set.project, OperationId::UpdateWorld, Some(body(&set.change)?))
        }
    };
    let access = access::find(remote, place)?;
    let place = [("groupId", access.project(project.as_deref())?)];
    let mut client = Client::new(&access, remote.ca_cert.as_deref())?;
    output::show(&client.control(operation, &place, body.as_ref())?, remote.output)
}

fn body(change: &WorldChange) -> Result<Value, Failure> {
    let mut body = Map::new();
    if let Some(latency) = change.latency.and_then(|latency| word(&latency)) {
        body.insert("latency".to_owned(), latency);
    }
    if let Some(acceptance) = change.acceptance.and_then(|acceptance| word(&acceptance)) {
        body.insert("acceptance".to_owned(), acceptance);
    }
    if change.no_faults || !change.faults.is_empty() {
        let faults: Result<Vec<Value>, Failure> = change.faults.iter().map(|text| fault(text)).collect();
        body.insert("faults".to_owned(), faults?.into());
    }
    Ok(body.into())
}

/// The API's word is the one on the command line.
fn word(value: &impl ValueEnum) -> Option<Value> {
    value.to_possible_value().map(|value| value.get_name().into())
}

/// `on=deleteGroupPeer,errorCode=UNEXPECTED_ERROR,times=1` as the API wants it. Whether it means
/// anything, the server says.
fn fault(text: &str) -> Result<Value, Failure> {
    let mut fields = Map::new();
    for part in text.split(',') {
        let value = match part.split_once('=') {
            Some(("times", n)) => n.parse::<u32>().ok().map(|n| ("times", json!(n))),
            Some((name @ ("on" | "errorCode" | "outcome"), value)) => Some((name, json!(value))),
            Some(_) | None => None,
        };
        let Some((name, value)) = value else {
            return Err(Failure::usage(format!("{part:?} says nothing about a fault"))
                .hint("write on=, errorCode=, outcome= or times= with a value each, between commas"));
        };
        fields.insert(name.to_owned(), value);
    }
    Ok(fields.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_written_as_pairs() {
        assert_eq!(
            fault("on=deleteGroupPeer,errorCode=UNEXPECTED_ERROR,times=2").expect("good"),
            json!({ "on": "deleteGroupPeer", "errorCode": "UNEXPECTED_ERROR", "times": 2 })
        );
        for text in ["", "deleteGroupPeer", "on=x,time=1", "on=x,times=many"] {
            fault(text).expect_err(text);
        }
    }
}
