//! Seals what digest needs of an API key.
//!
//! Digest can't be checked against a one-way hash: the server needs HA1, and whoever has HA1 can
//! call. So it is encrypted (XChaCha20-Poly1305) under a key that is not in the database, and
//! bound to its public key, so that one row's secret can't be moved into another's.

use chacha20poly1305::{AeadInOut, KeyInit, Tag, XChaCha20Poly1305, XNonce};

use super::credentials::{Ha1, Random};
use super::master::MasterKey;

/// Names the layout below, so that a later one can be told from it.
const LAYOUT: u8 = 1;
const NONCE_BYTES: usize = 24;
const HA1_BYTES: usize = 16;
const TAG_BYTES: usize = 16;
const SEALED_BYTES: usize = 1 + NONCE_BYTES + HA1_BYTES + TAG_BYTES;

/// Seals and opens the HA1 of API keys.
#[derive(Clone)]
pub struct Sealer(XChaCha20Poly1305);

/// The bytes were not sealed here for this public key: another master key, another row, or damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("could not open the sealed secret of an API key")]
pub struct Unsealable;

impl Sealer {
    /// The sealer of one installation.
    pub fn new(master: &MasterKey) -> Self {
        Self(XChaCha20Poly1305::new(&master.derive("seal of API key secrets").into()))
    }

    /// Seals `ha1` for the row of `public_key`: layout, nonce, cipher text, tag.
    pub fn seal(&self, public_key: &str, ha1: &Ha1, random: &dyn Random) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        random.fill(&mut nonce);
        let mut secret = *ha1.bytes();
        let tag = self
            .0
            .encrypt_inout_detached(&XNonce::from(nonce), public_key.as_bytes(), secret.as_mut_slice().into())
            .expect("sixteen bytes are not too long to encrypt");
        let mut sealed = Vec::with_capacity(SEALED_BYTES);
        sealed.push(LAYOUT);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&secret);
        sealed.extend_from_slice(&tag);
        sealed
    }

    /// Opens what [`Sealer::seal`] made for the same `public_key`.
    pub fn open(&self, public_key: &str, sealed: &[u8]) -> Result<Ha1, Unsealable> {
        let (&layout, rest) = sealed.split_first().ok_or(Unsealable)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(Unsealable)?;
        let (secret, tag) = rest.split_first_chunk::<HA1_BYTES>().ok_or(Unsealable)?;
        let tag: [u8; TAG_BYTES] = tag.try_into().map_err(|_| Unsealable)?;
        if layout != LAYOUT {
            return Err(Unsealable);
        }
        let mut secret = *secret;
        self.0
            .decrypt_inout_detached(
                &XNonce::from(*nonce),
                public_key.as_bytes(),
                secret.as_mut_slice().into(),
                &Tag::from(tag),
            )
            .map_err(|_| Unsealable)?;
        Ok(Ha1::from_bytes(secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::credentials::seeded::Seeded;

    fn sealer(first_byte: &str) -> Sealer {
        let text = format!("{first_byte}{}", "00".repeat(31));
        Sealer::new(&MasterKey::from_hex(&text).expect("64 digits"))
    }

    #[test]
    fn a_sealed_secret_opens_for_its_own_key_only() {
        let (sealer, random) = (sealer("01"), Seeded::new(1));
        let ha1 = Ha1::of("gswvkocq", "4c0ac4dc-6fc3-4b2e-a1b0-01bdd56c8977");
        let sealed = sealer.seal("gswvkocq", &ha1, &random);
        assert_eq!(sealed.len(), SEALED_BYTES);
        assert_eq!(sealer.open("gswvkocq", &sealed), Ok(ha1));
        assert_eq!(sealer.open("flezioeg", &sealed), Err(Unsealable));
    }

    #[test]
    fn another_master_key_opens_nothing() {
        let sealed = sealer("01").seal("gswvkocq", &Ha1::from_bytes([7; 16]), &Seeded::new(1));
        assert_eq!(sealer("02").open("gswvkocq", &sealed), Err(Unsealable));
    }

    #[test]
    fn no_two_seals_of_one_secret_look_alike_and_none_shows_it() {
        let (sealer, random, ha1) = (sealer("01"), Seeded::new(1), Ha1::from_bytes([7; 16]));
        let (first, second) = (sealer.seal("k", &ha1, &random), sealer.seal("k", &ha1, &random));
        assert_ne!(first[1..], second[1..]);
        assert!(!first.windows(4).any(|part| part == [7; 4]));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let sealer = sealer("01");
        let sealed = sealer.seal("k", &Ha1::from_bytes([7; 16]), &Seeded::new(1));
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert_eq!(sealer.open("k", &flipped), Err(Unsealable), "byte {at}");
            assert_eq!(sealer.open("k", &sealed[..at]), Err(Unsealable), "cut at {at}");
        }
        assert_eq!(sealer.open("k", &[sealed.as_slice(), &[0]].concat()), Err(Unsealable));
    }
}
