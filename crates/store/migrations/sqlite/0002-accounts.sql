-- Service accounts, and how keys and accounts are used.

-- The addresses from which a key or an account may be used, and what came through each. The holder
-- is as in role_grant.
CREATE TABLE caller_access (
    holder     TEXT    NOT NULL,
    net        TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    n_uses     INTEGER NOT NULL DEFAULT 0,
    used_at    INTEGER,
    used_from  TEXT,
    PRIMARY KEY (holder, net)
) STRICT, WITHOUT ROWID;

INSERT INTO caller_access (holder, net, created_at)
    SELECT key_id, net, created_at FROM api_key_access;

DROP TABLE api_key_access;

CREATE INDEX service_account_of_org ON service_account (org_id, created_at, client_id);

ALTER TABLE service_account_secret ADD COLUMN used_at INTEGER;

-- Tokens that serve: one that is not here was never given, has been revoked, or is over. Those of
-- earlier versions are not here; clients get another.
CREATE TABLE access_token (
    seq        INTEGER NOT NULL PRIMARY KEY,
    jti        TEXT    NOT NULL UNIQUE,
    client_id  TEXT    NOT NULL REFERENCES service_account (client_id),
    secret_id  TEXT    NOT NULL REFERENCES service_account_secret (id),
    issued_at  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX access_token_of_account ON access_token (client_id, seq);
CREATE INDEX access_token_of_secret ON access_token (secret_id);

DROP TABLE revoked_token;

-- Grows with every change that takes back a caller's secrets or addresses, so that what any process
-- remembers of callers can be told from what holds; one row.
CREATE TABLE caller_epoch (
    id INTEGER NOT NULL PRIMARY KEY,
    n  INTEGER NOT NULL
) STRICT;

INSERT INTO caller_epoch (id, n) VALUES (1, 0);
