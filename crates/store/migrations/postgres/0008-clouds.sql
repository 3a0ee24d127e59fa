-- Real clouds: which account a project is bound to, whose mark things there carry, and what is known
-- of a row there beside its state.

-- A project without a row at a provider has the simulated cloud there. It goes with its project's,
-- which stays until nothing of it stands.
CREATE TABLE binding (
    project_id TEXT COLLATE "C" NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    provider   TEXT COLLATE "C" NOT NULL,
    account    TEXT COLLATE "C" NOT NULL,
    bound_at   BIGINT NOT NULL,
    PRIMARY KEY (project_id, provider)
);

CREATE INDEX binding_of_account ON binding (account, project_id, provider);

-- One row, made when it is first asked for: an empty database is nobody's yet.
CREATE TABLE installation (
    id   BIGINT NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL
);

-- What carries our mark and was let go on purpose: containers and peerings by their ids. No row here
-- is tied to one of theirs, which are gone.
CREATE TABLE let_go (
    made_for TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account  TEXT COLLATE "C" NOT NULL,
    at       BIGINT NOT NULL
);

-- What is the matter, in a word and in the cloud's; the newest generation that was seen complete; the
-- connection that is to be adopted, until it is.
ALTER TABLE peering ADD COLUMN trouble TEXT COLLATE "C";
ALTER TABLE peering ADD COLUMN says    TEXT COLLATE "C";
ALTER TABLE peering ADD COLUMN settled BIGINT NOT NULL DEFAULT 0;
ALTER TABLE peering ADD COLUMN adopt   TEXT COLLATE "C";

-- Whether the network is kept when nobody wants it any more: it was there before us, or was let go.
ALTER TABLE container ADD COLUMN trouble TEXT COLLATE "C";
ALTER TABLE container ADD COLUMN says    TEXT COLLATE "C";
ALTER TABLE container ADD COLUMN settled BIGINT NOT NULL DEFAULT 0;
ALTER TABLE container ADD COLUMN kept    BIGINT NOT NULL DEFAULT 0;
