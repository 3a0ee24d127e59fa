//! One story: several servers, one mover.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use cloud::sim::SimDriver;
use cloud::{CloudDriver, Drivers};
use model::time::Clock;
use model::world::Latency;
use reconciler::{Counts, Reconciler, Settings};
use testkit::Database;

use crate::bed::Bed;
use crate::deeds::{Deed, Ledger};

use super::chance::Chance;
use super::faults::{Fate, Fault, Tried};
use super::poll::{drive, whole};
use super::template::{Backdoor, Template, open};
use super::wire::{Late, Wire, Wired};

/// How a story went.
pub struct Told {
    pub story: String,
    pub tried: Tried,
}

type Pass = Pin<Box<dyn Future<Output = Result<Counts, store::Error>>>>;

struct Node {
    name: String,
    wire: Arc<Wire>,
    pass: Option<Pass>,
}

struct Run {
    chance: Chance,
    bed: Bed,
    ledger: Ledger,
    backdoor: Backdoor,
    nodes: Vec<Node>,
    late: Vec<Late>,
    n_lives: u32,
    stepped_back: Duration,
    fences: BTreeMap<String, i64>,
    told: Told,
}

/// Tells a seed's story; if a rule is broken, the story with how it ends.
pub fn tell(template: &Template, seed: u64) -> Result<Told, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    // Timers are made and never fire: only the story moves time.
    let _guard = runtime.enter();
    let mut run = Run::new(template, seed);
    match catch_unwind(AssertUnwindSafe(|| run.go())) {
        Ok(()) => Ok(run.told),
        Err(panic) => {
            let words = panic.downcast_ref::<String>().cloned();
            let words = words.or_else(|| panic.downcast_ref::<&str>().map(|words| (*words).to_owned()));
            let story = &run.told.story;
            let words = words.unwrap_or_default();
            Err(format!("seed {seed}:\n{story}{words}\nLANDBRIDGE_SEED={seed} tells it again"))
        }
    }
}

impl Run {
    fn new(template: &Template, seed: u64) -> Self {
        let (folder, path) = template.copy();
        let bed = whole(async {
            Bed::on(Database::in_folder(folder, &path), open(&path, 2).await, template.first.clone())
        });
        let ledger = whole(Ledger::new(&bed));
        let backdoor = Backdoor::new(&path);
        let told = Told { story: String::new(), tried: Tried::default() };
        let (chance, fences) = (Chance::new(seed), BTreeMap::new());
        let mut run = Self {
            chance,
            bed,
            ledger,
            backdoor,
            nodes: Vec::new(),
            late: Vec::new(),
            n_lives: 0,
            stepped_back: Duration::ZERO,
            fences,
            told,
        };
        for _ in 0..2 + run.chance.below(2) {
            let node = run.born();
            run.nodes.push(node);
        }
        run
    }

    fn born(&mut self) -> Node {
        self.n_lives += 1;
        Node { name: format!("server {}", self.n_lives), wire: Arc::default(), pass: None }
    }

    fn say(&mut self, words: std::fmt::Arguments<'_>) {
        let _ = writeln!(self.told.story, "  {words}");
    }

    fn strike(&mut self, fault: Fault) {
        self.told.tried.note(fault);
    }

    fn go(&mut self) {
        for (project, provider) in [(0, 0), (0, 1), (0, 2), (1, 1)] {
            let provider = model::provider::Provider::ALL[provider];
            whole(self.ledger.perform(&self.bed, &Deed::Contain { project, provider }));
        }
        for _ in 0..20 + self.chance.below(40) {
            self.told.tried.steps += 1;
            self.step();
            self.check();
        }
        self.come_to_rest();
    }

    fn step(&mut self) {
        let nth = self.chance.below(self.nodes.len());
        match self.chance.below(24) {
            0..5 => self.deed(),
            5..17 => self.go_on(nth),
            17 => self.crash(nth),
            18 => self.land(),
            19 => {
                let pause = self.chance.pause();
                if self.nodes.iter().any(|node| node.pass.is_some()) && pause > Duration::from_secs(60) {
                    self.strike(Fault::Stall);
                }
                self.say(format_args!("{pause:?} pass"));
                self.bed.sleep(pause);
            }
            20 => {
                let back = Duration::from_secs(self.chance.of(&[1, 30, 90, 600]));
                self.strike(Fault::ClockBack);
                self.say(format_args!("the clock steps back by {back:?}"));
                self.ledger.clock_steps_back(self.bed.world.now());
                self.bed.step_back(back);
                self.stepped_back += back;
            }
            21 if self.chance.once_in(2) => {
                self.strike(Fault::TornLeases);
                self.say(format_args!("all leases are torn"));
                whole(self.bed.store.leases_abandon(self.bed.world.now())).expect("a working store");
            }
            _ => {
                let how = 1 + self.chance.below(2) as i64;
                self.backdoor.sabotage(how);
                self.say(format_args!("the store fails ({how}), while"));
                self.go_on(nth);
                self.backdoor.sabotage(0);
                self.strike(if how == 1 { Fault::StoreFails } else { Fault::StoreGivesUp });
            }
        }
    }

