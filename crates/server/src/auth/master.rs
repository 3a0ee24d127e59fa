//! The master key: the one secret of an installation.
//!
//! It lies beside the database, never in it, so that a copy of the database alone opens nothing.
//! No part of the program uses it as it is: each derives its own key under its own label, so that
//! what one part leaks does not help against another.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::credentials::Random;
use super::hex;

/// 32 random bytes, kept as 64 hexadecimal digits.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

/// The text is not a master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a master key is 64 hexadecimal digits")]
pub struct MalformedMasterKey;

impl MasterKey {
    /// A new one, for a first start.
    pub fn generate(random: &dyn Random) -> Self {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        Self(bytes)
    }

    /// Reads one from its text; white space around it does not matter.
    pub fn from_hex(text: &str) -> Result<Self, MalformedMasterKey> {
        hex::read(text.trim().as_bytes()).map(Self).ok_or(MalformedMasterKey)
    }

    /// Its text, to be kept. This is the secret itself.
    pub fn to_hex(&self) -> String {
        hex::text(&self.0)
    }

    /// The key for one purpose: HMAC-SHA-256 of the label.
    pub fn derive(&self, label: &str) -> [u8; 32] {
        hmac(&self.0).chain_update(label.as_bytes()).finalize().into_bytes().into()
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

/// HMAC-SHA-256 under a derived key, ready to be cloned for each use.
pub(super) fn hmac(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn a_master_key_survives_the_trip_through_its_file() {
        let key = MasterKey::from_hex(&format!(" {}\n", TEXT.to_uppercase())).expect("64 digits");
        assert_eq!(key.to_hex(), TEXT);
    }

    #[test]
    fn anything_but_64_digits_is_no_master_key() {
        for text in ["", &TEXT[1..], &format!("{TEXT}0"), &TEXT.replace('f', "g")] {
            assert_eq!(MasterKey::from_hex(text).err(), Some(MalformedMasterKey), "{text}");
        }
    }

    #[test]
    fn each_purpose_gets_its_own_key_and_gets_it_again() {
        let key = MasterKey::from_hex(TEXT).expect("64 digits");
        // Computed independently: HMAC-SHA-256 of "nonce".
        assert_eq!(
            hex::text(&key.derive("nonce")),
            "2d6bdc53990132ece9c88b9338803bfbc139aadb037138d17b1dc04c344cdf8a"
        );
        assert_ne!(key.derive("nonce"), key.derive("token"));
        assert_eq!(key.derive("token"), key.clone().derive("token"));
    }

    #[test]
    fn a_master_key_does_not_show_itself() {
        let key = MasterKey::from_hex(TEXT).expect("64 digits");
        assert_eq!(format!("{key:?}"), "MasterKey(..)");
    }
}
