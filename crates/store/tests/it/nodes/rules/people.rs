//! People, and their teams.

use model::limits::{TEAMS_PER_ORG, USERS_PER_ORG, USERS_PER_TEAM};
use model::project::ProjectTeam;
use model::{OrgId, Role, Roles, UserId};
use store::{Introduction, MemberChange, Pending};

use super::super::{at_once, on_nodes};
use super::{CALLERS, ROUNDS, granted};
use crate::support::{Home, act, user};

fn given(roles: Roles) -> MemberChange {
    MemberChange { org_roles: Some(roles), ..MemberChange::default() }
}

fn owner() -> Roles {
    Roles::one(Role::OrgOwner)
}

/// Somebody who is in.
async fn one_user(home: &Home, name: &str, roles: Roles) -> UserId {
    let new = user(&home.store, name);
    let id = new.id;
    home.store.user_create(new, vec![(home.org, given(roles))], &act(1)).await.expect("there is room");
    id
}

/// So many people in the organization, behind the store's back.
fn fill(home: &Home, n_people: u32) {
    home.sql(&format!(
        "INSERT INTO person (id, username, first_name, last_name, country, created_at) \
         SELECT lpad(to_hex(n), 24, '0'), 'made' || n, '', '', '', 0 FROM generate_series(1, {n_people}) n; \
         INSERT INTO role_grant SELECT lpad(to_hex(n), 24, '0'), '{}', 'ORG_MEMBER' \
         FROM generate_series(1, {n_people}) n",
        home.org
    ));
}

async fn somebody_is_invited_once(home: &Home) {
    let org = home.org;
    for round in 0..ROUNDS {
        let answers = at_once(home, CALLERS, |store, nth| async move {
            let (name, roles) = (format!("late{round}@example.org"), Roles::one(Role::OrgMember));
            match nth / 2 % 2 {
                0 => store.member_invite(org, &name, "k", given(roles), &act(1)).await.map(|_| ()),
                _ => {
                    let new = user(&store, &format!("late{round}"));
                    store.user_create(new, vec![(org, given(roles))], &act(1)).await
                }
            }
        });
        assert_eq!(granted(&answers.await), 1);
    }
}

async fn whoever_is_invited_to_several_organizations_at_once_is_one_person(home: &Home) {
    let mut orgs: Vec<OrgId> = vec![home.org];
    for _ in 1..4 {
        let id = home.store.mint().mint(crate::support::at(1));
        home.sql(&format!(
            "INSERT INTO org (id, name, api_access_list_required, created_at, n_projects) \
             VALUES ('{id}', 'x', 0, 0, 0)"
        ));
        orgs.push(id);
    }
    for round in 0..ROUNDS {
        let name = format!("late{round}@example.org");
        let answers = at_once(home, 4, |store, nth| {
            let (name, org) = (name.clone(), orgs[usize::from(nth)]);
            async move { store.member_invite(org, &name, "k", given(owner()), &act(1)).await }
        });
        let answers = answers.await;
        assert_eq!(granted(&answers), 4);
        let ids: std::collections::BTreeSet<_> =
            answers.into_iter().map(|answer| answer.expect("granted").user.id).collect();
        assert_eq!(ids.len(), 1);
    }
}

async fn an_invitation_is_accepted_once(home: &Home) {
    let org = home.org;
    for round in 0..ROUNDS {
        let name = format!("late{round}@example.org");
        let made = home.store.member_invite(org, &name, "k", given(owner()), &act(1)).await.expect("invited");
        let answers = at_once(home, CALLERS, |store, _| async move {
            let who = Introduction { first_name: "A".into(), last_name: "B".into(), country: "DE".into() };
            store.member_accept(org, made.user.id, who, &act(2)).await
        });
        assert_eq!(granted(&answers.await), 1);
    }
}

