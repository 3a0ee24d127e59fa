//! How the near network of a container comes and goes.
//!
//! ```text
//!            wanted                 seen standing
//!   Absent ----------> Making ----------------------> Ready
//!     ^                                                 | not wanted
//!     |                seen to be gone                  v
//!     +--------------------------------------------- Removing
//! ```
//!
//! A network is wanted while the container has a peering. A removal, once begun, always runs to
//! its end, even if a new peering comes meanwhile: the late effect of a delete call must never hit
//! a network that somebody counts on.

use crate::container::{Network, NetworkIds};
use crate::peering::machine::Recheck;
use crate::time::Timestamp;

/// What a cloud shows of a near network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkSeen {
    /// Nothing carries our mark.
    Absent,
    /// It is being made.
    Making,
    /// Part of it stands, and nothing is under way: somebody who made it, or took it down, was
    /// stopped in between.
    Partial,
    /// It stands.
    Ready(NetworkIds),
    /// It is being taken down.
    Removing,
}

/// One look at a near network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkObserved {
    /// What is there.
    pub network: NetworkSeen,
    /// When it will change by itself, where the cloud can tell.
    pub changes_at: Option<Timestamp>,
}

/// What a driver is asked to do to a near network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetworkAction {
    /// Make it.
    Make,
    /// Take it down.
    Remove,
}

/// What one look at a container's network leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkDecision {
    /// The network from now on.
    pub next: Network,
    /// What to do about it.
    pub action: Option<NetworkAction>,
    /// When to look again.
    pub recheck: Recheck,
}

/// Decides for one container: total, pure, the same answer for the same facts.
pub fn step(network: &Network, wanted: bool, observed: &NetworkObserved) -> NetworkDecision {
    use NetworkSeen as Seen;
    let wait = |next| NetworkDecision { next, action: None, recheck: Recheck::of(observed.changes_at) };
    let act = |next, action| NetworkDecision { next, action: Some(action), recheck: Recheck::Now };
    match (network, &observed.network, wanted) {
        // A removal runs to its end, wanted or not.
        (Network::Removing, Seen::Absent, true) => {
            NetworkDecision { next: Network::Absent, action: None, recheck: Recheck::Now }
        }
        (Network::Removing, Seen::Making | Seen::Partial | Seen::Ready(_), _) => {
            act(Network::Removing, NetworkAction::Remove)
        }
        (_, Seen::Removing, _) => wait(Network::Removing),
        // Wanted: make it, wait for it, keep it. If it went behind our back, make it again.
        (Network::Absent | Network::Making | Network::Ready(_), Seen::Absent | Seen::Partial, true) => {
            act(Network::Making, NetworkAction::Make)
        }
        (Network::Absent | Network::Making | Network::Ready(_), Seen::Making, true) => wait(Network::Making),
        (Network::Absent | Network::Making | Network::Ready(_), Seen::Ready(ids), true) => {
            wait(Network::Ready(ids.clone()))
        }
        // Not wanted: take down whatever is there.
        (Network::Absent | Network::Making | Network::Ready(_) | Network::Removing, Seen::Absent, false) => {
            NetworkDecision { next: Network::Absent, action: None, recheck: Recheck::Idle }
        }
        (
            Network::Absent | Network::Making | Network::Ready(_),
            Seen::Making | Seen::Partial | Seen::Ready(_),
            false,
        ) => act(Network::Removing, NetworkAction::Remove),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole table as text: the golden file is what a reviewer reads first.
    #[test]
    fn the_table_of_a_near_network_is_the_golden_one() {
        let ids = NetworkIds::Aws { vpc_id: "vpc".into() };
        let mut table = String::new();
        for wanted in [true, false] {
            for network in [Network::Absent, Network::Making, Network::Ready(ids.clone()), Network::Removing]
            {
                for seen in [
                    NetworkSeen::Absent,
                    NetworkSeen::Making,
                    NetworkSeen::Partial,
                    NetworkSeen::Ready(ids.clone()),
                    NetworkSeen::Removing,
                ] {
                    let observed = NetworkObserved { network: seen.clone(), changes_at: None };
                    let decision = step(&network, wanted, &observed);
                    table.push_str(&format!(
                        "{:<10} {:<9} sees {:<9} -> {:<9} {:<7} {:?}\n",
                        if wanted { "wanted" } else { "unwanted" },
                        word(&format!("{network:?}")),
                        word(&format!("{seen:?}")),
                        word(&format!("{:?}", decision.next)),
                        decision.action.map_or("-".to_owned(), |action| format!("{action:?}")),
                        decision.recheck,
                    ));
                }
            }
        }
        insta::assert_snapshot!("network_transitions", table);
    }

    fn word(debug: &str) -> String {
        debug.split('(').next().unwrap_or_default().to_owned()
    }
}
