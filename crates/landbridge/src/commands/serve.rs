//! `landbridge serve`: how the parts are put together.
//!
//! ```text
//! listener ─ lock ─ store ─ first start ─┬─ the listener's task: requests ──┐
//!                                        └─ the reconciler's task: passes ──┴─ end (lifecycle)
//! ```
//!
//! The listener is bound before the first start, because the files to source tell its port; and
//! before anything is made, because it may fail.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use cloud::Drivers;
use cloud::sim::SimDriver;
use model::binding::Terms;
use model::time::{Clock, Timestamp, WorldClock};
use reconciler::{Reconciler, Settings, StoreFacts};
use server::App;
use server::auth::Auth;
use server::auth::credentials::{OsRandom, uuid_v4};
use server::serve::{Limits, tls};
use store::{Store, Target};
use tokio::net::TcpListener;

use crate::bootstrap::{Files, check_master_key};
use crate::clock::SystemClock;
use crate::config::{Config, MetricsAt, variable};
use crate::failure::Failure;
use crate::lifecycle::{Parts, Signals};
use crate::lock;
use crate::metrics::Metrics;
use crate::{cli, clouds, desk, greeting, logging, output, traces};

/// Threads that serve. Reads run on them, so there are two even where there is one core.
const WORKERS_MIN: usize = 2;
const WORKERS_MAX: usize = 16;
/// Connections at once to a listener that serves metrics alone.
const METRICS_CONNECTIONS_MAX: usize = 32;

/// Serves until it is told to end.
pub fn run(asked: cli::Serve) -> Result<(), Failure> {
    let config = Config::load(asked.settings, asked.config.as_deref())?;
    let _log = logging::start(config.log_format, &config.log_level)?;
    let n_cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(n_cores.clamp(WORKERS_MIN, WORKERS_MAX))
        .thread_name("worker")
        .enable_all()
        .build()
        .map_err(|error| Failure::new("could not start the threads that serve").because(error))?;
    let served = runtime.block_on(serve(&config));
    // Whatever still runs has had its time.
    runtime.shutdown_background();
    served
}

