//! API keys and service accounts.

use serde_json::{Value, json};

use super::{Deed, deed, keep};

pub fn keys() -> Vec<Deed> {
    let list = "/orgs/{org}/apiKeys/{key}/accessList";
    let roles = |roles: Value| json!([{ "roles": roles }]);
    vec![
        keep(
            "key",
            deed(
                "createOrgApiKey",
                "/orgs/{org}/apiKeys",
                json!({"desc": "k", "roles": ["ORG_MEMBER"]}),
                &["API_KEY_CREATED"],
            ),
        ),
        deed(
            "updateOrgApiKey",
            "/orgs/{org}/apiKeys/{key}",
            json!({"desc": "l", "roles": ["ORG_READ_ONLY"]}),
            &["API_KEY_DESCRIPTION_CHANGED", "API_KEY_ROLES_CHANGED"],
        ),
        deed(
            "createOrgAccessEntry",
            list,
            json!([{"ipAddress": "203.0.113.1"}]),
            &["API_KEY_ACCESS_LIST_ENTRY_ADDED"],
        ),
        deed(
            "deleteAccessEntry",
            "/orgs/{org}/apiKeys/{key}/accessList/203.0.113.1",
            Value::Null,
            &["API_KEY_ACCESS_LIST_ENTRY_DELETED"],
        ),
        deed(
            "addGroupApiKey",
            "/groups/{group}/apiKeys/{key}",
            roles(json!(["GROUP_READ_ONLY"])),
            &["API_KEY_ADDED_TO_GROUP"],
        ),
        deed(
            "updateApiKeyRoles",
            "/groups/{group}/apiKeys/{key}",
            json!({"roles": ["GROUP_OWNER"]}),
            &["API_KEY_ROLES_CHANGED"],
        ),
        deed(
            "removeGroupApiKey",
            "/groups/{group}/apiKeys/{key}",
            Value::Null,
            &["API_KEY_REMOVED_FROM_GROUP"],
        ),
        deed("deleteOrgApiKey", "/orgs/{org}/apiKeys/{key}", Value::Null, &["API_KEY_DELETED"]),
        deed(
            "createGroupApiKey",
            "/groups/{group}/apiKeys",
            json!({"desc": "k", "roles": ["GROUP_READ_ONLY"]}),
            &["API_KEY_ADDED_TO_GROUP", "API_KEY_CREATED"],
        ),
    ]
}

pub fn accounts() -> Vec<Deed> {
    let of_org = "/orgs/{org}/serviceAccounts/{account}";
    let of_group = "/groups/{group}/serviceAccounts/{account}";
    let new = |role: &str| json!({"name": "robot", "description": "for tests", "roles": [role], "secretExpiresAfterHours": 8});
    let account = |deed| Deed { keep: ("account", "/clientId"), ..deed };
    vec![
        account(deed(
            "createOrgServiceAccount",
            "/orgs/{org}/serviceAccounts",
            new("ORG_MEMBER"),
            &["SERVICE_ACCOUNT_CREATED"],
        )),
        deed(
            "updateOrgServiceAccount",
            of_org,
            json!({"description": "another", "roles": ["ORG_READ_ONLY"]}),
            &["SERVICE_ACCOUNT_DETAILS_CHANGED", "SERVICE_ACCOUNT_ROLES_CHANGED"],
        ),
        keep(
            "secret",
            deed(
                "createOrgSecret",
                "/orgs/{org}/serviceAccounts/{account}/secrets",
                json!({"secretExpiresAfterHours": 8}),
                &["SERVICE_ACCOUNT_SECRET_ADDED"],
            ),
        ),
        deed(
            "deleteOrgSecret",
            "/orgs/{org}/serviceAccounts/{account}/secrets/{secret}",
            Value::Null,
            &["SERVICE_ACCOUNT_SECRET_DELETED"],
        ),
        deed(
            "createOrgAccessList",
            "/orgs/{org}/serviceAccounts/{account}/accessList",
            json!([{"ipAddress": "203.0.113.1"}]),
            &["SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_ADDED"],
        ),
        deed(
            "deleteOrgAccessEntry",
            "/orgs/{org}/serviceAccounts/{account}/accessList/203.0.113.1",
            Value::Null,
            &["SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_DELETED"],
        ),
        deed(
            "inviteGroupServiceAccount",
            "/groups/{group}/serviceAccounts/{account}:invite",
            json!({"roles": ["GROUP_READ_ONLY"]}),
            &["SERVICE_ACCOUNT_ADDED_TO_GROUP"],
        ),
        deed(
            "updateGroupServiceAccount",
            of_group,
            json!({"roles": ["GROUP_OWNER"]}),
            &["SERVICE_ACCOUNT_ROLES_CHANGED"],
        ),
        deed("deleteGroupServiceAccount", of_group, Value::Null, &["SERVICE_ACCOUNT_REMOVED_FROM_GROUP"]),
        deed("deleteOrgServiceAccount", of_org, Value::Null, &["SERVICE_ACCOUNT_DELETED"]),
        account(deed(
            "createGroupServiceAccount",
            "/groups/{group}/serviceAccounts",
            new("GROUP_READ_ONLY"),
            &["SERVICE_ACCOUNT_ADDED_TO_GROUP", "SERVICE_ACCOUNT_CREATED"],
        )),
        keep(
            "secret",
            deed(
                "createGroupSecret",
                "/groups/{group}/serviceAccounts/{account}/secrets",
                json!({"secretExpiresAfterHours": 8}),
                &["SERVICE_ACCOUNT_SECRET_ADDED"],
            ),
        ),
        deed(
            "deleteGroupSecret",
            "/groups/{group}/serviceAccounts/{account}/secrets/{secret}",
            Value::Null,
            &["SERVICE_ACCOUNT_SECRET_DELETED"],
        ),
        deed(
            "createAccessList",
            "/groups/{group}/serviceAccounts/{account}/accessList",
            json!([{"cidrBlock": "203.0.113.0/24"}]),
            &["SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_ADDED"],
        ),
        deed(
            "deleteGroupAccessEntry",
            "/groups/{group}/serviceAccounts/{account}/accessList/203.0.113.0%2F24",
            Value::Null,
            &["SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_DELETED"],
        ),
    ]
}
