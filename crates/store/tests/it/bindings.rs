//! Which account a project is bound to, what holds it there, and what is adopted and let go.

use std::time::Duration;

use model::binding::{Binding, Cloud};
use model::container::{Network, NetworkIds};
use model::event::EventKind;
use model::peering::State;
use model::refusal::Occupant;
use model::world::FarAction;
use model::{AccountName, Note, Provider, Refusal, Trouble};
use store::{Belongs, ContainerRecord, Due, Error, MarkOf, PeeringRecord, Result};

use crate::records::{network, record};
use crate::support::{Home, act, at, aws, on_every_engine, vpc};

fn prod() -> AccountName {
    AccountName::parse("prod").expect("a name")
}

fn real() -> Cloud {
    Cloud::Account(prod())
}

async fn bind(home: &Home, cloud: &Cloud) -> Result<()> {
    home.store.binding_set(home.project, Provider::Aws, cloud, &act(1)).await
}

fn refusal<T: std::fmt::Debug>(answer: Result<T>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

async fn a_project_has_the_simulated_cloud_until_it_is_bound_at_one_provider(home: &Home) {
    let cloud = async |provider| home.store.binding_get(home.project, provider).await.expect("read");
    assert_eq!(cloud(Provider::Aws).await, Cloud::Simulated);
    bind(home, &real()).await.expect("nothing is there");
    bind(home, &real()).await.expect("the same again");
    assert_eq!(cloud(Provider::Aws).await, real());
    assert_eq!(cloud(Provider::Azure).await, Cloud::Simulated);
    let bindings = [Binding { project: home.project, provider: Provider::Aws, account: prod() }];
    assert_eq!(home.store.binding_list(home.project).await.expect("read"), bindings);
    assert_eq!(home.store.binding_list_all().await.expect("read"), bindings);
    let other = home.add_project("other").await;
    assert_eq!(home.store.binding_get(other, Provider::Aws).await.expect("read"), Cloud::Simulated);
    bind(home, &Cloud::Simulated).await.expect("nothing is there");
    assert_eq!(cloud(Provider::Aws).await, Cloud::Simulated);
    assert_eq!(home.kinds().await[..2], [EventKind::CloudUnbound, EventKind::CloudBound]);
}

async fn a_project_can_begin_in_an_account(home: &Home) {
    let project = home.new_project("bound");
    let accounts = vec![(Provider::Aws, prod())];
    let made = home.store.project_create_bound(project, &home.key, None, accounts, &act(1)).await;
    let id = made.expect("a free name").id;
    let bindings = [Binding { project: id, provider: Provider::Aws, account: prod() }];
    assert_eq!(home.store.binding_list_all().await.expect("read"), bindings);
    let moved = home.store.clock_advance(Duration::from_secs(60)).await;
    assert_eq!(refusal(moved), Refusal::ClockHeld { project: id, account: prod() });
    home.store.project_delete(id, &act(3)).await.expect("it has nothing");
    assert!(home.store.binding_list_all().await.expect("read").is_empty());
}

async fn what_is_in_flight_holds_a_project_in_its_cloud(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    bind(home, &real()).await.expect("a container without a network is nowhere");
    bind(home, &Cloud::Simulated).await.expect("nor is it now");
    let peering = home.add_peering(&container, vpc(1)).await.peering;
    let in_use = |by| Refusal::CloudInUse { provider: Provider::Aws, by };
    assert_eq!(refusal(bind(home, &real()).await), in_use(Occupant::Peering(peering.id)));
    // Other providers, and other projects, are free.
    let azure = home.store.binding_set(home.project, Provider::Azure, &real(), &act(1)).await;
    azure.expect("nothing is there");

    let making = home.claim_containers(1, 1).await.remove(0);
    let kept = ContainerRecord { keep_lease: true, ..network(&making, Network::Making, Due::Now) };
    assert!(home.store.record_containers(vec![kept.clone()]).await.expect("recorded")[0]);
    home.store.peering_delete(home.project, peering.id, &act(2)).await.expect("wanted till now");
    let going = home.claim_peerings(3, 3).await.remove(0);
    let gone = PeeringRecord { next: State::Removed, ..record(&going, Due::Idle) };
    assert!(home.store.record_peerings(vec![gone]).await.expect("recorded")[0]);
    assert_eq!(refusal(bind(home, &real()).await), in_use(Occupant::Container(container.id)));
    home.sql("UPDATE container SET network = 'absent', nudged = 0");
    bind(home, &real()).await.expect("all is gone");
}

async fn the_worlds_clock_stands_while_any_project_is_bound(home: &Home) {
    let advance = async |seconds| home.store.clock_advance(Duration::from_secs(seconds)).await;
    advance(5).await.expect("nobody is bound");
    bind(home, &real()).await.expect("bound");
    let held = Refusal::ClockHeld { project: home.project, account: prod() };
    assert_eq!(refusal(advance(5).await), held);
    assert_eq!(home.store.clock_offset().await.expect("read"), Duration::from_secs(5));
    bind(home, &Cloud::Simulated).await.expect("unbound");
    advance(5).await.expect("nobody is bound any more");
}

async fn nobody_acts_on_a_real_far_side(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    bind(home, &real()).await.expect("bound");
    let peering = home.add_peering(&container, vpc(1)).await.peering;
    let real = Refusal::FarSideReal { provider: Provider::Aws, account: prod() };
    for action in [FarAction::Accept, FarAction::Reject, FarAction::Delete, FarAction::Expire] {
        let acted = home.store.far_side_act(home.project, peering.id, action, at(2)).await;
        assert_eq!(refusal(acted), real);
    }
    assert_eq!(refusal(home.store.far_side(home.project, peering.id).await), real);
}

async fn a_claim_says_which_cloud_and_what_was_noted(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    bind(home, &real()).await.expect("bound");
    home.add_peering(&container, vpc(1)).await;
    let claimed = home.claim_peerings(1, 1).await.remove(0);
    assert_eq!((&claimed.cloud, &claimed.note, &claimed.adopt), (&real(), &Note::default(), &None));
    let note = Note { settled: 1, ..Note::default() }.with(Trouble::RouteGone, "no route");
    let seen = PeeringRecord { next: State::Active, note: note.clone(), ..record(&claimed, Due::Now) };
    assert!(home.store.record_peerings(vec![seen]).await.expect("recorded")[0]);
    let again = home.claim_peerings(20, 20).await.remove(0);
    assert_eq!(again.note, note);
    let view = home.store.peering_get(home.project, again.peering.id).await.expect("read").expect("there");
    assert_eq!(view.note, note);
    // It was told once; its end is told once.
    let same = PeeringRecord { keep_lease: true, ..record(&again, Due::Now) };
    assert!(home.store.record_peerings(vec![same]).await.expect("recorded")[0]);
    let well = PeeringRecord { note: note.well(), incarnation: 2, ..record(&again, Due::Now) };
    assert!(home.store.record_peerings(vec![well]).await.expect("recorded")[0]);
    let kinds = home.kinds().await;
    assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::DriftSeen).count(), 1);
    assert_eq!(kinds[0], EventKind::DriftMended);
    assert_eq!(home.claim_peerings(40, 40).await[0].peering.incarnation, 2);

    let near = home.claim_containers(1, 1).await.remove(0);
    assert_eq!((&near.cloud, near.wanted, near.adopting, near.kept), (&real(), true, false, false));
    let lost = Note::default().with(Trouble::NetworkGone, "gone");
    let seen = ContainerRecord { note: lost.clone(), ..network(&near, Network::Absent, Due::Now) };
    assert!(home.store.record_containers(vec![seen]).await.expect("recorded")[0]);
    let noted = home.store.container_noted(home.project, container.id).await.expect("read");
    assert_eq!(noted.expect("there").1, lost);
    assert_eq!(home.kinds().await[0], EventKind::DriftSeen);
}

