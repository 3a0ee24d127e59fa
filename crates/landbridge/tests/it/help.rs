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
    for command in ["serve", "far-side", "world", "clock", "invitation", "config"] {
        check(&format!("help-{command}.txt"), &[command, "--help"]);
    }
    check("help-world-show.txt", &["world", "show", "--help"]);
    check("help-world-set.txt", &["world", "set", "--help"]);
    check("help-clock-show.txt", &["clock", "show", "--help"]);
    check("help-invitation-accept.txt", &["invitation", "accept", "--help"]);
    check("help-clock-advance.txt", &["clock", "advance", "--help"]);
}

#[test]
fn the_configuration_file_is_the_golden_one() {
    check("config.toml.txt", &["config"]);
}
