//! Everything may be done twice.

use model::provider::Provider;
use model::world::{Acceptance, CloudCall, CloudFault, FarAction};

use crate::bed::Bed;
use crate::deeds::{Deed, Ledger};

fn story(provider: Provider) -> Vec<Deed> {
    vec![
        Deed::Contain { project: 0, provider },
        Deed::Peer { project: 0, provider, far: 1 },
        Deed::Far { nth: 0, action: FarAction::Accept },
        Deed::Far { nth: 0, action: FarAction::Create },
        Deed::Change { nth: 0, vpc: 1, block: 2 },
        Deed::Change { nth: 0, vpc: 2, block: 2 },
        Deed::Accept { project: 0, acceptance: Acceptance::Automatic },
        Deed::Peer { project: 0, provider, far: 3 },
        Deed::Unpeer { nth: 1 },
        Deed::Peer { project: 0, provider, far: 4 },
        Deed::Unpeer { nth: 1 },
        Deed::Unpeer { nth: 0 },
    ]
}

async fn tell(bed: &mut Bed, story: &[Deed]) -> Vec<Vec<String>> {
    let mut ledger = Ledger::new(bed).await;
    let mut chapters = Vec::new();
    for deed in story {
        ledger.perform(bed, deed).await;
        bed.settle().await;
        ledger.check(bed).await;
        chapters.push(ledger.summary(bed).await);
    }
    chapters
}

#[tokio::test]
async fn a_call_made_three_times_is_as_good_as_one() {
    for provider in Provider::ALL {
        let once = tell(&mut Bed::new().await, &story(provider)).await;
        let thrice = tell(&mut Bed::with_calls(3).await, &story(provider)).await;
        assert_eq!(once, thrice, "{provider}");
    }
}

#[tokio::test]
async fn every_pass_run_twice_is_as_good_as_one() {
    for provider in Provider::ALL {
        let once = tell(&mut Bed::new().await, &story(provider)).await;
        let mut bed = Bed::new().await;
        let mut ledger = Ledger::new(&bed).await;
        for (deed, chapter) in story(provider).iter().zip(&once) {
            ledger.perform(&bed, deed).await;
            // The answer of whatever is done first is lost, so that its pass comes again.
            for call in CloudCall::ALL {
                let lost = Deed::Fault { project: 0, call, fault: CloudFault::LostAnswer, times: 2 };
                ledger.perform(&bed, &lost).await;
                bed.settle().await;
            }
            ledger.check(&bed).await;
            assert_eq!(&ledger.summary(&bed).await, chapter, "{provider}: {deed:?}");
        }
    }
}

#[tokio::test]
async fn a_world_at_rest_is_not_touched_again() {
    let mut bed = Bed::new().await;
    let mut ledger = Ledger::new(&bed).await;
    for provider in Provider::ALL {
        ledger.perform(&bed, &Deed::Contain { project: 0, provider }).await;
        ledger.perform(&bed, &Deed::Peer { project: 0, provider, far: 1 }).await;
    }
    bed.settle().await;
    let n_actions = bed.gate.n_actions();
    for _ in 0..10 {
        bed.sleep(std::time::Duration::from_secs(3600));
        let counts = bed.idle().await;
        assert_eq!((counts.containers, counts.peerings), (0, 0));
    }
    assert_eq!(bed.gate.n_actions(), n_actions);
}
