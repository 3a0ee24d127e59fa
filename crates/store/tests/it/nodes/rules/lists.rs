//! Access lists: projects', keys' and accounts'.

use model::access::AccessEntry;
use model::limits::{ACCESS_ENTRIES, KEY_ACCESS_ENTRIES};

use super::super::{at_once, on_nodes};
use super::{CALLERS, ROUNDS, granted};
use crate::support::{ALL, Home, act, at, entry};

async fn an_access_list_gets_no_more_entries_than_it_may_have(home: &Home) {
    let project = home.project;
    let entries = |from: u32, n: u32| (from..from + n).map(|n| format!("10.1.{}.{}", n / 256, n % 256));
    let full = entries(0, ACCESS_ENTRIES.default - 1).map(|text| entry(project, &text, "")).collect();
    home.store.access_add(project, full, &act(1)).await.expect("room");
    for _ in 0..ROUNDS {
        let answers = at_once(home, CALLERS, |store, nth| async move {
            store.access_add(project, vec![entry(project, &format!("10.2.0.{nth}"), "")], &act(1)).await
        });
        assert_eq!(granted(&answers.await), 1);
        home.sql("DELETE FROM access_entry WHERE value LIKE '10.2.%'");
    }
}

async fn a_limit_of_entries_that_was_set_for_a_project_holds(home: &Home) {
    let project = home.project;
    home.store.limit_set(project, ACCESS_ENTRIES.name, 3, &act(1)).await.expect("set");
    for _ in 0..ROUNDS {
        let answers = at_once(home, CALLERS, |store, nth| async move {
            store.access_add(project, vec![entry(project, &format!("10.2.0.{nth}"), "")], &act(1)).await
        });
        assert_eq!(granted(&answers.await), 3);
        home.sql("DELETE FROM access_entry");
    }
}

async fn an_address_is_listed_once_and_who_comes_later_changes_it(home: &Home) {
    let project = home.project;
    for round in 0..ROUNDS {
        let address = format!("10.3.0.{round}");
        let answers = at_once(home, CALLERS, |store, nth| {
            let entries = vec![entry(project, &address, &format!("by {nth}"))];
            async move { store.access_add(project, entries, &act(1)).await }
        });
        assert_eq!(granted(&answers.await), usize::from(CALLERS));
    }
    assert_eq!(home.store.access_list(project, at(1), ALL).await.expect("listed").total, u64::from(ROUNDS));
}

async fn an_entry_is_deleted_once(home: &Home) {
    let project = home.project;
    for round in 0..ROUNDS {
        let address = format!("10.3.0.{round}");
        home.store.access_add(project, vec![entry(project, &address, "")], &act(1)).await.expect("room");
        let answers = at_once(home, CALLERS, |store, _| {
            let key = format!("{address}/32");
            async move { store.access_delete(project, &key, &act(1)).await }
        });
        assert_eq!(granted(&answers.await), 1);
    }
}

async fn an_entry_that_expired_is_told_once(home: &Home) {
    let project = home.project;
    for nth in 0..20 {
        let entry = AccessEntry { delete_after: Some(at(5)), ..entry(project, &format!("10.1.0.{nth}"), "") };
        home.store.access_add(project, vec![entry], &act(1)).await.expect("room");
    }
    let expired =
        at_once(home, 4, |store, _| async move { store.access_expire(at(10), 100).await.expect("done") });
    expired.await;
    let events = home.store.event_list_of_project(project, ALL).await.expect("listed").items;
    let removed = events.iter().filter(|event| event.kind.name().ends_with("_REMOVED")).count();
    assert_eq!(removed, 20);
}

async fn an_entry_that_is_listed_anew_does_not_expire_with_the_old_one(home: &Home) {
    let project = home.project;
    for round in 0..ROUNDS * 2 {
        let address = |nth: u8| format!("10.1.{round}.{nth}");
        let of = |nth, until| AccessEntry { delete_after: until, ..entry(project, &address(nth), "") };
        let old = (0..20).map(|nth| of(nth, Some(at(5)))).collect();
        home.store.access_add(project, old, &act(1)).await.expect("room");
        let answers = at_once(home, CALLERS, |store, nth| {
            let anew = (0..20).map(|nth| of(nth, None)).collect();
            async move {
                match nth % 2 {
                    0 => store.access_expire(at(10), 100).await.map(|_| ()),
                    _ => store.access_add(project, anew, &act(10)).await,
                }
            }
        });
        assert_eq!(granted(&answers.await), usize::from(CALLERS));
        let listed = home.store.access_list(project, at(10), ALL).await.expect("listed").items;
        assert_eq!(listed.len(), 20, "round {round}: what was acknowledged is there");
        for entry in listed {
            home.store.access_delete(project, &entry.value.key(), &act(11)).await.expect("listed");
        }
    }
}

