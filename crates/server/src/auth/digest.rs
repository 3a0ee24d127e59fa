//! HTTP digest, the server's side: the challenge, and whether an answer to it is right.
//!
//! The challenge is the real service's, byte for byte: some clients take it apart on exactly
//! `", "` and refuse a parameter that they don't know. MD5 with `qop=auth` is what all of them can
//! do. Whether the *nonce* of a right answer may still be used is [`super::nonce`]'s question, and
//! is asked afterwards: `stale=true` and the memory of counts are for those who know the secret.
//!
//! Tolerated as the real service does: any order and case of parameters, each quoted or not;
//! parameters that nobody knows; any `algorithm` (with another one the response is wrong anyway).
//! Refused: an answer without `qop`, the form of RFC 2069, which has no count to hold replays by.

mod parse;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use http::HeaderValue;
use md5::{Digest as _, Md5};
use subtle::ConstantTimeEq as _;

use super::credentials::Ha1;
use super::hex;
use super::nonce::Nonce;

pub use parse::{MAX_AUTHORIZATION_BYTES, Malformed};

/// The realm of all API keys.
pub const REALM: &str = "MMS Public API";

/// The media type that goes with [`CHALLENGE_BODY`].
pub const CHALLENGE_CONTENT_TYPE: &str = "application/json";

/// The body that goes with a challenge, as recorded: 142 bytes, its keys not in the order of
/// other errors, whatever `pretty` and `envelope` ask for.
pub const CHALLENGE_BODY: &str = r#"{
  "error" : 401,
  "reason" : "Unauthorized",
  "detail" : "You are not authorized for this resource.",
  "errorCode" : "UNEXPECTED_ERROR"
}"#;

/// The value of `WWW-Authenticate`. `stale` says: the same answer to this new nonce will do.
pub fn challenge(nonce: &Nonce, stale: bool) -> HeaderValue {
    let nonce = nonce.as_str();
    let text = format!(
        r#"Digest realm="{REALM}", domain="", nonce="{nonce}", algorithm=MD5, qop="auth", stale={stale}"#
    );
    HeaderValue::try_from(text).expect("a challenge is printable ASCII")
}

/// What a caller answered to a challenge: the parameters of `Authorization: Digest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<'a> {
    username: Cow<'a, str>,
    realm: Cow<'a, [u8]>,
    nonce: Cow<'a, [u8]>,
    /// As sent, escapes and all: it is hashed so, and no honest target has an escape.
    uri: &'a [u8],
    qop: Cow<'a, [u8]>,
    cnonce: Cow<'a, [u8]>,
    /// The digits as sent, because they are hashed so.
    nc: Cow<'a, [u8]>,
    count: u32,
    response: [u8; 16],
}

impl<'a> Answer<'a> {
    /// Reads the value of an `Authorization` header.
    pub fn parse(header: &'a [u8]) -> Result<Self, Malformed> {
        parse::answer(header)
    }

    /// The public key of the caller, so far only claimed.
    pub fn public_key(&self) -> &str {
        &self.username
    }

    /// The nonce it answers to, for [`super::nonce::Nonces::spend`].
    pub fn nonce(&self) -> &[u8] {
        &self.nonce
    }

    /// How often the caller has used the nonce, by its own count.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Whether the answer is right: given by someone who knows the secret behind `ha1`, for this
    /// realm, this method and this target (path and query as in the request line). Takes the same
    /// time however wrong the response is.
    pub fn proves(&self, ha1: &Ha1, method: &str, target: &str) -> bool {
        *self.realm == *REALM.as_bytes()
            && names(self.uri, target.as_bytes())
            && self.response.ct_eq(&self.expected(ha1, method)).into()
    }

    /// RFC 7616, 3.4.1: MD5(HA1 : nonce : nc : cnonce : qop : MD5(method : uri)).
    fn expected(&self, ha1: &Ha1, method: &str) -> [u8; 16] {
        let ha2: [u8; 16] =
            Md5::new().chain_update(method).chain_update(b":").chain_update(self.uri).finalize().into();
        let (mut ha1_digits, mut ha2_digits) = ([0; 32], [0; 32]);
        hex::write(ha1.bytes(), &mut ha1_digits);
        hex::write(&ha2, &mut ha2_digits);
        let mut hash = Md5::new_with_prefix(ha1_digits);
        for part in [&self.nonce, &self.nc, &self.cnonce, &self.qop] {
            hash.update(b":");
            hash.update(part);
        }
        hash.update(b":");
        hash.update(ha2_digits);
        hash.finalize().into()
    }
}

/// Whether the `uri` of an answer means `target`: it is the same, or it is an absolute URL with
/// the same path and query, as clients send to a proxy. The host is not looked at: behind a proxy
/// it need not be ours.
fn names(uri: &[u8], target: &[u8]) -> bool {
    if uri == target {
        return true;
    }
    let scheme = [b"http://".as_slice(), b"https://"]
        .into_iter()
        .find(|scheme| uri.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let Some(scheme) = scheme else { return false };
    let rest = &uri[scheme.len()..];
    match rest.iter().position(|&byte| byte == b'/') {
        Some(path) => &rest[path..] == target,
        None => target == b"/",
    }
}
