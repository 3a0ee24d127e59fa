//! Whatever writers do at once, at two nodes: each of them gets an answer, and none of them an error
//! that is not theirs. `LANDBRIDGE_SEED` says with which choices.

use std::time::Duration;

use model::key::Principal;
use model::project::ProjectTeam;
use model::world::{Acceptance, FarAction};
use model::{AccountName, ContainerId, OrgId, ProjectId, Provider, Role, Roles, TeamId, UserId};
use store::{
    AccessUse, AccountChange, Error, KeyChange, MemberChange, NewOrg, NewToken, Pending, ProjectChange,
    Result, Store, WorldChange,
};
use tokio::task::JoinSet;

use super::on_nodes;
use crate::support::{Home, account, act, at, aws, claim, entry, key, project, user, vpc};

const WRITERS: u64 = 16;
const CHANGES: u64 = 60;

/// Chance that can be repeated (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).expect("small")].clone()
    }

    /// All of them, in whatever order.
    fn shuffled<T: Clone>(&mut self, all: &[T]) -> Vec<T> {
        let mut all = all.to_vec();
        for last in (1..all.len()).rev() {
            all.swap(last, usize::try_from(self.below(last as u64 + 1)).expect("small"));
        }
        all
    }
}

/// What all writers fight about.
#[derive(Clone)]
struct Prize {
    orgs: Vec<OrgId>,
    projects: Vec<ProjectId>,
    containers: Vec<(ProjectId, ContainerId)>,
    teams: Vec<TeamId>,
    people: Vec<UserId>,
    accounts: Vec<(String, model::key::Secret)>,
    keys: Vec<model::KeyId>,
}

async fn prize(home: &Home) -> Prize {
    let store = &home.store;
    let mut prize = Prize {
        orgs: vec![home.org],
        projects: vec![home.project],
        containers: Vec::new(),
        teams: Vec::new(),
        people: vec![home.user],
        accounts: Vec::new(),
        keys: Vec::new(),
    };
    for nth in 0..3 {
        let name = format!("prize {nth}");
        prize.projects.push(home.add_project(&name).await);
        prize.teams.push(store.team_create(home.org, &name, &[], &act(1)).await.expect("made").id);
        let new = user(store, &name);
        prize.people.push(new.id);
        let given = MemberChange { org_roles: Some(Roles::one(Role::OrgOwner)), ..MemberChange::default() };
        store.user_create(new, vec![(home.org, given)], &act(1)).await.expect("made");
        let (made, secret) = account(store, home.org, &name, Roles::one(Role::OrgOwner));
        store.account_create(made, secret.clone(), &act(1)).await.expect("made");
        prize.accounts.push((name.clone(), secret));
        let made = key(store, home.org, &name, Roles::one(Role::OrgOwner));
        prize.keys.push(made.id);
        store.key_create(made, vec![1], &act(1)).await.expect("made");
        let new = NewOrg {
            org: model::project::Org {
                id: store.mint().mint(at(1)),
                name,
                api_access_list_required: false,
                skip_default_alerts: true,
                created_at: at(1),
            },
            owner: None,
            key: None,
            account: None,
        };
        prize.orgs.push(new.org.id);
        store.org_create(new, home.org, &home.key, &act(1)).await.expect("made");
    }
    for project in &prize.projects {
        for region in ["US_EAST_1", "US_WEST_1"] {
            let made = store.container_create(*project, aws(region), None, &act(1)).await.expect("room");
            prize.containers.push((*project, made.id));
        }
    }
    prize
}

fn changed(roles: Roles, chance: &mut Chance, prize: &Prize) -> MemberChange {
    let grants = chance.shuffled(&prize.projects).into_iter().map(|id| (id, Roles::one(Role::GroupOwner)));
    MemberChange {
        org_roles: Some(roles),
        project_roles: Some(grants.collect()),
        teams: Some(chance.shuffled(&prize.teams)),
    }
}

