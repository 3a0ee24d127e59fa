//! What can be asked of an account beside moving its peerings.

use cloud::{Held, MarkedKind, ObstacleKind};
use model::peering::machine::Connection;

use super::{Bed, FarNetwork, Hand, There};

pub async fn a_check_up_tells_who_we_are_and_what_we_may(bed: &dyn Bed) {
    let checkup = bed.account().check_up().await;
    let identity = checkup.identity.expect("the cloud knows us");
    assert!(!identity.is_empty());
    assert!(checkup.permissions.len() >= 4, "{:#?}", checkup.permissions);
    for permission in &checkup.permissions {
        assert!(!matches!(permission.held, Held::No(_)), "{permission:?}");
        assert!(!permission.name.is_empty());
    }
    assert!(!checkup.policy.is_empty());
    // Nothing was made to find out.
    assert_eq!(bed.account().marked().await.expect("told"), []);
}

pub async fn a_check_up_tells_a_right_that_is_missing(bed: &dyn Bed) {
    let name = bed.forbid().await;
    let checkup = bed.account().check_up().await;
    let of_it = checkup.permissions.iter().find(|permission| permission.name == name);
    let held = &of_it.expect("the right is among those that are needed").held;
    assert!(matches!(held, Held::No(says) if !says.is_empty()), "{held:?}");
    assert!(checkup.policy.contains(name), "{}", checkup.policy);
}

async fn survey(bed: &dyn Bed, far: FarNetwork) -> Vec<(ObstacleKind, String)> {
    let hand = Hand::with(bed, far).await;
    let obstacles = bed.account().survey(&hand.job.container, &hand.job.peering.spec).await.expect("told");
    assert_eq!(hand.there().await, There::default(), "a survey makes nothing");
    assert!(obstacles.iter().all(|obstacle| !obstacle.mend.is_empty()), "{obstacles:#?}");
    obstacles.into_iter().map(|obstacle| (obstacle.kind, obstacle.what)).collect()
}

pub async fn a_survey_of_a_clear_way_finds_nothing(bed: &dyn Bed) {
    assert_eq!(survey(bed, FarNetwork::There).await, []);
}

pub async fn a_survey_tells_of_overlapping_blocks(bed: &dyn Bed) {
    let obstacles = survey(bed, FarNetwork::Overlapping).await;
    assert!(obstacles.iter().any(|(kind, _)| *kind == ObstacleKind::Overlap), "{obstacles:#?}");
}

pub async fn a_survey_tells_of_a_network_that_is_missing(bed: &dyn Bed) {
    let obstacles = survey(bed, FarNetwork::Gone).await;
    assert!(obstacles.iter().any(|(kind, _)| *kind == ObstacleKind::Missing), "{obstacles:#?}");
}

pub async fn a_connection_that_is_what_was_described_is_found(bed: &dyn Bed) {
    let hand = Hand::new(bed).await;
    let id = bed.foreign(&hand.job).await;
    let found = bed.account().find(&hand.job.container, &hand.job.peering.spec, &id).await;
    assert_eq!(found.expect("told"), []);
}

pub async fn a_connection_that_differs_is_told(bed: &dyn Bed) {
    let hand = Hand::new(bed).await;
    let id = bed.foreign(&hand.job).await;
    let other = Hand::new(bed).await;
    let found = bed.account().find(&hand.job.container, &other.job.peering.spec, &id).await.expect("told");
    assert!(found.iter().any(|obstacle| obstacle.kind == ObstacleKind::Differs), "{found:#?}");
}

pub async fn a_connection_that_is_not_there_is_told(bed: &dyn Bed) {
    let mut hand = Hand::new(bed).await;
    hand.make_network().await;
    let id = "pcx-0123456789abcdef0";
    let found = bed.account().find(&hand.job.container, &hand.job.peering.spec, id).await.expect("told");
    assert!(found.iter().any(|obstacle| obstacle.kind == ObstacleKind::Missing), "{found:#?}");
}

pub async fn an_adopted_connection_is_managed_from_then_on(bed: &dyn Bed) {
    let mut hand = Hand::new(bed).await;
    let id = bed.foreign(&hand.job).await;
    assert_eq!(hand.see().await.connection, Connection::Absent);
    for _ in 0..2 {
        bed.account().adopt(&hand.job, &id).await.expect("adopted");
    }
    let kinds: Vec<_> =
        bed.account().marked().await.expect("told").into_iter().map(|thing| thing.kind).collect();
    assert!(kinds.contains(&MarkedKind::Network) && kinds.contains(&MarkedKind::Connection), "{kinds:?}");
    hand.until_network().await;
    hand.until(bed.after_adoption()).await;
    if bed.after_adoption() != Connection::Routed {
        hand.establish().await;
    }
    hand.unwant();
    hand.remove().await;
    hand.remove_network().await;
    assert_eq!(hand.there().await, There::default());
}
