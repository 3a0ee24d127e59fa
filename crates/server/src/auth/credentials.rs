//! How new credentials are made, what is kept of them and what is shown.
//!
//! Their forms are the real service's, because clients and people look at them. All are long and
//! random, so nothing slow is needed to keep them safe; chance comes from the caller.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use md5::Md5;
use model::key::Secret;
use model::{SecretId, Timestamp};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::{digest, hex};

/// Where chance comes from.
pub trait Random: Send + Sync {
    /// Fills `into` with random bytes.
    fn fill(&self, into: &mut [u8]);
}

/// The operating system's random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn fill(&self, into: &mut [u8]) {
        // INVARIANT: no credential is ever made of anything else, so there is no way to go on.
        getrandom::fill(into).expect("the operating system has a random source");
    }
}

/// MD5 of `public:realm:private`: all that digest needs of an API key. It is as good as the
/// private half to whoever has it, so it does not show itself and is kept sealed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Ha1([u8; 16]);

impl Ha1 {
    /// That of one key pair, in this program's realm.
    pub fn of(public_key: &str, private_key: &str) -> Self {
        let hash = Md5::new()
            .chain_update(public_key)
            .chain_update(":")
            .chain_update(digest::REALM)
            .chain_update(":")
            .chain_update(private_key);
        Self(hash.finalize().into())
    }

    /// The one made of these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for Ha1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ha1(..)")
    }
}

/// Both halves of a new API key. The private one is shown once and then forgotten.
#[derive(Clone, PartialEq, Eq)]
pub struct NewKey {
    /// Eight lower-case letters.
    pub public_key: String,
    /// A random UUID.
    pub private_key: String,
}

impl NewKey {
    /// Makes one.
    pub fn generate(random: &dyn Random) -> Self {
        Self { public_key: letters(random), private_key: uuid_v4(random) }
    }

    /// What is sealed of it.
    pub fn ha1(&self) -> Ha1 {
        Ha1::of(&self.public_key, &self.private_key)
    }

    /// What is shown of the private half later: its last twelve digits.
    pub fn mask(&self) -> String {
        let shown = self.private_key.rsplit('-').next().unwrap_or_default();
        format!("********-****-****-{shown}")
    }
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewKey").field("public_key", &self.public_key).finish_non_exhaustive()
    }
}

/// A new client id for a service account: `mdb_sa_id_` and 24 hexadecimal digits.
pub fn client_id(random: &dyn Random) -> String {
    let mut bytes = [0; 12];
    random.fill(&mut bytes);
    format!("mdb_sa_id_{}", hex::text(&bytes))
}

/// A new secret of a service account: `mdb_sa_sk_` and 40 of `[A-Za-z0-9_-]`, 240 random bits.
/// Shown once; what is kept is its [hash](ClientSecret::hash).
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(String);

impl ClientSecret {
    const PREFIX: &str = "mdb_sa_sk_";

