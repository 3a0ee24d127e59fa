//! The commands that open the database themselves, beside a running server and without one.

use std::path::Path;

use api::Method;
use landbridge::client::Client;
use landbridge::client::access::{Access, Credentials};
use serde_json::{Value, json};

use crate::bed::{self, Server, aws_peer, client, eventually, folder, run, text, value};

const V1: &str = "/api/atlas/v1.0";

/// What a command says, which must succeed.
fn said(folder: &Path, arguments: &[&str]) -> String {
    bed::said(folder, &[&["--data", "data"], arguments].concat())
}

fn json_said(folder: &Path, arguments: &[&str]) -> Value {
    bed::json_said(folder, &[&["--data", "data"], arguments].concat())
}

/// What a command that must fail says, and its exit code.
fn failed(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = run(folder, &[&["--data", "data"], arguments].concat());
    assert!(!output.status.success(), "{arguments:?}: {}", text(&output.stdout));
    (output.status.code(), text(&output.stderr))
}

/// A client with other credentials than the files'.
fn signed_in(folder: &Path, credentials: Credentials) -> Client {
    let access = Access::of_file(&folder.join("data/bootstrap.env")).expect("a file to source");
    Client::new(&Access { credentials, ..access }, None).expect("a client")
}

fn key(made: &Value) -> Credentials {
    let part = |name: &str| made[name].as_str().expect("it is told").to_owned();
    Credentials::Key { public: part("publicKey"), private: part("privateKey") }
}

fn account(made: &Value) -> Credentials {
    let secret = made["secrets"].as_array().expect("secrets").iter().find_map(|kept| kept["secret"].as_str());
    let id = made["clientId"].as_str().expect("an id").to_owned();
    Credentials::Account { id, secret: secret.expect("it is told once").to_owned() }
}

fn status(client: &mut Client) -> u16 {
    match client.call(Method::Get, &format!("{V1}/groups"), None) {
        Ok(answer) | Err(landbridge::client::Unanswered::SignIn(answer)) => answer.status,
        Err(landbridge::client::Unanswered::Lost(error)) => panic!("{error}"),
    }
}

#[test]
fn a_key_is_made_rotated_and_revoked_at_the_terminal_and_a_running_server_knows_at_once() {
    let folder = folder();
    let path = folder.path();
    let _server = Server::start(path, &[]);
    let project = value(path, "bootstrap.env", "MONGODB_ATLAS_PROJECT_ID");
    let grant = format!("{project}=GROUP_OWNER");
    let made = json_said(path, &["keys", "make", "--project", &grant, "--desc", "for a test"]);
    let name = made["publicKey"].as_str().expect("a public half");
    let mut first = signed_in(path, key(&made));
    assert_eq!(status(&mut first), 200);
    let roles: Vec<&Value> =
        made["roles"].as_array().expect("roles").iter().map(|role| &role["roleName"]).collect();
    assert_eq!(roles, ["ORG_MEMBER", "GROUP_OWNER"]);

    let rotated = json_said(path, &["keys", "rotate", name]);
    assert_eq!(rotated["publicKey"], made["publicKey"]);
    assert_eq!(status(&mut first), 401, "the old half ends at once");
    let mut second = signed_in(path, key(&rotated));
    assert_eq!(status(&mut second), 200);
    let both = json_said(path, &["keys", "rotate", name, "--both"]);
    assert_eq!(both["id"], made["id"]);
    assert_ne!(both["publicKey"], made["publicKey"]);
    assert_eq!(status(&mut second), 401);
    let mut third = signed_in(path, key(&both));
    assert_eq!(status(&mut third), 200);

    let listed = said(path, &["keys", "list"]);
    assert!(listed.contains("for a test") && listed.contains("ORG_MEMBER"), "{listed}");
    assert!(!listed.contains(both["privateKey"].as_str().expect("told")), "it is shown once");
    let id = made["id"].as_str().expect("an id");
    assert_eq!(said(path, &["keys", "revoke", id]), format!("revoked {id}\n"));
    assert_eq!(status(&mut third), 401);
    let (code, told) = failed(path, &["keys", "revoke", id]);
    assert!(code == Some(3) && told.contains("no API key") && told.contains("hint: "), "{told}");
}

