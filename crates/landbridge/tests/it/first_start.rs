//! The first start: files, greeting, and three commands that work as they are printed.

use std::fs;

use crate::bed::{Server, bash, eventually, folder, need_curl, secrets, text, value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

#[test]
fn the_three_printed_commands_work_as_they_stand() {
    need_curl();
    let folder = folder();
    let server = Server::start(folder.path(), &[]);
    let commands = server.commands();
    let [source, list, make] = commands[..] else { panic!("{commands:?}") };
    let answer = |script: &str| -> Value {
        serde_json::from_str(&bash(folder.path(), script)).expect("it answers with JSON")
    };
    let listed = answer(&format!("{source}\n{list}"));
    let project = value(folder.path(), "bootstrap.env", "MONGODB_ATLAS_PROJECT_ID");
    assert_eq!(listed["results"][0]["id"], project.as_str(), "{listed}");
    let made = answer(&format!("{source}\n{make}"));
    assert_eq!(made["atlasCidrBlock"], "192.168.240.0/21", "{made}");
}

#[test]
fn it_says_where_it_listens_and_what_to_source() {
    let folder = folder();
    let server = Server::start(folder.path(), &["--latency", "instant"]);
    let base_url = value(folder.path(), "bootstrap.env", "MONGODB_ATLAS_BASE_URL");
    assert!(base_url.starts_with("http://127.0.0.1:") && base_url.ends_with('/'), "{base_url}");
    assert_eq!(base_url, value(folder.path(), "bootstrap-oauth.env", "MONGODB_ATLAS_BASE_URL"));
    let greeting = server.greeting();
    let data = folder.path().join("data").canonicalize().expect("it is there");
    for said in ["bootstrap.env", "bootstrap-oauth.env"].map(|name| data.join(name).display().to_string()) {
        assert!(greeting.contains(&said), "{said} is not in:\n{greeting}");
    }
    assert!(greeting.contains(&base_url) && greeting.contains("instant"), "{greeting}");
}

#[cfg(unix)]
#[test]
fn what_holds_secrets_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let _server = Server::start(folder.path(), &[]);
    let mode = |path: &str| {
        let file = fs::metadata(folder.path().join("data").join(path)).expect("it is there");
        file.permissions().mode() & 0o777
    };
    assert_eq!(mode("."), 0o700);
    for path in [
        "bootstrap.env",
        "bootstrap-oauth.env",
        "master.key",
        "landbridge.lock",
        "landbridge.db",
        "landbridge.db-wal",
        "landbridge.db-shm",
    ] {
        assert_eq!(mode(path), 0o600, "{path}");
    }
}

#[test]
fn no_secret_is_ever_printed() {
    need_curl();
    let folder = folder();
    let mut server = Server::start(folder.path(), &["--log-level", "trace", "--log-format", "json"]);
    let script = server.commands().join("\n");
    bash(folder.path(), &script);
    bash(
        folder.path(),
        "source data/bootstrap-oauth.env
         curl --silent --fail --user \"$MONGODB_ATLAS_CLIENT_ID:$MONGODB_ATLAS_CLIENT_SECRET\" \
             --data grant_type=client_credentials \"${MONGODB_ATLAS_BASE_URL}api/oauth/token\"",
    );
    server.stop();
    let said = format!("{}{}", server.greeting(), server.log());
    assert!(said.contains("\"target\":\"request\""), "the requests are in the log: {said}");
    let id = value(folder.path(), "bootstrap-oauth.env", "MONGODB_ATLAS_CLIENT_ID");
    for secret in secrets(folder.path()) {
        assert!(!said.contains(&secret), "a secret was printed");
        let basic = STANDARD.encode(format!("{id}:{secret}"));
        assert!(!said.contains(&basic), "a secret was printed as it was sent");
    }
}

#[test]
fn a_first_start_that_is_killed_anywhere_is_made_up_for_by_the_next() {
    for nth in 0..12_u64 {
        let folder = folder();
        let mut server = Server::spawn(folder.path(), &["--latency", "instant"]);
        std::thread::park_timeout(std::time::Duration::from_millis(nth));
        server.kill();
        let _server = Server::start(folder.path(), &["--latency", "instant"]);
        for file in ["bootstrap.env", "bootstrap-oauth.env"] {
            let answer = crate::bed::client(folder.path(), file).call(
                api::Method::Get,
                "/api/atlas/v1.0/groups",
                None,
            );
            let answer = answer.expect("an answer");
            assert_eq!(
                (answer.status, &answer.body["totalCount"]),
                (200, &Value::from(1)),
                "killed after {nth} ms"
            );
        }
    }
}

#[test]
fn a_public_url_goes_into_files_and_links_and_not_into_where_it_listens() {
    let folder = folder();
    let server = Server::start(folder.path(), &["--public-url", "https://atlas.example:8443/"]);
    assert_eq!(
        value(folder.path(), "bootstrap.env", "MONGODB_ATLAS_BASE_URL"),
        "https://atlas.example:8443/"
    );
    assert!(server.greeting().contains("https://atlas.example:8443/"));
}

#[test]
fn listening_beyond_loopback_in_the_clear_is_refused_unless_it_is_wanted() {
    let folder = folder();
    let refused = crate::bed::run(folder.path(), &["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = text(&refused.stderr);
    assert!(
        said.contains("without TLS") && said.contains("hint: ") && said.contains("--allow-plaintext"),
        "{said}"
    );
    assert!(!folder.path().join("landbridge-data").exists(), "a refusal leaves no trace");
    let server = Server::start(folder.path(), &["--listen", "0.0.0.0:0", "--allow-plaintext"]);
    assert!(server.greeting().contains("http://127.0.0.1:"), "{}", server.greeting());
    assert!(server.greeting().contains("--public-url"), "{}", server.greeting());
    eventually("the log warns", || server.log().contains("--public-url names it").then_some(()));
    let folder = crate::bed::folder();
    let named = ["--listen", "0.0.0.0:0", "--allow-plaintext", "--public-url", "http://atlas.example:8080"];
    let server = Server::start(folder.path(), &named);
    assert!(!server.greeting().contains("--public-url"), "{}", server.greeting());
}
