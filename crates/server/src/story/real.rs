//! Stories of peerings in real accounts: made of what the last look noted.

use model::binding::Policy;
use model::peering::{Reason, State};
use model::{PeeringSpec, Provider, Trouble};

use super::{Account, Facts, Story};

/// Tells it.
pub fn tell(facts: &Facts<'_>, account: &Account<'_>) -> Story {
    let (mut why, mut next) = match account.adopts {
        Some(id) if facts.peering.wanted => (
            format!("connection {id} is to be adopted"),
            vec!["the next look, which puts our mark on it".to_owned()],
        ),
        Some(_) | None => by_state(facts, account),
    };
    let waits = facts.peering.state == State::Requested && account.note.trouble.is_none();
    let note =
        if waits && account.network_note.trouble.is_some() { account.network_note } else { account.note };
    if let Some(says) = &note.says {
        why.push_str(&format!("; the cloud says: {says}"));
    }
    if let Some(trouble) = note.trouble {
        next.splice(0..0, mend(facts, account, trouble));
    }
    Story { why, next }
}

fn by_state(facts: &Facts<'_>, account: &Account<'_>) -> (String, Vec<String>) {
    let name = account.name;
    let (why, next) = match facts.peering.state {
        State::Requested if facts.network.ids().is_none() => (
            "its container's own network has to stand first".to_owned(),
            vec![format!("the next look at the network in account {name}")],
        ),
        State::Requested => (
            format!("the cloud has not shown the request yet, in account {name}"),
            vec!["the next look at it".to_owned()],
        ),
        State::AwaitingPeer => (
            "our side stands, and the customer has not answered".to_owned(),
            vec![format!("in the customer's own account: {}", answer(facts))],
        ),
        State::Establishing => (
            "the far side said yes, and our routes are being made".to_owned(),
            vec!["the next look at it".to_owned()],
        ),
        State::Active if account.note.trouble.is_some_and(Trouble::drift) => {
            ("it was complete, and something has changed in the cloud since".to_owned(), Vec::new())
        }
        State::Active => (
            "both sides and the routes stand; traffic flows".to_owned(),
            vec!["nothing has to: it stays until somebody deletes it, here or on the far side".to_owned()],
        ),
        State::Failed(reason) => (failed(reason).to_owned(), again(facts)),
        State::Removing if facts.peering.stuck.is_some() => (
            "it was deleted, but the cloud refuses to take the connection down; it is tried again".to_owned(),
            vec!["the next try".to_owned()],
        ),
        State::Removing => (
            "it was deleted, and its connection is being taken down".to_owned(),
            vec!["the next look at it".to_owned()],
        ),
        State::Removed => ("it was seen to be gone".to_owned(), vec!["nothing".to_owned()]),
    };
    (why, next)
}

fn failed(reason: Reason) -> &'static str {
    match reason {
        Reason::Rejected => "the far side rejected the request",
        Reason::Expired => "nobody on the far side answered the request in time",
        Reason::Invalid => "the cloud did not take the request: no such account, network or region",
        Reason::Overlap => "addresses overlap with a peering or a route that is there",
        Reason::Deleted => "the connection is gone, and it was not deleted here",
        Reason::Denied => "our account may not do what it takes",
    }
}

fn again(facts: &Facts<'_>) -> Vec<String> {
    let mut next = vec!["DELETE: what is left is taken down, and the same can be asked for anew".to_owned()];
    if facts.peering.spec.provider() == Provider::Aws {
        next.insert(
            0,
            "PATCH with another account, VPC, region or block: the connection is asked for anew".to_owned(),
        );
    }
    next
}

/// What the customer does in their own account, as a command.
fn answer(facts: &Facts<'_>) -> String {
    let id = facts.peering.connection_id.as_deref().unwrap_or("CONNECTION_ID");
    match &facts.peering.spec {
        PeeringSpec::Aws { region, .. } => format!(
            "`aws ec2 accept-vpc-peering-connection --region {region} --vpc-peering-connection-id {id}`"
        ),
        PeeringSpec::Azure { subscription_id, .. } => format!(
            "give our service principal the role for peering in subscription {subscription_id}, see docs/clouds.md"
        ),
        PeeringSpec::Gcp { project_id, network_name } => format!(
            "`gcloud compute networks peerings create NAME --project {project_id} --network {network_name} \
             --peer-project OURS --peer-network OURS`, with the names that the container shows"
        ),
    }
}

