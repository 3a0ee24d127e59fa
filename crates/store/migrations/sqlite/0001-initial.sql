-- Ids are 24 hexadecimal digits, moments are whole microseconds since 1970, flags are 0 or 1.
-- Roles are their names, separated by commas. Address blocks are text beside their first and last
-- address as numbers.

CREATE TABLE org (
    id                       TEXT    NOT NULL PRIMARY KEY,
    name                     TEXT    NOT NULL,
    api_access_list_required INTEGER NOT NULL,
    created_at               INTEGER NOT NULL,
    -- Open projects; kept here so that neither a list nor a limit has to count them.
    n_projects               INTEGER NOT NULL
) STRICT;

CREATE TABLE person (
    id         TEXT    NOT NULL PRIMARY KEY,
    username   TEXT    NOT NULL UNIQUE,
    first_name TEXT    NOT NULL,
    last_name  TEXT    NOT NULL,
    country    TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE project (
    id                  TEXT    NOT NULL PRIMARY KEY,
    org_id              TEXT    NOT NULL REFERENCES org (id),
    name                TEXT    NOT NULL,
    created_at          INTEGER NOT NULL,
    default_alerts      INTEGER NOT NULL,
    -- Keys and values in turn, each with its length before it.
    tags                TEXT    NOT NULL,
    region_restrictions TEXT,
    settings            INTEGER NOT NULL,
    managed_slow_ms     INTEGER NOT NULL,
    latency             TEXT,
    acceptance          TEXT    NOT NULL,
    n_faults            INTEGER NOT NULL,
    -- Set while its last networks are being taken down; it exists for nobody else any more.
    closed_at           INTEGER
) STRICT;

CREATE UNIQUE INDEX project_of_org ON project (org_id, name) WHERE closed_at IS NULL;

-- Who may do what where. The holder is a key, a service account or a person; the place is an
-- organization or a project.
CREATE TABLE role_grant (
    holder TEXT NOT NULL,
    place  TEXT NOT NULL,
    roles  TEXT NOT NULL,
    PRIMARY KEY (holder, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX role_grant_at_place ON role_grant (place);

CREATE TABLE project_team (
    project_id TEXT NOT NULL REFERENCES project (id),
    team_id    TEXT NOT NULL,
    roles      TEXT NOT NULL,
    PRIMARY KEY (project_id, team_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE project_limit (
    project_id TEXT    NOT NULL REFERENCES project (id),
    name       TEXT    NOT NULL,
    value      INTEGER NOT NULL,
    PRIMARY KEY (project_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_key (
    id          TEXT    NOT NULL PRIMARY KEY,
    org_id      TEXT    NOT NULL REFERENCES org (id),
    public_key  TEXT    NOT NULL UNIQUE,
    mask        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    -- What digest needs of the private half, under a key that is not in the database.
    sealed      BLOB    NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX api_key_of_org ON api_key (org_id, id);

CREATE TABLE api_key_access (
    key_id     TEXT    NOT NULL REFERENCES api_key (id),
    net        TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (key_id, net)
) STRICT, WITHOUT ROWID;

CREATE TABLE service_account (
    client_id   TEXT    NOT NULL PRIMARY KEY,
    org_id      TEXT    NOT NULL REFERENCES org (id),
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE service_account_secret (
    id         TEXT    NOT NULL PRIMARY KEY,
    client_id  TEXT    NOT NULL REFERENCES service_account (client_id),
    hash       BLOB    NOT NULL,
    mask       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX service_account_secret_of_account ON service_account_secret (client_id);

CREATE TABLE revoked_token (
    jti        TEXT    NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX revoked_token_by_expiry ON revoked_token (expires_at);

CREATE TABLE container (
    id              TEXT    NOT NULL PRIMARY KEY,
    project_id      TEXT    NOT NULL REFERENCES project (id),
    provider        TEXT    NOT NULL,
    -- What may exist once in a project: the region, or nothing where there are none.
    slot            TEXT    NOT NULL,
    -- The regions of a small container, separated by commas.
    regions         TEXT    NOT NULL,
    block           TEXT    NOT NULL,
    block_first     INTEGER NOT NULL,
    block_last      INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    network         TEXT    NOT NULL,
    network_name    TEXT,
    network_project TEXT,
    -- The reconciler's: when to look again by the world's clock; who looks at it, until when by the
    -- real one, and the number that makes a late writer lose; whether something happened to it
    -- since it was claimed; how many looks failed in a row.
    due_at          INTEGER,
    lease_owner     TEXT,
    lease_until     INTEGER NOT NULL DEFAULT 0,
    fence           INTEGER NOT NULL DEFAULT 0,
    nudged          INTEGER NOT NULL DEFAULT 0,
    attempts        INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE UNIQUE INDEX container_of_project ON container (project_id, provider, slot);
CREATE INDEX container_due ON container (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE peering (
    id            TEXT    NOT NULL PRIMARY KEY,
    project_id    TEXT    NOT NULL,
    container_id  TEXT    NOT NULL REFERENCES container (id),
    provider      TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    reason        TEXT,
    wanted        INTEGER NOT NULL,
    generation    INTEGER NOT NULL,
    incarnation   INTEGER NOT NULL,
    -- Account, subscription or project; VPC or network; region or resource group; directory.
    far_owner     TEXT    NOT NULL,
    far_network   TEXT    NOT NULL,
    far_place     TEXT,
    far_directory TEXT,
    far_key       TEXT    NOT NULL,
    route_block   TEXT,
    route_first   INTEGER,
    route_last    INTEGER,
    connection_id TEXT,
    stuck         TEXT,
    created_at    INTEGER NOT NULL,
    state_since   INTEGER NOT NULL,
    due_at        INTEGER,
    lease_owner   TEXT,
    lease_until   INTEGER NOT NULL DEFAULT 0,
    fence         INTEGER NOT NULL DEFAULT 0,
    nudged        INTEGER NOT NULL DEFAULT 0,
    attempts      INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX peering_of_container ON peering (container_id, id);
CREATE INDEX peering_due ON peering (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE access_entry (
    seq          INTEGER NOT NULL PRIMARY KEY,
    project_id   TEXT    NOT NULL REFERENCES project (id),
    value        TEXT    NOT NULL,
    is_group     INTEGER NOT NULL,
    comment      TEXT    NOT NULL,
    delete_after INTEGER,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX access_entry_of_project ON access_entry (project_id, value);
CREATE INDEX access_entry_by_expiry ON access_entry (delete_after) WHERE delete_after IS NOT NULL;

CREATE TABLE event (
    seq        INTEGER NOT NULL PRIMARY KEY,
    id         TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    org_id     TEXT    NOT NULL,
    project_id TEXT,
    at         INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    actor_id   TEXT,
    actor_name TEXT,
    address    TEXT,
    subject    TEXT    NOT NULL
) STRICT;

CREATE INDEX event_of_project ON event (project_id, seq) WHERE project_id IS NOT NULL;
CREATE INDEX event_of_org ON event (org_id, seq) WHERE project_id IS NULL;

-- The simulated clouds: what was recorded of them. No row here is tied to one above: a cloud keeps
-- what it has, whatever the control plane forgets.
CREATE TABLE sim_connection (
    peering_id  TEXT    NOT NULL PRIMARY KEY,
    provider    TEXT    NOT NULL,
    incarnation INTEGER NOT NULL,
    far_key     TEXT    NOT NULL,
    near_block  TEXT    NOT NULL,
    seed        INTEGER NOT NULL,
    latency     TEXT    NOT NULL,
    shown_at    INTEGER NOT NULL,
    refused     TEXT,
    far         TEXT    NOT NULL,
    far_at      INTEGER,
    route_block TEXT,
    route_at    INTEGER,
    gone_at     INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX sim_connection_by_far ON sim_connection (far_key);

CREATE TABLE sim_network (
    container_id TEXT    NOT NULL PRIMARY KEY,
    provider     TEXT    NOT NULL,
    nth          INTEGER NOT NULL,
    seed         INTEGER NOT NULL,
    latency      TEXT    NOT NULL,
    ready_at     INTEGER NOT NULL,
    gone_at      INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE fault (
    seq        INTEGER NOT NULL PRIMARY KEY,
    project_id TEXT    NOT NULL REFERENCES project (id),
    place      TEXT    NOT NULL,
    outcome    TEXT    NOT NULL,
    times      INTEGER NOT NULL
) STRICT;

CREATE INDEX fault_of_project ON fault (project_id, seq);

-- How far the world's clock is ahead of the real one; one row.
CREATE TABLE world_clock (
    id            INTEGER NOT NULL PRIMARY KEY,
    offset_micros INTEGER NOT NULL
) STRICT;

INSERT INTO world_clock (id, offset_micros) VALUES (1, 0);
