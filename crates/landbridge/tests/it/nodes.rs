//! Several servers on one database, each with a data folder of its own.

use std::time::Duration;

use api::Method;
use landbridge::client::Client;
use serde_json::json;

use crate::bed::{Server, aws_place, command, eventually, folder, run, text, value};
use crate::site::{Proxy, Site};

#[test]
fn a_second_server_on_the_database_serves_the_same_and_follows_its_clock() {
    let site = Site::of_nodes(2);
    let (first, second) = (site.start(0, &[]), site.start(1, &[]));
    assert!(second.greeting().contains("bootstrap.env is missing"), "{}", second.greeting());
    // What the first start gave opens both.
    let mut clients = ["bootstrap.env", "bootstrap-oauth.env"].map(|file| site.client(&second, file));
    for client in &mut clients {
        let answer = client.call(Method::Get, "/api/atlas/v1.0/groups", None).expect("an answer");
        assert_eq!((answer.status, &answer.body["totalCount"]), (200, &json!(1)));
    }
    let mut at_first = site.client(&first, "bootstrap.env");
    let advance = json!({ "advance": "P7D" });
    let moved = at_first.call(Method::Post, "/api/landbridge/v1/clock", Some(&advance));
    assert_eq!(moved.expect("an answer").status, 200);
    eventually("the other server's clock follows", || {
        let clock = clients[0].call(Method::Get, "/api/landbridge/v1/clock", None).expect("an answer");
        (clock.text("offset") == "PT168H").then_some(())
    });
}

#[test]
fn a_server_with_another_master_key_is_refused() {
    let (folder, other, database) = (folder(), folder(), testpg::empty());
    let _first = Server::start(folder.path(), &["--database", &database]);
    let serve = ["serve", "--data", "data", "--listen", "127.0.0.1:0", "--database", &database];
    let keyless = run(other.path(), &serve);
    assert!(text(&keyless.stderr).contains("is missing, and only it opens the secrets"));
    let wrong = command(other.path(), &serve).env("LANDBRIDGE_MASTER_KEY", "0f".repeat(32)).output();
    let wrong = text(&wrong.expect("the program starts").stderr);
    assert!(wrong.contains("all servers on one database need the same key"), "{wrong}");
}

#[test]
fn a_database_that_is_not_there_is_told_without_its_password() {
    let folder = folder();
    let database = "postgres://u:hush@127.0.0.1:1/nowhere";
    let output = run(folder.path(), &["serve", "--database", database]);
    let said = text(&output.stderr);
    assert!(!output.status.success() && said.contains("postgres://127.0.0.1/nowhere"), "{said}");
    assert!(said.contains("can't be reached") && !said.contains("hush"), "{said}");
}

const V1: &str = "/api/atlas/v1.0";

/// A call that must be answered so; what the database can't answer now is asked again.
fn answered(
    client: &mut Client,
    method: Method,
    path: &str,
    body: Option<&serde_json::Value>,
    status: u16,
) -> String {
    eventually(&format!("{path} is answered {status}"), || {
        let answer = client.call(method, path, body).ok()?;
        assert!([status, 503].contains(&answer.status), "{path}: {} {}", answer.status, answer.body);
        (answer.status == status).then(|| answer.text("id").to_owned())
    })
}

fn peering(container: &str, nth: usize) -> serde_json::Value {
    json!({
        "containerId": container, "providerName": "AWS", "accepterRegionName": "us-east-1",
        "awsAccountId": "123456789012", "vpcId": format!("vpc-{nth:017x}"),
        "routeTableCidrBlock": format!("172.{}.0.0/16", 16 + nth % 15)
    })
}