/// What somebody can do about it.
fn mend(facts: &Facts<'_>, account: &Account<'_>, trouble: Trouble) -> Vec<String> {
    let name = account.name;
    let mends = account.policy.is_some_and(Policy::mends);
    let setting =
        format!("set mend = true in [accounts.{name}] and start the server again: it is made as it was");
    match trouble {
        Trouble::NoAccount => vec![format!(
            "configure [accounts.{name}] again and start the server; until then it waits, and nothing is lost"
        )],
        Trouble::ReadOnly => vec![
            format!("set read_only = false in [accounts.{name}] and start the server again"),
            "or do it by hand: the next look sees it".to_owned(),
        ],
        Trouble::Unreachable | Trouble::Throttled => {
            vec!["it is tried again, at the latest after a minute".to_owned()]
        }
        Trouble::Denied => vec![format!(
            "`landbridge doctor --account {name}`: which permission is missing, and the policy to paste"
        )],
        Trouble::Rejected => vec!["what the cloud says has to be mended there".to_owned()],
        Trouble::Differs if mends => {
            vec!["it is being made as it was: the account's policy says so".to_owned()]
        }
        Trouble::Differs => vec![setting, "or make it as it was in the cloud".to_owned()],
        Trouble::RouteGone if mends => vec!["it is being made anew: the account's policy says so".to_owned()],
        Trouble::RouteGone => {
            let mut ways = vec![setting];
            ways.extend(route(facts));
            ways
        }
        Trouble::ConnectionGone => vec![if mends {
            "one that carried traffic is asked for anew: the account's policy says so".to_owned()
        } else {
            format!("{setting}, from the next time on")
        }],
        Trouble::NetworkGone if mends => {
            vec!["it is being made anew: the account's policy says so".to_owned()]
        }
        Trouble::NetworkGone => vec![setting],
    }
}

/// The route by hand, as a command.
fn route(facts: &Facts<'_>) -> Option<String> {
    let id = facts.peering.connection_id.as_deref()?;
    let block = facts.peering.spec.route_block()?;
    Some(format!(
        "`aws ec2 create-route --route-table-id OURS --destination-cidr-block {block} \
         --vpc-peering-connection-id {id}`"
    ))
}

#[cfg(test)]
mod tests {
    use model::container::Network;
    use model::world::Acceptance;
    use model::{AccountName, Note, Peering, Timestamp};

    use super::*;

    fn told(state: State, note: &Note, policy: Option<Policy>) -> Story {
        let id = |n: u8| model::id::ObjectId::from_bytes([n; 12]);
        let now = Timestamp::from_seconds(1_800_000_000);
        let peering = Peering {
            state,
            connection_id: Some("pcx-1".to_owned()),
            ..Peering::new(
                id(1).into(),
                id(2).into(),
                id(3).into(),
                PeeringSpec::Aws {
                    account_id: "123456789012".to_owned(),
                    vpc_id: "vpc-0123456789abcdef0".to_owned(),
                    region: "eu-west-1".to_owned(),
                    route_block: model::Cidr::parse("10.0.0.0/16").expect("canonical"),
                },
                now,
            )
        };
        let name = AccountName::parse("prod").expect("a name");
        let account = Account { name: &name, policy, note, network_note: &Note::default(), adopts: None };
        super::super::tell(&Facts {
            peering: &peering,
            network: &Network::Absent,
            connection: None,
            acceptance: Acceptance::Manual,
            account: Some(account),
            served: true,
            now,
        })
    }

    #[test]
    fn the_clouds_own_words_are_told_with_what_to_do_for_every_trouble_in_every_state() {
        for state in State::all() {
            for trouble in Trouble::ALL {
                for policy in [None, Some(Policy { read_only: false, mend: true })] {
                    let told = told(state, &Note::default().with(trouble, "Own words."), policy);
                    assert!(told.why.contains("Own words."), "{told:?}");
                    assert!(!told.next.is_empty(), "{told:?}");
                }
            }
        }
    }

    #[test]
    fn whoever_waits_for_a_real_customer_is_given_the_customers_command_and_no_far_side_of_ours() {
        let told = told(State::AwaitingPeer, &Note::default(), None);
        assert!(
            told.next[0].contains("aws ec2 accept-vpc-peering-connection --region eu-west-1"),
            "{told:?}"
        );
        assert!(told.next.iter().all(|way| !way.contains("landbridge far-side")), "{told:?}");
    }

    #[test]
    fn a_lost_route_is_mended_by_policy_or_by_the_command_that_is_told() {
        let gone = Note::default().with(Trouble::RouteGone, "blackhole");
        let by_hand = told(State::Active, &gone, Some(Policy { read_only: false, mend: false }));
        assert!(by_hand.next[0].contains("mend = true in [accounts.prod]"), "{by_hand:?}");
        assert!(by_hand.next[1].contains("create-route"), "{by_hand:?}");
        let by_itself = told(State::Active, &gone, Some(Policy { read_only: false, mend: true }));
        assert!(by_itself.next[0].contains("made anew"), "{by_itself:?}");
        let read_only = told(State::Active, &gone, Some(Policy { read_only: true, mend: true }));
        assert!(read_only.next[1].contains("create-route"), "{read_only:?}");
    }
}
