//! One trace from a caller's request to the last call to a cloud that it caused, as a collector gets
//! it: also when the server dies in between and another goes on.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use api::Method;
use serde_json::{Value, json};

use super::page::{Page, base};
use crate::bed::{Server, aws_peering, aws_place, client, command, eventually, folder, value};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// A span as it came.
#[derive(Debug, Clone)]
struct Span {
    trace: String,
    id: String,
    parent: String,
    name: String,
    notes: BTreeMap<String, String>,
    start: u64,
    end: u64,
    failed: bool,
}

/// Takes in what servers send, in this process.
struct Collector {
    address: String,
    spans: Arc<Mutex<Vec<Span>>>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let spans = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&spans);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let kept = Arc::clone(&kept);
                thread::spawn(move || while take_in(&stream, &kept).is_some() {});
            }
        });
        Self { address, spans }
    }

    /// The spans of the trace so far.
    fn trace(&self) -> Vec<Span> {
        let spans = self.spans.lock().expect("not poisoned");
        spans.iter().filter(|span| span.trace == TRACE).cloned().collect()
    }

    fn named(&self, name: &str) -> Vec<Span> {
        self.trace().into_iter().filter(|span| span.name == name).collect()
    }

    /// Waits for so many spans of that name.
    fn await_named(&self, name: &str, n: usize) -> Vec<Span> {
        eventually(&format!("{n} spans {name} came"), || {
            let found = self.named(name);
            (found.len() >= n).then_some(found)
        })
    }
}

/// One request of a server; `None` when it hangs up.
fn take_in(mut stream: &TcpStream, kept: &Mutex<Vec<Span>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).ok().filter(|n| *n > 0)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().expect("a length");
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    assert!(first.starts_with("POST /v1/traces "), "{first}");
    let body: Value = serde_json::from_slice(&body).expect("JSON, as asked for");
    let mut spans = Vec::new();
    for resource in body["resourceSpans"].as_array().expect("resources") {
        assert_eq!(notes(&resource["resource"])["service.name"], "landbridge");
        for scope in resource["scopeSpans"].as_array().expect("scopes") {
            spans.extend(scope["spans"].as_array().expect("spans").iter().map(span));
        }
    }
    kept.lock().expect("not poisoned").extend(spans);
    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    stream.write_all(answer.as_bytes()).ok()
}

