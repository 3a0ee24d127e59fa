//! Why a peering is in its state, and what would move it on.
//!
//! The words are made of the same facts from which the reconciler decides, so that they can't tell
//! of another world: the peering, what the simulated cloud shows, its container's network; of a real
//! cloud, what the last look noted.

mod real;

use model::binding::{Policy, Terms, terms_of};
use model::container::Network;
use model::peering::machine::Connection;
use model::peering::{Reason, State};
use model::world::{Acceptance, SimConnection};
use model::{AccountName, Cloud, Note, Peering, PeeringId, ProjectId, Provider, Timestamp};
use store::{PeeringView, Schedule, Store};

use crate::convert::time;

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
    /// The account that it lives in, if that is a real one.
    pub account: Option<Account<'a>>,
    /// Whether a server works on it.
    pub served: bool,
    /// Now, by the world's clock.
    pub now: Timestamp,
}

/// A real account, as a story needs it.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    /// Its name.
    pub name: &'a AccountName,
    /// What may be done there; nobody knows, if it is not configured.
    pub policy: Option<Policy>,
    /// What the last look at the peering noted.
    pub note: &'a Note,
    /// What the last look at its container's network noted.
    pub network_note: &'a Note,
    /// The connection that it is to adopt, until it has.
    pub adopts: Option<&'a str>,
}

/// What is read of one peering for its story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The peering.
    pub view: PeeringView,
    /// Its container's network.
    pub network: Network,
    /// What the last look at that noted.
    pub network_note: Note,
    /// What is recorded of its simulated connection.
    pub connection: Option<SimConnection>,
    /// Whether the far sides of its project answer by themselves.
    pub acceptance: Acceptance,
    /// Its cloud.
    pub cloud: Cloud,
    /// The connection that it is to adopt, until it has.
    pub adopts: Option<String>,
    /// When it is looked at again.
    pub schedule: Schedule,
}

impl Known {
    /// Reads it all; nothing, if the peering is not there.
    pub async fn read(store: &Store, project: ProjectId, id: PeeringId) -> store::Result<Option<Self>> {
        let Some(view) = store.peering_get(project, id).await? else { return Ok(None) };
        let Some(schedule) = store.peering_schedule(project, id).await? else { return Ok(None) };
        let Some((container, network_note)) = store.container_noted(project, view.peering.container).await?
        else {
            return Ok(None);
        };
        let cloud = store.binding_get(project, view.peering.spec.provider()).await?;
        let connection = match cloud {
            Cloud::Simulated => store.sim_connection(id).await?,
            Cloud::Account(_) => None,
        };
        let acceptance = store.project_get(project).await?.map(|project| project.world.acceptance);
        Ok(Some(Self {
            network: container.network,
            network_note,
            connection,
            acceptance: acceptance.unwrap_or_default(),
            cloud,
            adopts: store.peering_adopts(project, id).await?,
            schedule,
            view,
        }))
    }

    /// The same as facts, with what is configured here.
    pub fn facts<'a>(&'a self, accounts: &[Terms], served: bool, now: Timestamp) -> Facts<'a> {
        let account = self.cloud.account().map(|name| Account {
            name,
            policy: terms_of(accounts, name).map(|terms| terms.policy),
            note: &self.view.note,
            network_note: &self.network_note,
            adopts: self.adopts.as_deref(),
        });
        Facts {
            peering: &self.view.peering,
            network: &self.network,
            connection: self.connection.as_ref(),
            acceptance: self.acceptance,
            account,
            served,
            now,
        }
    }
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
    let mut story = match (&facts.account, facts.peering.state) {
        (Some(account), _) => real::tell(facts, account),
        (None, state) => simulated(facts, state, shown, changes_at),
    };
    if !facts.served && !matches!(facts.peering.state, State::Active | State::Failed(_)) {
        story.next.push(
            "no server works on this data folder: nothing moves until `landbridge serve` does".to_owned(),
        );
    }
    story
}

