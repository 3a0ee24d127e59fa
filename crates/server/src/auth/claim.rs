//! Which of several nodes counts the uses of a nonce: the one where it is used first.

use model::Timestamp;
use store::Store;

use super::credentials::Random;
use super::digest::Answer;
use super::nonce::{CLAIM_LIFE, Nonces, Use};

/// Claims nonces for this process.
pub(super) struct Claims {
    /// What it calls itself: another name with each start.
    node: String,
}

impl Claims {
    /// Those of a process that starts now.
    pub(super) fn new(random: &dyn Random) -> Self {
        let mut node = [0; 8];
        random.fill(&mut node);
        Self { node: u64::from_be_bytes(node).to_string() }
    }

    /// Uses up the count of a nonce that a right answer names, as [`Nonces::spend`] does; one that another node counts is stale.
    pub(super) async fn spend(
        &self,
        nonces: &Nonces,
        store: &Store,
        answer: &Answer<'_>,
        now: Timestamp,
    ) -> Result<Use, store::Error> {
        let nonce = answer.nonce();
        let used = nonces.spend(nonce, answer.count(), now);
        if used != Use::Fresh || !store.is_shared() || nonces.claimed(nonce) {
            return Ok(used);
        }
        // What may be used was proved, so it is text.
        let text = String::from_utf8_lossy(nonce);
        if !store.nonce_claim(&text, &self.node, now.after(CLAIM_LIFE)).await? {
            return Ok(Use::Stale);
        }
        nonces.note_claim(nonce);
        Ok(used)
    }
}
