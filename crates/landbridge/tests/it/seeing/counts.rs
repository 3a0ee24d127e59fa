//! What is counted is what was done; what is counted is explained.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use api::Method;

use super::page::Page;
use super::tour::{Tour, page};

/// Calls of one kind.
const N: u32 = 23;

#[test]
fn as_many_requests_are_counted_as_were_made() {
    let mut tour = Tour::start(&[]);
    let before = Page::of(&tour.server);
    let (list, missing) = (tour.path("/peers"), tour.path("/peers/6a793f62c0eb9e7a1771502a"));
    for _ in 0..N {
        tour.call(Method::Get, &list, None, 200);
        tour.call(Method::Get, &missing, None, 404);
    }
    // An envelope says 200, and 404 was meant.
    tour.call(Method::Get, &format!("{missing}?envelope=true"), None, 200);
    let peer = tour.aws_peer();
    tour.await_status(&peer, "AVAILABLE");
    tour.call(Method::Delete, &tour.path(&format!("/peers/{peer}")), None, 202);
    tour.await_gone(&peer);
    let after = Page::of(&tour.server);

    let more = |name: &str, labels: &[(&str, &str)]| after.sum(name, labels) - before.sum(name, labels);
    let answers = |operation: &str, status: &str| {
        more(
            "landbridge_requests_total",
            &[("operation", operation), ("version", "v1.0"), ("status", status)],
        )
    };
    assert_eq!(answers("listGroupPeers", "200"), f64::from(N));
    // Once more with its envelope, and once when the peering had gone.
    assert_eq!(answers("getGroupPeer", "404"), f64::from(N) + 2.0);
    let created = ["createGroupContainer", "createGroupPeer"].map(|operation| answers(operation, "201"));
    assert_eq!((created, answers("deleteGroupPeer", "202")), ([1.0, 1.0], 1.0));
    // Every answer has its time, and every one of these callers showed its key.
    let all = more("landbridge_requests_total", &[]);
    assert_eq!(all, more("landbridge_request_duration_seconds_count", &[]));
    assert_eq!(all, more("landbridge_request_duration_seconds_bucket", &[("le", "+Inf")]));
    assert_eq!(all, more("landbridge_authentications_total", &[("scheme", "digest"), ("outcome", "ok")]));
    assert_eq!(after.sum("landbridge_requests_in_flight", &[]), 0.0);

    // One peering came and went: each state once, each effect once.
    for state in ["active", "removed"] {
        assert_eq!(more("landbridge_peering_moves_total", &[("provider", "AWS"), ("state", state)]), 1.0);
    }
    for call in ["make_network", "request", "remove"] {
        let labels = [("provider", "AWS"), ("call", call), ("outcome", "ok")];
        assert_eq!(more("landbridge_cloud_calls_total", &labels), 1.0, "{call}");
        assert_eq!(more("landbridge_cloud_call_duration_seconds_count", &labels[..2]), 1.0, "{call}");
    }
    assert_eq!(after.sum("landbridge_reconciler_fences_lost_total", &[]), 0.0);
    let commits = after.sum("landbridge_store_commit_changes_sum", &[]);
    let writes = after.sum("landbridge_store_writes_total", &[]);
    assert_eq!(commits, writes, "each change went with one commit");
}

#[test]
fn the_page_shows_how_things_stand() {
    let mut tour = Tour::start(&[]);
    let peer = tour.aws_peer();
    tour.await_status(&peer, "AVAILABLE");
    let page = Page::of(&tour.server);
    assert_eq!(page.sum("landbridge_peerings", &[("provider", "AWS"), ("state", "active")]), 1.0);
    assert_eq!(page.sum("landbridge_peerings", &[]), 1.0);
    assert_eq!(page.series("landbridge_peerings_oldest_seconds").count(), 1);
    assert_eq!(page.sum("landbridge_peerings_stuck", &[]), 0.0);
    assert_eq!(page.sum("landbridge_queue_leased", &[]), 0.0);
    assert!(page.sum("landbridge_store_size_bytes", &[]) > 4096.0);
    assert!(page.sum("process_resident_memory_bytes", &[]) > 1e6);
    assert!(page.sum("process_start_time_seconds", &[]) > 1.7e9);
}

/// The rows of the document: the series, its type, its labels.
fn documented() -> BTreeSet<(String, String, BTreeSet<String>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/metrics.md");
    let text = fs::read_to_string(path).expect("the document is there");
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let labels = quoted(cells[2]).into_iter().collect();
        (cells[0].trim_end_matches('`').to_owned(), cells[1].to_owned(), labels)
    })
    .collect()
}

#[test]
fn every_metric_is_explained_with_its_type_and_its_labels_and_nothing_else_is() {
    let (_tour, page) = page();
    let shown = page.kinds.iter().map(|(name, kind)| {
        let series = if kind == "counter" { format!("{name}_total") } else { name.clone() };
        let labels = page.labels(name).into_iter().map(str::to_owned).collect();
        (series, kind.clone(), labels)
    });
    let (shown, documented) = (shown.collect::<BTreeSet<_>>(), documented());
    let only = |a: &BTreeSet<_>, b: &BTreeSet<_>| a.difference(b).cloned().collect::<Vec<_>>();
    assert_eq!(only(&shown, &documented), [], "on the page, and not so in docs/metrics.md");
    assert_eq!(only(&documented, &shown), [], "in docs/metrics.md, and not so on the page");
}

#[test]
fn no_label_holds_what_there_may_be_many_of() {
    let (tour, page) = page();
    let ids = [tour.group.as_str(), "mdb_sa_id", "127.0.0.1", "rehearsal"];
    for sample in &page.samples {
        for value in sample.labels.values() {
            assert!(!ids.iter().any(|id| value.contains(id)), "{sample:?}");
            assert!(value.len() < 40, "{sample:?}");
        }
    }
    assert!(page.samples.len() < 1000, "{} series", page.samples.len());
}
