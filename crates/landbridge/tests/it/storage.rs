//! Whole databases: copied while they are used, put back, moved to another engine.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::bed::{Server, client, eventually, folder, run, text, value};

/// A peering of a new container; its id.
fn peer(at: &Path, block: &str) -> String {
    let project = value(at, "bootstrap.env", "MONGODB_ATLAS_PROJECT_ID");
    let group = format!("/api/atlas/v1.0/groups/{}", project.trim_matches('\''));
    let mut client = client(at, "bootstrap.env");
    let container =
        json!({ "providerName": "AWS", "regionName": "US_EAST_1", "atlasCidrBlock": "10.8.0.0/21" });
    let made = client.call(api::Method::Post, &format!("{group}/containers"), Some(&container));
    // One that is there already is found in the list.
    let _ = made.expect("an answer");
    let listed = client.call(api::Method::Get, &format!("{group}/containers?providerName=AWS"), None);
    let container = listed.expect("an answer").body["results"][0]["id"].clone();
    let peering = json!({
        "providerName": "AWS", "containerId": container, "awsAccountId": "123456789012",
        "accepterRegionName": "us-east-1", "vpcId": format!("vpc-0{:0>16}", block.replace(['.', '/'], "")),
        "routeTableCidrBlock": block,
    });
    let made = client.call(api::Method::Post, &format!("{group}/peers"), Some(&peering)).expect("an answer");
    assert_eq!(made.status, 201, "{}", made.body);
    made.body["id"].as_str().expect("an id").to_owned()
}

/// What the server says of a peering: status and state.
fn said(at: &Path, id: &str) -> (u16, String) {
    let project = value(at, "bootstrap.env", "MONGODB_ATLAS_PROJECT_ID");
    let path = format!("/api/atlas/v1.0/groups/{}/peers/{id}", project.trim_matches('\''));
    let answer = client(at, "bootstrap.env").call(api::Method::Get, &path, None).expect("an answer");
    (answer.status, answer.body["statusName"].as_str().unwrap_or_default().to_owned())
}

