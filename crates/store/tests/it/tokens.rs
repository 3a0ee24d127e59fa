//! Tokens that serve, and the epoch by which every process learns that a caller has changed.

use model::key::Principal;
use model::limits::TOKENS_PER_ACCOUNT;
use model::{Refusal, Role, Roles};
use store::{Error, KeyChange, NewToken};

use crate::support::{Home, act, at, give_token, key, on_every_engine};

fn client_id(home: &Home) -> &str {
    match &home.account {
        Principal::ServiceAccount(client_id) => client_id,
        Principal::Key(_) => panic!("an account"),
    }
}

async fn serves(home: &Home, jti: &str) -> bool {
    home.store.token_auth(jti).await.expect("read").is_some()
}

async fn a_token_serves_until_it_is_revoked_by_its_own_account(home: &Home) {
    let store = &home.store;
    let jti = give_token(home, 1, 100).await;
    let auth = store.token_auth(&jti).await.expect("read").expect("serves");
    let secret = store.account_auth(client_id(home)).await.expect("read").remove(0);
    assert_eq!((auth.client_id.as_str(), auth.org, auth.secret), (client_id(home), home.org, secret.id));
    assert_eq!((auth.secret_expires_at, secret.used_at), (secret.expires_at, Some(at(1))));
    store.token_revoke("mdb_sa_id_other", &jti).await.expect("nothing is told");
    assert!(serves(home, &jti).await);
    store.token_revoke(client_id(home), &jti).await.expect("revoked");
    assert!(!serves(home, &jti).await);
    store.token_revoke(client_id(home), &jti).await.expect("nothing is left to do");
}

async fn a_token_ends_with_the_secret_that_opened_it(home: &Home) {
    let jti = give_token(home, 1, 100).await;
    let secret = home.store.account_auth(client_id(home)).await.expect("read").remove(0);
    home.store.secret_delete(home.org, client_id(home), secret.id, &act(2)).await.expect("exists");
    assert!(!serves(home, &jti).await);
    let token = NewToken {
        jti,
        client_id: client_id(home).to_owned(),
        secret: secret.id,
        issued_at: at(3),
        expires_at: at(4),
    };
    let refused = home.store.token_issue(token).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::SecretNotFound { .. }))), "{refused:?}");
}

async fn the_oldest_token_ends_when_there_would_be_too_many(home: &Home) {
    let over = i64::from(TOKENS_PER_ACCOUNT);
    let epoch = home.store.callers_epoch().await.expect("read");
    for nth in 0..over {
        give_token(home, nth, 5_000).await;
    }
    assert!(serves(home, "token-0").await);
    assert_eq!(home.store.callers_epoch().await.expect("read"), epoch);
    give_token(home, over, 5_000).await;
    assert!(!serves(home, "token-0").await);
    assert!(home.store.callers_epoch().await.expect("read") > epoch);
    assert!(serves(home, "token-1").await && serves(home, &format!("token-{over}")).await);
}

async fn tokens_that_are_over_make_room(home: &Home) {
    for nth in 0..i64::from(TOKENS_PER_ACCOUNT) {
        give_token(home, nth, 500 + nth).await;
    }
    // The first one is over by then, and forgotten for it.
    give_token(home, 500, 5_000).await;
    assert!(!serves(home, "token-0").await && serves(home, "token-1").await);
}

async fn what_takes_a_caller_back_lets_the_epoch_grow_and_nothing_else_does(home: &Home) {
    let store = &home.store;
    let Principal::Key(id) = home.key else { panic!("a key") };
    let epoch = || async { store.callers_epoch().await.expect("read") };
    let nets = ["192.0.2.0/24".parse().expect("a block")];

    let mut before = epoch().await;
    let change = KeyChange { description: Some("other".into()), ..KeyChange::default() };
    store.key_change(home.org, id, change, &act(1)).await.expect("exists");
    store.key_assign(home.project, id, Roles::one(Role::GroupOwner), &act(1)).await.expect("exists");
    give_token(home, 1, 100).await;
    store.token_revoke(client_id(home), "unknown").await.expect("nothing is told");
    let refused = store.caller_access_delete(home.org, &home.key, nets[0], &act(1)).await;
    assert!(refused.is_err(), "what is refused leaves no trace");
    assert_eq!(epoch().await, before);

    for caller in [&home.key, &home.account] {
        store.caller_access_add(home.org, caller, &nets, &act(2)).await.expect("added");
        assert!(epoch().await > before);
        before = epoch().await;
        store.caller_access_delete(home.org, caller, nets[0], &act(2)).await.expect("listed");
        assert!(epoch().await > before);
        before = epoch().await;
    }
    store.token_revoke(client_id(home), "token-1").await.expect("revoked");
    assert!(epoch().await > before);
}

async fn what_one_process_takes_back_another_sees_where_it_enters(home: &Home) {
    let other = home.beside().await;
    let made = key(&home.store, home.org, "newkey", Roles::one(Role::OrgReadOnly));
    let (id, principal) = (made.id, Principal::Key(made.id));
    home.store.key_create(made, vec![1], &act(1)).await.expect("made");
    let known = home.store.key_auth("newkey").await.expect("read").expect("exists");
    let entered = home.store.enter_project(&principal, home.project).await.expect("read");
    assert_eq!((entered.epoch, entered.place.is_some()), (known.epoch, true));

    other.key_delete(home.org, id, &act(2)).await.expect("exists");
    let in_project = home.store.enter_project(&principal, home.project).await.expect("read");
    let in_org = home.store.enter_org(&principal, home.org).await.expect("read");
    assert!(in_project.epoch > known.epoch);
    assert_eq!(
        (in_org.epoch, home.store.callers_epoch().await.expect("read")),
        (in_project.epoch, in_org.epoch)
    );
    assert_eq!(home.store.key_auth("newkey").await.expect("read"), None);
    other.close().await;
}

async fn a_place_that_does_not_exist_tells_the_epoch_all_the_same(home: &Home) {
    home.store.token_revoke(client_id(home), &give_token(home, 1, 100).await).await.expect("revoked");
    let epoch = home.store.callers_epoch().await.expect("read");
    let nowhere = home.store.mint().mint(at(0));
    let entered = home.store.enter_project(&home.key, nowhere).await.expect("read");
    assert_eq!((entered.epoch, entered.place), (epoch, None));
    let nowhere = home.store.mint().mint(at(0));
    let entered = home.store.enter_org(&home.key, nowhere).await.expect("read");
    assert_eq!((entered.epoch, entered.place), (epoch, None));
    assert!(epoch > 0);
}

on_every_engine![
    a_token_serves_until_it_is_revoked_by_its_own_account,
    a_token_ends_with_the_secret_that_opened_it,
    the_oldest_token_ends_when_there_would_be_too_many,
    tokens_that_are_over_make_room,
    what_takes_a_caller_back_lets_the_epoch_grow_and_nothing_else_does,
    what_one_process_takes_back_another_sees_where_it_enters,
    a_place_that_does_not_exist_tells_the_epoch_all_the_same,
];
