//! API keys and their access lists.

use ipnet::IpNet;
use model::event::EventKind;
use model::key::{Key, Principal};
use model::limits::KEY_ACCESS_ENTRIES;
use model::{KeyId, Refusal, Role, Roles};
use store::{AccessUse, AccountChange, Error, KeyChange};

use crate::support::{ALL, Home, account, act, at, first_start, give_token, key, on_every_engine};

fn net(text: &str) -> IpNet {
    text.parse().expect("a block")
}

async fn add(home: &Home, public_key: &str, roles: Roles) -> Key {
    let key = key(&home.store, home.org, public_key, roles);
    home.store.key_create(key, vec![4, 5], &act(0)).await.expect("made")
}

async fn a_key_is_what_was_made_and_proves_itself_by_its_public_half(home: &Home) {
    let mut made = key(&home.store, home.org, "newkey", Roles::one(Role::OrgMember));
    made.project_roles = vec![(home.project, Roles::one(Role::GroupOwner))];
    home.store.key_create(made.clone(), vec![4, 5], &act(1)).await.expect("made");
    assert_eq!(home.store.key_get(home.org, made.id).await.expect("read"), Some(made.clone()));
    let auth = home.store.key_auth("newkey").await.expect("read").expect("exists");
    assert_eq!((auth.id, auth.org, auth.sealed), (made.id, home.org, vec![4, 5]));
    assert!(!auth.requires_access_list && auth.access.is_empty());
    assert_eq!(home.store.key_auth("nokey").await.expect("read"), None);
    let (_, roles) =
        home.store.in_project(&Principal::Key(made.id), home.project).await.expect("read").expect("exists");
    assert_eq!(roles, [Role::OrgMember, Role::GroupOwner].into_iter().collect());
}

async fn keys_are_listed_by_organization_and_by_project(home: &Home) {
    let one = add(home, "one", Roles::one(Role::OrgMember)).await;
    let two = add(home, "two", Roles::one(Role::OrgReadOnly)).await;
    home.store
        .key_assign(home.project, two.id, Roles::one(Role::GroupReadOnly), &act(1))
        .await
        .expect("assigned");
    let of_org = home.store.key_list(home.org, ALL).await.expect("listed");
    assert_eq!((of_org.total, of_org.items.len()), (3, 3));
    assert_eq!(of_org.items[1], one);
    let of_project = home.store.key_list_of_project(home.project, ALL).await.expect("listed");
    assert_eq!(of_project.items.iter().map(|key| key.id).collect::<Vec<_>>(), [two.id]);
    assert_eq!(of_project.items[0].project_roles, [(home.project, Roles::one(Role::GroupReadOnly))]);
    assert_eq!(of_project.items[0].org_roles, Roles::one(Role::OrgReadOnly));
    assert_eq!(of_project.total, 1);
}

async fn roles_in_a_project_replace_each_other_and_can_be_taken(home: &Home) {
    let store = &home.store;
    let key = add(home, "one", Roles::one(Role::OrgMember)).await;
    let manager = Roles::one(Role::GroupNetworkAccessManager);
    store.key_assign(home.project, key.id, Roles::one(Role::GroupOwner), &act(1)).await.expect("assigned");
    let assigned = store.key_assign(home.project, key.id, manager, &act(2)).await.expect("assigned");
    assert_eq!(assigned.project_roles, [(home.project, manager)]);
    store.key_assign(home.project, key.id, manager, &act(3)).await.expect("the same again");
    store.key_unassign(home.project, key.id, &act(4)).await.expect("assigned till now");
    assert!(matches!(
        store.key_unassign(home.project, key.id, &act(5)).await,
        Err(Error::Refused(Refusal::KeyNotFound { .. }))
    ));
    let told = [
        EventKind::ApiKeyRemovedFromGroup,
        EventKind::ApiKeyRolesChanged,
        EventKind::ApiKeyAddedToGroup,
        EventKind::GroupCreated,
    ];
    assert_eq!(home.kinds().await, told);
}

