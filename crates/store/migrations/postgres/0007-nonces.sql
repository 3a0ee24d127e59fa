-- Which node counts the uses of a nonce: the one where it was used first.
CREATE TABLE used_nonce (
    nonce      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    node       TEXT COLLATE "C" NOT NULL,
    -- By the real clock, with room for nodes whose clocks differ.
    expires_at BIGINT NOT NULL
);

CREATE INDEX used_nonce_by_expiry ON used_nonce (expires_at);
