//! Rate limits: a bucket of tokens for each caller, family of operations, and project or
//! organization.
//!
//! The numbers are the service's, and so are the headers: `Ratelimit-Limit` and
//! `Ratelimit-Remaining` speak of its tokens. By default a token pays for many calls instead of
//! one, so that no suite of tests is ever refused; [`Rates`] says for how many. Tokens come back by
//! the real clock, a minute's worth at the end of each minute since the bucket was last full.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::num::NonZeroU32;
use std::time::Duration;

use api::operations::{REFILL_SECONDS, RateLimit};
use api::{ErrorCode, OperationId};
use model::key::Principal;
use model::{ObjectId, Timestamp};
use parking_lot::Mutex;

use crate::error::ApiError;
use crate::reply::Frame;

const MINUTE: Duration = Duration::from_secs(REFILL_SECONDS as u64);
/// Buckets are spread over so many locks.
const N_SHARDS: usize = 16;
/// Buckets that one lock guards at most. Full ones are dropped then, since a full bucket says
/// nothing; if that frees too few, all are: callers get a minute's worth too much, memory is kept.
const MAX_BUCKETS: usize = 8192;

/// Whether rate limits hold, and how strictly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rates {
    /// They don't: nobody is refused, and no header speaks of them.
    Off,
    /// So many calls are allowed for each that the service allows.
    Times(NonZeroU32),
}

impl Rates {
    /// How many calls are allowed where the service allows `n_calls`; `None` for any number.
    pub fn allowed(self, n_calls: u32) -> Option<u64> {
        match self {
            Self::Off => None,
            Self::Times(factor) => Some(u64::from(n_calls) * u64::from(factor.get())),
        }
    }
}

impl Default for Rates {
    /// A hundred times: nobody gets there but by mistake.
    fn default() -> Self {
        const HUNDRED: NonZeroU32 = NonZeroU32::new(100).expect("a hundred is not zero");
        Self::Times(HUNDRED)
    }
}

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It was paid for; so many tokens are left.
    Left(u32),
    /// There is nothing to pay for it with before so many seconds are over.
    Empty {
        /// At least one.
        retry_after: u32,
    },
}

/// A call, as far as rate limits go.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Who calls.
    pub caller: &'a Principal,
    /// What for.
    pub operation: OperationId,
    /// In which project or organization.
    pub at: Option<ObjectId>,
    /// The path as sent.
    pub path: &'a str,
}

// QUIRK(rates-per-node): of several nodes each counts by itself.
/// All buckets.
pub struct Meter {
    rates: Rates,
    hasher: RandomState,
    shards: [Mutex<HashMap<u64, Bucket>>; N_SHARDS],
}

/// What was taken from a bucket. It is full where `n_calls` is zero, and then it need not be kept.
struct Bucket {
    /// The beginning of the minute that is under way.
    since: Timestamp,
    n_calls: u64,
}

impl Bucket {
    /// Puts back what has come back until `now`.
    fn refill(&mut self, per_minute: u64, now: Timestamp) {
        // A clock that was set back must not hold a caller until it has caught up.
        let passed = if now < self.since { 0 } else { now.since(self.since).as_secs() / MINUTE.as_secs() };
        self.n_calls = self.n_calls.saturating_sub(per_minute.saturating_mul(passed));
        if self.n_calls == 0 || now < self.since {
            self.since = now;
        } else {
            self.since = self.since.after(Duration::from_secs(passed * MINUTE.as_secs()));
        }
    }
}

impl Meter {
    /// Full buckets.
    #[expect(clippy::disallowed_methods, reason = "as in every hash map: it decides where a bucket lies")]
    pub fn new(rates: Rates) -> Self {
        Self { rates, hasher: RandomState::new(), shards: std::array::from_fn(|_| Mutex::default()) }
    }

    /// Lets a call pay, and notes for its answer what is left; or refuses it.
    pub(crate) fn charge(&self, call: Call<'_>, now: Timestamp, frame: &mut Frame) -> Result<(), ApiError> {
        let Some(limit) = call.operation.rate_limit() else { return Ok(()) };
        match self.take(call.caller, limit, call.at, now) {
            None => Ok(()),
            Some(Taken::Left(remaining)) => {
                frame.rate = Some((limit.capacity, remaining));
                Ok(())
            }
            Some(Taken::Empty { retry_after }) => {
                frame.rate = Some((limit.capacity, 0));
                let parameters = [
                    call.path.trim_matches('/').into(),
                    retry_after.into(),
                    limit.capacity.into(),
                    limit.refill.into(),
                    REFILL_SECONDS.into(),
                ];
                let error = ApiError::new(ErrorCode::RateLimitedTokenBucket, parameters);
                Err(ApiError { retry_after: Some(retry_after), ..error })
            }
        }
    }

    /// Takes one call out of a bucket, or tells when that can be done. `None` where there is no
    /// limit.
    pub fn take(
        &self,
        caller: &Principal,
        limit: &RateLimit,
        place: Option<ObjectId>,
        now: Timestamp,
    ) -> Option<Taken> {
        let (capacity, refill) = (self.rates.allowed(limit.capacity)?, self.rates.allowed(limit.refill)?);
        // The hash stands for what was hashed: it is keyed, and that two of so few meet is less
        // likely than that memory fails. They would share a bucket.
        let key = self.hasher.hash_one((caller, limit.family, place.filter(|_| limit.by_place)));
        let shard = usize::try_from(key % N_SHARDS as u64).unwrap_or_default();
        let mut buckets = self.shards[shard].lock();
        if buckets.len() >= MAX_BUCKETS && !buckets.contains_key(&key) {
            make_room(&mut buckets, now);
        }
        let bucket = buckets.entry(key).or_insert(Bucket { since: now, n_calls: 0 });
        bucket.refill(refill, now);
        if bucket.n_calls >= capacity {
            let wait = bucket.since.after(MINUTE).since(now);
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            return Some(Taken::Empty { retry_after: u32::try_from(seconds).unwrap_or(REFILL_SECONDS) });
        }
        bucket.n_calls += 1;
        let left = u64::from(limit.capacity) * (capacity - bucket.n_calls) / capacity;
        Some(Taken::Left(u32::try_from(left).unwrap_or(limit.capacity)))
    }
}

/// Drops buckets that were not touched for so long that they are full again, however much was
/// taken; all of them, if those are not at least half.
fn make_room(buckets: &mut HashMap<u64, Bucket>, now: Timestamp) {
    // Every limit comes back whole within four minutes.
    buckets.retain(|_, bucket| now >= bucket.since && now.since(bucket.since) < 4 * MINUTE);
    if buckets.len() > MAX_BUCKETS / 2 {
        buckets.clear();
    }
}

#[cfg(test)]
mod tests;
