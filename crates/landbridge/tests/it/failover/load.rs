//! Writers that note what they were told, and what must therefore be so.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use api::Method;
use landbridge::client::{Answer, Client, Unanswered};
use serde_json::{Value, json};

use crate::bed::{client, eventually, value};

const WRITERS: usize = 6;
/// Peerings that a writer keeps; one more, and it deletes the oldest.
const KEPT: usize = 6;
/// Acknowledged writes of all before the database is touched.
const WARM: usize = 60;
const PAUSE: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for a moment, as something between two calls.
pub fn pause() {
    thread::park_timeout(PAUSE);
}

#[expect(clippy::disallowed_methods, reason = "how long an outage lasts is what this test tells")]
fn now() -> Instant {
    Instant::now()
}

/// What was done to the database, and what callers saw of it.
#[derive(Default)]
pub struct Outage {
    began: Option<Instant>,
    ended: Option<Instant>,
    recovered: Option<Instant>,
    n_acknowledged: usize,
    n_unavailable: usize,
}

impl Outage {
    /// From now on no write can succeed, or none should be hoped for.
    pub fn begins(&mut self) {
        self.began = Some(now());
    }

    /// From now on the database could be used again.
    pub fn ends(&mut self) {
        self.ended = Some(now());
    }
}

impl fmt::Display for Outage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(began), Some(ended), Some(recovered)) = (self.began, self.ended, self.recovered) else {
            return write!(f, "nothing happened");
        };
        write!(
            f,
            "{} acknowledged writes, {} answers 503; the database was away for {:.1} s, \
             {:.1} s after that both servers wrote again",
            self.n_acknowledged,
            self.n_unavailable,
            (ended - began).as_secs_f64(),
            recovered.saturating_duration_since(ended).as_secs_f64()
        )
    }
}

/// An acknowledged write: which server did it, when it was asked for and when answered.
struct Done {
    server: usize,
    asked: Instant,
    answered: Instant,
}

/// What one writer was told. It has a project of its own.
struct Writer {
    project: String,
    container: String,
    nth: usize,
    /// Acknowledged peerings: the network of each.
    wanted: BTreeMap<String, String>,
    /// Those whose deletion was acknowledged.
    deleted: BTreeSet<String>,
    done: Vec<Done>,
    n_unavailable: usize,
}

/// All writers, and the way to both servers.
pub struct Load<'f> {
    folders: [&'f Path; 2],
    writers: Vec<Writer>,
    n_acknowledged: usize,
}

fn must(client: &mut Client, method: Method, path: &str, body: &Value) -> Answer {
    let answer = client.call(method, path, Some(body)).expect("an answer");
    assert!(answer.status < 300, "{path}: {} {}", answer.status, answer.body);
    answer
}

