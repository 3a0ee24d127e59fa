//! What both sides see, moment by moment.

use std::time::Duration;

use super::*;
use crate::{PeeringSpec, provider};

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

fn peering(spec: PeeringSpec) -> Peering {
    Peering::new(
        "6a793f62c0eb9e7a1771502a".parse().expect("id"),
        "6a793f62c0eb9e7a1771502b".parse().expect("id"),
        "6a793f62c0eb9e7a1771502c".parse().expect("id"),
        spec,
        NOW,
    )
}

fn cidr(text: &str) -> Cidr {
    Cidr::parse(text).expect("canonical")
}

fn aws() -> Peering {
    peering(PeeringSpec::Aws {
        account_id: "123456789012".into(),
        vpc_id: "vpc-0123456789abcdef0".into(),
        region: provider::aws_region("US_EAST_1"),
        route_block: cidr("10.0.0.0/16"),
    })
}

fn gcp() -> Peering {
    peering(PeeringSpec::Gcp { project_id: "customer".into(), network_name: "default".into() })
}

fn azure() -> Peering {
    peering(PeeringSpec::Azure {
        directory_id: "d".into(),
        subscription_id: "s".into(),
        resource_group: "rg".into(),
        vnet_name: "vnet".into(),
    })
}

fn request(peering: &Peering, latency: Latency, rivals: &[Cidr]) -> SimConnection {
    SimConnection::request(Request {
        peering,
        near_block: cidr("192.168.248.0/21"),
        latency,
        acceptance: Acceptance::Manual,
        rivals,
        refused: None,
        now: NOW,
    })
}

#[test]
fn an_aws_request_goes_from_asked_through_pending_and_accepted_to_routed() {
    let peering = aws();
    let connection = request(&peering, Latency::Lifelike, &[]);
    let (seen, changes_at) = connection.show(&peering, NOW);
    assert_eq!(seen, Connection::Requesting);
    let shown = changes_at.expect("it appears by itself");
    assert_eq!(connection.show(&peering, shown).0, Connection::Pending);
    let accepted = connection.far_act(&peering, FarAction::Accept, shown).expect("pending can be accepted");
    assert_eq!(accepted.show(&peering, shown).0, Connection::Accepted);
    let routed = accepted.route(peering.spec.route_block(), shown);
    let (seen, changes_at) = routed.show(&peering, shown);
    assert_eq!(seen, Connection::Routing);
    assert_eq!(routed.show(&peering, changes_at.expect("routes come")).0, Connection::Routed);
}

#[test]
fn an_aws_request_expires_after_seven_days_of_silence() {
    let peering = aws();
    let connection = request(&peering, Latency::Instant, &[]);
    let day = Duration::from_secs(86_400);
    assert_eq!(connection.show(&peering, NOW.after(7 * day - Duration::from_secs(1))).0, Connection::Pending);
    assert_eq!(connection.show(&peering, NOW.after(7 * day)).0, Connection::Expired);
}

#[test]
fn the_half_at_google_comes_and_goes() {
    let peering = gcp();
    let connection = request(&peering, Latency::Instant, &[]);
    assert_eq!(connection.show(&peering, NOW).0, Connection::Pending);
    let up = connection.far_act(&peering, FarAction::Create, NOW).expect("waiting");
    assert_eq!(up.show(&peering, NOW).0, Connection::Routed);
    let down = up.far_act(&peering, FarAction::Delete, NOW).expect("up");
    assert_eq!(down.show(&peering, NOW).0, Connection::Pending);
    assert!(down.far_act(&peering, FarAction::Delete, NOW).is_err());
}

#[test]
fn azure_needs_nobody_and_refuses_overlap_at_one_far_network() {
    let peering = azure();
    assert_eq!(request(&peering, Latency::Instant, &[]).show(&peering, NOW).0, Connection::Routed);
    let rivals = [cidr("192.168.248.0/21")];
    assert_eq!(request(&peering, Latency::Instant, &rivals).show(&peering, NOW).0, Connection::Overlap);
    assert_eq!(request(&aws(), Latency::Instant, &rivals).show(&aws(), NOW).0, Connection::Pending);
}

#[test]
fn what_the_far_side_can_do_depends_on_what_it_sees() {
    let peering = aws();
    let connection = request(&peering, Latency::Instant, &[]);
    let rejected = connection.far_act(&peering, FarAction::Reject, NOW).expect("pending");
    assert_eq!(rejected.show(&peering, NOW).0, Connection::Rejected);
    let refusal = rejected.far_act(&peering, FarAction::Accept, NOW).expect_err("too late");
    assert_eq!(
        refusal,
        Refusal::FarSideCant { action: FarAction::Accept, shows: "rejected", allowed: Vec::new() }
    );
}

#[test]
fn asking_twice_changes_nothing() {
    let peering = aws();
    let connection = request(&peering, Latency::Lifelike, &[]);
    let routed = connection.clone().route(peering.spec.route_block(), NOW);
    let later = NOW.after(Duration::from_secs(5));
    assert_eq!(routed.clone().route(peering.spec.route_block(), later), routed);
    let removed = connection.remove(NOW);
    assert_eq!(removed.clone().remove(later), removed);
    assert_eq!(request(&peering, Latency::Lifelike, &[]), request(&peering, Latency::Lifelike, &[]));
}

#[test]
fn a_connection_of_an_earlier_incarnation_is_outdated() {
    let peering = aws();
    let connection = request(&peering, Latency::Instant, &[]);
    let anew = Peering { incarnation: 2, ..peering };
    assert_eq!(connection.show(&anew, NOW).0, Connection::Outdated);
}
