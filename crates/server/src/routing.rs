//! From a method and a path to an operation: a tree over path segments, grown from the table.
//!
//! Segments are split before they are decoded, so an encoded slash (`10.0.0.0%2F24`) stays inside
//! its segment. A trailing slash is ignored. A parameter's segment may end in a verb of its own
//! (`{clientId}:invite`).

use std::collections::HashMap;
use std::sync::LazyLock;

use api::{Method, Operation, Root, operations};
use percent_encoding::percent_decode_str;

/// An operation found, under which root, with the values of its path's parameters.
#[derive(Debug)]
pub struct Found {
    /// The operation.
    pub operation: &'static Operation,
    /// The root it was found under.
    pub root: Root,
    /// Name and decoded value of each parameter, in the order of the path.
    pub params: Vec<(&'static str, String)>,
}

/// What is at a path.
#[derive(Debug)]
pub enum Lookup {
    /// An operation.
    Found(Found),
    /// Operations, but none with this method.
    OtherMethods,
    /// Nothing.
    Nothing,
}

#[derive(Default)]
struct Node {
    fixed: HashMap<&'static str, Node>,
    param: Option<(&'static str, Box<Node>)>,
    verbs: HashMap<&'static str, Node>,
    here: Vec<(Method, Root, &'static Operation)>,
}

static TREE: LazyLock<Node> = LazyLock::new(|| {
    let mut tree = Node::default();
    for operation in operations() {
        for (root, path) in operation.places {
            let mut node = &mut tree;
            for segment in segments(root.prefix()).chain(segments(path)) {
                node = match segment.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
                    Some((name, verb)) => {
                        let (known, next) = node.param.get_or_insert_with(|| (name, Box::default()));
                        assert_eq!(*known, name, "two names for one parameter in {path}");
                        if verb.is_empty() { next } else { node.verbs.entry(verb).or_default() }
                    }
                    None => node.fixed.entry(segment).or_default(),
                };
            }
            node.here.push((operation.method, *root, operation));
        }
    }
    tree
});

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// Looks an operation up.
pub fn look_up(method: &http::Method, path: &str) -> Lookup {
    let mut node = &*TREE;
    let mut params = Vec::new();
    for segment in path.strip_suffix('/').unwrap_or(path).split('/').skip(1) {
        let decoded = percent_decode_str(segment).decode_utf8_lossy();
        if let Some(next) = node.fixed.get(&*decoded) {
            node = next;
        } else if let (Some((name, _)), Some((value, next))) = (&node.param, verb(node, &decoded)) {
            params.push((*name, value.to_owned()));
            node = next;
        } else if let Some((name, next)) = node.param.as_ref().filter(|_| !decoded.is_empty()) {
            params.push((*name, decoded.into_owned()));
            node = next;
        } else {
            return Lookup::Nothing;
        }
    }
    match node.here.iter().find(|(here, ..)| here.name() == method.as_str()) {
        Some((_, root, operation)) => Lookup::Found(Found { operation, root: *root, params }),
        None if node.here.is_empty() => Lookup::Nothing,
        None => Lookup::OtherMethods,
    }
}

/// A parameter's value before a verb, and what is there.
fn verb<'n, 's>(node: &'n Node, segment: &'s str) -> Option<(&'s str, &'n Node)> {
    let (value, verb) = segment.split_at(segment.rfind(':')?);
    Some((value, node.verbs.get(verb)?)).filter(|_| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use api::OperationId;

    use super::*;

    fn found(method: http::Method, path: &str) -> Found {
        match look_up(&method, path) {
            Lookup::Found(found) => found,
            other => panic!("{path}: {other:?}"),
        }
    }

    #[test]
    fn every_operation_is_found_at_each_of_its_places() {
        for operation in operations() {
            for (root, path) in operation.places {
                let method = operation.method.name().parse().expect("a method");
                let found = found(method, &format!("{}{path}", root.prefix()));
                assert_eq!((found.operation.id, found.root), (operation.id, *root), "{path}");
            }
        }
    }

    #[test]
    fn an_encoded_slash_stays_inside_its_segment_and_a_trailing_one_is_ignored() {
        let found = found(http::Method::GET, "/api/atlas/v2/groups/g/accessList/10.0.0.0%2F24/");
        assert_eq!(found.operation.id, OperationId::GetGroupAccessListEntry);
        assert_eq!(found.params, [("groupId", "g".to_owned()), ("entryValue", "10.0.0.0/24".to_owned())]);
    }

    #[test]
    fn a_fixed_word_wins_over_a_parameter() {
        let all = found(http::Method::GET, "/api/atlas/v2/groups/g/containers/all");
        assert_eq!(all.operation.id, OperationId::ListGroupContainerAll);
    }

    #[test]
    fn two_verbs_behind_one_parameter_are_two_operations() {
        let root = "/api/atlas/v2/orgs/o/teams";
        let verb = |verb: &str| found(http::Method::POST, &format!("{root}/t:{verb}"));
        for (name, id) in
            [("addUser", OperationId::AddOrgTeamUser), ("removeUser", OperationId::RemoveOrgTeamUser)]
        {
            let found = verb(name);
            assert_eq!(found.operation.id, id);
            assert_eq!(found.params, [("orgId", "o".to_owned()), ("teamId", "t".to_owned())]);
        }
        for path in [":addUser", "t/:addUser"] {
            let path = format!("{root}/{path}");
            assert!(!matches!(look_up(&http::Method::POST, &path), Lookup::Found(_)), "{path}");
        }
    }

    #[test]
    fn a_wrong_method_is_told_from_a_wrong_path() {
        assert!(matches!(look_up(&http::Method::PUT, "/api/atlas/v2/groups"), Lookup::OtherMethods));
        for path in ["/", "", "/api/atlas/v3/groups", "/api/atlas/v2//groups", "/api/atlas/v2/groups//peers"]
        {
            assert!(matches!(look_up(&http::Method::GET, path), Lookup::Nothing), "{path}");
        }
    }
}
