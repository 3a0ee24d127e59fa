//! A pass is killed between any two of its lines, and nobody can tell afterwards.
//!
//! Each story is told once without a crash, and then once for each moment at which its passes meet
//! a driver, with a kill at that moment. Both must end alike.

use std::time::Duration;

use model::provider::Provider;
use model::world::{Acceptance, FarAction, Latency};

use crate::bed::Bed;
use crate::deeds::{Deed, Ledger};

const AWS: Provider = Provider::Aws;
const AZURE: Provider = Provider::Azure;
const GCP: Provider = Provider::Gcp;

/// A story, told with kills at the given distances from each other. Returns how it ended, and
/// whether all kills happened.
async fn tell(story: &[Deed], kills: &[u64]) -> (Vec<String>, bool) {
    let mut bed = Bed::new().await;
    let mut ledger = Ledger::new(&bed).await;
    let mut kills = kills.iter();
    let mut next = kills.next();
    bed.gate.stop_at(next.copied().unwrap_or(0));
    for deed in story {
        ledger.perform(&bed, deed).await;
        bed.settle_with(|bed| {
            next = kills.next();
            bed.gate.stop_at(next.copied().unwrap_or(0));
        })
        .await;
    }
    ledger.check(&bed).await;
    (ledger.summary(&bed).await, next.is_none())
}

/// Kills at every single moment, and at every moment followed by another kill a little later.
async fn check(name: &str, story: &[Deed]) {
    let (plain, _) = tell(story, &[]).await;
    let mut n_moments = 0;
    for first in 1.. {
        let (killed, happened) = tell(story, &[first]).await;
        if !happened {
            break;
        }
        n_moments += 1;
        assert_eq!(killed, plain, "{name}: killed at moment {first}");
        for second in [1, 4] {
            let (killed, _) = tell(story, &[first, second]).await;
            assert_eq!(killed, plain, "{name}: killed at moment {first} and {second} later");
        }
    }
    assert!(n_moments >= 10, "{name}: only {n_moments} moments were met");
}

#[tokio::test]
async fn a_life_at_amazon_survives_a_kill_at_every_moment() {
    let story = [
        Deed::Contain { project: 0, provider: AWS },
        Deed::Peer { project: 0, provider: AWS, far: 1 },
        Deed::Far { nth: 0, action: FarAction::Accept },
        Deed::Change { nth: 0, vpc: 1, block: 2 },
        Deed::Change { nth: 0, vpc: 2, block: 2 },
        Deed::Far { nth: 0, action: FarAction::Accept },
        Deed::Unpeer { nth: 0 },
        Deed::Uncontain { nth: 0 },
    ];
    check("aws", &story).await;
}

#[tokio::test]
async fn a_life_at_google_survives_a_kill_at_every_moment() {
    let story = [
        Deed::Contain { project: 0, provider: GCP },
        Deed::Peer { project: 0, provider: GCP, far: 1 },
        Deed::Far { nth: 0, action: FarAction::Create },
        Deed::Far { nth: 0, action: FarAction::Delete },
        Deed::Far { nth: 0, action: FarAction::Create },
        Deed::Unpeer { nth: 0 },
    ];
    check("gcp", &story).await;
}

#[tokio::test]
async fn two_azure_peerings_that_overlap_survive_a_kill_at_every_moment() {
    let story = [
        Deed::Contain { project: 0, provider: AZURE },
        Deed::Contain { project: 1, provider: AZURE },
        Deed::Peer { project: 0, provider: AZURE, far: 1 },
        Deed::Peer { project: 1, provider: AZURE, far: 1 },
        Deed::Unpeer { nth: 1 },
        Deed::Unpeer { nth: 0 },
    ];
    check("azure", &story).await;
}

#[tokio::test]
async fn several_rows_in_one_batch_survive_a_kill_at_every_moment() {
    let story = [
        Deed::Accept { project: 0, acceptance: Acceptance::Automatic },
        Deed::Slow { project: 0, latency: Latency::Lifelike },
        Deed::Contain { project: 0, provider: AWS },
        Deed::Contain { project: 0, provider: GCP },
        Deed::Peer { project: 0, provider: AWS, far: 1 },
        Deed::Peer { project: 0, provider: AWS, far: 2 },
        Deed::Peer { project: 0, provider: GCP, far: 3 },
        Deed::Unpeer { nth: 2 },
        Deed::Peer { project: 0, provider: AWS, far: 1 },
    ];
    check("batch", &story).await;
}

#[tokio::test]
async fn a_row_that_fails_and_is_tried_again_survives_a_kill_at_every_moment() {
    let story = [
        Deed::Contain { project: 0, provider: AWS },
        Deed::Peer { project: 0, provider: AWS, far: 1 },
        Deed::Advance(Duration::from_secs(7 * 86_400)),
        Deed::Accept { project: 0, acceptance: Acceptance::Automatic },
        Deed::Change { nth: 0, vpc: 1, block: 2 },
        Deed::Unpeer { nth: 0 },
        Deed::Peer { project: 0, provider: AWS, far: 1 },
    ];
    check("again", &story).await;
}

#[tokio::test]
async fn a_server_that_dies_every_few_moments_still_gets_there() {
    let story = [
        Deed::Accept { project: 0, acceptance: Acceptance::Automatic },
        Deed::Contain { project: 0, provider: AWS },
        Deed::Peer { project: 0, provider: AWS, far: 1 },
        Deed::Change { nth: 0, vpc: 2, block: 2 },
        Deed::Unpeer { nth: 0 },
        Deed::Peer { project: 0, provider: AWS, far: 3 },
    ];
    let (plain, _) = tell(&story, &[]).await;
    // A pass that acts passes the gate four times before its next recording.
    for every in 4..8 {
        let (killed, _) = tell(&story, &[every; 100]).await;
        assert_eq!(killed, plain, "killed at every {every}th moment");
    }
}
