-- Organizations, people and teams.

ALTER TABLE org ADD COLUMN skip_default_alerts        BIGINT NOT NULL DEFAULT 0;
ALTER TABLE org ADD COLUMN gen_ai_features            BIGINT NOT NULL DEFAULT 1;
ALTER TABLE org ADD COLUMN max_secret_hours           BIGINT;
ALTER TABLE org ADD COLUMN multi_factor_auth_required BIGINT NOT NULL DEFAULT 0;
ALTER TABLE org ADD COLUMN operations_contact         TEXT COLLATE "C";
ALTER TABLE org ADD COLUMN restrict_employee_access   BIGINT NOT NULL DEFAULT 0;
ALTER TABLE org ADD COLUMN security_contact           TEXT COLLATE "C";
ALTER TABLE org ADD COLUMN session_absolute           BIGINT;
ALTER TABLE org ADD COLUMN session_idle               BIGINT;
ALTER TABLE org ADD COLUMN streams_cross_group        BIGINT NOT NULL DEFAULT 0;
-- Set while networks of its closed projects are being taken down; it exists for nobody any more.
ALTER TABLE org ADD COLUMN closed_at                  BIGINT;

CREATE TABLE team (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    org_id     TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    name       TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX team_of_org ON team (org_id, name);

CREATE TABLE team_member (
    team_id   TEXT COLLATE "C" NOT NULL REFERENCES team (id),
    person_id TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    PRIMARY KEY (team_id, person_id)
);

CREATE INDEX team_member_of_person ON team_member (person_id);
CREATE INDEX project_team_of_team ON project_team (team_id);

-- Who has been invited and has not accepted yet. What they were given is in role_grant already:
-- people prove themselves to nobody here, so it gives them nothing before they accept.
CREATE TABLE invitation (
    org_id     TEXT COLLATE "C" NOT NULL REFERENCES org (id),
    person_id  TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    inviter    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org_id, person_id)
);

-- Closed ones, too.
CREATE INDEX project_of_any_org ON project (org_id);
