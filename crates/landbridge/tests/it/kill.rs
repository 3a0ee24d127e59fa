//! Killed at any moment, under load, the server loses nothing that it acknowledged.
//!
//! Real processes, real files, real fsync. Each round starts what does not run on the same data,
//! holds every answer of all rounds before against what one server shows, lets writers work, and
//! kills in the middle: the server on a file; or one of two servers on PostgreSQL, or both, or the
//! connections of both. At the end everything is deleted and must be seen to go.
//!
//! `LANDBRIDGE_KILLS` says how often (100 if it does not), `LANDBRIDGE_SEED` with which choices.

mod deed;
mod ledger;
mod shown;

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use api::Method;
use landbridge::client::{Client, Unanswered};
use landbridge::config::variable;

use crate::bed::{Server, eventually, value};
use crate::site::Site;
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
    killed(Site::of_one(), "one server on a file");
}

#[test]
fn no_kill_of_one_of_two_servers_loses_an_acknowledged_write_and_what_is_deleted_goes() {
    killed(Site::of_nodes(2), "two servers on PostgreSQL");
}

/// What was done to servers.
#[derive(Default)]
struct Tally {
    n_kills: u64,
    n_cuts: u64,
    n_in_doubt: u64,
}

/// The servers of a site, as far as they run.
struct Bed {
    site: Site,
    servers: Vec<Option<Server>>,
}

fn killed(site: Site, what: &str) {
    let kills = number("LANDBRIDGE_KILLS", 100);
    let seed = number("LANDBRIDGE_SEED", u64::from(std::process::id()));
    tell(&format!("kill test, {what}: {kills} kills, LANDBRIDGE_SEED={seed}"));
    let mut chance = Chance(seed);
    let n_nodes = site.n_nodes();
    let mut bed = Bed { site, servers: (0..n_nodes).map(|_| None).collect() };
    bed.start(&mut chance);
    let org = value(bed.site.folder(0), "bootstrap.env", "MONGODB_ATLAS_ORG_ID");
    let mut ledgers: Vec<Ledger> = (0..WRITERS.len()).map(|name| Ledger::new(name, &org)).collect();
    let (mut tally, mut told) = (Tally::default(), 0);
    while tally.n_kills < kills {
        if chance.below(8) == 0 {
            bed.kill_while_starting(&mut chance);
        }
        bed.start(&mut chance);
        bed.check(&mut ledgers, &mut chance);
        bed.work(&mut ledgers, &mut chance, &mut tally);
        tally.n_in_doubt += ledgers.iter().filter(|ledger| ledger.doubt.is_some()).count() as u64;
        if tally.n_kills >= told + 50 {
            told = tally.n_kills;
            tell(&format!("kill test, {what}: {told} kills, {} writes held", n_acknowledged(&ledgers)));
        }
    }
    bed.start(&mut chance);
    bed.check(&mut ledgers, &mut chance);
    finish(&mut bed.client(&mut chance), &ledgers);
    for mut server in bed.servers.into_iter().flatten() {
        server.stop();
    }
    let bad = bed.site.errors();
    assert!(bad.is_empty(), "errors were logged: {bad:#?}");
    let Tally { n_kills, n_cuts, n_in_doubt } = tally;
    tell(&format!(
        "kill test, {what}: {n_kills} kills under load, connections cut {n_cuts} times; {} acknowledged \
         writes, none lost; {n_in_doubt} calls were cut without an answer; everything deleted is gone",
        n_acknowledged(&ledgers)
    ));
}

fn n_acknowledged(ledgers: &[Ledger]) -> u64 {
    ledgers.iter().map(|ledger| ledger.n_acknowledged).sum()
}

fn arguments(chance: &mut Chance) -> [&'static str; 6] {
    let latency = if chance.below(2) == 0 { "instant" } else { "swift" };
    ["--latency", latency, "--log-level", "warn", "--log-format", "json"]
}

/// A wait that nothing ends early.
fn wait(pause: Duration) {
    let (_sender, never) = channel::<()>();
    let _ = never.recv_timeout(pause);
}

impl Bed {
    /// Starts what does not run.
    fn start(&mut self, chance: &mut Chance) {
        for (nth, server) in self.servers.iter_mut().enumerate() {
            server.get_or_insert_with(|| self.site.start(nth, &arguments(chance)));
        }
    }

    /// Kills what does not run while it starts, and while it takes up what the last kill left.
    fn kill_while_starting(&mut self, chance: &mut Chance) {
        for (nth, _) in self.servers.iter().enumerate().filter(|(_, server)| server.is_none()) {
            let mut server = self.site.spawn(nth, &arguments(chance));
            wait(Duration::from_millis(chance.below(60)));
            server.kill();
        }
    }

