//! The page of metrics: what every part counts, under the names that operators see.
//!
//! The parts keep plain counters and know neither names nor a format; this is the one place that
//! has both. A page is written from them when somebody asks for it. How things stand in the
//! database is asked for at most once in [`STANDING_EVERY`], however many ask for pages.
//!
//! `docs/metrics.md` explains each metric; a test holds the two together.

mod families;
mod page;
mod process;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use model::{Clock as _, Timestamp};
use server::App;
use store::Standing;
use tokio::sync::Mutex;

/// How often the database is asked how things stand, at most.
const STANDING_EVERY: Duration = Duration::from_secs(10);

/// Writes the page.
pub struct Metrics {
    app: Arc<App>,
    reconciler: Arc<reconciler::Counters>,
    data: PathBuf,
    started: Timestamp,
    figures: Mutex<Option<Arc<Figures>>>,
}

/// What is asked for, not counted.
#[derive(Debug)]
struct Figures {
    /// By the real clock.
    asked_at: Timestamp,
    /// By the world's.
    world_at: Timestamp,
    standing: Option<Standing>,
    size: Option<u64>,
}

impl Metrics {
    /// A page of what these count, for a server that started at `started`, by the real clock, and
    /// keeps its files in `data`.
    pub fn new(
        app: Arc<App>,
        reconciler: Arc<reconciler::Counters>,
        data: PathBuf,
        started: Timestamp,
    ) -> Self {
        Self { app, reconciler, data, started, figures: Mutex::default() }
    }

    /// The page as it is now.
    pub async fn page(self: Arc<Self>) -> String {
        let figures = self.figures().await;
        page::write(self, figures)
    }

    async fn figures(&self) -> Arc<Figures> {
        // Whoever asks while somebody asks gets the same.
        let mut kept = self.figures.lock().await;
        let now = self.app.world.real().now();
        if let Some(figures) = kept.as_ref()
            && now >= figures.asked_at
            && now.since(figures.asked_at) < STANDING_EVERY
        {
            return Arc::clone(figures);
        }
        let figures = Arc::new(self.ask(now).await);
        *kept = Some(Arc::clone(&figures));
        figures
    }

    /// Counting a million peerings takes a tenth of a second: not on a thread that serves.
    async fn ask(&self, now: Timestamp) -> Figures {
        let (store, world_at) = (self.app.store.clone(), self.app.world.now());
        let runtime = tokio::runtime::Handle::current();
        let asked = tokio::task::spawn_blocking(move || {
            runtime.block_on(async { (store.standing(world_at, now).await, store.size().await) })
        });
        let (standing, size) = match asked.await {
            Ok((standing, size)) => (known(standing), known(size)),
            // The runtime ends.
            Err(_) => (None, None),
        };
        Figures { asked_at: now, world_at, standing, size }
    }
}

/// What was learned; what was not is left out of the page.
fn known<T>(asked: Result<T, store::Error>) -> Option<T> {
    asked
        .inspect_err(|error| {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "the metrics lack what could not be read"
            );
        })
        .ok()
}
