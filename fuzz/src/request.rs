//! A whole request, from its first line to its answer: path, routing, query, media type,
//! credentials, form and body, against the program in process.
//!
//! An input is a byte for the method, one for the caller, and lines: the target, `Accept`,
//! `Authorization`, `Content-Type`; the rest is the body.

use std::cell::RefCell;
use std::time::Duration;

use axum::body::Body;
use http::{HeaderValue, Method, Request, header};
use serde_json::Value;
use testkit::{Answer, TestApp};
use tokio::runtime::Runtime;

/// Requests to one program before a new one is begun: before its tokens expire.
const LIFE: u32 = 3000;

struct Home {
    runtime: Runtime,
    app: TestApp,
    left: u32,
}

thread_local! {
    static HOME: RefCell<Option<Home>> = const { RefCell::new(None) };
}

const METHODS: [Method; 7] =
    [Method::GET, Method::POST, Method::PATCH, Method::PUT, Method::DELETE, Method::HEAD, Method::OPTIONS];

/// No bytes of a caller's lead to a 5xx, nor to an answer that clients can't read.
pub fn check(bytes: &[u8]) {
    HOME.with_borrow_mut(|home| {
        if home.as_ref().is_none_or(|home| home.left == 0) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("a runtime");
            let app = runtime.block_on(TestApp::start());
            *home = Some(Home { runtime, app, left: LIFE });
        }
        let home = home.as_mut().expect("it was made");
        home.left -= 1;
        // So that nobody is told to slow down.
        home.app.clock.advance(Duration::from_secs(1));
        let Some(request) = request(bytes, &home.app) else { return };
        let (method, target) = (request.method().clone(), request.uri().to_string());
        let answer = home.runtime.block_on(home.app.send(request));
        judge(&method, &target, &answer);
    });
}

fn request(bytes: &[u8], app: &TestApp) -> Option<Request<Body>> {
    let (head, rest) = bytes.split_at_checked(2)?;
    let mut lines = rest.splitn(5, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let method = METHODS[usize::from(head[0]) % METHODS.len()].clone();
    let target = crate::text(line())?.replace("{groupId}", &app.project.to_string());
    let target = target.replace("{orgId}", &app.org.to_string());
    // What is laid out there to fail does fail.
    if target.contains("/landbridge/") && method != Method::GET {
        return None;
    }
    let mut request = Request::builder().method(method).uri(target).header(header::HOST, "localhost:8080");
    let mut put = |name, value: &[u8]| {
        if let (false, Ok(value)) = (value.is_empty(), HeaderValue::from_bytes(value)) {
            request.headers_mut()?.insert(name, value);
        }
        Some(())
    };
    let (accept, credentials) = (line(), line());
    put(header::ACCEPT, accept)?;
    match head[1] % 4 {
        0 => put(header::AUTHORIZATION, credentials)?,
        _ => put(header::AUTHORIZATION, format!("Bearer {}", app.token).as_bytes())?,
    }
    put(header::CONTENT_TYPE, line())?;
    request.body(Body::from(line().to_vec())).ok()
}

fn judge(method: &Method, target: &str, answer: &Answer) {
    let Answer { status, body, .. } = answer;
    assert!(*status < 500, "{method} {target}: {status} {}", answer.text());
    assert!(body.len() < 4 << 20, "{method} {target}: an answer of {} bytes", body.len());
    let json = answer.header("content-type").contains("json");
    if body.is_empty() || !json {
        assert!(*status < 400 || *method == Method::HEAD || body.is_empty() || !target.starts_with("/api/atlas"));
        return;
    }
    let value: Value = serde_json::from_slice(body).expect("JSON as it was said to be");
    if *status >= 400 {
        let code = value.get("errorCode").and_then(Value::as_str);
        let oauth = value.get("error").is_some_and(Value::is_string);
        assert!(oauth || code.is_some_and(|code| !code.is_empty()), "{target}: {value}");
        assert!(oauth || value["error"] == *status, "{target}: {value}");
    }
}
