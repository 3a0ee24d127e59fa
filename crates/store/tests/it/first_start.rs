//! The first start.

use model::event::EventKind;
use model::{Act, Role, Roles};

use store::{Also, Whom};

use crate::support::{ALL, Home, at, first_start, on_every_engine};

async fn the_first_start_makes_everything_at_once(home: &Home) {
    let store = &home.store;
    let owner = Roles::one(Role::OrgOwner);
    assert_eq!(store.org_first().await.expect("read").map(|org| org.id), Some(home.org));
    for principal in [&home.key, &home.account] {
        let (project, roles) =
            store.in_project(principal, home.project).await.expect("read").expect("exists");
        assert_eq!((project.name.as_str(), roles), ("first", owner));
        let (org, roles) = store.in_org(principal, home.org).await.expect("read").expect("exists");
        assert_eq!((org.name.as_str(), roles), ("First", owner));
    }
    let people = store
        .user_list_of_project(home.project, &Whom::all(at(9)), Also::default(), ALL)
        .await
        .expect("listed");
    assert_eq!(
        people.items.iter().map(|member| member.user.roles).collect::<Vec<_>>(),
        [Roles::one(Role::GroupOwner)]
    );
    let people = store.user_list_of_org(home.org, &Whom::all(at(9)), ALL).await.expect("listed");
    assert_eq!(
        people.items.iter().map(|member| (member.user.id, member.user.roles)).collect::<Vec<_>>(),
        [(home.user, owner)]
    );
    assert_eq!(store.user_get(home.user).await.expect("read").map(|user| user.first_name), Some("jo".into()));
    assert_eq!(store.team_list_of_project(home.project, ALL).await.expect("listed").total, 0);
    assert_eq!(home.kinds().await, [EventKind::GroupCreated]);
    let events = store.event_list_of_org(home.org, ALL).await.expect("listed");
    let kinds: Vec<EventKind> = events.items.iter().map(|event| event.kind).collect();
    use EventKind::{ApiKeyCreated, GroupCreated, OrgCreated, ServiceAccountCreated};
    assert_eq!(kinds, [GroupCreated, ServiceAccountCreated, ApiKeyCreated, OrgCreated]);
    assert_eq!(events.items[0].act, Act::of_system(at(0)));
}

async fn a_first_start_that_fails_leaves_no_trace(home: &Home) {
    let mut second = first_start(&home.store);
    // The last thing that it would make exists already.
    second.project.id = home.project;
    let org = second.org.id;
    home.store.bootstrap(second, &Act::of_system(at(1))).await.expect_err("the project exists");
    assert_eq!(home.store.org_get(org).await.expect("read"), None);
    assert_eq!(home.store.event_list_of_org(org, ALL).await.expect("listed").total, 0);
}

async fn a_working_store_says_that_it_works(home: &Home) {
    home.store.health().await.expect("works");
    home.store.close().await;
    assert!(matches!(home.store.health().await, Err(store::Error::Closed)));
}

on_every_engine![
    the_first_start_makes_everything_at_once,
    a_first_start_that_fails_leaves_no_trace,
    a_working_store_says_that_it_works,
];