async fn serve(config: &Config) -> Result<(), Failure> {
    let (address, target, public_url) = (config.address()?, config.target()?, config.public_url()?);
    let metrics_at = config.metrics()?;
    let terms = config.terms()?;
    let traces = traces::start(config.otlp_endpoint()?)?;
    let tracer = traces.as_ref().map(|traces| traces.tracer());
    let tls = config.tls()?.map(|(cert, key)| tls::load(cert, key)).transpose();
    let tls = tls.map_err(|error| Failure::usage("TLS can't be set up").because(error))?;
    let signals =
        Signals::catch().map_err(|error| Failure::new("could not listen to signals").because(error))?;

    // A port that is taken leaves no half-made folder; but who holds the folder is told first.
    let listener = TcpListener::bind(address).await.map_err(|error| {
        Failure::new(format!("could not listen at {address}"))
            .because(error)
            .hint("--listen takes another address; port 0 picks a free one")
    });
    let metrics_listener = match metrics_at {
        MetricsAt::Own(address) => Some(TcpListener::bind(address).await.map_err(|error| {
            Failure::new(format!("could not listen at {address} for metrics"))
                .because(error)
                .hint("--metrics-listen takes another address, or off")
        })?),
        MetricsAt::Beside | MetricsAt::Off => None,
    };
    let listener = if config.data.is_dir() { listener } else { Ok(listener?) };
    let data = make_folder(&config.data)?;
    let _locks = lock::all(&data, &target)?;
    let listener = listener?;
    let real: Arc<dyn Clock> = Arc::new(SystemClock);
    let started = real.now();
    let store = open(&target).await?;
    let offset = store
        .clock_offset()
        .await
        .map_err(|error| Failure::of_store("could not read the database", error))?;
    let world = Arc::new(WorldClock::new(Arc::clone(&real), offset));

    let bound =
        listener.local_addr().map_err(|error| Failure::new("could not learn the port").because(error))?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let authority = greeting::authority(bound);
    let base_url = public_url.map_or_else(|| format!("{scheme}://{authority}/"), |url| format!("{url}/"));

    let files = Files::new(&data);
    let master = files.master_key(&store, variable("LANDBRIDGE_MASTER_KEY").as_deref(), &OsRandom).await?;
    let auth = Auth::new(&master, Arc::new(OsRandom), real.now());
    let found = files.prepare(&store, &auth, &world, &base_url).await?;
    check_master_key(&store, &auth).await?;

    let latency = config.latency.into();
    let everywhere = bound.ip().is_unspecified() && public_url.is_none();
    let public_url = public_url.map(str::to_owned);
    let accounts = accounts(config, &terms, &store, real.now()).await?;
    let rates = config.rates();
    let chosen = server::Config { public_url, authority, latency, rates, accounts: terms };
    let facts = Arc::new(StoreFacts::new(store.clone()));
    let drivers = Drivers::new(|provider| {
        Arc::new(SimDriver::new(provider, Arc::clone(&facts) as _, Arc::clone(&world) as _, latency))
    });
    let drivers = drivers.with_accounts(accounts);
    let app = App::new(store.clone(), Arc::clone(&world), auth, chosen)
        .traced(tracer.clone())
        .looking(Arc::new(clouds::Look(drivers.clone())));
    if let Target::Sqlite(_) = target {
        // The lock says that nobody else works on these rows: what a killed server held is free.
        store
            .leases_abandon(world.now())
            .await
            .map_err(|error| Failure::of_store("could not take over from an earlier server", error))?;
    }
    let reconciler =
        Reconciler::new(store.clone(), drivers, Arc::clone(&world), uuid_v4(&OsRandom), Settings::default())
            .traced(tracer);

    let mut parts = Parts::default();
    let app = Arc::new(app);
    let metrics = Arc::new(Metrics::new(Arc::clone(&app), reconciler.counters(), data.clone(), started));
    let page = server::metrics::page(Arc::new(move || Box::pin(Arc::clone(&metrics).page())));
    let mut router = server::router(Arc::clone(&app));
    if metrics_at == MetricsAt::Beside {
        router = router.merge(page.clone());
    }
    if let Some(listener) = metrics_listener {
        let at =
            listener.local_addr().map_err(|error| Failure::new("could not learn the port").because(error))?;
        tracing::info!(%at, "metrics are served");
        let limits = Limits { max_connections: METRICS_CONNECTIONS_MAX, ..Limits::default() };
        parts.start("metrics", move |stop| async move {
            server::serve::serve(listener, page, None, limits, stop.asked()).await;
        });
    }
    parts.start("listener", |stop| async move {
        let ended = server::serve::serve(listener, router, tls, Limits::default(), stop.asked()).await;
        if ended.cut > 0 {
            tracing::warn!(n_cut = ended.cut, "connections were cut that did not end in time");
        }
    });
    let counting = Arc::clone(&app);
    parts.start("counts of access lists", |stop| async move {
        counting.auth.uses.keep_writing(&counting.store, stop.asked()).await;
    });
    parts.start("reconciler", |stop| async move { reconciler.run(stop.asked()).await });

    tracing::info!(%bound, base_url, data = %data.display(), first = found.first, "the server is up");
    if everywhere {
        tracing::warn!(
            base_url,
            "links and the files to source name this machine alone; --public-url names it for others"
        );
    }
    for path in &found.missing {
        tracing::warn!(path = %path.display(), "a file with the first start's secrets is missing; they can't be shown again");
    }
    output::print(&greeting::text(&greeting::Facts {
        base_url: &base_url,
        latency: config.latency.name(),
        data: &data,
        files: &files,
        found: &found,
        ca_cert: config.tls_cert.as_deref(),
        everywhere,
    }))?;
    let ended = parts.run(signals).await;
    app.auth.uses.write(&store).await;
    store.close().await;
    if let Some(traces) = traces {
        // Cut off with the runtime if it hangs.
        let sent = tokio::task::spawn_blocking(move || traces.end()).await;
        if let Err(error) = sent {
            tracing::warn!(error = &error as &dyn std::error::Error, "the last traces could not be sent");
        }
    }
    tracing::info!("the server has ended");
    ended
}

/// The data folder, made if need be, by its whole path: what is printed must work anywhere.
pub(super) fn make_folder(path: &Path) -> Result<std::path::PathBuf, Failure> {
    let mut folder = fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder
        .create(path)
        .and_then(|()| path.canonicalize())
        .map_err(|error| Failure::new(format!("could not make the data folder {path:?}")).because(error))
}

/// The real accounts. Whose mark things there carry is made when there is one.
async fn accounts(
    config: &Config,
    terms: &[Terms],
    store: &Store,
    now: Timestamp,
) -> Result<clouds::Accounts, Failure> {
    if terms.is_empty() {
        return Ok(clouds::Accounts::new());
    }
    let mark = store
        .installation(now)
        .await
        .map_err(|error| Failure::of_store("could not read whose installation this is", error))?;
    clouds::accounts(config, terms, mark)
}

async fn open(target: &Target) -> Result<Store, Failure> {
    Store::open(target, desk::mint())
        .await
        .map_err(|error| Failure::of_store(format!("could not open the database {target}"), error))
}
