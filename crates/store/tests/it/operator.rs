//! What an operator looks up.

use model::event::EventKind;
use model::key::Principal;
use model::{IdMint, OrgId, PeeringId};
use store::{Error, Page, Schedule, Store, Target};
use tempfile::TempDir;

use crate::support::{ALL, Home, act, at, aws, on_every_engine, vpc};

async fn things_are_found_by_their_own_names_alone(home: &Home) {
    let (store, (Principal::Key(key), Principal::ServiceAccount(account))) =
        (&home.store, (&home.key, &home.account))
    else {
        panic!("a key and an account")
    };
    let public = store.key_get(home.org, *key).await.expect("read").expect("there").public_key;
    for name in [key.to_string(), public] {
        assert_eq!(store.key_find(&name).await.expect("read"), Some((home.org, *key)), "{name}");
    }
    assert_eq!(store.key_find("nobodys").await.expect("read"), None);
    assert_eq!(store.account_find(account).await.expect("read"), Some(home.org));
    assert_eq!(store.account_find("mdb_sa_id_none").await.expect("read"), None);

    let container = home.add_container(aws("US_EAST_1")).await;
    let peering = home.add_peering(&container, vpc(1)).await.peering;
    assert_eq!(store.project_of_peering(peering.id).await.expect("read"), Some(home.project));
    let none: PeeringId = store.mint().mint(at(0));
    assert_eq!(store.project_of_peering(none).await.expect("read"), None);
}

async fn organizations_and_their_projects_are_listed_for_nobody_in_particular(home: &Home) {
    let orgs = home.store.org_list_all(ALL).await.expect("listed");
    assert_eq!((orgs.total, orgs.items[0].id), (1, home.org));
    let beyond = home.store.org_list_all(Page { number: 2, size: 1 }).await.expect("listed");
    assert_eq!((beyond.total, beyond.items.len()), (1, 0));
    let projects = home.store.project_list_of_org(home.org, ALL).await.expect("listed");
    assert_eq!((projects.total, projects.items[0].id), (1, home.project));
    let other: OrgId = home.store.mint().mint(at(0));
    assert_eq!(home.store.project_list_of_org(other, ALL).await.expect("listed").total, 0);
}

async fn a_peering_tells_its_events_and_when_it_is_looked_at(home: &Home) {
    let store = &home.store;
    let container = home.add_container(aws("US_EAST_1")).await;
    let peering = home.add_peering(&container, vpc(1)).await.peering;
    home.add_peering(&container, vpc(2)).await;
    store.peering_delete(home.project, peering.id, &act(9)).await.expect("deleted");
    let id = peering.id.to_string();
    let events = store.event_list_of_subject(home.project, &id, 10).await.expect("listed");
    let kinds: Vec<EventKind> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::PeerDeleted, EventKind::PeerCreated]);
    let newest = store.event_list_of_subject(home.project, &id, 1).await.expect("listed");
    assert_eq!(newest.len(), 1);
    let due = store.peering_schedule(home.project, peering.id).await.expect("read");
    assert_eq!(due, Some(Schedule { due_at: Some(at(9)), attempts: 0 }));
    let elsewhere = store.mint().mint(at(0));
    assert_eq!(store.peering_schedule(elsewhere, peering.id).await.expect("read"), None);
}

async fn a_second_process_works_on_the_same_database(home: &Home) {
    let beside = home.attach().await.expect("attached");
    let Principal::Key(key) = home.key else { panic!("a key") };
    let before = home.store.callers_epoch().await.expect("read");
    beside
        .key_rotate(home.org, key, None, "mask".into(), b"sealed".to_vec(), &act(1))
        .await
        .expect("rotated");
    assert!(home.store.callers_epoch().await.expect("read") > before, "the first one learns of it at once");
    assert_eq!(beside.complaints().await.expect("looked through"), [""; 0]);
    beside.close().await;
    home.store.health().await.expect("the first one goes on");
}

on_every_engine![
    things_are_found_by_their_own_names_alone,
    organizations_and_their_projects_are_listed_for_nobody_in_particular,
    a_peering_tells_its_events_and_when_it_is_looked_at,
    a_second_process_works_on_the_same_database,
];

#[tokio::test]
async fn attaching_makes_nothing_and_changes_no_schema() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("some.db");
    let target = Target::Sqlite(path.clone());
    let attach = || Store::attach(&target, IdMint::new([0; 5], 0));
    assert!(attach().await.is_err(), "there is none");
    assert!(!path.exists());
    std::fs::write(&path, "this is no database, and long enough to be told from one").expect("written");
    assert!(matches!(attach().await, Err(Error::Damaged { .. })));
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_database_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("some.db");
    let store = Store::open(&Target::Sqlite(path), IdMint::new([0; 5], 0)).await.expect("made");
    store.clock_advance(std::time::Duration::from_secs(1)).await.expect("written");
    let mut n_files = 0;
    for entry in std::fs::read_dir(folder.path()).expect("there") {
        let entry = entry.expect("there");
        let mode = entry.metadata().expect("there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
        n_files += 1;
    }
    assert_eq!(n_files, 3, "the database, its log, and the index of that");
}