    fn server(&self, nth: usize) -> &Server {
        self.servers[nth].as_ref().expect("all of them run")
    }

    /// A client of one of them.
    fn client(&self, chance: &mut Chance) -> Client {
        let nth = usize::try_from(chance.below(self.servers.len() as u64)).expect("small");
        let file = WRITERS[usize::try_from(chance.below(2)).expect("small")];
        self.site.client(self.server(nth), file)
    }

    /// Holds every ledger against what one of the servers shows.
    fn check(&self, ledgers: &mut [Ledger], chance: &mut Chance) {
        self.site.await_quiet();
        self.site.end_leases();
        let mut client = self.client(chance);
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

    /// Lets the writers work for a while, strikes under them, and lets those go on who still can.
    fn work(&mut self, ledgers: &mut [Ledger], chance: &mut Chance, tally: &mut Tally) {
        let clients: Vec<Client> = (0..ledgers.len())
            .map(|nth| self.site.client(self.server(nth % self.servers.len()), WRITERS[nth]))
            .collect();
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for (ledger, mut client) in ledgers.iter_mut().zip(clients) {
                let (mut chance, over) = (Chance(chance.below(u64::MAX)), &over);
                scope.spawn(move || write(&mut client, ledger, &mut chance, over));
            }
            wait(Duration::from_millis(10 + chance.below(500)));
            self.strike(chance, tally);
            if self.servers.iter().any(Option::is_some) {
                wait(Duration::from_millis(chance.below(100)));
            }
            over.store(true, Ordering::Relaxed);
        });
    }

    /// Kills one server, seldom all; or cuts their connections to the database.
    fn strike(&mut self, chance: &mut Chance, tally: &mut Tally) {
        let n_nodes = self.servers.len();
        let victim = usize::try_from(chance.below(n_nodes as u64)).expect("small");
        let roll = chance.below(8);
        if n_nodes > 1 && roll == 0 {
            tally.n_cuts += 1;
            return self.site.cut();
        }
        for nth in (0..n_nodes).filter(|nth| roll == 1 || *nth == victim) {
            if let Some(mut server) = self.servers[nth].take() {
                tally.n_kills += 1;
                server.kill();
            }
        }
    }
}

/// Writes until it is over, or there is no answer, or none that tells whether it is done.
fn write(client: &mut Client, ledger: &mut Ledger, chance: &mut Chance, over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        let deed = ledger.choose(chance);
        let (method, path, body) = deed.request();
        match client.call(method, &path, body.as_ref()) {
            Ok(answer) if answer.status == deed.success() => {
                ledger.n_acknowledged += 1;
                ledger.done(&deed, answer.text("id"));
            }
            Ok(answer) if deed.may_be_refused_with(answer.text("errorCode")) => {}
            Ok(answer) if answer.status != 503 => {
                panic!("{deed:?} was answered {} {}", answer.status, answer.body)
            }
            Err(Unanswered::SignIn(answer)) if answer.status == 503 => return,
            Err(Unanswered::SignIn(answer)) => panic!("no token: {} {}", answer.status, answer.body),
            Ok(_) | Err(Unanswered::Lost(_)) => {
                ledger.doubt = Some(deed);
                return;
            }
        }
    }
}

/// The wishes stop changing: everything comes to rest, and then, deleted, goes.
fn finish(client: &mut Client, ledgers: &[Ledger]) {
    for ledger in ledgers {
        for (id, project) in &ledger.projects {
            eventually("every peering rests where it should", || {
                let shown = Shown::read(client, id);
                project.rests(&shown).then_some(())
            });
        }
    }
    for (id, project) in ledgers.iter().flat_map(|ledger| &ledger.projects) {
        for (peer, _) in project.wanted() {
            must(client, &Deed::DropPeer { project: id.clone(), peer: peer.clone() });
        }
        let shown = Shown::read(client, id);
        assert!(shown.groups().next().is_none(), "no security group stays without a peering: {shown:?}");
        eventually("every deleted peering is gone", || {
            Shown::read(client, id).peers.is_empty().then_some(())
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
        must(client, &Deed::CloseProject { project: id.clone() });
        let answer = client.call(Method::Get, &format!("{V1}/groups/{id}"), None).expect("an answer");
        assert_eq!(answer.status, 404);
    }
    assert_eq!(shown::projects(client).len(), 1, "only the first start's project is left");
}

fn must(client: &mut Client, deed: &Deed) {
    let (method, path, body) = deed.request();
    let answer = client.call(method, &path, body.as_ref()).expect("an answer");
    assert_eq!(answer.status, deed.success(), "{deed:?}: {}", answer.body);
}