async fn a_connection_is_adopted_once_and_its_network_is_kept(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let adopt = async |nth, id: &str| {
        home.store.peering_adopt(home.project, container.id, vpc(nth), id, &act(1)).await
    };
    assert_eq!(refusal(adopt(1, "pcx-1").await), Refusal::CloudSimulated { provider: Provider::Aws });
    assert!(home.claim_peerings(1, 1).await.is_empty(), "nothing was left behind");
    bind(home, &real()).await.expect("bound");
    let id = adopt(1, "pcx-1").await.expect("it is there").peering.id;
    let managed = Refusal::ConnectionManaged { connection_id: "pcx-1".into() };
    assert_eq!(refusal(adopt(2, "pcx-1").await), managed);
    assert_eq!(home.store.peering_adopts(home.project, id).await.expect("read").as_deref(), Some("pcx-1"));
    assert!(home.claim_containers(1, 1).await[0].adopting, "its network is not to be made");

    let claimed = home.claim_peerings(1, 1).await.remove(0);
    assert_eq!(claimed.adopt.as_deref(), Some("pcx-1"));
    let adopted = PeeringRecord {
        next: State::Active,
        connection_id: Some("pcx-1".into()),
        adopted: true,
        ..record(&claimed, Due::Idle)
    };
    assert!(home.store.record_peerings(vec![adopted]).await.expect("recorded")[0]);
    assert_eq!(home.store.peering_adopts(home.project, id).await.expect("read"), None);
    assert_eq!(refusal(adopt(2, "pcx-1").await), managed, "by its name");
    let near = home.claim_containers(30, 30).await.remove(0);
    assert_eq!((near.adopting, near.kept), (false, true));
    assert!(home.kinds().await.contains(&EventKind::PeerAdopted));

    // It goes as it is; what it had there is nobody's orphan.
    let belongs = async |mark| home.store.mark_belongs(&prod(), mark).await.expect("read");
    let ready = Network::Ready(NetworkIds::Aws { vpc_id: "vpc-1".into() });
    assert!(home.store.record_containers(vec![network(&near, ready, Due::Idle)]).await.expect("recorded")[0]);
    assert_eq!(belongs(MarkOf::Peering(id)).await, Belongs::Row);
    home.store.peering_release(home.project, id, &act(9)).await.expect("released");
    assert_eq!(belongs(MarkOf::Peering(id)).await, Belongs::LetGo);
    let near = home.claim_containers(60, 60).await.remove(0);
    assert_eq!((near.wanted, near.kept), (false, true));
    let absent = network(&near, Network::Absent, Due::Idle);
    assert!(home.store.record_containers(vec![absent]).await.expect("recorded")[0]);
    assert_eq!(belongs(MarkOf::Container(container.id)).await, Belongs::Row);
    home.store.container_delete(home.project, container.id, Duration::ZERO, &act(10)).await.expect("empty");
    assert_eq!(belongs(MarkOf::Container(container.id)).await, Belongs::LetGo);
    let other = AccountName::parse("other").expect("a name");
    let elsewhere = home.store.mark_belongs(&other, MarkOf::Peering(id)).await.expect("read");
    assert_eq!(elsewhere, Belongs::Nobody);
    assert_eq!(home.kinds().await.iter().filter(|kind| **kind == EventKind::PeerReleased).count(), 1);
}

