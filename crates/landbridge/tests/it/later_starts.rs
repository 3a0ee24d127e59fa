//! What goes on after an end, and who may not start.

use std::fs;

use api::Method;

use crate::bed::{Server, aws_peer, client, command, eventually, folder, run, secrets, text, value};

const V1: &str = "/api/atlas/v1.0";

#[test]
fn a_second_server_on_the_same_folder_says_why_it_can_not_start() {
    let folder = folder();
    let server = Server::start(folder.path(), &[]);
    let second = run(folder.path(), &["--data", "data", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(1));
    let said = text(&second.stderr);
    let data = folder.path().join("data").canonicalize().expect("it is there").display().to_string();
    for part in [data, format!("process {}", server.pid()), "two servers on the same data".to_owned()] {
        assert!(said.contains(&part), "{part} is not in: {said}");
    }
    assert!(second.stdout.is_empty());
}

#[test]
fn a_database_elsewhere_is_kept_to_one_server_too() {
    let folder = folder();
    let database = ["--database", "sqlite:some.db"];
    let _server = Server::start(folder.path(), &database);
    let second =
        run(folder.path(), &[&["--data", "other", "--listen", "127.0.0.1:0"], &database[..]].concat());
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains("the database \"some.db\" is in use"), "{}", text(&second.stderr));
}

#[test]
fn a_peering_in_flight_goes_on_where_the_last_server_stopped() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &[]);
    let project = value(folder.path(), "bootstrap.env", "MONGODB_ATLAS_PROJECT_ID");
    let group = format!("{V1}/groups/{project}");
    let mut first = client(folder.path(), "bootstrap.env");
    let peer = aws_peer(&mut first, &group);
    server.stop();

    let _server = Server::start(folder.path(), &[]);
    let mut second = client(folder.path(), "bootstrap-oauth.env");
    let mut becomes = |status: &str| {
        eventually(&format!("the peering is {status}"), || {
            let answer = second.call(Method::Get, &format!("{group}/peers/{peer}"), None).expect("an answer");
            (answer.text("statusName") == status).then_some(())
        });
    };
    becomes("PENDING_ACCEPTANCE");
    let accepted = run(folder.path(), &["far-side", "accept", &peer, "--env-file", "data/bootstrap.env"]);
    assert!(accepted.status.success(), "{}", text(&accepted.stderr));
    becomes("AVAILABLE");
}

#[test]
fn a_later_start_keeps_the_secrets_and_moves_the_address() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &[]);
    let before = (secrets(folder.path()), value(folder.path(), "bootstrap.env", "MONGODB_ATLAS_BASE_URL"));
    server.stop();
    let server = Server::start(folder.path(), &["--listen", "127.0.0.1:0"]);
    let after = (secrets(folder.path()), value(folder.path(), "bootstrap.env", "MONGODB_ATLAS_BASE_URL"));
    assert_eq!(before.0, after.0);
    assert!(server.greeting().contains(&after.1));
    for line in server.commands() {
        assert!(!line.contains("--data"), "what was made once is not offered again: {line}");
    }
}

#[test]
fn a_lost_env_file_is_told_plainly_and_the_server_goes_on() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &[]);
    server.stop();
    let lost = folder.path().join("data/bootstrap-oauth.env");
    fs::remove_file(&lost).expect("removed");
    let server = Server::start(folder.path(), &[]);
    assert!(server.greeting().contains("can't be shown again"), "{}", server.greeting());
    assert!(!lost.exists());
}

#[test]
fn a_lost_master_key_stops_the_start() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &[]);
    let key = fs::read_to_string(folder.path().join("data/master.key")).expect("a key");
    server.stop();
    fs::remove_file(folder.path().join("data/master.key")).expect("removed");
    let refused = run(folder.path(), &["--data", "data", "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("hint: put the file back"), "{}", text(&refused.stderr));
    let mut given = command(folder.path(), &["--data", "data", "--listen", "127.0.0.1:0"]);
    given.env("LANDBRIDGE_MASTER_KEY", key.trim());
    let _server = Server::of(given, folder.path());
    let answer = client(folder.path(), "bootstrap.env").call(Method::Get, &format!("{V1}/groups"), None);
    assert_eq!(answer.expect("an answer").status, 200, "what the key sealed opens again");
}

#[test]
fn a_port_that_is_taken_leaves_no_half_made_folder() {
    let folder = folder();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let refused = run(folder.path(), &["--data", "data", "--listen", &address]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("could not listen at"), "{}", text(&refused.stderr));
    assert!(!folder.path().join("data").exists());
}

#[test]
fn a_second_server_on_the_same_port_and_folder_is_told_of_the_folder() {
    let folder = folder();
    let _server = Server::start(folder.path(), &[]);
    let url = value(folder.path(), "bootstrap.env", "MONGODB_ATLAS_BASE_URL");
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let second = run(folder.path(), &["--data", "data", "--listen", address]);
    assert!(text(&second.stderr).contains("in use by another server"), "{}", text(&second.stderr));
}

#[test]
fn what_can_not_be_is_refused_with_a_sentence_and_code_2() {
    let folder = folder();
    fs::write(folder.path().join("landbridge.toml"), "lissten = \"127.0.0.1:1\"\n").expect("written");
    let said = |arguments: &[&str]| {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        text(&output.stderr)
    };
    assert!(said(&["serve"]).contains("unknown field `lissten`"));
    for (line, allowed) in [
        ("latency = \"slow\"", "expected one of `instant`, `swift`, `lifelike`"),
        ("log_format = \"xml\"", "expected `json` or `text`"),
        ("allow_plaintext = \"yes\"", "expected a boolean"),
        ("log_level = \"loud\"", "error, warn, info, debug, trace"),
        ("listen = \"here\"", "as in 127.0.0.1:8080"),
    ] {
        fs::write(folder.path().join("landbridge.toml"), line).expect("written");
        assert!(said(&["serve"]).contains(allowed), "{line}: {}", said(&["serve"]));
    }
    fs::write(folder.path().join("landbridge.toml"), "").expect("written");
    let cases: [(&[&str], &str); 7] = [
        (
            &["--database", "postgres://host/db?sslmode=maybe"],
            "sslmode must be disable, require or verify-full",
        ),
        (&["--latency", "slow"], "lifelike"),
        (&["--log-level", "info,=x=y"], "is no log level"),
        (&["--log-level", "loud"], "hint: write one of error, warn, info"),
        (&["--tls-cert", "cert.pem"], "--tls-cert is given without --tls-key"),
        (&["--config", "no-such.toml"], "no-such.toml"),
        (&["--public-url", "$(id)"], "can't be the public URL"),
    ];
    for (arguments, part) in cases {
        let said = said(arguments);
        assert!(said.contains(part), "{arguments:?}: {said}");
    }
    assert!(!folder.path().join("landbridge-data").exists(), "a refusal leaves no trace");
}
