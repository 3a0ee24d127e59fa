//! Every operation that changes something leaves its events, with who did it and from where. The
//! table below names them all: a new operation fails the walk until it is in it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use api::{Method, OperationId, Root, operations};
use serde_json::{Value, json};
use server::serve::PeerAddr;
use testkit::TestApp;

/// What a caller does, and the events that it leaves.
struct Deed {
    operation: &'static str,
    /// Below the root; names in braces stand for what earlier answers had as their id.
    path: &'static str,
    body: Value,
    status: u16,
    /// The name under which the answer's id is kept.
    keep: &'static str,
    events: &'static [&'static str],
}

fn deed(operation: &'static str, path: &'static str, body: Value, events: &'static [&'static str]) -> Deed {
    let id = OperationId::from_name(operation).expect("an operation");
    Deed { operation, path, body, status: id.operation().status, keep: "", events }
}

fn keep(keep: &'static str, deed: Deed) -> Deed {
    Deed { keep, ..deed }
}

fn refused(status: u16, deed: Deed) -> Deed {
    Deed { status, ..deed }
}

/// The reconciler's turn: what it tells, nobody did.
const SETTLE: &str = "(the reconciler)";

fn settle(events: &'static [&'static str]) -> Deed {
    Deed { operation: SETTLE, path: "", body: Value::Null, status: 0, keep: "", events }
}

fn networks() -> Vec<Deed> {
    let block =
        |block: &str| json!({"atlasCidrBlock": block, "providerName": "AWS", "regionName": "US_EAST_1"});
    let peer = json!({"awsAccountId": "123456789012", "containerId": "{container}", "providerName": "AWS",
        "routeTableCidrBlock": "10.0.0.0/16", "vpcId": "vpc-0123456789abcdef0"});
    let far = "/groups/{group}/peers/{peer}/farSide";
    vec![
        keep(
            "spare",
            deed("createGroupContainer", "/groups/{group}/containers", block("192.168.200.0/21"), &[]),
        ),
        deed(
            "updateGroupContainer",
            "/groups/{group}/containers/{spare}",
            block("192.168.208.0/21"),
            &["CONTAINER_SUBNETS_UPDATE_REQUESTED"],
        ),
        deed(
            "deleteGroupContainer",
            "/groups/{group}/containers/{spare}",
            Value::Null,
            &["CONTAINER_DELETED"],
        ),
        keep(
            "container",
            deed("createGroupContainer", "/groups/{group}/containers", block("192.168.208.0/21"), &[]),
        ),
        keep("peer", deed("createGroupPeer", "/groups/{group}/peers", peer, &["PEER_CREATED"])),
        settle(&[]),
        deed(
            "createGroupAccessListEntry",
            "/groups/{group}/accessList",
            json!([{"awsSecurityGroup": "sg-1"}, {"ipAddress": "203.0.113.1"}]),
            &["NETWORK_PERMISSION_ENTRY_ADDED", "NETWORK_PERMISSION_ENTRY_ADDED"],
        ),
        deed("actOnFarSide", far, json!({"action": "accept"}), &[]),
        settle(&["PEER_UPDATED"]),
        deed(
            "updateGroupPeer",
            "/groups/{group}/peers/{peer}",
            json!({"providerName": "AWS", "routeTableCidrBlock": "10.1.0.0/16"}),
            &["PEER_UPDATED"],
        ),
        settle(&[]),
        deed("actOnFarSide", far, json!({"action": "delete"}), &[]),
        settle(&["PEER_UPDATED"]),
        deed(
            "deleteGroupPeer",
            "/groups/{group}/peers/{peer}",
            Value::Null,
            &["NETWORK_PERMISSION_ENTRY_REMOVED", "PEER_DELETED"],
        ),
        settle(&[]),
        deed(
            "createGroupAccessListEntry",
            "/groups/{group}/accessList",
            json!([{"ipAddress": "203.0.113.1", "comment": "another"}]),
            &["NETWORK_PERMISSION_ENTRY_UPDATED"],
        ),
        deed(
            "deleteGroupAccessListEntry",
            "/groups/{group}/accessList/203.0.113.1",
            Value::Null,
            &["NETWORK_PERMISSION_ENTRY_REMOVED"],
        ),
        deed("updateGroupPrivateIpMode", "/groups/{group}/privateIpMode", json!({"enabled": false}), &[]),
    ]
}

