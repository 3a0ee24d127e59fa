//! The explorations: what is tried, and what each rule's absence breaks.
//!
//! By breadth, so that a counterexample is a shortest one, and with the whole graph kept, so that
//! "peace stays reachable" is decided for every world and not only along some paths. That is
//! why no model checker's library is used.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasherDefault;

use super::moves::{Move, Protocol};
use super::rules::{PEACE, RULES, by_itself, peace};
use super::world::{Budget, Without, World};

/// Keeps its order from run to run, unlike the default.
type Places = HashMap<World, usize, BuildHasherDefault<std::hash::DefaultHasher>>;

/// All that was explored.
struct Explored {
    worlds: Vec<World>,
    /// By which move from where each was first met.
    came_by: Vec<Option<(usize, Move)>>,
    n_moves: usize,
    /// The rule that was broken first, and where.
    broken: Option<(&'static str, usize)>,
}

impl Explored {
    /// The moves that lead to a world.
    fn path(&self, mut place: usize) -> Vec<Move> {
        let mut path = Vec::new();
        while let Some((from, made)) = self.came_by[place] {
            path.push(made);
            place = from;
        }
        path.reverse();
        path
    }

    /// The rule that is broken soonest, with the moves that break it.
    fn broken(&self) -> Option<(&'static str, Vec<Move>)> {
        self.broken.map(|(words, place)| (words, self.path(place)))
    }
}

/// Explores everything, or up to the first world that breaks a rule. Peace is a rule of the whole
/// graph, so it is looked at last.
fn explore(protocol: Protocol) -> Explored {
    let first = protocol.first();
    let mut places = Places::default();
    places.insert(first.clone(), 0);
    let mut explored = Explored { worlds: vec![first], came_by: vec![None], n_moves: 0, broken: None };
    // From where each world is reached by what happens by itself.
    let mut before: Vec<Vec<u32>> = vec![Vec::new()];
    let mut moves = Vec::new();
    let mut at = 0;
    while at < explored.worlds.len() {
        let world = explored.worlds[at].clone();
        if let Some((words, _)) = RULES.iter().find(|(_, keeps)| !keeps(&world)) {
            explored.broken = Some((words, at));
            return explored;
        }
        protocol.possible(&world, &mut moves);
        for made in moves.drain(..) {
            let Some(next) = protocol.after(&world, made) else { continue };
            explored.n_moves += 1;
            let place = match places.entry(next) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => {
                    explored.worlds.push(new.key().clone());
                    explored.came_by.push(Some((at, made)));
                    before.push(Vec::new());
                    *new.insert(before.len() - 1)
                }
            };
            if by_itself(made) {
                before[place].push(u32::try_from(at).expect("fewer than four billion"));
            }
        }
        at += 1;
    }
    explored.broken = unrest(&explored.worlds, before).map(|place| (PEACE, place));
    explored
}

/// The first world from which peace can't be reached any more by what happens by itself.
fn unrest(worlds: &[World], mut before: Vec<Vec<u32>>) -> Option<usize> {
    let mut quiet: Vec<bool> = worlds.iter().map(peace).collect();
    let mut spread: Vec<usize> = (0..worlds.len()).filter(|place| quiet[*place]).collect();
    while let Some(place) = spread.pop() {
        for from in std::mem::take(&mut before[place]) {
            let from = from as usize;
            if !std::mem::replace(&mut quiet[from], true) {
                spread.push(from);
            }
        }
    }
    quiet.iter().position(|quiet| !quiet)
}

const NONE: Budget = Budget { changes: 0, deletes: 0, far: 0, crashes: 0, stalls: 0, losses: 0, refusals: 0 };

/// Each is all of what its words say, in every order, with any stall between look and record.
fn scopes() -> [(&'static str, Protocol); 6] {
    let scope = |lives, budget| Protocol { lives, budget, without: None };
    let life = Budget { deletes: 1, far: 1, ..NONE };
    [
        (
            "a life, a crash, a late or doubled call, a lost one",
            scope(1, Budget { crashes: 1, stalls: 1, losses: 1, ..life }),
        ),
        ("a life, a change, a late or doubled call", scope(1, Budget { changes: 1, stalls: 1, ..life })),
        ("a life, a change, a crash", scope(1, Budget { changes: 1, crashes: 1, ..life })),
        ("a life, a refusal, two crashes", scope(1, Budget { refusals: 1, crashes: 2, ..life })),
        ("a deletion, two late or doubled calls", scope(1, Budget { deletes: 1, stalls: 2, ..NONE })),
        ("two peerings, a deletion, a crash", scope(2, Budget { deletes: 1, crashes: 1, ..NONE })),
    ]
}

#[test]
fn every_reachable_world_keeps_every_rule_and_can_come_to_peace() {
    let mut told = String::new();
    for (words, protocol) in scopes() {
        let explored = explore(protocol);
        assert_eq!(explored.broken(), None, "{words}");
        let (n_worlds, n_moves) = (explored.worlds.len(), explored.n_moves);
        told.push_str(&format!("{words}: {n_worlds} worlds, {n_moves} moves\n"));
    }
    insta::assert_snapshot!("scopes", told);
}

#[test]
fn without_any_one_rule_of_the_protocol_something_breaks() {
    let life = Budget { deletes: 1, far: 1, ..NONE };
    let late = Budget { stalls: 1, ..life };
    let mut told = String::new();
    for (without, budget) in [
        (Without::TheFence, life),
        (Without::TheGeneration, life),
        (Without::TheNudge, life),
        (Without::TheLease, life),
        (Without::Room, life),
        (Without::LookingBeforeRenewal, life),
        (Without::RecordingFirst, life),
        (Without::SeeingItGone, life),
        (Without::TheToken, Budget { losses: 1, ..life }),
        (Without::TheWish, Budget { changes: 1, ..late }),
    ] {
        let protocol = Protocol { lives: 1, budget, without: Some(without) };
        let broken = explore(protocol).broken();
        let (words, moves) = broken.unwrap_or_else(|| panic!("{without:?} is not needed"));
        let told_moves: Vec<String> = moves.iter().map(|made| format!("{made:?}")).collect();
        told.push_str(&format!(
            "without {without:?}, {} moves break \"{words}\":\n    {}\n",
            moves.len(),
            told_moves.join(" ")
        ));
    }
    insta::assert_snapshot!("mutations", told);
}
