//! The full table, and what must be true of every line of it.

use super::*;
use crate::peering::PeeringSpec;

fn peering(state: State, wanted: bool) -> Peering {
    Peering {
        id: "6a793f62c0eb9e7a1771502a".parse().expect("id"),
        project: "6a793f62c0eb9e7a1771502b".parse().expect("id"),
        container: "6a793f62c0eb9e7a1771502c".parse().expect("id"),
        spec: PeeringSpec::Gcp { project_id: "p".into(), network_name: "n".into() },
        wanted,
        state,
        generation: 1,
        incarnation: 1,
        connection_id: None,
        stuck: None,
        created_at: Timestamp::from_seconds(0),
        state_since: Timestamp::from_seconds(0),
    }
}

fn observed(connection: Connection, near_network: bool) -> Observed {
    Observed { connection, connection_id: None, changes_at: None, near_network, says: None }
}

fn every() -> impl Iterator<Item = (Peering, Observed)> {
    [true, false].into_iter().flat_map(|wanted| {
        State::all().into_iter().flat_map(move |state| {
            Connection::ALL.into_iter().flat_map(move |connection| {
                [false, true].map(|near| (peering(state, wanted), observed(connection, near)))
            })
        })
    })
}

#[test]
fn the_transition_table_is_the_golden_one() {
    let mut table = String::new();
    for (peering, observed) in every() {
        // The near network matters in one line only; show it there.
        let matters =
            peering.wanted && peering.state == State::Requested && observed.connection == Connection::Absent;
        if !observed.near_network && !matters {
            continue;
        }
        let decision = step(&peering, &observed);
        table.push_str(&format!(
            "{:<9} {:<17} sees {:<11}{} -> {:<17} {:<8} {:?}\n",
            if peering.wanted { "wanted" } else { "unwanted" },
            format!("{:?}", peering.state),
            format!("{:?}", observed.connection),
            match (matters, observed.near_network) {
                (true, true) => "+network",
                (true, false) => "-network",
                (false, _) => "",
            },
            format!("{:?}", decision.next),
            decision.action.map_or("-".to_owned(), |action| format!("{action:?}")),
            decision.recheck,
        ));
    }
    insta::assert_snapshot!("transitions", table);
}

#[test]
fn an_unwanted_peering_is_never_shown_as_anything_but_going() {
    for (peering, observed) in every().filter(|(peering, _)| !peering.wanted) {
        let next = step(&peering, &observed).next;
        assert!(matches!(next, State::Removing | State::Removed), "{peering:?} {observed:?} {next:?}");
    }
}

#[test]
fn a_row_is_given_up_only_when_the_cloud_shows_nothing() {
    for (peering, observed) in every() {
        if step(&peering, &observed).next == State::Removed && peering.state != State::Removed {
            assert_eq!(observed.connection, Connection::Absent);
            assert!(!peering.wanted || peering.state == State::Removing);
        }
    }
}

#[test]
fn nothing_is_asked_of_a_cloud_without_a_near_network() {
    for (peering, observed) in every().filter(|(_, observed)| !observed.near_network) {
        assert_ne!(step(&peering, &observed).action, Some(Action::Request));
    }
}

#[test]
fn a_peering_that_is_kept_never_removes_what_is_its_own() {
    for (peering, observed) in
        every().filter(|(peering, _)| peering.wanted && peering.state != State::Removing)
    {
        if step(&peering, &observed).action == Some(Action::Remove) {
            assert_eq!(observed.connection, Connection::Outdated);
        }
    }
}

#[test]
fn deciding_twice_on_the_same_facts_decides_the_same() {
    for (peering, observed) in every() {
        let first = step(&peering, &observed);
        let settled = Peering { state: first.next, ..peering };
        let second = step(&settled, &observed);
        if first.next != State::Removed {
            assert_eq!(second.next, first.next, "{settled:?} {observed:?}");
        }
    }
}

#[test]
fn pauses_grow_and_are_bounded() {
    let pauses: Vec<_> = (1..40).map(backoff).collect();
    assert!(pauses.windows(2).all(|pair| pair[0] <= pair[1]));
    assert_eq!(pauses[0], Duration::from_millis(100));
    assert_eq!(pauses[38], BACKOFF_MAX);
}
