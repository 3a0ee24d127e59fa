//! Users, invitations and teams.

use serde_json::{Value, json};

use super::{Deed, deed, keep, refused};

pub fn teams() -> Vec<Deed> {
    let users = "/orgs/{org}/teams/{team}/users";
    let user = json!({
        "username": "a@example.org", "firstName": "A", "lastName": "B", "country": "DE", "password": "password",
        "roles": [{"orgId": "{org}", "roleName": "ORG_MEMBER"}],
    });
    vec![
        keep("user", deed("createUser", "/users", user, &["JOINED_ORG"])),
        keep(
            "team",
            deed(
                "createOrgTeam",
                "/orgs/{org}/teams",
                json!({"name": "one", "usernames": ["a@example.org"]}),
                &["JOINED_TEAM", "TEAM_CREATED"],
            ),
        ),
        deed(
            "removeOrgTeamUserFromTeam",
            "/orgs/{org}/teams/{team}/users/{user}",
            Value::Null,
            &["REMOVED_FROM_TEAM"],
        ),
        deed("addOrgTeamUsers", users, json!([{"id": "{user}"}]), &["JOINED_TEAM"]),
        deed(
            "removeOrgTeamUser",
            "/orgs/{org}/teams/{team}:removeUser",
            json!({"id": "{user}"}),
            &["REMOVED_FROM_TEAM"],
        ),
        deed("addOrgTeamUser", "/orgs/{org}/teams/{team}:addUser", json!({"id": "{user}"}), &["JOINED_TEAM"]),
        deed("renameOrgTeam", "/orgs/{org}/teams/{team}", json!({"name": "two"}), &["TEAM_NAME_CHANGED"]),
        deed(
            "addGroupTeams",
            "/groups/{group}/teams",
            json!([{"teamId": "{team}", "roleNames": ["GROUP_READ_ONLY"]}]),
            &["TEAM_ADDED_TO_GROUP"],
        ),
        deed(
            "updateGroupTeam",
            "/groups/{group}/teams/{team}",
            json!({"roleNames": ["GROUP_OWNER"]}),
            &["TEAM_ROLES_MODIFIED"],
        ),
        deed("removeGroupTeam", "/groups/{group}/teams/{team}", Value::Null, &["TEAM_REMOVED_FROM_GROUP"]),
    ]
}

/// With the team and the user of [`teams`].
pub fn members() -> Vec<Deed> {
    let guest = "/orgs/{org}/users/{guest}";
    let changed: &[&str] = &["USER_ROLES_CHANGED_AUDIT"];
    vec![
        // Whoever is in the organization needs no invitation.
        refused(
            204,
            deed(
                "addGroupAccessUser",
                "/groups/{group}/access",
                json!({"username": "a@example.org", "roles": ["GROUP_READ_ONLY"]}),
                &["JOINED_GROUP"],
            ),
        ),
        deed("removeGroupUser", "/groups/{group}/users/{user}", Value::Null, &["REMOVED_FROM_GROUP"]),
        keep(
            "guest",
            deed(
                "addGroupUsers",
                "/groups/{group}/users",
                json!({"username": "b@example.org", "roles": ["GROUP_READ_ONLY"]}),
                &["INVITED_TO_GROUP", "INVITED_TO_ORG"],
            ),
        ),
        deed(
            "addGroupUserRole",
            "/groups/{group}/users/{guest}:addRole",
            json!({"groupRole": "GROUP_OWNER"}),
            changed,
        ),
        deed(
            "removeGroupUserRole",
            "/groups/{group}/users/{guest}:removeRole",
            json!({"groupRole": "GROUP_OWNER"}),
            changed,
        ),
        deed("updateOrgUser", guest, json!({"teamIds": ["{team}"]}), &["INVITED_TO_TEAM"]),
        deed("addOrgUserRole", "/orgs/{org}/users/{guest}:addRole", json!({"orgRole": "ORG_OWNER"}), changed),
        deed(
            "removeOrgUserRole",
            "/orgs/{org}/users/{guest}:removeRole",
            json!({"orgRole": "ORG_OWNER"}),
            changed,
        ),
        deed(
            "acceptInvitation",
            "/orgs/{org}/users/{guest}:accept",
            json!({}),
            &["JOINED_GROUP", "JOINED_ORG", "JOINED_TEAM"],
        ),
        deed(
            "removeOrgUser",
            guest,
            Value::Null,
            &["REMOVED_FROM_GROUP", "REMOVED_FROM_ORG", "REMOVED_FROM_TEAM"],
        ),
        keep(
            "guest",
            deed(
                "createOrgUser",
                "/orgs/{org}/users",
                json!({
                    "username": "c@example.org",
                    "roles": {
                        "orgRoles": ["ORG_MEMBER"],
                        "groupRoleAssignments": [{"groupId": "{group}", "groupRoles": ["GROUP_OWNER"]}],
                    },
                }),
                &["INVITED_TO_GROUP", "INVITED_TO_ORG"],
            ),
        ),
        deed("removeOrgUser", guest, Value::Null, &["GROUP_INVITATION_DELETED", "ORG_INVITATION_DELETED"]),
        deed("deleteOrgTeam", "/orgs/{org}/teams/{team}", Value::Null, &["TEAM_DELETED"]),
    ]
}
