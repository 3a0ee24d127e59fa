//! Disks that fill up, files that can't be written, bytes that are not what they were: a clear word
//! each time, and nothing lost.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use api::Method;
use landbridge::client::Client;
use serde_json::{Value, json};

use crate::bed::{LANDBRIDGE, Server, bash, client, command, eventually, folder, text, value};

/// More entries than a project may have; the disk is full before.
const ENTRIES_MAX: u32 = 190;

fn list(folder: &Path) -> String {
    format!(
        "/api/atlas/v1.0/groups/{}/accessList",
        value(folder, "bootstrap.env", "MONGODB_ATLAS_PROJECT_ID")
    )
}

/// Adds entries until one is not taken; how many were, and how the last was answered.
fn fill(client: &mut Client, path: &str, from: u32) -> (u32, u16) {
    for nth in from..ENTRIES_MAX {
        let entry = json!([{ "ipAddress": format!("192.0.2.{nth}"), "comment": "x".repeat(80) }]);
        let answer = client.call(Method::Post, path, Some(&entry)).expect("an answer");
        if answer.status != 201 {
            return (nth, answer.status);
        }
    }
    (ENTRIES_MAX, 201)
}

fn listed(client: &mut Client, path: &str) -> u64 {
    let answer = client.call(Method::Get, &format!("{path}?itemsPerPage=1"), None).expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body: &Value = &answer.body;
    body["totalCount"].as_u64().expect("a count")
}

#[test]
fn a_full_disk_is_a_503_to_writers_and_nothing_to_readers_and_nothing_is_lost() {
    let folder = folder();
    Server::start(folder.path(), &[]).stop();
    // A limit on the size of a file is a full disk that every machine has.
    let mut limited = Command::new("bash");
    let script = format!(
        "trap '' XFSZ; ulimit -S -f 1000; exec {LANDBRIDGE} serve --data data --listen 127.0.0.1:0 --log-level warn"
    );
    limited.args(["-euc", &script]).current_dir(folder.path()).env_clear();
    let mut server = Server::of(limited, folder.path());
    let path = list(folder.path());
    let mut caller = client(folder.path(), "bootstrap.env");
    let (taken, status) = fill(&mut caller, &path, 0);
    assert_eq!(status, 503, "after {taken} entries: {}", server.log());
    assert!(taken > 10, "only {taken} entries");
    assert_eq!(listed(&mut caller, &path), u64::from(taken), "readers go on");
    assert_eq!(fill(&mut caller, &path, taken).1, 503, "still full");
    eventually("the log says why", || {
        server.log().contains("the disk that holds the database").then_some(())
    });
    server.kill();

    let _server = Server::start(folder.path(), &[]);
    let mut caller = client(folder.path(), "bootstrap.env");
    assert_eq!(listed(&mut caller, &path), u64::from(taken), "what was answered is there, and no more");
    assert_eq!(fill(&mut caller, &path, taken).1, 201, "there is room again");
}

/// Runs the program there as somebody who may not do everything: as root, as nobody.
fn unprivileged(folder: &Path) -> Output {
    let program = folder.join("landbridge");
    fs::copy(LANDBRIDGE, &program).expect("room for the program");
    let mut command = if bash(folder, "id -u").trim() == "0" {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&program);
        command
    } else {
        Command::new(&program)
    };
    command.args(["serve", "--database", "sqlite:kept/test.db", "--data", "data", "--listen", "127.0.0.1:0"]);
    command.current_dir(folder).env_clear();
    if let Some(path) = option_env!("PATH") {
        command.env("PATH", path);
    }
    command
        .output()
        .expect("these tests need setpriv where they run as root: on Debian, apt-get install util-linux")
}

#[test]
fn a_database_that_can_not_be_written_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder that others can enter");
    bash(folder.path(), "chmod 755 . && mkdir kept");
    let database = ["--database", "sqlite:kept/test.db"];
    Server::start(folder.path(), &database).stop();
    // First the file, then the folder.
    for modes in ["chmod -R a+rwX data kept && chmod 444 kept/test.db", "chmod 555 kept; chmod 444 kept/*"] {
        bash(folder.path(), modes);
        let output = unprivileged(folder.path());
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{modes}: {said}");
        assert!(said.contains("hint: let the user that runs this program write"), "{modes}: {said}");
    }
    bash(folder.path(), "chmod 755 kept && chmod 644 kept/*");
    let _server = Server::start(folder.path(), &database);
}

