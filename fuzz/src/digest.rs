//! `Authorization: Digest`.

use server::auth::credentials::Ha1;
use server::auth::digest::{Answer, Malformed};

/// An answer means the same whatever stands around it; it is never taken for two different ones;
/// nobody proves anything by chance.
pub fn check(bytes: &[u8]) {
    let Ok(answer) = Answer::parse(bytes) else { return };
    let what = (answer.public_key().to_owned(), answer.nonce().to_owned(), answer.count());
    assert!(what.0.len() <= bytes.len() && what.1.len() <= bytes.len());
    let ha1 = Ha1::of("abcdefgh", "5a1b6ff2-0a7e-4b0c-9d0e-000000000001");
    assert!(!answer.proves(&ha1, "GET", "/api/atlas/v2/groups"), "a digest was guessed");

    let around = [b"  ".as_slice(), bytes, b" ,, opaque=\"x\\\"y\", "].concat();
    if let Ok(again) = Answer::parse(&around) {
        assert_eq!(what, (again.public_key().to_owned(), again.nonce().to_owned(), again.count()));
    } else {
        assert!(around.len() > bytes.len() && bytes.len() + 32 > 16 * 1024, "only its length may matter");
    }
    let twice = [bytes, b", nc=00000001"].concat();
    let repeated = matches!(Answer::parse(&twice), Err(Malformed::Repeated("nc") | Malformed::TooLong));
    assert!(repeated, "two counts, and one was taken");
}
