//! What calls do in the cloud.

use model::peering::machine::Action;

use super::moves::Protocol;
use super::world::{Call, FarSide, Link, Stage, Without, World};

impl Protocol {
    /// What a call does in the cloud, by the rules of the simulated one: at most one connection of
    /// a peering stands, and what is asked for on behalf of a wish that has moved on comes to
    /// nothing.
    pub fn effect(&self, world: &mut World, nth: u8, call: Call) {
        let life = &mut world.lives[usize::from(nth)];
        let row = life.row.map(|row| row.wish);
        let knows = !self.lacks(Without::TheWish);
        let same = row.is_some_and(|row| row.incarnation == call.wish.incarnation && row.wanted);
        match call.action {
            Action::Request => {
                let stands = !life.links.is_empty() && !self.lacks(Without::TheToken);
                if stands || row.is_none() || (knows && !same) {
                    return;
                }
                life.made[usize::from(call.wish.incarnation)] += 1;
                life.links.push(Link {
                    incarnation: call.wish.incarnation,
                    stage: Stage::Requesting,
                    far: FarSide::Silent,
                    routes: None,
                });
            }
            Action::Route => {
                let there = row.is_some_and(|row| row.block == call.wish.block);
                for link in &mut life.links {
                    let ours = link.incarnation == call.wish.incarnation && link.stage != Stage::Deleting;
                    let differs = link.routes.is_none_or(|(block, _)| block != call.wish.block);
                    if ours && differs && (!knows || (same && there)) {
                        link.routes = Some((call.wish.block, false));
                    }
                }
            }
            Action::Remove => {
                for link in &mut life.links {
                    let wanted = row.is_some_and(|row| row.wanted && row.incarnation == link.incarnation);
                    if !(knows && wanted) {
                        world.sins.hurt |= wanted;
                        link.stage = Stage::Deleting;
                    }
                }
            }
        }
    }
}