async fn what_was_let_go_in_an_account_is_not_forgotten_for_what_comes_elsewhere(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let other = AccountName::parse("other").expect("a name");
    let mark = MarkOf::Container(container.id);
    let belongs = async |account: &AccountName| home.store.mark_belongs(account, mark).await.expect("read");
    let standing = |name: &str| Network::Ready(NetworkIds::Aws { vpc_id: name.into() });
    let mut now = 0;
    // What the record of a look leads to: whether the network is kept at the next look.
    let mut look = async |next: Network, kept: bool| {
        now += 100;
        home.sql("UPDATE container SET due_at = 0, nudged = 0, lease_until = 0");
        let near = home.claim_containers(now, now).await.remove(0);
        let seen = ContainerRecord { kept, ..network(&near, next, Due::Now) };
        assert!(home.store.record_containers(vec![seen]).await.expect("recorded")[0]);
        home.number("SELECT kept FROM container") == 1
    };
    bind(home, &real()).await.expect("bound");
    assert!(look(standing("vpc-1"), true).await, "adopted");
    assert!(!look(Network::Absent, true).await, "let go");
    // The same container in the simulated cloud, and in another account.
    bind(home, &Cloud::Simulated).await.expect("nothing stands");
    assert!(!look(Network::Making, false).await);
    assert!(!look(standing("vpc-sim"), false).await, "what is simulated is ours alone");
    assert!(!look(Network::Absent, false).await);
    bind(home, &Cloud::Account(other.clone())).await.expect("nothing stands");
    assert!(look(standing("vpc-2"), true).await, "adopted");
    assert!(!look(Network::Absent, true).await, "let go");
    // Back at the first: its network is found, and it is as it was.
    bind(home, &real()).await.expect("nothing stands");
    assert!(look(standing("vpc-1"), false).await, "still not ours to take down");
    assert!(!look(Network::Absent, true).await, "let go");
    // It went meanwhile: one that is made is ours.
    assert!(!look(Network::Making, false).await);
    assert!(!look(standing("vpc-3"), false).await);
    assert!(!look(Network::Absent, false).await);
    home.store.container_delete(home.project, container.id, Duration::ZERO, &act(10)).await.expect("empty");
    assert_eq!(belongs(&prod()).await, Belongs::Nobody, "what is left of it was ours");
    assert_eq!(belongs(&other).await, Belongs::LetGo);
}

