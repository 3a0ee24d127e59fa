//! Events: whose list has them, and what filters find.

use model::event::EventKind::{self, *};
use model::key::Principal;
use model::{EventId, Role, Roles};
use store::{EventFilter, EventPlace, Page, ProjectChange};

use crate::support::{ALL, Home, act, at, aws, entry, key, on_every_engine, vpc};

async fn kinds(home: &Home, place: EventPlace, filter: &EventFilter, page: Page) -> (Vec<EventKind>, u64) {
    let paged = home.store.event_list(place, filter, page).await.expect("listed");
    (paged.items.iter().map(|event| event.kind).collect(), paged.total)
}

/// Entries at the seconds 1 to 4, of which the first goes at 5, and a limit at 3.
async fn history(home: &Home) -> EventPlace {
    for nth in 1..=4 {
        let entries = vec![entry(home.project, &format!("192.0.2.{nth}"), "")];
        home.store.access_add(home.project, entries, &act(nth)).await.expect("added");
        if nth == 3 {
            home.store.limit_set(home.project, "a", 1, &act(nth)).await.expect("set");
        }
    }
    home.store.access_delete(home.project, "192.0.2.1/32", &act(5)).await.expect("was listed");
    EventPlace::Project(home.project)
}

async fn a_filter_on_kinds_finds_them_all_newest_first_in_pages(home: &Home) {
    let place = history(home).await;
    let all = kinds(home, place, &EventFilter::default(), ALL).await;
    let added = NetworkPermissionEntryAdded;
    let told =
        vec![NetworkPermissionEntryRemoved, added, ProjectLimitUpdated, added, added, added, GroupCreated];
    assert_eq!(all, (told.clone(), 7));
    let every = EventFilter { kinds: Some(EventKind::ALL.to_vec()), ..EventFilter::default() };
    assert_eq!(kinds(home, place, &every, ALL).await, all, "merged or not, it is the same list");

    let some = EventFilter { kinds: Some(vec![GroupCreated, added]), ..EventFilter::default() };
    assert_eq!(kinds(home, place, &some, Page { number: 1, size: 2 }).await, (vec![added; 2], 5));
    assert_eq!(kinds(home, place, &some, Page { number: 3, size: 2 }).await, (vec![GroupCreated], 5));
    assert_eq!(kinds(home, place, &some, Page { number: 4, size: 2 }).await, (vec![], 5));
    let none = EventFilter { kinds: Some(Vec::new()), ..EventFilter::default() };
    assert_eq!(kinds(home, place, &none, ALL).await, (vec![], 0));
    let uncounted = EventFilter { uncounted: true, ..some };
    assert_eq!(kinds(home, place, &uncounted, ALL).await.1, 0);
}

async fn a_span_of_time_has_its_beginning_and_not_its_end(home: &Home) {
    let place = history(home).await;
    let span = EventFilter { from: Some(at(2)), until: Some(at(4)), ..EventFilter::default() };
    let added = NetworkPermissionEntryAdded;
    assert_eq!(kinds(home, place, &span, ALL).await, (vec![ProjectLimitUpdated, added, added], 3));
    let span = EventFilter { kinds: Some(vec![added]), ..span };
    assert_eq!(kinds(home, place, &span, ALL).await, (vec![added; 2], 2));
}

async fn an_event_is_read_by_its_id_where_it_belongs(home: &Home) {
    let place = history(home).await;
    for event in home.store.event_list(place, &EventFilter::default(), ALL).await.expect("listed").items {
        let found = home.store.event_get(place, event.id).await.expect("read");
        assert_eq!(found.as_ref(), Some(&event));
        let other = EventPlace::Project(home.store.mint().mint(at(0)));
        assert_eq!(home.store.event_get(other, event.id).await.expect("read"), None);
        let in_org = home.store.event_get(EventPlace::Org(home.org), event.id).await.expect("read");
        assert_eq!(in_org.is_some(), event.kind == GroupCreated);
    }
    let unknown: EventId = home.store.mint().mint(at(3));
    assert_eq!(home.store.event_get(place, unknown).await.expect("read"), None);
}

async fn an_organization_sees_who_may_do_what_and_how_projects_come_and_go(home: &Home) {
    let store = &home.store;
    let org = EventPlace::Org(home.org);
    let before = store.event_list(org, &EventFilter::default(), ALL).await.expect("listed").total;
    history(home).await;
    let made = store.key_create(key(store, home.org, "k", Roles::NONE), vec![], &act(6)).await.expect("made");
    store.key_assign(home.project, made.id, Roles::one(Role::GroupOwner), &act(7)).await.expect("assigned");
    let change = ProjectChange { name: Some("renamed".into()), tags: None };
    store.project_change(home.project, change, &act(8)).await.expect("changed");
    store.project_delete(home.project, &act(9)).await.expect("nothing holds it");
    let list = store.event_list(org, &EventFilter::default(), ALL).await.expect("listed");
    let new: Vec<_> = list.items.iter().take((list.total - before) as usize).collect();
    let told: Vec<_> = new.iter().map(|event| (event.kind, event.project)).collect();
    let project = Some(home.project);
    assert_eq!(told, [(GroupDeleted, project), (ApiKeyAddedToGroup, project), (ApiKeyCreated, None)]);
}

async fn whoever_gets_a_new_project_is_told(home: &Home) {
    let store = &home.store;
    let maker = store
        .key_create(key(store, home.org, "maker", Roles::one(Role::OrgGroupCreator)), vec![], &act(0))
        .await
        .expect("made");
    let project = home.new_project("made");
    let id = project.id;
    store.project_create(project, &Principal::Key(maker.id), Some(home.user), &act(1)).await.expect("made");
    let events = store.event_list_of_project(id, ALL).await.expect("listed").items;
    let told: Vec<_> = events.iter().map(|event| (event.kind, event.subject.as_str())).collect();
    let id = id.to_string();
    let expected =
        [(JoinedGroup, "jo@example.org"), (ApiKeyAddedToGroup, "maker"), (GroupCreated, id.as_str())];
    assert_eq!(told, expected);
}

async fn the_groups_that_go_with_the_last_peering_go_by_the_same_hand(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let peering = home.add_peering(&container, vpc(1)).await.peering;
    home.store.access_add(home.project, vec![entry(home.project, "sg-1", "")], &act(1)).await.expect("added");
    home.store.peering_delete(home.project, peering.id, &act(2)).await.expect("wanted till now");
    let events = home.store.event_list_of_project(home.project, ALL).await.expect("listed").items;
    let told: Vec<_> = events[..2].iter().map(|event| (event.kind, &event.act)).collect();
    assert_eq!(told, [(NetworkPermissionEntryRemoved, &act(2)), (PeerDeleted, &act(2))]);
}

on_every_engine![
    a_filter_on_kinds_finds_them_all_newest_first_in_pages,
    a_span_of_time_has_its_beginning_and_not_its_end,
    an_event_is_read_by_its_id_where_it_belongs,
    an_organization_sees_who_may_do_what_and_how_projects_come_and_go,
    whoever_gets_a_new_project_is_told,
    the_groups_that_go_with_the_last_peering_go_by_the_same_hand,
];
