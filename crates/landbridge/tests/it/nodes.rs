//! Several servers on one database, each with a data folder of its own.

use std::fs;

use crate::bed::{Server, command, eventually, folder, run, text, value};

#[test]
fn a_second_server_on_the_database_serves_the_same_and_follows_its_clock() {
    let (folder, other, database) = (folder(), folder(), testpg::empty());
    let first = Server::start(folder.path(), &["--database", &database]);
    let master = fs::read_to_string(folder.path().join("data/master.key")).expect("a master key");

    let mut second = command(other.path(), &["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
    second.args(["--database", &database]).env("LANDBRIDGE_MASTER_KEY", master.trim());
    let second = Server::of(second, other.path());
    assert!(second.greeting().contains("bootstrap.env is missing"), "{}", second.greeting());

    // What the first start gave opens both.
    for file in ["bootstrap.env", "bootstrap-oauth.env"] {
        let copy = other.path().join("data").join(file);
        let theirs = value(folder.path(), file, "MONGODB_ATLAS_BASE_URL");
        let text = fs::read_to_string(folder.path().join("data").join(file)).expect("a file to source");
        let line = second.greeting().lines().find_map(|line| line.split_once("http://")).expect("a URL");
        let ours = format!("http://{}/", line.1.split(['/', ' ']).next().expect("a host"));
        fs::write(copy, text.replace(theirs.trim_matches('\''), &ours)).expect("written");
    }
    let said = |folder, arguments: &[&str]| {
        let output = run(folder, &[arguments, &["--env-file", "data/bootstrap.env"]].concat());
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    };
    let by_token = run(other.path(), &["world", "show", "--env-file", "data/bootstrap-oauth.env"]);
    assert!(by_token.status.success(), "{}", text(&by_token.stderr));
    said(folder.path(), &["clock", "advance", "P7D"]);
    eventually("the other server's clock follows", || {
        said(other.path(), &["clock", "show"]).contains("PT168H").then_some(())
    });
    drop((first, second));
}

#[test]
fn a_server_with_another_master_key_is_refused() {
    let (folder, other, database) = (folder(), folder(), testpg::empty());
    let _first = Server::start(folder.path(), &["--database", &database]);
    let serve = ["serve", "--data", "data", "--listen", "127.0.0.1:0", "--database", &database];
    let keyless = run(other.path(), &serve);
    assert!(text(&keyless.stderr).contains("is missing, and only it opens the secrets"));
    let wrong = command(other.path(), &serve).env("LANDBRIDGE_MASTER_KEY", "0f".repeat(32)).output();
    let wrong = text(&wrong.expect("the program starts").stderr);
    assert!(wrong.contains("all servers on one database need the same key"), "{wrong}");
}

#[test]
fn a_database_that_is_not_there_is_told_without_its_password() {
    let folder = folder();
    let database = "postgres://u:hush@127.0.0.1:1/nowhere";
    let output = run(folder.path(), &["serve", "--database", database]);
    let said = text(&output.stderr);
    assert!(!output.status.success() && said.contains("postgres://127.0.0.1/nowhere"), "{said}");
    assert!(said.contains("can't be reached") && !said.contains("hush"), "{said}");
}
