//! What users and the world do, and a ledger of all that was acknowledged: an independent, small
//! idea of what must be true at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::access::{AccessEntry, AccessValue};
use model::container::Network;
use model::id::{ContainerId, PeeringId, ProjectId};
use model::peering::machine::Connection;
use model::peering::{PeeringSpec, Reason, State};
use model::provider::Provider;
use model::time::{Clock, Timestamp};
use model::world::{Acceptance, CloudCall, CloudFault, FarAction, Fault, FaultPoint, Latency, Outcome};
use store::Page;

use crate::bed::Bed;
use crate::places::{far_network, place, to_vpc, vpc};

const PAGE: Page = Page { number: 1, size: 500 };

/// One thing that happens. Things are named by their place among all that there ever were, counted
/// from the newest, so that every deed means something in every history; what is refused changes
/// nothing.
#[derive(Debug, Clone)]
pub enum Deed {
    Contain { project: usize, provider: Provider },
    Uncontain { nth: usize },
    Peer { project: usize, provider: Provider, far: u8 },
    Change { nth: usize, vpc: u8, block: u8 },
    Unpeer { nth: usize },
    Far { nth: usize, action: FarAction },
    Accept { project: usize, acceptance: Acceptance },
    Slow { project: usize, latency: Latency },
    Fault { project: usize, call: CloudCall, fault: CloudFault, times: u32 },
    Allow { project: usize, group: bool, nth: u8, days: Option<u8> },
    Disallow { project: usize, group: bool, nth: u8 },
    Close { project: usize },
    Sleep(Duration),
    Advance(Duration),
}

struct KnownPeering {
    project: ProjectId,
    container: ContainerId,
    id: PeeringId,
    spec: PeeringSpec,
    wanted: bool,
}

struct KnownContainer {
    project: ProjectId,
    provider: Provider,
    id: ContainerId,
    kept: bool,
}

#[derive(Default)]
pub struct Ledger {
    projects: Vec<ProjectId>,
    closed: BTreeSet<ProjectId>,
    containers: Vec<KnownContainer>,
    peerings: Vec<KnownPeering>,
    allowed: BTreeMap<(ProjectId, String), Option<Timestamp>>,
    /// What ran out before a clock stepped back: whether it is there depends on who looked when.
    lapsed: BTreeSet<(ProjectId, String)>,
}

impl Ledger {
    /// A ledger of the bed's first project and another one.
    pub async fn new(bed: &Bed) -> Self {
        let projects = vec![bed.project, bed.project_create("Other").await];
        Self { projects, ..Self::default() }
    }

    /// Lets a deed happen, and notes what was acknowledged.
    pub async fn perform(&mut self, bed: &Bed, deed: &Deed) {
        match *deed {
            Deed::Contain { project, provider } => {
                let Some(project) = self.project(project) else { return };
                if let Ok(container) = bed.try_container(project, place(provider)).await {
                    self.containers.push(KnownContainer { project, provider, id: container.id, kept: true });
                }
            }
            Deed::Uncontain { nth } => {
                if let Some(container) = pick(&mut self.containers, nth)
                    && bed.try_uncontain(container.project, container.id).await.is_ok()
                {
                    container.kept = false;
                }
            }
            Deed::Peer { project, provider, far } => self.peer(bed, project, provider, far).await,
            Deed::Change { nth, vpc: far, block } => {
                if let Some(peering) = pick(&mut self.peerings, nth)
                    && bed.try_change(peering.project, peering.id, &to_vpc(far, block)).await.is_ok()
                {
                    peering.spec = vpc(far, block);
                }
            }
            Deed::Unpeer { nth } => self.unpeer(bed, nth).await,
            Deed::Far { nth, action } => {
                if let Some(peering) = pick(&mut self.peerings, nth) {
                    // Refused where the far side shows something else.
                    let _ = bed.try_far(peering.project, peering.id, action).await;
                }
            }
            Deed::Accept { project, acceptance } => {
                if let Some(project) = self.project(project) {
                    bed.acceptance(project, acceptance).await;
                }
            }
            Deed::Slow { project, latency } => {
                if let Some(project) = self.project(project) {
                    bed.latency(project, latency).await;
                }
            }
            Deed::Fault { project, call, fault, times } => {
                if let Some(project) = self.project(project) {
                    let on = FaultPoint::Cloud(call);
                    bed.faults(project, vec![Fault { on, outcome: Outcome::Cloud(fault), times }]).await;
                }
            }
            Deed::Allow { project, group, nth, days } => self.allow(bed, project, group, nth, days).await,
            Deed::Disallow { project, group, nth } => {
                let Some(project) = self.project(project) else { return };
                let key = value(group, nth).key();
                if bed.store.access_delete(project, &key, &bed.act()).await.is_ok() {
                    self.allowed.remove(&(project, key));
                }
            }
            Deed::Close { project } => {
                let Some(project) = self.project(project) else { return };
                if bed.store.project_delete(project, &bed.act()).await.is_ok() {
                    assert!(self.peerings.iter().all(|known| known.project != project || !known.wanted));
                    self.closed.insert(project);
                    self.allowed.retain(|(of, _), _| *of != project);
                    for container in self.containers.iter_mut().filter(|known| known.project == project) {
                        container.kept = false;
                    }
                }
            }
            Deed::Sleep(pause) => bed.sleep(pause),
            Deed::Advance(by) => bed.advance(by).await,
        }
    }

