//! Organizations: made, changed, closed.

use model::container::Network;
use model::event::EventKind;
use model::key::Principal;
use model::project::{Org, OrgSettings};
use model::{OrgId, Refusal, Role, Roles, UserId};
use store::{ContainerRecord, Due, Error, MemberChange, NewOrg, OrgChange, Store, Whom};

use crate::records::network;
use crate::support::{ALL, Home, account, act, at, aws, key, on_every_engine};

fn refusal<T: std::fmt::Debug>(answer: store::Result<T>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

async fn org_kinds(store: &Store, org: OrgId) -> Vec<EventKind> {
    let events = store.event_list_of_org(org, ALL).await.expect("listed");
    events.items.into_iter().map(|event| event.kind).collect()
}

fn new_org(home: &Home) -> NewOrg {
    let org = Org {
        id: home.store.mint().mint(at(1)),
        name: "Second".into(),
        api_access_list_required: false,
        skip_default_alerts: true,
        created_at: at(1),
    };
    NewOrg { org, owner: None, key: None, account: None }
}

fn owner() -> Roles {
    Roles::one(Role::OrgOwner)
}

async fn an_organization_comes_with_a_key_of_its_own_or_is_its_makers(home: &Home) {
    let store = &home.store;
    let mut new = new_org(home);
    let second = new.org.id;
    let made = key(store, second, "secondkey", owner());
    let its = Principal::Key(made.id);
    new.key = Some((made, vec![1]));
    new.owner = Some(home.user);
    store.org_create(new, home.org, &home.key, &act(1)).await.expect("made");
    let ids = async |principal: &Principal| {
        let orgs = store.org_list(principal).await.expect("listed");
        orgs.into_iter().map(|org| org.id).collect::<Vec<_>>()
    };
    assert_eq!((ids(&its).await, ids(&home.key).await), (vec![second], vec![home.org]));
    let people = store.user_list_of_org(second, &Whom::all(at(2)), ALL).await.expect("listed");
    assert_eq!(people.items[0].user.id, home.user);
    assert_eq!(people.items[0].org_roles, owner());

    let third = new_org(home);
    let id = third.org.id;
    store.org_create(third, home.org, &home.key, &act(2)).await.expect("made");
    assert_eq!(ids(&home.key).await, [home.org, id]);
    let mut project = home.new_project("there");
    project.org = id;
    store.project_create(project.clone(), &home.key, None, &act(3)).await.expect("made");
    let projects = store.project_list(&home.key, None, ALL).await.expect("listed");
    assert_eq!(projects.items.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["first", "there"]);
    assert_eq!(projects.total, 2);
    assert_eq!(store.project_list(&home.key, Some(id), ALL).await.expect("listed").total, 1);
    let found = store.project_get_by_name(&home.key, "there").await.expect("read");
    assert_eq!(found.map(|one| one.id), Some(project.id));
    let mut nobodys = new_org(home);
    let stranger: UserId = store.mint().mint(at(0));
    nobodys.owner = Some(stranger);
    let refused = refusal(store.org_create(nobodys, home.org, &home.key, &act(4)).await);
    assert_eq!(refused, Refusal::UserNotFound { id: stranger.to_string() });
}

async fn an_organization_goes_with_all_it_has_and_its_callers_at_once(home: &Home) {
    let store = &home.store;
    let mut new = new_org(home);
    let second = new.org.id;
    new.key = Some((key(store, second, "secondkey", owner()), vec![1]));
    new.account = Some(account(store, second, "mdb_sa_id_second", owner()));
    new.owner = Some(home.user);
    store.org_create(new, home.org, &home.key, &act(1)).await.expect("made");
    store.team_create(second, "t", &["jo@example.org".into()], &act(2)).await.expect("made");
    store
        .member_invite(second, "new@example.org", "k", MemberChange::default(), &act(2))
        .await
        .expect("invited");
    let mut project = home.new_project("there");
    project.org = second;
    let its = store.key_auth("secondkey").await.expect("read").expect("exists").id;
    store.project_create(project.clone(), &Principal::Key(its), None, &act(2)).await.expect("made");
    assert_eq!(refusal(store.org_delete(second, &act(3)).await), Refusal::OrgHasProjects);
    store.project_delete(project.id, &act(4)).await.expect("deleted");

    let before = store.callers_epoch().await.expect("read");
    store.org_delete(second, &act(5)).await.expect("deleted");
    assert!(store.callers_epoch().await.expect("read") > before);
    assert_eq!(store.org_get(second).await.expect("read"), None);
    assert_eq!(store.key_auth("secondkey").await.expect("read"), None);
    assert!(store.account_auth("mdb_sa_id_second").await.expect("read").is_empty());
    assert_eq!(store.in_org(&home.key, second).await.expect("read"), None);
    assert_eq!(store.team_list(second, ALL).await.expect("listed").total, 0);
    assert_eq!(store.user_list_of_org(second, &Whom::all(at(6)), ALL).await.expect("listed").total, 0);
    // The other one is untouched, and stays.
    let people = store.user_list_of_org(home.org, &Whom::all(at(6)), ALL).await.expect("listed");
    assert_eq!(people.total, 1);
    store.project_delete(home.project, &act(7)).await.expect("deleted");
    assert_eq!(refusal(store.org_delete(home.org, &act(8)).await), Refusal::LastOrg);
}

async fn an_organization_is_closed_until_its_last_network_is_gone(home: &Home) {
    let store = &home.store;
    store.org_create(new_org(home), home.org, &home.key, &act(1)).await.expect("made");
    let container = home.add_container(aws("US_EAST_1")).await;
    home.sql("UPDATE container SET network = 'aws', network_name = 'vpc-1'");
    store.project_delete(home.project, &act(2)).await.expect("closed");
    store.org_delete(home.org, &act(3)).await.expect("closed");
    assert_eq!(store.org_get(home.org).await.expect("read"), None);
    // The id could be used again only if the row is gone.
    let other = store.org_first().await.expect("read").expect("the second").id;
    let mut again = new_org(home);
    again.org.id = home.org;
    store.org_create(again.clone(), other, &home.key, &act(4)).await.expect_err("its row is there");
    let claimed = home.claim_containers(3, 3).await.remove(0);
    assert_eq!(claimed.container.id, container.id);
    let gone = ContainerRecord { at: at(4), ..network(&claimed, Network::Absent, Due::Idle) };
    assert_eq!(store.record_containers(vec![gone]).await.expect("recorded"), [true]);
    store.org_create(again, other, &home.key, &act(5)).await.expect("nothing is left of it");
}

async fn settings_are_kept_and_told(home: &Home) {
    let store = &home.store;
    let start = store.org_settings(home.org).await.expect("read");
    assert_eq!(start, OrgSettings { gen_ai_features: true, ..OrgSettings::default() });
    let wanted = OrgSettings {
        api_access_list_required: true,
        gen_ai_features: false,
        max_secret_hours: Some(24),
        multi_factor_auth_required: true,
        operations_contact: Some("ops@example.org".into()),
        restrict_employee_access: true,
        security_contact: Some("sec@example.org".into()),
        session_timeouts: (Some(3600), Some(300)),
        streams_cross_group: true,
    };
    let before = store.callers_epoch().await.expect("read");
    let set = wanted.clone();
    store.org_settings_change(home.org, move |_| set.clone(), &act(1)).await.expect("changed");
    assert!(store.callers_epoch().await.expect("read") > before);
    assert_eq!(store.org_settings(home.org).await.expect("read"), wanted);
    let auth = store.key_auth("abcdefgh").await.expect("read").expect("exists");
    assert!(auth.requires_access_list);
    let kinds = org_kinds(store, home.org).await;
    for kind in [
        EventKind::OrgPublicApiAccessListRequired,
        EventKind::OrgTwoFactorAuthRequired,
        EventKind::OrgEmployeeAccessRestricted,
        EventKind::OrgServiceAccountMaxSecretValidityEdited,
        EventKind::CustomSessionTimeoutModified,
        EventKind::SecurityContactModified,
        EventKind::OperationsContactModified,
    ] {
        assert_eq!(kinds.iter().filter(|known| **known == kind).count(), 1, "{kind:?}");
    }
    store.org_settings_change(home.org, |same| same, &act(2)).await.expect("the same again");
    assert_eq!(org_kinds(store, home.org).await, kinds);
    let change = OrgChange { name: Some("Renamed".into()), skip_default_alerts: Some(true) };
    let changed = store.org_change(home.org, change, &act(3)).await.expect("changed");
    assert_eq!((changed.name.as_str(), changed.skip_default_alerts), ("Renamed", true));
    assert_eq!(org_kinds(store, home.org).await[0], EventKind::OrgRenamed);
}

on_every_engine!(
    an_organization_comes_with_a_key_of_its_own_or_is_its_makers,
    an_organization_goes_with_all_it_has_and_its_callers_at_once,
    an_organization_is_closed_until_its_last_network_is_gone,
    settings_are_kept_and_told,
);
