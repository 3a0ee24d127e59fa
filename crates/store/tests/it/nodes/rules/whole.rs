//! What is read, changed in part and written back keeps every change of a part.

use model::project::OrgSettings;
use model::upkeep::UpkeepChange;
use model::{Role, Roles};
use store::{AccountChange, MemberChange, OrgChange, ProjectChange};

use super::super::{at_once, on_nodes};
use super::{ROUNDS, granted};
use crate::support::{Home, act, user};

async fn an_organizations_settings(home: &Home) {
    let org = home.org;
    for round in 0..u32::from(ROUNDS) {
        let answers = at_once(home, 6, |store, nth| async move {
            let change = move |before: OrgSettings| match nth {
                0 => OrgSettings { gen_ai_features: round % 2 == 0, ..before },
                1 => OrgSettings { max_secret_hours: Some(10 + round), ..before },
                2 => OrgSettings { operations_contact: Some(format!("o{round}")), ..before },
                3 => OrgSettings { security_contact: Some(format!("s{round}")), ..before },
                4 => OrgSettings { session_timeouts: (Some(round), Some(round)), ..before },
                _ => OrgSettings { streams_cross_group: round % 2 == 0, ..before },
            };
            store.org_settings_change(org, change, &act(1)).await
        });
        assert_eq!(granted(&answers.await), 6);
        let kept = home.store.org_settings(org).await.expect("read");
        assert_eq!((kept.gen_ai_features, kept.streams_cross_group), (round % 2 == 0, round % 2 == 0));
        assert_eq!(kept.max_secret_hours, Some(10 + round));
        assert_eq!(kept.operations_contact, Some(format!("o{round}")));
        assert_eq!(kept.security_contact, Some(format!("s{round}")));
        assert_eq!(kept.session_timeouts, (Some(round), Some(round)));
    }
}

async fn an_organizations_name(home: &Home) {
    let org = home.org;
    for round in 0..ROUNDS {
        let answers = at_once(home, 2, |store, nth| async move {
            let change = match nth {
                0 => OrgChange { name: Some(format!("n{round}")), ..OrgChange::default() },
                _ => OrgChange { skip_default_alerts: Some(round % 2 == 0), ..OrgChange::default() },
            };
            store.org_change(org, change, &act(1)).await
        });
        assert_eq!(granted(&answers.await), 2);
        let kept = home.store.org_get(org).await.expect("read").expect("there");
        assert_eq!((kept.name, kept.skip_default_alerts), (format!("n{round}"), round % 2 == 0));
    }
}

async fn a_projects_settings(home: &Home) {
    let project = home.project;
    let names = [
        "isDataExplorerEnabled",
        "isDataValidationEnabled",
        "isExtendedStorageSizesEnabled",
        "isNativeRerankingEnabled",
    ];
    for round in 0..ROUNDS {
        let answers = at_once(home, 4, |store, nth| async move {
            let flags = vec![(names[usize::from(nth)].to_owned(), round % 2 == 0)];
            store.project_settings_change(project, flags, &act(1)).await
        });
        assert_eq!(granted(&answers.await), 4);
        let kept = home.store.project_get(project).await.expect("read").expect("there").settings;
        let set = kept.iter().filter(|(name, on)| names.contains(name) && *on == (round % 2 == 0));
        assert_eq!(set.count(), 4);
    }
}

async fn a_projects_name_and_labels(home: &Home) {
    let project = home.project;
    for round in 0..ROUNDS {
        let answers = at_once(home, 2, |store, nth| async move {
            let tag = model::project::Tag { key: "k".into(), value: format!("v{round}") };
            let change = match nth {
                0 => ProjectChange { name: Some(format!("n{round}")), tags: None },
                _ => ProjectChange { name: None, tags: Some(vec![tag]) },
            };
            store.project_change(project, change, &act(1)).await
        });
        assert_eq!(granted(&answers.await), 2);
        let kept = home.store.project_get(project).await.expect("read").expect("there");
        assert_eq!((kept.name, kept.tags[0].value.clone()), (format!("n{round}"), format!("v{round}")));
    }
}