async fn an_invitation_is_accepted_or_taken_back(home: &Home) {
    let org = home.org;
    for round in 0..ROUNDS {
        let name = format!("late{round}@example.org");
        let given = given(Roles::one(Role::OrgMember));
        let id = home.store.member_invite(org, &name, "k", given, &act(1)).await.expect("invited").user.id;
        let answers = at_once(home, 4, |store, nth| async move {
            let who = Introduction { first_name: "A".into(), last_name: "B".into(), country: "DE".into() };
            match nth % 2 {
                0 => store.member_accept(org, id, who, &act(2)).await.map(|_| ()),
                _ => store.member_remove(org, id, &act(2)).await,
            }
        });
        granted(&answers.await);
        let left = home.number(&format!("SELECT count(*) FROM role_grant WHERE holder = '{id}'"))
            + home.number(&format!("SELECT count(*) FROM invitation WHERE person_id = '{id}'"));
        assert_eq!(left, 0, "who was taken out is out, whether they had accepted or not");
    }
}

async fn the_last_person_who_owns_an_organization_stays(home: &Home) {
    let org = home.org;
    let mut last = home.user;
    for round in 0..ROUNDS {
        let both = [last, one_user(home, &format!("owner{round}"), owner()).await];
        let answers = at_once(home, 2, |store, nth| async move {
            let (id, member) = (both[usize::from(nth)], Roles::one(Role::OrgMember));
            match (nth + round) % 3 {
                0 => store.member_remove(org, id, &act(2)).await,
                1 => store.member_role(org, id, Role::OrgOwner, false, &act(2)).await.map(|_| ()),
                _ => store.member_change(org, id, given(member), &act(2)).await.map(|_| ()),
            }
        });
        let answers = answers.await;
        assert_eq!(granted(&answers), 1);
        last = both[answers.iter().position(Result::is_err).expect("one was refused")];
    }
}

async fn an_organization_gets_no_more_people_than_it_may_have(home: &Home) {
    // The home has one.
    fill(home, USERS_PER_ORG - 2);
    let org = home.org;
    for _ in 0..ROUNDS {
        let answers = at_once(home, CALLERS, |store, nth| async move {
            store.member_invite(org, &format!("late{nth}"), "k", given(owner()), &act(1)).await
        });
        assert_eq!(granted(&answers.await), 1);
        home.sql(
            "DELETE FROM invitation; DELETE FROM role_grant \
             WHERE holder IN (SELECT id FROM person WHERE username LIKE 'late%')",
        );
    }
}

async fn an_organization_gets_no_more_teams_than_it_may_have(home: &Home) {
    home.sql(&format!(
        "INSERT INTO team SELECT lpad(to_hex(n), 24, '0'), '{}', 'made' || n, 0 FROM generate_series(1, {}) n",
        home.org,
        TEAMS_PER_ORG - 1
    ));
    let org = home.org;
    let answers = at_once(home, CALLERS, |store, nth| async move {
        store.team_create(org, &format!("late{nth}"), &[], &act(1)).await
    });
    assert_eq!(granted(&answers.await), 1);
}

async fn a_team_gets_no_more_people_than_it_may_have(home: &Home) {
    let org = home.org;
    fill(home, USERS_PER_TEAM + u32::from(CALLERS));
    let team = home.store.team_create(org, "full", &[], &act(1)).await.expect("made").id;
    home.sql(&format!(
        "INSERT INTO team_member SELECT '{team}', lpad(to_hex(n), 24, '0') FROM generate_series(1, {}) n",
        USERS_PER_TEAM - 1
    ));
    let answers = at_once(home, CALLERS, |store, nth| async move {
        let late = format!("{:024x}", USERS_PER_TEAM + u32::from(nth)).parse().expect("an id");
        match nth / 2 % 2 {
            0 => store.team_add_users(org, team, &[late], Pending::Welcome, &act(1)).await,
            _ => {
                let given = MemberChange { teams: Some(vec![team]), ..MemberChange::default() };
                store.member_change(org, late, given, &act(1)).await.map(|_| ())
            }
        }
    });
    assert_eq!(granted(&answers.await), 1);
}

