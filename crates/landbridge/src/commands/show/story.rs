//! Why a peering is in its state, and what would move it on.
//!
//! The words are made of the same facts from which the reconciler decides, so that they can't tell
//! of another world: the peering, what the simulated cloud shows, its container's network.

use model::container::Network;
use model::peering::machine::Connection;
use model::peering::{Reason, State};
use model::world::{Acceptance, SimConnection};
use model::{Peering, Provider, Timestamp};
use server::convert::time;

/// What there is to know.
pub struct Facts<'a> {
    /// The peering.
    pub peering: &'a Peering,
    /// Its container's network.
    pub network: &'a Network,
    /// What is recorded of its connection.
    pub connection: Option<&'a SimConnection>,
    /// Whether the far sides of its project answer by themselves.
    pub acceptance: Acceptance,
    /// Whether a server works on it.
    pub served: bool,
    /// Now, by the world's clock.
    pub now: Timestamp,
}

/// The words.
#[derive(Debug, PartialEq, Eq)]
pub struct Story {
    /// Why it is in its state.
    pub why: String,
    /// What would move it on; each is a way of its own.
    pub next: Vec<String>,
}

/// Tells it.
pub fn tell(facts: &Facts<'_>) -> Story {
    let (shown, changes_at) = facts
        .connection
        .map_or((Connection::Absent, None), |connection| connection.show(facts.peering, facts.now));
    let mut story = match facts.peering.state {
        State::Requested => requested(facts, shown, changes_at),
        State::AwaitingPeer => awaiting(facts, shown, changes_at),
        State::Establishing => Story {
            why: "the far side said yes, and our routes are being made".to_owned(),
            next: vec![by_itself(changes_at)],
        },
        State::Active => Story {
            why: "both sides and the routes stand; traffic flows".to_owned(),
            next: vec![
                "nothing has to: it stays until somebody deletes it, here or on the far side".to_owned(),
            ],
        },
        State::Failed(reason) => failed(facts, reason),
        State::Removing => removing(facts, shown, changes_at),
        State::Removed => {
            Story { why: "it was seen to be gone".to_owned(), next: vec!["nothing".to_owned()] }
        }
    };
    if !facts.served && !matches!(facts.peering.state, State::Active | State::Failed(_)) {
        story.next.push(
            "no server works on this data folder: nothing moves until `landbridge serve` does".to_owned(),
        );
    }
    story
}

fn by_itself(at: Option<Timestamp>) -> String {
    match at {
        Some(at) => format!("time: it goes on by itself at {}", time::seconds(at)),
        None => "the next look at it, which is due".to_owned(),
    }
}

fn far_side(facts: &Facts<'_>, verb: &str, then: &str) -> String {
    let Peering { id, project, .. } = facts.peering;
    format!("`landbridge far-side {verb} {id} --project {project}`: {then}")
}

fn requested(facts: &Facts<'_>, shown: Connection, changes_at: Option<Timestamp>) -> Story {
    let standing = facts.network.ids().is_some();
    let (why, next) = match shown {
        Connection::Absent if !standing => (
            "its container's own network has to stand first, and is being made",
            "time: it goes on by itself once that network stands".to_owned(),
        ),
        Connection::Absent => ("the cloud has not been asked yet", by_itself(None)),
        Connection::Outdated | Connection::Deleting => {
            ("the connection from before its last change is being taken down first", by_itself(changes_at))
        }
        Connection::Requesting => ("the cloud was asked, and is making the request", by_itself(changes_at)),
        Connection::Pending
        | Connection::Accepted
        | Connection::Routing
        | Connection::Routed
        | Connection::Rejected
        | Connection::Expired
        | Connection::Invalid
        | Connection::Overlap
        | Connection::Deleted => ("the cloud has answered, and nobody has looked since", by_itself(None)),
    };
    Story { why: why.to_owned(), next: vec![next] }
}

fn awaiting(facts: &Facts<'_>, shown: Connection, changes_at: Option<Timestamp>) -> Story {
    if shown != Connection::Pending {
        return Story {
            why: "the far side has acted, and nobody has looked since".to_owned(),
            next: vec![by_itself(None)],
        };
    }
    let (why, mut next) = match facts.peering.spec.provider() {
        Provider::Aws => (
            "the request stands in the customer's account, and nobody has answered it there",
            vec![far_side(facts, "accept", "routes are made, and it becomes available")],
        ),
        Provider::Azure | Provider::Gcp => (
            "our half stands, and the customer's half is missing",
            vec![far_side(facts, "create", "it becomes available")],
        ),
    };
    if facts.peering.spec.provider() == Provider::Aws {
        next.push(far_side(facts, "reject", "it fails, as rejected"));
    }
    if facts.acceptance == Acceptance::Manual {
        next.push(format!(
            "`landbridge world set --acceptance automatic --project {}`: all that waits in the project is accepted",
            facts.peering.project
        ));
    }
    if let Some(at) = changes_at {
        next.push(format!("time: the request expires at {}", time::seconds(at)));
    }
    Story { why: why.to_owned(), next }
}

fn failed(facts: &Facts<'_>, reason: Reason) -> Story {
    let why = match reason {
        Reason::Rejected => "the far side rejected the request",
        Reason::Expired => "nobody on the far side answered the request for seven days, or it was let expire",
        Reason::Invalid => "the cloud did not take the request: no such account, network or region",
        Reason::Overlap => "the far network has a peering with overlapping addresses already",
        Reason::Deleted => "the far side deleted the connection",
        Reason::Denied => "our account may not do that on the far side",
    };
    let mut next = vec!["DELETE: it is taken down, and the same can be asked for anew".to_owned()];
    if facts.peering.spec.provider() == Provider::Aws {
        next.insert(
            0,
            "PATCH with another account, VPC, region or block: the connection is asked for anew".to_owned(),
        );
    }
    Story { why: why.to_owned(), next }
}

fn removing(facts: &Facts<'_>, shown: Connection, changes_at: Option<Timestamp>) -> Story {
    let why = match (facts.peering.stuck, shown) {
        (Some(_), _) => {
            "it was deleted, but the cloud refuses to take the connection down; it is tried again"
        }
        (None, Connection::Absent) => "it was deleted, and its connection is gone; nobody has looked since",
        (None, _) => "it was deleted, and its connection is being taken down",
    };
    Story { why: why.to_owned(), next: vec![by_itself(changes_at)] }
}
