//! Organizations.

use model::OrgId;
use model::Roles;
use model::container::Network;
use model::limits::{ORGS, PROJECTS_PER_ORG};
use model::project::Org;
use store::{ContainerRecord, Due, NewOrg, Store};

use super::super::{at_once, on_nodes};
use super::{CALLERS, ROUNDS, granted};
use crate::records::network;
use crate::support::{Home, account, act, at, aws, key, project};

fn new_org(store: &Store) -> NewOrg {
    let org = Org {
        id: store.mint().mint(at(1)),
        name: "Another".into(),
        api_access_list_required: false,
        skip_default_alerts: true,
        created_at: at(1),
    };
    NewOrg { org, owner: None, key: None, account: None }
}

async fn one_org(home: &Home, by: OrgId) -> OrgId {
    let new = new_org(&home.store);
    let id = new.org.id;
    home.store.org_create(new, by, &home.key, &act(1)).await.expect("there is room");
    id
}

async fn no_more_organizations_are_made_than_there_may_be(home: &Home) {
    home.sql(&format!(
        "INSERT INTO org (id, name, api_access_list_required, created_at, n_projects) \
         SELECT lpad(to_hex(n), 24, '0'), 'made' || n, 0, 0, 0 FROM generate_series(1, {}) n",
        ORGS - 2
    ));
    let by = home.org;
    for _ in 0..ROUNDS {
        let answers = at_once(home, CALLERS, |store, _| {
            let (new, creator) = (new_org(&store), home.key.clone());
            async move { store.org_create(new, by, &creator, &act(1)).await }
        });
        assert_eq!(granted(&answers.await), 1);
        home.sql("DELETE FROM org WHERE name = 'Another'");
    }
}

async fn the_last_organization_stays(home: &Home) {
    home.store.project_delete(home.project, &act(0)).await.expect("it is empty");
    let mut last = home.org;
    for _ in 0..ROUNDS {
        let both = [last, one_org(home, last).await];
        let answers =
            at_once(
                home,
                2,
                |store, nth| async move { store.org_delete(both[usize::from(nth)], &act(1)).await },
            );
        assert_eq!(granted(&answers.await), 1);
        last = home.store.org_first().await.expect("read").expect("one stays").id;
    }
}

async fn an_organization_gets_no_more_projects_than_it_may_have(home: &Home) {
    home.sql(&format!("UPDATE org SET n_projects = {}", PROJECTS_PER_ORG - 1));
    let new: Vec<_> = (0..CALLERS).map(|nth| home.new_project(&format!("late {nth}"))).collect();
    let answers = at_once(home, CALLERS, |store, nth| {
        let (creator, project) = (home.key.clone(), new[usize::from(nth)].clone());
        async move { store.project_create(project, &creator, None, &act(1)).await }
    });
    assert_eq!(granted(&answers.await), 1);
}

async fn an_organization_is_closed_or_gets_a_project(home: &Home) {
    for _ in 0..ROUNDS {
        let org = one_org(home, home.org).await;
        let answers = at_once(home, 2, |store, nth| {
            let (new, creator) = (project(&store, org, "late"), home.key.clone());
            async move {
                match nth {
                    0 => store.org_delete(org, &act(1)).await,
                    _ => store.project_create(new, &creator, None, &act(1)).await.map(|_| ()),
                }
            }
        });
        assert_eq!(granted(&answers.await), 1);
    }
}

async fn nothing_is_left_of_an_organization_that_is_closed(home: &Home) {
    for round in 0..ROUNDS {
        let org = one_org(home, home.org).await;
        let answers = at_once(home, CALLERS, |store, nth| {
            let name = format!("{round}-{nth}");
            let key = key(&store, org, &name, Roles::NONE);
            let (account, secret) = account(&store, org, &name, Roles::NONE);
            async move {
                match nth {
                    0 | 1 => store.key_create(key, vec![1], &act(1)).await.map(|_| ()),
                    2 | 3 => store.account_create(account, secret, &act(1)).await,
                    4 => store.team_create(org, &name, &[], &act(1)).await.map(|_| ()),
                    5 => store.org_delete(org, &act(1)).await,
                    _ => {
                        let given = store::MemberChange::default();
                        store.member_invite(org, &name, "k", given, &act(1)).await.map(|_| ())
                    }
                }
            }
        });
        granted(&answers.await);
        assert_eq!(home.store.org_get(org).await.expect("read"), None, "nothing keeps it");
        for (table, column) in [
            ("api_key", "org_id"),
            ("service_account", "org_id"),
            ("team", "org_id"),
            ("invitation", "org_id"),
            ("role_grant", "place"),
        ] {
            let left = home.number(&format!("SELECT count(*) FROM {table} WHERE {column} = '{org}'"));
            assert_eq!(left, 0, "round {round}: {table}");
        }
    }
}

async fn the_last_project_to_go_takes_its_closed_organization_along(home: &Home) {
    for round in 0..ROUNDS {
        let org = one_org(home, home.org).await;
        for nth in 0..CALLERS {
            let new = project(&home.store, org, &format!("p{nth}"));
            let id = new.id;
            home.store.project_create(new, &home.key, None, &act(1)).await.expect("made");
            home.store.container_create(id, aws("US_EAST_1"), None, &act(0)).await.expect("room");
            home.sql("UPDATE container SET network = 'aws', network_name = 'vpc-1'");
            home.store.project_delete(id, &act(1)).await.expect("no peerings");
        }
        home.store.org_delete(org, &act(1)).await.expect("no open projects");
        let claimed = home.claim_containers(1, 1000 * i64::from(round)).await;
        let gone = at_once(home, CALLERS, |store, nth| {
            let claimed = &claimed[usize::from(nth)];
            let gone = ContainerRecord { at: at(2), ..network(claimed, Network::Absent, Due::Idle) };
            async move { store.record_containers(vec![gone]).await }
        });
        assert_eq!(granted(&gone.await), usize::from(CALLERS));
        assert_eq!(home.number(&format!("SELECT count(*) FROM org WHERE id = '{org}'")), 0);
    }
}

on_nodes![
    no_more_organizations_are_made_than_there_may_be,
    the_last_organization_stays,
    an_organization_gets_no_more_projects_than_it_may_have,
    an_organization_is_closed_or_gets_a_project,
    nothing_is_left_of_an_organization_that_is_closed,
    the_last_project_to_go_takes_its_closed_organization_along,
];