fn done(at: &Path, arguments: &[&str]) -> String {
    let output = run(at, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn refused(at: &Path, arguments: &[&str]) -> String {
    let output = run(at, arguments);
    assert!(!output.status.success(), "{arguments:?}: {}", text(&output.stdout));
    text(&output.stderr)
}

#[test]
fn a_backup_of_a_live_database_brings_back_what_it_held() {
    let folder = folder();
    let at = folder.path();
    let server = Server::start(at, &["--latency", "instant"]);
    let before = peer(at, "10.1.0.0/16");
    eventually("it waits for the far side", || (said(at, &before).1 == "PENDING_ACCEPTANCE").then_some(()));
    let told = done(at, &["backup", "monday.db", "--data", "data"]);
    assert!(told.contains("is a whole copy") && told.contains("master.key"), "{told}");
    assert!(refused(at, &["backup", "monday.db", "--data", "data"]).contains("is there already"));
    let after = peer(at, "10.2.0.0/16");
    let held = refused(at, &["restore", "monday.db", "--data", "data", "--replace"]);
    assert!(held.contains("is in use by"), "{held}");
    drop(server);

    let there = refused(at, &["restore", "monday.db", "--data", "data"]);
    assert!(there.contains("hint: --replace"), "{there}");
    let told = done(at, &["restore", "monday.db", "--data", "data", "--replace"]);
    assert!(told.contains("landbridge.db.before-restore"), "{told}");
    let server = Server::start(at, &["--latency", "instant"]);
    assert_eq!(said(at, &before), (200, "PENDING_ACCEPTANCE".to_owned()));
    assert_eq!(said(at, &after).0, 404);
    drop(server);

    // What was set aside is whole as well.
    done(at, &["restore", "data/landbridge.db.before-restore", "--data", "data", "--replace"]);
    let _server = Server::start(at, &["--latency", "instant"]);
    assert_eq!(said(at, &after).0, 200);
}

#[test]
fn what_is_no_whole_backup_is_not_restored() {
    let folder = folder();
    let at = folder.path();
    let server = Server::start(at, &[]);
    done(at, &["backup", "good.db", "--data", "data"]);
    drop(server);
    let whole = fs::read(at.join("good.db")).expect("a backup");
    fs::write(at.join("torn.db"), &whole[..whole.len() / 2]).expect("written");
    fs::write(at.join("other.db"), b"no database").expect("written");
    for file in ["torn.db", "other.db"] {
        let told = refused(at, &["restore", file, "--data", "data", "--replace"]);
        assert!(told.contains("damaged"), "{file}: {told}");
    }
    assert!(refused(at, &["restore", "none.db", "--data", "data"]).contains("there is no file"));
    // The database is as it was.
    let _server = Server::start(at, &[]);
}

#[test]
fn a_store_moves_to_postgresql_and_its_peerings_go_on_there() {
    let folder = folder();
    let at = folder.path();
    let server = Server::start(at, &["--latency", "instant"]);
    let id = peer(at, "10.1.0.0/16");
    eventually("it waits for the far side", || (said(at, &id).1 == "PENDING_ACCEPTANCE").then_some(()));
    let database = testpg::empty();
    let moving = ["migrate-store", "--from", "sqlite:data/landbridge.db", "--to", &database];
    let held = refused(at, &moving);
    assert!(held.contains("is in use by"), "{held}");
    drop(server);

    let output = run(at, &moving);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("peering: 1 rows, the same on both sides"));
    assert!(text(&output.stdout).contains("Now start: landbridge serve"));
    let again = refused(at, &moving);
    assert!(again.contains("has data of its own"), "{again}");

    let server = Server::start(at, &["--latency", "instant", "--database", &database]);
    assert_eq!(said(at, &id), (200, "PENDING_ACCEPTANCE".to_owned()));
    let second = peer(at, "10.2.0.0/16");
    done(at, &["far-side", "accept", &id, "--env-file", "data/bootstrap.env"]);
    eventually("it is complete", || (said(at, &id).1 == "AVAILABLE").then_some(()));
    drop(server);

    // And back.
    done(
        at,
        &["migrate-store", "--from", &database, "--to", "sqlite:back/landbridge.db"].map(|argument| {
            fs::create_dir_all(at.join("back")).expect("a folder");
            argument
        }),
    );
    fs::copy(at.join("data/master.key"), at.join("back/master.key")).expect("the key");
    let _server = Server::start(at, &["--database", "sqlite:back/landbridge.db"]);
    assert_eq!(said(at, &id), (200, "AVAILABLE".to_owned()));
    assert_eq!(said(at, &second).0, 200);
}

#[test]
fn what_pg_dump_wrote_while_servers_ran_is_restored_and_served() {
    let folder = folder();
    let at = folder.path();
    let database = testpg::empty();
    let server = Server::start(at, &["--latency", "instant", "--database", &database]);
    let id = peer(at, "10.1.0.0/16");
    eventually("it waits for the far side", || (said(at, &id).1 == "PENDING_ACCEPTANCE").then_some(()));
    let program = |name: &str, arguments: &[&str]| {
        let output =
            Command::new(testpg::binary(name)).args(arguments).current_dir(at).output().expect("it runs");
        assert!(output.status.success(), "{name}: {}", text(&output.stderr));
    };
    program("pg_dump", &["--format=custom", "--file=monday.dump", "--dbname", &database]);
    assert!(refused(at, &["backup", "b.db", "--data", "data", "--database", &database]).contains("pg_dump"));
    let after = peer(at, "10.2.0.0/16");
    drop(server);

    let other = testpg::empty();
    program("pg_restore", &["--no-owner", "--dbname", &other, "monday.dump"]);
    let _server = Server::start(at, &["--latency", "instant", "--database", &other]);
    assert_eq!(said(at, &id), (200, "PENDING_ACCEPTANCE".to_owned()));
    assert_eq!(said(at, &after).0, 404);
}