/// Stops the first of two servers in the middle of its work, lets the other do all of it, and lets
/// the first go on: by then it has been overtaken in everything, and nothing of it may count.
fn overtaken(site: &Site, first: &Server, stop: impl Fn(), go_on: impl Fn()) {
    let database = site.database().expect("a database at a server");
    let number = |query: &str| -> i64 {
        testpg::rows(database, query)[0][0].as_deref().expect("a number").parse().expect("a number")
    };
    let project = value(site.folder(0), "bootstrap.env", "MONGODB_ATLAS_PROJECT_ID");
    let group = format!("{V1}/groups/{project}");
    let mut at_first = site.client(first, "bootstrap-oauth.env");
    let place = aws_place();
    let container = answered(&mut at_first, Method::Post, &format!("{group}/containers"), Some(&place), 201);
    let mut nth = 0;
    // Work that it has claimed and not recorded.
    let n_held = eventually("it is stopped in the middle of work", || {
        nth += 1;
        let body = peering(&container, nth);
        let made = at_first.call(Method::Post, &format!("{group}/peers"), Some(&body)).expect("an answer");
        std::thread::park_timeout(Duration::from_micros(nth as u64 * 300 % 5000));
        stop();
        let held = "SELECT (SELECT count(*) FROM peering WHERE lease_until > 0) \
             + (SELECT count(*) FROM container WHERE lease_until > 0)";
        let n_held = number(held);
        if n_held > 0 {
            return Some(n_held);
        }
        go_on();
        if made.status == 201 {
            let path = format!("{group}/peers/{}", made.text("id"));
            answered(&mut at_first, Method::Delete, &path, None, 202);
        }
        None
    });
    // Its leases run out.
    let second = site.start(1, &["--latency", "instant"]);
    let mut at_second = site.client(&second, "bootstrap-oauth.env");
    eventually("its leases are over", || {
        // What it was about to change is locked until the database gives up on it.
        site.end_leases();
        let listed = at_second.call(Method::Get, &format!("{group}/peers"), None).ok()?;
        for peer in listed.body["results"].as_array()? {
            let path = format!("{group}/peers/{}", peer["id"].as_str()?);
            let answer = at_second.call(Method::Delete, &path, None).ok()?;
            assert!([202, 404, 409, 503].contains(&answer.status), "{}", answer.body);
        }
        (listed.body["totalCount"] == 0).then_some(())
    });
    let fences = "SELECT coalesce(max(fence), 0) FROM container";
    eventually("the container's network is gone", || {
        site.end_leases();
        (number("SELECT count(*) FROM container WHERE network <> 'absent' OR due_at IS NOT NULL") == 0)
            .then_some(())
    });
    let fence = number(fences);
    go_on();
    // It works again, after whatever it had to say.
    let body = peering(&container, 1000);
    let path = format!("{group}/peers");
    let again = answered(&mut at_first, Method::Post, &path, Some(&body), 201);
    answered(&mut at_first, Method::Delete, &format!("{path}/{again}"), None, 202);
    eventually("all of it is gone for good", || {
        let left = "SELECT (SELECT count(*) FROM peering) + (SELECT count(*) FROM sim_connection) \
             + (SELECT count(*) FROM container WHERE network <> 'absent')";
        (number(left) == 0).then_some(())
    });
    assert!(number(fences) >= fence && n_held > 0);
    assert!(site.errors().is_empty(), "{:#?}", site.errors());
}

const SWIFT: [&str; 6] = ["--latency", "swift", "--log-level", "warn", "--log-format", "json"];

#[test]
fn a_server_that_hangs_beyond_its_leases_writes_nothing_when_it_wakes() {
    let site = Site::of_nodes(2);
    let first = site.start(0, &SWIFT);
    overtaken(&site, &first, || first.signal("STOP"), || first.signal("CONT"));
}

#[test]
fn a_server_that_is_cut_off_from_the_database_writes_nothing_when_it_is_back() {
    let site = Site::of_nodes(2);
    let way = Proxy::to(site.database().expect("a database at a server"));
    let first = site.start_at(0, Some(way.url()), &SWIFT);
    overtaken(&site, &first, || way.hold(), || way.release());
}
