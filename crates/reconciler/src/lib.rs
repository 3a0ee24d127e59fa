//! Agreement between rows and clouds.
//!
//! A row says what is wanted, a cloud shows what is; this crate makes the second follow the first.
//! It is the only place that acts on clouds, and it is small because of six rules.
//!
//! **It has no input but rows.** A wake-up carries no data, not even which row it is about; it only
//! ends a wait early. Nothing that matters can be lost with a message, and a start after a crash is
//! the same thing as a start: the rows that are due are claimed and looked at.
//!
//! **It is level-triggered.** A pass is never told why a row is due. It looks at the cloud, takes
//! the row, asks the model's pure `step` what follows, and does that. Half-done work needs no path
//! of its own: it is what the next look shows.
//!
//! **A row in hand is leased, and the lease has a fence.** A claim takes due rows for a while (by
//! the real clock: a user can move the world's) and raises each row's fencing number. Whatever is
//! recorded names that number and the generation that was read. If either has moved on, somebody
//! else changed the row or took it over, and the pass is dropped without a word: the row is due
//! again anyway.
//!
//! **Intent comes before effect.** What a pass is about to do is recorded first, and the effect is
//! believed only when a later look shows it. Calls carry a token derived from the wish, so that a
//! call repeated after a lost answer is the same call.
//!
//! ```text
//!   claim ──> observe ──> step ──> record ──> apply ─┐          record(done) ──> released
//!                ^          (one transaction,        │               ^
//!                │           whole batch)            │               │
//!                └──────── an effect to be seen <────┘── nothing more to do
//! ```
//!
//! A crash between any two of these is safe: before *record* nothing happened; between *record*
//! and *apply* the intent stands in the row; after *apply* the next look finds the effect. The
//! lease runs out and another claim begins with a look. `tests/it/crash.rs` kills a pass at every
//! arrow.
//!
//! **No transaction is open while a cloud is called.** A batch is one claim and one recording for
//! each round; in between, all its calls are under way at once, each with a time limit. A round
//! that could outlast the lease is not begun: rows are handed back, due at once.
//!
//! **Failures are sorted by the driver and by nobody else.** *Transient*: back off, spread by the
//! row's id. *Throttled*: come back when told. *Denied* and *rejected*: the model says what state
//! that is. A driver that panics or hangs is a transient failure of that one row.
//!
//! What this buys, as a property test (`tests/it/promise.rs`): once the wishes stop changing, the
//! clouds come to agree with them and stay so; nothing acknowledged is lost, nothing is done twice,
//! nothing is left behind.
//!
//! Reading order: [`runner`](Reconciler::run), `pass` (one batch), `pass::peering` and
//! `pass::network` (what the two kinds of rows add), `pass::trail` (traces), `backoff`, `janitor`, [`StoreFacts`].

mod backoff;
mod counters;
mod facts;
mod janitor;
mod pass;
mod runner;
mod settings;

use std::sync::Arc;

use cloud::Drivers;
use model::time::WorldClock;
use store::Store;
use telemetry::trace::Tracer;

pub use counters::{Call, Counters, KINDS, OUTCOMES, OfKind, STATES};
pub use facts::StoreFacts;
pub use settings::Settings;

/// Moves rows and clouds towards each other.
pub struct Reconciler {
    store: Store,
    drivers: Drivers,
    world: Arc<WorldClock>,
    owner: String,
    settings: Settings,
    counters: Arc<Counters>,
    tracer: Option<Arc<dyn Tracer>>,
}

/// What was done until nothing was left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Containers claimed.
    pub containers: usize,
    /// Peerings claimed.
    pub peerings: usize,
    /// Access-list entries that expired.
    pub expired: u64,
}

impl Reconciler {
    /// A reconciler that claims as `owner`, a name that no other running one has.
    pub fn new(
        store: Store,
        drivers: Drivers,
        world: Arc<WorldClock>,
        owner: String,
        settings: Settings,
    ) -> Self {
        Self { store, drivers, world, owner, settings, counters: Arc::default(), tracer: None }
    }

    /// The same, which tells `tracer` what it does for requests that are traced.
    #[must_use]
    pub fn traced(self, tracer: Option<Arc<dyn Tracer>>) -> Self {
        Self { tracer, ..self }
    }

    /// What it counts.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.counters)
    }
}
