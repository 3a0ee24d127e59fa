//! The commands that speak to a server: a twin for each call of the control API.

use std::path::Path;

use api::{Method, Root};
use serde_json::{Value, json};

use crate::bed::{self, Server, aws_peer, client, command, eventually, folder, run, text, value};

/// What a command says, which must succeed.
fn said(folder: &Path, arguments: &[&str]) -> String {
    bed::said(folder, &[arguments, &["--env-file", "data/bootstrap.env"]].concat())
}

fn json_said(folder: &Path, arguments: &[&str]) -> Value {
    bed::json_said(folder, &[arguments, &["--env-file", "data/bootstrap.env"]].concat())
}

#[test]
fn the_control_api_has_no_call_that_these_tests_do_not_know() {
    let known = [
        "getFarSide",
        "actOnFarSide",
        "getWorld",
        "updateWorld",
        "acceptInvitation",
        "getClouds",
        "bindCloud",
        "explainPeer",
        "planPeer",
        "adoptPeer",
        "releasePeer",
        "getClock",
        "advanceClock",
    ];
    let control =
        |operation: &&api::Operation| operation.places.iter().any(|(root, _)| *root == Root::Control);
    let names: Vec<_> =
        api::operations().iter().filter(control).map(|operation| operation.id.name()).collect();
    assert_eq!(names, known, "each takes a command of its own");
}

#[test]
fn a_world_is_shown_and_changed_from_the_command_line() {
    let folder = folder();
    let _server = Server::start(folder.path(), &[]);
    let path = folder.path();
    assert_eq!(said(path, &["world", "show"]), "acceptance  manual\nfaults      -\nlatency     swift\n");
    let fault = "on=deleteGroupPeer,errorCode=UNEXPECTED_ERROR,times=2";
    let set = ["world", "set", "--latency", "instant", "--acceptance", "automatic", "--fault", fault];
    let expected = json!({
        "acceptance": "automatic", "latency": "instant",
        "faults": [{ "on": "deleteGroupPeer", "errorCode": "UNEXPECTED_ERROR", "times": 2 }]
    });
    assert_eq!(json_said(path, &set), expected);
    assert_eq!(json_said(path, &["world", "show"]), expected);
    assert_eq!(json_said(path, &["world", "set", "--no-faults"])["faults"], json!([]));
}

#[test]
fn the_clock_is_told_and_moved_from_the_command_line() {
    let folder = folder();
    let _server = Server::start(folder.path(), &[]);
    assert_eq!(json_said(folder.path(), &["clock", "show"])["offset"], "PT0S");
    assert_eq!(json_said(folder.path(), &["clock", "advance", "P7D"])["offset"], "PT168H");
    assert_eq!(json_said(folder.path(), &["clock", "show"])["offset"], "PT168H");
    for (by, part) in [("-PT1H", "only goes forward"), ("PT-1H", "only goes forward"), ("1 day", "ISO 8601")]
    {
        let refused = run(folder.path(), &["clock", "advance", by]);
        assert_eq!(refused.status.code(), Some(2), "{by}");
        assert!(text(&refused.stderr).contains(part), "{by}: {}", text(&refused.stderr));
    }
}

#[test]
fn what_does_not_exist_has_an_exit_code_of_its_own() {
    let folder = folder();
    let _server = Server::start(folder.path(), &[]);
    let none = "6a793f62c0eb9e7a1771502a";
    let missing = run(folder.path(), &["far-side", "show", none, "--env-file", "data/bootstrap.env"]);
    assert_eq!(missing.status.code(), Some(3), "{}", text(&missing.stderr));
}

