//! Real accounts: who is asked, what may be done there, what is told of changes behind our back.

mod adoption;
mod drift;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cloud::sim::SimDriver;
use cloud::{Account, CloudDriver, DriverError, Drivers};
use model::binding::{AccountName, Cloud, Policy};
use model::container::Network;
use model::event::EventKind;
use model::peering::{Peering, Reason, State};
use model::world::Latency;
use model::{ContainerId, Note, PeeringId, Provider, Trouble};
use reconciler::{Reconciler, Settings, StoreFacts};
use store::Page;
use testkit::{FAKE_POLL, FakeCall, FakeCloud, FakeFar};

use crate::bed::Bed;
use crate::places::{far_network, place};

const CHANGE: Policy = Policy { read_only: false, mend: false };
const MEND: Policy = Policy { read_only: false, mend: true };
const LOOK: Policy = Policy { read_only: true, mend: true };

fn name() -> AccountName {
    AccountName::parse("prod").expect("a name")
}

/// A project that is bound to an account, with a container.
struct Real {
    bed: Bed,
    fake: Arc<FakeCloud>,
    container: ContainerId,
    reconciler: Reconciler,
}

impl Real {
    async fn new(policy: Policy) -> Self {
        Self::on(Bed::new().await, Provider::Aws, policy).await
    }

    async fn on(bed: Bed, provider: Provider, policy: Policy) -> Self {
        let container = bed.container(bed.project, place(provider)).await.id;
        let cloud = Cloud::Account(name());
        bed.store.binding_set(bed.project, provider, &cloud, &bed.act()).await.expect("nothing is there");
        let fake = FakeCloud::new(provider);
        let reconciler = reconciler(&bed, Some((&fake, policy)));
        Self { bed, fake, container, reconciler }
    }

    /// The same rows, with another policy or without the account.
    fn restart(&mut self, policy: Option<Policy>) {
        self.reconciler = reconciler(&self.bed, policy.map(|policy| (&self.fake, policy)));
    }

    async fn idle(&self) {
        self.reconciler.run_until_idle().await.expect("a working store");
    }

    /// Lets one period of looking pass.
    async fn period(&self) {
        self.bed.sleep(FAKE_POLL);
        self.idle().await;
    }

    async fn peer(&self) -> PeeringId {
        let far = far_network(self.fake.provider(), 1);
        let id = self.bed.peer(self.bed.project, self.container, far).await;
        self.idle().await;
        id
    }

    /// One that carries traffic.
    async fn active(&self) -> PeeringId {
        let id = self.peer().await;
        self.fake.far(id, FakeFar::Accepted);
        self.period().await;
        assert_eq!(self.state(id).await, State::Active);
        id
    }

    async fn get(&self, id: PeeringId) -> (Peering, Note) {
        let view = self.bed.store.peering_get(self.bed.project, id).await.expect("read").expect("there");
        (view.peering, view.note)
    }

    async fn state(&self, id: PeeringId) -> State {
        self.get(id).await.0.state
    }

    async fn trouble(&self, id: PeeringId) -> Option<Trouble> {
        self.get(id).await.1.trouble
    }

    async fn count(&self, kind: EventKind) -> usize {
        let page = Page { number: 1, size: 500 };
        let events = self.bed.store.event_list_of_project(self.bed.project, page).await.expect("read");
        events.items.iter().filter(|event| event.kind == kind).count()
    }
}

fn reconciler(bed: &Bed, account: Option<(&Arc<FakeCloud>, Policy)>) -> Reconciler {
    let facts = Arc::new(StoreFacts::new(bed.store.clone()));
    let drivers = Drivers::new(|provider| {
        let sim = SimDriver::new(provider, facts.clone(), bed.world.clone(), Latency::Instant);
        Arc::new(sim) as Arc<dyn CloudDriver>
    });
    let accounts: BTreeMap<_, _> = account
        .map(|(fake, policy)| (name(), Account { driver: fake.clone(), policy }))
        .into_iter()
        .collect();
    Reconciler::new(
        bed.store.clone(),
        drivers.with_accounts(accounts),
        bed.world.clone(),
        "real".to_owned(),
        Settings::default(),
    )
}

#[tokio::test]
async fn a_bound_peering_lives_its_whole_life_in_its_account_and_nowhere_else() {
    let real = Real::new(CHANGE).await;
    let id = real.active().await;
    assert_eq!(real.fake.changes(), ["make network", "request", "route"]);
    assert_eq!(real.bed.store.sim_connection(id).await.expect("read"), None, "not in the simulated cloud");
    let (peering, note) = real.get(id).await;
    assert_eq!(peering.connection_id, Some(real.fake.connections().remove(0)));
    assert_eq!((note.trouble, note.settled), (None, 1));
    real.bed.unpeer(real.bed.project, id).await;
    real.idle().await;
    assert!(real.fake.connections().is_empty() && real.fake.networks().is_empty());
    assert_eq!(real.fake.changes()[3..], ["remove", "remove network"]);
}

