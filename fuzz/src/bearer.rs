//! `Authorization: Bearer`: a token of ours, bent.

use std::sync::LazyLock;

use model::Timestamp;
use server::auth::credentials::OsRandom;
use server::auth::master::MasterKey;
use server::auth::token::Tokens;

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

static OURS: LazyLock<(Tokens, String)> = LazyLock::new(|| {
    let tokens = Tokens::new(&MasterKey::generate(&OsRandom));
    let secret = model::ObjectId::from_bytes([7; 12]).into();
    let client = "mdb_sa_id_0123456789abcdef01234567";
    let (text, _) = tokens.issue(client, secret, NOW, "https://test", &OsRandom);
    (tokens, text)
});

/// Nothing but a token that we issued, to the letter, is one.
pub fn check(bytes: &[u8]) {
    let (tokens, ours) = &*OURS;
    if let Some(text) = crate::text(bytes) {
        assert!(text == ours || tokens.verify(text, NOW).is_err(), "a token was forged");
    }
    let mut bent = ours.clone().into_bytes();
    for change in bytes.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % bent.len();
        bent[at] ^= change[2] & 0x7f;
    }
    if let Some(bent) = crate::text(&bent) {
        assert_eq!(tokens.verify(bent, NOW).is_ok(), bent == ours, "{bent}");
    }
}
