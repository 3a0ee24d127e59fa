//! Help at the terminal: an environment to paste, a look at the installation, completion.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use serde_json::Value;

use crate::bed::{LANDBRIDGE, Server, bash, folder, need_curl, run, text, value};

/// The first thing that `doctor` finds wrong, as it says it and with what mends it; and what else it
/// finds wrong.
fn wrong(folder: &Path, more: &[&str]) -> Vec<(String, String, String)> {
    let output = run(folder, &[&["doctor", "--data", "data", "--output", "json"], more].concat());
    let findings: Value = serde_json::from_slice(&output.stdout).expect("it says JSON");
    let part = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let wrong: Vec<_> = findings
        .as_array()
        .expect("a list")
        .iter()
        .filter(|finding| finding["verdict"] == "wrong")
        .map(|finding| (part(finding, "what"), part(finding, "says"), part(finding, "mend")))
        .collect();
    assert_eq!(output.status.code(), Some(i32::from(!wrong.is_empty())), "{findings}");
    assert!(wrong.iter().all(|(_, _, mend)| !mend.is_empty()), "each with what mends it: {wrong:?}");
    wrong
}

/// Exactly this is wrong.
fn only(folder: &Path, more: &[&str], what: &str, says: &str) -> String {
    let wrong = wrong(folder, more);
    let [(name, said, mend)] = &wrong[..] else { panic!("{wrong:?}") };
    assert!(name == what && said.contains(says), "{name}: {said}");
    mend.clone()
}

#[test]
fn doctor_finds_nothing_wrong_before_the_first_start_beside_a_server_and_after_it() {
    let folder = folder();
    let anywhere = ["--listen", "127.0.0.1:0"];
    assert_eq!(wrong(folder.path(), &anywhere), []);
    assert!(!folder.path().join("data").exists(), "it makes nothing");
    let mut server = Server::start(folder.path(), &[]);
    assert_eq!(wrong(folder.path(), &anywhere), []);
    let told = text(&run(folder.path(), &["doctor", "--data", "data"]).stdout);
    assert!(told.contains("the server is ready at http://127.0.0.1:"), "{told}");
    server.stop();
    assert_eq!(wrong(folder.path(), &anywhere), []);
}

#[cfg(unix)]
#[test]
fn doctor_says_how_to_close_what_others_can_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let _server = Server::start(folder.path(), &[]);
    let chmod = |path: &str, mode| {
        let path = folder.path().join(path);
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("changed");
    };
    chmod("data/master.key", 0o644);
    let mend = only(folder.path(), &[], "permissions", "others are allowed to read data/master.key");
    bash(folder.path(), &mend);
    chmod("data", 0o755);
    let mend = only(folder.path(), &[], "permissions", "others can enter data (mode 0755)");
    bash(folder.path(), &mend);
    assert_eq!(wrong(folder.path(), &[]), []);
}

#[test]
fn doctor_tells_a_lost_master_key_a_wrong_one_and_a_damaged_database() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &[]);
    server.stop();
    let path = folder.path().join("data/master.key");
    let listen = ["--listen", "127.0.0.1:0"];
    let right = fs::read(&path).expect("a key");
    fs::write(&path, "0f".repeat(32)).expect("written");
    let name = value(folder.path(), "bootstrap.env", "MONGODB_ATLAS_PUBLIC_KEY");
    only(folder.path(), &listen, "master key", &format!("does not open the secrets of {name}"));
    let away = folder.path().join("away");
    fs::rename(&path, &away).expect("moved");
    only(folder.path(), &listen, "master key", "is missing");
    fs::rename(&away, &path).expect("moved");
    fs::write(&path, right).expect("written");
    let database = folder.path().join("data/landbridge.db");
    let mut bytes = fs::read(&database).expect("a database");
    let third = bytes.len() / 3;
    bytes[third..2 * third].fill(0xa5);
    fs::write(&database, bytes).expect("written");
    let damaged = wrong(folder.path(), &listen);
    assert!(
        damaged.iter().any(|(what, _, mend)| what == "database" && mend.contains("backup")),
        "{damaged:?}"
    );
    fs::write(&database, "this is no database, and long enough to be told from one").expect("written");
    only(folder.path(), &listen, "database", "damaged or is not a database");
}