fn projects() -> Vec<Deed> {
    let limit = "/groups/{group}/limits/atlas.project.security.networkAccess.entries";
    let window = "/groups/{group}/maintenanceWindow";
    vec![
        keep(
            "made",
            deed("createGroup", "/groups", json!({"name": "made", "orgId": "{org}"}), &["GROUP_CREATED"]),
        ),
        deed("deleteGroup", "/groups/{made}", Value::Null, &["GROUP_DELETED"]),
        deed("updateGroup", "/groups/{group}", json!({"name": "renamed"}), &["GROUP_NAME_CHANGED"]),
        deed(
            "updateGroup",
            "/groups/{group}",
            json!({"name": "rehearsal", "tags": [{"key": "k", "value": "v"}]}),
            &["GROUP_NAME_CHANGED", "GROUP_TAGS_MODIFIED"],
        ),
        deed("updateGroup", "/groups/{group}", json!({"tags": []}), &["GROUP_TAGS_MODIFIED"]),
        deed("updateGroupSettings", "/groups/{group}/settings", json!({"isDataExplorerEnabled": false}), &[]),
        deed("setGroupLimit", limit, json!({"value": 150}), &["PROJECT_LIMIT_UPDATED"]),
        deed("deleteGroupLimit", limit, Value::Null, &["PROJECT_LIMIT_UPDATED"]),
        deed("disableManagedSlowMs", "/groups/{group}/managedSlowMs/disable", Value::Null, &[]),
        deed("enableManagedSlowMs", "/groups/{group}/managedSlowMs/enable", Value::Null, &[]),
        deed("toggleAwsCustomDns", "/groups/{group}/awsCustomDNS", json!({"enabled": true}), &[]),
        deed(
            "updateAuditLog",
            "/groups/{group}/auditLog",
            json!({"enabled": true}),
            &["AUDIT_LOG_CONFIGURATION_UPDATED"],
        ),
        deed(
            "updateAuditLog",
            "/groups/{group}/auditLog",
            json!({"enabled": false}),
            &["AUDIT_LOG_CONFIGURATION_UPDATED"],
        ),
        deed("updateMaintenanceWindow", window, json!({"dayOfWeek": 1}), &["MAINTENANCE_WINDOW_ADDED"]),
        deed(
            "updateMaintenanceWindow",
            window,
            json!({"dayOfWeek": 2, "autoDeferOnceEnabled": true}),
            &["MAINTENANCE_AUTO_DEFER_ENABLED", "MAINTENANCE_WINDOW_MODIFIED"],
        ),
        deed(
            "toggleMaintenanceAutoDefer",
            "/groups/{group}/maintenanceWindow/autoDefer",
            Value::Null,
            &["MAINTENANCE_AUTO_DEFER_DISABLED"],
        ),
        refused(
            400,
            deed("deferMaintenanceWindow", "/groups/{group}/maintenanceWindow/defer", Value::Null, &[]),
        ),
        deed("resetMaintenanceWindow", window, Value::Null, &["MAINTENANCE_WINDOW_REMOVED"]),
    ]
}

