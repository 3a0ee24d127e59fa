//! Nonces for digest: nothing is remembered of one until somebody proves a secret with it.
//!
//! A nonce is 24 bytes that look random, as 32 base64 characters, as the real service's are:
//!
//! ```text
//! salt (8 bytes) · milliseconds since 1970 (6 bytes, xored with the salt) · tag (10 bytes)
//! ```
//!
//! The tag is a truncated HMAC of salt and time under a key derived from the master key. It keeps
//! people from dating nonces themselves; forging one does not help without a secret anyhow, so 80
//! bits are plenty. Time is the real clock's: moving the world must not touch authentication.
//!
//! A nonce may be used for [`NONCE_LIFE`], each count once, in any order, up to [`MAX_COUNT`];
//! clients count across connections and don't arrive in order. Which counts were used is kept in
//! memory, for nonces that came with a right digest, until they expire. Where that memory can't be
//! trusted to be whole, nonces are stale instead: those from before this process started, and the
//! oldest ones when [`MAX_TRACKED`] are in use. Stale costs a client one more round trip; a replay
//! that gets through costs more.
//!
//! Of several nodes each takes the others' nonces, for they share the key. But counts are in the
//! memory of one of them: so the node where a nonce is used first claims it in the store, before
//! it answers ([`Nonces::claimed`]), and to the others it is stale from then on. A client that is
//! sent from node to node pays with a round trip; a new nonce serves wherever its first use comes.
//! The nodes' clocks may differ by [`SKEW_MAX`].

mod seen;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use model::Timestamp;
use parking_lot::Mutex;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::credentials::Random;
use super::master::{self, MasterKey};
use seen::Seen;

/// How long a nonce may be used: the default of the server whose nonces the real service shows.
pub const NONCE_LIFE: Duration = Duration::from_secs(60);

/// How far ahead of ours the clock of the node that issued a nonce may be.
pub const SKEW_MAX: Duration = Duration::from_secs(5);

/// How long it is known whose a nonce is, after its first use: until it is stale at every node.
pub const CLAIM_LIFE: Duration = NONCE_LIFE.saturating_add(SKEW_MAX.saturating_mul(2));

/// A nonce is stale for counts from here on.
pub const MAX_COUNT: u32 = 1024;

/// How many nonces in use are remembered, at about 40 bytes each. Beyond that the oldest second's
/// worth is forgotten, and nonces as old as those are stale from then on.
pub const MAX_TRACKED: usize = 1 << 18;

const SALT_BYTES: usize = 8;
const TIME_BYTES: usize = 6;
const TAG_BYTES: usize = 10;
const SKEW_MS: u64 = SKEW_MAX.as_secs() * 1000;
const NONCE_BYTES: usize = SALT_BYTES + TIME_BYTES + TAG_BYTES;
const TEXT_BYTES: usize = 32;

/// A nonce as text, on the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nonce([u8; TEXT_BYTES]);

impl Nonce {
    /// The 32 characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("base64 is ASCII")
    }
}

/// What became of the use of a nonce with a right digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It may be used, and this count of it now is.
    Fresh,
    /// It was issued here, but is too old or was used too often.
    Stale,
    /// This count of it was used before: somebody repeats a request.
    Replayed,
    /// It was never issued here.
    Unknown,
}

impl Use {
    /// What the new challenge says: `stale=true` tells the client that its secret is right and
    /// the same request will do with the new nonce. A replay is not told so.
    pub fn stale(self) -> bool {
        matches!(self, Self::Stale | Self::Unknown)
    }
}

/// Issues nonces and keeps count of their use.
pub struct Nonces {
    key: Hmac<Sha256>,
    life_ms: u64,
    /// The latest time seen. The real clock can be set back; a nonce that had expired must not
    /// come to life again by that, after its counts were forgotten.
    latest_ms: AtomicU64,
    seen: Mutex<Seen>,
}

impl Nonces {
    /// The nonces of a process that starts now, by the real clock.
    pub fn new(master: &MasterKey, started: Timestamp) -> Self {
        Self::with(master, started, NONCE_LIFE, MAX_TRACKED)
    }

