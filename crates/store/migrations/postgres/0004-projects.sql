-- What belongs to a project, and its events.

-- Whether an event is in its organization's list too, or only in its project's.
ALTER TABLE event ADD COLUMN in_org BIGINT NOT NULL DEFAULT 0;

UPDATE event SET in_org = 1 WHERE project_id IS NULL
    OR kind IN ('GROUP_CREATED', 'GROUP_DELETED', 'GROUP_TAGS_MODIFIED')
    OR substr(kind, 1, 8) = 'API_KEY_' OR substr(kind, 1, 16) = 'SERVICE_ACCOUNT_';

-- A list without a filter goes by time; one with a filter by kind, each kind by time.
DROP INDEX event_of_project;
DROP INDEX event_of_org;
CREATE INDEX event_of_project ON event (project_id, at, seq) WHERE project_id IS NOT NULL;
CREATE INDEX event_of_project_by_kind ON event (project_id, kind, at, seq) WHERE project_id IS NOT NULL;
CREATE INDEX event_of_org ON event (org_id, at, seq) WHERE in_org = 1;
CREATE INDEX event_of_org_by_kind ON event (org_id, kind, at, seq) WHERE in_org = 1;

-- What a project keeps for its clusters, of which there are none. A project without a row has what
-- a new one has.
CREATE TABLE project_upkeep (
    project_id          TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES project (id),
    custom_dns          BIGINT NOT NULL,
    audit_enabled       BIGINT NOT NULL,
    audit_success       BIGINT NOT NULL,
    -- Nothing until somebody configures it.
    audit_filter        TEXT COLLATE "C",
    -- The maintenance window: a day from 1 to 7, or nothing while there is none.
    window_day          BIGINT,
    window_hour         BIGINT NOT NULL,
    defers_once         BIGINT NOT NULL,
    protected_from      BIGINT,
    protected_until     BIGINT
);
