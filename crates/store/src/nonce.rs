//! Which node counts the uses of a nonce.
//!
//! A node counts in memory what it has seen of a nonce, and none sees what came to another. So the
//! node where a nonce is used first claims it, before it answers, and the others take it for stale.

use model::Timestamp;

use crate::Store;
use crate::engine::{statements, vals};
use crate::error::Result;

statements! {
    CLAIM: "claim a nonce" = "INSERT INTO used_nonce (nonce, node, expires_at) VALUES ($1, $2, $3) \
         ON CONFLICT (nonce) DO NOTHING";
    CLAIMED: "look a nonce up" = "SELECT nonce FROM used_nonce WHERE nonce = $1 AND node = $2";
    FORGET: "forget nonces that are over" = "DELETE FROM used_nonce WHERE expires_at <= $1";
}

impl Store {
    /// Claims a nonce for a node, until it has expired for all of them; answers whether it is that
    /// node's.
    pub async fn nonce_claim(&self, nonce: &str, node: &str, expires_at: Timestamp) -> Result<bool> {
        let (nonce, node) = (nonce.to_owned(), node.to_owned());
        self.write(move |tx| {
            // Whoever claims it at the same time is waited for.
            Ok(tx.exec(CLAIM, vals![&nonce, &node, expires_at])? > 0
                || tx.any(CLAIMED, vals![&nonce, &node])?)
        })
        .await
    }

    /// Forgets the nonces that have expired, by the real clock.
    pub async fn nonces_forget(&self, now: Timestamp) -> Result<u64> {
        self.write(move |tx| tx.exec(FORGET, vals![now])).await
    }
}