fn notes(of: &Value) -> BTreeMap<String, String> {
    let attributes = of["attributes"].as_array().into_iter().flatten();
    let value = |value: &Value| match (&value["stringValue"], &value["intValue"]) {
        (Value::String(text), _) | (_, Value::String(text)) => text.clone(),
        (_, number) => number.to_string(),
    };
    attributes.map(|of| (text(&of["key"]), value(&of["value"]))).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn span(of: &Value) -> Span {
    let nanos = |field: &str| text(&of[field]).parse().expect("nanoseconds");
    Span {
        trace: text(&of["traceId"]),
        id: text(&of["spanId"]),
        parent: text(&of["parentSpanId"]),
        name: text(&of["name"]),
        notes: notes(of),
        start: nanos("startTimeUnixNano"),
        end: nanos("endTimeUnixNano"),
        failed: of["status"]["code"] == 2,
    }
}

/// A server that tells the collector.
fn serve(folder: &Path, collector: &Collector, latency: &str) -> Server {
    let endpoint = format!("http://{}", collector.address);
    let arguments = ["serve", "--data", "data", "--listen", "127.0.0.1:0", "--latency", latency];
    let mut command = command(folder, &[&arguments[..], &["--otlp-endpoint", &endpoint]].concat());
    command.env("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json").env("OTEL_BSP_SCHEDULE_DELAY", "20");
    Server::of(command, folder)
}

/// A caller that traces its own work.
struct Traced {
    agent: ureq::Agent,
    base: String,
    token: String,
    group: String,
}

impl Traced {
    fn of(folder: &Path, server: &Server) -> Self {
        let agent = ureq::Agent::new_with_defaults();
        let base = base(server);
        let of_file = |name: &str| value(folder, "bootstrap-oauth.env", name);
        let group = of_file("MONGODB_ATLAS_PROJECT_ID");
        let basic = basic(&of_file("MONGODB_ATLAS_CLIENT_ID"), &of_file("MONGODB_ATLAS_CLIENT_SECRET"));
        let mut answer = agent
            .post(format!("{base}/api/oauth/token"))
            .header("authorization", basic)
            .send("grant_type=client_credentials")
            .expect("a token");
        let answer: Value =
            serde_json::from_str(&answer.body_mut().read_to_string().expect("a body")).expect("JSON");
        Self { agent, base, token: text(&answer["access_token"]), group }
    }

    fn post(&self, path: &str, body: &Value, traceparent: Option<&str>) -> Value {
        let request = self
            .agent
            .post(format!("{}/api/atlas/v1.0/groups/{}/{path}", self.base, self.group))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json");
        let request = match traceparent {
            Some(traceparent) => request.header("traceparent", traceparent),
            None => request,
        };
        let mut answer = request.send(body.to_string()).expect("a success");
        serde_json::from_str(&answer.body_mut().read_to_string().expect("a body")).expect("JSON")
    }

    /// Makes a container, and then a peering within the trace; the peering's id.
    fn peer(&self) -> String {
        let place = aws_place();
        let container = text(&self.post("containers", &place, None)["id"]);
        let peer = aws_peering(&container);
        text(&self.post("peers", &peer, Some(&format!("00-{TRACE}-{PARENT}-01")))["id"])
    }
}

fn basic(id: &str, secret: &str) -> String {
    use base64::Engine as _;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}")))
}

/// Each span hangs below another of the trace, within its time or after it, up to the caller's own.
fn hangs_together(spans: &[Span]) {
    for span in spans {
        assert!(span.start <= span.end, "{span:?}");
        let parent = spans.iter().find(|parent| parent.id == span.parent);
        match parent {
            Some(parent) => assert!(parent.start <= span.start, "{span:?} began before {parent:?}"),
            None => assert_eq!(span.parent, PARENT, "{span:?} hangs nowhere"),
        }
    }
}

fn set_world(folder: &Path, change: &Value) {
    let group = value(folder, "bootstrap.env", "MONGODB_ATLAS_PROJECT_ID");
    let path = format!("/api/landbridge/v1/groups/{group}/world");
    let answer = client(folder, "bootstrap.env").call(Method::Patch, &path, Some(change));
    assert_eq!(answer.expect("an answer").status, 200);
}

#[test]
fn one_trace_leads_from_the_request_to_every_call_to_a_cloud_that_it_caused() {
    let (folder, collector) = (folder(), Collector::start());
    let server = serve(folder.path(), &collector, "instant");
    set_world(
        folder.path(),
        &json!({ "acceptance": "automatic", "faults": [{ "on": "cloud.request", "outcome": "throttled" }] }),
    );
    let caller = Traced::of(folder.path(), &server);
    let peer = caller.peer();
    let routed = collector.await_named("cloud route", 1);
    let request = collector.await_named("createGroupPeer", 1).remove(0);
    assert_eq!((request.parent.as_str(), routed.len()), (PARENT, 1));
    assert_eq!(request.notes["http.response.status_code"], "201");

    // Each call that changed something is told once, as often as it was made, under its pass.
    let spans = collector.trace();
    hangs_together(&spans);
    let page = Page::of(&server);
    for call in ["make_network", "request", "route"] {
        let told = spans.iter().filter(|span| span.name == format!("cloud {call}")).count();
        let made = page.sum("landbridge_cloud_calls_total", &[("call", call)]);
        assert_eq!(f64::from(u32::try_from(told).expect("few")), made, "{call}");
    }
    let throttled: Vec<_> = spans.iter().filter(|span| span.failed).collect();
    assert_eq!(throttled.len(), 1, "{throttled:?}");
    assert_eq!(
        (throttled[0].name.as_str(), throttled[0].notes["outcome"].as_str()),
        ("cloud request", "throttled")
    );
    for pass in spans.iter().filter(|span| span.name.starts_with("pass ")) {
        assert_eq!(pass.parent, request.id, "{pass:?}");
        assert_eq!(pass.notes["project.id"], caller.group);
    }
    assert!(spans.iter().any(|span| span.notes.get("row.id") == Some(&peer)));
    let states = spans.iter().filter_map(|span| span.notes.get("state.to")).map(String::as_str);
    assert!(states.clone().any(|state| state == "active") && states.clone().any(|state| state == "ready"));
}

