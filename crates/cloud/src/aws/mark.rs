//! The marks: tags that tell which installation made a thing, and for which row.

use std::fmt;

use model::container::Container;
use model::id::{ContainerId, PeeringId};
use model::peering::Peering;
use model::time::Timestamp;

use super::xml::{Items, Tag};
use crate::account::MadeFor;

/// The installation that made it.
pub(super) const INSTALLATION: &str = "landbridge:installation";
/// The container that a VPC is for.
pub(super) const CONTAINER: &str = "landbridge:container";
/// The peering that a connection is for.
pub(super) const PEERING: &str = "landbridge:peering";
/// Which of the peering's requests it came from.
const INCARNATION: &str = "landbridge:incarnation";
/// When it was asked for, in seconds since 1970.
const REQUESTED: &str = "landbridge:requested";
/// What Amazon's console shows.
const NAME: &str = "Name";

/// Tags to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tags(pub Vec<(&'static str, String)>);

impl Tags {
    /// Those of a container's VPC.
    pub fn of_container(mark: &str, container: &Container) -> Self {
        Self(vec![
            (INSTALLATION, mark.to_owned()),
            (CONTAINER, container.id.to_string()),
            (NAME, format!("landbridge-{}", container.id)),
        ])
    }

    /// Those of a peering's connection, asked for now.
    pub fn of_peering(mark: &str, peering: &Peering, now: Timestamp) -> Self {
        Self(vec![
            (INSTALLATION, mark.to_owned()),
            (PEERING, peering.id.to_string()),
            (INCARNATION, peering.incarnation.to_string()),
            (REQUESTED, now.seconds().to_string()),
            (NAME, format!("landbridge-{}", peering.id)),
        ])
    }
}

/// What the tags of a thing say, as far as they are ours.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Mark {
    pub installation: Option<String>,
    pub container: Option<ContainerId>,
    pub peering: Option<PeeringId>,
    pub incarnation: Option<i64>,
    pub requested: Option<Timestamp>,
}

impl Mark {
    /// Reads them; what is not as we write it is not ours.
    pub fn of(tags: &Items<Tag>) -> Self {
        let value = |key: &str| tags.item.iter().find(|tag| tag.key == key).map(|tag| &*tag.value);
        Self {
            installation: value(INSTALLATION).map(str::to_owned),
            container: value(CONTAINER).and_then(|text| text.parse().ok()),
            peering: value(PEERING).and_then(|text| text.parse().ok()),
            incarnation: value(INCARNATION).and_then(|text| text.parse().ok()),
            requested: value(REQUESTED).and_then(|text| text.parse().ok()).map(Timestamp::from_seconds),
        }
    }

    /// Whether that installation set it.
    pub fn is_of(&self, installation: &str) -> bool {
        self.installation.as_deref() == Some(installation)
    }

    /// The row that it names.
    pub fn made_for(&self) -> Option<MadeFor> {
        self.peering.map(MadeFor::Peering).or(self.container.map(MadeFor::Container))
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.installation {
            Some(installation) => write!(f, "the mark of installation {installation}"),
            None => f.write_str("no mark"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_survives_the_trip_through_tags_and_others_tags_are_none() {
        let tag = |key: &str, value: &str| Tag { key: key.into(), value: value.into() };
        let id = "6a793f62c0eb9e7a1771502a";
        let ours = Items {
            item: vec![tag(INSTALLATION, "m"), tag(PEERING, id), tag(INCARNATION, "3"), tag(REQUESTED, "17")],
        };
        let mark = Mark::of(&ours);
        assert!(mark.is_of("m") && !mark.is_of("n"));
        assert_eq!(mark.made_for(), Some(MadeFor::Peering(id.parse().expect("an id"))));
        assert_eq!((mark.incarnation, mark.requested), (Some(3), Some(Timestamp::from_seconds(17))));
        let others = Items { item: vec![tag("Name", "x"), tag(PEERING, "not an id")] };
        assert_eq!(Mark::of(&others), Mark::default());
    }
}
