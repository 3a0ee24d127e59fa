-- The same schema as in the folder beside this one, in this engine's words. Texts compare by their
-- bytes, as they do there.
--
-- Ids are 24 hexadecimal digits, moments are whole microseconds since 1970, flags are 0 or 1.
-- Roles are their names, separated by commas. Address blocks are text beside their first and last
-- address as numbers.

CREATE TABLE org (
    id                       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name                     TEXT COLLATE "C" NOT NULL,
    api_access_list_required BIGINT NOT NULL,
    created_at               BIGINT NOT NULL,
    -- Open projects; kept here so that neither a list nor a limit has to count them.
    n_projects               BIGINT NOT NULL
);

CREATE TABLE person (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    username   TEXT COLLATE "C" NOT NULL UNIQUE,
    first_name TEXT COLLATE "C" NOT NULL,
    last_name  TEXT COLLATE "C" NOT NULL,
    country    TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE project (
    id                  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    org_id              TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    name                TEXT COLLATE "C" NOT NULL,
    created_at          BIGINT NOT NULL,
    default_alerts      BIGINT NOT NULL,
    -- Keys and values in turn, each with its length before it.
    tags                TEXT COLLATE "C" NOT NULL,
    region_restrictions TEXT COLLATE "C",
    settings            BIGINT NOT NULL,
    managed_slow_ms     BIGINT NOT NULL,
    latency             TEXT COLLATE "C",
    acceptance          TEXT COLLATE "C" NOT NULL,
    n_faults            BIGINT NOT NULL,
    -- Set while its last networks are being taken down; it exists for nobody else any more.
    closed_at           BIGINT
);

CREATE UNIQUE INDEX project_of_org ON project (org_id, name) WHERE closed_at IS NULL;

-- Who may do what where. The holder is a key, a service account or a person; the place is an
-- organization or a project.
CREATE TABLE role_grant (
    holder TEXT COLLATE "C" NOT NULL,
    place  TEXT COLLATE "C" NOT NULL,
    roles  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (holder, place)
);

CREATE INDEX role_grant_at_place ON role_grant (place);

CREATE TABLE project_team (
    project_id TEXT COLLATE "C" NOT NULL REFERENCES project (id),
    team_id    TEXT COLLATE "C" NOT NULL,
    roles      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (project_id, team_id)
);

CREATE TABLE project_limit (
    project_id TEXT COLLATE "C" NOT NULL REFERENCES project (id),
    name       TEXT COLLATE "C" NOT NULL,
    value      BIGINT NOT NULL,
    PRIMARY KEY (project_id, name)
);

CREATE TABLE api_key (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    org_id      TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    public_key  TEXT COLLATE "C" NOT NULL UNIQUE,
    mask        TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    -- What digest needs of the private half, under a key that is not in the database.
    sealed      BYTEA    NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE INDEX api_key_of_org ON api_key (org_id, id);

CREATE TABLE api_key_access (
    key_id     TEXT COLLATE "C" NOT NULL REFERENCES api_key (id),
    net        TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (key_id, net)
);

CREATE TABLE service_account (
    client_id   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    org_id      TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    name        TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE TABLE service_account_secret (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    client_id  TEXT COLLATE "C" NOT NULL REFERENCES service_account (client_id),
    hash       BYTEA    NOT NULL,
    mask       TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX service_account_secret_of_account ON service_account_secret (client_id);

CREATE TABLE revoked_token (
    jti        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX revoked_token_by_expiry ON revoked_token (expires_at);

CREATE TABLE container (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    project_id      TEXT COLLATE "C" NOT NULL REFERENCES project (id),
    provider        TEXT COLLATE "C" NOT NULL,
    -- What may exist once in a project: the region, or nothing where there are none.
    slot            TEXT COLLATE "C" NOT NULL,
    -- The regions of a small container, separated by commas.
    regions         TEXT COLLATE "C" NOT NULL,
    block           TEXT COLLATE "C" NOT NULL,
    block_first     BIGINT NOT NULL,
    block_last      BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    network         TEXT COLLATE "C" NOT NULL,
    network_name    TEXT COLLATE "C",
    network_project TEXT COLLATE "C",
    -- The reconciler's: when to look again by the world's clock; who looks at it, until when by the
    -- real one, and the number that makes a late writer lose; whether something happened to it
    -- since it was claimed; how many looks failed in a row.
    due_at          BIGINT,
    lease_owner     TEXT COLLATE "C",
    lease_until     BIGINT NOT NULL DEFAULT 0,
    fence           BIGINT NOT NULL DEFAULT 0,
    nudged          BIGINT NOT NULL DEFAULT 0,
    attempts        BIGINT NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX container_of_project ON container (project_id, provider, slot);
CREATE INDEX container_due ON container (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE peering (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    project_id    TEXT COLLATE "C" NOT NULL,
    container_id  TEXT COLLATE "C" NOT NULL REFERENCES container (id),
    provider      TEXT COLLATE "C" NOT NULL,
    state         TEXT COLLATE "C" NOT NULL,
    reason        TEXT COLLATE "C",
    wanted        BIGINT NOT NULL,
    generation    BIGINT NOT NULL,
    incarnation   BIGINT NOT NULL,
    -- Account, subscription or project; VPC or network; region or resource group; directory.
    far_owner     TEXT COLLATE "C" NOT NULL,
    far_network   TEXT COLLATE "C" NOT NULL,
    far_place     TEXT COLLATE "C",
    far_directory TEXT COLLATE "C",
    far_key       TEXT COLLATE "C" NOT NULL,
    route_block   TEXT COLLATE "C",
    route_first   BIGINT,
    route_last    BIGINT,
    connection_id TEXT COLLATE "C",
    stuck         TEXT COLLATE "C",
    created_at    BIGINT NOT NULL,
    state_since   BIGINT NOT NULL,
    due_at        BIGINT,
    lease_owner   TEXT COLLATE "C",
    lease_until   BIGINT NOT NULL DEFAULT 0,
    fence         BIGINT NOT NULL DEFAULT 0,
    nudged        BIGINT NOT NULL DEFAULT 0,
    attempts      BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX peering_of_container ON peering (container_id, id);
CREATE INDEX peering_due ON peering (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE access_entry (
    seq          BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    project_id   TEXT COLLATE "C" NOT NULL REFERENCES project (id),
    value        TEXT COLLATE "C" NOT NULL,
    is_group     BIGINT NOT NULL,
    comment      TEXT COLLATE "C" NOT NULL,
    delete_after BIGINT,
    created_at   BIGINT NOT NULL
);

CREATE UNIQUE INDEX access_entry_of_project ON access_entry (project_id, value);
CREATE INDEX access_entry_by_expiry ON access_entry (delete_after) WHERE delete_after IS NOT NULL;

CREATE TABLE event (
    seq        BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    id         TEXT COLLATE "C" NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    org_id     TEXT COLLATE "C" NOT NULL,
    project_id TEXT COLLATE "C",
    at         BIGINT NOT NULL,
    actor      TEXT COLLATE "C" NOT NULL,
    actor_id   TEXT COLLATE "C",
    actor_name TEXT COLLATE "C",
    address    TEXT COLLATE "C",
    subject    TEXT COLLATE "C" NOT NULL
);

CREATE INDEX event_of_project ON event (project_id, seq) WHERE project_id IS NOT NULL;
CREATE INDEX event_of_org ON event (org_id, seq) WHERE project_id IS NULL;

-- The simulated clouds: what was recorded of them. No row here is tied to one above: a cloud keeps
-- what it has, whatever the control plane forgets.
CREATE TABLE sim_connection (
    peering_id  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    provider    TEXT COLLATE "C" NOT NULL,
    incarnation BIGINT NOT NULL,
    far_key     TEXT COLLATE "C" NOT NULL,
    near_block  TEXT COLLATE "C" NOT NULL,
    seed        BIGINT NOT NULL,
    latency     TEXT COLLATE "C" NOT NULL,
    shown_at    BIGINT NOT NULL,
    refused     TEXT COLLATE "C",
    far         TEXT COLLATE "C" NOT NULL,
    far_at      BIGINT,
    route_block TEXT COLLATE "C",
    route_at    BIGINT,
    gone_at     BIGINT
);

CREATE INDEX sim_connection_by_far ON sim_connection (far_key);

CREATE TABLE sim_network (
    container_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    provider     TEXT COLLATE "C" NOT NULL,
    nth          BIGINT NOT NULL,
    seed         BIGINT NOT NULL,
    latency      TEXT COLLATE "C" NOT NULL,
    ready_at     BIGINT NOT NULL,
    gone_at      BIGINT
);

CREATE TABLE fault (
    seq        BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    project_id TEXT COLLATE "C" NOT NULL REFERENCES project (id),
    place      TEXT COLLATE "C" NOT NULL,
    outcome    TEXT COLLATE "C" NOT NULL,
    times      BIGINT NOT NULL
);

CREATE INDEX fault_of_project ON fault (project_id, seq);

-- How far the world's clock is ahead of the real one; one row.
CREATE TABLE world_clock (
    id            BIGINT NOT NULL PRIMARY KEY,
    offset_micros BIGINT NOT NULL
);

INSERT INTO world_clock (id, offset_micros) VALUES (1, 0);