#[test]
fn a_peering_is_accepted_and_deleted_by_its_far_side_from_the_command_line() {
    let folder = folder();
    let _server = Server::start(folder.path(), &["--latency", "instant"]);
    let path = folder.path();
    let group =
        format!("/api/atlas/v1.0/groups/{}", value(path, "bootstrap.env", "MONGODB_ATLAS_PROJECT_ID"));
    let mut client = client(path, "bootstrap-oauth.env");
    let peer = aws_peer(&mut client, &group);
    let shown = || json_said(path, &["far-side", "show", &peer]);
    eventually("the request stands", || (shown()["status"] == "pending-acceptance").then_some(()));
    assert_eq!(json_said(path, &["far-side", "accept", &peer])["status"], "active");
    assert!(said(path, &["far-side", "show", &peer]).contains("status          active\n"));
    let refused = run(path, &["far-side", "accept", &peer, "--env-file", "data/bootstrap-oauth.env"]);
    assert_eq!(refused.status.code(), Some(4));
    let told = text(&refused.stderr);
    assert!(told.starts_with("error: the server refused with 409 FAR_SIDE_ACTION_NOT_ALLOWED: "), "{told}");
    assert_eq!(json_said(path, &["far-side", "delete", &peer])["status"], "deleted");
}

#[test]
fn an_invitation_is_accepted_from_the_command_line() {
    let folder = folder();
    let _server = Server::start(folder.path(), &[]);
    let path = folder.path();
    let group =
        format!("/api/atlas/v1.0/groups/{}", value(path, "bootstrap.env", "MONGODB_ATLAS_PROJECT_ID"));
    let mut client = client(path, "bootstrap-oauth.env");
    let invite = json!({ "username": "ann@example.org", "roles": ["GROUP_READ_ONLY"] });
    let invited = client.call(Method::Post, &format!("{group}/access"), Some(&invite)).expect("an answer");
    assert_eq!(invited.status, 200, "{}", invited.body);
    let accept = ["invitation", "accept", invited.text("id"), "--first-name", "Ann"];
    let accepted = json_said(path, &accept);
    assert_eq!((&accepted["orgMembershipStatus"], &accepted["firstName"]), (&json!("ACTIVE"), &json!("Ann")));
    let again = run(path, &[&accept[..], &["--env-file", "data/bootstrap.env"]].concat());
    assert!(text(&again.stderr).contains("409 NO_PENDING_INVITATION"), "{}", text(&again.stderr));
}

#[test]
fn access_comes_from_the_environment_or_from_the_data_folder() {
    let folder = folder();
    let _server = Server::start(folder.path(), &[]);
    let show = ["clock", "show"];
    let mut by_folder = command(folder.path(), &show);
    assert!(by_folder.env("LANDBRIDGE_DATA", "data").output().expect("it runs").status.success());
    for arguments in [["--data", "data", "clock", "show"], ["clock", "show", "--data", "data"]] {
        let mut named = command(folder.path(), &arguments);
        // What is named on the command line is meant more than what stands in the environment.
        named.env("MONGODB_ATLAS_BASE_URL", "http://127.0.0.1:1/").env("MONGODB_ATLAS_PUBLIC_KEY", "x");
        let output = named.env("MONGODB_ATLAS_PRIVATE_KEY", "y").output().expect("it runs");
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    }

    let mut by_environment = command(folder.path(), &show);
    for name in ["BASE_URL", "CLIENT_ID", "CLIENT_SECRET"].map(|name| format!("MONGODB_ATLAS_{name}")) {
        by_environment.env(&name, value(folder.path(), "bootstrap-oauth.env", &name));
    }
    assert!(by_environment.output().expect("it runs").status.success());

    let nothing = run(folder.path(), &show);
    assert_eq!(nothing.status.code(), Some(1));
    let told = text(&nothing.stderr);
    assert!(told.contains("bootstrap.env") && told.contains("hint: "), "{told}");
}

#[test]
fn a_server_that_is_not_there_is_a_sentence_and_a_hint() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &[]);
    server.stop();
    let output = run(folder.path(), &["clock", "show", "--env-file", "data/bootstrap.env"]);
    assert_eq!(output.status.code(), Some(5));
    let told = text(&output.stderr);
    assert!(
        told.starts_with("error: could not reach http://127.0.0.1:") && told.contains("hint: "),
        "{told}"
    );
}
