//! The explorations of a peering's protocol: what is tried, and what each rule's absence breaks.

use super::explore::explore;
use super::moves::Protocol;
use super::world::{Budget, Without};

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
        let explored = explore(&protocol);
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
        let broken = explore(&protocol).broken();
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