#[test]
fn the_addresses_of_a_key_are_kept_at_the_terminal_and_hold_at_once() {
    let folder = folder();
    let path = folder.path();
    let _server = Server::start(path, &[]);
    let mut client = client(path, "bootstrap.env");
    assert_eq!(status(&mut client), 200);
    let name = value(path, "bootstrap.env", "MONGODB_ATLAS_PUBLIC_KEY");
    let listed = json_said(path, &["keys", "access-list", &name, "--add", "192.0.2.0/24"]);
    assert_eq!(listed[0]["cidrBlock"], "192.0.2.0/24");
    assert_eq!(status(&mut client), 403);
    said(path, &["keys", "access-list", &name, "--remove", "192.0.2.0/24"]);
    assert_eq!(status(&mut client), 200);
    let (code, _) = failed(path, &["keys", "access-list", &name, "--remove", "192.0.2.0/24"]);
    assert_eq!(code, Some(3));
}

#[test]
fn an_account_is_made_rotated_and_revoked_at_the_terminal_and_its_tokens_end_at_once() {
    let folder = folder();
    let path = folder.path();
    let _server = Server::start(path, &[]);
    let made =
        json_said(path, &["accounts", "make", "pipeline", "--role", "ORG_OWNER", "--secret-hours", "8"]);
    let id = made["clientId"].as_str().expect("an id");
    let mut first = signed_in(path, account(&made));
    assert_eq!(status(&mut first), 200);

    let kept = json_said(path, &["accounts", "rotate", id, "--keep-old"]);
    assert_eq!(kept["secrets"].as_array().map(Vec::len), Some(2));
    let mut second = signed_in(path, account(&kept));
    assert_eq!((status(&mut first), status(&mut second)), (200, 200), "both serve");
    let rotated = json_said(path, &["accounts", "rotate", id]);
    assert_eq!(rotated["secrets"].as_array().map(Vec::len), Some(1));
    assert_eq!((status(&mut first), status(&mut second)), (401, 401), "the tokens went with the secrets");
    let mut third = signed_in(path, account(&rotated));
    assert_eq!(status(&mut third), 200);

    let listed = said(path, &["accounts", "list"]);
    assert!(listed.contains("pipeline") && listed.contains("bootstrap"), "{listed}");
    said(path, &["accounts", "revoke", id]);
    assert_eq!(status(&mut third), 401);
    assert_eq!(failed(path, &["accounts", "rotate", id]).0, Some(3));
}

#[test]
fn rotating_what_a_first_start_made_brings_its_file_up_to_date() {
    let folder = folder();
    let path = folder.path();
    let _server = Server::start(path, &[]);
    let name = value(path, "bootstrap.env", "MONGODB_ATLAS_PUBLIC_KEY");
    let before = value(path, "bootstrap.env", "MONGODB_ATLAS_PRIVATE_KEY");
    said(path, &["keys", "rotate", &name]);
    assert_ne!(value(path, "bootstrap.env", "MONGODB_ATLAS_PRIVATE_KEY"), before);
    assert_eq!(status(&mut client(path, "bootstrap.env")), 200);
    said(path, &["accounts", "rotate", &value(path, "bootstrap-oauth.env", "MONGODB_ATLAS_CLIENT_ID")]);
    assert_eq!(status(&mut client(path, "bootstrap-oauth.env")), 200);
}

