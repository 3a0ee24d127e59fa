//! JSON bodies against their tables.

use api::ErrorCode;
use api::schema::{Field, For, check as findings};
use api::schemas;
use serde_json::{Map, Value};

/// Every table.
pub const TABLES: &[&[Field]] = &[
    schemas::PEER_AWS,
    schemas::PEER_AZURE,
    schemas::PEER_GCP,
    schemas::PEER_CHANGE_AZURE,
    schemas::CONTAINER_AWS,
    schemas::CONTAINER_AZURE,
    schemas::CONTAINER_GCP,
    schemas::PRIVATE_IP_MODE,
    schemas::ACCESS_ENTRY,
    schemas::GROUP,
    schemas::GROUP_CHANGE,
    schemas::SETTINGS,
    schemas::LIMIT,
    schemas::ORG_KEY,
    schemas::PROJECT_KEY,
    schemas::ORG_KEY_CHANGE,
    schemas::PROJECT_KEY_CHANGE,
    schemas::KEY_ROLES,
    schemas::KEY_ACCESS_ENTRY,
    schemas::ORG_ACCOUNT,
    schemas::PROJECT_ACCOUNT,
    schemas::ORG_ACCOUNT_CHANGE,
    schemas::PROJECT_ACCOUNT_CHANGE,
    schemas::ACCOUNT_SECRET,
    schemas::ACCOUNT_ROLES,
    schemas::ACCOUNT_ACCESS_ENTRY,
    schemas::FAR_SIDE,
    schemas::WORLD,
    schemas::CLOCK,
];

/// Every finding names a field and says what is right; a change is never judged harder than
/// something new; null is as good as absent; the same body is judged the same.
pub fn check(bytes: &[u8]) {
    let Some((which, json)) = bytes.split_first() else { return };
    let Ok(Value::Object(body)) = serde_json::from_slice(json) else { return };
    let table = TABLES[usize::from(*which) % TABLES.len()];
    let new = findings(&body, table, For::New);
    let change = findings(&body, table, For::Change);
    for finding in &new {
        assert!(!finding.violation.description.is_empty() && !finding.violation.field.is_empty() || {
            // A caller's attribute may have an empty name.
            body.contains_key("") || json.windows(2).any(|two| two == b"\"\"")
        });
        assert!(finding.code.status() >= 400 && finding.code.status() < 500);
    }
    assert!(change.iter().all(|finding| new.contains(finding)), "a change is judged harder");
    assert_eq!(new, findings(&body, table, For::New));

    let nothing: Map<String, Value> = body.keys().map(|name| (name.clone(), Value::Null)).collect();
    for finding in findings(&nothing, table, For::New) {
        let known = table.iter().any(|field| field.name == finding.violation.field);
        assert_eq!(known, finding.code == ErrorCode::MissingAttribute, "{finding:?}");
    }
}