async fn a_key_of_another_organization_does_not_exist_here(home: &Home) {
    let store = &home.store;
    let mut second = first_start(store);
    second.key.public_key = "foreign".into();
    second.user.username = "someone@example.com".into();
    second.account.client_id = "mdb_sa_id_second".into();
    let foreign = second.key.id;
    store.bootstrap(second, &act(1)).await.expect("another organization");
    let not_found = |answer: store::Result<()>| {
        assert!(matches!(answer, Err(Error::Refused(Refusal::KeyNotFound { .. }))), "{answer:?}");
    };
    let roles = Roles::one(Role::GroupOwner);
    not_found(store.key_assign(home.project, foreign, roles, &act(2)).await.map(|_| ()));
    not_found(store.key_unassign(home.project, foreign, &act(2)).await);
    not_found(store.key_change(home.org, foreign, KeyChange::default(), &act(2)).await.map(|_| ()));
    not_found(store.key_delete(home.org, foreign, &act(2)).await);
    let list = Principal::Key(foreign);
    not_found(store.caller_access_add(home.org, &list, &[net("192.0.2.0/24")], &act(2)).await);
    assert_eq!(store.caller_access_list(home.org, &list, ALL).await.expect("read").total, 0);
    assert_eq!(store.key_get(home.org, foreign).await.expect("read"), None);
    let (_, roles) =
        store.in_project(&Principal::Key(foreign), home.project).await.expect("read").expect("exists");
    assert_eq!(roles, Roles::NONE);
}

async fn a_changed_key_is_told_once_for_each_thing_that_changed(home: &Home) {
    let key = add(home, "one", Roles::one(Role::OrgMember)).await;
    let change = KeyChange {
        description: Some("another".into()),
        org_roles: Some(Roles::one(Role::OrgReadOnly)),
        project_roles: None,
    };
    let changed = home.store.key_change(home.org, key.id, change.clone(), &act(1)).await.expect("changed");
    home.store.key_change(home.org, key.id, change, &act(2)).await.expect("the same again");
    assert_eq!((changed.description.as_str(), changed.org_roles), ("another", Roles::one(Role::OrgReadOnly)));
    assert_eq!(home.store.key_get(home.org, key.id).await.expect("read"), Some(changed));
    let events = home.store.event_list_of_org(home.org, ALL).await.expect("listed");
    let kinds: Vec<EventKind> = events.items.iter().take(3).map(|event| event.kind).collect();
    let told = [EventKind::ApiKeyRolesChanged, EventKind::ApiKeyDescriptionChanged, EventKind::ApiKeyCreated];
    assert_eq!(kinds, told);
}

async fn a_deleted_key_leaves_nothing(home: &Home) {
    let store = &home.store;
    let key = add(home, "one", Roles::one(Role::OrgMember)).await;
    store.key_assign(home.project, key.id, Roles::one(Role::GroupOwner), &act(1)).await.expect("assigned");
    store
        .caller_access_add(home.org, &Principal::Key(key.id), &[net("192.0.2.0/24")], &act(1))
        .await
        .expect("added");
    store.key_delete(home.org, key.id, &act(2)).await.expect("exists");
    assert_eq!(store.key_auth("one").await.expect("read"), None);
    assert_eq!(store.key_get(home.org, key.id).await.expect("read"), None);
    assert_eq!(store.key_list_of_project(home.project, ALL).await.expect("listed").total, 0);
    assert_eq!(
        store.caller_access_list(home.org, &Principal::Key(key.id), ALL).await.expect("listed").total,
        0
    );
    let (_, roles) =
        store.in_project(&Principal::Key(key.id), home.project).await.expect("read").expect("exists");
    assert_eq!(roles, Roles::NONE);
}

