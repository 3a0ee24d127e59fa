//! What becomes of a decision in a real account: held to what may be done there, and explained.
//!
//! The model decides as if every cloud were ours alone. In a real account somebody else may have
//! changed what we made (a *drift*): that is told always, and mended only where the account's policy
//! says so. And an account may be read-only: then nothing is done, and what would be is told.
//!
//! Pure, like the decisions themselves.

use cloud::DriverError;
use model::binding::Policy;
use model::container::Network;
use model::container::machine::{NetworkAction, NetworkDecision, NetworkSeen};
use model::peering::machine::{Action, Connection, Decision, Observed, Recheck};
use model::peering::{Peering, Reason, State};
use model::trouble::{Note, Trouble};

/// What a peering's decision becomes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub decision: Decision,
    pub note: Note,
    /// Whether the connection is asked for anew.
    pub anew: bool,
}

/// A decision about a peering, which `peering` was before, in an account with that policy.
pub(super) fn peering(
    peering: &Peering,
    note: &Note,
    seen: &Observed,
    decision: Decision,
    policy: Policy,
) -> Held {
    let complete = seen.connection == Connection::Routed;
    let settled = if complete { peering.generation } else { note.settled };
    let plain = Note { trouble: None, says: seen.says.clone(), settled };
    let words = |ours: &str| seen.says.clone().unwrap_or_else(|| ours.to_owned());
    let as_it_is = |note| Held { decision, note, anew: false };
    let hands_off = |note| Held {
        decision: Decision { action: None, recheck: Recheck::Poll, ..decision },
        note,
        anew: false,
    };
    if let State::Failed(_) = peering.state
        && peering.wanted
    {
        // Told when it failed.
        return as_it_is(note.clone());
    }
    let mends = policy.mends();
    match drift(peering, note, seen) {
        Some(trouble @ (Trouble::RouteGone | Trouble::Differs)) => {
            let told = plain.with(trouble, words(&route_gone(peering)));
            return if mends { as_it_is(told) } else { hands_off(told) };
        }
        Some(trouble @ Trouble::ConnectionGone) => {
            let told = plain.with(trouble, words("the connection is gone, and it was not deleted here"));
            // Only what was complete is asked for anew: a far side that says no is not pestered.
            if !(mends && peering.state == State::Active) {
                return as_it_is(told);
            }
            let decision = Decision { next: State::Requested, action: None, recheck: Recheck::Now };
            return Held { decision, note: told, anew: true };
        }
        Some(_) | None => {}
    }
    if let Some(action) = decision.action.filter(|_| policy.read_only) {
        return hands_off(plain.with(Trouble::ReadOnly, format!("it would {}", verb(action))));
    }
    match decision.next {
        State::Failed(reason) => as_it_is(plain.with(Trouble::Rejected, words(failed(reason)))),
        State::Requested
        | State::AwaitingPeer
        | State::Establishing
        | State::Active
        | State::Removing
        | State::Removed => as_it_is(plain),
    }
}

/// What changed behind our back, if anything did.
fn drift(peering: &Peering, note: &Note, seen: &Observed) -> Option<Trouble> {
    if !peering.wanted {
        return None;
    }
    let had_one = matches!(peering.state, State::AwaitingPeer | State::Establishing | State::Active);
    match seen.connection {
        // Our own change of the block looks the same, but nothing was complete since.
        Connection::Accepted if peering.state == State::Active && note.settled == peering.generation => {
            let routed = peering.spec.route_block().is_some();
            Some(if routed { Trouble::RouteGone } else { Trouble::Differs })
        }
        Connection::Absent | Connection::Outdated | Connection::Deleting | Connection::Deleted if had_one => {
            Some(Trouble::ConnectionGone)
        }
        Connection::Absent
        | Connection::Outdated
        | Connection::Deleting
        | Connection::Deleted
        | Connection::Accepted
        | Connection::Routed
        | Connection::Requesting
        | Connection::Pending
        | Connection::Routing
        | Connection::Rejected
        | Connection::Expired
        | Connection::Invalid
        | Connection::Overlap => None,
    }
}

