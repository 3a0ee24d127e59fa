//! Sends requests to a cloud: the one place that waits for an answer, tries again, and gives up.
//!
//! A driver builds a request, which is signed anew for each try, and judges each answer. What no
//! driver decides is how often and for how long: a call to a driver has seconds, after which its
//! row is free for somebody else, so the budget here is short, and what outlives it is told to the
//! reconciler, which has all the time in the world.
//!
//! Only what was judged is tried again. Where no answer came, nobody knows whether the cloud acted;
//! then the next look finds out, and the call is a transient failure.

use std::borrow::Cow;
use std::future::Future;
use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use tokio::time::Instant;

use crate::driver::DriverError;

/// How much is tried, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// Until a connection stands.
    pub connect: Duration,
    /// From a request to the end of its answer.
    pub each: Duration,
    /// All tries of one request with their pauses. Two of them fit into the reconciler's limit on
    /// one call to a driver.
    pub whole: Duration,
    /// Tries of one request.
    pub tries: u32,
    /// The longest pause after the first try; it doubles with each.
    pub pause: Duration,
    /// The longest pause between two tries.
    pub pause_max: Duration,
    /// How long a cloud is left alone that throttles for longer than the budget and does not say
    /// for how long.
    pub throttled: Duration,
    /// Bytes of one answer. A page of a thousand items stays under a megabyte.
    pub body: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            each: Duration::from_secs(6),
            whole: Duration::from_secs(7),
            tries: 5,
            pause: Duration::from_millis(200),
            pause_max: Duration::from_secs(2),
            throttled: Duration::from_secs(10),
            body: 8 << 20,
        }
    }
}

/// What a cloud answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text; what is no UTF-8 is replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

/// What a driver makes of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is what the driver wants to read, a refusal perhaps.
    Done,
    /// The cloud throttles. `after` is what it said in its own way; else `Retry-After` is read.
    Retry {
        /// How long it wants to be left alone.
        after: Option<Duration>,
    },
    /// The cloud failed, in these words; it may work next time.
    Failed(String),
}

/// A client of clouds.
#[derive(Debug, Clone)]
pub struct Sender {
    client: reqwest::Client,
    budget: Budget,
}

impl Sender {
    /// A client with the usual budget.
    pub fn new() -> Result<Self, DriverError> {
        Self::with_budget(Budget::default())
    }

    /// A client with another budget.
    pub fn with_budget(budget: Budget) -> Result<Self, DriverError> {
        Self::trusting(budget, &[])
    }

    /// A client that trusts further authorities beside the machine's, given in PEM form.
    pub fn trusting(budget: Budget, authorities: &[u8]) -> Result<Self, DriverError> {
        let authorities = reqwest::Certificate::from_pem_bundle(authorities)
            .map_err(|error| DriverError::transient(&error))?;
        let client = reqwest::Client::builder()
            .tls_certs_merge(authorities)
            .connect_timeout(budget.connect)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("landbridge/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| DriverError::transient(&error))?;
        Ok(Self { client, budget })
    }

    /// The client beneath, for libraries that fetch credentials.
    pub fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// Sends what `build` makes until `judge` is content with the answer, or the budget is used up.
    ///
    /// A throttle that outlives the budget is [`DriverError::Throttled`]; a failure that does, or
    /// that left no answer, is [`DriverError::Transient`].
    pub async fn send<B, R>(
        &self,
        mut build: B,
        judge: impl Fn(&Answer) -> Verdict + Send,
    ) -> Result<Answer, DriverError>
    where
        B: FnMut() -> R + Send,
        R: Future<Output = Result<http::Request<Vec<u8>>, DriverError>> + Send,
    {
        let end = Instant::now() + self.budget.whole;
        for n_tries in 1.. {
            let request = within(end, build()).await??;
            let answer = self.once(request, end).await?;
            let verdict = judge(&answer);
            let told = match &verdict {
                Verdict::Done => return Ok(answer),
                Verdict::Retry { after } => after.or_else(|| retry_after(&answer.headers)),
                Verdict::Failed(_) => retry_after(&answer.headers),
            };
            let pause = told.unwrap_or_else(|| self.pause(n_tries));
            if n_tries >= self.budget.tries || Instant::now() + pause >= end {
                return Err(match verdict {
                    Verdict::Failed(says) => DriverError::Transient(says),
                    Verdict::Retry { .. } | Verdict::Done => {
                        DriverError::Throttled(told.unwrap_or_else(|| self.leave_alone()))
                    }
                });
            }
            wait(pause).await;
        }
        Err(DriverError::Transient("no try is left".to_owned()))
    }

    /// Sends one request and reads its answer.
    async fn once(&self, request: http::Request<Vec<u8>>, end: Instant) -> Result<Answer, DriverError> {
        let request = reqwest::Request::try_from(request).map_err(|error| DriverError::transient(&error))?;
        let end = end.min(Instant::now() + self.budget.each);
        within(end, async {
            let mut response = self.client.execute(request).await.map_err(lost)?;
            let (status, headers) = (response.status(), response.headers().clone());
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(lost)? {
                if body.len() + chunk.len() > self.budget.body {
                    let says = format!("its answer has more than {} bytes", self.budget.body);
                    return Err(DriverError::Transient(says));
                }
                body.extend_from_slice(&chunk);
            }
            Ok(Answer { status, headers, body })
        })
        .await?
    }

    /// A pause after the `n`-th try: anything up to a bound that doubles ("full jitter"), so that
    /// many callers which were refused together do not come back together.
    fn pause(&self, n: u32) -> Duration {
        let bound = (self.budget.pause * 2u32.pow((n - 1).min(16))).min(self.budget.pause_max);
        bound.mul_f64(share())
    }

    /// For how long a cloud is left alone: the named time, and up to as much again.
    fn leave_alone(&self) -> Duration {
        self.budget.throttled.mul_f64(1.0 + share())
    }
}

/// Anything from 0 to 1; without a source of chance, all of it.
fn share() -> f64 {
    getrandom::u32().map_or(1.0, |random| f64::from(random) / f64::from(u32::MAX))
}

/// What the cloud says in seconds. A date is not read: no cloud that we know sends one.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

/// The same, for as long as there is time.
async fn within<T>(end: Instant, work: impl Future<Output = T>) -> Result<T, DriverError> {
    let late = |_| DriverError::Transient("it gave no answer in time".to_owned());
    tokio::time::timeout_at(end, work).await.map_err(late)
}

#[expect(clippy::disallowed_methods, reason = "the wait is bounded by the budget of one request")]
async fn wait(pause: Duration) {
    tokio::time::sleep(pause).await;
}

fn lost(error: reqwest::Error) -> DriverError {
    DriverError::transient(&error.without_url())
}

#[cfg(test)]
mod tests;
