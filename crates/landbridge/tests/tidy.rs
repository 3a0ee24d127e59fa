//! Keeps the map true: what ARCHITECTURE.md, CONTRIBUTING.md and docs/quirks.md say of the code is
//! held against the code, and the house rules that no lint knows are held here.
//!
//! Nothing of the program is used: these tests read files, and ask `cargo metadata` for the edges
//! between crates. Words that must not occur are spelled in two halves, since this file is read,
//! too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

/// Lines that a file may have before it needs a reason.
const LONG: usize = 400;
/// The largest file that is read as text.
const MAX_BYTES: u64 = 4 << 20;
/// What nobody writes by hand: folders, and the file that stands for `.git` in a second worktree.
const UNWRITTEN: [&str; 6] = ["target", ".git", ".cache", "landbridge-data", "node_modules", "__pycache__"];

struct File {
    /// From the root of the workspace, with `/` between its parts.
    path: String,
    text: String,
}

static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the workspace is there")
});

/// Every file that somebody wrote.
static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let mut files = Vec::new();
    let mut folders = vec![ROOT.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be read") {
            let entry = entry.expect("the folder can be read");
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type().expect("the entry has a type");
            if UNWRITTEN.contains(&name.as_str()) {
                continue;
            }
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() && entry.metadata().is_ok_and(|file| file.len() <= MAX_BYTES) {
                let path = entry.path();
                let inside = path.strip_prefix(&*ROOT).expect("the file is in the workspace");
                let inside = inside.to_string_lossy().replace('\\', "/");
                if let Ok(text) = fs::read_to_string(&path) {
                    files.push(File { path: inside, text });
                }
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
});

fn file(path: &str) -> &'static str {
    let found = FILES.iter().find(|file| file.path == path);
    &found.unwrap_or_else(|| panic!("there is no {path}")).text
}

fn ending(suffixes: &'static [&str]) -> impl Iterator<Item = &'static File> {
    FILES.iter().filter(move |file| suffixes.iter().any(|suffix| file.path.ends_with(suffix)))
}

fn rust() -> impl Iterator<Item = &'static File> {
    ending(&[".rs"])
}

/// The program itself, without its tests and benchmarks.
fn sources() -> impl Iterator<Item = &'static File> {
    rust().filter(|file| file.path.starts_with("crates/") && file.path.split('/').nth(2) == Some("src"))
}

/// Complains about everything at once.
fn none(complaints: &[String], what: &str) {
    let mut text = String::new();
    for complaint in complaints {
        let _ = writeln!(text, "  {complaint}");
    }
    assert!(complaints.is_empty(), "{what}:\n{text}");
}

/// Where any of these words occurs.
fn occurrences(files: impl Iterator<Item = &'static File>, words: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (nth, line) in file.text.lines().enumerate() {
            if let Some(word) = words.iter().find(|word| line.contains(word.as_str())) {
                found.push(format!("{}:{}: {word}", file.path, nth + 1));
            }
        }
    }
    found
}

/// The rows of the tables of a document under the heading whose first cell is `first`.
fn rows(path: &str, first: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut inside = false;
    for line in file(path).lines() {
        let Some(row) = line.strip_prefix('|').and_then(|row| row.strip_suffix('|')) else {
            inside = false;
            continue;
        };
        let cells: Vec<String> = row.split('|').map(|cell| cell.trim().to_owned()).collect();
        let line_below_heading = cells.iter().all(|cell| cell.trim_matches(':').bytes().all(|b| b == b'-'));
        if cells[0] == first {
            inside = true;
        } else if inside && !line_below_heading {
            rows.push(cells);
        }
    }
    assert!(!rows.is_empty(), "{path} has no table that begins with {first:?}");
    rows
}

