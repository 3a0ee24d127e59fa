//! The help and the configuration file, as goldens in `tests/output`.
//!
//! `LANDBRIDGE_UPDATE_GOLDENS=1 cargo test -p landbridge --test it help` writes them anew.

use std::fs;
use std::path::Path;

use crate::bed::{folder, run, text};

fn check(name: &str, arguments: &[&str]) {
    let folder = folder();
    let output = run(folder.path(), arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/output").join(name);
    if landbridge::config::variable("LANDBRIDGE_UPDATE_GOLDENS").is_some() {
        fs::write(&golden, &said).expect("written");
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    assert!(
        said == expected,
        "{} differs; `landbridge {}` says:\n{said}",
        golden.display(),
        arguments.join(" ")
    );
}

#[test]
fn every_help_is_the_golden_one() {
    check("help-short.txt", &["-h"]);
    check("help.txt", &["--help"]);
    let commands = [
        "serve",
        "far-side",
        "world",
        "clock",
        "invitation",
        "show",
        "keys",
        "accounts",
        "clouds",
        "bind",
        "unbind",
        "orphans",
        "plan",
        "adopt",
        "release",
        "env",
        "doctor",
        "config",
        "openapi",
        "completion",
    ];
    for command in commands {
        check(&format!("help-{command}.txt"), &[command, "--help"]);
    }
    for (command, verbs) in [
        ("world", &["show", "set"][..]),
        ("clock", &["show", "advance"]),
        ("invitation", &["accept"]),
        ("show", &["orgs", "org", "projects", "project", "peering"]),
        ("keys", &["make", "list", "rotate", "revoke", "access-list"]),
        ("accounts", &["make", "list", "rotate", "revoke"]),
    ] {
        for verb in verbs {
            check(&format!("help-{command}-{verb}.txt"), &[command, verb, "--help"]);
        }
    }
}

#[test]
fn the_configuration_file_is_the_golden_one() {
    check("config.toml.txt", &["config"]);
}
