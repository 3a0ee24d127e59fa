//! The marks: names that tell for which row a thing was made, and descriptions that tell which
//! installation made it. Neither can be changed later, so a mark is set by the very call that makes
//! the thing, and no crash can come between.

use model::id::{ContainerId, PeeringId};
use model::peering::Peering;

/// The first word of every description of ours.
const SIGN: &str = "landbridge";

/// Names of what one installation makes in one project.
#[derive(Debug, Clone)]
pub(super) struct Names {
    installation: String,
    project: String,
}

impl Names {
    pub fn new(installation: &str, project: &str) -> Self {
        Self { installation: installation.to_owned(), project: project.to_owned() }
    }

    /// The network of a container, as the service names such networks: `nt-`, 24 digits, `-`, 8
    /// letters or digits. The last are of the installation, from the part of its id that is drawn,
    /// so that two do not meet in one project.
    pub fn network(&self, container: ContainerId) -> String {
        format!("nt-{container}-{}", self.installation.get(8..16).unwrap_or(&self.installation))
    }

    /// Where a network is, within Compute.
    pub fn network_path(&self, name: &str) -> String {
        format!("projects/{}/global/networks/{name}", self.project)
    }

    /// The note on an adopted thing, by the row that it was adopted for.
    pub fn note(&self, row: impl std::fmt::Display) -> String {
        format!("lb-{row}")
    }

    /// What the description of a network says.
    pub fn of_network(&self, container: ContainerId) -> String {
        format!("{SIGN} installation={} container={container}", self.installation)
    }

    /// What the note on an adopted network says.
    pub fn of_adopted_network(&self, container: ContainerId, network: &str) -> String {
        format!("{} network={network}", self.of_network(container))
    }

    /// What the note on an adopted half of a peering says.
    pub fn of_adopted_half(&self, peering: PeeringId, network: &str, half: &str) -> String {
        format!("{SIGN} installation={} peering={peering} network={network} half={half}", self.installation)
    }

    /// What a description says, if this installation wrote it.
    pub fn read(&self, description: Option<&str>) -> Option<Mark> {
        Mark::read(description?).filter(|mark| mark.installation == self.installation)
    }
}

/// The half of a peering that one of its incarnations asked for.
pub(super) fn half(peering: &Peering) -> String {
    format!("lb-{}-{}", peering.id, peering.incarnation)
}

/// For which peering a half was made, by its name.
pub(super) fn made_for(half: &str) -> Option<PeeringId> {
    let (id, incarnation) = half.strip_prefix("lb-")?.split_once('-')?;
    incarnation.parse::<i64>().ok()?;
    id.parse().ok()
}

/// What a description of ours says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Mark {
    pub installation: String,
    pub container: Option<ContainerId>,
    pub peering: Option<PeeringId>,
    pub network: Option<String>,
    pub half: Option<String>,
}

impl Mark {
    /// Whose it is does not matter here.
    pub fn read(description: &str) -> Option<Self> {
        let mut words = description.split(' ');
        if words.next() != Some(SIGN) {
            return None;
        }
        let mut mark = Self::default();
        for word in words {
            match word.split_once('=')? {
                ("installation", value) => value.clone_into(&mut mark.installation),
                ("container", value) => mark.container = Some(value.parse().ok()?),
                ("peering", value) => mark.peering = Some(value.parse().ok()?),
                ("network", value) => mark.network = Some(value.to_owned()),
                ("half", value) => mark.half = Some(value.to_owned()),
                _ => return None,
            }
        }
        Some(mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "6a793f62c0eb9e7a1771502a";

    #[test]
    fn a_mark_survives_the_trip_through_a_description_and_strangers_read_none() {
        let ours = Names::new("00112233445566778899aabb", "near");
        let id: ContainerId = ID.parse().expect("an id");
        let text = ours.of_adopted_network(id, "app");
        let mark = ours.read(Some(&text)).expect("ours");
        assert_eq!((mark.container, mark.network.as_deref()), (Some(id), Some("app")));
        assert_eq!(Names::new("ffffffffffffffffffffffff", "near").read(Some(&text)), None);
        for text in ["", "my network", "landbridge", "landbridge x", "landbridge container=1"] {
            assert_eq!(ours.read(Some(text)), None, "{text}");
        }
        let peering: PeeringId = ID.parse().expect("an id");
        let mark = ours.read(Some(&ours.of_adopted_half(peering, "app", "to-atlas"))).expect("ours");
        assert_eq!((mark.peering, mark.half.as_deref()), (Some(peering), Some("to-atlas")));
    }

    #[test]
    fn names_fit_what_google_takes_and_tell_their_row() {
        let names = Names::new("00112233445566778899aabb", "near");
        assert_eq!(names.network(ID.parse().expect("an id")), format!("nt-{ID}-44556677"));
        assert_eq!(made_for(&format!("lb-{ID}-12")), Some(ID.parse().expect("an id")));
        for name in ["lb-", "lb-x-1", "peer", &format!("lb-{ID}"), &format!("lb-{ID}-x")] {
            assert_eq!(made_for(name), None, "{name}");
        }
        let longest = format!("lb-{ID}-{}", i64::MAX);
        assert!(longest.len() <= 63 && made_for(&longest).is_some());
    }
}