#[test]
fn doctor_tells_who_has_the_port_and_what_is_wrong_with_the_settings() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    // It is closed before anybody could be answered, so that nobody waits.
    let told = std::thread::scope(|scope| {
        scope.spawn(|| drop(taken.accept()));
        only(folder.path(), &["--listen", &address], "port", "another program listens at")
    });
    assert!(told.contains("--listen"), "{told}");
    let _server = Server::start(folder.path(), &[]);
    let url = value(folder.path(), "bootstrap.env", "MONGODB_ATLAS_BASE_URL");
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let elsewhere = run(folder.path(), &["doctor", "--data", "other", "--listen", address]);
    assert!(text(&elsewhere.stdout).contains("another Landbridge listens at"), "{}", text(&elsewhere.stdout));
    only(folder.path(), &["--listen", "here"], "configuration", "is no address to listen at");
    only(folder.path(), &["--log-level", "loud"], "configuration", "is no log level");
}

#[test]
fn doctor_looks_at_the_certificate() {
    let folder = folder();
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    fs::write(folder.path().join("cert.pem"), made.cert.pem()).expect("written");
    fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).expect("written");
    let tls = ["--tls-cert", "cert.pem", "--tls-key", "key.pem", "--listen", "127.0.0.1:0"];
    assert_eq!(wrong(folder.path(), &tls), []);
    let _server = Server::start(folder.path(), &tls[..4]);
    assert_eq!(
        wrong(folder.path(), &tls),
        [],
        "whatever certificate it shows, it is asked whether it is ready"
    );
    let other = rcgen::KeyPair::generate().expect("a key").serialize_pem();
    fs::write(folder.path().join("key.pem"), other).expect("written");
    only(folder.path(), &tls, "TLS", "is not that of the first certificate");
}

#[test]
fn what_env_prints_for_curl_works_as_it_is_pasted() {
    need_curl();
    let folder = folder();
    let _server = Server::start(folder.path(), &[]);
    for more in ["", "--oauth"] {
        let listed = bash(
            folder.path(),
            &format!(
                "export MONGODB_ATLAS_ACCESS_TOKEN=garbage MONGODB_ATLAS_CLIENT_ID=x MONGODB_ATLAS_PUBLIC_KEY=x
                 eval \"$('{LANDBRIDGE}' env --for curl --data data {more})\"
                 atlas_curl --fail \"${{MONGODB_ATLAS_BASE_URL}}api/atlas/v2/groups\""
            ),
        );
        assert!(listed.contains("rehearsal"), "{listed}");
    }
}

#[test]
fn each_client_gets_the_names_that_it_reads_and_one_kind_of_credentials() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &[]);
    server.stop();
    for client in ["terraform", "atlas-cli", "sdk", "curl"] {
        for oauth in [false, true] {
            let more: &[&str] = if oauth { &["--oauth"] } else { &[] };
            let arguments = ["env", "--for", client, "--data", "data", "--output", "json"];
            let output = run(folder.path(), &[&arguments, more].concat());
            let told: Value = serde_json::from_slice(&output.stdout).expect("it says JSON");
            let has =
                |part: &str| told.as_object().expect("variables").keys().any(|name| name.contains(part));
            assert_eq!((has("PRIVATE"), has("CLIENT_SECRET")), (!oauth, oauth), "{client}: {told}");
            assert_eq!(has("TF_VAR_project_id"), client == "terraform", "{told}");
            assert_eq!(has("OPS_MANAGER_URL"), client == "atlas-cli", "{told}");
        }
    }
    let file = ["env", "--for", "sdk", "--oauth", "--env-file", "data/bootstrap.env"];
    let refused = run(folder.path(), &file);
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stderr));
}

#[test]
fn each_shell_gets_a_script_that_knows_the_commands() {
    let folder = folder();
    for shell in ["bash", "zsh", "fish"] {
        let output = run(folder.path(), &["completion", shell]);
        assert!(output.status.success());
        let script = text(&output.stdout);
        for word in ["far-side", "keys", "rotate", "acceptance", "doctor"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    let completed = bash(
        folder.path(),
        &format!(
            "source <('{LANDBRIDGE}' completion bash)
             COMP_WORDS=(landbridge keys r) COMP_CWORD=2
             _landbridge landbridge r keys
             echo \"${{COMPREPLY[*]}}\""
        ),
    );
    assert_eq!(completed, "rotate revoke\n");
}
