//! The places to walk, and what stands in their paths for each parameter.

use api::{Need, Operation, Root, operations};

/// What a path parameter names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Something with 24 hexadecimal digits, which are checked before it is looked for.
    Id,
    /// Anything else.
    Other,
}

const NOTHING: &str = "000000000000000000000000";

/// Every parameter that a path may have, with a value of the right form. Those that the world of
/// the walk has something for stand there with its id, and with nothing here.
pub const PARAMS: &[(&str, Kind, &str)] = &[
    ("groupId", Kind::Id, ""),
    ("orgId", Kind::Id, ""),
    ("peerId", Kind::Id, ""),
    ("containerId", Kind::Id, ""),
    ("apiKeyId", Kind::Id, ""),
    ("secretId", Kind::Id, NOTHING),
    ("teamId", Kind::Id, NOTHING),
    ("userId", Kind::Id, NOTHING),
    ("eventId", Kind::Id, NOTHING),
    ("clientId", Kind::Other, "mdb_sa_id_000000000000000000000000"),
    ("groupName", Kind::Other, "rehearsal"),
    ("teamName", Kind::Other, "nobody"),
    ("userName", Kind::Other, "nobody@example.org"),
    ("entryValue", Kind::Other, "203.0.113.1"),
    ("ipAddress", Kind::Other, "203.0.113.1"),
    ("limitName", Kind::Other, "atlas.project.security.networkAccess.entries"),
];

/// One operation at one of its places.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The operation.
    pub operation: &'static Operation,
    /// The root that it is called under.
    pub root: Root,
    /// The path below the root, with its parameters by name.
    pub path: &'static str,
}

/// All of them.
pub fn all() -> impl Iterator<Item = Place> {
    operations().iter().flat_map(|operation| {
        operation.places.iter().map(move |(root, path)| Place { operation, root: *root, path })
    })
}

/// Those where somebody has to be known.
pub fn with_caller() -> impl Iterator<Item = Place> {
    all().filter(|place| !matches!(place.need(), Need::Nothing | Need::Client))
}

impl Place {
    /// What it takes to be there.
    pub fn need(self) -> Need {
        self.operation.need_under(self.root)
    }

    /// The role that it takes, and whether in a project.
    pub fn role(self) -> Option<(model::Role, bool)> {
        let (name, in_project) = match self.need() {
            Need::Project(name) => (name, true),
            Need::Org(name) | Need::OwnOrg(name) => (name, false),
            _ => return None,
        };
        Some((model::Role::from_name(name).expect("a role"), in_project))
    }

    /// The method's name.
    pub fn method(self) -> &'static str {
        self.operation.method.name()
    }

    /// Whether it only reads.
    pub fn reads(self) -> bool {
        self.operation.method == api::Method::Get
    }

    /// The newest media type to ask for.
    pub fn accept(self) -> String {
        match self.operation.versions.last().filter(|_| self.root == Root::V2) {
            Some(version) => format!("application/vnd.atlas.{version}+json"),
            None => "application/json".to_owned(),
        }
    }

    /// The names of the parameters, wherever they stand in a segment.
    pub fn params(self) -> impl Iterator<Item = &'static str> {
        self.path.split('{').skip(1).map(|rest| rest.split_once('}').expect("braces in pairs").0)
    }

    /// The whole path, each parameter with its value.
    pub fn filled(self, value: impl Fn(&str) -> String) -> String {
        let mut path = self.root.prefix().to_owned();
        let mut parts = self.path.split('{');
        path.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (name, rest) = part.split_once('}').expect("braces in pairs");
            path.push_str(&value(name));
            path.push_str(rest);
        }
        path
    }
}

/// The kind of a parameter, and the value that it has where the world has nothing for it.
pub fn param(name: &str) -> (Kind, &'static str) {
    let known = PARAMS.iter().find(|(known, ..)| *known == name);
    let (_, kind, value) =
        known.unwrap_or_else(|| panic!("the walker does not know {{{name}}}: add it to PARAMS in places.rs"));
    (*kind, value)
}

#[test]
fn every_path_parameter_is_known_to_the_walker() {
    for place in all() {
        for name in place.params() {
            let (kind, _) = param(name);
            assert!(kind != Kind::Id || name.ends_with("Id"), "{name}");
        }
    }
}

#[test]
fn a_parameter_is_filled_wherever_it_stands_in_its_segment() {
    let operation = operations().first().expect("an operation");
    let place = Place { operation, root: Root::V2, path: "/a/{teamId}:addUser/{userId}" };
    assert_eq!(place.params().collect::<Vec<_>>(), ["teamId", "userId"]);
    assert_eq!(place.filled(str::to_uppercase), "/api/atlas/v2/a/TEAMID:addUser/USERID");
}
