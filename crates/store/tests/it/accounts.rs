//! Service accounts: in their organization, in its projects, and their secrets.

use model::event::EventKind;
use model::key::Principal;
use model::limits::ACCOUNTS_PER_ORG;
use model::{ProjectId, Refusal, Role, Roles};
use store::{AccountChange, Error, Page};

use crate::support::{ALL, Home, account, act, at, first_start, give_token, on_every_engine};

const OTHER: &str = "mdb_sa_id_other";

async fn add(home: &Home, client_id: &str, roles: Roles) {
    let (made, secret) = account(&home.store, home.org, client_id, roles);
    home.store.account_create(made, secret, &act(1)).await.expect("made");
}

fn refusal<T: std::fmt::Debug>(answer: store::Result<T>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

async fn org_kinds(home: &Home, n: usize) -> Vec<EventKind> {
    let events = home.store.event_list_of_org(home.org, ALL).await.expect("listed");
    events.items.iter().take(n).map(|event| event.kind).collect()
}

async fn an_account_is_what_was_made(home: &Home) {
    let store = &home.store;
    let (made, secret) = account(store, home.org, OTHER, Roles::one(Role::OrgReadOnly));
    store.account_create(made.clone(), secret.clone(), &act(1)).await.expect("made");
    let view = store.account_get(home.org, OTHER).await.expect("read").expect("exists");
    assert_eq!(
        (view.account, view.roles, view.secrets),
        (made.clone(), made.org_roles, vec![secret.clone()])
    );
    assert_eq!(store.account_auth(OTHER).await.expect("read"), [secret]);
    assert_eq!(store.account_auth("mdb_sa_id_none").await.expect("read"), []);
    let principal = Principal::ServiceAccount(OTHER.into());
    let (_, roles) = store.in_org(&principal, home.org).await.expect("read").expect("exists");
    assert_eq!(roles, Roles::one(Role::OrgReadOnly));
    assert_eq!(org_kinds(home, 1).await, [EventKind::ServiceAccountCreated]);
    let list = store.account_list(home.org, Page { number: 2, size: 1 }).await.expect("listed");
    assert_eq!((list.total, list.items.len()), (2, 1));
}

async fn an_account_of_a_project_is_seen_from_there_with_its_roles_there(home: &Home) {
    let store = &home.store;
    let (made, secret) = account(store, home.org, OTHER, Roles::one(Role::OrgMember));
    let reader = Roles::one(Role::GroupReadOnly);
    store.account_create_in(home.project, reader, made, secret, &act(1)).await.expect("made");
    let view = store.account_get_in(home.org, home.project, OTHER).await.expect("read").expect("has a role");
    assert_eq!((view.roles, view.account.org_roles), (reader, Roles::one(Role::OrgMember)));
    let list = store.account_list_in(home.project, ALL).await.expect("listed");
    assert_eq!((list.total, list.items), (1, vec![view]));
    assert!(!store.account_reaches_beyond(home.project, OTHER).await.expect("read"));

    let second = home.add_project("second").await;
    assert_eq!(store.account_get_in(home.org, second, OTHER).await.expect("read"), None);
    assert!(matches!(
        refusal(store.account_unassign(second, OTHER, &act(2)).await),
        Refusal::AccountNotFound { .. }
    ));
    store.account_assign(second, OTHER, Roles::one(Role::GroupOwner), &act(2)).await.expect("assigned");
    store.account_assign(second, OTHER, Roles::one(Role::GroupOwner), &act(3)).await.expect("the same again");
    assert!(store.account_reaches_beyond(home.project, OTHER).await.expect("read"));
    let groups = store.account_projects(home.org, OTHER, ALL).await.expect("exists");
    assert_eq!((groups.total, &groups.items[1]), (2, &(second, Roles::one(Role::GroupOwner))));

    store.account_unassign(home.project, OTHER, &act(4)).await.expect("assigned till now");
    assert!(store.account_get(home.org, OTHER).await.expect("read").is_some());
    let kinds = [
        EventKind::ServiceAccountRemovedFromGroup,
        EventKind::ServiceAccountAddedToGroup,
        EventKind::GroupCreated,
    ];
    assert_eq!(home.kinds().await, kinds);
}

async fn a_change_tells_what_changed_and_only_that(home: &Home) {
    let store = &home.store;
    add(home, OTHER, Roles::one(Role::OrgMember)).await;
    let change = AccountChange {
        name: Some("another".into()),
        description: Some("words".into()),
        roles: Some(Roles::one(Role::OrgReadOnly)),
    };
    let changed = store.account_change(home.org, OTHER, change.clone(), &act(2)).await.expect("exists");
    assert_eq!((changed.account.name.as_str(), changed.roles), ("another", Roles::one(Role::OrgReadOnly)));
    assert_eq!(store.account_get(home.org, OTHER).await.expect("read"), Some(changed));
    store.account_change(home.org, OTHER, change, &act(3)).await.expect("the same again");
    let told = [
        EventKind::ServiceAccountRolesChanged,
        EventKind::ServiceAccountDetailsChanged,
        EventKind::ServiceAccountCreated,
    ];
    assert_eq!(org_kinds(home, 3).await, told);

    store.account_assign(home.project, OTHER, Roles::one(Role::GroupOwner), &act(4)).await.expect("assigned");
    let change = AccountChange { roles: Some(Roles::one(Role::GroupReadOnly)), ..AccountChange::default() };
    let seen = store.account_change_in(home.project, OTHER, change, &act(5)).await.expect("has roles");
    assert_eq!(seen.roles, Roles::one(Role::GroupReadOnly));
    assert_eq!(seen.account.org_roles, Roles::one(Role::OrgReadOnly));
}

async fn two_secrets_are_the_most_and_the_last_may_go(home: &Home) {
    let store = &home.store;
    add(home, OTHER, Roles::one(Role::OrgMember)).await;
    let (_, second) = account(store, home.org, OTHER, Roles::NONE);
    let (_, third) = account(store, home.org, OTHER, Roles::NONE);
    store.secret_add(home.org, OTHER, second.clone(), &act(2)).await.expect("the second");
    let refused = refusal(store.secret_add(home.org, OTHER, third.clone(), &act(2)).await);
    assert_eq!(refused, Refusal::TooManySecrets { max: 2 });
    let secrets = store.account_auth(OTHER).await.expect("read");
    for secret in &secrets {
        store.secret_delete(home.org, OTHER, secret.id, &act(3)).await.expect("exists");
    }
    assert_eq!(store.account_auth(OTHER).await.expect("read"), []);
    let gone = refusal(store.secret_delete(home.org, OTHER, second.id, &act(4)).await);
    assert_eq!(gone, Refusal::SecretNotFound { id: second.id });
    store.secret_add(home.org, OTHER, third, &act(5)).await.expect("there is room again");
    let told = [
        EventKind::ServiceAccountSecretAdded,
        EventKind::ServiceAccountSecretDeleted,
        EventKind::ServiceAccountSecretDeleted,
    ];
    assert_eq!(org_kinds(home, 3).await, told);
}

async fn a_deleted_account_leaves_nothing(home: &Home) {
    let store = &home.store;
    let Principal::ServiceAccount(client_id) = &home.account else { panic!("an account") };
    let jti = give_token(home, 1, 100).await;
    let nets = ["192.0.2.0/24".parse().expect("a block")];
    store.caller_access_add(home.org, &home.account, &nets, &act(1)).await.expect("added");
    store.account_assign(home.project, client_id, Roles::one(Role::GroupOwner), &act(1)).await.expect("done");
    store.account_delete(home.org, client_id, &act(2)).await.expect("the key is an owner, too");
    assert_eq!(store.token_auth(&jti).await.expect("read"), None);
    assert_eq!(store.account_get(home.org, client_id).await.expect("read"), None);
    assert_eq!(store.account_list_in(home.project, ALL).await.expect("listed").total, 0);
    assert_eq!(store.caller_access_list(home.org, &home.account, ALL).await.expect("listed").total, 0);
    assert_eq!(org_kinds(home, 1).await, [EventKind::ServiceAccountDeleted]);
}

async fn an_account_of_another_organization_does_not_exist_here(home: &Home) {
    let store = &home.store;
    let mut second = first_start(store);
    second.key.public_key = "foreign".into();
    second.user.username = "someone@example.com".into();
    second.account.client_id = "mdb_sa_id_foreign".into();
    let secret = second.secret.clone();
    store.bootstrap(second, &act(1)).await.expect("another organization");
    let id = "mdb_sa_id_foreign";
    let not_found = |answer: store::Result<()>| {
        assert!(matches!(refusal(answer), Refusal::AccountNotFound { .. }));
    };
    let roles = Roles::one(Role::GroupOwner);
    not_found(store.account_assign(home.project, id, roles, &act(2)).await);
    not_found(store.account_unassign(home.project, id, &act(2)).await);
    not_found(store.account_change(home.org, id, AccountChange::default(), &act(2)).await.map(|_| ()));
    not_found(store.account_change_in(home.project, id, AccountChange::default(), &act(2)).await.map(|_| ()));
    not_found(store.account_delete(home.org, id, &act(2)).await);
    not_found(store.secret_delete(home.org, id, secret.id, &act(2)).await);
    not_found(store.secret_add(home.org, id, secret, &act(2)).await);
    not_found(store.account_projects(home.org, id, ALL).await.map(|_| ()));
    assert_eq!(store.account_get(home.org, id).await.expect("read"), None);
    assert_eq!(store.account_get_in(home.org, home.project, id).await.expect("read"), None);
    let nowhere: ProjectId = store.mint().mint(at(0));
    assert_eq!(store.account_list_in(nowhere, ALL).await.expect("listed").total, 0);
}

async fn an_organization_has_two_hundred_accounts_at_most(home: &Home) {
    for nth in 1..ACCOUNTS_PER_ORG {
        add(home, &format!("mdb_sa_id_{nth}"), Roles::one(Role::OrgMember)).await;
    }
    let (made, secret) = account(&home.store, home.org, OTHER, Roles::NONE);
    let refused = refusal(home.store.account_create(made, secret, &act(1)).await);
    assert_eq!(refused, Refusal::TooManyAccounts { max: 200 });
}

on_every_engine![
    an_account_is_what_was_made,
    an_account_of_a_project_is_seen_from_there_with_its_roles_there,
    a_change_tells_what_changed_and_only_that,
    two_secrets_are_the_most_and_the_last_may_go,
    a_deleted_account_leaves_nothing,
    an_account_of_another_organization_does_not_exist_here,
    an_organization_has_two_hundred_accounts_at_most,
];
