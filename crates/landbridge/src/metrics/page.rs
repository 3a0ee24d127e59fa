//! What stands on the page, family by family.

use std::fmt;
use std::sync::Arc;

use model::{Clock as _, Timestamp};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, text};
use prometheus_client::registry::Registry;
use store::Queue;

use super::families::{Families, Of, number};
use super::process::Process;
use super::{Figures, Metrics};

/// A page that is to be written.
struct Page {
    metrics: Arc<Metrics>,
    figures: Arc<Figures>,
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").finish_non_exhaustive()
    }
}

/// Writes it.
pub(super) fn write(metrics: Arc<Metrics>, figures: Arc<Figures>) -> String {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Page { metrics, figures }));
    let mut page = String::new();
    if text::encode(&mut page, &registry).is_err() {
        tracing::error!("the metrics could not be written");
    }
    page
}

impl Collector for Page {
    fn encode(&self, encoder: DescriptorEncoder) -> fmt::Result {
        let mut families = Families(encoder);
        self.program(&mut families)?;
        self.requests(&mut families)?;
        self.standing(&mut families)?;
        self.reconciler(&mut families)?;
        self.clouds(&mut families)?;
        self.store(&mut families)?;
        self.process(&mut families)
    }
}

/// How long something has lasted that began at `since`.
fn age(now: Timestamp, since: Timestamp) -> f64 {
    if since < now { now.since(since).as_secs_f64() } else { 0.0 }
}

impl Page {
    fn program(&self, to: &mut Families<'_>) -> fmt::Result {
        let traces = if cfg!(feature = "otel") { "yes" } else { "no" };
        to.gauges(
            "landbridge_build_info",
            "The program; always 1",
            ["version", "traces"],
            [([env!("CARGO_PKG_VERSION"), traces], 1.0)],
        )?;
        let world = &self.metrics.app.world;
        to.gauge(
            "landbridge_world_clock_offset_seconds",
            "How far the clock of the simulated clouds is ahead",
            Some(age(world.now(), world.real().now())),
        )
    }

    fn requests(&self, to: &mut Families<'_>) -> fmt::Result {
        let of = &self.metrics.app.measures;
        let answers: Vec<_> = of.answers().collect();
        to.counters(
            "landbridge_requests",
            "Requests that were answered",
            ["operation", "version", "status"],
            answers.iter().map(|of| ([of.operation, &of.version, &of.status], of.count)),
        )?;
        to.histograms(
            "landbridge_request_duration_seconds",
            "How long answers took",
            Of::Seconds,
            ["operation"],
            of.times().map(|(operation, time)| ([operation], time)),
        )?;
        let in_flight = Some(number(of.in_flight.get()));
        to.gauge("landbridge_requests_in_flight", "Requests that are being answered", in_flight)?;
        let abandoned = of.abandoned.get();
        to.counter(
            "landbridge_requests_abandoned",
            "Requests whose caller went away before the answer",
            abandoned,
        )?;
        to.counters(
            "landbridge_requests_limited",
            "Requests that rate limits refused",
            ["operation"],
            of.limits().map(|(operation, count)| ([operation], count)),
        )?;
        to.counters(
            "landbridge_authentications",
            "How callers proved themselves, and how it went",
            ["scheme", "outcome"],
            of.proofs().map(|(scheme, outcome, count)| ([scheme, outcome], count)),
        )
    }

    fn standing(&self, to: &mut Families<'_>) -> fmt::Result {
        let standing = self.figures.standing.as_ref();
        let now = self.figures.world_at;
        let states = || standing.iter().flat_map(|standing| &standing.peerings);
        to.gauges(
            "landbridge_peerings",
            "Peerings by provider and state",
            ["provider", "state"],
            states().map(|of| ([of.provider.name(), of.state], number(of.count))),
        )?;
        to.gauges(
            "landbridge_peerings_oldest_seconds",
            "How long the peering that is longest in a state is in it, by the world's clock",
            ["provider", "state"],
            states().filter_map(|of| Some(([of.provider.name(), of.state], age(now, of.since?)))),
        )?;
        let stuck = standing.iter().flat_map(|standing| &standing.stuck);
        to.gauges(
            "landbridge_peerings_stuck",
            "Peerings that a cloud refuses to take down",
            ["provider"],
            stuck.map(|(provider, count)| ([provider.name()], number(*count))),
        )?;
        let queues = || {
            let both =
                |of: &store::Standing| [("container", of.due_containers), ("peering", of.due_peerings)];
            standing.map(both).into_iter().flatten()
        };
        let kinds = |value: fn(&Queue, Timestamp) -> f64| {
            queues().map(move |(kind, queue)| ([kind], value(&queue, now)))
        };
        to.gauges(
            "landbridge_queue_due",
            "Rows that are due for a look, those that somebody holds included",
            ["kind"],
            kinds(|queue, _| number(queue.due)),
        )?;
        to.gauges(
            "landbridge_queue_leased",
            "Due rows that somebody holds",
            ["kind"],
            kinds(|queue, _| number(queue.leased)),
        )?;
        to.gauges(
            "landbridge_queue_oldest_seconds",
            "For how long the row is due that waits longest, by the world's clock",
            ["kind"],
            kinds(|queue, now| queue.oldest.map_or(0.0, |since| age(now, since))),
        )
    }

