//! What one writer was told, and what must therefore be so.
//!
//! A writer has its own projects, so nobody else explains a difference. One call of it may be under
//! way when the server is killed; whether that happened, the server tells afterwards, and either
//! answer is right.

use std::collections::{BTreeMap, BTreeSet};

use super::Chance;
use super::deed::{Cloud, Deed, is_group};
use super::shown::Shown;

const PROJECTS_MAX: usize = 4;
const CONTAINERS_MAX: usize = 4;
const WANTED_MAX: usize = 10;
const ENTRIES_MAX: usize = 20;

/// One writer's account.
pub struct Ledger {
    name: usize,
    org: String,
    nth: u64,
    pub projects: BTreeMap<String, Project>,
    closed: BTreeSet<String>,
    /// The call that got no answer.
    pub doubt: Option<Deed>,
    pub n_acknowledged: u64,
}

/// What is in a project, as far as its writer was told.
#[derive(Debug, Default)]
pub struct Project {
    name: String,
    pub containers: BTreeMap<String, Cloud>,
    peers: BTreeMap<String, Peer>,
    access: BTreeMap<String, String>,
    /// Its writer takes it down, one thing after the other.
    leaves: bool,
}

#[derive(Debug)]
pub struct Peer {
    container: String,
    cloud: Cloud,
    far: String,
    wanted: bool,
    accepted: bool,
}

impl Project {
    /// Peerings whose deletion was not acknowledged.
    pub fn wanted(&self) -> impl Iterator<Item = (&String, &Peer)> + Clone {
        self.peers.iter().filter(|(_, peer)| peer.wanted)
    }

    /// Whether every wanted peering has come as far as it can, and every other is gone.
    pub fn rests(&self, shown: &Shown) -> bool {
        shown.peers.len() == self.wanted().count()
            && self.wanted().all(|(id, peer)| {
                let status = shown.peers.get(id).map(|shown| shown.status.as_str());
                match peer.cloud {
                    Cloud::Aws if peer.accepted => status == Some("AVAILABLE"),
                    // An acceptance whose answer was lost may have happened.
                    Cloud::Aws => matches!(status, Some("PENDING_ACCEPTANCE" | "AVAILABLE")),
                    Cloud::Azure => status == Some("AVAILABLE"),
                    Cloud::Gcp => status == Some("WAITING_FOR_USER"),
                }
            })
    }
}

impl Project {
    /// The next thing to delete: a peering, a container, at last the project.
    fn take_down(&self, id: &str, chance: &mut Chance) -> Deed {
        let project = id.to_owned();
        let wanted = chance.of(self.wanted().map(|(id, _)| id)).cloned();
        let container = chance.of(self.containers.keys()).cloned();
        match (wanted, container) {
            (Some(peer), _) => Deed::DropPeer { project, peer },
            (None, Some(container)) if chance.below(10) > 0 => Deed::DropContainer { project, container },
            (None, _) => Deed::CloseProject { project },
        }
    }
}

impl Ledger {
    pub fn new(name: usize, org: &str) -> Self {
        Self {
            name,
            org: org.to_owned(),
            nth: 0,
            projects: BTreeMap::new(),
            closed: BTreeSet::new(),
            doubt: None,
            n_acknowledged: 0,
        }
    }