fn route_gone(peering: &Peering) -> String {
    match peering.spec.route_block() {
        Some(block) => format!("our route to {block} is gone, or leads elsewhere"),
        None => "our half is there, and traffic no longer flows through it".to_owned(),
    }
}

fn verb(action: Action) -> &'static str {
    match action {
        Action::Request => "ask for the connection",
        Action::Route => "make the routes",
        Action::Remove => "take the connection down",
    }
}

fn failed(reason: Reason) -> &'static str {
    match reason {
        Reason::Rejected => "the far side rejected the request",
        Reason::Expired => "the far side did not answer the request in time",
        Reason::Invalid => "the cloud did not take the request",
        Reason::Overlap => "the far network has a peering with overlapping addresses",
        Reason::Deleted => "the connection was deleted on the far side",
        Reason::Denied => "the cloud does not permit it",
    }
}

/// What a network's decision becomes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HeldNetwork {
    pub decision: NetworkDecision,
    pub note: Note,
    /// Whether the network stays when nobody wants it any more.
    pub kept: bool,
}

/// How a container stands to its network.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ties {
    /// Whether it has a peering.
    pub wanted: bool,
    /// Whether a peering of it is to adopt a connection, and the network of that.
    pub adopting: bool,
    /// Whether the network stays when nobody wants it any more.
    pub kept: bool,
}

/// A decision about a network, which `network` was before, in an account with that policy.
pub(super) fn network(
    network: &Network,
    note: &Note,
    seen: &NetworkSeen,
    decision: NetworkDecision,
    ties: Ties,
    policy: Policy,
) -> HeldNetwork {
    let Ties { wanted, adopting, kept } = ties;
    let stands = matches!(seen, NetworkSeen::Ready(_));
    let gone = matches!(decision.next, Network::Absent);
    let settled = if stands {
        1
    } else if gone {
        0
    } else {
        note.settled
    };
    let plain = Note { trouble: None, says: None, settled };
    let hands_off = |next: Network, recheck, note, kept| HeldNetwork {
        decision: NetworkDecision { next, action: None, recheck },
        note,
        kept,
    };
    if kept && !wanted {
        // It was there before us, or was let go: it is ours to forget, not to take down.
        return hands_off(Network::Absent, Recheck::Idle, Note::default(), kept);
    }
    if adopting && !stands {
        return hands_off(network.clone(), Recheck::Poll, plain, kept);
    }
    let stays = matches!(seen, NetworkSeen::Ready(_) | NetworkSeen::Making | NetworkSeen::Removing);
    let went = wanted && matches!(network, Network::Ready(_)) && !stays;
    let mends = policy.mends();
    // One that we make is ours alone.
    let left = kept && decision.action != Some(NetworkAction::Make);
    if went && note.settled > 0 {
        let told = Note { settled: note.settled, ..Note::default() }
            .with(Trouble::NetworkGone, "our network is gone, and it was not taken down here");
        return if mends {
            HeldNetwork { decision, note: told, kept: left }
        } else {
            hands_off(network.clone(), Recheck::Poll, told, kept)
        };
    }
    if let Some(action) = decision.action.filter(|_| policy.read_only) {
        let would = match action {
            NetworkAction::Make => "it would make the network",
            NetworkAction::Remove => "it would take the network down",
        };
        return hands_off(network.clone(), Recheck::Poll, plain.with(Trouble::ReadOnly, would), kept);
    }
    HeldNetwork { decision, note: plain, kept: left }
}

/// What is told of a failure. A drift that was told stays told while nobody can look.
pub(super) fn failure(note: &Note, error: &DriverError) -> Note {
    let drifts = note.trouble.is_some_and(Trouble::drift);
    match error {
        DriverError::Transient(_) | DriverError::Throttled(_) if drifts => note.clone(),
        DriverError::Transient(says) => note.with(Trouble::Unreachable, says.as_str()),
        DriverError::Throttled(_) => note.with(Trouble::Throttled, error.to_string()),
        DriverError::Denied(says) => note.with(Trouble::Denied, says.as_str()),
        DriverError::Rejected { says, .. } => note.with(Trouble::Rejected, says.as_str()),
    }
}
