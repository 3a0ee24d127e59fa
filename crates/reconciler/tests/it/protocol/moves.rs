//! What can happen next, and what it changes.

use model::peering::Reason;
use model::peering::State;
use model::peering::machine::{Connection, Recheck, refused, step};

use super::explore::{Model, Rule};
use super::rules;
use super::world::{
    Acknowledged, Budget, Call, Due, Failure, FarSide, Hand, Life, Line, NODES, NOW, Row, SOON, Stage, Wish,
    Without, World,
};

/// One move. The first number of a pass is the server; of anything else, the peering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    Create(u8),
    Reroute(u8),
    Repeer(u8),
    Delete(u8),
    Far(u8, FarSide),
    /// The cloud goes on with its connection of that place.
    Cloud(u8, u8),
    /// A call that was late takes effect.
    Land(u8, u8),
    RunOut(u8),
    Claim(u8, u8),
    Look(u8),
    LookFails(u8),
    Record(u8),
    /// The same, and the row is released since it had its rounds.
    Release(u8),
    Act(u8, Fate),
    Crash(u8),
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Done,
    /// It takes effect now, and once more later.
    Doubled,
    AnswerLost,
    /// It never arrives.
    Lost,
    /// It ran out of time, and arrives whenever it likes.
    Late,
    Denied,
}

/// The scope of an exploration.
#[derive(Debug, Clone, Copy)]
pub struct Protocol {
    pub lives: usize,
    pub budget: Budget,
    pub without: Option<Without>,
}

impl Protocol {
    pub fn lacks(&self, rule: Without) -> bool {
        self.without == Some(rule)
    }

    fn free(&self, row: &Row) -> bool {
        row.due != Due::Idle && (row.lease.is_none() || self.lacks(Without::TheLease))
    }

    /// What callers, the far side, the cloud and time do to one peering.
    fn outside(&self, world: &World, life: &Life, nth: u8, moves: &mut Vec<Move>) {
        let left = world.left;
        moves.extend((0u8..).zip(&life.late).map(|(call, _)| Move::Land(nth, call)));
        for (link, at) in life.links.iter().zip(0..) {
            let routing = matches!(link.routes, Some((_, false)));
            if link.stage != Stage::Open || routing {
                moves.push(Move::Cloud(nth, at));
            }
        }
        let Some(row) = life.row else {
            if life.acknowledged == Acknowledged::Nothing {
                moves.push(Move::Create(nth));
            }
            return;
        };
        if left.changes > 0 && row.wish.wanted {
            moves.extend([Move::Reroute(nth), Move::Repeer(nth)]);
        }
        if left.deletes > 0 && row.wish.wanted {
            moves.push(Move::Delete(nth));
        }
        if left.far > 0 {
            match life.show(row.wish).connection {
                Connection::Pending => {
                    moves.extend([FarSide::Accepted, FarSide::Rejected].map(|far| Move::Far(nth, far)));
                }
                Connection::Accepted | Connection::Routing | Connection::Routed => {
                    moves.push(Move::Far(nth, FarSide::Deleted));
                }
                _ => {}
            }
        }
        let acting = |hand: &Hand| hand.life == nth && hand.current && matches!(hand.line, Line::Act(_));
        if let Some(holder) = row.lease
            && (self.lacks(Without::Room) || !world.hands[usize::from(holder)].as_ref().is_some_and(acting))
        {
            moves.push(Move::RunOut(nth));
        }
    }

    /// What a server does with the row in its hand.
    fn inside(&self, world: &World, hand: &Hand, node: u8, moves: &mut Vec<Move>) {
        let left = world.left;
        if left.crashes > 0 {
            moves.push(Move::Crash(node));
        }
        match hand.line {
            Line::Look => {
                moves.push(Move::Look(node));
                if left.losses > 0 {
                    moves.push(Move::LookFails(node));
                }
            }
            Line::Record { due, .. } => {
                moves.push(Move::Record(node));
                if due == Due::Now {
                    moves.push(Move::Release(node));
                }
            }
            Line::Act(_) => {
                moves.push(Move::Act(node, Fate::Done));
                if left.stalls > 0 {
                    moves.extend([Fate::Doubled, Fate::Late].map(|fate| Move::Act(node, fate)));
                }
                if left.losses > 0 {
                    moves.extend([Fate::AnswerLost, Fate::Lost].map(|fate| Move::Act(node, fate)));
                }
                if left.refusals > 0 {
                    moves.push(Move::Act(node, Fate::Denied));
                }
            }
        }
    }