async fn a_key_gets_no_more_addresses_than_it_may_have(home: &Home) {
    let net = |text: &str| text.parse().expect("an address");
    let full: Vec<_> =
        (1..KEY_ACCESS_ENTRIES).map(|n| net(&format!("10.1.{}.{}/32", n / 256, n % 256))).collect();
    home.store.caller_access_add(home.org, &home.key, &full, &act(1)).await.expect("room");
    let org = home.org;
    for _ in 0..ROUNDS {
        let answers = at_once(home, CALLERS, |store, nth| {
            let key = home.key.clone();
            async move {
                let more = [net(&format!("10.2.0.{nth}/32"))];
                store.caller_access_add(org, &key, &more, &act(1)).await
            }
        });
        assert_eq!(granted(&answers.await), 1);
        home.sql("DELETE FROM caller_access WHERE net LIKE '10.2.%'");
    }
}

async fn an_account_gets_no_more_addresses_than_it_may_have(home: &Home) {
    let net = |text: &str| text.parse().expect("an address");
    let full: Vec<_> =
        (1..KEY_ACCESS_ENTRIES).map(|n| net(&format!("10.1.{}.{}/32", n / 256, n % 256))).collect();
    home.store.caller_access_add(home.org, &home.account, &full, &act(1)).await.expect("room");
    let org = home.org;
    for _ in 0..ROUNDS {
        let answers = at_once(home, CALLERS, |store, nth| {
            let account = home.account.clone();
            async move {
                let more = [net(&format!("10.2.0.{nth}/32"))];
                store.caller_access_add(org, &account, &more, &act(1)).await
            }
        });
        assert_eq!(granted(&answers.await), 1);
        home.sql("DELETE FROM caller_access WHERE net LIKE '10.2.%'");
    }
}

async fn an_address_is_listed_once_for_a_caller(home: &Home) {
    let org = home.org;
    for round in 0..ROUNDS {
        for caller in [&home.key, &home.account] {
            let answers = at_once(home, CALLERS, |store, _| {
                let caller = caller.clone();
                let net = [format!("10.2.0.{round}/32").parse().expect("an address")];
                async move { store.caller_access_add(org, &caller, &net, &act(1)).await }
            });
            assert_eq!(granted(&answers.await), 1);
        }
    }
}

async fn every_use_of_an_address_counts(home: &Home) {
    let net = |nth: u8| format!("10.2.0.{nth}/32").parse().expect("an address");
    let nets: Vec<_> = (0..20).map(net).collect();
    for caller in [&home.key, &home.account] {
        home.store.caller_access_add(home.org, caller, &nets, &act(1)).await.expect("room");
    }
    let counted = at_once(home, CALLERS, |store, nth| {
        let of = |caller: &model::key::Principal| {
            let caller = caller.clone();
            move |net: &ipnet::IpNet| {
                let (caller, net) = (caller.clone(), *net);
                store::AccessUse { caller, net, n_calls: 1, at: at(2), from: "192.0.2.7".into() }
            }
        };
        let mut uses: Vec<_> =
            nets.iter().map(of(&home.key)).chain(nets.iter().map(of(&home.account))).collect();
        if nth % 2 == 0 {
            uses.reverse();
        }
        async move { store.caller_access_uses(uses).await }
    });
    assert_eq!(granted(&counted.await), usize::from(CALLERS));
    for caller in [&home.key, &home.account] {
        let listed = home.store.caller_access_list(home.org, caller, ALL).await.expect("listed").items;
        assert!(listed.iter().all(|entry| entry.count == i64::from(CALLERS)), "{listed:?}");
    }
}

on_nodes![
    an_access_list_gets_no_more_entries_than_it_may_have,
    a_limit_of_entries_that_was_set_for_a_project_holds,
    an_address_is_listed_once_and_who_comes_later_changes_it,
    an_entry_is_deleted_once,
    an_entry_that_expired_is_told_once,
    an_entry_that_is_listed_anew_does_not_expire_with_the_old_one,
    a_key_gets_no_more_addresses_than_it_may_have,
    an_account_gets_no_more_addresses_than_it_may_have,
    an_address_is_listed_once_for_a_caller,
    every_use_of_an_address_counts,
];
