//! The table of operations: the one list that the router, the role checks, the documentation and
//! the tests that walk every operation read.
//!
//! An operation is one method on one path. The same operation may be reachable under several
//! roots: `/api/atlas/v2` (dated media types), `/api/atlas/v1.0` (plain JSON), our own control
//! API, or at a path of its own.

mod rate;
mod refusals;
mod table;

use crate::error::ErrorCode;
use crate::media_type::Version;

pub use rate::{REFILL_SECONDS, RateLimit};
pub use table::{OperationId, operations};

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the methods' own names")]
pub enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

impl Method {
    /// The name on the request line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What a path hangs under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Root {
    /// `/api/atlas/v2`.
    V2,
    /// `/api/atlas/v1.0`.
    V1,
    /// `/api/landbridge/v1`, our own control API.
    Control,
    /// Nothing: the path is whole.
    Bare,
}

impl Root {
    /// The beginning of every path under it.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::V2 => "/api/atlas/v2",
            Self::V1 => "/api/atlas/v1.0",
            Self::Control => "/api/landbridge/v1",
            Self::Bare => "",
        }
    }
}

/// What a caller needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing; not even to be known.
    Nothing,
    /// To be a client known by its own id and secret (`Basic`).
    Client,
    /// To be known.
    Known,
    /// A role in the project of the path, by name.
    Project(&'static str),
    /// A role in the organization of the path, by name.
    Org(&'static str),
    /// A role in the caller's own organization, by name: the path names none.
    OwnOrg(&'static str),
}

/// What kind of body an operation answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// One object, array or value.
    One,
    /// A page: `links`, `results`, `totalCount`.
    List,
    /// Nothing.
    Empty,
}

/// One operation.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// Which.
    pub id: OperationId,
    /// Its method.
    pub method: Method,
    /// Where it is: roots, each with its path below the root.
    pub places: &'static [(Root, &'static str)],
    /// Its versions in v2, ascending.
    pub versions: &'static [Version],
    /// Versions that it had and has no more.
    pub gone: &'static [Version],
    /// What it takes to call it.
    pub need: Need,
    /// What it takes in v1.0, where that differs.
    pub need_v1: Option<Need>,
    /// The status of success.
    pub status: u16,
    /// The body of success.
    pub answer: Answer,
    /// How many calls at once the service allows; `None` where it sends no such header.
    /// [`OperationId::rate_limit`] says what shares it.
    pub rate: Option<u32>,
    /// What it can refuse with, beyond what any operation can (see [`Operation::refusals`]).
    pub errors: &'static [ErrorCode],
    /// One line for people.
    pub summary: &'static str,
}

impl Operation {
    /// The names of the parameters of a path.
    pub fn params(path: &str) -> impl Iterator<Item = &str> {
        path.split('/').filter_map(|part| part.strip_prefix('{')?.split('}').next())
    }

    /// What a caller needs under a root.
    pub fn need_under(&self, root: Root) -> Need {
        match (root, self.need_v1) {
            (Root::V1, Some(need)) => need,
            (Root::V1 | Root::V2 | Root::Control | Root::Bare, _) => self.need,
        }
    }
}

/// From this version on, users have their new shape.
pub const NEW_USERS: Version = Version::new(2025, 2, 19);

impl OperationId {
    /// Whether a version of it is superseded: for users all that are older than their new shape.
    pub fn superseded(self, version: Version) -> bool {
        let on_users = matches!(
            self,
            Self::ListGroupUsers
                | Self::RemoveGroupUser
                | Self::AddGroupAccessUser
                | Self::ListOrgUsers
                | Self::ListOrgTeamUsers
                | Self::AddOrgTeamUsers
                | Self::RemoveOrgTeamUserFromTeam
                | Self::CreateUser
                | Self::GetUser
                | Self::GetUserByName
        );
        on_users && version < NEW_USERS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_stands_in_the_table_once_and_in_order() {
        for (nth, operation) in operations().iter().enumerate() {
            assert_eq!(operation.id as usize, nth, "{:?}", operation.id);
        }
        assert_eq!(operations().len(), OperationId::ALL.len());
    }

    #[test]
    fn no_two_operations_share_a_method_and_a_path() {
        let mut seen = std::collections::BTreeSet::new();
        for operation in operations() {
            for (root, path) in operation.places {
                assert!(seen.insert((operation.method, *root, *path)), "{:?}", operation.id);
            }
        }
    }

    #[test]
    fn whatever_is_in_v2_has_a_version() {
        for operation in operations() {
            let in_v2 = operation.places.iter().any(|(root, _)| *root == Root::V2);
            assert_eq!(in_v2, !operation.versions.is_empty(), "{:?}", operation.id);
            assert!(operation.versions.is_sorted());
        }
    }

    #[test]
    fn the_table_of_operations_is_the_golden_one() {
        let mut table = String::new();
        for operation in operations() {
            let places: Vec<String> =
                operation.places.iter().map(|(root, path)| format!("{root:?} {path}")).collect();
            let versions: Vec<String> = operation.versions.iter().map(ToString::to_string).collect();
            table.push_str(&format!(
                "{:<34} {:<6} {} {:<28} {:<24} {}\n",
                operation.id.name(),
                operation.method.name(),
                operation.status,
                format!("{:?}", operation.need),
                versions.join(" "),
                places.join(", "),
            ));
        }
        insta::assert_snapshot!("operations", table);
    }
}
