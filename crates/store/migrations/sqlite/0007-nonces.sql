-- Which node counts the uses of a nonce: the one where it was used first.
CREATE TABLE used_nonce (
    nonce      TEXT NOT NULL PRIMARY KEY,
    node       TEXT NOT NULL,
    -- By the real clock, with room for nodes whose clocks differ.
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX used_nonce_by_expiry ON used_nonce (expires_at);
