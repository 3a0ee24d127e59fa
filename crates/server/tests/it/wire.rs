//! What holds for every operation: versions, the envelope, pretty printing, pages, headers.

use axum::body::Body;
use serde_json::json;
use testkit::TestApp;

async fn accepting(app: &TestApp, accept: &str, path: &str) -> testkit::Answer {
    let mut request = app.request("GET", path, None);
    request.headers_mut().insert("accept", accept.parse().expect("a header value"));
    app.send(request).await
}

#[tokio::test]
async fn versions_are_resolved_down_refused_or_gone() {
    let app = TestApp::start().await;
    let later = accepting(&app, "application/vnd.atlas.2025-03-12+json", &app.group("/peers")).await;
    assert_eq!(later.status, 200);
    assert_eq!(later.header("content-type"), "application/vnd.atlas.2023-01-01+json;charset=utf-8");
    for accept in
        ["*/*", "application/json", "application/vnd.atlas.2022-01-01+json", "application/vnd.atlas.x+json"]
    {
        let answer = accepting(&app, accept, &app.group("/peers")).await;
        assert_eq!(
            answer.text(),
            r#"{"detail":"Invalid accept header or version date.","error":406,"errorCode":"INVALID_VERSION_DATE","parameters":[],"reason":"Not Acceptable"}"#
        );
        assert_eq!(answer.header("content-type"), "application/json");
    }
    let gone = accepting(&app, "application/vnd.atlas.2023-02-01+json", &app.group("/clusters")).await;
    assert_eq!(gone.refusal().0, 410);
    let path = format!("api/atlas/v2/groups/{}/clusters", app.project);
    assert_eq!(gone.json()["parameters"], json!(["2023-02-01", path]));
    let v1 = app.get(&format!("/api/atlas/v1.0/groups/{}/peers", app.project)).await;
    assert_eq!((v1.status, v1.header("content-type")), (200, "application/json"));
}

#[tokio::test]
async fn every_answer_can_be_wrapped_and_printed() {
    let app = TestApp::start().await;
    let missing = app.group("/peers/000000000000000000000000?envelope=true&pretty=true");
    let answer = app.get(&missing).await;
    assert_eq!(answer.status, 200);
    assert!(
        answer.text().starts_with("{\n  \"status\" : 404,\n  \"content\" : {\n    \"detail\" : \"No peer")
    );
    assert!(
        app.get(&app.group("/peers?envelope=true"))
            .await
            .text()
            .ends_with(r#""results":[],"status":200,"totalCount":0}"#)
    );
    let wrong = app.get(&app.group("/peers?envelope=perhaps")).await;
    assert_eq!(wrong.refusal(), (400, "INVALID_QUERY_PARAMETER".into(), Some("envelope".into())));
}

#[tokio::test]
async fn pages_are_linked_both_ways() {
    let app = TestApp::start().await;
    let entries: Vec<_> = (1..=5).map(|n| json!({"ipAddress": format!("203.0.113.{n}")})).collect();
    app.post(&app.group("/accessList"), entries.into()).await.expect(201);
    let page = app.get(&app.group("/accessList?itemsPerPage=2&pageNum=2&x=%20y")).await.expect(200);
    assert_eq!(page["totalCount"], 5);
    assert_eq!(page["results"].as_array().map(Vec::len), Some(2));
    let links: Vec<(String, String)> = page["links"]
        .as_array()
        .expect("links")
        .iter()
        .map(|link| {
            let href = link["href"]
                .as_str()
                .and_then(|href| href.split_once('?'))
                .map(|(_, query)| query.to_owned());
            (link["rel"].as_str().unwrap_or_default().to_owned(), href.unwrap_or_default())
        })
        .collect();
    assert_eq!(
        links,
        [
            ("previous".to_owned(), "itemsPerPage=2&x=%20y&pageNum=1".to_owned()),
            ("self".to_owned(), "x=%20y&pageNum=2&itemsPerPage=2".to_owned()),
            ("next".to_owned(), "itemsPerPage=2&x=%20y&pageNum=3".to_owned()),
        ]
    );
    let past = app.get(&app.group("/accessList?pageNum=9")).await.expect(200);
    assert_eq!((&past["totalCount"], &past["results"]), (&json!(5), &json!([])));
    let zero = app.get(&app.group("/accessList?pageNum=0")).await.expect(200);
    assert_eq!(zero["results"].as_array().map(Vec::len), Some(5));
}

#[tokio::test]
async fn the_services_headers_are_sent_with_values_of_our_own() {
    let app = TestApp::start().await;
    let answer = app.get(&app.group("")).await;
    let mut names: Vec<&str> = answer.headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "content-length",
            "content-type",
            "ratelimit-limit",
            "ratelimit-remaining",
            "referrer-policy",
            "server",
            "strict-transport-security",
            "x-content-type-options",
            "x-envoy-upstream-service-time",
            "x-frame-options",
            "x-java-method",
            "x-java-version",
            "x-mongodb-service-version",
            "x-permitted-cross-domain-policies",
        ]
    );
    assert_eq!(answer.header("server"), "landbridge");
    assert_eq!(answer.header("x-java-method"), "getGroup");
    assert_eq!(
        app.get(&app.group("/peers/000000000000000000000000")).await.header("x-error-code"),
        "PEER_NOT_FOUND"
    );
}