async fn organizations(store: &Store, chance: &mut Chance, prize: &Prize, name: String) -> Result<()> {
    let (home, org) = (prize.orgs[0], chance.of(&prize.orgs));
    let roles = chance.of(&[Roles::one(Role::OrgOwner), Roles::one(Role::OrgMember)]);
    let person = chance.of(&prize.people);
    let change = changed(roles, chance, prize);
    match chance.below(7) {
        0 if org != home => store.org_delete(org, &act(2)).await,
        1 => {
            let prod = AccountName::parse("prod").expect("a name");
            let accounts = chance.of(&[Vec::new(), vec![(Provider::Aws, prod)]]);
            let creator = Principal::Key(prize.keys[0]);
            let new = project(store, org, &name);
            store.project_create_bound(new, &creator, None, accounts, &act(2)).await.map(|_| ())
        }
        2 => store.member_change(home, person, change, &act(2)).await.map(|_| ()),
        3 => store.member_invite(home, &name, "k", change, &act(2)).await.map(|_| ()),
        4 => store.member_remove(home, person, &act(2)).await,
        5 => {
            let places = chance.shuffled(&prize.orgs).into_iter().map(|org| (org, MemberChange::default()));
            store.user_create(user(store, &name), places.collect(), &act(2)).await
        }
        _ => store.org_settings_change(org, |before| before, &act(2)).await.map(|_| ()),
    }
}

async fn callers(store: &Store, chance: &mut Chance, prize: &Prize, name: String) -> Result<()> {
    let (org, project) = (prize.orgs[0], chance.of(&prize.projects));
    let (id, (client_id, secret)) = (chance.of(&prize.keys), chance.of(&prize.accounts));
    let roles = chance.of(&[Roles::one(Role::OrgOwner), Roles::one(Role::OrgMember)]);
    let net: ipnet::IpNet = format!("10.0.0.{}/32", chance.below(4)).parse().expect("an address");
    let caller = chance.of(&[Principal::Key(id), Principal::ServiceAccount(client_id.clone())]);
    let token = NewToken {
        jti: name,
        client_id: client_id.clone(),
        secret: secret.id,
        issued_at: at(1),
        expires_at: at(9),
    };
    match chance.below(11) {
        0 => {
            let in_project = Some((project, Roles::one(Role::GroupOwner)));
            let change =
                KeyChange { org_roles: Some(roles), project_roles: in_project, ..KeyChange::default() };
            store.key_change(org, id, change, &act(2)).await.map(|_| ())
        }
        1 => store.key_assign(project, id, Roles::one(Role::GroupOwner), &act(2)).await.map(|_| ()),
        2 => store.key_unassign(project, id, &act(2)).await,
        3 => store.key_delete(org, chance.of(&prize.keys[1..]), &act(2)).await,
        4 => {
            let change = AccountChange { roles: Some(roles), ..AccountChange::default() };
            store.account_change(org, &client_id, change, &act(2)).await.map(|_| ())
        }
        5 => store.account_assign(project, &client_id, Roles::one(Role::GroupOwner), &act(2)).await,
        6 => store.account_delete(org, &prize.accounts[0].0, &act(2)).await,
        7 => store.token_issue(token).await,
        8 => store.caller_access_add(org, &caller, &[net], &act(2)).await,
        9 => store.caller_access_delete(org, &caller, net, &act(2)).await,
        _ => {
            let of = |nth: u64| format!("10.0.0.{nth}/32").parse().expect("an address");
            let of = |nth| AccessUse {
                caller: caller.clone(),
                net: of(nth),
                n_calls: 1,
                at: at(2),
                from: String::new(),
            };
            store.caller_access_uses(chance.shuffled(&[0, 1, 2, 3]).into_iter().map(of).collect()).await
        }
    }
}

