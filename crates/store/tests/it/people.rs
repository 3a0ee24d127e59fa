//! People: invited, let in, given roles, taken out; and their teams.

use model::event::EventKind;
use model::project::{Member, Membership, ProjectTeam};
use model::{Act, OrgId, ProjectId, Refusal, Role, Roles, UserId};
use store::{Also, Error, Introduction, MemberChange, Pending, Store, Whom};

use crate::support::{ALL, Home, act, at, on_every_engine, user};

const DAY: i64 = 86_400;

fn refusal<T: std::fmt::Debug>(answer: store::Result<T>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

fn member() -> MemberChange {
    MemberChange { org_roles: Some(Roles::one(Role::OrgMember)), ..MemberChange::default() }
}

async fn invited(home: &Home, name: &str, when: i64) -> Member {
    home.store.member_invite(home.org, name, "abcdefgh", member(), &act(when)).await.expect("invited")
}

async fn let_in(home: &Home, name: &str) -> UserId {
    let id = invited(home, name, 1).await.user.id;
    let who = Introduction { first_name: "A".into(), last_name: "B".into(), country: "DE".into() };
    home.store.member_accept(home.org, id, who, &act(2)).await.expect("accepted");
    id
}

async fn names_in_org(home: &Home, whom: &Whom) -> Vec<String> {
    let people = home.store.user_list_of_org(home.org, whom, ALL).await.expect("listed");
    assert_eq!(people.total, people.items.len() as u64);
    people.items.into_iter().map(|member| member.user.username).collect()
}

async fn names_in_project(home: &Home, also: Also) -> Vec<(String, Roles)> {
    let people = home.store.user_list_of_project(home.project, &Whom::all(at(9)), also, ALL).await;
    let people = people.expect("listed");
    assert_eq!(people.total, people.items.len() as u64);
    people.items.into_iter().map(|member| (member.user.username, member.user.roles)).collect()
}

async fn org_kinds(store: &Store, org: OrgId) -> Vec<EventKind> {
    let events = store.event_list_of_org(org, ALL).await.expect("listed");
    events.items.into_iter().map(|event| event.kind).collect()
}

async fn whoever_is_invited_is_pending_until_they_accept(home: &Home) {
    let made = invited(home, "new@example.org", 1).await;
    let expires_at = at(1 + 30 * DAY);
    let by = "abcdefgh".to_owned();
    assert_eq!(made.membership, Membership::Invited { at: at(1), expires_at, by });
    assert_eq!(made.org_roles, Roles::one(Role::OrgMember));
    let again = home.store.member_invite(home.org, "new@example.org", "k", member(), &act(2)).await;
    assert_eq!(refusal(again), Refusal::UserExists { name: "new@example.org".into() });

    let who = Introduction { first_name: "New".into(), last_name: "One".into(), country: "DE".into() };
    let id = made.user.id;
    let accepted = home.store.member_accept(home.org, id, who.clone(), &act(3)).await.expect("accepted");
    assert_eq!((accepted.membership, accepted.user.first_name.as_str()), (Membership::Active, "New"));
    assert_eq!(
        refusal(home.store.member_accept(home.org, id, who, &act(4)).await),
        Refusal::NoInvitation { id }
    );
    assert_eq!(org_kinds(&home.store, home.org).await[..2], [EventKind::JoinedOrg, EventKind::InvitedToOrg]);
}

async fn an_invitation_that_is_over_can_be_made_again_and_not_accepted(home: &Home) {
    let id = invited(home, "late@example.org", 0).await.user.id;
    let late = act(31 * DAY);
    let who = Introduction { first_name: "L".into(), last_name: "L".into(), country: "DE".into() };
    assert_eq!(
        refusal(home.store.member_accept(home.org, id, who, &late).await),
        Refusal::NoInvitation { id }
    );
    let now = late.at;
    let one = |active, invited, expired| Whom { active, invited, expired, ..Whom::all(now) };
    assert_eq!(names_in_org(home, &Whom::all(now)).await, ["jo@example.org"]);
    assert_eq!(names_in_org(home, &one(false, false, true)).await, ["late@example.org"]);
    assert_eq!(names_in_org(home, &one(true, false, true)).await, ["jo@example.org", "late@example.org"]);
    let again = home.store.member_invite(home.org, "late@example.org", "k", member(), &late).await;
    assert_eq!(again.expect("invited again").user.id, id);
    assert_eq!(names_in_org(home, &one(false, true, false)).await, ["late@example.org"]);
}

async fn people_are_found_by_name_and_by_id(home: &Home) {
    let id = invited(home, "new@example.org", 1).await.user.id;
    let by_name = Whom { username: Some("new@example.org".into()), ..Whom::all(at(2)) };
    assert_eq!(names_in_org(home, &by_name).await, ["new@example.org"]);
    assert_eq!(names_in_org(home, &Whom::one(id, at(2))).await, ["new@example.org"]);
    let nobody = Whom { username: Some("x@example.org".into()), ..Whom::all(at(2)) };
    assert_eq!(names_in_org(home, &nobody).await, [""; 0]);
}

async fn a_change_replaces_what_it_names_and_leaves_the_rest(home: &Home) {
    let store = &home.store;
    let id = let_in(home, "new@example.org").await;
    let team = store.team_create(home.org, "t", &[], &act(3)).await.expect("made");
    let given = MemberChange {
        project_roles: Some(vec![(home.project, Roles::one(Role::GroupReadOnly))]),
        teams: Some(vec![team.id]),
        ..MemberChange::default()
    };
    let changed = store.member_change(home.org, id, given, &act(4)).await.expect("changed");
    assert_eq!(changed.org_roles, Roles::one(Role::OrgMember));
    assert_eq!(changed.project_roles, [(home.project, Roles::one(Role::GroupReadOnly))]);
    assert_eq!(changed.teams, [team.id]);
    let role = store.member_role(home.org, id, Role::OrgReadOnly, true, &act(5)).await.expect("given");
    assert_eq!(role.org_roles, [Role::OrgMember, Role::OrgReadOnly].into_iter().collect());
    let none =
        MemberChange { project_roles: Some(Vec::new()), teams: Some(Vec::new()), ..MemberChange::default() };
    let changed = store.member_change(home.org, id, none, &act(6)).await.expect("changed");
    assert_eq!((changed.project_roles.len(), changed.teams.len()), (0, 0));
    let kinds = home.kinds().await;
    assert_eq!(kinds[..2], [EventKind::RemovedFromGroup, EventKind::JoinedGroup]);
    let nowhere: ProjectId = store.mint().mint(at(0));
    let foreign = MemberChange {
        project_roles: Some(vec![(nowhere, Roles::one(Role::GroupOwner))]),
        ..MemberChange::default()
    };
    let refused = refusal(store.member_change(home.org, id, foreign, &act(7)).await);
    assert_eq!(refused, Refusal::ProjectNotFound { id: nowhere });
}

async fn the_last_owner_stays(home: &Home) {
    let store = &home.store;
    assert_eq!(refusal(store.member_remove(home.org, home.user, &act(1)).await), Refusal::LastOwner);
    let lower = store.member_role(home.org, home.user, Role::OrgOwner, false, &act(1)).await;
    assert_eq!(refusal(lower), Refusal::LastOwner);
    // Somebody who has not accepted yet can't be the one who is left.
    let second = invited(home, "new@example.org", 1).await.user.id;
    store.member_role(home.org, second, Role::OrgOwner, true, &act(2)).await.expect("given");
    assert_eq!(refusal(store.member_remove(home.org, home.user, &act(3)).await), Refusal::LastOwner);
    let who = Introduction { first_name: "N".into(), last_name: "O".into(), country: "DE".into() };
    store.member_accept(home.org, second, who, &act(4)).await.expect("accepted");
    store.member_remove(home.org, home.user, &act(5)).await.expect("there is another");
    assert_eq!(names_in_org(home, &Whom::all(at(6))).await, ["new@example.org"]);
    assert_eq!(names_in_project(home, Also::default()).await, []);
}

async fn a_project_shows_whom_its_teams_and_its_organization_bring(home: &Home) {
    let store = &home.store;
    let id = let_in(home, "new@example.org").await;
    let team = store.team_create(home.org, "t", &["new@example.org".into()], &act(3)).await.expect("made");
    let manager = Roles::one(Role::GroupClusterManager);
    store
        .team_assign(home.project, &[ProjectTeam { id: team.id, roles: manager }], &act(4))
        .await
        .expect("added");
    let owner = ("jo@example.org".to_owned(), Roles::one(Role::GroupOwner));
    let by_team = Also { by_team: true, by_org: false };
    assert_eq!(names_in_project(home, Also::default()).await, std::slice::from_ref(&owner));
    assert_eq!(names_in_project(home, by_team).await, [owner.clone(), ("new@example.org".into(), manager)]);
    store.member_role(home.org, id, Role::OrgReadOnly, true, &act(5)).await.expect("given");
    let by_org = Also { by_team: false, by_org: true };
    assert_eq!(names_in_project(home, by_org).await, [owner, ("new@example.org".into(), Roles::NONE)]);
}

async fn whoever_is_added_to_a_project_is_invited_to_its_organization(home: &Home) {
    let store = &home.store;
    let reader = Roles::one(Role::GroupReadOnly);
    let add = async |name: &str| store.member_add_to_project(home.project, name, "k", reader, &act(1)).await;
    let stranger = add("new@example.org").await.expect("added");
    assert!(matches!(stranger.membership, Membership::Invited { .. }));
    assert_eq!((stranger.user.roles, stranger.org_roles), (reader, Roles::one(Role::OrgMember)));
    assert_eq!(refusal(add("new@example.org").await), Refusal::UserExists { name: "new@example.org".into() });
    let id = stranger.user.id;
    let role = Role::GroupOwner;
    let more = store.member_role_in_project(home.project, id, role, true, &act(2)).await.expect("given");
    assert_eq!(more.user.roles, [Role::GroupOwner, Role::GroupReadOnly].into_iter().collect());
    store.member_remove_from_project(home.project, id, &act(3)).await.expect("removed");
    let missing = Refusal::UserNotInProject { id, project: home.project };
    assert_eq!(refusal(store.member_remove_from_project(home.project, id, &act(4)).await), missing);
    let kinds =
        [EventKind::GroupInvitationDeleted, EventKind::UserRolesChangedAudit, EventKind::InvitedToGroup];
    assert_eq!(home.kinds().await[..3], kinds);
    store.member_remove(home.org, id, &act(5)).await.expect("uninvited");
    assert_eq!(org_kinds(store, home.org).await[0], EventKind::OrgInvitationDeleted);
}

async fn a_team_takes_who_is_in_and_refuses_everybody_else(home: &Home) {
    let store = &home.store;
    let org = home.org;
    let pending = invited(home, "new@example.org", 1).await.user.id;
    let create = async |name: &str, people: &[&str]| {
        let people: Vec<String> = people.iter().map(|name| (*name).to_owned()).collect();
        store.team_create(org, name, &people, &act(2)).await
    };
    assert_eq!(refusal(create("t", &["new@example.org"]).await), Refusal::UserPending);
    let unknown = Refusal::UsernameNotFound { name: "x@example.org".into() };
    assert_eq!(refusal(create("t", &["x@example.org"]).await), unknown);
    let team = create("t", &["jo@example.org"]).await.expect("made");
    let taken = Refusal::TeamExists { name: "t".into(), org };
    assert_eq!(refusal(create("t", &[]).await), taken);

    let add = async |id, pending| store.team_add_users(org, team.id, &[id], pending, &act(3)).await;
    assert_eq!(refusal(add(pending, Pending::Refused).await), Refusal::UserPending);
    add(pending, Pending::Welcome).await.expect("added");
    let twice = Refusal::UserInTeam { id: home.user, team: team.id };
    assert_eq!(refusal(add(home.user, Pending::Refused).await), twice);
    let stranger: UserId = store.mint().mint(at(0));
    let missing = Refusal::UserNotInOrg { id: stranger, org };
    assert_eq!(refusal(add(stranger, Pending::Welcome).await), missing);
    let people = store.user_list_of_team(org, team.id, &Whom::all(at(4)), ALL).await.expect("listed");
    assert_eq!(people.total, 2);
    assert_eq!(people.items[1].teams, [team.id]);
    store.team_remove_user(org, team.id, pending, &act(5)).await.expect("removed");
    let gone = Refusal::UserNotInTeam { id: pending, team: team.id };
    assert_eq!(refusal(store.team_remove_user(org, team.id, pending, &act(6)).await), gone);
    let kinds = [EventKind::RemovedFromTeam, EventKind::InvitedToTeam, EventKind::JoinedTeam];
    assert_eq!(org_kinds(store, org).await[..3], kinds);
}

async fn a_team_stays_while_it_has_roles_in_a_project(home: &Home) {
    let store = &home.store;
    let org = home.org;
    let team = store.team_create(org, "t", &["jo@example.org".into()], &act(1)).await.expect("made").id;
    let part = [ProjectTeam { id: team, roles: Roles::one(Role::GroupOwner) }];
    store.team_assign(home.project, &part, &act(2)).await.expect("added");
    let again = refusal(store.team_assign(home.project, &part, &act(2)).await);
    assert_eq!(again, Refusal::TeamInProject { id: team });
    let reader = Roles::one(Role::GroupReadOnly);
    store.team_reassign(home.project, team, reader, &act(3)).await.expect("changed");
    assert_eq!(store.team_get_of_project(home.project, team).await.expect("read").roles, reader);
    assert_eq!(refusal(store.team_delete(org, team, &act(4)).await), Refusal::TeamInUse);
    store.team_unassign(home.project, team, &act(5)).await.expect("removed");
    let missing = Refusal::TeamNotInProject { id: team };
    assert_eq!(refusal(store.team_unassign(home.project, team, &act(6)).await), missing);
    assert_eq!(store.team_rename(org, team, "u", &act(7)).await.expect("renamed").name, "u");
    store.team_delete(org, team, &act(8)).await.expect("deleted");
    assert_eq!(refusal(store.team_get(org, team).await), Refusal::TeamNotFound { id: team });
    let of_project = [EventKind::TeamRemovedFromGroup, EventKind::TeamRolesModified];
    assert_eq!(home.kinds().await[..2], of_project);
    assert_eq!(org_kinds(store, org).await[..2], [EventKind::TeamDeleted, EventKind::TeamNameChanged]);
    let elsewhere: OrgId = store.mint().mint(at(0));
    let foreign = store.team_create(home.org, "v", &[], &act(9)).await.expect("made").id;
    assert_eq!(refusal(store.team_get(elsewhere, foreign).await), Refusal::TeamNotFound { id: foreign });
}

async fn a_person_with_a_name_is_in_at_once(home: &Home) {
    let store = &home.store;
    let made = user(store, "ann");
    let given =
        MemberChange { project_roles: Some(vec![(home.project, Roles::one(Role::GroupOwner))]), ..member() };
    store
        .user_create(made.clone(), vec![(home.org, given.clone())], &Act::of_system(at(1)))
        .await
        .expect("made");
    let seen = store.member_get(home.org, &Whom::one(made.id, at(2))).await.expect("read").expect("exists");
    assert_eq!(seen.membership, Membership::Active);
    assert_eq!(seen.project_roles, [(home.project, Roles::one(Role::GroupOwner))]);
    let twice = refusal(store.user_create(made, vec![(home.org, given)], &act(3)).await);
    assert_eq!(twice, Refusal::UserExists { name: "ann@example.org".into() });
}

on_every_engine!(
    whoever_is_invited_is_pending_until_they_accept,
    an_invitation_that_is_over_can_be_made_again_and_not_accepted,
    people_are_found_by_name_and_by_id,
    a_change_replaces_what_it_names_and_leaves_the_rest,
    the_last_owner_stays,
    a_project_shows_whom_its_teams_and_its_organization_bring,
    whoever_is_added_to_a_project_is_invited_to_its_organization,
    a_team_takes_who_is_in_and_refuses_everybody_else,
    a_team_stays_while_it_has_roles_in_a_project,
    a_person_with_a_name_is_in_at_once,
);