    /// Something to do, mostly something that can be done.
    pub fn choose(&mut self, chance: &mut Chance) -> Deed {
        self.nth += 1;
        let (name, nth) = (self.name, self.nth);
        let roll = chance.below(100);
        let stays = |project: &Project| !project.leaves;
        let n_staying = self.projects.values().filter(|project| stays(project)).count();
        if self.projects.len() < PROJECTS_MAX && (roll < 3 || n_staying == 0) {
            return self.make_project();
        }
        // Taking down mostly waits for the clouds: one project at a time, and with a small share.
        let none_leaves = n_staying == self.projects.len();
        let any = n_staying == 0 || chance.below(10) == 0;
        let open = self.projects.iter().filter(|(_, project)| any || stays(project)).map(|(id, _)| id);
        let id = chance.of(open).expect("there is one to choose").clone();
        let project = self.of(&id);
        project.leaves |= none_leaves && roll == 99;
        if project.leaves {
            return project.take_down(&id, chance);
        }
        let project = &*project;
        let wanted = || project.wanted().map(|(id, _)| id);
        let container = chance.of(project.containers.keys()).cloned();
        let possible = match roll {
            4..6 => Some(Deed::CloseProject { project: id.clone() }),
            6..18 if project.containers.len() < CONTAINERS_MAX => {
                let cloud = Cloud::ALL[usize::try_from(chance.below(3)).expect("small")];
                Some(Deed::MakeContainer { project: id.clone(), cloud, nth })
            }
            18..24 => container.map(|container| Deed::DropContainer { project: id.clone(), container }),
            24..50 if wanted().count() < WANTED_MAX => container.map(|container| {
                let cloud = project.containers[&container];
                let far = match cloud {
                    Cloud::Aws => format!("vpc-{name:x}{nth:016x}"),
                    Cloud::Azure | Cloud::Gcp => format!("network-{name}-{nth}"),
                };
                Deed::MakePeer { project: id.clone(), container, cloud, far, nth }
            }),
            50..66 => {
                chance.of(wanted()).map(|peer| Deed::DropPeer { project: id.clone(), peer: peer.clone() })
            }
            66..74 => {
                let at_aws = project.wanted().filter(|(_, peer)| peer.cloud == Cloud::Aws).map(|(id, _)| id);
                chance.of(at_aws).map(|peer| Deed::Accept { project: id.clone(), peer: peer.clone() })
            }
            74..80 => chance
                .of(project.access.keys())
                .map(|key| Deed::DropEntry { project: id.clone(), key: key.clone() }),
            _ => None,
        };
        possible.unwrap_or_else(|| {
            let number = chance.below(ENTRIES_MAX as u64 / 2);
            let key = if chance.below(2) == 0 {
                format!("sg-{number:017x}")
            } else {
                format!("203.0.113.{number}/32")
            };
            Deed::AddEntry { project: id, key, comment: format!("entry {nth}") }
        })
    }

    fn make_project(&self) -> Deed {
        Deed::MakeProject { name: format!("writer-{}-{}", self.name, self.nth), org: self.org.clone() }
    }

    /// It happened. `made` is the id of what it made.
    pub fn done(&mut self, deed: &Deed, made: &str) {
        match deed {
            Deed::MakeProject { name, .. } => {
                self.projects.insert(made.to_owned(), Project { name: name.clone(), ..Project::default() });
            }
            Deed::CloseProject { project } => {
                self.projects.remove(project);
                self.closed.insert(project.clone());
            }
            Deed::MakeContainer { project, cloud, .. } => {
                self.of(project).containers.insert(made.to_owned(), *cloud);
            }
            Deed::DropContainer { project, container } => {
                self.of(project).containers.remove(container);
            }
            Deed::MakePeer { project, container, cloud, far, .. } => {
                let (container, far) = (container.clone(), far.clone());
                let peer = Peer { container, cloud: *cloud, far, wanted: true, accepted: false };
                self.of(project).peers.insert(made.to_owned(), peer);
            }
            Deed::DropPeer { project, peer } => {
                let project = self.of(project);
                project.peers.get_mut(peer).expect("it was there").wanted = false;
                if project.wanted().next().is_none() {
                    project.access.retain(|key, _| !is_group(key));
                }
            }
            Deed::Accept { project, peer } => {
                self.of(project).peers.get_mut(peer).expect("it was there").accepted = true;
            }
            Deed::AddEntry { project, key, comment } => {
                self.of(project).access.insert(key.clone(), comment.clone());
            }
            Deed::DropEntry { project, key } => {
                self.of(project).access.remove(key);
            }
        }
    }