async fn projects(store: &Store, chance: &mut Chance, prize: &Prize, name: String) -> Result<()> {
    let (org, project, team) = (prize.orgs[0], chance.of(&prize.projects), chance.of(&prize.teams));
    let person = chance.of(&prize.people);
    let given = |id| ProjectTeam { id, roles: Roles::one(Role::GroupReadOnly) };
    match chance.below(9) {
        0 => {
            let change = ProjectChange { name: Some(name), tags: None };
            store.project_change(project, change, &act(2)).await.map(|_| ())
        }
        1 if chance.below(4) == 0 => store.project_delete(project, &act(2)).await,
        2 => {
            let teams: Vec<_> = chance.shuffled(&prize.teams).into_iter().map(given).collect();
            store.team_assign(project, &teams, &act(2)).await
        }
        3 => store.team_unassign(project, team, &act(2)).await,
        4 => store.team_add_users(org, team, &[person], Pending::Welcome, &act(2)).await,
        5 => store.team_remove_user(org, team, person, &act(2)).await,
        6 => store.team_rename(org, team, &name, &act(2)).await.map(|_| ()),
        7 => {
            let roles = Roles::one(Role::GroupOwner);
            store
                .member_add_to_project(project, &format!("u{}", chance.below(5)), "k", roles, &act(2))
                .await
                .map(|_| ())
        }
        _ => store.member_remove_from_project(project, person, &act(2)).await,
    }
}

async fn networks(store: &Store, chance: &mut Chance, prize: &Prize) -> Result<()> {
    let (project, container) = chance.of(&prize.containers);
    let nth = u8::try_from(chance.below(200)).expect("small");
    let some = store.peering_list(project, model::Provider::Aws, crate::support::ALL).await?;
    let peering = some.items.first().map(|view| view.peering.id);
    match (chance.below(8), peering) {
        (0, Some(peering)) => store.peering_delete(project, peering, &act(2)).await,
        (1, Some(peering)) => {
            store.far_side_act(project, peering, FarAction::Accept, at(3)).await.map(|_| ())
        }
        (2, _) => {
            let change = WorldChange { acceptance: Some(Acceptance::Automatic), ..WorldChange::default() };
            store.world_change(project, change, at(3)).await.map(|_| ())
        }
        (3, _) => {
            let listed = model::access::AccessEntry {
                delete_after: Some(at(5)),
                ..entry(project, &format!("10.1.0.{nth}"), "")
            };
            store.access_add(project, vec![listed], &act(2)).await
        }
        (4, _) => store.access_expire(at(10), 50).await.map(|_| ()),
        (5, _) => store.container_delete(project, container, Duration::ZERO, &act(2)).await,
        (6, _) => {
            let claimed = store.claim_peerings(&store::Claim { limit: 5, ..claim(2, 0) }).await?;
            let look = |claimed| crate::records::record(claimed, store::Due::Now);
            store.record_peerings(claimed.iter().map(look).collect()).await.map(|_| ())
        }
        (_, _) => store.peering_create(project, container, vpc(nth), &act(2)).await.map(|_| ()),
    }
}

async fn writers_of_all_kinds_at_once_are_answered_or_refused(home: &Home) {
    #[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
    let seed = std::env::var("LANDBRIDGE_SEED").map_or(1, |text| text.parse().expect("a number"));
    let (prize, other) = (prize(home).await, home.node(9).await);
    let mut writing = JoinSet::new();
    for writer in 0..WRITERS {
        let store = if writer % 2 == 0 { home.store.clone() } else { other.clone() };
        let (prize, mut chance) = (prize.clone(), Chance(seed * WRITERS + writer));
        writing.spawn(async move {
            let mut n_granted = 0;
            for nth in 0..CHANGES {
                let name = format!("{writer}-{nth}");
                let answer = match chance.below(4) {
                    0 => organizations(&store, &mut chance, &prize, name).await,
                    1 => callers(&store, &mut chance, &prize, name).await,
                    2 => projects(&store, &mut chance, &prize, name).await,
                    _ => networks(&store, &mut chance, &prize).await,
                };
                match answer {
                    Ok(()) => n_granted += 1,
                    Err(Error::Refused(_) | Error::Busy { .. }) => {}
                    Err(error) => panic!("LANDBRIDGE_SEED={seed}, writer {writer}, change {nth}: {error:?}"),
                }
            }
            n_granted
        });
    }
    let n_granted: u64 = writing.join_all().await.into_iter().sum();
    assert!(n_granted > WRITERS * CHANGES / 8, "only {n_granted} were granted");
    other.close().await;
}

on_nodes![writers_of_all_kinds_at_once_are_answered_or_refused];