#[tokio::test]
async fn a_malformed_id_is_told_in_the_words_of_its_version() {
    let app = TestApp::start().await;
    let v1 = app.get("/api/atlas/v1.0/groups/xyz/peers").await;
    assert_eq!(v1.refusal(), (404, "INVALID_GROUP_ID".into(), None));
    let v2 = app.get("/api/atlas/v2/groups/xyz/peers").await;
    assert_eq!(v2.refusal(), (400, "PATH_PARAM_PARSE_ERROR".into(), None));
    let peer = format!("/api/atlas/v1.0/groups/{}/peers/pcx", app.project);
    assert_eq!(
        app.get(&peer).await.json()["detail"],
        format!("One or more path parameter in the request URI {peer} is malformed.")
    );
}

#[tokio::test]
async fn bodies_that_are_none_are_refused_each_in_its_way() {
    let app = TestApp::start().await;
    let send = async |content_type: &'static str, body: Vec<u8>| {
        let mut request = app.request("POST", &app.group("/peers"), None);
        request.headers_mut().insert("content-type", http::HeaderValue::from_static(content_type));
        *request.body_mut() = Body::from(body);
        app.send(request).await.refusal()
    };
    assert_eq!(send("text/plain", b"{}".to_vec()).await.0, 415);
    assert_eq!(
        send("application/json", b"{".to_vec()).await,
        (400, "INVALID_JSON".into(), Some("(body)".into()))
    );
    assert_eq!(send("application/json", b"[]".to_vec()).await.1, "INVALID_JSON");
    assert_eq!(
        send("application/json", vec![b' '; (1 << 20) + 1]).await,
        (413, "REQUEST_TOO_LARGE".into(), None)
    );
    assert_eq!(send("application/json", Vec::new()).await.1, "INVALID_JSON");
    assert_eq!(send("application/json", b"\xff{}".to_vec()).await.1, "INVALID_JSON");
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused_as_json() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/api/atlas/v2/nowhere").await.refusal(), (404, "RESOURCE_NOT_FOUND".into(), None));
    let put = app.send(app.request("PUT", &app.group("/peers"), None)).await;
    assert_eq!(put.refusal(), (405, "METHOD_NOT_ALLOWED".into(), None));
    assert_eq!(put.header("allow"), "GET, HEAD, POST");
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = TestApp::start().await;
    for path in
        [app.group("/peers"), app.group("/peers/000000000000000000000000"), app.group("/peers?envelope=true")]
    {
        let get = app.get(&path).await;
        let head = app.send(app.request("HEAD", &path, None)).await;
        assert_eq!((head.status, head.text()), (get.status, ""), "{path}");
        for name in get.headers.keys().filter(|name| *name != "ratelimit-remaining") {
            assert_eq!(head.header(name.as_str()), get.header(name.as_str()), "{path}: {name}");
        }
        assert_eq!(head.header("content-length"), get.body.len().to_string());
    }
    let post = app.send(app.request("HEAD", "/api/oauth/token", None)).await;
    assert_eq!((post.status, post.text(), post.header("allow")), (405, "", "POST"));
}

#[tokio::test]
async fn casing_trailing_slashes_and_unknown_parameters_are_forgiven() {
    let app = TestApp::start().await;
    app.aws_container().await;
    for query in ["?providerName=aws", "/?providerName=Aws&foo=bar", "?", "/?"] {
        let list = app.get(&app.group(&format!("/containers{query}"))).await.expect(200);
        assert_eq!(list["totalCount"], 1, "{query}");
    }
    assert_eq!(app.get(&app.group("/containers?providerName=oracle")).await.refusal().1, "INVALID_PROVIDER");
}