    fn project(&self, nth: usize) -> Option<ProjectId> {
        let project = self.projects[nth % self.projects.len()];
        (!self.closed.contains(&project)).then_some(project)
    }

    async fn peer(&mut self, bed: &Bed, project: usize, provider: Provider, far: u8) {
        let Some(project) = self.project(project) else { return };
        let here =
            |known: &&KnownContainer| known.kept && known.project == project && known.provider == provider;
        let Some(container) = self.containers.iter().find(here).map(|known| known.id) else { return };
        let spec = far_network(provider, far);
        if let Ok(peering) = bed.try_peer(project, container, spec.clone()).await {
            self.peerings.push(KnownPeering { project, container, id: peering.id, spec, wanted: true });
        }
    }

    async fn unpeer(&mut self, bed: &Bed, nth: usize) {
        let Some(peering) = pick(&mut self.peerings, nth) else { return };
        if bed.try_unpeer(peering.project, peering.id).await.is_err() {
            return;
        }
        peering.wanted = false;
        let project = peering.project;
        if !self.wants(project) {
            self.allowed.retain(|(of, key), _| *of != project || !key.contains("sg-"));
        }
        self.check_access(bed).await;
    }

    async fn allow(&mut self, bed: &Bed, project: usize, group: bool, nth: u8, days: Option<u8>) {
        let Some(project) = self.project(project) else { return };
        let value = value(group, nth);
        let key = value.key();
        let now = bed.world.now();
        let delete_after = days.map(|days| now.after(Duration::from_secs(86_400 * u64::from(days))));
        let entry = AccessEntry { project, value, comment: String::new(), delete_after, created_at: now };
        if bed.store.access_add(project, vec![entry], &bed.act()).await.is_ok() {
            assert!(!group || self.wants(project), "a security group without a peering");
            self.lapsed.remove(&(project, key.clone()));
            self.allowed.insert((project, key), delete_after);
        }
    }

    fn wants(&self, project: ProjectId) -> bool {
        self.peerings.iter().any(|known| known.project == project && known.wanted)
    }

    /// The access lists are what was acknowledged, but for what has expired.
    async fn check_access(&self, bed: &Bed) {
        let now = bed.world.now();
        for project in self.projects.iter().filter(|project| !self.closed.contains(project)) {
            let listed = bed.store.access_list(*project, now, PAGE).await.expect("a readable store");
            let listed = listed.items.into_iter().map(|entry| entry.value.key());
            let mut listed: Vec<_> =
                listed.filter(|key| !self.lapsed.contains(&(*project, key.clone()))).collect();
            listed.sort();
            let known = self
                .allowed
                .iter()
                .filter(|((of, _), until)| of == project && until.is_none_or(|until| now < until));
            let mut known: Vec<_> = known.map(|((_, key), _)| key.clone()).collect();
            known.sort();
            assert_eq!(listed, known, "the access list of {project}");
        }
    }

    /// Notes what has run out by a clock that is about to step back.
    pub fn clock_steps_back(&mut self, now: Timestamp) {
        let out = |until: &Option<Timestamp>| until.is_some_and(|until| until <= now);
        let lapsed = self.allowed.iter().filter(|(_, until)| out(until)).map(|(key, _)| key.clone());
        self.lapsed.extend(lapsed);
        self.allowed.retain(|_, until| !out(until));
    }

