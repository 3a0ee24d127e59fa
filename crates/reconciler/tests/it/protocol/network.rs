//! The same for the near network of a container: a smaller world, with its own machine.
//!
//! Callers make it wanted and unwanted; two servers claim, look, record and act; calls may be late
//! or doubled; leases run out wherever nobody acts.

use model::container::machine::{NetworkAction, NetworkObserved, NetworkSeen, step};
use model::container::{Network, NetworkIds};
use model::peering::machine::Recheck;

use super::explore::{Model, Rule, explore};
use super::world::{Due, NODES, SOON};

/// A rule that is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Without {
    /// A record does not ask whether somebody else claimed the row since.
    TheFence,
    /// A record does not ask whether the network became wanted or unwanted since the look.
    TheNudge,
    /// A row rests though a network was made after the look that saw none.
    SeeingItGone,
    /// The cloud takes a late call though the row does not say any more that it is under way.
    TheIntent,
}

/// Where a network stands, by its row and by the cloud alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Stage {
    Absent,
    Making,
    Ready,
    Removing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Line {
    Look,
    Record {
        next: Stage,
        action: Option<bool>,
        due: Due,
    },
    /// Makes it (true) or takes it down.
    Act(bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Hand {
    /// As claimed.
    row: Stage,
    wanted: bool,
    current: bool,
    line: Line,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct World {
    row: Stage,
    wanted: bool,
    due: Due,
    nudged: bool,
    lease: Option<u8>,
    cloud: Stage,
    late: Vec<bool>,
    hands: [Option<Hand>; NODES],
    turns_left: u8,
    late_left: u8,
    overwritten: bool,
    hurt: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    /// The first peering comes, or the last one goes.
    Turn,
    Cloud,
    Land(u8),
    RunOut,
    Claim(u8),
    Look(u8),
    Record(u8),
    Act(u8),
    ActDoubled(u8),
    ActLate(u8),
    Crash(u8),
}

#[derive(Debug, Clone, Copy)]
struct Networks {
    turns: u8,
    late: u8,
    without: Option<Without>,
}

fn network(stage: Stage) -> Network {
    match stage {
        Stage::Absent => Network::Absent,
        Stage::Making => Network::Making,
        Stage::Ready => Network::Ready(ids()),
        Stage::Removing => Network::Removing,
    }
}

fn ids() -> NetworkIds {
    NetworkIds::Aws { vpc_id: "vpc".into() }
}

fn observed(stage: Stage) -> NetworkObserved {
    let network = match stage {
        Stage::Absent => NetworkSeen::Absent,
        Stage::Making => NetworkSeen::Making,
        Stage::Ready => NetworkSeen::Ready(ids()),
        Stage::Removing => NetworkSeen::Removing,
    };
    let changes = matches!(stage, Stage::Making | Stage::Removing);
    NetworkObserved { network, changes_at: changes.then_some(SOON) }
}

fn stage(network: &Network) -> Stage {
    match network {
        Network::Absent => Stage::Absent,
        Network::Making => Stage::Making,
        Network::Ready(_) => Stage::Ready,
        Network::Removing => Stage::Removing,
    }
}

impl Networks {
    fn lacks(&self, rule: Without) -> bool {
        self.without == Some(rule)
    }

    /// As `store::sim::network` does it.
    fn effect(&self, world: &mut World, make: bool) {
        let intent = if make { Stage::Making } else { Stage::Removing };
        if world.row != intent && !self.lacks(Without::TheIntent) {
            return;
        }
        match (make, world.cloud) {
            (true, Stage::Absent) => world.cloud = Stage::Making,
            (false, Stage::Making | Stage::Ready) => {
                world.hurt |= world.wanted && world.row == Stage::Ready;
                world.cloud = Stage::Removing;
            }
            (true, Stage::Making | Stage::Ready | Stage::Removing)
            | (false, Stage::Absent | Stage::Removing) => {}
        }
    }

    /// As `store::lease::record` does it.
    fn record(&self, world: &mut World, node: u8) -> Option<()> {
        let mut hand = world.hands[usize::from(node)].take()?;
        let Line::Record { next, action, due } = hand.line else { return None };
        if !hand.current && !self.lacks(Without::TheFence) {
            return Some(());
        }
        let stands = next == Stage::Absent && world.cloud != Stage::Absent;
        if (world.nudged && !self.lacks(Without::TheNudge)) || (stands && !self.lacks(Without::SeeingItGone))
        {
            (world.lease, world.due) = (None, Due::Now);
            return Some(());
        }
        world.overwritten |= !hand.current;
        (world.row, world.due) = (next, due);
        if due != Due::Now || world.lease != Some(node) {
            world.lease = None;
            return Some(());
        }
        (hand.row, hand.line) = (next, action.map_or(Line::Look, Line::Act));
        world.hands[usize::from(node)] = Some(hand);
        Some(())
    }

    fn act(&self, world: &mut World, node: u8, now: bool, later: bool) -> Option<()> {
        let mut hand = world.hands[usize::from(node)]?;
        let Line::Act(make) = hand.line else { return None };
        if later {
            world.late_left -= 1;
            world.late.push(make);
        }
        hand.line = Line::Look;
        if now {
            self.effect(world, make);
        } else {
            hand.line = Line::Record { next: hand.row, action: None, due: Due::Later };
        }
        world.hands[usize::from(node)] = Some(hand);
        Some(())
    }
}

impl Model for Networks {
    type World = World;
    type Move = Move;

    const RULES: &'static [Rule<World>] = &[
        ("a late writer never overwrites", |world| !world.overwritten),
        ("a late call never hurts what is wanted", |world| !world.hurt),
    ];

    fn first(&self) -> World {
        World {
            row: Stage::Absent,
            wanted: false,
            due: Due::Idle,
            nudged: false,
            lease: None,
            cloud: Stage::Absent,
            late: Vec::new(),
            hands: [None; NODES],
            turns_left: self.turns,
            late_left: self.late,
            overwritten: false,
            hurt: false,
        }
    }

    fn possible(&self, world: &World, moves: &mut Vec<Move>) {
        if world.turns_left > 0 {
            moves.push(Move::Turn);
        }
        if matches!(world.cloud, Stage::Making | Stage::Removing) {
            moves.push(Move::Cloud);
        }
        moves.extend((0u8..).zip(&world.late).map(|(call, _)| Move::Land(call)));
        let acting = |hand: &Hand| hand.current && matches!(hand.line, Line::Act(_));
        if let Some(holder) = world.lease
            && !world.hands[usize::from(holder)].as_ref().is_some_and(acting)
        {
            moves.push(Move::RunOut);
        }
        for (hand, node) in world.hands.iter().zip(0u8..) {
            match hand {
                None if world.due != Due::Idle && world.lease.is_none() => moves.push(Move::Claim(node)),
                None => {}
                Some(hand) => {
                    moves.push(Move::Crash(node));
                    match hand.line {
                        Line::Look => moves.push(Move::Look(node)),
                        Line::Record { .. } => moves.push(Move::Record(node)),
                        Line::Act(_) => {
                            moves.push(Move::Act(node));
                            if world.late_left > 0 {
                                moves.extend([Move::ActDoubled(node), Move::ActLate(node)]);
                            }
                        }
                    }
                }
            }
        }
    }

    fn after(&self, world: &World, made: Move) -> Option<World> {
        let mut next = world.clone();
        match made {
            Move::Turn => {
                next.turns_left -= 1;
                (next.wanted, next.due, next.nudged) = (!next.wanted, Due::Now, true);
            }
            Move::Cloud => {
                next.cloud = if next.cloud == Stage::Making { Stage::Ready } else { Stage::Absent };
            }
            Move::Land(call) => {
                let make = next.late.remove(usize::from(call));
                self.effect(&mut next, make);
            }
            Move::RunOut => next.lease = None,
            Move::Claim(node) => {
                (next.lease, next.nudged) = (Some(node), false);
                next.hands.iter_mut().flatten().for_each(|other| other.current = false);
                let hand = Hand { row: next.row, wanted: next.wanted, current: true, line: Line::Look };
                next.hands[usize::from(node)] = Some(hand);
            }
            Move::Look(node) => {
                let hand = next.hands[usize::from(node)].as_mut()?;
                let decision = step(&network(hand.row), hand.wanted, &observed(next.cloud));
                let due = match decision.recheck {
                    Recheck::Now => Due::Now,
                    Recheck::At(_) => Due::Later,
                    Recheck::Poll | Recheck::Idle => Due::Idle,
                };
                let action = decision.action.map(|action| action == NetworkAction::Make);
                hand.line = Line::Record { next: stage(&decision.next), action, due };
            }
            Move::Record(node) => self.record(&mut next, node)?,
            Move::Act(node) => self.act(&mut next, node, true, false)?,
            Move::ActDoubled(node) => self.act(&mut next, node, true, true)?,
            Move::ActLate(node) => self.act(&mut next, node, false, true)?,
            Move::Crash(node) => next.hands[usize::from(node)] = None,
        }
        Some(next)
    }

    fn peace(world: &World) -> bool {
        let wanted = if world.wanted { Stage::Ready } else { Stage::Absent };
        let agree = world.row == wanted && world.cloud == wanted;
        agree && world.late.is_empty() && world.due != Due::Now && world.hands.iter().all(Option::is_none)
    }

    fn by_itself(made: Move) -> bool {
        match made {
            Move::Cloud
            | Move::Land(_)
            | Move::RunOut
            | Move::Claim(_)
            | Move::Look(_)
            | Move::Record(_)
            | Move::Act(_) => true,
            Move::Turn | Move::ActDoubled(_) | Move::ActLate(_) | Move::Crash(_) => false,
        }
    }
}

#[test]
fn every_reachable_world_of_a_near_network_keeps_every_rule_and_can_come_to_peace() {
    let explored = explore(&Networks { turns: 4, late: 2, without: None });
    assert_eq!(explored.broken(), None);
    let told = format!(
        "wanted or not four times, two late or doubled calls, any crash: {} worlds, {} moves",
        explored.worlds.len(),
        explored.n_moves
    );
    insta::assert_snapshot!("network_scope", told);
}

#[test]
fn without_any_one_rule_of_a_near_network_something_breaks() {
    let mut told = String::new();
    for without in [Without::TheFence, Without::TheNudge, Without::SeeingItGone, Without::TheIntent] {
        let broken = explore(&Networks { turns: 3, late: 1, without: Some(without) }).broken();
        let (words, moves) = broken.unwrap_or_else(|| panic!("{without:?} is not needed"));
        told.push_str(&format!(
            "without {without:?}, {} moves break \"{words}\":\n    {moves:?}\n",
            moves.len()
        ));
    }
    insta::assert_snapshot!("network_mutations", told);
}
