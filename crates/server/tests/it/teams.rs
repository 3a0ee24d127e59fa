//! Teams over the API: their shapes, their people, their parts in projects, and each refusal.

use serde_json::{Value, json};
use testkit::TestApp;

const NEW: &str = "application/vnd.atlas.2025-02-19+json";
const NOBODY: &str = "000000000000000000000000";
const OWNER: &str = "owner@landbridge.invalid";

struct Org<'a> {
    app: &'a TestApp,
    path: String,
}

impl<'a> Org<'a> {
    fn of(app: &'a TestApp) -> Self {
        Self { app, path: format!("/api/atlas/v2/orgs/{}", app.org) }
    }

    fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.path)
    }

    async fn team(&self, name: &str) -> String {
        text(
            &self.app.post(&self.path("/teams"), json!({"name": name, "usernames": []})).await.expect(201)["id"],
        )
    }

    /// An active user beside the owner; their id.
    async fn user(&self, name: &str) -> String {
        let body = json!({
            "username": name, "firstName": "A", "lastName": "B", "country": "DE", "password": "password",
            "roles": [{"orgId": self.app.org.to_string(), "roleName": "ORG_MEMBER"}],
        });
        text(&self.app.post("/api/atlas/v2/users", body).await.expect(201)["id"])
    }

    async fn as_of(&self, version: &str, method: &str, path: &str, body: Option<Value>) -> testkit::Answer {
        let mut request = self.app.request(method, &self.path(path), body);
        request.headers_mut().insert("accept", version.parse().expect("a media type"));
        self.app.send(request).await
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_new_team_tells_its_usernames_and_where_it_is() {
    let app = TestApp::start().await;
    let org = Org::of(&app);
    let made = app
        .post(&org.path("/teams"), json!({"name": "one", "usernames": [OWNER, "Owner@Landbridge.Invalid"]}))
        .await;
    let body = made.expect(201);
    assert_eq!(keys(&body), ["id", "links", "name", "usernames"]);
    assert_eq!(body["usernames"], json!([OWNER]));
    let id = text(&body["id"]);
    assert_eq!(made.header("location"), format!("http://localhost:8080/orgs/{}/teams/{id}", app.org));
    assert_eq!(
        body["links"],
        json!([{"href": format!("http://localhost:8080{}/teams/{id}", org.path), "rel": "self"}])
    );
    let read = app.get(&org.path(&format!("/teams/{id}"))).await.expect(200);
    assert_eq!(keys(&read), ["id", "links", "name"]);
    assert_eq!(app.get(&org.path("/teams/byName/one")).await.expect(200), read);
    assert_eq!(app.get(&org.path("/teams")).await.expect(200)["results"], json!([read]));
    let renamed = app.patch(&org.path(&format!("/teams/{id}")), json!({"name": "two"})).await.expect(200);
    assert_eq!((keys(&renamed), &renamed["name"]), (vec!["id", "links", "name"], &json!("two")));
    app.delete(&org.path(&format!("/teams/{id}"))).await.expect(204);
    let gone = app.get(&org.path(&format!("/teams/{id}"))).await;
    assert_eq!(gone.refusal(), (404, "TEAM_NOT_FOUND".into(), None));
}

#[tokio::test]
async fn teams_are_served_in_v1_too() {
    let app = TestApp::start().await;
    let path = format!("/api/atlas/v1.0/orgs/{}/teams", app.org);
    let made = app.post(&path, json!({"name": "one", "usernames": [OWNER]})).await.expect(201);
    let users = app.get(&format!("{path}/{}/users", text(&made["id"]))).await;
    assert_eq!(users.header("content-type"), "application/json");
    assert_eq!((users.header("sunset"), users.header("deprecation")), ("", ""));
    assert_eq!(users.expect(200)["results"][0]["emailAddress"], OWNER);
    let teams = format!("/api/atlas/v1.0/groups/{}/teams", app.project);
    let part = json!([{"teamId": made["id"], "roleNames": ["GROUP_OWNER"]}]);
    assert_eq!(app.post(&teams, part).await.expect(200)["totalCount"], 1);
}

#[tokio::test]
async fn what_is_wrong_with_a_team_is_told() {
    let app = TestApp::start().await;
    let org = Org::of(&app);
    let teams = org.path("/teams");
    org.team("taken").await;
    let invite = json!({"username": "new@example.org", "roles": {"orgRoles": ["ORG_MEMBER"]}});
    let pending = org.as_of(NEW, "POST", "/users", Some(invite)).await.expect(201);
    for (body, status, code, field) in [
        (json!({}), 400, "MISSING_ATTRIBUTE", Some("name")),
        (json!({"name": ""}), 400, "INVALID_ATTRIBUTE", Some("name")),
        (json!({"name": 7}), 400, "INVALID_JSON_ATTRIBUTE", Some("name")),
        (json!({"name": "x", "usernames": ["x"]}), 400, "INVALID_ATTRIBUTE", Some("usernames[0]")),
        (json!({"name": "x", "usernames": ["x@example.org"]}), 404, "USERNAME_NOT_FOUND", None),
        (json!({"name": "x", "usernames": ["new@example.org"]}), 404, "CANNOT_ADD_PENDING_USER", None),
        (json!({"name": "taken", "usernames": []}), 409, "TEAM_NAME_NOT_AVAILABLE", Some("name")),
    ] {
        let refused = app.post(&teams, body).await.refusal();
        assert_eq!(refused, (status, code.to_owned(), field.map(str::to_owned)));
    }
    let other = org.team("other").await;
    let renamed = app.patch(&format!("{teams}/{other}"), json!({"name": "taken"})).await;
    assert_eq!(renamed.refusal().1, "TEAM_NAME_NOT_AVAILABLE");
    let unknown = app.get(&format!("{teams}/byName/none")).await;
    assert_eq!(unknown.refusal(), (404, "TEAM_NAME_NOT_FOUND".into(), None));
    let users = format!("{teams}/{other}/users");
    let add = async |id: &Value| app.post(&users, json!([{"id": id}])).await.refusal();
    assert_eq!(add(&pending["id"]).await.1, "CANNOT_ADD_PENDING_USER");
    assert_eq!(add(&json!(NOBODY)).await, (404, "USER_NOT_IN_ORG".into(), None));
    assert_eq!(add(&json!("x")).await, (400, "INVALID_ATTRIBUTE".into(), Some("[0].id".into())));
    let absent = app.delete(&format!("{users}/{NOBODY}")).await;
    assert_eq!(absent.refusal(), (404, "USER_NOT_IN_TEAM".into(), None));
    assert_eq!(app.get(&format!("{teams}/x")).await.refusal().1, "PATH_PARAM_PARSE_ERROR");
}

#[tokio::test]
async fn a_teams_people_come_and_go_in_both_versions() {
    let app = TestApp::start().await;
    let org = Org::of(&app);
    let (team, user) = (org.team("one").await, org.user("a@example.org").await);
    let users = format!("/teams/{team}/users");
    let added = app.post(&org.path(&users), json!([{"id": user}])).await;
    assert_eq!(added.header("sunset"), "Thu, 1 Jul 2027 00:00:00 GMT");
    let body = added.expect(201);
    assert_eq!(body["results"][0]["username"], "a@example.org");
    assert_eq!(body["results"][0]["teamIds"], json!([team]));
    let again = app.post(&org.path(&users), json!([{"id": user}])).await;
    assert_eq!(again.header("sunset"), "Thu, 1 Jul 2027 00:00:00 GMT", "on refusals, too");
    assert_eq!(again.refusal(), (409, "USER_ALREADY_IN_TEAM".into(), None));

    let new = org.as_of(NEW, "GET", &users, None).await;
    assert_eq!((new.header("sunset"), new.header("deprecation")), ("", ""));
    let shown = new.expect(200)["results"][0].clone();
    assert_eq!(shown["roles"], json!({"groupRoleAssignments": [], "orgRoles": ["ORG_MEMBER"]}));
    let none = org.as_of(NEW, "GET", &format!("{users}?userId={NOBODY}"), None).await.expect(200);
    assert_eq!((&none["results"], &none["totalCount"]), (&json!([]), &json!(0)));

    // Whoever has not accepted yet is taken by the newer way only, and shown there only.
    let invite = json!({"username": "new@example.org", "roles": {"orgRoles": ["ORG_MEMBER"]}});
    let pending = org.as_of(NEW, "POST", "/users", Some(invite)).await.expect(201);
    let verb = |verb: &str| format!("/teams/{team}:{verb}");
    let body = Some(json!({"id": pending["id"]}));
    let joined = org.as_of(NEW, "POST", &verb("addUser"), body.clone()).await.expect(200);
    assert_eq!((&joined["teamIds"], &joined["orgMembershipStatus"]), (&json!([team]), &json!("PENDING")));
    assert_eq!(org.as_of(NEW, "GET", &users, None).await.expect(200)["totalCount"], 2);
    assert_eq!(app.get(&org.path(&users)).await.expect(200)["totalCount"], 1);
    let left = org.as_of(NEW, "POST", &verb("removeUser"), body).await.expect(200);
    assert_eq!(left["teamIds"], json!([]));
    app.delete(&org.path(&format!("{users}/{user}"))).await.expect(204);
    assert_eq!(app.get(&org.path(&users)).await.expect(200)["totalCount"], 0);
}

#[tokio::test]
async fn a_teams_part_in_a_project_is_set_changed_and_taken() {
    let app = TestApp::start().await;
    let org = Org::of(&app);
    let (team, teams) = (org.team("one").await, app.group("/teams"));
    let none = app.post(&teams, json!([])).await.expect(200);
    assert_eq!((&none["results"], &none["totalCount"]), (&json!([]), &json!(0)));
    let added =
        app.post(&teams, json!([{"teamId": team, "roleNames": ["GROUP_READ_ONLY"]}])).await.expect(200);
    let href = |path: &str| format!("http://localhost:8080{path}");
    assert_eq!(added["links"][0]["href"], href(&format!("{teams}?pageNum=1&itemsPerPage=100")));
    let part = json!({
        "links": [{"href": href(&format!("{teams}/{team}")), "rel": "self"}],
        "roleNames": ["GROUP_READ_ONLY"],
        "teamId": team,
    });
    assert_eq!(added["results"], json!([part]));
    assert_eq!(keys(&added["results"][0]), ["links", "roleNames", "teamId"]);
    let one = format!("{teams}/{team}");
    assert_eq!(app.get(&one).await.expect(200), part);
    let changed = app.patch(&one, json!({"roleNames": ["GROUP_OWNER"]})).await.expect(200);
    assert_eq!(changed["links"][0]["href"], href(&format!("{one}?pageNum=1&itemsPerPage=100")));
    assert_eq!(changed["results"][0]["roleNames"], json!(["GROUP_OWNER"]));
    let stays = app.delete(&org.path(&format!("/teams/{team}"))).await;
    assert_eq!(stays.refusal(), (404, "CANNOT_DELETE_TEAM_ASSIGNED_TO_PROJECT".into(), None));
    app.delete(&one).await.expect(204);
    for method in ["GET", "DELETE"] {
        let gone = app.send(app.request(method, &one, None)).await;
        assert_eq!(gone.refusal(), (404, "TEAM_NOT_IN_GROUP".into(), None));
    }
    app.delete(&org.path(&format!("/teams/{team}"))).await.expect(204);
}

#[tokio::test]
async fn what_is_wrong_with_a_teams_part_in_a_project_is_told_and_none_is_added() {
    let app = TestApp::start().await;
    let team = Org::of(&app).team("one").await;
    let teams = app.group("/teams");
    let part = |team: &str, roles: &[&str]| json!({"teamId": team, "roleNames": roles});
    for (body, status, code, field) in [
        (json!({}), 400, "INVALID_JSON", Some("(body)")),
        (json!([{}]), 400, "MISSING_ATTRIBUTE", Some("[0].roleNames")),
        (json!([part(&team, &[])]), 400, "INVALID_ATTRIBUTE", Some("[0].roleNames")),
        (json!([part(&team, &["GROUP_KING"])]), 400, "INVALID_ROLE", Some("roleNames")),
        (json!([part(&team, &["ORG_OWNER"])]), 400, "INVALID_ROLE", Some("roleNames")),
        (json!([part(&team, &["GROUP_OWNER"]), part(NOBODY, &["GROUP_OWNER"])]), 404, "TEAM_NOT_FOUND", None),
        (
            json!([part(&team, &["GROUP_OWNER"]), part(&team, &["GROUP_OWNER"])]),
            409,
            "TEAM_EXISTS_IN_GROUP",
            None,
        ),
    ] {
        let refused = app.post(&teams, body).await.refusal();
        assert_eq!(refused, (status, code.to_owned(), field.map(str::to_owned)));
    }
    assert_eq!(app.get(&teams).await.expect(200)["totalCount"], 0);
    app.post(&teams, json!([part(&team, &["GROUP_OWNER"])])).await.expect(200);
    let none = app.patch(&format!("{teams}/{team}"), json!({"roleNames": []})).await;
    assert_eq!(none.refusal(), (403, "NO_ROLES_IN_ASSIGNMENT".into(), Some("roleNames".into())));
    let other = app.patch(&format!("{teams}/{NOBODY}"), json!({"roleNames": ["GROUP_OWNER"]})).await;
    assert_eq!(other.refusal(), (404, "TEAM_NOT_IN_GROUP".into(), None));
}

#[tokio::test]
async fn a_team_of_another_organization_is_none() {
    let app = TestApp::start().await;
    let made = app.post("/api/atlas/v2/orgs", json!({"name": "Second"})).await.expect(201);
    let other = text(&made["organization"]["id"]);
    let teams = format!("/api/atlas/v2/orgs/{other}/teams");
    let team = text(&app.post(&teams, json!({"name": "one", "usernames": []})).await.expect(201)["id"]);
    let here = app.get(&Org::of(&app).path(&format!("/teams/{team}"))).await;
    assert_eq!(here.refusal(), (404, "TEAM_NOT_FOUND".into(), None));
    let part = json!([{"teamId": team, "roleNames": ["GROUP_OWNER"]}]);
    assert_eq!(app.post(&app.group("/teams"), part).await.refusal().1, "TEAM_NOT_FOUND");
}