fn keys() -> Vec<Deed> {
    let list = "/orgs/{org}/apiKeys/{key}/accessList";
    let roles = |roles: Value| json!([{ "roles": roles }]);
    vec![
        keep(
            "key",
            deed(
                "createOrgApiKey",
                "/orgs/{org}/apiKeys",
                json!({"desc": "k", "roles": ["ORG_MEMBER"]}),
                &["API_KEY_CREATED"],
            ),
        ),
        deed(
            "updateOrgApiKey",
            "/orgs/{org}/apiKeys/{key}",
            json!({"desc": "l", "roles": ["ORG_READ_ONLY"]}),
            &["API_KEY_DESCRIPTION_CHANGED", "API_KEY_ROLES_CHANGED"],
        ),
        deed(
            "createOrgAccessEntry",
            list,
            json!([{"ipAddress": "203.0.113.1"}]),
            &["API_KEY_ACCESS_LIST_ENTRY_ADDED"],
        ),
        deed(
            "deleteOrgAccessEntry",
            "/orgs/{org}/apiKeys/{key}/accessList/203.0.113.1",
            Value::Null,
            &["API_KEY_ACCESS_LIST_ENTRY_DELETED"],
        ),
        deed(
            "addGroupApiKey",
            "/groups/{group}/apiKeys/{key}",
            roles(json!(["GROUP_READ_ONLY"])),
            &["API_KEY_ADDED_TO_GROUP"],
        ),
        deed(
            "updateGroupApiKey",
            "/groups/{group}/apiKeys/{key}",
            json!({"roles": ["GROUP_OWNER"]}),
            &["API_KEY_ROLES_CHANGED"],
        ),
        deed(
            "removeGroupApiKey",
            "/groups/{group}/apiKeys/{key}",
            Value::Null,
            &["API_KEY_REMOVED_FROM_GROUP"],
        ),
        deed("deleteOrgApiKey", "/orgs/{org}/apiKeys/{key}", Value::Null, &["API_KEY_DELETED"]),
        deed(
            "createGroupApiKey",
            "/groups/{group}/apiKeys",
            json!({"desc": "k", "roles": ["GROUP_READ_ONLY"]}),
            &["API_KEY_ADDED_TO_GROUP", "API_KEY_CREATED"],
        ),
    ]
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

fn all_deeds() -> Vec<Deed> {
    [networks(), projects(), keys(), world()].into_iter().flatten().collect()
}

fn fill(text: &str, ids: &BTreeMap<String, String>) -> String {
    ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), id))
}

/// The events of the project and of its organization, by id.
async fn events(app: &TestApp) -> BTreeMap<String, Value> {
    let mut events = BTreeMap::new();
    for path in [app.group("/events"), format!("/api/atlas/v2/orgs/{}/events", app.org)] {
        let page = app.get(&format!("{path}?itemsPerPage=500")).await.expect(200);
        for event in page["results"].as_array().expect("a page") {
            let id = event["id"].as_str().expect("an id").to_owned();
            events.entry(id).or_insert_with(|| event.clone());
        }
    }
    events
}

async fn walk(root: Root) {
    const ADDRESS: &str = "198.51.100.7";
    let app = TestApp::start().await;
    let mut ids = BTreeMap::from([
        ("group".to_owned(), app.project.to_string()),
        ("org".to_owned(), app.org.to_string()),
    ]);
    let mut seen: BTreeSet<String> = events(&app).await.into_keys().collect();
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
            let address: SocketAddr = format!("{ADDRESS}:40000").parse().expect("an address");
            request.extensions_mut().insert(PeerAddr(address));
            // A new container is kept for a moment.
            app.post("/api/landbridge/v1/clock", json!({"advance": "PT2S"})).await.expect(200);
            let answer = app.send(request).await;
            assert_eq!(answer.status, deed.status, "{} {}", deed.operation, answer.text());
            if !deed.keep.is_empty() {
                ids.insert(deed.keep.to_owned(), answer.json()["id"].as_str().expect("an id").to_owned());
            }
        }
        let now = events(&app).await;
        let new: Vec<&Value> =
            now.iter().filter(|(id, _)| !seen.contains(*id)).map(|(_, event)| event).collect();
        let mut names: Vec<&str> = new.iter().filter_map(|event| event["eventTypeName"].as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, deed.events, "{} {}", deed.operation, deed.path);
        for event in new {
            if deed.operation == SETTLE {
                assert!(event.get("username").is_none() && event.get("remoteAddress").is_none(), "{event}");
            } else {
                assert_eq!(event["remoteAddress"], ADDRESS, "{event}");
                let name = event["username"].as_str().expect("the service account did it");
                assert!(name.starts_with("mdb_sa_id_"), "{event}");
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