impl<'f> Load<'f> {
    pub fn prepare(folders: [&'f Path; 2]) -> Self {
        let org = value(folders[0], "bootstrap.env", "MONGODB_ATLAS_ORG_ID");
        let mut client = client(folders[0], "bootstrap-oauth.env");
        let mut writer = |nth: usize| {
            let body = json!({ "name": format!("writer {nth}"), "orgId": org });
            let made = must(&mut client, Method::Post, "/api/atlas/v1.0/groups", &body);
            let project = made.text("id").to_owned();
            let path = format!("/api/landbridge/v1/groups/{project}/world");
            must(&mut client, Method::Patch, &path, &json!({ "acceptance": "automatic" }));
            let path = format!("/api/atlas/v1.0/groups/{project}/containers");
            let place = json!({
                "atlasCidrBlock": "10.8.0.0/21", "providerName": "AWS", "regionName": "US_EAST_1"
            });
            let container = must(&mut client, Method::Post, &path, &place).text("id").to_owned();
            Writer {
                project,
                container,
                nth: 0,
                wanted: BTreeMap::new(),
                deleted: BTreeSet::new(),
                done: Vec::new(),
                n_unavailable: 0,
            }
        };
        let writers = (0..WRITERS).map(&mut writer).collect();
        Self { folders, writers, n_acknowledged: 0 }
    }

    /// Lets the writers work, does that to the database in the middle, and ends when both servers
    /// have written again for a while.
    pub fn run(&mut self, outage: &mut Outage, harm: impl FnOnce(&mut Outage)) {
        let (tell, told) = std::sync::mpsc::channel();
        let stop = AtomicBool::new(false);
        let folders = self.folders;
        thread::scope(|scope| {
            let _stop = Stop(&stop);
            for (at, writer) in self.writers.iter_mut().enumerate() {
                // By token and by digest.
                let file = ["bootstrap-oauth.env", "bootstrap.env"][at / 2 % 2];
                let mut clients = folders.map(|folder| client(folder, file));
                let (stop, tell) = (&stop, tell.clone());
                scope.spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        writer.write(&mut clients);
                        let done = writer.done.last().expect("it has just been done");
                        // The test may have seen enough.
                        let _ = tell.send((done.server, done.asked));
                    }
                });
            }
            // If every writer has failed, nothing comes any more.
            drop(tell);
            let next = || told.recv_timeout(PATIENCE).expect("writes are acknowledged within a minute");
            for _ in 0..WARM {
                next();
            }
            harm(outage);
            let ended = outage.ended.expect("the harm ends");
            let mut n_after = [0, 0];
            while n_after.iter().any(|n| *n < WARM) {
                let (server, asked) = next();
                n_after[server] += usize::from(asked >= ended);
            }
        });
        let began = outage.began.expect("the harm begins");
        let done: Vec<Done> = self.writers.iter_mut().flat_map(|writer| writer.done.drain(..)).collect();
        let first = |server: usize| {
            let after = done.iter().filter(|done| done.server == server && done.asked >= began);
            after.map(|done| done.answered).min()
        };
        outage.recovered = (0..2).filter_map(first).max();
        outage.n_acknowledged = done.len();
        self.n_acknowledged += done.len();
        outage.n_unavailable =
            self.writers.iter_mut().map(|writer| std::mem::take(&mut writer.n_unavailable)).sum();
    }

    /// Holds what every writer was told against what both servers show, until all rests.
    pub fn hold(&self) {
        for folder in self.folders {
            let mut client = client(folder, "bootstrap-oauth.env");
            for writer in &self.writers {
                // What is lost is lost at once; the rest is for the reconcilers to bring about.
                writer.check(&writer.shown(&mut client));
                eventually("every peering is available, and every deleted one gone", || {
                    let shown = writer.shown(&mut client);
                    writer.check(&shown);
                    let rests = shown.len() == writer.wanted.len()
                        && shown.values().all(|shown| shown.status == "AVAILABLE");
                    rests.then_some(())
                });
            }
        }
    }

    /// Deletes all, sees it go, and tells the figures.
    pub fn finish(mut self) -> String {
        for writer in &mut self.writers {
            let mut clients = self.folders.map(|folder| client(folder, "bootstrap-oauth.env"));
            while let Some(id) = writer.wanted.keys().next().cloned() {
                writer.delete(&mut clients, &id);
            }
        }
        self.hold();
        format!("{} acknowledged writes under load, 0 lost", self.n_acknowledged)
    }
}

/// Ends the writers, also when a test fails while they work.
struct Stop<'s>(&'s AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A peering as a server shows it.
struct Shown {
    status: String,
    network: String,
}

impl Writer {
    fn peers(&self) -> String {
        format!("/api/atlas/v1.0/groups/{}/peers", self.project)
    }

    /// One acknowledged write.
    fn write(&mut self, clients: &mut [Client; 2]) {
        match self.wanted.keys().next().cloned() {
            Some(oldest) if self.wanted.len() > KEPT => self.delete(clients, &oldest),
            _ => self.make(clients),
        }
    }

