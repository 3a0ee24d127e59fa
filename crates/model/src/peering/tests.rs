//! What may be asked of a peering, and what collides.

use super::*;
use crate::Cidr;

fn spec(vpc: &str, block: &str) -> PeeringSpec {
    PeeringSpec::Aws {
        account_id: "123456789012".into(),
        vpc_id: vpc.into(),
        region: "us-east-1".into(),
        route_block: Cidr::parse(block).expect("canonical"),
    }
}

fn peering(state: State) -> Peering {
    Peering {
        state,
        connection_id: Some("pcx-1".into()),
        ..Peering::new(
            "6a793f62c0eb9e7a1771502a".parse().expect("id"),
            "6a793f62c0eb9e7a1771502b".parse().expect("id"),
            "6a793f62c0eb9e7a1771502c".parse().expect("id"),
            spec("vpc-0123456789abcdef0", "10.0.0.0/16"),
            Timestamp::from_seconds(0),
        )
    }
}

#[test]
fn states_survive_the_trip_through_their_names() {
    for state in State::all() {
        assert_eq!(State::from_names(state.name(), state.reason().map(Reason::name)), Some(state));
    }
    assert_eq!(State::from_names("failed", None), None);
    assert_eq!(State::from_names("active", Some("rejected")), None);
}

#[test]
fn another_vpc_asks_anew_and_another_route_block_does_not() {
    let now = Timestamp::from_seconds(9);
    let active = peering(State::Active);
    let moved = active.change(&spec("vpc-0fffffffffffffff0", "10.0.0.0/16"), now).expect("allowed");
    assert_eq!((moved.state, moved.incarnation, moved.generation), (State::Requested, 2, 2));
    let rerouted = active.change(&spec("vpc-0123456789abcdef0", "10.1.0.0/16"), now).expect("allowed");
    assert_eq!((rerouted.state, rerouted.incarnation, rerouted.generation), (State::Active, 1, 2));
    assert_eq!(active.change(&active.spec, now), Ok(active.clone()));
}

#[test]
fn a_peering_on_its_way_refuses_changes_but_takes_its_own_values() {
    let now = Timestamp::from_seconds(9);
    for state in [State::Requested, State::Establishing] {
        let peering = peering(state);
        assert!(matches!(
            peering.change(&spec("vpc-0fffffffffffffff0", "10.0.0.0/16"), now),
            Err(Refusal::PeeringInvalidState { .. })
        ));
        assert!(peering.change(&peering.spec.clone(), now).is_ok());
    }
    let going = peering(State::Active).unwanted(now);
    assert!(going.change(&going.spec.clone(), now).is_err());
    assert_eq!(going.check_delete(), Err(Refusal::AlreadyRemoving { id: going.id }));
}

#[test]
fn a_second_peering_with_the_same_network_or_addresses_is_refused() {
    let here = [peering(State::Active)];
    let beside = Beside { containers: &[], peerings: &here };
    assert!(matches!(
        check_spec(&spec("vpc-0123456789abcdef0", "10.9.0.0/16"), beside),
        Err(Refusal::PeeringExists { .. })
    ));
    assert!(matches!(
        check_spec(&spec("vpc-0fffffffffffffff0", "10.0.128.0/24"), beside),
        Err(Refusal::OverlapsPeering { .. })
    ));
    assert_eq!(check_spec(&spec("vpc-0fffffffffffffff0", "10.9.0.0/16"), beside), Ok(()));
    assert!(matches!(
        check_spec(&spec("vpc-0fffffffffffffff0", "11.9.0.0/16"), beside),
        Err(Refusal::RouteNotPrivate { .. })
    ));
}

#[test]
fn the_project_limits_are_fifty_and_twenty_five_pending() {
    let max =
        Count { all: crate::limits::PEERINGS.default, pending: crate::limits::PENDING_PEERINGS.default };
    let check = |all, pending| check_count(Count { all, pending }, max);
    assert_eq!(check(49, 24), Ok(()));
    assert_eq!(check(50, 0), Err(Refusal::TooManyPeerings { max: 50 }));
    assert_eq!(check(30, 25), Err(Refusal::TooManyPeerings { max: 25 }));
}

#[test]
fn the_states_that_count_as_pending_are_listed() {
    let pending: Vec<State> = State::all().into_iter().filter(|state| state.pending()).collect();
    assert_eq!(pending, State::PENDING);
}
