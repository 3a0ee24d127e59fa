//! What a store shows of itself: how things stand, what is counted, and to which trace due rows
//! belong.

use std::future::Future;

use model::Provider;
use model::container::{Network, NetworkIds};
use model::peering::{Reason, State};
use store::{ContainerRecord, Due, PeeringRecord, Queue, Standing};
use telemetry::TraceContext;
use telemetry::trace::Within;

use crate::records::{self, record};
use crate::support::{Home, act, at, aws, gcp, on_every_engine, vpc};

async fn standing(home: &Home, world: i64, real: i64) -> Standing {
    home.store.standing(at(world), at(real)).await.expect("read")
}

/// Provider, state, how many and since when, where there is any.
fn states(standing: &Standing) -> Vec<(Provider, &'static str, u64, Option<i64>)> {
    let there = standing.peerings.iter().filter(|of| of.count > 0);
    let seconds = |of: &store::InState| of.since.map(|since| since.since(at(0)).as_secs().cast_signed());
    there.map(|of| (of.provider, of.state, of.count, seconds(of))).collect()
}

async fn peerings_are_counted_by_provider_and_state(home: &Home) {
    assert_eq!(standing(home, 0, 0).await.peerings.len(), 18, "every pair, also where there is none");
    let here = home.add_container(aws("US_EAST_1")).await;
    let there = home.add_container(model::container::Place::Gcp { regions: Vec::new() }).await;
    home.store.peering_create(home.project, here.id, vpc(1), &act(3)).await.expect("made");
    home.store.peering_create(home.project, here.id, vpc(2), &act(2)).await.expect("made");
    home.add_peering(&there, gcp("n")).await;
    assert_eq!(
        states(&standing(home, 9, 9).await),
        [(Provider::Aws, "requested", 2, Some(2)), (Provider::Gcp, "requested", 1, Some(0))]
    );
    let claimed = home.claim_peerings(0, 0).await.remove(0);
    let failed = PeeringRecord { next: State::Failed(Reason::Expired), ..record(&claimed, Due::Idle) };
    home.store.record_peerings(vec![failed]).await.expect("recorded");
    assert_eq!(states(&standing(home, 9, 9).await)[1], (Provider::Gcp, "failed", 1, Some(5)));
}

async fn stuck_peerings_are_counted_until_they_go_on(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    home.add_peering(&container, vpc(1)).await;
    let claimed = home.claim_peerings(0, 0).await.remove(0);
    for (stuck, count) in [(Some(Reason::Denied), 1), (None, 0)] {
        let seen = PeeringRecord { stuck, keep_lease: true, ..record(&claimed, Due::Now) };
        home.store.record_peerings(vec![seen]).await.expect("recorded");
        assert_eq!(standing(home, 9, 9).await.stuck[0], (Provider::Aws, count));
    }
}

async fn the_queue_has_what_is_due_what_is_held_and_what_waits_longest(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    for (nth, seconds) in [(1, 10), (2, 20), (3, 30)] {
        home.store.peering_create(home.project, container.id, vpc(nth), &act(seconds)).await.expect("made");
    }
    let queue = |due, leased, oldest: Option<i64>| Queue { due, leased, oldest: oldest.map(at) };
    assert_eq!(standing(home, 9, 100).await.due_peerings, queue(0, 0, None));
    assert_eq!(standing(home, 25, 100).await.due_peerings, queue(2, 0, Some(10)));
    assert_eq!(standing(home, 25, 100).await.due_containers, queue(1, 0, Some(10)));
    // The first is held, so the second waits longest; and again, once the lease has run out.
    assert_eq!(home.claim_peerings(10, 100).await.len(), 1);
    assert_eq!(standing(home, 25, 100).await.due_peerings, queue(2, 1, Some(20)));
    assert_eq!(standing(home, 25, 110).await.due_peerings, queue(2, 0, Some(10)));
}