async fn what_is_simulated_or_going_can_not_be_released(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    let id = home.add_peering(&container, vpc(1)).await.peering.id;
    let release = async || home.store.peering_release(home.project, id, &act(2)).await;
    assert_eq!(refusal(release().await), Refusal::CloudSimulated { provider: Provider::Aws });
    home.store.peering_delete(home.project, id, &act(2)).await.expect("wanted till now");
    assert_eq!(refusal(release().await), Refusal::AlreadyRemoving { id });
}

async fn what_our_own_rules_refuse_is_told_all_at_once_and_nothing_is_made(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    home.add_peering(&container, vpc(1)).await;
    let survey = async |nth| home.store.peering_survey(home.project, container.id, vpc(nth), at(3)).await;
    assert!(survey(2).await.expect("read").refusals.is_empty());
    home.sql(
        "INSERT INTO project_limit (project_id, name, value) SELECT id, \
        'atlas.project.networking.peeringConnections', 1 FROM project",
    );
    let ground = survey(1).await.expect("read");
    assert!(matches!(
        ground.refusals[..],
        [Refusal::PeeringExists { .. }, Refusal::TooManyPeerings { max: 1 }]
    ));
    assert_eq!(ground.cloud, Cloud::Simulated);
    assert_eq!(home.number("SELECT count(*) FROM peering"), 1);
    let other = home.store.peering_survey(home.add_project("b").await, container.id, vpc(2), at(3)).await;
    assert!(matches!(refusal(other), Refusal::ContainerNotFound { .. }));
}

async fn an_installation_is_made_once(home: &Home) {
    let first = home.store.installation(at(1)).await.expect("made");
    let second = home.beside().await;
    assert_eq!(second.installation(at(900)).await.expect("read"), first);
    assert_eq!(home.reopen().await.installation(at(901)).await.expect("read"), first);
}

async fn a_binding_outlives_its_closed_project_until_nothing_of_it_stands(home: &Home) {
    let project = home.add_project("second").await;
    let place = home.at(project);
    let container = place.add_container(aws("US_EAST_1")).await;
    bind(&place, &real()).await.expect("bound");
    home.sql("UPDATE container SET network = 'aws', network_name = 'vpc-1'");
    home.store.project_delete(project, &act(1)).await.expect("closed");
    let claimed = home.claim_containers(1, 1).await.remove(0);
    assert_eq!((claimed.container.id, &claimed.cloud), (container.id, &real()));
    let gone = network(&claimed, Network::Absent, Due::Idle);
    assert!(home.store.record_containers(vec![gone]).await.expect("recorded")[0]);
    assert!(home.store.binding_list_all().await.expect("read").is_empty());
}

on_every_engine!(
    a_project_has_the_simulated_cloud_until_it_is_bound_at_one_provider,
    a_project_can_begin_in_an_account,
    what_is_in_flight_holds_a_project_in_its_cloud,
    the_worlds_clock_stands_while_any_project_is_bound,
    nobody_acts_on_a_real_far_side,
    a_claim_says_which_cloud_and_what_was_noted,
    a_connection_is_adopted_once_and_its_network_is_kept,
    what_was_let_go_in_an_account_is_not_forgotten_for_what_comes_elsewhere,
    what_is_simulated_or_going_can_not_be_released,
    what_our_own_rules_refuse_is_told_all_at_once_and_nothing_is_made,
    an_installation_is_made_once,
    a_binding_outlives_its_closed_project_until_nothing_of_it_stands,
);