async fn the_addresses_of_a_caller_come_with_its_proof(home: &Home) {
    let store = &home.store;
    let nets = [net("192.0.2.0/24"), net("2001:db8::1/128")];
    store.caller_access_add(home.org, &home.key, &nets, &act(1)).await.expect("added");
    let refused = store.caller_access_add(home.org, &home.key, &nets[..1], &act(2)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::AccessEntryListed { .. }))), "{refused:?}");
    let mut access = store.key_auth("abcdefgh").await.expect("read").expect("exists").access;
    access.sort();
    assert_eq!(access, nets);
    let list = store.caller_access_list(home.org, &home.key, ALL).await.expect("listed");
    assert_eq!((list.total, list.items[0].created_at), (2, at(1)));
    let entry = store.caller_access_get(home.org, &home.key, nets[1]).await.expect("read").expect("listed");
    assert_eq!((entry.net, entry.count, entry.last_used), (nets[1], 0, None));
    store.caller_access_delete(home.org, &home.key, nets[1], &act(3)).await.expect("listed");
    assert_eq!(store.caller_access_get(home.org, &home.key, nets[1]).await.expect("read"), None);
    let gone = |answer| match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    let refused = gone(store.caller_access_delete(home.org, &home.key, nets[1], &act(3)).await);
    assert!(matches!(refused, Refusal::KeyAccessEntryNotFound { .. }));
    let refused = gone(store.caller_access_delete(home.org, &home.account, nets[0], &act(3)).await);
    assert!(matches!(refused, Refusal::AccountAccessEntryNotFound { .. }));
}

async fn the_access_list_of_a_caller_has_a_limit_and_takes_all_or_none(home: &Home) {
    let nets: Vec<IpNet> =
        (0..=KEY_ACCESS_ENTRIES).map(|n| net(&format!("10.0.{}.{}/32", n / 256, n % 256))).collect();
    for caller in [&home.key, &home.account] {
        let refused = home.store.caller_access_add(home.org, caller, &nets, &act(1)).await;
        let Err(Error::Refused(refused)) = refused else { panic!("{refused:?}") };
        let max = KEY_ACCESS_ENTRIES;
        let full = match caller {
            Principal::Key(_) => Refusal::TooManyKeyAccessEntries { max },
            Principal::ServiceAccount(_) => Refusal::TooManyAccountAccessEntries { max },
        };
        assert_eq!(refused, full);
        assert_eq!(home.store.caller_access_list(home.org, caller, ALL).await.expect("listed").total, 0);
        home.store.caller_access_add(home.org, caller, &nets[1..], &act(1)).await.expect("exactly as many");
    }
}

async fn what_comes_through_an_entry_is_counted(home: &Home) {
    let (store, block) = (&home.store, net("192.0.2.0/24"));
    for caller in [&home.key, &home.account] {
        store.caller_access_add(home.org, caller, &[block], &act(1)).await.expect("added");
        for (n_calls, seconds) in [(2, 5), (3, 9)] {
            let of = |net| AccessUse {
                caller: caller.clone(),
                net,
                n_calls,
                at: at(seconds),
                from: format!("192.0.2.{seconds}"),
            };
            let uses = vec![of(block), of(net("10.0.0.0/8"))];
            store.caller_access_uses(uses).await.expect("an entry that is gone does not matter");
        }
        let entry = store.caller_access_get(home.org, caller, block).await.expect("read").expect("listed");
        assert_eq!((entry.count, entry.last_used), (5, Some((at(9), "192.0.2.9".to_owned()))));
    }
}

async fn a_caller_whose_addresses_make_no_sense_does_not_become_one_for_any_address(home: &Home) {
    home.store.caller_access_add(home.org, &home.key, &[net("192.0.2.0/24")], &act(1)).await.expect("added");
    home.sql("UPDATE caller_access SET net = 'nonsense'");
    assert!(matches!(
        home.store.key_auth("abcdefgh").await,
        Err(Error::Inconsistent { table: "caller_access", .. })
    ));
}