/// What stands between backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn the_import_table_of_the_map_is_what_cargo_says() {
    let output = Command::new(option_env!("CARGO").unwrap_or("cargo"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(&*ROOT)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let name = |value: &Value| value["name"].as_str().expect("everything has a name").to_owned();
    let packages = metadata["packages"].as_array().expect("there are packages");
    let ours: BTreeSet<String> = packages.iter().map(name).collect();

    let mut edges = BTreeMap::new();
    for package in packages {
        let mut imports = BTreeSet::new();
        for dependency in package["dependencies"].as_array().expect("a list").iter() {
            let to = name(dependency);
            match dependency["kind"].as_str() {
                _ if !ours.contains(&to) => {}
                Some("dev") => {
                    assert!(to == "testkit" || to == "testpg", "{} uses {to} in tests", name(package));
                }
                Some(_) | None => assert!(imports.insert(to), "{} names one twice", name(package)),
            }
        }
        edges.insert(name(package), imports);
    }
    let mut said = BTreeMap::new();
    for row in rows("ARCHITECTURE.md", "crate") {
        let imports = quoted(&row[2]).map(str::to_owned).collect();
        said.insert(quoted(&row[0]).next().expect("a crate's name").to_owned(), imports);
    }
    assert_eq!(said, edges, "left: ARCHITECTURE.md, right: cargo metadata");
}

#[test]
fn the_model_and_the_wire_stay_what_they_are() {
    // No I/O, no clock, no serialisation can come in where nothing that does it is imported.
    for (path, allowed) in [
        ("crates/model/Cargo.toml", &["ipnet", "thiserror"][..]),
        ("crates/api/Cargo.toml", &["regex-lite", "schemars", "serde", "serde_json"]),
    ] {
        let dependencies = file(path).split("[dependencies]").nth(1).expect("a section").split("\n[").next();
        let names: Vec<&str> = dependencies
            .unwrap_or_default()
            .lines()
            .filter_map(|line| line.split(['.', ' ', '=']).next())
            .filter(|name| !name.is_empty() && !name.starts_with('#'))
            .collect();
        assert_eq!(names, allowed, "{path}");
    }
    let words = [
        "std::fs",
        "std::net::Tcp",
        "std::net::Udp",
        "std::env",
        "std::process",
        "std::thread",
        "time::Instant",
    ];
    let found = occurrences(
        sources().filter(|file| file.path.starts_with("crates/model/")),
        &words.map(str::to_owned),
    );
    none(&found, "the model does no I/O and reads no clock");
}

#[test]
fn sql_and_engines_stay_in_the_store() {
    let words = ["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE "].map(str::to_owned);
    // `testpg` makes and drops whole databases; it knows none of our tables.
    let homes = ["crates/store/", "crates/testpg/"];
    let outside = sources().filter(|file| !homes.iter().any(|home| file.path.starts_with(home)));
    let found = occurrences(outside, &words);
    none(&found, "SQL is written in crates/store only");
    let found = occurrences(
        sources().filter(|file| !file.path.starts_with("crates/store/src/engine/")),
        &["use rusqlite", "rusqlite::"].map(str::to_owned),
    );
    none(&found, "an engine is used in its own module only");
    let homes = ["crates/store/src/engine/", "crates/testpg/"];
    let found = occurrences(
        sources().filter(|file| !homes.iter().any(|home| file.path.starts_with(home))),
        &["use tokio_postgres", "tokio_postgres::"].map(str::to_owned),
    );
    none(&found, "an engine is used in its own module only");
}

#[test]
fn the_machines_clock_is_read_in_one_place() {
    let elsewhere = sources().filter(|file| file.path != "crates/landbridge/src/clock.rs");
    let found = occurrences(elsewhere, &[concat!("SystemTime", "::now").to_owned()]);
    none(&found, "take a model::Clock instead");
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let section = file("Cargo.toml").split("[workspace.dependencies]").nth(1).expect("a section");
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    let silent: Vec<String> = lines
        .filter(|line| line.contains('=') && !line.starts_with('#') && !line.contains("path = "))
        .filter(|line| line.rsplit_once('#').is_none_or(|(_, reason)| reason.trim().is_empty()))
        .map(str::to_owned)
        .collect();
    none(&silent, "these dependencies in Cargo.toml have no comment");
}

#[test]
fn every_source_file_opens_by_saying_what_it_is() {
    let silent: Vec<String> =
        rust().filter(|file| !file.text.starts_with("//!")).map(|file| file.path.clone()).collect();
    none(&silent, "these files do not open with //!");
}

#[test]
fn a_long_file_has_a_reason() {
    let long: BTreeSet<String> = ending(&[".rs", ".go", ".py", ".sh"])
        .filter(|file| file.text.lines().count() > LONG)
        .map(|file| file.path.clone())
        .collect();
    let excused: BTreeSet<String> = rows("CONTRIBUTING.md", "long file")
        .iter()
        .map(|row| {
            assert!(!row[1].is_empty(), "{} has no reason", row[0]);
            quoted(&row[0]).next().expect("a path").to_owned()
        })
        .collect();
    assert_eq!(long, excused, "left: files over {LONG} lines, right: the table in CONTRIBUTING.md");
}

#[test]
fn nothing_is_left_for_later() {
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("#[ign", "ore"),
        concat!("t.Sk", "ip"),
    ];
    let files = ending(&[".rs", ".go", ".py", ".sh", ".sql", ".toml"]);
    none(&occurrences(files, &words.map(str::to_owned)), "do it, file it, or delete it");
}