async fn only_a_record_whose_fence_is_lost_counts_as_lost(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let peering = home.add_peering(&container, vpc(1)).await.peering;
    let lost = || home.store.counters().fences_lost.get();
    let outdated = home.claim_peerings(0, 0).await.remove(0);
    home.store.peering_delete(home.project, peering.id, &act(1)).await.expect("asked");
    let save = async |claimed| {
        home.store.record_peerings(vec![record(claimed, Due::Now)]).await.expect("recorded")[0]
    };
    assert_eq!((save(&outdated).await, lost()), (false, 0));
    let late = home.claim_peerings(9, 20).await.remove(0);
    let current = home.claim_peerings(9, 40).await.remove(0);
    assert_eq!((save(&late).await, lost()), (false, 1));
    assert_eq!((save(&current).await, lost()), (true, 1));
}

async fn reads_changes_and_refusals_are_counted(home: &Home) {
    let of = home.store.counters();
    let before = (of.reads.get(), of.committed.get(), of.refused.get());
    home.add_container(aws("US_EAST_1")).await;
    home.store
        .container_create(home.project, aws("US_EAST_1"), None, &act(0))
        .await
        .expect_err("it is there");
    home.store.health().await.expect("healthy");
    assert_eq!(
        (of.reads.get(), of.committed.get(), of.refused.get()),
        (before.0 + 1, before.1 + 1, before.2 + 1)
    );
    assert_eq!((of.failed.get(), of.waiting.get()), (0, 0));
    assert!(of.write_time.count() >= 2 && of.troubles().all(|(_, count)| count == 0));
    assert!(home.store.size().await.expect("known") > 0);
}

fn context(span: u8) -> TraceContext {
    TraceContext { trace: [7; 16], span: [span; 8], sampled: true }
}

async fn within<T>(span: u8, work: impl Future<Output = T>) -> T {
    Within::new(context(span), Box::pin(work)).await
}

async fn what_a_traced_request_makes_due_belongs_to_its_trace_until_it_rests(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let peering = within(1, home.add_peering(&container, vpc(1))).await.peering;
    let network = home.claim_containers(0, 0).await.remove(0);
    let first = home.claim_peerings(0, 0).await.remove(0);
    assert_eq!((network.trace, first.trace), (Some(context(1)), Some(context(1))));

    // A network that stands wants nothing more of the request; a peering on its way does.
    let ready = Network::Ready(NetworkIds::Aws { vpc_id: "vpc-1".into() });
    let stands = ContainerRecord { at: at(1), ..records::network(&network, ready, Due::Idle) };
    home.store.record_containers(vec![stands]).await.expect("recorded");
    let waits = PeeringRecord { next: State::AwaitingPeer, ..record(&first, Due::Idle) };
    home.store.record_peerings(vec![waits]).await.expect("recorded");
    let second = home.claim_peerings(9, 20).await.remove(0);
    assert_eq!(second.trace, Some(context(1)));
    let active = PeeringRecord { next: State::Active, ..record(&second, Due::At(at(10))) };
    home.store.record_peerings(vec![active]).await.expect("recorded");
    assert_eq!(home.claim_peerings(19, 40).await.remove(0).trace, None, "it rested");

    // Taking it down is another request's, and so is what follows for the network.
    within(2, home.store.peering_delete(home.project, peering.id, &act(20))).await.expect("asked");
    let going = home.claim_peerings(29, 60).await.remove(0);
    assert_eq!(going.trace, Some(context(2)));
    let gone = PeeringRecord { next: State::Removed, ..record(&going, Due::Idle) };
    home.store.record_peerings(vec![gone]).await.expect("recorded");
    assert_eq!(home.claim_containers(29, 60).await.remove(0).trace, Some(context(2)));
}

async fn a_trace_that_is_not_kept_is_not_kept_here_either(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let unsampled = TraceContext { sampled: false, ..context(1) };
    Within::new(unsampled, Box::pin(home.add_peering(&container, vpc(1)))).await;
    assert_eq!(home.claim_peerings(0, 0).await.remove(0).trace, None);
}

on_every_engine!(
    peerings_are_counted_by_provider_and_state,
    stuck_peerings_are_counted_until_they_go_on,
    the_queue_has_what_is_due_what_is_held_and_what_waits_longest,
    only_a_record_whose_fence_is_lost_counts_as_lost,
    reads_changes_and_refusals_are_counted,
    what_a_traced_request_makes_due_belongs_to_its_trace_until_it_rests,
    a_trace_that_is_not_kept_is_not_kept_here_either,
);
