//! Buckets on a clock that the test moves.

use super::*;

const LIMIT: RateLimit =
    RateLimit { family: OperationId::ListGroupPeers, by_place: true, capacity: 3, refill: 2 };
const OTHER: RateLimit = RateLimit { family: OperationId::ListGroups, by_place: false, ..LIMIT };

fn strict() -> Meter {
    Meter::new(Rates::Times(NonZeroU32::MIN))
}

fn caller(name: &str) -> Principal {
    Principal::ServiceAccount(name.to_owned())
}

fn start() -> Timestamp {
    Timestamp::from_seconds(1000)
}

fn at(seconds: u64) -> Timestamp {
    start().after(Duration::from_secs(seconds))
}

fn place(n: u8) -> Option<ObjectId> {
    Some(ObjectId::from_bytes([n; 12]))
}

fn empty(retry_after: u32) -> Option<Taken> {
    Some(Taken::Empty { retry_after })
}

fn left(n: u32) -> Option<Taken> {
    Some(Taken::Left(n))
}

#[test]
fn what_remains_goes_down_by_one_a_call_and_comes_back_a_minutes_worth_at_a_time() {
    let (meter, caller) = (strict(), caller("a"));
    let take = |now| meter.take(&caller, &LIMIT, None, now);
    assert_eq!([take(at(0)), take(at(1)), take(at(5))], [left(2), left(1), left(0)]);
    assert_eq!([take(at(5)), take(at(59))], [empty(55), empty(1)]);
    assert_eq!(take(start().after(Duration::from_millis(59_999))), empty(1));
    assert_eq!([take(at(60)), take(at(60)), take(at(61))], [left(1), left(0), empty(59)]);
    assert_eq!(take(at(240)), left(2), "never more than a full bucket");
}

#[test]
fn a_minute_begins_when_something_is_taken_from_a_full_bucket() {
    let (meter, caller) = (strict(), caller("a"));
    let take = |now| meter.take(&caller, &LIMIT, None, now);
    assert_eq!(take(at(0)), left(2));
    assert_eq!(
        [take(at(90)), take(at(91)), take(at(92)), take(at(93))],
        [left(2), left(1), left(0), empty(57)]
    );
}

#[test]
fn callers_families_and_places_have_buckets_of_their_own() {
    let meter = strict();
    let take = |name, limit, place| meter.take(&caller(name), limit, place, start());
    assert_eq!([take("a", &LIMIT, place(1)), take("a", &LIMIT, place(1))], [left(2), left(1)]);
    assert_eq!(take("b", &LIMIT, place(1)), left(2));
    assert_eq!(take("a", &OTHER, place(1)), left(2));
    assert_eq!(take("a", &LIMIT, place(2)), left(2));
    assert_eq!(take("a", &OTHER, place(2)), left(1), "this family is one wherever it is asked");
}

#[test]
fn a_factor_makes_each_token_last_longer() {
    let meter = Meter::new(Rates::Times(NonZeroU32::new(100).expect("not zero")));
    let caller = caller("a");
    let taken: Vec<_> = (0..301).map(|_| meter.take(&caller, &LIMIT, None, start())).collect();
    assert_eq!([taken[0], taken[99], taken[100]], [left(2), left(2), left(1)]);
    assert_eq!([taken[299], taken[300]], [left(0), empty(60)]);
}

#[test]
fn without_limits_nothing_is_counted() {
    let meter = Meter::new(Rates::Off);
    assert_eq!(meter.take(&caller("a"), &LIMIT, None, start()), None);
    assert!(meter.shards.iter().all(|shard| shard.lock().is_empty()));
}

#[test]
fn a_clock_that_is_set_back_holds_nobody() {
    let (meter, caller) = (strict(), caller("a"));
    for _ in 0..3 {
        meter.take(&caller, &LIMIT, None, at(7200));
    }
    assert_eq!(meter.take(&caller, &LIMIT, None, at(0)), empty(60));
    assert_eq!(meter.take(&caller, &LIMIT, None, at(60)), left(1));
}

#[test]
fn memory_is_bounded_and_full_buckets_go_first() {
    const MAX: usize = N_SHARDS * MAX_BUCKETS;
    let meter = strict();
    let n_buckets = || meter.shards.iter().map(|shard| shard.lock().len()).sum::<usize>();
    for n in 0..MAX * 7 / 4 {
        meter.take(&caller(&n.to_string()), &LIMIT, None, at(0));
    }
    assert!((MAX / 2..=MAX).contains(&n_buckets()), "{}", n_buckets());
    let busy = caller("busy");
    assert_eq!(meter.take(&busy, &LIMIT, None, at(300)), left(2));
    for n in 0..MAX / 2 {
        meter.take(&caller(&format!("later {n}")), &LIMIT, None, at(301));
    }
    assert!(n_buckets() <= MAX / 2 + 1, "the old ones are full and gone: {}", n_buckets());
    assert_eq!(meter.take(&busy, &LIMIT, None, at(301)), left(1), "what was taken lately is not forgotten");
}

#[test]
fn every_limit_comes_back_whole_within_the_time_after_which_buckets_are_dropped() {
    for limit in OperationId::ALL.iter().filter_map(|id| id.rate_limit()) {
        assert!(limit.refill * 4 >= limit.capacity, "{limit:?}");
    }
}