    fn of(&mut self, project: &str) -> &mut Project {
        self.projects.get_mut(project).expect("deeds are done in standing projects")
    }

    /// Holds the projects themselves against the list of all.
    pub fn check_projects(&mut self, shown: &BTreeMap<String, String>) {
        let made = match &self.doubt {
            Some(Deed::MakeProject { name, .. }) => {
                shown.iter().find(|(_, known)| *known == name).map(|(id, _)| id.clone())
            }
            Some(Deed::CloseProject { project }) => (!shown.contains_key(project)).then(String::new),
            _ => None,
        };
        if let (Some(made), Some(deed)) = (made, self.doubt.clone()) {
            self.done(&deed, &made);
        }
        for (id, project) in &self.projects {
            assert_eq!(shown.get(id), Some(&project.name), "an acknowledged project is there");
        }
        for id in &self.closed {
            assert!(!shown.contains_key(id), "a project whose deletion was acknowledged is gone");
        }
    }

    /// Holds what is in a project against what the server shows of it.
    pub fn check_project(&mut self, id: &str, shown: &Shown) {
        if let Some(deed) = self.doubt.clone()
            && let Some(made) = self.happened(&deed, id, shown)
        {
            self.done(&deed, &made);
        }
        let project = self.projects.get_mut(id).expect("a standing project");
        let containers: BTreeMap<_, _> =
            project.containers.iter().map(|(id, cloud)| (id.clone(), cloud.name().to_owned())).collect();
        assert_eq!(shown.containers, containers, "left: shown, right: acknowledged containers of {id}");
        assert_eq!(shown.access, project.access, "left: shown, right: acknowledged access list of {id}");
        for (peer, known) in &project.peers {
            match (known.wanted, shown.peers.get(peer)) {
                (true, Some(found)) => {
                    assert_eq!((&found.container, &found.far), (&known.container, &known.far));
                    assert!(!found.leaves() && found.status != "FAILED", "{peer} is {}", found.status);
                }
                (true, None) => panic!("the acknowledged peering {peer} is lost"),
                (false, Some(found)) => assert!(found.leaves(), "the deleted {peer} is {}", found.status),
                (false, None) => {}
            }
        }
        for peer in shown.peers.keys() {
            assert!(project.peers.contains_key(peer), "nobody asked for the peering {peer}, or it came back");
        }
        assert!(
            shown.groups().next().is_none() || project.wanted().next().is_some(),
            "security groups stay without a peering: {shown:?}"
        );
        // What is gone may never come back: from now on nobody knows it.
        project.peers.retain(|peer, known| known.wanted || shown.peers.contains_key(peer));
    }

    /// Whether a call without an answer happened in this project, and the id of what it made.
    fn happened(&self, deed: &Deed, id: &str, shown: &Shown) -> Option<String> {
        let project = &self.projects[id];
        let yes = |happened: bool| happened.then(String::new);
        match deed {
            Deed::MakeContainer { project: at, .. } if at == id => {
                shown.containers.keys().find(|id| !project.containers.contains_key(*id)).cloned()
            }
            Deed::MakePeer { project: at, .. } if at == id => {
                shown.peers.keys().find(|id| !project.peers.contains_key(*id)).cloned()
            }
            Deed::DropContainer { project: at, container } if at == id => {
                yes(!shown.containers.contains_key(container))
            }
            Deed::DropPeer { project: at, peer } if at == id => {
                yes(shown.peers.get(peer).is_none_or(super::shown::ShownPeer::leaves))
            }
            Deed::AddEntry { project: at, key, comment } if at == id => {
                yes(shown.access.get(key) == Some(comment))
            }
            Deed::DropEntry { project: at, key } if at == id => yes(!shown.access.contains_key(key)),
            _ => None,
        }
    }
}