async fn one_team_of_a_name_is_made(home: &Home) {
    let org = home.org;
    for round in 0..ROUNDS {
        let mut named = Vec::new();
        for nth in 0..CALLERS {
            let made = home.store.team_create(org, &format!("{round} before {nth}"), &[], &act(1)).await;
            named.push(made.expect("there is room").id);
        }
        let answers = at_once(home, CALLERS, |store, nth| {
            let (name, renamed) = (format!("name {round}"), named[usize::from(nth)]);
            async move {
                match nth / 2 % 2 {
                    0 => store.team_create(org, &name, &[], &act(1)).await,
                    _ => store.team_rename(org, renamed, &name, &act(1)).await,
                }
            }
        });
        assert_eq!(granted(&answers.await), 1);
    }
}

async fn a_team_is_deleted_or_gets_a_project(home: &Home) {
    let (org, project) = (home.org, home.project);
    for round in 0..ROUNDS {
        let id = home.store.team_create(org, &format!("t{round}"), &[], &act(1)).await.expect("made").id;
        let answers = at_once(home, 2, |store, nth| async move {
            match nth {
                0 => store.team_delete(org, id, &act(1)).await,
                _ => {
                    let team = ProjectTeam { id, roles: Roles::one(Role::GroupReadOnly) };
                    store.team_assign(project, &[team], &act(1)).await
                }
            }
        });
        assert_eq!(granted(&answers.await), 1);
    }
}

async fn nothing_is_left_of_somebody_who_is_taken_out(home: &Home) {
    let (org, project) = (home.org, home.project);
    for round in 0..ROUNDS {
        let name = format!("user{round}");
        let id = one_user(home, &name, Roles::one(Role::OrgMember)).await;
        let roles = Roles::one(Role::GroupReadOnly);
        let name = format!("{name}@example.org");
        home.store.member_add_to_project(project, &name, "k", roles, &act(1)).await.expect("added");
        let team = home.store.team_create(org, &format!("t{round}"), &[], &act(1)).await.expect("made").id;
        let other = home.store.team_create(org, &format!("o{round}"), &[], &act(1)).await.expect("made").id;
        let join = home.store.team_add_users(org, other, &[id], Pending::Welcome, &act(1)).await;
        join.expect("there is room");
        let answers = at_once(home, CALLERS, |store, nth| async move {
            let more = Role::GroupOwner;
            match nth {
                0 => store.team_add_users(org, team, &[id], Pending::Welcome, &act(2)).await,
                1 => store.member_role(org, id, Role::OrgReadOnly, true, &act(2)).await.map(|_| ()),
                2 => store.member_remove(org, id, &act(2)).await,
                3 => store.team_delete(org, other, &act(2)).await,
                4 => store
                    .member_role_in_project(project, id, Role::GroupReadOnly, false, &act(2))
                    .await
                    .map(|_| ()),
                _ => store.member_role_in_project(project, id, more, true, &act(2)).await.map(|_| ()),
            }
        });
        let answers = answers.await;
        granted(&answers);
        assert!(answers[2].is_ok() && answers[3].is_ok(), "{answers:?}");
        for (table, column) in [("role_grant", "holder"), ("team_member", "person_id")] {
            let left = home.number(&format!("SELECT count(*) FROM {table} WHERE {column} = '{id}'"));
            assert_eq!(left, 0, "round {round}: {table}");
        }
    }
}

on_nodes![
    somebody_is_invited_once,
    whoever_is_invited_to_several_organizations_at_once_is_one_person,
    an_invitation_is_accepted_once,
    an_invitation_is_accepted_or_taken_back,
    the_last_person_who_owns_an_organization_stays,
    an_organization_gets_no_more_people_than_it_may_have,
    an_organization_gets_no_more_teams_than_it_may_have,
    a_team_gets_no_more_people_than_it_may_have,
    one_team_of_a_name_is_made,
    a_team_is_deleted_or_gets_a_project,
    nothing_is_left_of_somebody_who_is_taken_out,
];