    fn look(&self, world: &mut World, node: u8) -> Option<()> {
        let hand = world.hands[usize::from(node)].as_mut()?;
        let decision = step(&hand.wish.peering(), &world.lives[usize::from(hand.life)].show(hand.wish));
        let due = match decision.recheck {
            Recheck::Now => Due::Now,
            Recheck::At(moment) if moment <= SOON => Due::Later,
            // A request expires in a week, which does not come here. And the simulated clouds are not polled: whatever changes there by itself is foretold.
            Recheck::At(_) | Recheck::Poll | Recheck::Idle => Due::Idle,
        };
        let mut next = decision.next;
        if self.lacks(Without::SeeingItGone) && next == State::Removing {
            next = State::Removed;
        }
        hand.line = match decision.action {
            Some(action) if self.lacks(Without::RecordingFirst) => Line::Act(action),
            action => Line::Record { next, action, due },
        };
        Some(())
    }

    /// As `store::lease::record` does it, and as the pass goes on after it.
    fn record(&self, world: &mut World, node: u8, more: bool) -> Option<()> {
        let mut hand = world.hands[usize::from(node)].take()?;
        let Line::Record { next, action, due } = hand.line else { return None };
        let life = &mut world.lives[usize::from(hand.life)];
        let Some(row) = life.row.as_mut() else { return Some(()) };
        if self.lacks(Without::LookingBeforeRenewal) {
            world.sins.overwritten |= !hand.current;
            (row.lease, hand.current) = (Some(node), true);
        }
        if !hand.current && !self.lacks(Without::TheFence) {
            return Some(());
        }
        let seen = hand.wish.generation == row.wish.generation || self.lacks(Without::TheGeneration);
        let stands = !life.links.is_empty() && !self.lacks(Without::SeeingItGone);
        if !seen || (next == State::Removed && stands) {
            (row.lease, row.due) = (None, Due::Now);
            return Some(());
        }
        world.sins.overwritten |= !hand.current || hand.wish.generation != row.wish.generation;
        if next == State::Removed {
            life.row = None;
            if let (true, Some(action)) = (self.lacks(Without::SeeingItGone), action) {
                self.effect(world, hand.life, Call { action, wish: hand.wish });
            }
            return Some(());
        }
        let room = row.lease == Some(node) || self.lacks(Without::Room);
        let keep = more && room && due == Due::Now;
        row.wish.state = next;
        row.due = if row.nudged { Due::Now } else { due };
        row.intent = action;
        if !keep {
            row.lease = None;
            return Some(());
        }
        hand.wish.state = next;
        hand.line = action.map_or(Line::Look, Line::Act);
        world.hands[usize::from(node)] = Some(hand);
        Some(())
    }

    fn act(&self, world: &mut World, node: u8, fate: Fate) -> Option<()> {
        let mut hand = world.hands[usize::from(node)]?;
        let Line::Act(action) = hand.line else { return None };
        let row = world.lives[usize::from(hand.life)].row;
        world.sins.unrecorded |= !hand.current || row.is_none_or(|row| row.intent != Some(action));
        let call = Call { action, wish: hand.wish };
        match fate {
            Fate::Doubled | Fate::Late => world.left.stalls -= 1,
            Fate::AnswerLost | Fate::Lost => world.left.losses -= 1,
            Fate::Denied => world.left.refusals -= 1,
            Fate::Done => {}
        }
        if matches!(fate, Fate::Doubled | Fate::Late) {
            world.lives[usize::from(hand.life)].late.push(call);
        }
        if matches!(fate, Fate::Done | Fate::Doubled | Fate::AnswerLost) {
            self.effect(world, hand.life, call);
        }
        match fate {
            Fate::Done | Fate::Doubled => hand.line = Line::Look,
            // Done again at once, without a look.
            Fate::AnswerLost | Fate::Lost if self.lacks(Without::TheToken) => {}
            Fate::AnswerLost | Fate::Lost | Fate::Late => fail(&mut hand, Failure::Transient),
            Fate::Denied => fail(&mut hand, Failure::Denied),
        }
        world.hands[usize::from(node)] = Some(hand);
        Some(())
    }
}

impl Model for Protocol {
    type World = World;
    type Move = Move;

    const RULES: &'static [Rule<World>] = &rules::RULES;

    fn first(&self) -> World {
        World {
            lives: (0..self.lives).map(|_| Life::new()).collect(),
            hands: [None; NODES],
            left: self.budget,
            sins: super::world::Sins::default(),
        }
    }