#[tokio::test]
async fn what_the_far_side_does_is_seen_within_one_period() {
    let real = Real::new(CHANGE).await;
    let id = real.peer().await;
    assert_eq!(real.state(id).await, State::AwaitingPeer);
    real.fake.far(id, FakeFar::Rejected);
    real.fake.say(id, Some("Rejected by 123456789012"));
    real.idle().await;
    assert_eq!(real.state(id).await, State::AwaitingPeer, "nobody looks before");
    real.period().await;
    assert_eq!(real.state(id).await, State::Failed(Reason::Rejected));
    assert_eq!(real.get(id).await.1.says.as_deref(), Some("Rejected by 123456789012"));
}

#[tokio::test]
async fn a_clock_that_was_moved_before_does_not_hide_what_happens_in_real_time() {
    let bed = Bed::new().await;
    bed.advance(Duration::from_secs(86_400)).await;
    let real = Real::on(bed, Provider::Aws, CHANGE).await;
    let id = real.peer().await;
    real.fake.far(id, FakeFar::Accepted);
    real.period().await;
    assert_eq!(real.state(id).await, State::Active);
}

#[tokio::test]
async fn a_peering_whose_account_is_gone_from_the_configuration_waits_and_goes_on_later() {
    let mut real = Real::new(CHANGE).await;
    let id = real.active().await;
    let changes = real.fake.changes();
    real.restart(None);
    real.period().await;
    assert_eq!(real.state(id).await, State::Active, "no failure");
    let (_, note) = real.get(id).await;
    assert_eq!(note.trouble, Some(Trouble::NoAccount));
    assert!(note.says.expect("words").contains("prod"));
    real.bed.unpeer(real.bed.project, id).await;
    real.idle().await;
    assert_eq!(real.state(id).await, State::Removing);
    assert_eq!(real.fake.changes(), changes, "nobody went there");
    real.restart(Some(CHANGE));
    real.bed.sleep(Duration::from_secs(61));
    real.idle().await;
    assert!(real.fake.connections().is_empty(), "and no loss");
    assert!(real.bed.peering(real.bed.project, id).await.is_none());
}

#[tokio::test]
async fn in_a_read_only_account_everything_is_looked_at_and_nothing_is_changed() {
    let real = Real::new(LOOK).await;
    let id = real.peer().await;
    assert!(real.fake.changes().is_empty());
    assert_eq!(real.bed.network(real.bed.project, real.container).await, Network::Absent);
    let noted = real.bed.store.container_noted(real.bed.project, real.container).await.expect("read");
    let note = noted.expect("there").1;
    assert_eq!(note.trouble, Some(Trouble::ReadOnly));
    assert_eq!(note.says.as_deref(), Some("it would make the network"));
    assert_eq!(real.state(id).await, State::Requested);
    real.bed.unpeer(real.bed.project, id).await;
    real.idle().await;
    assert!(real.fake.changes().is_empty());
}

#[tokio::test]
async fn what_stands_in_an_account_that_became_read_only_is_kept_and_told() {
    let mut real = Real::new(CHANGE).await;
    let id = real.active().await;
    let changes = real.fake.changes();
    real.restart(Some(LOOK));
    real.fake.lose_route(id);
    real.period().await;
    assert_eq!((real.state(id).await, real.trouble(id).await), (State::Active, Some(Trouble::RouteGone)));
    real.bed.unpeer(real.bed.project, id).await;
    real.idle().await;
    assert_eq!((real.state(id).await, real.trouble(id).await), (State::Removing, Some(Trouble::ReadOnly)));
    assert_eq!(real.fake.changes(), changes);
}

#[tokio::test]
async fn a_request_that_is_denied_fails_with_the_clouds_own_words() {
    let real = Real::new(CHANGE).await;
    real.fake
        .fail(FakeCall::Apply, DriverError::Denied("not authorized: ec2:CreateVpcPeeringConnection".into()));
    let id = real.peer().await;
    assert_eq!(real.state(id).await, State::Failed(Reason::Denied));
    let (_, note) = real.get(id).await;
    assert_eq!(note.trouble, Some(Trouble::Denied));
    assert_eq!(note.says.as_deref(), Some("not authorized: ec2:CreateVpcPeeringConnection"));
}

#[tokio::test]
async fn who_may_not_look_any_more_has_lost_nothing() {
    let real = Real::new(CHANGE).await;
    let id = real.active().await;
    real.fake.fail(FakeCall::Observe, DriverError::Denied("the token has expired".into()));
    real.period().await;
    assert_eq!((real.state(id).await, real.trouble(id).await), (State::Active, Some(Trouble::Denied)));
    real.bed.sleep(Duration::from_secs(61));
    real.idle().await;
    assert_eq!((real.state(id).await, real.trouble(id).await), (State::Active, None));
}
