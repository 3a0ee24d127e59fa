//! Walks every operation at every place: nobody, somebody foreign, and somebody with too low a
//! role are refused as they should be. A new operation is walked without being named here.

use api::{Need, Operation, Root, operations};
use axum::body::Body;
use http::Request;
use model::{Role, Roles};
use testkit::TestApp;

/// The path with the fixture's own ids in place of its parameters.
fn fill(app: &TestApp, root: Root, path: &str) -> String {
    let path = path
        .replace("{groupId}", &app.project.to_string())
        .replace("{orgId}", &app.org.to_string())
        .replace("{groupName}", "rehearsal")
        .replace("{entryValue}", "203.0.113.1")
        .replace("{teamName}", "nobody")
        .replace("{userName}", "nobody@example.org")
        .replace("{ipAddress}", "203.0.113.1")
        .replace("{clientId}", "mdb_sa_id_000000000000000000000000")
        .replace("{limitName}", "atlas.project.security.networkAccess.entries");
    let path = ["{peerId}", "{containerId}", "{apiKeyId}", "{secretId}", "{teamId}", "{userId}", "{eventId}"]
        .iter()
        .fold(path, |path, param| path.replace(param, "000000000000000000000000"));
    format!("{}{path}", root.prefix())
}

fn places() -> impl Iterator<Item = (&'static Operation, Root, &'static str)> {
    operations()
        .iter()
        .flat_map(|operation| operation.places.iter().map(move |(root, path)| (operation, *root, *path)))
}

fn request(app: &TestApp, operation: &Operation, token: Option<&str>, path: &str) -> Request<Body> {
    let mut request = app.request_as(token.unwrap_or_default(), operation.method.name(), path, None);
    if let Some(version) = operation.versions.last() {
        let accept = format!("application/vnd.atlas.{version}+json");
        request.headers_mut().insert("accept", accept.parse().expect("a media type"));
    }
    if token.is_none() {
        request.headers_mut().remove("authorization");
    }
    request
}

#[tokio::test]
async fn nobody_gets_anywhere_without_credentials() {
    let app = TestApp::start().await;
    let mut n_walked = 0;
    for (operation, root, path) in places() {
        let answer = app.send(request(&app, operation, None, &fill(&app, root, path))).await;
        match operation.need_under(root) {
            Need::Nothing => assert_eq!(answer.status, 200, "{:?}", operation.id),
            Need::Client | Need::Known | Need::Project(_) | Need::Org(_) | Need::OwnOrg(_) => {
                assert_eq!(answer.status, 401, "{:?} {root:?}", operation.id);
            }
        }
        n_walked += 1;
    }
    assert!(n_walked > 100, "{n_walked}");
}

#[tokio::test]
async fn whoever_has_no_role_there_is_not_authorized() {
    let app = TestApp::start().await;
    let nobody = app.token_with(Roles::NONE).await;
    for (operation, root, path) in places() {
        if let Need::Project(_) | Need::Org(_) | Need::OwnOrg(_) = operation.need_under(root) {
            let answer = app.send(request(&app, operation, Some(&nobody), &fill(&app, root, path))).await;
            assert_eq!(
                answer.refusal(),
                (401, "USER_UNAUTHORIZED".into(), None),
                "{:?} {root:?}",
                operation.id
            );
        }
    }
}

#[tokio::test]
async fn every_role_that_is_too_low_is_refused_and_every_other_one_is_not() {
    let app = TestApp::start().await;
    let mut n_refused = 0;
    for role in [Role::OrgMember, Role::OrgReadOnly, Role::OrgGroupCreator, Role::OrgOwner] {
        let token = app.token_with(Roles::one(role)).await;
        for (operation, root, path) in places() {
            let (Need::Project(needed) | Need::Org(needed) | Need::OwnOrg(needed)) =
                operation.need_under(root)
            else {
                continue;
            };
            let needed = Role::from_name(needed).expect("a role");
            // Whoever may do it would really do it; only the refusals are walked for changes.
            if Roles::one(role).satisfy(needed) && operation.method != api::Method::Get {
                continue;
            }
            let answer = app.send(request(&app, operation, Some(&token), &fill(&app, root, path))).await;
            let refused = answer.status == 401 && answer.refusal().1 == "USER_UNAUTHORIZED";
            assert_eq!(refused, !Roles::one(role).satisfy(needed), "{:?} {root:?} {role}", operation.id);
            n_refused += u32::from(refused);
        }
    }
    assert!(n_refused > 100, "{n_refused}");
}

#[tokio::test]
async fn a_project_or_organization_that_does_not_exist_is_told_so() {
    let app = TestApp::start().await;
    let nowhere = "0".repeat(24);
    for (operation, root, path) in places() {
        let path = fill(&app, root, path)
            .replace(&app.project.to_string(), &nowhere)
            .replace(&app.org.to_string(), &nowhere);
        if let Need::Project(_) | Need::Org(_) = operation.need_under(root) {
            let answer = app.send(request(&app, operation, Some(&app.token), &path)).await;
            let code = answer.refusal().1;
            assert!(
                ["GROUP_NOT_FOUND", "RESOURCE_NOT_FOUND", "ORG_NOT_FOUND"].contains(&code.as_str()),
                "{:?} {code}",
                operation.id
            );
        }
    }
}
