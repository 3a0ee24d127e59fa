//! Every operation that changes something leaves its events, with who did it and from where. The
//! tables of this folder name them all: a new operation fails the walk until it is in it.

mod callers;
mod networks;
mod orgs;
mod people;
mod projects;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use api::{Method, OperationId, Root, operations};
use model::event::{Actor, EventKind};
use model::{Event, EventId};
use serde_json::{Value, json};
use server::serve::PeerAddr;
use store::Page;
use testkit::TestApp;

/// What a caller does, and the events that it leaves.
struct Deed {
    operation: &'static str,
    /// Below the root; names in braces stand for what earlier answers had as their id.
    path: &'static str,
    body: Value,
    status: u16,
    /// The name under which something of the answer is kept, and where it is.
    keep: (&'static str, &'static str),
    events: &'static [&'static str],
}

fn deed(operation: &'static str, path: &'static str, body: Value, events: &'static [&'static str]) -> Deed {
    let id = OperationId::from_name(operation).expect("an operation");
    Deed { operation, path, body, status: id.operation().status, keep: ("", ""), events }
}

fn keep(keep: &'static str, deed: Deed) -> Deed {
    Deed { keep: (keep, "/id"), ..deed }
}

fn refused(status: u16, deed: Deed) -> Deed {
    Deed { status, ..deed }
}

/// The reconciler's turn: what it tells, nobody did.
const SETTLE: &str = "(the reconciler)";

fn settle(events: &'static [&'static str]) -> Deed {
    Deed { operation: SETTLE, path: "", body: Value::Null, status: 0, keep: ("", ""), events }
}

/// The service has no events for what happens in the simulated world, and so there are none.
fn world() -> Vec<Deed> {
    vec![
        deed("updateWorld", "/groups/{group}/world", json!({"acceptance": "manual"}), &[]),
        deed("advanceClock", "/clock", json!({"advance": "PT1S"}), &[]),
        deed("sendTelemetry", "/api/private/v1.0/telemetry/events", json!([]), &[]),
        deed("sendTelemetryUnauth", "/api/private/unauth/telemetry/events", json!([]), &[]),
    ]
}

/// There is no account here to choose, and what is refused leaves nothing. What is granted is in
/// `clouds`, since the world's clock stands while a project is bound.
fn clouds() -> Vec<Deed> {
    let nowhere = json!({
        "awsAccountId": "123456789012", "containerId": "6a793f62c0eb9e7a17715099", "providerName": "AWS",
        "routeTableCidrBlock": "10.0.0.0/16", "vpcId": "vpc-0123456789abcdef0",
    });
    let peer = "/groups/{group}/peers/6a793f62c0eb9e7a17715099:release";
    vec![
        deed(
            "bindCloud",
            "/groups/{group}/clouds",
            json!({"providerName": "AWS", "cloud": "simulated"}),
            &[],
        ),
        refused(404, deed("planPeer", "/groups/{group}/peers?dryRun=true", nowhere.clone(), &[])),
        refused(404, deed("adoptPeer", "/groups/{group}/peers:adopt?connectionId=pcx-1", nowhere, &[])),
        refused(404, deed("releasePeer", peer, json!({}), &[])),
    ]
}

fn all_deeds() -> Vec<Deed> {
    let all = [
        networks::deeds(),
        projects::deeds(),
        callers::keys(),
        callers::accounts(),
        people::teams(),
        people::members(),
        orgs::deeds(),
        world(),
        clouds(),
    ];
    all.into_iter().flatten().collect()
}

fn fill(text: &str, ids: &BTreeMap<String, String>) -> String {
    ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
}

/// The events of the project and of all organizations, by id.
async fn events(app: &TestApp, ids: &BTreeMap<String, String>) -> BTreeMap<EventId, Event> {
    let page = Page { number: 1, size: 500 };
    let store = &app.app.store;
    let mut events = store.event_list_of_project(app.project, page).await.expect("events").items;
    for id in ["org", "second"].iter().filter_map(|name| ids.get(*name)) {
        let org = id.parse().expect("an id");
        events.extend(store.event_list_of_org(org, page).await.expect("events").items);
    }
    events.into_iter().map(|event| (event.id, event)).collect()
}

