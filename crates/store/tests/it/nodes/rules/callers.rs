//! Keys, accounts, secrets, tokens.

use model::key::{Principal, Secret, ServiceAccount};
use model::limits::{ACCOUNTS_PER_ORG, KEYS_PER_ORG, SECRETS_PER_ACCOUNT, TOKENS_PER_ACCOUNT};
use model::{KeyId, Role, Roles};
use store::{AccountChange, KeyChange, NewToken};

use super::super::{at_once, on_nodes};
use super::{CALLERS, ROUNDS, granted};
use crate::support::{Home, account, act, at, key};

fn owner() -> Roles {
    Roles::one(Role::OrgOwner)
}

fn id(key: &Principal) -> KeyId {
    let Principal::Key(id) = key else { panic!("a key") };
    *id
}

/// Another account of the organization, with one secret.
async fn one_account(home: &Home, name: String, roles: Roles) -> (ServiceAccount, Secret) {
    let (account, secret) = account(&home.store, home.org, &name, roles);
    home.store.account_create(account.clone(), secret.clone(), &act(1)).await.expect("there is room");
    (account, secret)
}

fn token(name: String, client_id: &str, secret: &Secret) -> NewToken {
    NewToken {
        jti: name,
        client_id: client_id.to_owned(),
        secret: secret.id,
        issued_at: at(1),
        expires_at: at(3600),
    }
}

async fn an_organization_gets_no_more_keys_than_it_may_have(home: &Home) {
    // The home has one.
    home.sql(&format!(
        "INSERT INTO api_key SELECT lpad(to_hex(n), 24, '0'), '{}', 'made' || n, '', '', '', 0 \
         FROM generate_series(1, {}) n",
        home.org,
        KEYS_PER_ORG - 2
    ));
    let keys: Vec<_> =
        (0..CALLERS).map(|nth| key(&home.store, home.org, &format!("late{nth}"), Roles::NONE)).collect();
    let answers = at_once(home, CALLERS, |store, nth| {
        let key = keys[usize::from(nth)].clone();
        async move { store.key_create(key, vec![1], &act(1)).await }
    });
    assert_eq!(granted(&answers.await), 1);
}

async fn an_organization_gets_no_more_accounts_than_it_may_have(home: &Home) {
    // The home has one.
    home.sql(&format!(
        "INSERT INTO service_account SELECT 'made' || n, '{}', '', '', 0 FROM generate_series(1, {}) n",
        home.org,
        ACCOUNTS_PER_ORG - 2
    ));
    let new: Vec<_> =
        (0..CALLERS).map(|nth| account(&home.store, home.org, &format!("late{nth}"), Roles::NONE)).collect();
    let project = home.project;
    let answers = at_once(home, CALLERS, |store, nth| {
        let (account, secret) = new[usize::from(nth)].clone();
        async move {
            match nth / 2 % 2 {
                0 => store.account_create(account, secret, &act(1)).await,
                _ => store.account_create_in(project, Roles::NONE, account, secret, &act(1)).await,
            }
        }
    });
    assert_eq!(granted(&answers.await), 1);
}

async fn an_account_gets_no_more_secrets_than_it_may_have(home: &Home) {
    let org = home.org;
    for round in 0..ROUNDS {
        let (made, _) = one_account(home, format!("a{round}"), Roles::NONE).await;
        let answers = at_once(home, CALLERS, |store, _| {
            let (client_id, (_, secret)) = (made.client_id.clone(), account(&store, org, "", Roles::NONE));
            async move { store.secret_add(org, &client_id, secret, &act(1)).await }
        });
        assert_eq!(granted(&answers.await), SECRETS_PER_ACCOUNT as usize - 1);
    }
}

async fn an_account_has_no_more_tokens_that_serve_than_it_may_have(home: &Home) {
    for round in 0..ROUNDS {
        let (made, secret) = one_account(home, format!("a{round}"), Roles::NONE).await;
        let (client_id, secret_id) = (&made.client_id, secret.id);
        let (_, second) = account(&home.store, home.org, "", Roles::NONE);
        home.store.secret_add(home.org, client_id, second.clone(), &act(1)).await.expect("there is room");
        home.sql(&format!(
            "INSERT INTO access_token (jti, client_id, secret_id, issued_at, expires_at) \
             SELECT '{round}-' || n, '{client_id}', '{secret_id}', 0, {} FROM generate_series(1, {}) n",
            at(3600).micros(),
            TOKENS_PER_ACCOUNT
        ));
        let answers = at_once(home, CALLERS, |store, nth| {
            // What is shown with one secret would wait for each other at its row.
            let token =
                token(format!("{round} late {nth}"), client_id, [&secret, &second][usize::from(nth / 2 % 2)]);
            async move { store.token_issue(token).await }
        });
        assert_eq!(granted(&answers.await), usize::from(CALLERS));
        let kept = format!("SELECT count(*) FROM access_token WHERE client_id = '{client_id}'");
        assert_eq!(home.number(&kept), i64::from(TOKENS_PER_ACCOUNT));
    }
}

