-- Organizations, people and teams.

ALTER TABLE org ADD COLUMN skip_default_alerts        INTEGER NOT NULL DEFAULT 0;
ALTER TABLE org ADD COLUMN gen_ai_features            INTEGER NOT NULL DEFAULT 1;
ALTER TABLE org ADD COLUMN max_secret_hours           INTEGER;
ALTER TABLE org ADD COLUMN multi_factor_auth_required INTEGER NOT NULL DEFAULT 0;
ALTER TABLE org ADD COLUMN operations_contact         TEXT;
ALTER TABLE org ADD COLUMN restrict_employee_access   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE org ADD COLUMN security_contact           TEXT;
ALTER TABLE org ADD COLUMN session_absolute           INTEGER;
ALTER TABLE org ADD COLUMN session_idle               INTEGER;
ALTER TABLE org ADD COLUMN streams_cross_group        INTEGER NOT NULL DEFAULT 0;
-- Set while networks of its closed projects are being taken down; it exists for nobody any more.
ALTER TABLE org ADD COLUMN closed_at                  INTEGER;

CREATE TABLE team (
    id         TEXT    NOT NULL PRIMARY KEY,
    org_id     TEXT    NOT NULL REFERENCES org (id),
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX team_of_org ON team (org_id, name);

CREATE TABLE team_member (
    team_id   TEXT NOT NULL REFERENCES team (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    PRIMARY KEY (team_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX team_member_of_person ON team_member (person_id);
CREATE INDEX project_team_of_team ON project_team (team_id);

-- Who has been invited and has not accepted yet. What they were given is in role_grant already:
-- people prove themselves to nobody here, so it gives them nothing before they accept.
CREATE TABLE invitation (
    org_id     TEXT    NOT NULL REFERENCES org (id),
    person_id  TEXT    NOT NULL REFERENCES person (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    inviter    TEXT    NOT NULL,
    PRIMARY KEY (org_id, person_id)
) STRICT, WITHOUT ROWID;

-- Closed ones, too.
CREATE INDEX project_of_any_org ON project (org_id);