    fn possible(&self, world: &World, moves: &mut Vec<Move>) {
        for (life, nth) in world.lives.iter().zip(0u8..) {
            self.outside(world, life, nth, moves);
        }
        for (hand, node) in world.hands.iter().zip(0u8..) {
            match hand {
                Some(hand) => self.inside(world, hand, node, moves),
                None => {
                    let due = |life: &Life| life.row.is_some_and(|row| self.free(&row));
                    let due = world.lives.iter().zip(0..).filter(|(life, _)| due(life));
                    moves.extend(due.map(|(_, nth)| Move::Claim(node, nth)));
                }
            }
        }
    }

    fn after(&self, world: &World, made: Move) -> Option<World> {
        let mut next = world.clone();
        match made {
            Move::Create(nth) => {
                let life = &mut next.lives[usize::from(nth)];
                let wish = Wish::FIRST;
                life.row = Some(Row { wish, due: Due::Now, nudged: false, lease: None, intent: None });
                life.acknowledged = Acknowledged::Wanted(wish.generation, wish.block);
            }
            Move::Reroute(nth) | Move::Repeer(nth) => {
                next.left.changes -= 1;
                let life = &mut next.lives[usize::from(nth)];
                let row = life.row.as_mut()?;
                let mut to = row.wish;
                if matches!(made, Move::Reroute(_)) {
                    to.block += 1
                } else {
                    to.vpc += 1
                }
                let changed = row.wish.peering().change(&to.spec(), NOW).ok()?;
                row.wish = Wish::of(&changed, to.block, to.vpc);
                row.due = Due::Now;
                life.acknowledged = Acknowledged::Wanted(row.wish.generation, row.wish.block);
            }
            Move::Delete(nth) => {
                next.left.deletes -= 1;
                let life = &mut next.lives[usize::from(nth)];
                let row = life.row.as_mut()?;
                let unwanted = row.wish.peering().unwanted(NOW);
                row.wish = Wish::of(&unwanted, row.wish.block, row.wish.vpc);
                row.due = Due::Now;
                life.acknowledged = Acknowledged::Deleted;
            }
            Move::Far(nth, far) => {
                next.left.far -= 1;
                let life = &mut next.lives[usize::from(nth)];
                life.links.last_mut()?.far = far;
                let row = life.row.as_mut()?;
                row.due = Due::Now;
                row.nudged = !self.lacks(Without::TheNudge);
            }
            Move::Cloud(nth, at) => next.lives[usize::from(nth)].go_on(at.into()),
            Move::Land(nth, call) => {
                let call = next.lives[usize::from(nth)].late.remove(usize::from(call));
                self.effect(&mut next, nth, call);
            }
            Move::RunOut(nth) => next.lives[usize::from(nth)].row.as_mut()?.lease = None,
            Move::Claim(node, nth) => claim(&mut next, node, nth)?,
            Move::Look(node) => self.look(&mut next, node)?,
            Move::LookFails(node) => {
                next.left.losses -= 1;
                fail(next.hands[usize::from(node)].as_mut()?, Failure::Transient);
            }
            Move::Record(node) => self.record(&mut next, node, true)?,
            Move::Release(node) => self.record(&mut next, node, false)?,
            Move::Act(node, fate) => self.act(&mut next, node, fate)?,
            Move::Crash(node) => {
                next.left.crashes -= 1;
                next.hands[usize::from(node)] = None;
            }
        }
        Some(next)
    }

    fn peace(world: &World) -> bool {
        rules::peace(world)
    }

    fn by_itself(made: Move) -> bool {
        rules::by_itself(made)
    }
}

/// As `store::lease` does it: whoever held the row before has lost it.
fn claim(world: &mut World, node: u8, nth: u8) -> Option<()> {
    let row = world.lives[usize::from(nth)].row.as_mut()?;
    (row.lease, row.nudged, row.intent) = (Some(node), false, None);
    for other in world.hands.iter_mut().flatten().filter(|other| other.life == nth) {
        other.current = false;
    }
    world.hands[usize::from(node)] =
        Some(Hand { life: nth, wish: row.wish, current: true, line: Line::Look });
    Some(())
}

/// As the pass takes a failure on.
fn fail(hand: &mut Hand, failure: Failure) {
    let (next, due) = match failure {
        Failure::Transient => (hand.wish.state, Due::Later),
        Failure::Denied => {
            let next = refused(&hand.wish.peering(), Reason::Denied);
            (next, if hand.wish.wanted { Due::Idle } else { Due::Later })
        }
    };
    hand.line = Line::Record { next, action: None, due };
}
