//! What every request works with.

use std::sync::Arc;

use model::WorldClock;
use model::world::Latency;
use store::Store;

use crate::auth::Auth;
use crate::rate::Meter;

/// The one shared state: concrete, no generics.
pub struct App {
    /// The rows.
    pub store: Store,
    /// The world's clock, and the real one beneath it.
    pub world: Arc<WorldClock>,
    /// How callers prove themselves.
    pub auth: Auth,
    /// Counts calls for the rate-limit headers.
    pub meter: Meter,
    /// What the operator chose.
    pub config: Config,
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
}

impl App {
    /// All of it together.
    pub fn new(store: Store, world: Arc<WorldClock>, auth: Auth, config: Config) -> Self {
        Self { store, world, auth, meter: Meter::default(), config }
    }
}
