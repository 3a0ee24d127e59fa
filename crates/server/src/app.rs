//! What every request works with.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::binding::Terms;
use model::world::Latency;
use model::{Timestamp, WorldClock};
use store::Store;
use telemetry::trace::Tracer;

use crate::auth::Auth;
use crate::auth::token_rate::TokenRate;
use crate::deletions::Deletions;
use crate::measures::Measures;
use crate::outlook::Outlook;
use crate::rate::{Meter, Rates};

/// The one shared state: concrete, no generics.
pub struct App {
    /// The rows.
    pub store: Store,
    /// The world's clock, and the real one beneath it.
    pub world: Arc<WorldClock>,
    /// How callers prove themselves.
    pub auth: Auth,
    /// The rate limits' buckets.
    pub meter: Meter,
    /// Projects that callers have just deleted.
    pub deletions: Deletions,
    /// What is counted of requests.
    pub measures: Measures,
    /// Where spans go, if anywhere.
    pub tracer: Option<Arc<dyn Tracer>>,
    /// Who looks into real accounts, if any are configured.
    pub outlook: Option<Arc<dyn Outlook>>,
    /// What the operator chose.
    pub config: Config,
    n_requests: AtomicU64,
}

/// What the operator chose.
#[derive(Debug, Clone)]
pub struct Config {
    /// The scheme and host of links, where it is not what the caller used: `https://x.example`.
    pub public_url: Option<String>,
    /// The address of the listener, for callers that name no usable host.
    pub authority: String,
    /// The latency of projects that chose none.
    pub latency: Latency,
    /// Whether rate limits hold, and how strictly.
    pub rates: Rates,
    /// The real accounts that are configured.
    pub accounts: Vec<Terms>,
}

impl App {
    /// All of it together.
    pub fn new(store: Store, world: Arc<WorldClock>, mut auth: Auth, config: Config) -> Self {
        auth.token_rate = TokenRate::held_to(config.rates);
        let meter = Meter::new(config.rates);
        Self {
            store,
            world,
            auth,
            meter,
            deletions: Deletions::default(),
            measures: Measures::default(),
            tracer: None,
            outlook: None,
            config,
            n_requests: AtomicU64::new(0),
        }
    }

    /// The same, which tells `tracer` of each request.
    #[must_use]
    pub fn traced(self, tracer: Option<Arc<dyn Tracer>>) -> Self {
        Self { tracer, ..self }
    }

    /// The same, with somebody who looks into real accounts.
    #[must_use]
    pub fn looking(self, outlook: Arc<dyn Outlook>) -> Self {
        Self { outlook: Some(outlook), ..self }
    }

    /// A name for a request that starts now: unique in this process, and likely beyond it.
    pub fn next_request_id(&self, now: Timestamp) -> String {
        let nth = self.n_requests.fetch_add(1, Ordering::Relaxed);
        format!("{:x}-{nth:x}", now.micros())
    }
}
