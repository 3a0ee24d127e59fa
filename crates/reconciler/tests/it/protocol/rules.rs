//! What must hold in every world, and what peace is.

use model::peering::machine::Connection;
use model::peering::{Reason, State};

use super::explore::Rule;
use super::moves::{Fate, Move};
use super::world::{Acknowledged, Due, Life, Stage, World};

/// What must hold in every world.
pub const RULES: [Rule<World>; 6] = [
    ("nothing acknowledged is lost", |world| world.lives.iter().all(kept)),
    ("no effect without a recorded intent", |world| !world.sins.unrecorded),
    ("no request makes a second connection", |world| world.lives.iter().all(single)),
    ("no row is given up while its connection stands", |world| world.lives.iter().all(no_orphan)),
    ("a late writer never overwrites", |world| !world.sins.overwritten),
    ("a late call never hurts what is wanted", |world| !world.sins.hurt),
];

fn kept(life: &Life) -> bool {
    match (life.acknowledged, life.row.map(|row| row.wish)) {
        (Acknowledged::Nothing, row) => row.is_none(),
        (Acknowledged::Wanted(generation, block), Some(row)) => {
            row.wanted && row.generation == generation && row.block == block
        }
        (Acknowledged::Wanted(..), None) => false,
        (Acknowledged::Deleted, row) => row.is_none_or(|row| !row.wanted),
    }
}

fn single(life: &Life) -> bool {
    life.links.len() <= 1 && life.made.iter().all(|made| *made <= 1)
}

fn no_orphan(life: &Life) -> bool {
    life.row.is_some() || life.links.is_empty()
}

/// Whether rows and cloud agree, and nobody has anything in hand.
pub fn peace(world: &World) -> bool {
    world.hands.iter().all(Option::is_none) && world.lives.iter().all(at_rest)
}

fn at_rest(life: &Life) -> bool {
    let still =
        |link: &super::world::Link| link.stage == Stage::Open && link.routes.is_none_or(|(_, serves)| serves);
    if !life.late.is_empty() || !life.links.iter().all(still) {
        return false;
    }
    let Some(row) = life.row else { return life.links.is_empty() };
    let shows = life.show(row.wish).connection;
    let agrees = match row.wish.state {
        State::AwaitingPeer => shows == Connection::Pending,
        State::Active => shows == Connection::Routed,
        State::Failed(Reason::Rejected) => shows == Connection::Rejected,
        State::Failed(Reason::Deleted) => shows == Connection::Deleted,
        State::Failed(Reason::Denied) => true,
        State::Failed(Reason::Expired | Reason::Invalid | Reason::Overlap) => false,
        State::Requested | State::Establishing | State::Removing | State::Removed => false,
    };
    row.wish.wanted && row.lease.is_none() && row.due != Due::Now && agrees
}

/// Whether a move needs no caller, no customer and no mishap.
pub fn by_itself(made: Move) -> bool {
    match made {
        Move::Cloud(..)
        | Move::Land(..)
        | Move::RunOut(_)
        | Move::Claim(..)
        | Move::Look(_)
        | Move::Record(_)
        | Move::Release(_)
        | Move::Act(_, Fate::Done) => true,
        Move::Create(_)
        | Move::Reroute(_)
        | Move::Repeer(_)
        | Move::Delete(_)
        | Move::Far(..)
        | Move::LookFails(_)
        | Move::Act(_, Fate::Doubled | Fate::AnswerLost | Fate::Lost | Fate::Late | Fate::Denied)
        | Move::Crash(_) => false,
    }
}
