//! The commands in the documents, run as they stand.
//!
//! Blocks marked `bash` are run, those of one document in order and in one shell, beside a server in
//! `landbridge-data`; `landbridge` is the built program. Blocks marked `sh` need something that is
//! not here (a provider, the Atlas CLI, minutes): they are parsed. HCL is formatted where there is a
//! Terraform.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bed::{LANDBRIDGE, Server, command, folder, need_curl, text};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn document(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect("the document is there")
}

/// Every document that somebody follows.
fn documents() -> Vec<String> {
    let mut all = vec!["README.md".to_owned(), "SECURITY.md".to_owned()];
    for entry in fs::read_dir(root().join("docs")).expect("documents") {
        let name = entry.expect("a document").file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") {
            all.push(format!("docs/{name}"));
        }
    }
    all.sort();
    all
}

/// The blocks of a document that are marked so.
fn blocks(path: &str, mark: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<(bool, String)> = None;
    for line in document(path).lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(found)) => open = Some((found.trim() == mark, String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take().and_then(|(ours, text)| ours.then_some(text))),
            (Some((_, text)), None) => text.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{path} has a block without an end");
    blocks
}

/// Runs a document's blocks, twice if it says so; answers what they say.
fn follow(path: &str, times: usize) -> String {
    need_curl();
    let folder = folder();
    let mut serve = command(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    serve.env("LANDBRIDGE_LOG_LEVEL", "warn");
    let _server = Server::of(serve, folder.path());
    let blocks = blocks(path, "bash");
    assert!(!blocks.is_empty(), "{path} has nothing to run");
    // Whatever a block starts goes with the shell, also when one of its lines fails.
    let script =
        format!("trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n{}", blocks.join("\n").repeat(times));
    let programs = Path::new(LANDBRIDGE).parent().expect("a folder").display().to_string();
    let path_there = format!("{programs}:{}", option_env!("PATH").unwrap_or_default());
    let output = Command::new("timeout")
        .args(["120", "bash", "-euo", "pipefail", "-c", &script])
        .env_clear()
        .env("PATH", path_there)
        .current_dir(folder.path())
        .output()
        .expect("bash runs");
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{path}: {}\n{script}\n{said}", output.status);
    said
}

/// Follows a document, which must say these things.
fn says(path: &str, times: usize, parts: &[&str]) {
    let said = follow(path, times);
    for part in parts {
        assert!(said.contains(part), "{path}: {part} is not in:\n{said}");
    }
}

#[test]
fn the_readme_can_be_followed_twice() {
    says("README.md", 2, &["PENDING_ACCEPTANCE", "AVAILABLE", "\"name\" : \"rehearsal\""]);
}

#[test]
fn the_tour_can_be_followed() {
    let parts = [
        "nobody has answered it there",
        "rejected the request",
        "UNEXPECTED_ERROR",
        "for seven days",
        "AVAILABLE",
        "reads the tour",
        "revoked",
    ];
    says("docs/tour.md", 1, &parts);
}

#[test]
fn the_pipeline_can_be_followed() {
    says("docs/ci.md", 2, &["PEER_MAXIMUM_REACHED", "\"status\": \"AVAILABLE\"", "error: no peering 0000"]);
}

#[test]
fn the_how_tos_can_be_followed() {
    says("docs/terraform.md", 1, &["latency     lifelike", "latency     swift"]);
    follow("docs/atlas-cli.md", 1);
}

#[test]
fn operations_security_and_quirks_can_be_followed() {
    says("docs/operations.md", 1, &["rehearsal", "the server is ready"]);
    says("docs/quirks.md", 1, &["AZURE_CUSTOMER_NETWORK_UNREACHABLE"]);
    says("docs/security.md", 1, &["192.0.2.0/24", "revoked"]);
}

/// What is run above.
#[test]
fn no_document_has_commands_that_are_not_run() {
    let run = ["README.md", "docs/atlas-cli.md", "docs/ci.md", "docs/operations.md", "docs/quirks.md"];
    let more = ["docs/security.md", "docs/terraform.md", "docs/tour.md"];
    let with_commands: Vec<String> =
        documents().into_iter().filter(|path| !blocks(path, "bash").is_empty()).collect();
    assert_eq!(with_commands, [&run[..], &more].concat());
}

#[test]
fn what_can_not_be_run_here_can_be_parsed() {
    let mut n_parsed = 0;
    for path in documents() {
        for block in blocks(&path, "sh") {
            let parsed = Command::new("bash").args(["-n", "-c", &block]).output().expect("bash runs");
            assert!(parsed.status.success(), "{path}: {}\n{block}", text(&parsed.stderr));
            n_parsed += 1;
        }
    }
    assert!(n_parsed > 3, "{n_parsed}");
}

#[test]
fn hcl_is_formatted_where_there_is_a_terraform() {
    let folder = folder();
    let terraform =
        |arguments: &[&str]| Command::new("terraform").args(arguments).current_dir(folder.path()).output();
    let mut n_blocks = 0;
    for path in documents() {
        for block in blocks(&path, "hcl") {
            fs::write(folder.path().join(format!("{n_blocks}.tf")), block).expect("written");
            n_blocks += 1;
        }
    }
    assert_eq!(n_blocks, 1);
    if let Ok(output) = terraform(&["fmt", "-check", "-diff"]) {
        assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    }
}
