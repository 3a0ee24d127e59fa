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
    /// Operations, but none with this method: the methods that there are, as in `Allow`.
    OtherMethods(&'static str),
    /// Nothing.
    Nothing,
}

#[derive(Default)]
struct Node {
    fixed: HashMap<&'static str, Node>,
    param: Option<(&'static str, Box<Node>)>,
    verbs: HashMap<&'static str, Node>,
    here: Vec<(Method, Root, &'static Operation)>,
    allow: String,
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
            node.allow = allow(&node.here);
        }
    }
    tree
});

/// What `Allow` says of a path: `HEAD` goes with `GET`.
fn allow(here: &[(Method, Root, &Operation)]) -> String {
    let mut methods: Vec<Method> = here.iter().map(|(method, ..)| *method).collect();
    methods.sort_unstable();
    let names = methods.iter().flat_map(|method| match method {
        Method::Get => ["GET", "HEAD"].as_slice(),
        Method::Post => &["POST"],
        Method::Patch => &["PATCH"],
        Method::Delete => &["DELETE"],
    });
    names.copied().collect::<Vec<_>>().join(", ")
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// Looks an operation up. `HEAD` is `GET`, whose answer goes out without its body.
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
    let method = if method == http::Method::HEAD { "GET" } else { method.as_str() };
    match node.here.iter().find(|(here, ..)| here.name() == method) {
        Some((_, root, operation)) => Lookup::Found(Found { operation, root: *root, params }),
        None if node.here.is_empty() => Lookup::Nothing,
        None => Lookup::OtherMethods(&node.allow),
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
    fn a_verb_ends_a_parameters_segment_and_other_colons_stay_in_it() {
        let root = "/api/atlas/v2/groups/g";
        for path in ["serviceAccounts/c:invite", "serviceAccounts/c%3Ainvite"] {
            let invited = found(http::Method::POST, &format!("{root}/{path}"));
            assert_eq!(invited.operation.id, OperationId::InviteGroupServiceAccount);
            assert_eq!(invited.params[1], ("clientId", "c".to_owned()));
        }
        let entry = found(http::Method::GET, &format!("{root}/accessList/2001:db8::1"));
        assert_eq!(entry.params[1], ("entryValue", "2001:db8::1".to_owned()));
        let odd = found(http::Method::GET, &format!("{root}/serviceAccounts/c:other"));
        assert_eq!(odd.params[1], ("clientId", "c:other".to_owned()));
    }

    #[test]
    fn head_finds_what_get_finds() {
        let path = "/api/atlas/v2/groups/g/peers";
        assert_eq!(found(http::Method::HEAD, path).operation.id, OperationId::ListGroupPeers);
    }

    #[test]
    fn a_fixed_word_wins_over_a_parameter() {
        let all = found(http::Method::GET, "/api/atlas/v2/groups/g/containers/all");
        assert_eq!(all.operation.id, OperationId::ListGroupContainerAll);
    }

    #[test]
    fn a_wrong_method_is_told_from_a_wrong_path() {
        for (path, allow) in [
            ("/api/atlas/v2/groups", "GET, HEAD, POST"),
            ("/api/atlas/v1.0/groups/g/peers/p/", "GET, HEAD, PATCH, DELETE"),
            ("/api/oauth/token", "POST"),
        ] {
            let found = look_up(&http::Method::PUT, path);
            assert!(matches!(found, Lookup::OtherMethods(methods) if methods == allow), "{path}: {found:?}");
        }
        assert!(matches!(look_up(&http::Method::HEAD, "/api/oauth/token"), Lookup::OtherMethods("POST")));
        for path in ["/", "", "/api/atlas/v3/groups", "/api/atlas/v2//groups", "/api/atlas/v2/groups//peers"]
        {
            assert!(matches!(look_up(&http::Method::GET, path), Lookup::Nothing), "{path}");
        }
    }
}
