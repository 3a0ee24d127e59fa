-- A container may let go of a network in one account, and later of another one in another: each is
-- remembered. What was let go is kept here and no longer beside a container that has no network.
CREATE TABLE let_go_by_account (
    made_for TEXT    NOT NULL,
    account  TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (made_for, account)
) STRICT, WITHOUT ROWID;

INSERT INTO let_go_by_account (made_for, account, at) SELECT made_for, account, at FROM let_go;
DROP TABLE let_go;
ALTER TABLE let_go_by_account RENAME TO let_go;
