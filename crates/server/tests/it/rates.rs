//! Rate limits: who is told what remains, who is refused, and how.

use std::num::NonZeroU32;
use std::time::Duration;

use model::{Role, Roles};
use serde_json::json;
use server::rate::Rates;
use testkit::{Answer, TestApp};

const ORGS: &str = "/api/atlas/v2/orgs";

/// One that is as strict as the service.
async fn strict() -> TestApp {
    TestApp::limited(Rates::Times(NonZeroU32::MIN)).await
}

fn told(answer: &Answer) -> (&str, &str) {
    (answer.header("ratelimit-limit"), answer.header("ratelimit-remaining"))
}

async fn empty_the_bucket(app: &TestApp) {
    for remaining in (0..300).rev() {
        let answer = app.get(ORGS).await;
        assert_eq!((answer.status, told(&answer)), (200, ("300", remaining.to_string().as_str())));
    }
}

#[tokio::test]
async fn the_call_beyond_the_last_is_refused_in_the_services_words_until_the_minute_is_over() {
    let app = strict().await;
    empty_the_bucket(&app).await;
    app.clock.advance(Duration::from_secs(5));
    let refused = app.get(ORGS).await;
    assert_eq!((refused.status, refused.header("retry-after"), told(&refused)), (429, "55", ("300", "0")));
    assert_eq!(refused.header("x-error-code"), "RATE_LIMITED_TOKEN_BUCKET");
    assert_eq!(refused.header("content-type"), "application/json");
    assert_eq!(
        refused.text(),
        r#"{"detail":"Rate limit exceeded for api/atlas/v2/orgs. Please retry after 55 seconds. Request capacity: 300. Refill rate: 100 per 60 seconds.","error":429,"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["api/atlas/v2/orgs",55,300,100,60],"reason":"Too Many Requests"}"#
    );
    let pretty = app.get(&format!("{ORGS}?pretty=true")).await;
    assert_eq!(
        pretty.text(),
        "{\n  \"detail\" : \"Rate limit exceeded for api/atlas/v2/orgs. Please retry after 55 seconds. Request \
         capacity: 300. Refill rate: 100 per 60 seconds.\",\n  \"error\" : 429,\n  \"errorCode\" : \
         \"RATE_LIMITED_TOKEN_BUCKET\",\n  \"parameters\" : [ \"api/atlas/v2/orgs\", 55, 300, 100, 60 ],\n  \
         \"reason\" : \"Too Many Requests\"\n}"
    );
    let wrapped = app.get(&format!("{ORGS}?envelope=true")).await;
    assert_eq!((wrapped.status, wrapped.header("retry-after")), (200, "55"));
    assert_eq!(wrapped.text(), format!(r#"{{"status":429,"content":{}}}"#, refused.text()));
    app.clock.advance(Duration::from_secs(55));
    let again = app.get(ORGS).await;
    assert_eq!((again.status, told(&again)), (200, ("300", "99")));
}

#[tokio::test]
async fn one_callers_bucket_is_no_others_and_one_familys_no_others() {
    let app = strict().await;
    empty_the_bucket(&app).await;
    let other = app.token_with(Roles::one(Role::OrgReadOnly)).await;
    let theirs = app.send(app.request_as(&other, "GET", ORGS, None)).await;
    assert_eq!((theirs.status, told(&theirs)), (200, ("300", "299")));
    let org = app.get(&format!("{ORGS}/{}", app.org)).await;
    assert_eq!((org.status, told(&org)), (200, ("500", "499")));
}

#[tokio::test]
async fn a_family_is_counted_together_in_both_versions_and_for_each_project_alone() {
    let app = strict().await;
    let remaining = async |method, path: &str| {
        let answer = app.send(app.request(method, path, None)).await;
        answer.header("ratelimit-remaining").to_owned()
    };
    let second = app.post("/api/atlas/v2/groups", json!({"name": "second", "orgId": app.org.to_string()}));
    let second = second.await.expect(201)["id"].as_str().expect("an id").to_owned();
    assert_eq!(remaining("GET", &app.group("/peers")).await, "1199");
    assert_eq!(remaining("DELETE", &app.group("/peers/000000000000000000000000")).await, "1198");
    let v1 = format!("/api/atlas/v1.0/groups/{}/peers", app.project);
    assert_eq!(remaining("GET", &v1).await, "1197");
    assert_eq!(remaining("GET", &format!("/api/atlas/v2/groups/{second}/peers")).await, "1199");
    // Projects themselves are one family, wherever they are: it was spent from above already.
    assert_eq!(remaining("GET", &format!("/api/atlas/v2/groups/{second}")).await, "1198");
    assert_eq!(remaining("GET", &app.group("")).await, "1197");
}

#[tokio::test]
async fn who_may_not_is_told_so_first_and_pays_nothing_and_a_wrong_body_is_paid_for() {
    let app = strict().await;
    let nobody = app.token_with(Roles::NONE).await;
    let refused = app.send(app.request_as(&nobody, "GET", &app.group("/peers"), None)).await;
    assert_eq!((refused.status, told(&refused)), (401, ("", "")));
    let missing = app.get("/api/atlas/v2/groups/111111111111111111111111/peers").await;
    assert_eq!((missing.status, told(&missing)), (404, ("", "")));
    let wrong = app.post(&app.group("/peers"), json!({"nonsense": 1})).await;
    assert_eq!((wrong.status, told(&wrong)), (400, ("1200", "1199")));
}

#[tokio::test]
async fn by_default_a_token_pays_for_a_hundred_calls_and_without_limits_nothing_is_said() {
    let app = TestApp::start().await;
    for _ in 0..100 {
        assert_eq!(told(&app.get(ORGS).await), ("300", "299"));
    }
    assert_eq!(told(&app.get(ORGS).await), ("300", "298"));
    let app = TestApp::limited(Rates::Off).await;
    for _ in 0..301 {
        let answer = app.get(ORGS).await;
        assert_eq!((answer.status, told(&answer)), (200, ("", "")));
    }
}
