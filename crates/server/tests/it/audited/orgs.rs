//! Organizations and their settings.

use serde_json::{Value, json};

use super::{Deed, deed};

pub fn deeds() -> Vec<Deed> {
    let settings = json!({
        "customSessionTimeouts": {"idleSessionTimeoutInSeconds": 600},
        "maxServiceAccountSecretValidityInHours": 24,
        "multiFactorAuthRequired": true,
        "operationsContact": "a@example.org",
        "restrictEmployeeAccess": true,
        "securityContact": "a@example.org",
    });
    let second = |deed| Deed { keep: ("second", "/organization/id"), ..deed };
    vec![
        second(deed("createOrg", "/orgs", json!({"name": "second"}), &["ORG_CREATED"])),
        deed("updateOrg", "/orgs/{second}", json!({"name": "renamed"}), &["ORG_RENAMED"]),
        deed(
            "updateOrgSettings",
            "/orgs/{second}/settings",
            settings,
            &[
                "CUSTOM_SESSION_TIMEOUT_MODIFIED",
                "OPERATIONS_CONTACT_MODIFIED",
                "ORG_EMPLOYEE_ACCESS_RESTRICTED",
                "ORG_SERVICE_ACCOUNT_MAX_SECRET_VALIDITY_EDITED",
                "ORG_TWO_FACTOR_AUTH_REQUIRED",
                "SECURITY_CONTACT_MODIFIED",
            ],
        ),
        deed("deleteOrg", "/orgs/{second}", Value::Null, &["ORG_DELETED"]),
    ]
}