    /// Makes one.
    pub fn generate(random: &dyn Random) -> Self {
        let mut bytes = [0; 30];
        random.fill(&mut bytes);
        Self(format!("{}{}", Self::PREFIX, URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> [u8; 32] {
        secret_hash(&self.0)
    }

    /// What is kept of it, under an id of its own, to serve between two moments of the real clock.
    pub fn kept(&self, id: SecretId, created_at: Timestamp, expires_at: Timestamp) -> Secret {
        Secret { id, hash: self.hash(), mask: self.mask(), created_at, expires_at, used_at: None }
    }

    /// What is shown of it later: its last four characters.
    pub fn mask(&self) -> String {
        format!("{}...{}", Self::PREFIX, &self.0[self.0.len() - 4..])
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(..)")
    }
}

/// Whether `given` is the secret of which `hash` is kept, in a time that does not tell how close
/// it came.
pub fn secret_matches(hash: &[u8; 32], given: &str) -> bool {
    hash.ct_eq(&secret_hash(given)).into()
}

fn secret_hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// A random UUID (version 4, variant 1) as text.
pub fn uuid_v4(random: &dyn Random) -> String {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = hex::text(&bytes);
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

/// Eight lower-case letters, each as likely as the others: a byte past the last multiple of 26
/// is drawn again.
fn letters(random: &dyn Random) -> String {
    const FAIR: u8 = 26 * 9;
    let mut letters = String::with_capacity(8);
    while letters.len() < 8 {
        let mut byte = [0];
        random.fill(&mut byte);
        if byte[0] < FAIR {
            letters.push(char::from(b'a' + byte[0] % 26));
        }
    }
    letters
}

#[cfg(test)]
pub(crate) mod seeded {
    //! Chance that a test can repeat.

    use std::sync::atomic::{AtomicU64, Ordering};

    use super::Random;

    /// SplitMix64 from a seed.
    pub(crate) struct Seeded(AtomicU64);

    impl Seeded {
        pub(crate) fn new(seed: u64) -> Self {
            Self(AtomicU64::new(seed))
        }
    }

    impl Random for Seeded {
        fn fill(&self, into: &mut [u8]) {
            for chunk in into.chunks_mut(8) {
                let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
                z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
                chunk.copy_from_slice(&(z ^ z >> 31).to_le_bytes()[..chunk.len()]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::seeded::Seeded;
    use super::*;

    #[test]
    fn a_new_key_looks_like_the_real_services_keys() {
        let random = Seeded::new(1);
        for _ in 0..200 {
            let key = NewKey::generate(&random);
            assert_eq!(key.public_key.len(), 8);
            assert!(key.public_key.bytes().all(|letter| letter.is_ascii_lowercase()));
            let parts: Vec<&str> = key.private_key.split('-').collect();
            assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
            assert!(parts[2].starts_with('4'), "version 4: {}", key.private_key);
            assert!(parts[3].starts_with(['8', '9', 'a', 'b']), "variant 1: {}", key.private_key);
        }
    }

    #[test]
    fn every_letter_occurs_in_public_keys() {
        let random = Seeded::new(2);
        let drawn: String = (0..100).map(|_| letters(&random)).collect();
        assert!(('a'..='z').all(|letter| drawn.contains(letter)));
    }

    #[test]
    fn only_the_last_twelve_digits_of_a_private_key_are_shown_later() {
        let key = NewKey {
            public_key: "gswvkocq".to_owned(),
            private_key: "4c0ac4dc-6fc3-4b2e-a1b0-01bdd56c8977".to_owned(),
        };
        assert_eq!(key.mask(), "********-****-****-01bdd56c8977");
        assert_eq!(format!("{key:?}"), r#"NewKey { public_key: "gswvkocq", .. }"#);
    }

    #[test]
    fn ha1_is_the_md5_of_public_realm_and_private() {
        // Computed independently: md5("gswvkocq:MMS Public API:4c0ac4dc-6fc3-4b2e-a1b0-01bdd56c8977").
        let ha1 = Ha1::of("gswvkocq", "4c0ac4dc-6fc3-4b2e-a1b0-01bdd56c8977");
        assert_eq!(hex::text(ha1.bytes()), "e4935e772f91ebb00cd8df5080de995d");
        assert_eq!(format!("{ha1:?}"), "Ha1(..)");
    }

    #[test]
    fn a_new_service_account_looks_like_the_real_services_accounts() {
        let random = Seeded::new(3);
        let id = client_id(&random);
        let digits = id.strip_prefix("mdb_sa_id_").expect("the prefix");
        assert!(digits.len() == 24 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        for _ in 0..200 {
            let secret = ClientSecret::generate(&random);
            let rest = secret.reveal().strip_prefix("mdb_sa_sk_").expect("the prefix");
            assert_eq!(rest.len(), 40);
            assert!(rest.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-'));
            assert_eq!(secret.mask(), format!("mdb_sa_sk_...{}", &rest[36..]));
            assert_eq!(format!("{secret:?}"), "ClientSecret(..)");
        }
    }

    #[test]
    fn a_client_secret_matches_its_own_hash_only() {
        let random = Seeded::new(4);
        let (mine, other) = (ClientSecret::generate(&random), ClientSecret::generate(&random));
        assert!(secret_matches(&mine.hash(), mine.reveal()));
        assert!(!secret_matches(&mine.hash(), other.reveal()));
        assert!(!secret_matches(&mine.hash(), ""));
    }

    #[test]
    fn the_operating_system_never_gives_the_same_twice() {
        assert_ne!(uuid_v4(&OsRandom), uuid_v4(&OsRandom));
    }
}