async fn no_token_outlives_the_secret_that_it_was_asked_for_with(home: &Home) {
    let org = home.org;
    for round in 0..ROUNDS {
        let (made, secret) = one_account(home, format!("a{round}"), Roles::NONE).await;
        let answers = at_once(home, CALLERS, |store, nth| {
            let (client_id, secret_id) = (made.client_id.clone(), secret.id);
            let token = token(format!("{round}-{nth}"), &client_id, &secret);
            async move {
                match nth {
                    3 => store.secret_delete(org, &client_id, secret_id, &act(1)).await.expect("it is there"),
                    _ => return store.token_issue(token).await,
                }
                Ok(())
            }
        });
        granted(&answers.await);
        assert_eq!(home.number("SELECT count(*) FROM access_token"), 0);
    }
}

async fn no_token_outlives_its_account(home: &Home) {
    let org = home.org;
    for round in 0..ROUNDS {
        let (made, secret) = one_account(home, format!("a{round}"), Roles::NONE).await;
        let answers = at_once(home, CALLERS, |store, nth| {
            let client_id = made.client_id.clone();
            let token = token(format!("{round}-{nth}"), &client_id, &secret);
            async move {
                match nth {
                    3 => store.account_delete(org, &client_id, &act(1)).await.expect("it is there"),
                    _ => return store.token_issue(token).await,
                }
                Ok(())
            }
        });
        granted(&answers.await);
        assert_eq!(home.number("SELECT count(*) FROM access_token"), 0);
    }
}

/// A key and an account own the organization, and both cease to.
async fn the_last_key_or_account_that_owns_an_organization_stays(home: &Home) {
    let org = home.org;
    home.store.account_delete(org, "mdb_sa_id_first", &act(0)).await.expect("a key owns it, too");
    let mut key_now = id(&home.key);
    for round in 0..ROUNDS {
        let (made, _) = one_account(home, format!("a{round}"), owner()).await;
        let answers = at_once(home, 2, |store, nth| {
            let client_id = made.client_id.clone();
            let change = AccountChange { roles: Some(Roles::NONE), ..AccountChange::default() };
            let key_change = KeyChange { org_roles: Some(Roles::NONE), ..KeyChange::default() };
            async move {
                match (nth, round % 2) {
                    (0, 0) => store.key_delete(org, key_now, &act(1)).await,
                    (0, _) => store.key_change(org, key_now, key_change, &act(1)).await.map(|_| ()),
                    (_, 0) => store.account_change(org, &client_id, change, &act(1)).await.map(|_| ()),
                    (_, _) => store.account_delete(org, &client_id, &act(1)).await,
                }
            }
        });
        assert_eq!(granted(&answers.await), 1);
        // Begin again with one key alone.
        let next = key(&home.store, org, &format!("next{round}"), owner());
        home.store.key_create(next.clone(), vec![1], &act(2)).await.expect("there is room");
        for client_id in [&made.client_id] {
            if home.store.account_get(org, client_id).await.expect("read").is_some() {
                home.store.account_delete(org, client_id, &act(2)).await.expect("a key owns it");
            }
        }
        if home.store.key_get(org, key_now).await.expect("read").is_some() {
            home.store.key_delete(org, key_now, &act(2)).await.expect("another key owns it");
        }
        key_now = next.id;
    }
}

async fn nothing_is_left_of_who_is_deleted(home: &Home) {
    let (org, project) = (home.org, home.project);
    for round in 0..ROUNDS {
        let new = key(&home.store, org, &format!("key{round}"), Roles::NONE);
        home.store.key_create(new.clone(), vec![1], &act(1)).await.expect("there is room");
        let (made, _) = one_account(home, format!("a{round}"), Roles::NONE).await;
        let answers = at_once(home, CALLERS, |store, nth| {
            let (id, client_id) = (new.id, made.client_id.clone());
            let net = [format!("10.2.0.{nth}/32").parse().expect("an address")];
            let roles = Roles::one(Role::GroupReadOnly);
            async move {
                match nth {
                    0 => store.key_assign(project, id, roles, &act(1)).await.map(|_| ()),
                    1 => store.account_assign(project, &client_id, roles, &act(1)).await,
                    2 => store.caller_access_add(org, &Principal::Key(id), &net, &act(1)).await,
                    3 => {
                        let caller = Principal::ServiceAccount(client_id);
                        store.caller_access_add(org, &caller, &net, &act(1)).await
                    }
                    4 => store.key_delete(org, id, &act(1)).await,
                    5 => store.account_delete(org, &client_id, &act(1)).await,
                    6 => {
                        let change =
                            KeyChange { project_roles: Some((project, roles)), ..KeyChange::default() };
                        store.key_change(org, id, change, &act(1)).await.map(|_| ())
                    }
                    _ => {
                        let change = AccountChange { roles: Some(roles), ..AccountChange::default() };
                        store.account_change_in(project, &client_id, change, &act(1)).await.map(|_| ())
                    }
                }
            }
        });
        granted(&answers.await);
        let holders = format!("('{}', '{}')", new.id, made.client_id);
        for table in ["role_grant", "caller_access"] {
            let left = home.number(&format!("SELECT count(*) FROM {table} WHERE holder IN {holders}"));
            assert_eq!(left, 0, "round {round}: {table}");
        }
    }
}

on_nodes![
    an_organization_gets_no_more_keys_than_it_may_have,
    an_organization_gets_no_more_accounts_than_it_may_have,
    an_account_gets_no_more_secrets_than_it_may_have,
    an_account_has_no_more_tokens_that_serve_than_it_may_have,
    no_token_outlives_the_secret_that_it_was_asked_for_with,
    no_token_outlives_its_account,
    the_last_key_or_account_that_owns_an_organization_stays,
    nothing_is_left_of_who_is_deleted,
];
