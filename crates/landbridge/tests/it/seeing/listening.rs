//! Where the page is, and where it is not.

use super::page::{Page, base, get};
use crate::bed::{Server, eventually, folder, run, text};

#[test]
fn the_page_can_have_a_listener_of_its_own_and_then_is_nowhere_else() {
    let folder = folder();
    let server = Server::start(folder.path(), &["--metrics-listen", "127.0.0.1:0"]);
    let at = eventually("the log says where metrics are", || {
        let log = server.log();
        let line = log.lines().find(|line| line.contains("metrics are served"))?.to_owned();
        let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        Some(line["at"].as_str().expect("an address").to_owned())
    });
    let page = Page::at(&format!("http://{at}"));
    assert_eq!(page.sum("landbridge_build_info", &[]), 1.0);
    assert_eq!(get(&format!("{}/metrics", base(&server))).0, 401, "the API has no such path");
    assert_eq!(get(&format!("http://{at}/api/atlas/v2/groups")).0, 404, "and metrics no other");
}

#[test]
fn a_server_beyond_loopback_shows_nothing_to_strangers_unless_told_where() {
    let here = folder();
    let server = Server::start(here.path(), &["--listen", "0.0.0.0:0", "--allow-plaintext"]);
    assert_eq!(get(&format!("{}/metrics", base(&server))).0, 401);
    let elsewhere = folder();
    let off = Server::start(elsewhere.path(), &["--metrics-listen", "off"]);
    assert_eq!(get(&format!("{}/metrics", base(&off))).0, 401);
}

#[test]
fn what_can_not_be_listened_at_or_sent_to_is_refused_with_a_sentence() {
    let folder = folder();
    for (arguments, part) in [
        (["serve", "--metrics-listen", "9464"], "no address to serve metrics at"),
        (["serve", "--otlp-endpoint", "collector:4318"], "can't be where traces go"),
    ] {
        let refused = run(folder.path(), &arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        assert!(text(&refused.stderr).contains(part), "{}", text(&refused.stderr));
    }
}
