//! Parameters of paths and queries.

use serde_json::{Value, json};

use super::shape::{Holds, Param, Shape};
use crate::operations::{Answer, Operation, Root};
use crate::pattern;

const EVERYWHERE: &[Param] = &[
    Param {
        name: "envelope",
        holds: Holds::Flag(false),
        about: "Whether the answer carries its status in its body and has the HTTP status 200.",
    },
    Param { name: "pretty", holds: Holds::Flag(false), about: "Whether the answer is written for people." },
];

const PAGES: &[Param] = &[
    Param {
        name: "includeCount",
        holds: Holds::Flag(true),
        about: "Whether the answer has the total of all pages.",
    },
    Param {
        name: "itemsPerPage",
        holds: Holds::Number(100),
        about: "How many are on a page: above 500 is 500, below 1 is 100.",
    },
    Param { name: "pageNum", holds: Holds::Number(1), about: "Which page; below 1 is 1." },
];

/// All that an operation takes at one of its paths.
pub fn of(operation: &Operation, root: Root, path: &str, shape: &Shape) -> Vec<Value> {
    let everywhere = if has_envelope(operation, shape) { EVERYWHERE } else { &[] };
    let pages = if operation.answer == Answer::List { PAGES } else { &[] };
    let in_path = Operation::params(path).map(|name| in_path(name, root));
    in_path.chain(everywhere.iter().chain(pages).chain(shape.query).map(in_query)).collect()
}

/// Whether an operation wraps its answers when it is told to.
pub fn has_envelope(operation: &Operation, shape: &Shape) -> bool {
    shape.plain.is_none() && operation.need != crate::Need::Client
}

fn in_path(name: &str, _: Root) -> Value {
    let (schema, about) = match name {
        "groupId" => (id(), "The project."),
        "orgId" => (id(), "The organization."),
        "peerId" => (id(), "The peering connection."),
        "containerId" => (id(), "The container."),
        "apiKeyId" => (id(), "The API key."),
        "eventId" => (id(), "The event."),
        "secretId" => (id(), "The secret."),
        "teamId" => (id(), "The team."),
        "userId" => (id(), "The user."),
        "clientId" => (some_text(), "The client id of the service account."),
        "teamName" => (some_text(), "The name of the team."),
        "userName" => (some_text(), "The name of the user: an e-mail address."),
        "groupName" => (some_text(), "The name of the project."),
        "entryValue" => {
            (some_text(), "The entry: an address, a block with its slash escaped, or a security group.")
        }
        "ipAddress" => (
            json!({ "type": "string", "pattern": pattern::KEY_ADDRESS, "minLength": 1, "examples": ["203.0.113.1"] }),
            "The entry: an address, or a block with its slash escaped.",
        ),
        "limitName" => (some_text(), "The name of the limit."),
        _ => (some_text(), ""),
    };
    json!({ "name": name, "in": "path", "required": true, "description": about, "schema": schema })
}

fn id() -> Value {
    json!({ "type": "string", "pattern": pattern::ID, "examples": ["6a793f62c0eb9e7a1771502a"] })
}

fn some_text() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

fn in_query(param: &Param) -> Value {
    let schema = match param.holds {
        Holds::Flag(default) => json!({ "type": "boolean", "default": default }),
        Holds::True => json!({ "type": "boolean", "enum": [true] }),
        Holds::Number(default) => json!({ "type": "integer", "default": default }),
        Holds::Text => json!({ "type": "string" }),
        Holds::SomeText => some_text(),
        Holds::Pattern(pattern) => json!({ "type": "string", "pattern": pattern }),
        Holds::Moment => json!({ "type": "string", "format": "date-time" }),
        Holds::OneOf(values) => json!({ "type": "string", "enum": values }),
        Holds::Several(pattern) => {
            json!({ "type": "array", "items": { "type": "string", "pattern": pattern } })
        }
        Holds::AnyCase(values) => json!({ "type": "string", "enum": values }),
    };
    if matches!(param.holds, Holds::True | Holds::SomeText) {
        return json!({
            "name": param.name, "in": "query", "required": true, "description": param.about, "schema": schema,
        });
    }
    // An empty value is none.
    json!({
        "name": param.name, "in": "query", "description": param.about, "allowEmptyValue": true, "schema": schema,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations;

    #[test]
    fn every_parameter_of_a_path_is_described() {
        for operation in operations() {
            for (root, path) in operation.places {
                for name in Operation::params(path) {
                    assert_ne!(in_path(name, *root)["description"], "", "{name}");
                }
            }
        }
    }
}
