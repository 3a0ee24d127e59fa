//! The program that plays Google Cloud: built once, started on a free port, stopped by its id.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use cloud::send::{Budget, Sender, Verdict};
use serde_json::{Value, json};

/// Our project there.
pub const NEAR: &str = "near-project";
/// The customer's.
pub const FAR: &str = "far-project";

/// A running one.
pub struct Fake {
    child: Child,
    /// Where it is.
    pub url: String,
    sender: Sender,
}

impl Drop for Fake {
    fn drop(&mut self) {
        // It is ours, by its handle; that it is gone already is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/gcp-fake")
}

/// Builds the program, once for each test run.
fn program() -> &'static (PathBuf, String) {
    static PROGRAM: OnceLock<(PathBuf, String)> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let (part, program) =
            (folder.join(format!("gcp-fake-{}", std::process::id())), folder.join("gcp-fake"));
        go(&["build", "-buildvcs=false", "-o", &part.to_string_lossy(), "."]);
        // Another test run may have its own in use: that one keeps it.
        std::fs::rename(part, &program).expect("the folder is ours");
        go(&["mod", "download", "google.golang.org/api"]);
        let module = go(&["list", "-m", "-f", "{{.Dir}}", "google.golang.org/api"]).trim().to_owned();
        (program, module)
    })
}

fn go(arguments: &[&str]) -> String {
    let run = Command::new("go").args(arguments).current_dir(folder()).output();
    let run = run.expect("these tests need Go 1.25.8 or newer: https://go.dev/dl");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "go {}: {said}", arguments.join(" "));
    String::from_utf8(run.stdout).expect("text")
}

impl Fake {
    /// Starts one of our own, with two projects.
    pub async fn start() -> Self {
        let (program, module) = program();
        let mut child = Command::new(program)
            .args(["-module", module])
            .stdout(Stdio::piped())
            .spawn()
            .expect("what was built can be started");
        let mut line = String::new();
        let out = child.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("it says where it is");
        let url = line.trim().rsplit(' ').next().expect("a word").to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{line}");
        let budget = Budget { each: std::time::Duration::from_secs(12), ..Budget::default() };
        let budget = Budget { whole: std::time::Duration::from_secs(15), ..budget };
        let fake = Self { child, url, sender: Sender::with_budget(budget).expect("a client") };
        fake.reset().await;
        fake
    }

    async fn ask(&self, method: &str, name: &str, body: Option<Value>) -> Value {
        let request = || {
            let request = http::Request::builder().method(method).uri(format!("{}/-/{name}", self.url));
            let body = body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default();
            async move { Ok(request.body(body).expect("a request")) }
        };
        let answer = self.sender.send(request, |_| Verdict::Done).await.expect("it answers");
        assert!(answer.status.is_success(), "{name}: {}", answer.text());
        serde_json::from_slice(&answer.body).expect("JSON")
    }

    /// Uses one of its hands.
    pub async fn hand(&self, name: &str, body: Value) {
        self.ask("POST", name, Some(body)).await;
    }

    /// Reads what it shows.
    pub async fn show(&self, name: &str) -> Value {
        self.ask("GET", name, None).await
    }

    /// Nothing exists but two projects, and nothing goes wrong.
    pub async fn reset(&self) {
        self.hand("reset", json!({})).await;
        for project in [NEAR, FAR] {
            self.hand("project", json!({ "project": project })).await;
        }
    }

    /// Lays out a fault for calls of a method; for any when it is empty.
    pub async fn fault(&self, method: &str, kind: &str, times: u32) {
        self.hand("fault", json!({ "fault": { "method": method, "kind": kind, "times": times } })).await;
    }

    /// Nobody broke Google's documents.
    pub async fn clean(&self) {
        let told = self.show("violations").await;
        assert_eq!(told["violations"], json!([]), "the discovery documents were broken");
    }

    /// What exists in our project.
    pub async fn near(&self) -> Value {
        self.show("state").await[NEAR].take()
    }

    /// How many calls were made so far.
    pub async fn n_calls(&self) -> u64 {
        let calls = self.show("calls").await;
        calls.as_object().expect("an object").values().filter_map(Value::as_u64).sum()
    }
}