fn simulated(facts: &Facts<'_>, state: State, shown: Connection, changes_at: Option<Timestamp>) -> Story {
    match state {
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
    }
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

#[cfg(test)]
mod tests {
    use model::PeeringSpec;
    use model::container::NetworkIds;
    use model::world::Latency;
    use model::world::connection::Request;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn peering(provider: Provider, state: State) -> Peering {
        let spec = match provider {
            Provider::Aws => PeeringSpec::Aws {
                account_id: "123456789012".to_owned(),
                vpc_id: "vpc-0123456789abcdef0".to_owned(),
                region: "us-east-1".to_owned(),
                route_block: model::Cidr::parse("10.0.0.0/16").expect("canonical"),
            },
            Provider::Azure => PeeringSpec::Azure {
                directory_id: "d".to_owned(),
                subscription_id: "s".to_owned(),
                resource_group: "g".to_owned(),
                vnet_name: "v".to_owned(),
            },
            Provider::Gcp => PeeringSpec::Gcp { project_id: "p".to_owned(), network_name: "n".to_owned() },
        };
        let id = |n: u8| model::id::ObjectId::from_bytes([n; 12]);
        Peering {
            wanted: !matches!(state, State::Removing | State::Removed),
            state,
            ..Peering::new(id(1).into(), id(2).into(), id(3).into(), spec, NOW)
        }
    }

    fn asked_for(peering: &Peering) -> SimConnection {
        SimConnection::request(Request {
            peering,
            near_block: model::Cidr::parse("192.168.0.0/21").expect("canonical"),
            latency: Latency::Instant,
            acceptance: Acceptance::Manual,
            rivals: &[],
            refused: None,
            now: NOW,
        })
    }

    fn story(peering: &Peering, connection: Option<&SimConnection>, served: bool) -> Story {
        let network = Network::Ready(NetworkIds::Azure { vnet_name: "v".to_owned() });
        let acceptance = Acceptance::Manual;
        tell(&Facts { peering, network: &network, connection, acceptance, account: None, served, now: NOW })
    }

    #[test]
    fn every_state_at_every_provider_has_a_reason_and_a_way_on() {
        for provider in Provider::ALL {
            for state in State::all() {
                let peering = peering(provider, state);
                let connection = asked_for(&peering);
                for connection in [None, Some(&connection)] {
                    let told = story(&peering, connection, true);
                    assert!(!told.why.is_empty() && !told.next.is_empty(), "{state:?}");
                }
            }
        }
    }

    #[test]
    fn whoever_waits_for_the_far_side_is_told_the_command_that_plays_it() {
        for (provider, verb) in [(Provider::Aws, "far-side accept 01"), (Provider::Gcp, "far-side create 01")]
        {
            let peering = peering(provider, State::AwaitingPeer);
            let told = story(&peering, Some(&asked_for(&peering)), true);
            assert!(told.next[0].contains(verb), "{told:?}");
            assert_eq!(
                told.next.iter().any(|way| way.contains("expires")),
                provider == Provider::Aws,
                "{told:?}"
            );
        }
    }

    #[test]
    fn what_moves_only_while_a_server_works_says_so() {
        let idle = |state| {
            let peering = peering(Provider::Aws, state);
            story(&peering, None, false).next.iter().any(|way| way.contains("no server works"))
        };
        assert!(idle(State::Requested) && idle(State::Removing));
        assert!(!idle(State::Active) && !idle(State::Failed(Reason::Rejected)));
    }

    #[test]
    fn only_amazons_failed_peerings_can_be_asked_for_anew_by_a_change() {
        let ways = |provider| story(&peering(provider, State::Failed(Reason::Expired)), None, true).next;
        assert!(ways(Provider::Aws)[0].starts_with("PATCH"));
        assert!(ways(Provider::Azure).iter().all(|way| !way.starts_with("PATCH")));
    }
}
