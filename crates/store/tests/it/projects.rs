//! Projects: names, who sees them, closing.

use std::time::Duration;

use model::access::AccessEntry;
use model::container::{Network, NetworkIds};
use model::event::EventKind;
use model::key::Principal;
use model::limits::{ACCESS_ENTRIES, PEERINGS, PENDING_PEERINGS, ProjectLimit};
use model::project::{Settings, Tag};
use model::world::{Acceptance, Latency, World};
use model::{Refusal, Role, Roles};
use store::{Also, ContainerRecord, Due, Error, Page, ProjectChange, Usage, Whom, WorldChange};

use crate::records::network;
use crate::support::{ALL, Home, act, at, aws, cidr, entry, key, on_every_engine, vpc};

fn refusal<T: std::fmt::Debug>(answer: store::Result<T>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

async fn a_name_is_taken_once_and_free_again_after_deletion(home: &Home) {
    let store = &home.store;
    let id = home.add_project("twice").await;
    let again = home.new_project("twice");
    let refused = refusal(store.project_create(again.clone(), &home.key, None, &act(1)).await);
    assert_eq!(refused, Refusal::ProjectExists { name: "twice".into() });
    assert_eq!(store.project_get(again.id).await.expect("read"), None);
    assert_eq!(store.project_list(&home.key, None, ALL).await.expect("listed").total, 2);
    store.project_delete(id, &act(2)).await.expect("it is empty");
    store.project_create(again, &home.key, None, &act(3)).await.expect("the name is free");
    assert_eq!(store.project_list(&home.key, None, ALL).await.expect("listed").total, 2);
}

async fn what_was_made_is_what_is_read(home: &Home) {
    let mut project = home.new_project("full");
    project.tags =
        vec![Tag { key: "env".into(), value: "a:b,1".into() }, Tag { key: "é".into(), value: String::new() }];
    project.region_restrictions = Some("GOV_REGIONS_ONLY".into());
    project.settings = Settings::default().with("isDataExplorerEnabled", false);
    project.world =
        World { latency: Some(Latency::Lifelike), acceptance: Acceptance::Automatic, n_faults: 0 };
    home.store.project_create(project.clone(), &home.key, None, &act(1)).await.expect("made");
    assert_eq!(home.store.project_get(project.id).await.expect("read"), Some(project));
}

async fn whoever_makes_a_project_owns_it(home: &Home) {
    let store = &home.store;
    let maker = key(store, home.org, "creator", Roles::one(Role::OrgGroupCreator));
    let maker = Principal::Key(store.key_create(maker, vec![1], &act(0)).await.expect("made").id);
    let project = home.new_project("made");
    store.project_create(project.clone(), &maker, Some(home.user), &act(1)).await.expect("made");
    let (_, roles) = store.in_project(&maker, project.id).await.expect("read").expect("exists");
    assert!(roles.contains(Role::GroupOwner) && roles.contains(Role::OrgGroupCreator));
    let people = store
        .user_list_of_project(project.id, &Whom::all(at(9)), Also::default(), ALL)
        .await
        .expect("listed");
    assert_eq!(people.items.iter().map(|member| member.user.id).collect::<Vec<_>>(), [home.user]);
    // Elsewhere it holds nothing, and an organization's owner needs no grant of its own.
    let (_, roles) = store.in_project(&maker, home.project).await.expect("read").expect("exists");
    assert_eq!(roles, Roles::one(Role::OrgGroupCreator));
    let (_, roles) = store.in_project(&home.key, project.id).await.expect("read").expect("exists");
    assert_eq!(roles, Roles::one(Role::OrgOwner));
}

async fn an_unknown_owner_makes_no_project(home: &Home) {
    let project = home.new_project("ownerless");
    let nobody = home.store.mint().mint(at(0));
    let refused = refusal(home.store.project_create(project.clone(), &home.key, Some(nobody), &act(1)).await);
    assert_eq!(refused, Refusal::UserNotFound { id: nobody.to_string() });
    assert_eq!(home.store.project_get(project.id).await.expect("read"), None);
    assert_eq!(home.store.event_list_of_project(project.id, ALL).await.expect("listed").total, 0);
}

async fn owners_and_readers_of_an_organization_see_all_projects_and_others_their_own(home: &Home) {
    let store = &home.store;
    for name in ["c", "a", "b"] {
        home.add_project(name).await;
    }
    let b = store.project_get_by_name(&home.key, "b").await.expect("read").expect("seen").id;
    let reader =
        store.key_create(key(store, home.org, "r", Roles::one(Role::OrgReadOnly)), vec![], &act(0)).await;
    let member =
        store.key_create(key(store, home.org, "m", Roles::one(Role::OrgMember)), vec![], &act(0)).await;
    let (reader, member) = (reader.expect("made").id, member.expect("made").id);
    store.key_assign(b, member, Roles::one(Role::GroupReadOnly), &act(1)).await.expect("assigned");

    let names = async |principal: &Principal, page| {
        let list = store.project_list(principal, Some(home.org), page).await.expect("listed");
        (list.items.into_iter().map(|project| project.name).collect::<Vec<_>>(), list.total)
    };
    let reader = Principal::Key(reader);
    let member = Principal::Key(member);
    let all = (vec!["a".to_owned(), "b".into(), "c".into(), "first".into()], 4);
    assert_eq!(names(&home.key, ALL).await, all);
    assert_eq!(names(&home.account, ALL).await, all);
    assert_eq!(names(&reader, ALL).await, all);
    assert_eq!(names(&member, ALL).await, (vec!["b".to_owned()], 1));
    assert_eq!(names(&reader, Page { number: 2, size: 3 }).await, (vec!["first".to_owned()], 4));
    assert_eq!(names(&Principal::ServiceAccount("nobody".into()), ALL).await, (Vec::new(), 0));
    let elsewhere = store.project_list(&home.key, Some(store.mint().mint(at(0))), ALL).await.expect("listed");
    assert_eq!(elsewhere.total, 0);

    let seen = async |principal: &Principal, name: &str| {
        store.project_get_by_name(principal, name).await.expect("read").is_some()
    };
    assert!(seen(&member, "b").await && !seen(&member, "a").await);
    assert!(seen(&reader, "a").await && !seen(&reader, "none").await);
}

async fn changes_are_kept_and_told_and_the_same_again_is_no_change(home: &Home) {
    let store = &home.store;
    home.add_project("taken").await;
    let tags = vec![Tag { key: "env".into(), value: "test".into() }];
    let change = ProjectChange { name: Some("renamed".into()), tags: Some(tags.clone()) };
    let changed = store.project_change(home.project, change.clone(), &act(1)).await.expect("changed");
    assert_eq!((changed.name.as_str(), &changed.tags), ("renamed", &tags));
    assert_eq!(store.project_get(home.project).await.expect("read"), Some(changed));
    let told = [EventKind::GroupTagsModified, EventKind::GroupNameChanged, EventKind::GroupCreated];
    assert_eq!(home.kinds().await, told);
    store.project_change(home.project, change, &act(2)).await.expect("the same again");
    assert_eq!(home.kinds().await, told);

    let taken = ProjectChange { name: Some("taken".into()), tags: Some(Vec::new()) };
    let refused = refusal(store.project_change(home.project, taken, &act(3)).await);
    assert_eq!(refused, Refusal::ProjectExists { name: "taken".into() });
    let settings = Settings::default().with("isSchemaAdvisorEnabled", false);
    let flags = vec![("isSchemaAdvisorEnabled".to_owned(), false)];
    let changed = store.project_settings_change(home.project, flags, &act(4)).await.expect("changed");
    assert_eq!(changed, settings);
    // Each change keeps what another one changed.
    let other = vec![("isDataExplorerEnabled".to_owned(), false)];
    let settings = settings.with("isDataExplorerEnabled", false);
    assert_eq!(store.project_settings_change(home.project, other, &act(4)).await.expect("changed"), settings);
    store.project_slow_ms_change(home.project, false, &act(4)).await.expect("changed");
    let project = store.project_get(home.project).await.expect("read").expect("exists");
    assert_eq!((project.tags, project.settings, project.managed_slow_ms), (tags, settings, false));
}

async fn a_project_with_a_peering_can_not_be_deleted(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let peering = home.add_peering(&container, vpc(1)).await.peering;
    assert_eq!(refusal(home.store.project_delete(home.project, &act(1)).await), Refusal::ProjectHasPeerings);
    home.store.peering_delete(home.project, peering.id, &act(2)).await.expect("wanted till now");
    assert_eq!(refusal(home.store.project_delete(home.project, &act(3)).await), Refusal::ProjectHasPeerings);
    assert!(home.store.project_get(home.project).await.expect("read").is_some());
}

async fn a_project_without_networks_goes_at_once_with_all_it_has(home: &Home) {
    let store = &home.store;
    let container = home.add_container(aws("US_EAST_1")).await;
    store.limit_set(home.project, "some.limit", 7, &act(1)).await.expect("set");
    store.access_add(home.project, vec![entry(home.project, "192.0.2.1", "")], &act(1)).await.expect("added");
    store.project_delete(home.project, &act(2)).await.expect("nothing stands");
    assert_eq!(store.project_get(home.project).await.expect("read"), None);
    assert_eq!(store.container_get(home.project, container.id).await.expect("read"), None);
    assert_eq!(store.in_project(&home.key, home.project).await.expect("read"), None);
    assert_eq!(store.project_usage(home.project, at(2)).await.expect("read"), Usage::default());
    assert_eq!(
        store
            .user_list_of_project(home.project, &Whom::all(at(9)), Also::default(), ALL)
            .await
            .expect("listed")
            .total,
        0
    );
    let events = store.event_list_of_org(home.org, ALL).await.expect("listed");
    assert_eq!(events.items[0].kind, EventKind::GroupDeleted);
    assert_eq!(
        refusal(store.project_delete(home.project, &act(3)).await),
        Refusal::ProjectNotFound { id: home.project }
    );
}

async fn a_project_with_a_network_is_closed_until_the_network_is_gone(home: &Home) {
    let store = &home.store;
    let container = home.add_container(aws("US_EAST_1")).await;
    let (ready, absent) = (home.project, container.id);
    home.sql("UPDATE container SET network = 'aws', network_name = 'vpc-1'");
    store.project_delete(ready, &act(1)).await.expect("no peering");

    // It exists for nobody, and takes nothing.
    assert_eq!(store.project_get(home.project).await.expect("read"), None);
    assert_eq!(store.in_project(&home.key, home.project).await.expect("read"), None);
    let named = store.project_get_by_name(&home.key, "first").await.expect("read");
    assert_eq!(named, None);
    assert_eq!(store.project_list(&home.key, None, ALL).await.expect("listed").total, 0);
    let not_found = Refusal::ProjectNotFound { id: home.project };
    let project = home.project;
    let place = aws("US_WEST_2");
    assert_eq!(refusal(store.container_create(project, place, None, &act(2)).await), not_found);
    assert_eq!(refusal(store.container_delete(project, absent, Duration::ZERO, &act(2)).await), not_found);
    assert_eq!(refusal(store.peering_create(project, absent, vpc(1), &act(2)).await), not_found);
    assert_eq!(
        refusal(store.access_add(project, vec![entry(project, "192.0.2.1", "")], &act(2)).await),
        not_found
    );
    assert_eq!(refusal(store.limit_set(project, "x", 1, &act(2)).await), not_found);
    assert_eq!(refusal(store.project_change(project, ProjectChange::default(), &act(2)).await), not_found);
    assert_eq!(refusal(store.world_change(project, WorldChange::default(), at(2)).await), not_found);
    assert_eq!(refusal(store.world_get(project).await), not_found);
    assert_eq!(refusal(store.project_delete(project, &act(2)).await), not_found);

    // Its name is free, and its network is taken down.
    home.add_project("first").await;
    let claimed = home.claim_containers(2, 2).await;
    assert_eq!(
        claimed.iter().map(|claimed| (claimed.container.id, claimed.wanted)).collect::<Vec<_>>(),
        [(absent, false)]
    );
    let record =
        |next, keep_lease| ContainerRecord { keep_lease, at: at(3), ..network(&claimed[0], next, Due::Now) };
    assert_eq!(
        store.record_containers(vec![record(Network::Removing, true)]).await.expect("recorded"),
        [true]
    );
    assert_eq!(
        store.record_containers(vec![record(Network::Absent, false)]).await.expect("recorded"),
        [true]
    );
    assert_eq!(
        store.record_containers(vec![record(Network::Absent, false)]).await.expect("recorded"),
        [false]
    );
    assert!(home.claim_containers(100, 100).await.is_empty());
    assert_eq!(store.next_due(at(100), at(100)).await.expect("read"), None);
}

async fn a_closed_project_waits_for_the_last_of_its_networks(home: &Home) {
    let store = &home.store;
    for (region, block) in
        [("US_EAST_1", "10.1.0.0/21"), ("US_WEST_2", "10.2.0.0/21"), ("EU_WEST_1", "10.3.0.0/21")]
    {
        store.container_create(home.project, aws(region), Some(cidr(block)), &act(0)).await.expect("made");
    }
    home.sql("UPDATE container SET network = 'aws', network_name = 'vpc-1' WHERE slot <> 'EU_WEST_1'");
    store.project_delete(home.project, &act(1)).await.expect("closed");
    let claimed = home.claim_containers(1, 1).await;
    assert_eq!(claimed.len(), 2);
    let ids = NetworkIds::Aws { vpc_id: "vpc-1".into() };
    assert!(claimed.iter().all(|claimed| claimed.container.network == Network::Ready(ids.clone())));
    for claimed in claimed {
        let record = ContainerRecord { at: at(2), ..network(&claimed, Network::Absent, Due::Idle) };
        assert_eq!(store.record_containers(vec![record]).await.expect("recorded"), [true]);
    }
    // The id could be used again only if the row is gone.
    let mut project = home.new_project("again");
    project.id = home.project;
    store.project_create(project, &home.key, None, &act(3)).await.expect("nothing is left of it");
}

async fn limits_are_kept_by_project(home: &Home) {
    let store = &home.store;
    store.limit_set(home.project, "b", 2, &act(1)).await.expect("set");
    store.limit_set(home.project, "a", 1, &act(1)).await.expect("set");
    store.limit_set(home.project, "b", 3, &act(1)).await.expect("set again");
    let other = home.add_project("other").await;
    let list = store.limit_list(home.project).await.expect("listed");
    assert_eq!(list, [("a".to_owned(), 1), ("b".to_owned(), 3)]);
    assert_eq!(store.limit_list(other).await.expect("listed"), []);
    store.limit_delete(home.project, "b", &act(2)).await.expect("was set");
    let told = home.kinds().await;
    store.limit_delete(home.project, "b", &act(2)).await.expect("it has its default already");
    store.limit_set(home.project, "a", 1, &act(2)).await.expect("the same again");
    assert_eq!(home.kinds().await, told);
    assert_eq!(told.iter().filter(|kind| **kind == EventKind::ProjectLimitUpdated).count(), 4);

    let container = home.add_container(aws("US_EAST_1")).await;
    home.add_peering(&container, vpc(1)).await;
    home.add_peering(&container, vpc(2)).await;
    home.sql("UPDATE peering SET state = 'active' WHERE far_network LIKE '%2'");
    store.access_add(home.project, vec![entry(home.project, "192.0.2.1", "")], &act(1)).await.expect("added");
    let usage = Usage { containers: 1, peerings: 2, pending_peerings: 1, access_entries: 1 };
    assert_eq!(store.project_usage(home.project, at(2)).await.expect("read"), usage);
    assert_eq!(store.project_usage(other, at(2)).await.expect("read"), Usage::default());
}

async fn a_limit_of_the_projects_own_is_the_one_that_holds(home: &Home) {
    let store = &home.store;
    let other = home.at(home.add_project("other").await);
    let set = async |limit: ProjectLimit, value| {
        store.limit_set(home.project, limit.name, value, &act(1)).await.expect("set");
    };
    let add = async |home: &Home, nth: u8, comment: &str| {
        let entries = vec![entry(home.project, &format!("192.0.2.{nth}"), comment)];
        store.access_add(home.project, entries, &act(1)).await
    };
    set(ACCESS_ENTRIES, 2).await;
    for nth in 0..2 {
        add(home, nth, "").await.expect("within the limit");
    }
    let full = Refusal::TooManyAccessEntries { max: 2 };
    assert_eq!(refusal(add(home, 2, "").await), full);
    add(&other, 2, "").await.expect("it is not the other project's limit");

    // Lowered below what is there, it takes nothing away, and lets what is there be changed.
    set(ACCESS_ENTRIES, 1).await;
    assert_eq!(store.access_list(home.project, at(1), ALL).await.expect("listed").total, 2);
    add(home, 0, "changed").await.expect("nothing is added");
    store.access_delete(home.project, "192.0.2.0/32", &act(2)).await.expect("was listed");
    assert_eq!(refusal(add(home, 2, "").await), Refusal::TooManyAccessEntries { max: 1 });
    store.limit_delete(home.project, ACCESS_ENTRIES.name, &act(3)).await.expect("was set");
    add(home, 2, "").await.expect("the default holds again");

    let container = home.add_container(aws("US_EAST_1")).await;
    let peer = async |nth| store.peering_create(home.project, container.id, vpc(nth), &act(4)).await;
    set(PENDING_PEERINGS, 1).await;
    peer(1).await.expect("within the limit");
    assert_eq!(refusal(peer(2).await), Refusal::TooManyPeerings { max: 1 });
    set(PENDING_PEERINGS, 30).await;
    set(PEERINGS, 2).await;
    peer(2).await.expect("within the limit");
    assert_eq!(refusal(peer(3).await), Refusal::TooManyPeerings { max: 2 });
    set(PEERINGS, 60).await;
    for nth in 3..=30 {
        peer(nth).await.expect("raised beyond the default");
    }
    assert_eq!(refusal(peer(31).await), Refusal::TooManyPeerings { max: 30 });
}

async fn what_has_expired_is_not_in_use(home: &Home) {
    let store = &home.store;
    let temporary = AccessEntry { delete_after: Some(at(5)), ..entry(home.project, "192.0.2.1", "") };
    let entries = vec![temporary, entry(home.project, "192.0.2.2", "")];
    store.access_add(home.project, entries, &act(1)).await.expect("added");
    for (second, n) in [(4, 2), (5, 1)] {
        let usage = store.project_usage(home.project, at(second)).await.expect("read");
        assert_eq!(usage.access_entries, n);
    }
}

on_every_engine![
    a_limit_of_the_projects_own_is_the_one_that_holds,
    what_has_expired_is_not_in_use,
    a_name_is_taken_once_and_free_again_after_deletion,
    what_was_made_is_what_is_read,
    whoever_makes_a_project_owns_it,
    an_unknown_owner_makes_no_project,
    owners_and_readers_of_an_organization_see_all_projects_and_others_their_own,
    changes_are_kept_and_told_and_the_same_again_is_no_change,
    a_project_with_a_peering_can_not_be_deleted,
    a_project_without_networks_goes_at_once_with_all_it_has,
    a_project_with_a_network_is_closed_until_the_network_is_gone,
    a_closed_project_waits_for_the_last_of_its_networks,
    limits_are_kept_by_project,
];