#[test]
fn nothing_names_the_place_where_it_was_written() {
    let words =
        [concat!("/wo", "rk/"), concat!("/tmp/bash", "_jobs"), concat!("/home", "/"), concat!("/root", "/")];
    let found = occurrences(FILES.iter(), &words.map(str::to_owned));
    none(&found, "these paths exist on one machine only");
}

/// Every Rust and Go test, by name.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in ending(&[".rs", ".go"]) {
        // The store's suite hands its tests to a macro, by name.
        for list in file.text.split("on_every_engine!").skip(1) {
            let list = list.split(['}', ')']).next().unwrap_or_default();
            let words = list.split(|c: char| !c.is_alphanumeric() && c != '_');
            names.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
        }
        let mut marked = false;
        for line in file.text.lines().map(str::trim_start) {
            if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                marked = true;
            } else if let Some(rest) = line.strip_prefix("func Test") {
                names.insert(format!("Test{}", rest.split('(').next().unwrap_or_default()));
            } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| marked) {
                names.insert(rest.split(['(', '<']).next().unwrap_or_default().to_owned());
                marked = false;
            }
        }
    }
    names
}

#[test]
fn every_quirk_has_its_place_and_its_test() {
    let tests = tests();
    let mut complaints = Vec::new();
    let mut listed = BTreeSet::new();
    for row in rows("docs/quirks.md", "name") {
        let [name, .., mark, held_by] = &row[..] else { panic!("a short row: {row:?}") };
        listed.extend(name.strip_prefix('`').and_then(|name| name.strip_suffix('`')).map(str::to_owned));
        if !["recorded", "reported", "documented", "inferred"].contains(&mark.as_str()) {
            complaints.push(format!("{name}: {mark:?} is no mark"));
        }
        if quoted(held_by).next().is_none() {
            complaints.push(format!("{name}: no test is named"));
        }
        for test in quoted(held_by).filter(|test| !tests.contains(*test) && !ROOT.join(test).is_file()) {
            complaints.push(format!("{name}: there is no test {test}"));
        }
    }
    let mark = concat!("QUIR", "K(");
    let mut marked = BTreeSet::new();
    for file in sources() {
        let names = file.text.split(mark).skip(1).filter_map(|rest| rest.split(')').next());
        marked.extend(names.map(str::to_owned));
    }
    complaints
        .extend(marked.difference(&listed).map(|name| format!("{name}: marked in the code, not listed")));
    complaints
        .extend(listed.difference(&marked).map(|name| format!("{name}: listed in code type, not marked")));
    none(&complaints, "docs/quirks.md and the code differ");
}

#[test]
fn a_code_that_nothing_raises_is_listed_with_its_reason() {
    let table = file("crates/api/src/error.rs").split("codes! {").nth(1).expect("the table of codes");
    let tables = ["crates/api/src/error.rs", "crates/api/src/operations"];
    let users = || sources().filter(|file| !tables.iter().any(|table| file.path.starts_with(table)));
    let mut unraised = BTreeSet::new();
    let texts = |line: &&str| line.trim().starts_with('"');
    for line in table.lines().take_while(|line| !line.starts_with('}')).filter(|line| !texts(line)) {
        let Some((variant, rest)) = line.trim().split_once(" = ") else { continue };
        let name = rest.split('"').nth(1).expect("a code's name");
        let raised = |text: &str| {
            text.match_indices("Code::").any(|(at, start)| {
                let end = text[at + start.len()..].strip_prefix(variant);
                end.is_some_and(|end| !end.starts_with(|c: char| c.is_alphanumeric()))
            })
        };
        if !users().any(|file| raised(&file.text)) {
            unraised.insert(name.to_owned());
        }
    }
    let listed: BTreeSet<String> = rows("docs/quirks.md", "code that nothing raises")
        .iter()
        .flat_map(|row| quoted(&row[0]).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    assert_eq!(unraised, listed, "left: codes that no source names, right: docs/quirks.md");
}

#[test]
fn every_link_and_path_in_a_document_leads_somewhere() {
    let mut broken = Vec::new();
    for document in ending(&[".md"]) {
        let folder = ROOT.join(&document.path);
        let folder = folder.parent().expect("a file is in a folder");
        let links = document.text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for link in
            links.filter(|link| !link.is_empty() && !link.contains("://") && !folder.join(link).exists())
        {
            broken.push(format!("{}: {link}", document.path));
        }
        let roots = ["crates/", "docs/", "conformance/", "bench/", ".ci/"];
        let paths = quoted(&document.text).filter(|path| {
            roots.iter().any(|root| path.starts_with(root)) && !path.contains([' ', '*', '{', '<', '\n', '…'])
        });
        for path in paths.filter(|path| !ROOT.join(path).exists()) {
            broken.push(format!("{}: {path}", document.path));
        }
    }
    none(&broken, "these lead nowhere");
}
