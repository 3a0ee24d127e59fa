//! Killed at any moment, under load, the server loses nothing that it acknowledged.
//!
//! Real processes, real files, real fsync. Each round starts the server on the same data, holds
//! every answer of all rounds before against what it shows, lets writers work, and kills it in the
//! middle. At the end everything is deleted and must be seen to go.
//!
//! `LANDBRIDGE_KILLS` says how often (100 if it does not), `LANDBRIDGE_SEED` with which choices.

mod deed;
mod ledger;
mod shown;

use std::io::Write as _;
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::Duration;

use api::Method;
use landbridge::client::{Client, Unanswered};
use landbridge::config::variable;

use crate::bed::{Server, client, eventually, folder, value};
use deed::{Deed, V1};
use ledger::Ledger;
use shown::Shown;

const WRITERS: [&str; 3] = ["bootstrap.env", "bootstrap-oauth.env", "bootstrap.env"];

/// Chance that can be repeated (splitmix64).
pub struct Chance(u64);

impl Chance {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    /// One of several; none if there is none.
    pub fn of<'a, T>(&mut self, mut all: impl Iterator<Item = &'a T> + Clone) -> Option<&'a T> {
        let n = all.clone().count() as u64;
        if n == 0 { None } else { all.nth(usize::try_from(self.below(n)).expect("small")) }
    }
}

