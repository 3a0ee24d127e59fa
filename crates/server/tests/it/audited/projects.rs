//! Projects and what hangs on them.

use serde_json::{Value, json};

use super::{Deed, deed, keep, refused};

pub fn deeds() -> Vec<Deed> {
    let limit = "/groups/{group}/limits/atlas.project.security.networkAccess.entries";
    let window = "/groups/{group}/maintenanceWindow";
    vec![
        keep(
            "made",
            deed("createGroup", "/groups", json!({"name": "made", "orgId": "{org}"}), &["GROUP_CREATED"]),
        ),
        deed("deleteGroup", "/groups/{made}", Value::Null, &["GROUP_DELETED"]),
        deed("updateGroup", "/groups/{group}", json!({"name": "renamed"}), &["GROUP_NAME_CHANGED"]),
        deed(
            "updateGroup",
            "/groups/{group}",
            json!({"name": "rehearsal", "tags": [{"key": "k", "value": "v"}]}),
            &["GROUP_NAME_CHANGED", "GROUP_TAGS_MODIFIED"],
        ),
        deed("updateGroup", "/groups/{group}", json!({"tags": []}), &["GROUP_TAGS_MODIFIED"]),
        deed(
            "updateGroupSettings",
            "/groups/{group}/settings",
            json!({"isDataExplorerEnabled": false, "isDataValidationEnabled": false, "isExtendedStorageSizesEnabled": true, "isCollectDatabaseSpecificsStatisticsEnabled": false, "isSchemaAdvisorEnabled": false}),
            &[
                "DATA_EXPLORER_DISABLED",
                "PROJECT_COLLECT_DATABASE_STATISTICS_UPDATED",
                "PROJECT_ENABLE_DATA_VALIDATION_UPDATED",
                "PROJECT_ENABLE_EXTENDED_STORAGE_SIZES_UPDATED",
            ],
        ),
        deed("setGroupLimit", limit, json!({"value": 150}), &["PROJECT_LIMIT_UPDATED"]),
        deed("deleteGroupLimit", limit, Value::Null, &["PROJECT_LIMIT_UPDATED"]),
        deed("disableManagedSlowMs", "/groups/{group}/managedSlowMs/disable", Value::Null, &[]),
        deed("enableManagedSlowMs", "/groups/{group}/managedSlowMs/enable", Value::Null, &[]),
        deed("toggleAwsCustomDns", "/groups/{group}/awsCustomDNS", json!({"enabled": true}), &[]),
        deed(
            "updateAuditLog",
            "/groups/{group}/auditLog",
            json!({"enabled": true}),
            &["AUDIT_LOG_CONFIGURATION_UPDATED"],
        ),
        deed(
            "updateAuditLog",
            "/groups/{group}/auditLog",
            json!({"enabled": false}),
            &["AUDIT_LOG_CONFIGURATION_UPDATED"],
        ),
        deed("updateMaintenanceWindow", window, json!({"dayOfWeek": 1}), &["ATLAS_MAINTENANCE_WINDOW_ADDED"]),
        deed(
            "updateMaintenanceWindow",
            window,
            json!({"dayOfWeek": 2, "autoDeferOnceEnabled": true}),
            &["ATLAS_MAINTENANCE_AUTO_DEFER_ENABLED", "ATLAS_MAINTENANCE_WINDOW_MODIFIED"],
        ),
        deed(
            "toggleMaintenanceAutoDefer",
            "/groups/{group}/maintenanceWindow/autoDefer",
            Value::Null,
            &["ATLAS_MAINTENANCE_AUTO_DEFER_DISABLED"],
        ),
        refused(
            400,
            deed("deferMaintenanceWindow", "/groups/{group}/maintenanceWindow/defer", Value::Null, &[]),
        ),
        deed(
            "updateMaintenanceWindow",
            window,
            json!({"protectedHours": {"startHourOfDay": 1, "endHourOfDay": 2}}),
            &["ATLAS_MAINTENANCE_PROTECTED_HOURS_CREATED"],
        ),
        deed(
            "resetMaintenanceWindow",
            window,
            Value::Null,
            &["ATLAS_MAINTENANCE_PROTECTED_HOURS_REMOVED", "ATLAS_MAINTENANCE_WINDOW_REMOVED"],
        ),
    ]
}
