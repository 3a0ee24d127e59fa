//! The rows that the raw baselines write: like those of a new peering and its audit event. Both take
//! them from here, so that the two engines are given the same.

/// The tables with their indexes. `NUMBERED` stands for the key that the engine counts by itself,
/// `NUMBER` for its type of whole numbers, and `TABLE` for what follows a table.
const SCHEMA: &str = "
CREATE TABLE peering (
    id TEXT NOT NULL PRIMARY KEY, project_id TEXT NOT NULL, container_id TEXT NOT NULL,
    provider TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, wanted NUMBER NOT NULL,
    generation NUMBER NOT NULL, incarnation NUMBER NOT NULL, far_owner TEXT NOT NULL,
    far_network TEXT NOT NULL, far_place TEXT, far_directory TEXT, far_key TEXT NOT NULL,
    route_block TEXT, route_first NUMBER, route_last NUMBER, connection_id TEXT, stuck TEXT,
    created_at NUMBER NOT NULL, state_since NUMBER NOT NULL, due_at NUMBER, lease_owner TEXT,
    lease_until NUMBER NOT NULL DEFAULT 0, fence NUMBER NOT NULL DEFAULT 0,
    nudged NUMBER NOT NULL DEFAULT 0, attempts NUMBER NOT NULL DEFAULT 0
) TABLE;
CREATE INDEX peering_of_container ON peering (container_id, id);
CREATE INDEX peering_due ON peering (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE event (
    seq NUMBERED PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL, org_id TEXT NOT NULL,
    project_id TEXT, at NUMBER NOT NULL, actor TEXT NOT NULL, actor_id TEXT, actor_name TEXT,
    address TEXT, subject TEXT NOT NULL, in_org NUMBER NOT NULL DEFAULT 0
) TABLE;
CREATE INDEX event_of_project ON event (project_id, at, seq) WHERE project_id IS NOT NULL;
CREATE INDEX event_of_project_by_kind ON event (project_id, kind, at, seq) WHERE project_id IS NOT NULL;
CREATE INDEX event_of_org ON event (org_id, at, seq) WHERE in_org = 1;
CREATE INDEX event_of_org_by_kind ON event (org_id, kind, at, seq) WHERE in_org = 1;
";

/// Writes a peering.
pub const PEERING: &str = "
INSERT INTO peering (id, project_id, container_id, provider, state, wanted, generation, incarnation,
    far_owner, far_network, far_key, route_block, route_first, route_last, created_at, state_since, due_at)
VALUES ($1, $2, $3, 'AWS', 'requested', 1, 1, 1, '123456789012', $4, $5, $6, $7, $8, $9, $9, $9)";

/// Writes its event.
pub const EVENT: &str = "
INSERT INTO event (id, kind, org_id, project_id, at, actor, actor_id, actor_name, address, subject)
VALUES ($1, 'PEER_CREATED', '6b0587b67ccafcdb4808ab90', $2, $3, 'account', $4, 'first', '127.0.0.1', $5)";

/// Who made it.
pub const ACTOR: &str = "mdb_sa_id_de9a946132cc154aa942";

/// The tables in an engine's words.
pub fn schema(numbered: &str, number: &str, table: &str) -> String {
    SCHEMA.replace("NUMBERED", numbered).replace("NUMBER", number).replace(" TABLE;", &format!("{table};"))
}

/// What differs from one peering to the next.
pub struct Row {
    pub id: String,
    pub project: String,
    pub container: String,
    pub network: String,
    pub key: String,
    pub block: String,
    pub first: i64,
    pub last: i64,
    pub at: i64,
    pub event: String,
}

impl Row {
    /// Of a project with twenty-five.
    pub fn numbered(number: usize) -> Self {
        let container = format!("6b0587b67ccc{:012x}", number / 25);
        let network = format!("vpc-{number:017x}");
        let first = (10_i64 << 24) + ((number as i64 % 25) << 8);
        Self {
            id: format!("6b0587b67cca{number:012x}"),
            project: format!("6b0587b67ccb{:012x}", number / 25),
            key: format!("AWS/123456789012/{network}/{container}"),
            container,
            network,
            block: format!("10.0.{}.0/24", number % 25),
            first,
            last: first + 255,
            at: 1_790_000_000_000_000_i64 + number as i64,
            event: format!("6b0587b67ccd{number:012x}"),
        }
    }
}