async fn a_rotated_key_keeps_all_but_its_halves(home: &Home) {
    let store = &home.store;
    let key = add(home, "one", Roles::one(Role::OrgMember)).await;
    store.key_assign(home.project, key.id, Roles::one(Role::GroupOwner), &act(1)).await.expect("assigned");
    let before = store.key_get(home.org, key.id).await.expect("read").expect("exists");
    let epoch = store.callers_epoch().await.expect("read");
    let rotated = store.key_rotate(home.org, key.id, None, "mask".into(), vec![7], &act(2)).await;
    assert_eq!(rotated.expect("exists"), Key { mask: "mask".into(), ..before.clone() });
    assert_eq!(store.key_auth("one").await.expect("read").expect("exists").sealed, [7]);
    assert!(store.callers_epoch().await.expect("read") > epoch);
    let renamed =
        store.key_rotate(home.org, key.id, Some("two".into()), "other".into(), vec![8], &act(3)).await;
    let whole = Key { mask: "other".into(), public_key: "two".into(), ..before };
    assert_eq!(renamed.expect("exists"), whole);
    assert_eq!(store.key_auth("one").await.expect("read"), None);
    let events = store.event_list_of_org(home.org, ALL).await.expect("listed");
    let told: Vec<_> =
        events.items.iter().take(2).map(|event| (event.kind, event.subject.as_str())).collect();
    assert_eq!(told, [(EventKind::ApiKeyCreated, "two"), (EventKind::ApiKeyDeleted, "one")]);
}

async fn the_last_owner_that_can_call_stays_one(home: &Home) {
    let (store, Principal::Key(key)) = (&home.store, &home.key) else { panic!("a key") };
    let Principal::ServiceAccount(client_id) = &home.account else { panic!("an account") };
    store.account_delete(home.org, client_id, &act(1)).await.expect("the key is an owner, too");
    let refused = |answer: store::Result<()>| {
        assert!(matches!(answer, Err(Error::Refused(Refusal::LastOrgOwner))), "{answer:?}");
    };
    let demotion = KeyChange { org_roles: Some(Roles::one(Role::OrgMember)), ..KeyChange::default() };
    refused(store.key_change(home.org, *key, demotion.clone(), &act(2)).await.map(|_| ()));
    refused(store.key_delete(home.org, *key, &act(2)).await);
    let (_, roles) = store.in_org(&home.key, home.org).await.expect("read").expect("exists");
    assert_eq!(roles, Roles::one(Role::OrgOwner));
    let (next, secret) = account(store, home.org, "mdb_sa_id_next", Roles::one(Role::OrgOwner));
    store.account_create(next, secret, &act(3)).await.expect("made");
    store.key_change(home.org, *key, demotion, &act(4)).await.expect("another owner is there");
    store.key_delete(home.org, *key, &act(5)).await.expect("it is no owner any more");
    let none = AccountChange { roles: Some(Roles::one(Role::OrgMember)), ..AccountChange::default() };
    refused(store.account_change(home.org, "mdb_sa_id_next", none, &act(6)).await.map(|_| ()));
    refused(store.account_delete(home.org, "mdb_sa_id_next", &act(6)).await);
}

async fn an_organization_may_ask_its_callers_for_an_access_list(home: &Home) {
    home.sql("UPDATE org SET api_access_list_required = 1");
    assert!(home.store.key_auth("abcdefgh").await.expect("read").expect("exists").requires_access_list);
    let jti = give_token(home, 1, 100).await;
    assert!(home.store.token_auth(&jti).await.expect("read").expect("serves").requires_access_list);
}

async fn an_unknown_key_is_refused(home: &Home) {
    let nobody: KeyId = home.store.mint().mint(at(0));
    let refused = home.store.key_delete(home.org, nobody, &act(1)).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::KeyNotFound { id })) if id == nobody));
}

on_every_engine![
    a_key_is_what_was_made_and_proves_itself_by_its_public_half,
    keys_are_listed_by_organization_and_by_project,
    roles_in_a_project_replace_each_other_and_can_be_taken,
    a_key_of_another_organization_does_not_exist_here,
    a_changed_key_is_told_once_for_each_thing_that_changed,
    a_deleted_key_leaves_nothing,
    the_addresses_of_a_caller_come_with_its_proof,
    the_access_list_of_a_caller_has_a_limit_and_takes_all_or_none,
    what_comes_through_an_entry_is_counted,
    a_caller_whose_addresses_make_no_sense_does_not_become_one_for_any_address,
    a_rotated_key_keeps_all_but_its_halves,
    the_last_owner_that_can_call_stays_one,
    an_organization_may_ask_its_callers_for_an_access_list,
    an_unknown_key_is_refused,
];
