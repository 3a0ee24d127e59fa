//! A server that has met a bit of everything, so that every metric has something to show.

use api::Method;
use landbridge::client::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::page::{Page, base};
use crate::bed::{Server, aws_peering, aws_place, client, eventually, folder, value};

/// A server and its folder.
pub struct Tour {
    /// Where it keeps everything.
    _folder: TempDir,
    pub server: Server,
    pub client: Client,
    pub group: String,
}

impl Tour {
    /// One whose clouds take no time and whose far sides accept by themselves.
    pub fn start(more: &[&str]) -> Self {
        let folder = folder();
        let server =
            Server::start(folder.path(), &[&["--latency", "instant", "--log-level", "warn"], more].concat());
        let client = client(folder.path(), "bootstrap.env");
        let group = value(folder.path(), "bootstrap.env", "MONGODB_ATLAS_PROJECT_ID");
        let mut tour = Self { _folder: folder, server, client, group };
        tour.world(&json!({ "acceptance": "automatic" }));
        tour
    }

    /// Calls, and expects that status.
    pub fn call(&mut self, method: Method, path: &str, body: Option<&Value>, status: u16) -> Value {
        let answer = self.client.call(method, path, body).expect("an answer");
        assert_eq!(answer.status, status, "{} {path}: {}", method.name(), answer.body);
        answer.body
    }

    /// A path below the project, in v1.0.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/atlas/v1.0/groups/{}{rest}", self.group)
    }

    /// Changes the project's world.
    pub fn world(&mut self, change: &Value) {
        let path = format!("/api/landbridge/v1/groups/{}/world", self.group);
        self.call(Method::Patch, &path, Some(change), 200);
    }

    /// Makes a container; its id.
    pub fn container(&mut self, body: &Value) -> String {
        let made = self.call(Method::Post, &self.path("/containers"), Some(body), 201);
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Makes a container and a peering at AWS; the peering's id.
    pub fn aws_peer(&mut self) -> String {
        let place = aws_place();
        let container = self.container(&place);
        let peer = aws_peering(&container);
        let made = self.call(Method::Post, &self.path("/peers"), Some(&peer), 201);
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Waits until a peering reads that.
    pub fn await_status(&mut self, peer: &str, status: &str) {
        let path = self.path(&format!("/peers/{peer}"));
        eventually(&format!("the peering is {status}"), || {
            let answer = self.client.call(Method::Get, &path, None).expect("an answer");
            (answer.text("statusName") == status).then_some(())
        });
    }

    /// Waits until a peering is gone.
    pub fn await_gone(&mut self, peer: &str) {
        let path = self.path(&format!("/peers/{peer}"));
        eventually("the peering is gone", || {
            let answer = self.client.call(Method::Get, &path, None).expect("an answer");
            (answer.status == 404).then_some(())
        });
    }
}

/// A server after a tour, and its page.
pub fn page() -> (Tour, Page) {
    let mut tour = Tour::start(&["--rate-limit-factor", "1"]);
    let faults = json!({ "faults": [{ "on": "cloud.request", "outcome": "throttled" }] });
    tour.world(&faults);
    let peer = tour.aws_peer();
    tour.await_status(&peer, "AVAILABLE");
    // Whom nobody knows, and who asks too often: an account has fifty tokens a minute.
    let agent =
        ureq::Agent::new_with_config(ureq::config::Config::builder().http_status_as_error(false).build());
    let url = format!("{}/api/oauth/token", base(&tour.server));
    for nth in 0..=50 {
        let answer =
            agent.post(&url).header("authorization", "Basic eDp5").send("grant_type=client_credentials");
        assert_eq!(answer.expect("an answer").status().as_u16(), if nth < 50 { 401 } else { 429 });
    }
    let page = Page::of(&tour.server);
    (tour, page)
}
