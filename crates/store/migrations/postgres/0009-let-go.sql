-- A container may let go of a network in one account, and later of another one in another: each is
-- remembered. What was let go is kept here and no longer beside a container that has no network.
ALTER TABLE let_go DROP CONSTRAINT let_go_pkey;
ALTER TABLE let_go ADD PRIMARY KEY (made_for, account);
