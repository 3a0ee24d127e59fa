//! The project's IP access list, but for security groups.

use model::access::AccessEntry;
use model::event::{Act, EventKind};
use model::limits::ACCESS_ENTRIES;
use model::{Refusal, Timestamp};
use store::{Error, Page};

use crate::support::{ALL, Home, act, at, entry, on_every_engine};

fn until(home: &Home, text: &str, delete_after: Timestamp) -> AccessEntry {
    AccessEntry { delete_after: Some(delete_after), ..entry(home.project, text, "temporary") }
}

async fn keys(home: &Home, now: Timestamp) -> Vec<String> {
    let list = home.store.access_list(home.project, now, ALL).await.expect("listed");
    assert_eq!(list.total, list.items.len() as u64);
    list.items.iter().map(|entry| entry.value.key()).collect()
}

async fn entries_are_listed_as_they_were_added(home: &Home) {
    let texts = ["192.0.2.1", "10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0"];
    let entries = texts.map(|text| entry(home.project, text, "why")).to_vec();
    home.store.access_add(home.project, entries.clone(), &act(1)).await.expect("added");
    let list = home.store.access_list(home.project, at(1), ALL).await.expect("listed");
    assert_eq!(list.items, entries);
    let page =
        home.store.access_list(home.project, at(1), Page { number: 2, size: 3 }).await.expect("listed");
    assert_eq!((page.items.as_slice(), page.total), (&entries[3..], 4));
    let one = home.store.access_get(home.project, "192.0.2.1/32", at(1)).await.expect("read");
    assert_eq!(one.as_ref(), Some(&entries[0]));
    assert_eq!(home.store.access_get(home.project, "192.0.2.1", at(1)).await.expect("read"), None);
    let other = home.add_project("other").await;
    assert_eq!(home.store.access_list(other, at(1), ALL).await.expect("listed").total, 0);
    assert_eq!(home.kinds().await[..4], [EventKind::NetworkPermissionEntryAdded; 4]);
}

async fn an_entry_that_is_listed_is_adopted(home: &Home) {
    let add = async |entry| home.store.access_add(home.project, vec![entry], &act(1)).await.expect("added");
    add(entry(home.project, "192.0.2.1", "old")).await;
    add(AccessEntry { created_at: at(9), ..entry(home.project, "192.0.2.1", "new") }).await;
    add(entry(home.project, "192.0.2.1", "new")).await;
    let one =
        home.store.access_get(home.project, "192.0.2.1/32", at(1)).await.expect("read").expect("listed");
    assert_eq!((one.comment.as_str(), one.created_at), ("new", at(0)));
    let told = [
        EventKind::NetworkPermissionEntryUpdated,
        EventKind::NetworkPermissionEntryAdded,
        EventKind::GroupCreated,
    ];
    assert_eq!(home.kinds().await, told);
}

async fn a_permanent_entry_stays_permanent_and_its_whole_batch_is_refused(home: &Home) {
    let store = &home.store;
    store.access_add(home.project, vec![entry(home.project, "192.0.2.1", "")], &act(1)).await.expect("added");
    let batch = vec![entry(home.project, "192.0.2.9", ""), until(home, "192.0.2.1", at(50))];
    let refused = store.access_add(home.project, batch, &act(2)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::PermanentEntry))));
    assert_eq!(keys(home, at(2)).await, ["192.0.2.1/32"]);
    assert_eq!(home.kinds().await.len(), 2);
    // The other way round is allowed.
    store.access_add(home.project, vec![until(home, "192.0.2.2", at(50))], &act(2)).await.expect("added");
    store
        .access_add(home.project, vec![entry(home.project, "192.0.2.2", "")], &act(3))
        .await
        .expect("adopted");
    assert_eq!(keys(home, at(1000)).await, ["192.0.2.1/32", "192.0.2.2/32"]);
}