async fn walk(root: Root) {
    const ADDRESS: &str = "198.51.100.7";
    let app = TestApp::start().await;
    let mut ids = BTreeMap::from([
        ("group".to_owned(), app.project.to_string()),
        ("org".to_owned(), app.org.to_string()),
    ]);
    let first = events(&app, &ids).await;
    let made = first.values().find(|event| event.kind == EventKind::ServiceAccountCreated);
    let caller = made.expect("the owner's account").subject.clone();
    let mut seen: BTreeSet<EventId> = first.into_keys().collect();
    for deed in all_deeds() {
        if deed.operation == SETTLE {
            app.settle().await;
        } else {
            let operation = OperationId::from_name(deed.operation).expect("an operation").operation();
            let roots: Vec<Root> = operation.places.iter().map(|(root, _)| *root).collect();
            let root = if roots.contains(&root) { root } else { roots[0] };
            let path = format!("{}{}", root.prefix(), fill(deed.path, &ids));
            let body = (!deed.body.is_null()).then(|| {
                let body = fill(&deed.body.to_string(), &ids);
                serde_json::from_str(&body).expect("JSON")
            });
            let mut request = app.request(operation.method.name(), &path, body);
            if let (Root::V2, Some(version)) = (root, operation.versions.last()) {
                let accept = format!("application/vnd.atlas.{version}+json").parse().expect("a media type");
                request.headers_mut().insert("accept", accept);
            }
            let address: SocketAddr = format!("{ADDRESS}:40000").parse().expect("an address");
            request.extensions_mut().insert(PeerAddr(address));
            // A new container is kept for a moment.
            app.post("/api/landbridge/v1/clock", json!({"advance": "PT2S"})).await.expect(200);
            let answer = app.send(request).await;
            assert_eq!(answer.status, deed.status, "{} {}", deed.operation, answer.text());
            let (name, place) = deed.keep;
            if !name.is_empty() {
                let answer = answer.json();
                let id = answer.pointer(place).and_then(Value::as_str).expect("an id");
                ids.insert(name.to_owned(), id.to_owned());
            }
        }
        let now = events(&app, &ids).await;
        let new: Vec<&Event> = now.values().filter(|event| !seen.contains(&event.id)).collect();
        let mut names: Vec<&str> = new.iter().map(|event| event.kind.name()).collect();
        names.sort_unstable();
        assert_eq!(names, deed.events, "{} {}", deed.operation, deed.path);
        for event in new {
            match &event.act.by {
                Actor::System => assert_eq!(deed.operation, SETTLE, "{event:?}"),
                Actor::ServiceAccount { client_id, address } => {
                    assert_ne!(deed.operation, SETTLE, "{event:?}");
                    assert_eq!((address.as_str(), client_id), (ADDRESS, &caller), "{event:?}");
                }
                Actor::Key { .. } => panic!("no key did it: {event:?}"),
            }
        }
        seen = now.into_keys().collect();
    }
}

#[tokio::test]
async fn every_change_in_v2_leaves_its_events_with_actor_and_address() {
    walk(Root::V2).await;
}

#[tokio::test]
async fn every_change_in_v1_leaves_its_events_with_actor_and_address() {
    walk(Root::V1).await;
}

#[test]
fn every_operation_that_changes_something_is_walked() {
    let walked: BTreeSet<&str> = all_deeds().iter().map(|deed| deed.operation).collect();
    let tokens = [OperationId::CreateToken, OperationId::RevokeToken];
    let missing: Vec<&str> = operations()
        .iter()
        .filter(|operation| operation.method != Method::Get && !tokens.contains(&operation.id))
        .map(|operation| operation.id.name())
        .filter(|name| !walked.contains(name))
        .collect();
    assert!(missing.is_empty(), "say which events these leave, in the table above: {missing:?}");
}
