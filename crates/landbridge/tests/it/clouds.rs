//! Real accounts at the terminal, where nobody answers at the account's address: what is bound, what
//! waits and says so, and what is refused.

use std::path::Path;
use std::process::{Command, Output};

use model::Provider;
use serde_json::Value;

use crate::bed::{self, Server, aws_peer, client, command, eventually, folder, text, value};

/// An account at an address where nobody listens. The keys open nothing.
const FILE: &str = "[accounts.prod]\nprovider = \"aws\"\nendpoint = \"http://127.0.0.1:1\"\n\
                    region = \"us-east-1\"\nregions = [\"us-east-1\"]\n";

fn with_keys(mut command: Command) -> Command {
    command.env("AWS_ACCESS_KEY_ID", "nobody").env("AWS_SECRET_ACCESS_KEY", "nothing");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let all = [&["--data", "data"], arguments].concat();
    with_keys(command(folder, &all)).output().expect("the program starts")
}

fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn failed(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = run(folder, arguments);
    assert!(!output.status.success(), "{arguments:?}: {}", text(&output.stdout));
    (output.status.code(), text(&output.stderr) + &text(&output.stdout))
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&said(folder, &[arguments, &["--output", "json"]].concat())).expect("JSON")
}

#[test]
fn a_project_is_bound_at_the_terminal_and_what_lives_there_waits_and_says_why() {
    let folder = folder();
    let path = folder.path();
    std::fs::write(path.join("landbridge.toml"), FILE).expect("written");
    let serve = command(path, &["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
    let _server = Server::of(with_keys(serve), path);
    let project = value(path, "bootstrap.env", "MONGODB_ATLAS_PROJECT_ID");

    assert_eq!(json(path, &["clouds"])[0]["projects"], serde_json::json!([]));
    let bind = |provider, account| ["bind", project.as_str(), "--provider", provider, "--account", account];
    let (code, words) = failed(path, &bind("aws", "nosuch"));
    assert_eq!((code, words.contains("no account nosuch")), (Some(3), true), "{words}");
    let (code, words) = failed(path, &bind("gcp", "prod"));
    assert_eq!((code, words.contains(Provider::Aws.name())), (Some(4), true), "{words}");
    said(path, &bind("aws", "prod"));
    assert_eq!(json(path, &["clouds"])[0]["projects"][0]["projectId"], project.as_str());
    assert!(said(path, &["clouds"]).contains("prod"));

    let mut caller = client(path, "bootstrap.env");
    let peer = aws_peer(&mut caller, &format!("/api/atlas/v1.0/groups/{project}"));
    let told = eventually("somebody looked", || {
        Some(json(path, &["show", "peering", &peer])).filter(|told| !told["trouble"].is_null())
    });
    assert_eq!((&told["trouble"], &told["cloud"]), (&"unreachable".into(), &"prod".into()), "{told:#}");
    assert_eq!(told["state"], "requested", "it waits");

    let (code, words) = failed(path, &["unbind", &project, "--provider", "aws"]);
    assert_eq!((code, words.contains(&format!("peering {peer}"))), (Some(4), true), "{words}");
    let (code, words) = failed(path, &["clock", "advance", "PT1H"]);
    assert_eq!((code, words.contains("CLOCK_HELD")), (Some(4), true), "{words}");
    let (code, words) = failed(path, &["far-side", "accept", &peer]);
    assert_eq!((code, words.contains("FAR_SIDE_IS_REAL")), (Some(4), true), "{words}");
    let (code, words) = failed(path, &["orphans"]);
    assert_eq!((code, words.contains("not every account")), (Some(5), true), "{words}");
    let (code, words) = failed(path, &["orphans", "--account", "nosuch"]);
    assert_eq!((code, words.contains("no account nosuch")), (Some(3), true), "{words}");
    let (code, words) = failed(path, &["doctor", "--account", "prod"]);
    assert_eq!((code, words.contains("prod (AWS)")), (Some(1), true), "{words}");
}

#[test]
fn an_account_that_makes_no_sense_is_told_before_anything_is_made() {
    let folder = folder();
    let path = folder.path();
    for (file, words) in [
        ("[accounts.prod]\nprovider = \"aws\"\nsecret = \"x\"\n", "unknown field `secret`"),
        ("[accounts.prod]\nprovider = \"azure\"\n", "does not say tenant"),
        ("[accounts.simulated]\nprovider = \"aws\"\n", "can't be used"),
    ] {
        std::fs::write(path.join("landbridge.toml"), file).expect("written");
        let output = bed::run(path, &["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
        assert_eq!(output.status.code(), Some(2), "{file}");
        assert!(text(&output.stderr).contains(words), "{}", text(&output.stderr));
        assert!(!path.join("data").exists(), "{file}");
    }
}