async fn an_expired_entry_exists_for_nobody_even_before_its_row_is_gone(home: &Home) {
    let store = &home.store;
    store.access_add(home.project, vec![until(home, "192.0.2.1", at(50))], &act(1)).await.expect("added");
    assert_eq!(keys(home, at(49)).await, ["192.0.2.1/32"]);
    assert!(keys(home, at(50)).await.is_empty());
    assert_eq!(store.access_get(home.project, "192.0.2.1/32", at(50)).await.expect("read"), None);
    let refused = store.access_delete(home.project, "192.0.2.1/32", &act(50)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::AccessEntryNotFound { .. }))));
    // Adding it anew is adding, not adopting.
    let again = AccessEntry { created_at: at(60), ..until(home, "192.0.2.1", at(90)) };
    store.access_add(home.project, vec![again], &act(60)).await.expect("added");
    let one = store.access_get(home.project, "192.0.2.1/32", at(60)).await.expect("read").expect("listed");
    assert_eq!(one.created_at, at(60));
    use EventKind::{NetworkPermissionEntryAdded as Added, NetworkPermissionEntryRemoved as Removed};
    assert_eq!(home.kinds().await[..3], [Added, Removed, Added]);
}

async fn expired_entries_are_swept_with_an_event_each_and_within_a_bound(home: &Home) {
    let store = &home.store;
    let other = home.add_project("other").await;
    let entries = vec![
        until(home, "192.0.2.1", at(50)),
        until(home, "192.0.2.2", at(51)),
        until(home, "192.0.2.3", at(99)),
        entry(home.project, "192.0.2.4", ""),
    ];
    store.access_add(home.project, entries, &act(1)).await.expect("added");
    store.access_add(other, vec![until(home, "192.0.2.5", at(52))], &act(1)).await.expect("added");
    assert_eq!(store.access_expire(at(10), 10).await.expect("swept"), 0);
    assert_eq!(store.access_expire(at(60), 2).await.expect("swept"), 2);
    assert_eq!(store.access_expire(at(60), 2).await.expect("swept"), 1);
    assert_eq!(store.access_expire(at(60), 2).await.expect("swept"), 0);
    assert_eq!(keys(home, at(60)).await, ["192.0.2.3/32", "192.0.2.4/32"]);
    let events = store.event_list_of_project(home.project, ALL).await.expect("listed");
    assert_eq!(events.items[0].kind, EventKind::NetworkPermissionEntryRemoved);
    assert_eq!(
        (events.items[0].subject.as_str(), &events.items[0].act),
        ("192.0.2.2/32", &Act::of_system(at(60)))
    );
    let events = store.event_list_of_project(other, ALL).await.expect("listed");
    assert_eq!(events.items[0].kind, EventKind::NetworkPermissionEntryRemoved);
}

async fn a_deleted_entry_is_gone_and_told(home: &Home) {
    let store = &home.store;
    store.access_add(home.project, vec![entry(home.project, "192.0.2.1", "")], &act(1)).await.expect("added");
    store.access_delete(home.project, "192.0.2.1/32", &act(2)).await.expect("listed");
    assert!(keys(home, at(2)).await.is_empty());
    assert_eq!(home.kinds().await[0], EventKind::NetworkPermissionEntryRemoved);
    let again = store.access_delete(home.project, "192.0.2.1/32", &act(3)).await;
    let named = "192.0.2.1/32";
    assert!(
        matches!(again, Err(Error::Refused(Refusal::AccessEntryNotFound { entry, .. })) if entry == named)
    );
}

async fn a_list_has_a_limit_and_takes_all_or_none(home: &Home) {
    let store = &home.store;
    let n = ACCESS_ENTRIES.default;
    let address = |nth: u32| format!("10.0.{}.{}", nth / 256, nth % 256);
    let many = |range: std::ops::Range<u32>| {
        range.map(|nth| entry(home.project, &address(nth), "")).collect::<Vec<_>>()
    };
    let refused = store.access_add(home.project, many(0..n + 1), &act(1)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::TooManyAccessEntries { max })) if max == n));
    assert!(keys(home, at(1)).await.is_empty());
    store.access_add(home.project, many(0..n), &act(1)).await.expect("exactly as many");
    store.access_add(home.project, many(0..n), &act(2)).await.expect("they are listed already");
    let refused = store.access_add(home.project, many(n..n + 1), &act(3)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::TooManyAccessEntries { .. }))));
}

on_every_engine![
    entries_are_listed_as_they_were_added,
    an_entry_that_is_listed_is_adopted,
    a_permanent_entry_stays_permanent_and_its_whole_batch_is_refused,
    an_expired_entry_exists_for_nobody_even_before_its_row_is_gone,
    expired_entries_are_swept_with_an_event_each_and_within_a_bound,
    a_deleted_entry_is_gone_and_told,
    a_list_has_a_limit_and_takes_all_or_none,
];