#[test]
fn a_trace_goes_on_when_the_server_dies_and_another_takes_over() {
    let (folder, collector) = (folder(), Collector::start());
    let mut first = serve(folder.path(), &collector, "lifelike");
    set_world(folder.path(), &json!({ "acceptance": "automatic" }));
    let peer = Traced::of(folder.path(), &first).peer();
    let request = collector.await_named("createGroupPeer", 1).remove(0);
    let before = collector.await_named("pass container", 1);
    assert!(collector.named("cloud route").is_empty(), "it takes a quarter of a minute");
    first.kill();

    let second = serve(folder.path(), &collector, "lifelike");
    let mut client = client(folder.path(), "bootstrap.env");
    let group = value(folder.path(), "bootstrap.env", "MONGODB_ATLAS_PROJECT_ID");
    let path = format!("/api/atlas/v1.0/groups/{group}/peers/{peer}");
    eventually("the peering is established", || {
        let advance = json!({ "advance": "PT1M" });
        client.call(Method::Post, "/api/landbridge/v1/clock", Some(&advance)).expect("an answer");
        let answer = client.call(Method::Get, &path, None).expect("an answer");
        (answer.text("statusName") == "AVAILABLE").then_some(())
    });
    collector.await_named("cloud route", 1);
    let last = eventually("the pass that established it came", || {
        let passes = collector.named("pass peering");
        passes.into_iter().find(|pass| pass.notes["state.to"] == "active")
    });
    let spans = collector.trace();
    hangs_together(&spans);
    assert_eq!(last.parent, request.id);
    assert_ne!(last.notes["reconciler.owner"], before[0].notes["reconciler.owner"], "another server did it");
    let told = |name: &str| spans.iter().filter(|span| span.name == name).count();
    assert_eq!([told("cloud make_network"), told("cloud request"), told("cloud route")], [1, 1, 1]);
    drop(second);
}

#[test]
fn a_caller_that_wants_no_trace_and_a_server_that_has_no_collector_tell_nothing() {
    let (folder, collector) = (folder(), Collector::start());
    let server = serve(folder.path(), &collector, "instant");
    let caller = Traced::of(folder.path(), &server);
    let place = aws_place();
    caller.post("containers", &place, Some(&format!("00-{TRACE}-{PARENT}-00")));
    // What the caller did afterwards has come, so the other would have.
    eventually("something came", || {
        (!collector.spans.lock().expect("not poisoned").is_empty()).then_some(())
    });
    let other = json!({ "providerName": "AWS", "regionName": "US_WEST_2", "atlasCidrBlock": "10.9.0.0/21" });
    caller.post("containers", &other, None);
    eventually("the later request came", || {
        let spans = collector.spans.lock().expect("not poisoned");
        spans.iter().any(|span| span.name == "createGroupContainer").then_some(())
    });
    assert!(collector.trace().is_empty());
    let spans = collector.spans.lock().expect("not poisoned");
    assert_eq!(spans.iter().filter(|span| span.name == "createGroupContainer").count(), 1);
}