#[test]
fn a_secret_can_go_into_a_file_and_is_not_shown_then() {
    let folder = folder();
    let path = folder.path();
    let mut server = Server::start(path, &[]);
    server.stop();
    let shown = said(path, &["keys", "make", "--role", "ORG_READ_ONLY", "--env-file", "ci.env"]);
    let access = Access::of_file(&path.join("ci.env")).expect("it was written");
    let Credentials::Key { private, .. } = &access.credentials else { panic!("a key") };
    assert!(!shown.contains(private) && shown.contains("********-"), "{shown}");
    assert_eq!(access.project, Some(value(path, "bootstrap.env", "MONGODB_ATLAS_PROJECT_ID")));
    let (code, told) = failed(path, &["keys", "make", "--role", "ORG_OWNER", "--env-file", "ci.env"]);
    assert!(code == Some(4) && told.contains("is there already"), "{told}");
    let _server = Server::start(path, &[]);
    let again = Access { base_url: value(path, "bootstrap.env", "MONGODB_ATLAS_BASE_URL"), ..access };
    assert_eq!(status(&mut Client::new(&again, None).expect("a client")), 200, "made while no server ran");
}

#[test]
fn what_can_not_be_done_at_the_terminal_is_refused_with_its_own_code() {
    let folder = folder();
    let path = folder.path();
    let (code, told) = failed(path, &["show", "orgs"]);
    assert!(code == Some(5) && told.contains("there is no database") && told.contains("hint: "), "{told}");
    let mut server = Server::start(path, &[]);
    server.stop();
    let role = failed(path, &["keys", "make", "--role", "GROUP_OWNER"]);
    assert!(role.0 == Some(2) && role.1.contains("is none of ORG_OWNER"), "{}", role.1);
    assert_eq!(failed(path, &["keys", "make"]).0, Some(2), "a key that may do nothing");
    let none = "6a793f62c0eb9e7a1771502a";
    for arguments in [["show", "org", none], ["show", "project", none], ["show", "peering", none]] {
        assert_eq!(failed(path, &arguments).0, Some(3), "{arguments:?}");
    }
    assert_eq!(failed(path, &["show", "peering", "x"]).0, Some(2));
    said(path, &["keys", "revoke", &value(path, "bootstrap.env", "MONGODB_ATLAS_PUBLIC_KEY")]);
    let last = value(path, "bootstrap-oauth.env", "MONGODB_ATLAS_CLIENT_ID");
    let (code, told) = failed(path, &["accounts", "revoke", &last]);
    assert!(code == Some(4) && told.contains("hint: make another one first"), "{told}");
}

#[test]
fn a_peering_tells_why_it_is_in_its_state_and_what_moves_it_on() {
    let folder = folder();
    let path = folder.path();
    let mut server = Server::start(path, &["--latency", "instant"]);
    let project = value(path, "bootstrap.env", "MONGODB_ATLAS_PROJECT_ID");
    let group = format!("{V1}/groups/{project}");
    let mut client = client(path, "bootstrap.env");
    let peer = aws_peer(&mut client, &group);
    let shown = || json_said(path, &["show", "peering", &peer]);
    eventually("it waits", || (shown()["status"] == "PENDING_ACCEPTANCE").then_some(()));
    let waiting = said(path, &["show", "peering", &peer]);
    let accept = format!("landbridge far-side accept {peer} --project {project}");
    for part in ["nobody has answered it there", &accept, "expires at", "PEER_CREATED", "API key "] {
        assert!(waiting.contains(part), "{part} is not in: {waiting}");
    }
    assert!(said(path, &["show", "project", &project]).contains("PENDING_ACCEPTANCE"));

    said(path, &["far-side", "reject", &peer]);
    eventually("it failed", || (shown()["state"] == "failed").then_some(()));
    let failed = shown();
    assert_eq!((&failed["reason"], &failed["served"]), (&json!("rejected"), &json!(true)));
    let what: Vec<&Value> =
        failed["history"].as_array().expect("a history").iter().map(|happened| &happened["what"]).collect();
    assert_eq!(
        what,
        ["PEER_CREATED", "the request stands in the far cloud", "rejected", "PEER_UPDATED", "became FAILED"]
    );

    let deleted = client.call(Method::Delete, &format!("{group}/peers/{peer}"), None).expect("an answer");
    assert_eq!(deleted.status, 202);
    eventually("it is gone", || {
        (run(path, &["--data", "data", "show", "peering", &peer]).status.code() == Some(3)).then_some(())
    });
    server.stop();
    assert_eq!(json_said(path, &["show", "projects"])[0]["id"], project.as_str(), "without a server, too");
}