    /// The same with a life and a number of tracked nonces of one's own.
    pub fn with(master: &MasterKey, started: Timestamp, life: Duration, max_tracked: usize) -> Self {
        let life_ms = u64::try_from(life.as_millis()).unwrap_or(u64::MAX);
        Self {
            key: master::hmac(&master.derive("digest nonces")),
            life_ms,
            latest_ms: AtomicU64::new(millis(started)),
            seen: Mutex::new(Seen::new(millis(started), life_ms, max_tracked)),
        }
    }

    /// A new nonce for a challenge.
    pub fn issue(&self, now: Timestamp, random: &dyn Random) -> Nonce {
        let mut bytes = [0; NONCE_BYTES];
        random.fill(&mut bytes[..SALT_BYTES]);
        let issued = self.advance(millis(now)).to_be_bytes();
        for (i, byte) in issued[8 - TIME_BYTES..].iter().enumerate() {
            bytes[SALT_BYTES + i] = byte ^ bytes[i];
        }
        let tag = self.tag(&bytes[..SALT_BYTES + TIME_BYTES]);
        bytes[SALT_BYTES + TIME_BYTES..].copy_from_slice(&tag);
        let mut text = [0; TEXT_BYTES];
        STANDARD.encode_slice(bytes, &mut text).expect("24 bytes are 32 characters");
        Nonce(text)
    }

    /// Uses `count` of `nonce` up. To be asked only once the digest is known to be right: memory
    /// is for those who know a secret.
    pub fn spend(&self, nonce: &[u8], count: u32, now: Timestamp) -> Use {
        let Some((issued_ms, salt)) = self.read(nonce) else { return Use::Unknown };
        if count >= MAX_COUNT {
            return Use::Stale;
        }
        self.advance(millis(now));
        let mut seen = self.seen.lock();
        // Read under the lock: whoever swept before us used a time no later than this one.
        let now_ms = self.latest_ms.load(Ordering::Acquire);
        let ahead = issued_ms > now_ms + SKEW_MS;
        if ahead || issued_ms < seen.floor_ms() || now_ms.saturating_sub(issued_ms) > self.life_ms {
            return Use::Stale;
        }
        let outcome = seen.mark(issued_ms, salt, count, now_ms);
        // Nonces that are issued from now on have to be younger than what was forgotten.
        self.advance(seen.floor_ms());
        outcome
    }

    /// Whether a nonce that was used here is known to be this node's.
    pub fn claimed(&self, nonce: &[u8]) -> bool {
        self.read(nonce).is_some_and(|(issued_ms, salt)| self.seen.lock().claimed(issued_ms, salt))
    }

    /// Notes that a nonce that was used here is this node's.
    pub fn note_claim(&self, nonce: &[u8]) {
        if let Some((issued_ms, salt)) = self.read(nonce) {
            self.seen.lock().claim(issued_ms, salt);
        }
    }

    /// When a nonce was issued, and its salt, if it was issued under our key.
    fn read(&self, nonce: &[u8]) -> Option<(u64, u64)> {
        let mut bytes = [0; NONCE_BYTES];
        if nonce.len() != TEXT_BYTES || STANDARD.decode_slice(nonce, &mut bytes) != Ok(NONCE_BYTES) {
            return None;
        }
        let (signed, tag) = bytes.split_at(SALT_BYTES + TIME_BYTES);
        if !bool::from(self.tag(signed).ct_eq(tag)) {
            return None;
        }
        let mut issued = [0; 8];
        for (i, byte) in issued[8 - TIME_BYTES..].iter_mut().enumerate() {
            *byte = bytes[SALT_BYTES + i] ^ bytes[i];
        }
        let salt = *bytes.first_chunk()?;
        Some((u64::from_be_bytes(issued), u64::from_be_bytes(salt)))
    }

    fn tag(&self, signed: &[u8]) -> [u8; TAG_BYTES] {
        let full = self.key.clone().chain_update(signed).finalize().into_bytes();
        let mut tag = [0; TAG_BYTES];
        tag.copy_from_slice(&full[..TAG_BYTES]);
        tag
    }

    /// Moves our time on to `now_ms` unless it is later already, and tells it.
    fn advance(&self, now_ms: u64) -> u64 {
        let latest = self.latest_ms.load(Ordering::Acquire);
        if latest >= now_ms {
            return latest;
        }
        self.latest_ms.fetch_max(now_ms, Ordering::AcqRel).max(now_ms)
    }
}

fn millis(at: Timestamp) -> u64 {
    u64::try_from(at.micros() / 1000).unwrap_or(0)
}