    fn deed(&mut self) {
        let deed = self.chance.deed();
        if matches!(deed, Deed::Advance(_)) {
            self.strike(Fault::WorldForward);
        }
        self.say(format_args!("{deed:?}"));
        whole(self.ledger.perform(&self.bed, &deed));
    }

    /// A server begins a pass, or goes on by one call.
    fn go_on(&mut self, nth: usize) {
        let stopped = self.nodes[nth].wire.stopped();
        let name = self.nodes[nth].name.clone();
        if self.nodes[nth].pass.is_none() {
            self.say(format_args!("{name} begins"));
            let pass = self.pass(&self.nodes[nth]);
            self.nodes[nth].pass = Some(pass);
        } else {
            let at = self.chance.below(stopped.len());
            if at > 0 {
                self.strike(Fault::Reordered);
            }
            let (id, what) = &stopped[at];
            let fate = self.fate(what);
            self.say(format_args!("{name}: {what} {fate:?}"));
            self.nodes[nth].wire.release(*id, fate);
        }
        self.poll(nth);
    }

    fn fate(&mut self, what: &str) -> Fate {
        let begins = what.ends_with(['?', '!']);
        if !begins || !self.chance.once_in(4) {
            return Fate::Passes;
        }
        let fates = [Fate::Lost, Fate::AnswerLost, Fate::Doubled, Fate::Late, Fate::Throttled, Fate::Denied];
        // Refusals end stories early.
        let fate = match self.chance.of(&fates) {
            Fate::Denied if !self.chance.once_in(4) => Fate::AnswerLost,
            fate => fate,
        };
        self.strike(Fault::Call(fate));
        fate
    }

    fn pass(&self, node: &Node) -> Pass {
        let drivers = Drivers::new(|provider| {
            let (facts, world) = (self.bed.tally.clone(), self.bed.world.clone());
            let inner: Arc<dyn CloudDriver> =
                Arc::new(SimDriver::new(provider, facts, world, Latency::Instant));
            let wired: Arc<dyn CloudDriver> = Arc::new(Wired { inner, wire: node.wire.clone() });
            wired
        });
        let (store, world) = (self.bed.store.clone(), self.bed.world.clone());
        let reconciler = Reconciler::new(store, drivers, world, node.name.clone(), Settings::default());
        Box::pin(async move { reconciler.run_until_idle().await })
    }

    fn poll(&mut self, nth: usize) {
        let node = &mut self.nodes[nth];
        let Some(pass) = node.pass.as_mut() else { return };
        let wire = node.wire.clone();
        let done = drive(pass.as_mut(), || wire.all_stopped());
        self.late.extend(node.wire.take_late());
        if let Some(done) = done {
            node.pass = None;
            let name = node.name.clone();
            self.say(format_args!("{name} rests: {done:?}"));
        }
    }

    fn crash(&mut self, nth: usize) {
        if self.nodes[nth].pass.is_none() {
            return;
        }
        self.strike(Fault::Crash);
        let name = self.nodes[nth].name.clone();
        self.say(format_args!("{name} dies"));
        self.nodes[nth] = self.born();
    }

    fn land(&mut self) {
        if self.late.is_empty() {
            return;
        }
        let at = self.chance.below(self.late.len());
        let late = self.late.remove(at);
        self.say(format_args!("late: {}", late.what()));
        whole(late.land());
    }

    /// What must hold at every moment.
    fn check(&mut self) {
        assert_eq!(self.backdoor.orphans(), 0, "a row was given up while its connection stands");
        let rows = self.backdoor.rows();
        for row in &rows {
            let before = self.fences.insert(row.id.clone(), row.fence).unwrap_or(0);
            assert!(row.fence >= before, "the fence of {} fell from {before} to {}", row.id, row.fence);
        }
        self.ledger.check_rows(&rows.into_iter().map(|row| (row.id, row.wanted)).collect());
        for ((peering, incarnation), n) in self.bed.tally.requests() {
            assert!(n <= 1, "{peering} was asked for {n} times as number {incarnation}");
        }
    }

    /// Nothing strikes any more: what is on its way ends, and the promise must come true.
    fn come_to_rest(&mut self) {
        self.say(format_args!("nothing strikes any more"));
        while !self.late.is_empty() {
            self.land();
            self.check();
        }
        for nth in 0..self.nodes.len() {
            while self.nodes[nth].pass.is_some() {
                if let Some((id, _)) = self.nodes[nth].wire.stopped().first() {
                    self.nodes[nth].wire.release(*id, Fate::Passes);
                }
                self.poll(nth);
            }
        }
        self.check();
        // What was due when the clock stepped back is due when it is that late again.
        self.bed.sleep(self.stepped_back);
        for _ in 0..2 {
            whole(self.bed.settle());
            whole(self.ledger.check(&self.bed));
            self.bed.sleep(Duration::from_secs(1200));
        }
        whole(self.bed.store.close());
    }
}