async fn a_projects_upkeep(home: &Home) {
    let project = home.project;
    for round in 0..ROUNDS {
        let answers = at_once(home, 3, |store, nth| async move {
            let (success, filter) = (None, Some(format!("{{\"n\": {round}}}")));
            let window = |day, hour| UpkeepChange::Window {
                day: Some(day),
                hour: Some(hour),
                defers_once: None,
                protected: None,
                start_now: false,
            };
            let change = match nth {
                0 => UpkeepChange::CustomDns(round % 2 == 0),
                1 => UpkeepChange::Audit { enabled: Some(round % 2 == 0), success, filter },
                _ => window(1 + round, round),
            };
            store.upkeep_change(project, change, &act(1)).await
        });
        assert_eq!(granted(&answers.await), 3);
        let kept = home.store.upkeep_get(project).await.expect("read");
        assert_eq!((kept.custom_dns, kept.audit.enabled), (round % 2 == 0, round % 2 == 0));
        assert_eq!(kept.window.map(|window| (window.day, window.hour)), Some((1 + round, round)));
    }
}

async fn an_accounts_words(home: &Home) {
    let org = home.org;
    for round in 0..ROUNDS {
        let answers = at_once(home, 2, |store, nth| async move {
            let change = match nth {
                0 => AccountChange { name: Some(format!("n{round}")), ..AccountChange::default() },
                _ => AccountChange { description: Some(format!("d{round}")), ..AccountChange::default() },
            };
            store.account_change(org, "mdb_sa_id_first", change, &act(1)).await
        });
        assert_eq!(granted(&answers.await), 2);
        let kept =
            home.store.account_get(org, "mdb_sa_id_first").await.expect("read").expect("there").account;
        assert_eq!((kept.name, kept.description), (format!("n{round}"), format!("d{round}")));
    }
}

async fn the_roles_that_somebody_gets_one_by_one(home: &Home) {
    let (org, project) = (home.org, home.project);
    for round in 0..ROUNDS {
        let new = user(&home.store, &format!("user{round}"));
        let (id, name) = (new.id, new.username.clone());
        let given = MemberChange { org_roles: Some(Roles::one(Role::OrgMember)), ..MemberChange::default() };
        home.store.user_create(new, vec![(org, given)], &act(1)).await.expect("there is room");
        // Who has no role left is out, and gets no other; one of these stays.
        let first = [Role::GroupReadOnly, Role::GroupDataAccessReadOnly].into_iter().collect();
        home.store.member_add_to_project(project, &name, "k", first, &act(1)).await.expect("added");
        let answers = at_once(home, 4, |store, nth| async move {
            match nth {
                0 => store.member_role(org, id, Role::OrgReadOnly, true, &act(2)).await,
                1 => store.member_role(org, id, Role::OrgGroupCreator, true, &act(2)).await,
                2 => store.member_role_in_project(project, id, Role::GroupOwner, true, &act(2)).await,
                _ => store.member_role_in_project(project, id, Role::GroupReadOnly, false, &act(2)).await,
            }
        });
        assert_eq!(granted(&answers.await), 4);
        let kept =
            home.store.member_get(org, &store::Whom::one(id, act(3).at)).await.expect("read").expect("in");
        let org_roles = [Role::OrgMember, Role::OrgReadOnly, Role::OrgGroupCreator];
        assert!(org_roles.iter().all(|role| kept.org_roles.contains(*role)), "{kept:?}");
        let roles = [Role::GroupOwner, Role::GroupDataAccessReadOnly].into_iter().collect();
        assert_eq!(kept.project_roles, [(project, roles)]);
    }
}

on_nodes![
    an_organizations_settings,
    an_organizations_name,
    a_projects_settings,
    a_projects_name_and_labels,
    a_projects_upkeep,
    an_accounts_words,
    the_roles_that_somebody_gets_one_by_one,
];