/// Turns every byte of a page around.
fn turn(path: &Path, page: usize) {
    let mut bytes = fs::read(path).expect("a database");
    bytes[page * 4096..(page + 1) * 4096].iter_mut().for_each(|byte| *byte ^= 0xff);
    fs::write(path, bytes).expect("room");
}

#[test]
fn a_damaged_first_page_is_refused_with_what_to_do_and_a_backup_brings_all_back() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &[]);
    let path = list(folder.path());
    fill_some(folder.path(), &path);
    server.stop();
    let kept = folder.path().join("data/landbridge.db");
    fs::copy(&kept, folder.path().join("backup")).expect("room");
    turn(&kept, 0);
    let output = command(folder.path(), &["serve", "--data", "data", "--listen", "127.0.0.1:0"]).output();
    let output = output.expect("the program starts");
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("the database is damaged or is not a database"), "{said}");
    assert!(said.contains("hint: put a backup in its place"), "{said}");

    fs::copy(folder.path().join("backup"), &kept).expect("room");
    let _server = Server::start(folder.path(), &[]);
    assert_eq!(listed(&mut client(folder.path(), "bootstrap.env"), &path), 20);
}

fn fill_some(folder: &Path, path: &str) {
    let mut caller = client(folder, "bootstrap.env");
    for nth in 0..20 {
        let entry = json!([{ "ipAddress": format!("192.0.2.{nth}"), "comment": "kept" }]);
        assert_eq!(caller.call(Method::Post, path, Some(&entry)).expect("an answer").status, 201);
    }
}

/// Damage in the middle is met when it is read. Each page in turn: the server does not start, or it
/// answers; an answer is right, or says that it can't be given.
#[test]
fn a_damaged_page_is_never_read_as_something_else() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &[]);
    let path = list(folder.path());
    fill_some(folder.path(), &path);
    server.stop();
    let kept = folder.path().join("data/landbridge.db");
    let whole = fs::read(&kept).expect("a database");
    let (mut refused, mut failed, mut right) = (0, 0, 0);
    let n_pages = whole.len() / 4096;
    for page in (1..n_pages).step_by(n_pages.div_ceil(16)) {
        turn(&kept, page);
        let mut server = Server::spawn(folder.path(), &["--log-level", "error"]);
        if server.greets() {
            let mut caller = client(folder.path(), "bootstrap.env");
            match caller.call(Method::Get, &format!("{path}?itemsPerPage=100"), None) {
                Ok(answer) if answer.status == 200 => {
                    assert_eq!(answer.body["totalCount"], 20, "page {page}: {}", answer.body);
                    right += 1;
                }
                Ok(answer) => {
                    assert_eq!(answer.status, 503, "page {page}: {}", answer.body);
                    failed += 1;
                }
                // The token's request was refused.
                Err(_) => failed += 1,
            }
            server.kill();
        } else {
            refused += 1;
        }
        fs::write(&kept, &whole).expect("room");
        bash(folder.path(), "rm -f data/landbridge.db-wal data/landbridge.db-shm");
    }
    assert!(right > 0 && refused + failed > 0, "{right} right, {refused} refused, {failed} failed");
}

/// What a torn write leaves at the end of the log is no commit, and takes none along.
#[test]
fn a_torn_end_of_the_log_takes_nothing_along_that_was_answered_before() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &[]);
    let path = list(folder.path());
    fill_some(folder.path(), &path);
    server.kill();
    let log = folder.path().join("data/landbridge.db-wal");
    let mut bytes = fs::read(&log).expect("a log");
    assert!(bytes.len() > 8192);
    let half = bytes[32..32 + 3000].to_vec();
    bytes.extend(half);
    fs::write(&log, bytes).expect("room");
    let _server = Server::start(folder.path(), &[]);
    assert_eq!(listed(&mut client(folder.path(), "bootstrap.env"), &path), 20);
}