    fn make(&mut self, clients: &mut [Client; 2]) {
        self.nth += 1;
        let network = format!("vpc-{}{:05x}", &self.container[12..], self.nth);
        let body = json!({
            "containerId": self.container, "providerName": "AWS", "accepterRegionName": "us-east-1",
            "awsAccountId": "123456789012", "vpcId": network,
            "routeTableCidrBlock": format!("172.{}.{}.0/24", 16 + self.nth / 256 % 16, self.nth % 256)
        });
        let answer = self.until_answered(clients, Method::Post, &self.peers(), Some(&body));
        let id = match answer.status {
            201 => answer.text("id").to_owned(),
            // It had been made by a call whose answer was 503, and is not made twice.
            409 if answer.text("errorCode") == "PEER_ALREADY_EXISTS" => {
                let shown = self.shown(&mut clients[0]);
                let mut twins = shown.iter().filter(|(_, shown)| shown.network == network);
                let id = twins.next().expect("it exists, the server said").0.clone();
                assert!(twins.next().is_none(), "{network} is there twice");
                id
            }
            // The reconcilers are behind with what was deleted.
            400 | 409 if answer.text("errorCode") == "PEER_MAXIMUM_REACHED" => return pause(),
            _ => panic!("a POST was answered {} {}", answer.status, answer.body),
        };
        self.wanted.insert(id, network);
    }

    fn delete(&mut self, clients: &mut [Client; 2], id: &str) {
        let answer = self.until_answered(clients, Method::Delete, &format!("{}/{id}", self.peers()), None);
        let gone = ["PEER_NOT_FOUND", "PEER_ALREADY_REQUESTED_DELETION"].contains(&answer.text("errorCode"));
        assert!(answer.status == 202 || gone, "a DELETE was answered {} {}", answer.status, answer.body);
        self.wanted.remove(id);
        self.deleted.insert(id.to_owned());
    }

    /// Calls one server, then the other, until an answer is none of 503.
    fn until_answered(
        &mut self,
        clients: &mut [Client; 2],
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Answer {
        let begun = now();
        loop {
            let server = (self.nth + self.done.len() + self.n_unavailable) % 2;
            let asked = now();
            let answer = match clients[server].call(method, path, body) {
                Ok(answer) | Err(Unanswered::SignIn(answer)) => answer,
                Err(Unanswered::Lost(error)) => panic!("{method:?} got no answer: {error}"),
            };
            if answer.status != 503 {
                self.done.push(Done { server, asked, answered: now() });
                return answer;
            }
            assert!(answer.retry_after.is_some(), "503 without Retry-After: {}", answer.body);
            assert!(now() - begun < PATIENCE, "for a minute there is no answer but 503");
            self.n_unavailable += 1;
            pause();
        }
    }

    fn shown(&self, client: &mut Client) -> BTreeMap<String, Shown> {
        let path = format!("{}?itemsPerPage=500", self.peers());
        let answer = eventually("a list is shown", || {
            let answer = client.call(Method::Get, &path, None).expect("an answer");
            assert!([200, 503].contains(&answer.status), "{} {}", answer.status, answer.body);
            (answer.status == 200).then_some(answer)
        });
        let shown = |peer: &Value| {
            let text = |name: &str| peer[name].as_str().unwrap_or_default().to_owned();
            (text("id"), Shown { status: text("statusName"), network: text("vpcId") })
        };
        answer.body["results"].as_array().into_iter().flatten().map(shown).collect()
    }

    fn check(&self, shown: &BTreeMap<String, Shown>) {
        for (id, network) in &self.wanted {
            let found = shown.get(id).unwrap_or_else(|| panic!("the acknowledged peering {id} is lost"));
            assert_eq!(&found.network, network);
            assert!(!["TERMINATING", "FAILED"].contains(&found.status.as_str()), "{id} is {}", found.status);
        }
        for (id, found) in shown {
            let leaves = self.deleted.contains(id) && found.status == "TERMINATING";
            assert!(self.wanted.contains_key(id) || leaves, "{id} is {} and nobody wants it", found.status);
        }
    }
}