    fn reconciler(&self, to: &mut Families<'_>) -> fmt::Result {
        let of = &self.metrics.reconciler;
        to.counters(
            "landbridge_reconciler_claims",
            "How often due rows were asked for",
            ["kind"],
            of.kinds().map(|(kind, of)| ([kind], of.claims.get())),
        )?;
        to.histograms(
            "landbridge_reconciler_pass_rows",
            "How many rows a pass took through",
            Of::Numbers,
            ["kind"],
            of.kinds().map(|(kind, of)| ([kind], &of.passes)),
        )?;
        to.gauges(
            "landbridge_reconciler_rows_in_hand",
            "Rows that this server works on",
            ["kind"],
            of.kinds().map(|(kind, of)| ([kind], number(of.in_hand.get()))),
        )?;
        to.counters(
            "landbridge_reconciler_records",
            "Looks that were written down, and those that were outdated by then",
            ["kind", "outcome"],
            of.kinds().flat_map(|(kind, of)| {
                [([kind, "recorded"], of.recorded.get()), ([kind, "outdated"], of.outdated.get())]
            }),
        )?;
        to.counter(
            "landbridge_reconciler_fences_lost",
            "Looks that came too late: somebody else had claimed the row",
            self.metrics.app.store.counters().fences_lost.get(),
        )?;
        to.counter(
            "landbridge_reconciler_store_failures",
            "Turns of the loop that the database would not let go on",
            of.store_failures.get(),
        )?;
        to.counters(
            "landbridge_peering_moves",
            "How often peerings moved into a state",
            ["provider", "state"],
            of.moves().map(|(provider, state, count)| ([provider.name(), state], count)),
        )?;
        to.counter(
            "landbridge_access_entries_expired",
            "Access-list entries that ran out and were taken out",
            of.expired.get(),
        )
    }

    fn clouds(&self, to: &mut Families<'_>) -> fmt::Result {
        let of = &self.metrics.reconciler;
        to.counters(
            "landbridge_cloud_calls",
            "Calls to clouds, and how they ended",
            ["provider", "call", "outcome"],
            of.calls().flat_map(|(provider, call, ends, _)| {
                let ends = reconciler::OUTCOMES.into_iter().zip(ends);
                ends.map(move |(outcome, count)| ([provider.name(), call.name(), outcome], count))
            }),
        )?;
        to.histograms(
            "landbridge_cloud_call_duration_seconds",
            "How long calls to clouds took",
            Of::Seconds,
            ["provider", "call"],
            of.calls().map(|(provider, call, _, time)| ([provider.name(), call.name()], time)),
        )
    }

    fn store(&self, to: &mut Families<'_>) -> fmt::Result {
        let store = &self.metrics.app.store;
        let (of, engine) = (store.counters(), store.engine_counters());
        to.counter("landbridge_store_reads", "Reads of the database", of.reads.get())?;
        to.counters(
            "landbridge_store_writes",
            "Changes of the database, and how they ended",
            ["outcome"],
            [
                (["committed"], of.committed.get()),
                (["refused"], of.refused.get()),
                (["failed"], of.failed.get()),
            ],
        )?;
        to.counters(
            "landbridge_store_errors",
            "What the database could not do, by kind",
            ["kind"],
            of.troubles().map(|(kind, count)| ([kind], count)),
        )?;
        let waiting = Some(number(of.waiting.get()));
        to.gauge("landbridge_store_writes_waiting", "Changes that wait for their commit", waiting)?;
        to.histograms(
            "landbridge_store_write_duration_seconds",
            "How long changes took, their wait included",
            Of::Seconds,
            [],
            [([], &of.write_time)],
        )?;
        to.histograms(
            "landbridge_store_commit_duration_seconds",
            "How long commits took, with all the changes that they carried",
            Of::Seconds,
            [],
            [([], &engine.commit_time)],
        )?;
        to.histograms(
            "landbridge_store_commit_changes",
            "How many changes a commit carried",
            Of::Numbers,
            [],
            [([], &engine.group_size)],
        )?;
        to.counter(
            "landbridge_store_connections_opened",
            "Connections that were opened because no other was there or free",
            engine.connections_opened.get(),
        )?;
        to.counter(
            "landbridge_store_retries",
            "How often work was done again because other servers got in the way",
            engine.retries.get(),
        )?;
        let size = self.figures.size.map(number);
        to.gauge("landbridge_store_size_bytes", "The database with its log", size)?;
        let free = crate::disk::free(&self.metrics.data).map(number);
        to.gauge("landbridge_data_free_bytes", "Room on the disk of the data folder", free)
    }

    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 have room")]
    fn process(&self, to: &mut Families<'_>) -> fmt::Result {
        let process = Process::ask();
        let started = self.metrics.started.micros() as f64 / 1e6;
        to.seconds("process_cpu_seconds", "Time on a processor", process.cpu_seconds)?;
        to.gauge("process_resident_memory_bytes", "Memory in use", process.resident_bytes.map(number))?;
        to.gauge("process_open_fds", "Open files and connections", process.open_files.map(number))?;
        to.gauge("process_max_fds", "How many may be open", process.max_files.map(number))?;
        to.gauge("process_start_time_seconds", "When the process started", Some(started))
    }
}
