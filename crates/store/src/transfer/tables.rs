//! The tables, each after those that it refers to.

/// A table, as a transfer sees it.
pub(super) struct Table {
    pub(super) name: &'static str,
    /// The columns of its key, in their order.
    pub(super) key: &'static [&'static str],
    /// Whether the engine numbers its rows by itself.
    pub(super) numbered: bool,
}

const fn keyed(name: &'static str, key: &'static [&'static str]) -> Table {
    Table { name, key, numbered: false }
}

const fn numbered(name: &'static str) -> Table {
    Table { name, key: &["seq"], numbered: true }
}

/// All of them but the history of the schema. A test holds them to what there is.
pub(super) const TABLES: &[Table] = &[
    keyed("org", &["id"]),
    keyed("person", &["id"]),
    keyed("project", &["id"]),
    keyed("role_grant", &["holder", "place"]),
    keyed("team", &["id"]),
    keyed("team_member", &["team_id", "person_id"]),
    keyed("invitation", &["org_id", "person_id"]),
    keyed("project_team", &["project_id", "team_id"]),
    keyed("project_limit", &["project_id", "name"]),
    keyed("project_upkeep", &["project_id"]),
    keyed("api_key", &["id"]),
    keyed("service_account", &["client_id"]),
    keyed("service_account_secret", &["id"]),
    numbered("access_token"),
    keyed("caller_access", &["holder", "net"]),
    keyed("caller_epoch", &["id"]),
    keyed("used_nonce", &["nonce"]),
    keyed("container", &["id"]),
    keyed("peering", &["id"]),
    numbered("access_entry"),
    numbered("event"),
    keyed("sim_connection", &["peering_id"]),
    keyed("sim_network", &["container_id"]),
    keyed("sim_stripe", &["id"]),
    numbered("fault"),
    keyed("world_clock", &["id"]),
    keyed("binding", &["project_id", "provider"]),
    keyed("installation", &["id"]),
    keyed("let_go", &["made_for", "account"]),
];
