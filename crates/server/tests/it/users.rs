//! People over the API: shapes in both versions, filters, invitations, and each refusal.

use model::{Role, Roles};
use serde_json::{Value, json};
use testkit::{Answer, TestApp};

const NEW: &str = "application/vnd.atlas.2025-02-19+json";
const NOBODY: &str = "000000000000000000000000";
const OWNER: &str = "owner@landbridge.invalid";

async fn call(app: &TestApp, method: &str, path: &str, body: Option<Value>) -> Answer {
    let mut request = app.request(method, path, body);
    request.headers_mut().insert("accept", NEW.parse().expect("a media type"));
    app.send(request).await
}

fn org(app: &TestApp, rest: &str) -> String {
    format!("/api/atlas/v2/orgs/{}{rest}", app.org)
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

async fn invite(app: &TestApp, name: &str) -> Value {
    let body = json!({"username": name, "roles": {"orgRoles": ["ORG_MEMBER"]}});
    call(app, "POST", &org(app, "/users"), Some(body)).await.expect(201)
}

async fn names(app: &TestApp, path: &str) -> Vec<String> {
    let list = call(app, "GET", path, None).await.expect(200);
    let names: Vec<String> = list["results"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|user| text(&user["username"]).to_owned())
        .collect();
    assert_eq!(list["totalCount"], names.len());
    names
}

const ACTIVE: [&str; 10] = [
    "country",
    "createdAt",
    "firstName",
    "id",
    "lastAuth",
    "lastName",
    "mobileNumber",
    "orgMembershipStatus",
    "roles",
    "username",
];

#[tokio::test]
async fn a_user_of_a_project_has_the_recorded_keys() {
    let app = TestApp::start().await;
    let list = call(&app, "GET", &app.group("/users"), None).await.expect(200);
    let user = &list["results"][0];
    assert_eq!(keys(user), ACTIVE);
    assert_eq!((&user["mobileNumber"], &user["orgMembershipStatus"]), (&Value::Null, &json!("ACTIVE")));
    assert_eq!(user["roles"], json!(["GROUP_OWNER"]));
    let one = call(&app, "GET", &app.group(&format!("/users/{}", text(&user["id"]))), None).await.expect(200);
    assert_eq!(one, *user);
    let old = app.get(&app.group("/users")).await.expect(200)["results"][0].clone();
    let id = text(&user["id"]);
    assert_eq!(old["links"][0]["href"], format!("http://localhost:8080/api/atlas/v1.0/users/{id}"));
    let roles = json!([
        {"orgId": app.org.to_string(), "roleName": "ORG_OWNER"},
        {"groupId": app.project.to_string(), "roleName": "GROUP_OWNER"},
    ]);
    assert_eq!(old["roles"], roles);
}

#[tokio::test]
async fn whoever_is_invited_is_pending_and_has_no_account_yet() {
    let app = TestApp::start().await;
    let made = invite(&app, "New@Example.org").await;
    assert_eq!(
        keys(&made),
        [
            "id",
            "invitationCreatedAt",
            "invitationExpiresAt",
            "inviterUsername",
            "orgMembershipStatus",
            "roles",
            "teamIds",
            "username",
        ]
    );
    assert_eq!((text(&made["username"]), text(&made["orgMembershipStatus"])), ("new@example.org", "PENDING"));
    let id = text(&made["id"]);
    assert_eq!(call(&app, "GET", &org(&app, &format!("/users/{id}")), None).await.expect(200), made);
    // The older shape knows only who is in.
    assert_eq!(app.get(&org(&app, "/users")).await.expect(200)["totalCount"], 1);
    assert_eq!(app.get(&format!("/api/atlas/v2/users/{id}")).await.refusal().1, "USER_NOT_FOUND");
    let again = json!({"username": "new@example.org", "roles": {"orgRoles": ["ORG_MEMBER"]}});
    let again = call(&app, "POST", &org(&app, "/users"), Some(again)).await;
    assert_eq!(again.refusal(), (409, "USER_ALREADY_EXISTS".into(), None));

    let accept = format!("/api/landbridge/v1/orgs/{}/users/{id}:accept", app.org);
    let accepted = app.send(app.request("POST", &accept, None)).await.expect(200);
    assert_eq!((&accepted["orgMembershipStatus"], &accepted["firstName"]), (&json!("ACTIVE"), &json!("new")));
    let twice = app.send(app.request("POST", &accept, None)).await;
    assert_eq!(twice.refusal(), (409, "NO_PENDING_INVITATION".into(), None));
    assert_eq!(
        app.get(&format!("/api/atlas/v2/users/{id}")).await.expect(200)["emailAddress"],
        "new@example.org"
    );
}

#[tokio::test]
async fn an_invitation_ends_after_thirty_days() {
    let app = TestApp::start().await;
    let id = text(&invite(&app, "new@example.org").await["id"]).to_owned();
    app.post("/api/landbridge/v1/clock", json!({"advance": "PT720H1S"})).await.expect(200);
    let users = org(&app, "/users");
    assert_eq!(names(&app, &users).await, [OWNER]);
    let expired = format!("{users}?orgMembershipStatus=INVITATION_EXPIRED");
    assert_eq!(names(&app, &expired).await, ["new@example.org"]);
    let accept = format!("/api/landbridge/v1/orgs/{}/users/{id}:accept", app.org);
    assert_eq!(app.send(app.request("POST", &accept, None)).await.refusal().1, "NO_PENDING_INVITATION");
    invite(&app, "new@example.org").await;
    assert_eq!(names(&app, &users).await, [OWNER, "new@example.org"]);
}

#[tokio::test]
async fn lists_of_users_are_filtered_by_name_and_by_standing() {
    let app = TestApp::start().await;
    invite(&app, "new@example.org").await;
    let users = org(&app, "/users");
    for (query, expected) in [
        ("username=new%40example.org", vec!["new@example.org"]),
        ("username=NEW%40example.org", vec!["new@example.org"]),
        ("username=none%40example.org", vec![]),
        ("orgMembershipStatus=PENDING", vec!["new@example.org"]),
        ("orgMembershipStatus=ACTIVE", vec![OWNER]),
        ("orgMembershipStatuses=ACTIVE&orgMembershipStatuses=PENDING", vec![OWNER, "new@example.org"]),
        ("orgMembershipStatuses=INVITATION_REJECTED", vec![]),
    ] {
        assert_eq!(names(&app, &format!("{users}?{query}")).await, expected, "{query}");
    }
    for query in
        ["orgMembershipStatus=KING", "orgMembershipStatus=ACTIVE&orgMembershipStatuses=ACTIVE", "userId=x"]
    {
        let refused = call(&app, "GET", &format!("{users}?{query}"), None).await;
        assert_eq!(refused.refusal().1, "INVALID_QUERY_PARAMETER", "{query}");
    }
    let flags = call(&app, "GET", &app.group("/users?flattenTeams=maybe"), None).await;
    assert_eq!(flags.refusal(), (400, "INVALID_QUERY_PARAMETER".into(), Some("flattenTeams".into())));
}

#[tokio::test]
async fn a_project_shows_people_of_its_teams_and_of_its_organization_when_asked() {
    let app = TestApp::start().await;
    let team = json!({"name": "one", "usernames": []});
    let team = app.post(&org(&app, "/teams"), team).await.expect(201)["id"].clone();
    let id = invite(&app, "new@example.org").await["id"].clone();
    let add = org(&app, &format!("/teams/{}:addUser", text(&team)));
    call(&app, "POST", &add, Some(json!({"id": id}))).await.expect(200);
    app.post(&app.group("/teams"), json!([{"teamId": team, "roleNames": ["GROUP_READ_ONLY"]}]))
        .await
        .expect(200);
    let users = app.group("/users");
    assert_eq!(names(&app, &users).await, [OWNER]);
    assert_eq!(names(&app, &format!("{users}?flattenTeams=true")).await, [OWNER, "new@example.org"]);
    let by_name = format!("{users}?flattenTeams=true&username=new%40example.org");
    let shown = call(&app, "GET", &by_name, None).await.expect(200);
    assert_eq!(shown["results"][0]["roles"], json!(["GROUP_READ_ONLY"]));
    // The owner of the organization is in another project only by being that.
    let made = app
        .post("/api/atlas/v2/groups", json!({"name": "two", "orgId": app.org.to_string()}))
        .await
        .expect(201);
    let users = format!("/api/atlas/v2/groups/{}/users", text(&made["id"]));
    assert_eq!(names(&app, &users).await, [""; 0]);
    assert_eq!(names(&app, &format!("{users}?includeOrgUsers=true")).await, [OWNER]);
}

#[tokio::test]
async fn roles_in_an_organization_are_given_and_taken() {
    let app = TestApp::start().await;
    let id = text(&invite(&app, "new@example.org").await["id"]).to_owned();
    let one = org(&app, &format!("/users/{id}"));
    let roles = json!({
        "orgRoles": ["ORG_READ_ONLY"],
        "groupRoleAssignments": [{"groupId": app.project.to_string(), "groupRoles": ["GROUP_OWNER"]}],
    });
    let changed = call(&app, "PATCH", &one, Some(json!({"roles": roles}))).await.expect(200);
    assert_eq!(changed["roles"], roles);
    let more = call(&app, "POST", &format!("{one}:addRole"), Some(json!({"orgRole": "ORG_MEMBER"})))
        .await
        .expect(200);
    assert_eq!(more["roles"]["orgRoles"], json!(["ORG_READ_ONLY", "ORG_MEMBER"]));
    let less = json!({"orgRole": "ORG_READ_ONLY"});
    let less = call(&app, "POST", &format!("{one}:removeRole"), Some(less)).await.expect(200);
    assert_eq!(less["roles"]["orgRoles"], json!(["ORG_MEMBER"]));
    call(&app, "DELETE", &one, None).await.expect(204);
    assert_eq!(call(&app, "GET", &one, None).await.refusal(), (404, "USER_NOT_IN_ORG".into(), None));
    assert_eq!(names(&app, &app.group("/users")).await, [OWNER]);
}

#[tokio::test]
async fn what_is_wrong_with_an_invitation_is_told() {
    let app = TestApp::start().await;
    let users = org(&app, "/users");
    let name = "new@example.org";
    for (body, code, field) in [
        (json!({"username": name}), "MISSING_ATTRIBUTE", "roles"),
        (json!({"roles": {"orgRoles": ["ORG_MEMBER"]}}), "MISSING_ATTRIBUTE", "username"),
        (json!({"username": "x", "roles": {"orgRoles": ["ORG_MEMBER"]}}), "INVALID_ATTRIBUTE", "username"),
        (json!({"username": name, "roles": {}}), "MISSING_ATTRIBUTE", "roles.orgRoles"),
        (json!({"username": name, "roles": {"orgRoles": ["KING"]}}), "INVALID_ROLE", "roles.orgRoles"),
        (json!({"username": name, "roles": {"orgRoles": ["GROUP_OWNER"]}}), "INVALID_ROLE", "roles.orgRoles"),
        (
            json!({"username": name, "roles": {"orgRoles": ["ORG_MEMBER"]}, "teamIds": ["x"]}),
            "INVALID_ATTRIBUTE",
            "teamIds[0]",
        ),
    ] {
        let refused = call(&app, "POST", &users, Some(body)).await.refusal();
        assert_eq!(refused, (400, code.to_owned(), Some(field.to_owned())));
    }
    let unknown = json!({"username": name, "roles": {"orgRoles": ["ORG_MEMBER"]}, "teamIds": [NOBODY]});
    let unknown = call(&app, "POST", &users, Some(unknown)).await;
    assert_eq!(unknown.refusal(), (404, "TEAM_NOT_FOUND".into(), None));
    assert_eq!(names(&app, &users).await, [OWNER], "nothing half done");
    let owner = call(&app, "GET", &users, None).await.expect(200)["results"][0]["id"].clone();
    let last = call(&app, "DELETE", &format!("{users}/{}", text(&owner)), None).await;
    assert_eq!(last.refusal(), (403, "CANNOT_DEMOTE_LAST_ORG_OWNER".into(), None));
}

#[tokio::test]
async fn people_are_added_to_a_project_and_taken_out() {
    let app = TestApp::start().await;
    let users = app.group("/users");
    let new = json!({"username": "new@example.org", "roles": ["GROUP_READ_ONLY"]});
    let added = call(&app, "POST", &users, Some(new.clone())).await.expect(201);
    assert_eq!(
        (&added["roles"], &added["orgMembershipStatus"]),
        (&json!(["GROUP_READ_ONLY"]), &json!("PENDING"))
    );
    assert!(added.get("teamIds").is_none());
    assert_eq!(call(&app, "POST", &users, Some(new)).await.refusal().1, "USER_ALREADY_EXISTS");
    let one = format!("{users}/{}", text(&added["id"]));
    let more = call(&app, "POST", &format!("{one}:addRole"), Some(json!({"groupRole": "GROUP_OWNER"})))
        .await
        .expect(200);
    assert_eq!(more["roles"], json!(["GROUP_OWNER", "GROUP_READ_ONLY"]));
    let wrong =
        call(&app, "POST", &format!("{one}:removeRole"), Some(json!({"groupRole": "ORG_OWNER"}))).await;
    assert_eq!(wrong.refusal(), (400, "INVALID_ROLE".into(), Some("groupRole".into())));
    let less = call(&app, "POST", &format!("{one}:removeRole"), Some(json!({"groupRole": "GROUP_OWNER"})))
        .await
        .expect(200);
    assert_eq!(less["roles"], json!(["GROUP_READ_ONLY"]));
    call(&app, "DELETE", &one, None).await.expect(204);
    for method in ["GET", "DELETE"] {
        assert_eq!(call(&app, method, &one, None).await.refusal(), (404, "USER_NOT_IN_GROUP".into(), None));
    }
}

#[tokio::test]
async fn the_older_way_into_a_project_answers_with_an_invitation_or_with_nothing() {
    let app = TestApp::start().await;
    let access = app.group("/access");
    let call = async |name: &str| {
        let body = json!({"username": name, "roles": ["GROUP_READ_ONLY"]});
        let mut request = app.request("POST", &access, Some(body));
        let version = "application/vnd.atlas.2023-02-01+json";
        request.headers_mut().insert("accept", version.parse().expect("a media type"));
        app.send(request).await
    };
    let stranger = call("new@example.org").await;
    assert_eq!(stranger.header("sunset"), "Thu, 1 Jul 2027 00:00:00 GMT");
    let invitation = stranger.expect(200);
    assert_eq!((text(&invitation["orgName"]), text(&invitation["username"])), ("Test", "new@example.org"));
    let placed = json!([{"groupId": app.project.to_string(), "roleName": "GROUP_READ_ONLY"}]);
    assert_eq!(invitation["groupRoleAssignments"], placed);
    let body = json!({
        "username": "a@example.org", "firstName": "A", "lastName": "B", "country": "DE", "password": "password",
        "roles": [{"orgId": app.org.to_string(), "roleName": "ORG_MEMBER"}],
    });
    app.post("/api/atlas/v2/users", body).await.expect(201);
    call("a@example.org").await.expect(204);
}

#[tokio::test]
async fn accounts_are_found_by_id_and_by_name_and_only_at_home() {
    let app = TestApp::start().await;
    let path = format!("/api/atlas/v2/users/byName/{OWNER}");
    let found = app.get(&path).await;
    assert_eq!(found.header("deprecation"), "Wed, 19 Feb 2025 00:00:00 GMT");
    let user = found.expect(200);
    let id = text(&user["id"]);
    assert_eq!(app.get(&format!("/api/atlas/v2/users/{id}")).await.expect(200), user);
    let v1 = app.get(&format!("/api/atlas/v1.0/users/byName/{OWNER}")).await;
    assert_eq!(v1.header("sunset"), "");
    assert_eq!(v1.expect(200), user);
    let nobody = app.get("/api/atlas/v2/users/byName/x@example.org").await;
    assert_eq!(nobody.refusal(), (404, "USERNAME_NOT_FOUND".into(), None));
    assert_eq!(app.get(&format!("/api/atlas/v2/users/{NOBODY}")).await.refusal().1, "USER_NOT_FOUND");
    let stranger = json!({"name": "Second", "apiKey": {"desc": "k", "roles": ["ORG_OWNER"]}});
    let second = app.post("/api/atlas/v2/orgs", stranger).await.expect(201);
    assert!(second["apiKey"]["privateKey"].is_string());
}

#[tokio::test]
async fn an_account_is_made_where_its_maker_may_give_roles() {
    let app = TestApp::start().await;
    let body = |roles: Value| {
        json!({
            "username": "a@example.org", "firstName": "A", "lastName": "B", "country": "DE",
            "password": "password", "roles": roles,
        })
    };
    let users = "/api/atlas/v2/users";
    let role = json!([{"groupId": app.project.to_string(), "roleName": "GROUP_READ_ONLY"}]);
    let member = app.token_with(Roles::one(Role::OrgMember)).await;
    let refused = app.send(app.request_as(&member, "POST", users, Some(body(role.clone())))).await;
    assert_eq!(refused.refusal(), (401, "USER_UNAUTHORIZED".into(), None));
    for (roles, status, code) in [
        (json!([{"groupId": NOBODY, "roleName": "GROUP_OWNER"}]), 404, "GROUP_NOT_FOUND"),
        (json!([{"orgId": NOBODY, "roleName": "ORG_OWNER"}]), 404, "ORG_NOT_FOUND"),
        (json!([{"roleName": "ORG_OWNER"}]), 400, "MISSING_ONE_OF_ATTRIBUTES"),
        (
            json!([{"orgId": NOBODY, "groupId": NOBODY, "roleName": "ORG_OWNER"}]),
            400,
            "MUTUALLY_EXCLUSIVE_ATTRIBUTES",
        ),
        (json!([{"orgId": app.org.to_string(), "roleName": "GROUP_OWNER"}]), 400, "INVALID_ROLE"),
        (json!([]), 400, "INVALID_ATTRIBUTE"),
    ] {
        let (refused, told, _) = app.post(users, body(roles)).await.refusal();
        assert_eq!((refused, told.as_str()), (status, code));
    }
    let made = app.post(users, body(role)).await;
    let user = made.expect(201);
    assert_eq!(
        made.header("location"),
        format!("http://localhost:8080/api/atlas/v1.0/users/{}", text(&user["id"]))
    );
    let roles = json!([
        {"orgId": app.org.to_string(), "roleName": "ORG_MEMBER"},
        {"groupId": app.project.to_string(), "roleName": "GROUP_READ_ONLY"},
    ]);
    assert_eq!(user["roles"], roles);
    assert_eq!(names(&app, &app.group("/users")).await, [OWNER, "a@example.org"]);
}