    /// What holds of the rows at every moment: `wanted`, by id.
    pub fn check_rows(&self, rows: &BTreeMap<String, bool>) {
        for known in &self.peerings {
            let row = rows.get(&known.id.to_string()).copied();
            assert!(row == Some(true) || !known.wanted, "{} was acknowledged, and is lost", known.id);
            assert!(row != Some(true) || known.wanted, "{} was deleted, and is wanted again", known.id);
        }
    }

    /// The promise, once everything rests: clouds and rows agree, nothing acknowledged is lost,
    /// nothing was done twice, nothing is left behind.
    pub async fn check(&self, bed: &Bed) {
        self.check_access(bed).await;
        for project in &self.projects {
            let rows = bed.peerings(*project).await;
            let known = self.peerings.iter().filter(|known| known.project == *project && known.wanted);
            let known: BTreeMap<_, _> = known.map(|known| (known.id, known)).collect();
            let ids: BTreeSet<_> = rows.iter().map(|row| row.id).collect();
            assert_eq!(ids, known.keys().copied().collect(), "the peerings of {project} are those asked for");
            for row in &rows {
                assert!(row.wanted, "{row:?}");
                assert_eq!(row.spec, known[&row.id].spec, "the last acknowledged wish");
                let shows = bed.shows(row).await;
                assert!(agree(row.state, shows), "the row of {row:?} and a cloud that shows {shows:?}");
                if matches!(row.state, State::AwaitingPeer | State::Active) {
                    assert_eq!(
                        row.connection_id,
                        bed.connection_id(row.id).await,
                        "the cloud's name for {row:?}"
                    );
                }
            }
        }
        for peering in self.peerings.iter().filter(|known| !known.wanted) {
            assert!(!bed.connected(peering.id).await, "{} is left behind", peering.id);
        }
        for container in &self.containers {
            self.check_network(bed, container).await;
        }
        for ((peering, incarnation), n) in bed.tally.requests() {
            assert!(n <= 1, "{peering} was asked for {n} times as number {incarnation}");
        }
    }

    async fn check_network(&self, bed: &Bed, container: &KnownContainer) {
        let stands = bed.networked(container.id).await.map(|network| network.ids());
        let used = self.peerings.iter().any(|known| known.container == container.id && known.wanted);
        let row = bed.store.container_get(container.project, container.id).await.expect("a readable store");
        match row {
            Some(row) => {
                assert!(container.kept, "{} was deleted", container.id);
                assert_eq!(
                    row.network.ids().cloned(),
                    stands,
                    "row and cloud name the same network: {row:?}"
                );
                assert_eq!(row.network != Network::Absent, used, "a network while there is a peering");
            }
            None => {
                assert!(!container.kept, "{} was not deleted", container.id);
                assert_eq!(stands, None, "a network is left behind");
            }
        }
    }

    /// What can be compared between two runs of the same story: everything but names and times.
    pub async fn summary(&self, bed: &Bed) -> Vec<String> {
        let mut lines = Vec::new();
        for known in &self.peerings {
            lines.push(match bed.peering(known.project, known.id).await {
                Some(row) => {
                    let (shows, network) =
                        (bed.shows(&row).await, bed.network(known.project, known.container).await);
                    let network = network.ids().is_some();
                    let named = row.connection_id.is_some();
                    format!("{:?} {} {named} {shows:?} {network}", row.state, row.incarnation)
                }
                None => "gone".to_owned(),
            });
        }
        lines
    }
}

fn pick<T>(all: &mut [T], nth: usize) -> Option<&mut T> {
    let n = all.len();
    (n > 0).then(|| &mut all[n - 1 - nth % n])
}

fn value(group: bool, nth: u8) -> AccessValue {
    let value = if group {
        AccessValue::parse_group(&format!("sg-{nth:017x}"))
    } else {
        AccessValue::parse_net(&format!("192.0.2.{nth}"))
    };
    value.expect("well formed")
}

/// Whether a state at rest says what the cloud shows.
fn agree(state: State, shows: Connection) -> bool {
    match state {
        State::AwaitingPeer => shows == Connection::Pending,
        State::Active => shows == Connection::Routed,
        State::Failed(Reason::Rejected) => shows == Connection::Rejected,
        State::Failed(Reason::Expired) => shows == Connection::Expired,
        State::Failed(Reason::Overlap) => shows == Connection::Overlap,
        State::Failed(Reason::Deleted) => shows == Connection::Deleted,
        // Refused by a call, the connection is whatever it was.
        State::Failed(Reason::Invalid | Reason::Denied) => true,
        State::Requested | State::Establishing | State::Removing | State::Removed => false,
    }
}
