//! Explores a model wholly.
//!
//! By breadth, so that a counterexample is a shortest one, and with the whole graph kept, so that
//! "peace stays reachable" is decided for every world and not only along some paths. That is why no
//! model checker's library is used.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hash};

/// The rule that is checked on the whole graph.
pub const PEACE: &str = "peace can be reached by what happens by itself";

/// A rule: its words, and whether a world keeps it.
pub type Rule<W> = (&'static str, fn(&W) -> bool);

/// Worlds, and what can happen in them.
pub trait Model {
    type World: Clone + Eq + Hash + 'static;
    type Move: Copy;

    /// What must hold in every world.
    const RULES: &'static [Rule<Self::World>];

    fn first(&self) -> Self::World;

    /// Every move that is possible in a world.
    fn possible(&self, world: &Self::World, moves: &mut Vec<Self::Move>);

    /// The world after a move; `None` if the rules of the product refuse it.
    fn after(&self, world: &Self::World, made: Self::Move) -> Option<Self::World>;

    /// Whether everything agrees, and nobody has anything in hand.
    fn peace(world: &Self::World) -> bool;

    /// Whether a move needs no caller, no customer and no mishap.
    fn by_itself(made: Self::Move) -> bool;
}

/// Keeps its order from run to run, unlike the default.
type Places<W> = HashMap<W, usize, BuildHasherDefault<std::hash::DefaultHasher>>;

/// All that was explored.
pub struct Explored<M: Model> {
    pub worlds: Vec<M::World>,
    /// By which move from where each was first met.
    came_by: Vec<Option<(usize, M::Move)>>,
    pub n_moves: usize,
    /// The rule that was broken first, and where.
    broken: Option<(&'static str, usize)>,
}

impl<M: Model> Explored<M> {
    /// The moves that lead to a world.
    fn path(&self, mut place: usize) -> Vec<M::Move> {
        let mut path = Vec::new();
        while let Some((from, made)) = self.came_by[place] {
            path.push(made);
            place = from;
        }
        path.reverse();
        path
    }

    /// The rule that is broken soonest, with the moves that break it.
    pub fn broken(&self) -> Option<(&'static str, Vec<M::Move>)> {
        self.broken.map(|(words, place)| (words, self.path(place)))
    }
}

/// Explores everything, or up to the first world that breaks a rule. Peace is a rule of the whole
/// graph, so it is looked at last.
pub fn explore<M: Model>(model: &M) -> Explored<M> {
    let first = model.first();
    let mut places = Places::<M::World>::default();
    places.insert(first.clone(), 0);
    let mut explored: Explored<M> =
        Explored { worlds: vec![first], came_by: vec![None], n_moves: 0, broken: None };
    // From where each world is reached by what happens by itself.
    let mut before: Vec<Vec<u32>> = vec![Vec::new()];
    let mut moves = Vec::new();
    let mut at = 0;
    while at < explored.worlds.len() {
        let world = explored.worlds[at].clone();
        if let Some((words, _)) = M::RULES.iter().find(|(_, keeps)| !keeps(&world)) {
            explored.broken = Some((words, at));
            return explored;
        }
        model.possible(&world, &mut moves);
        for made in moves.drain(..) {
            let Some(next) = model.after(&world, made) else { continue };
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
            if M::by_itself(made) {
                before[place].push(u32::try_from(at).expect("fewer than four billion"));
            }
        }
        at += 1;
    }
    explored.broken = unrest::<M>(&explored.worlds, before).map(|place| (PEACE, place));
    explored
}

/// The first world from which peace can't be reached any more by what happens by itself.
fn unrest<M: Model>(worlds: &[M::World], mut before: Vec<Vec<u32>>) -> Option<usize> {
    let mut quiet: Vec<bool> = worlds.iter().map(M::peace).collect();
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