pub fn number(name: &str, usual: u64) -> u64 {
    variable(name)
        .map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

/// Tells the user, past the harness, which keeps what a passing test prints.
pub fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[test]
fn no_kill_loses_an_acknowledged_write_and_what_is_deleted_goes() {
    let kills = number("LANDBRIDGE_KILLS", 100);
    let seed = number("LANDBRIDGE_SEED", u64::from(std::process::id()));
    tell(&format!("kill test: {kills} kills, LANDBRIDGE_SEED={seed}"));
    let mut chance = Chance(seed);
    let folder = folder();
    start(folder.path(), &mut chance, true).kill();
    let org = value(folder.path(), "bootstrap.env", "MONGODB_ATLAS_ORG_ID");
    let mut ledgers: Vec<Ledger> = (0..WRITERS.len()).map(|name| Ledger::new(name, &org)).collect();
    let mut n_in_doubt = 0;
    for round in 0..kills {
        if chance.below(8) == 0 {
            // Also while it starts, and while it takes up what the last kill left.
            let mut server = start(folder.path(), &mut chance, false);
            std::thread::park_timeout(Duration::from_millis(chance.below(60)));
            server.kill();
        }
        let mut server = start(folder.path(), &mut chance, true);
        check(folder.path(), &mut ledgers, &mut chance);
        let pause = Duration::from_millis(10 + chance.below(500));
        work(folder.path(), &mut server, &mut ledgers, &mut chance, pause);
        n_in_doubt += ledgers.iter().filter(|ledger| ledger.doubt.is_some()).count();
        if round % 50 == 49 {
            tell(&format!("kill test: {} kills, {} writes held", round + 1, n_acknowledged(&ledgers)));
        }
    }
    let mut server = start(folder.path(), &mut chance, true);
    check(folder.path(), &mut ledgers, &mut chance);
    finish(folder.path(), &ledgers);
    server.stop();
    let log = server.log();
    let bad: Vec<&str> = log.lines().filter(|line| line.contains(r#""level":"ERROR""#)).collect();
    assert!(bad.is_empty(), "errors were logged: {bad:#?}");
    tell(&format!(
        "kill test: {kills} kills under load, {} acknowledged writes, none lost; {n_in_doubt} calls were cut \
         without an answer; everything deleted is gone",
        n_acknowledged(&ledgers)
    ));
}

fn n_acknowledged(ledgers: &[Ledger]) -> u64 {
    ledgers.iter().map(|ledger| ledger.n_acknowledged).sum()
}

fn start(folder: &Path, chance: &mut Chance, wait: bool) -> Server {
    let latency = if chance.below(2) == 0 { "instant" } else { "swift" };
    let arguments = ["--latency", latency, "--log-level", "warn", "--log-format", "json"];
    if wait { Server::start(folder, &arguments) } else { Server::spawn(folder, &arguments) }
}

/// Holds every ledger against what the server shows.
fn check(folder: &Path, ledgers: &mut [Ledger], chance: &mut Chance) {
    let file = WRITERS[usize::try_from(chance.below(2)).expect("small")];
    let mut client = client(folder, file);
    let projects = shown::projects(&mut client);
    for ledger in ledgers.iter_mut() {
        ledger.check_projects(&projects);
        for id in ledger.projects.keys().cloned().collect::<Vec<_>>() {
            let shown = Shown::read(&mut client, &id);
            ledger.check_project(&id, &shown);
        }
        ledger.doubt = None;
    }
    let known = ledgers.iter().map(|ledger| ledger.projects.len()).sum::<usize>();
    assert_eq!(projects.len(), known + 1, "beside the first start's, only what was asked for is there");
}

/// Lets the writers work for a while, and kills the server under them.
fn work(folder: &Path, server: &mut Server, ledgers: &mut [Ledger], chance: &mut Chance, pause: Duration) {
    std::thread::scope(|scope| {
        for (ledger, file) in ledgers.iter_mut().zip(WRITERS) {
            let mut chance = Chance(chance.below(u64::MAX));
            scope.spawn(move || write(&mut client(folder, file), ledger, &mut chance));
        }
        // A wait that nothing ends early.
        let (_sender, never) = channel::<()>();
        let _ = never.recv_timeout(pause);
        server.kill();
    });
}

/// Writes until there is no answer.
fn write(client: &mut Client, ledger: &mut Ledger, chance: &mut Chance) {
    loop {
        let deed = ledger.choose(chance);
        let (method, path, body) = deed.request();
        match client.call(method, &path, body.as_ref()) {
            Ok(answer) if answer.status == deed.success() => {
                ledger.n_acknowledged += 1;
                ledger.done(&deed, answer.text("id"));
            }
            Ok(answer) if deed.may_be_refused_with(answer.text("errorCode")) => {}
            Ok(answer) => panic!("{deed:?} was answered {} {}", answer.status, answer.body),
            Err(Unanswered::Lost(_)) => {
                ledger.doubt = Some(deed);
                return;
            }
            Err(Unanswered::SignIn(answer)) => panic!("no token: {} {}", answer.status, answer.body),
        }
    }
}

/// The wishes stop changing: everything comes to rest, and then, deleted, goes.
fn finish(folder: &Path, ledgers: &[Ledger]) {
    let mut client = client(folder, "bootstrap.env");
    for ledger in ledgers {
        for (id, project) in &ledger.projects {
            eventually("every peering rests where it should", || {
                let shown = Shown::read(&mut client, id);
                project.rests(&shown).then_some(())
            });
        }
    }
    for (id, project) in ledgers.iter().flat_map(|ledger| &ledger.projects) {
        for (peer, _) in project.wanted() {
            must(&mut client, &Deed::DropPeer { project: id.clone(), peer: peer.clone() });
        }
        let shown = Shown::read(&mut client, id);
        assert!(shown.groups().next().is_none(), "no security group stays without a peering: {shown:?}");
        eventually("every deleted peering is gone", || {
            Shown::read(&mut client, id).peers.is_empty().then_some(())
        });
        for container in project.containers.keys() {
            let deed = Deed::DropContainer { project: id.clone(), container: container.clone() };
            let (method, path, _) = deed.request();
            eventually("a container without peerings can be deleted", || {
                let answer = client.call(method, &path, None).expect("an answer");
                assert!(answer.status == 204 || answer.status == 409, "{} {}", answer.status, answer.body);
                (answer.status == 204).then_some(())
            });
        }
        must(&mut client, &Deed::CloseProject { project: id.clone() });
        let answer = client.call(Method::Get, &format!("{V1}/groups/{id}"), None).expect("an answer");
        assert_eq!(answer.status, 404);
    }
    assert_eq!(shown::projects(&mut client).len(), 1, "only the first start's project is left");
}

fn must(client: &mut Client, deed: &Deed) {
    let (method, path, body) = deed.request();
    let answer = client.call(method, &path, body.as_ref()).expect("an answer");
    assert_eq!(answer.status, deed.success(), "{deed:?}: {}", answer.body);
}
