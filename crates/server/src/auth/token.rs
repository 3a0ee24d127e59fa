//! Access tokens of service accounts: JSON Web Tokens, signed with a key derived from the master
//! key (HS256), so that any server of an installation can check another's.
//!
//! The claims are the real service's, plus `sid`, the secret that was shown for the token, so that
//! deleting a secret ends what it opened. The real service signs with ES512; every client treats
//! a token as opaque, nobody but us has to check one, and HS256 is what a check per request can
//! afford.
//!
//! There is one header, ours, so a token's is compared and not interpreted: no algorithm is ever
//! taken from a caller. `jsonwebtoken` signs and checks signatures; expiry is held against the
//! real clock that the caller brings.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use model::Timestamp;
use model::id::SecretId;
use serde::{Deserialize, Serialize};

use super::credentials::{Random, uuid_v4};
use super::master::MasterKey;

/// How long a token serves. Clients ask for another when ten minutes are left.
pub const TOKEN_LIFE: Duration = Duration::from_secs(3600);

/// The longest text that is looked at; ours are about 500 bytes.
pub const MAX_TOKEN_BYTES: usize = 4096;

const AUDIENCE: &str = "api://admin";

/// What a token says, once it is known to be ours and in date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The service account.
    pub client_id: String,
    /// The secret it showed.
    pub secret_id: SecretId,
    /// The token's own name, by which it is revoked.
    pub jti: String,
    /// When it ends, by the real clock.
    pub expires_at: Timestamp,
}

/// Why a text is no token to act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It does not have the form of a token made here.
    #[error("the access token is malformed")]
    Malformed,
    /// It was not signed here, or was changed.
    #[error("the signature of the access token is wrong")]
    BadSignature,
    /// It is of yesterday.
    #[error("the access token has expired")]
    Expired,
}

/// Issues and checks access tokens.
pub struct Tokens {
    signing: EncodingKey,
    checking: DecodingKey,
    /// The first part of every token, up to and with its dot.
    header: String,
}

#[derive(Serialize)]
struct NewClaims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    cid: &'a str,
    #[serde(rename = "actorId")]
    actor_id: &'a str,
    iat: i64,
    exp: i64,
    jti: &'a str,
    sid: &'a str,
}

#[derive(Deserialize)]
struct Claims {
    aud: String,
    cid: String,
    exp: i64,
    jti: String,
    sid: String,
}

impl Tokens {
    /// The tokens of one installation.
    pub fn new(master: &MasterKey) -> Self {
        let key = master.derive("access tokens");
        let header = serde_json::to_vec(&Header::new(Algorithm::HS256)).expect("a header is plain data");
        Self {
            signing: EncodingKey::from_secret(&key),
            checking: DecodingKey::from_secret(&key),
            header: URL_SAFE_NO_PAD.encode(header) + ".",
        }
    }

    /// A token for the service account that has just shown this secret, and what it says. `issuer`
    /// is the base URL by which the caller knows this server.
    pub fn issue(
        &self,
        client_id: &str,
        secret_id: SecretId,
        now: Timestamp,
        issuer: &str,
        random: &dyn Random,
    ) -> (String, Token) {
        let (digits, jti) = (secret_id.hex(), uuid_v4(random));
        let claims = NewClaims {
            iss: issuer,
            aud: AUDIENCE,
            sub: client_id,
            cid: client_id,
            actor_id: client_id,
            iat: now.seconds(),
            exp: now.after(TOKEN_LIFE).seconds(),
            jti: &jti,
            sid: digits.as_str(),
        };
        let text = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
            .expect("an HMAC key signs any plain data");
        let expires_at = Timestamp::from_seconds(claims.exp);
        (text, Token { client_id: client_id.to_owned(), secret_id, jti, expires_at })
    }

    /// What `text` says, if it is a token of ours that is still in date. Whether it was revoked,
    /// and whether its account and secret still exist, the store knows.
    pub fn verify(&self, text: &str, now: Timestamp) -> Result<Token, TokenError> {
        if text.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Malformed);
        }
        let body = text.strip_prefix(&self.header).ok_or(TokenError::Malformed)?;
        let (claims, signature) = body.split_once('.').ok_or(TokenError::Malformed)?;
        let signed = &text.as_bytes()[..self.header.len() + claims.len()];
        match jsonwebtoken::crypto::verify(signature, signed, &self.checking, Algorithm::HS256) {
            Ok(true) => {}
            Ok(false) => return Err(TokenError::BadSignature),
            Err(_) => return Err(TokenError::Malformed),
        }
        let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| TokenError::Malformed)?;
        let claims: Claims = serde_json::from_slice(&claims).map_err(|_| TokenError::Malformed)?;
        if claims.aud != AUDIENCE {
            return Err(TokenError::Malformed);
        }
        if now.seconds() >= claims.exp {
            return Err(TokenError::Expired);
        }
        Ok(Token {
            client_id: claims.cid,
            secret_id: claims.sid.parse().map_err(|_| TokenError::Malformed)?,
            jti: claims.jti,
            expires_at: Timestamp::from_seconds(claims.exp),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::auth::credentials::seeded::Seeded;

    const CLIENT: &str = "mdb_sa_id_6a793f62c0eb9e7a1771502a";
    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn tokens() -> Tokens {
        Tokens::new(&MasterKey::from_hex(&"42".repeat(32)).expect("64 digits"))
    }

    fn secret() -> SecretId {
        "6a793f62c0eb9e7a1771502b".parse().expect("24 digits")
    }

    fn issue() -> String {
        tokens().issue(CLIENT, secret(), NOW, "http://127.0.0.1:8080", &Seeded::new(1)).0
    }

    fn part(token: &str, which: usize) -> Value {
        let part = token.split('.').nth(which).expect("three parts");
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON")
    }

    #[test]
    fn a_token_serves_for_an_hour_by_the_clock_it_is_held_against() {
        let token = tokens().verify(&issue(), NOW).expect("in date");
        assert_eq!((token.client_id.as_str(), token.secret_id), (CLIENT, secret()));
        assert_eq!(token.expires_at, NOW.after(TOKEN_LIFE));
        let last = Timestamp::from_seconds(NOW.seconds() + 3599);
        assert!(tokens().verify(&issue(), last).is_ok());
        assert_eq!(tokens().verify(&issue(), NOW.after(TOKEN_LIFE)), Err(TokenError::Expired));
    }

    #[test]
    fn the_claims_are_the_real_services() {
        let token = issue();
        assert_eq!(part(&token, 0), json!({"typ": "JWT", "alg": "HS256"}));
        let mut claims = part(&token, 1);
        let jti = claims["jti"].take();
        assert_eq!(jti.as_str().expect("text").len(), 36);
        assert_eq!(
            claims,
            json!({
                "iss": "http://127.0.0.1:8080", "aud": "api://admin", "sub": CLIENT, "cid": CLIENT,
                "actorId": CLIENT, "iat": 1_800_000_000, "exp": 1_800_003_600, "jti": null,
                "sid": "6a793f62c0eb9e7a1771502b",
            })
        );
    }

    #[test]
    fn any_jwt_library_can_read_a_token() {
        let mut validation = jsonwebtoken::Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        validation.set_audience(&["api://admin"]);
        let read = jsonwebtoken::decode::<Value>(issue(), &tokens().checking, &validation).expect("a JWT");
        assert_eq!(read.claims["cid"], CLIENT);
    }

    #[test]
    fn no_two_tokens_are_alike() {
        let (tokens, random) = (tokens(), Seeded::new(1));
        let issue = || tokens.issue(CLIENT, secret(), NOW, "http://localhost", &random).0;
        let (first, second) = (issue(), issue());
        let jti = |token: &str| tokens.verify(token, NOW).expect("in date").jti;
        assert_ne!(jti(&first), jti(&second));
    }

    #[test]
    fn a_token_of_another_installation_has_a_wrong_signature() {
        let other = Tokens::new(&MasterKey::from_hex(&"43".repeat(32)).expect("64 digits"));
        assert_eq!(other.verify(&issue(), NOW), Err(TokenError::BadSignature));
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let (tokens, token) = (tokens(), issue());
        // The last character of a signature carries two bits that mean nothing.
        for i in 0..token.len() - 1 {
            let mut changed = token.clone().into_bytes();
            changed[i] = if changed[i] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert!(tokens.verify(&changed, NOW).is_err(), "character {i}");
        }
    }

    #[test]
    fn a_caller_does_not_choose_the_algorithm() {
        let token = issue();
        let claims = token.split('.').nth(1).expect("three parts");
        for header in [r#"{"alg":"none"}"#, r#"{"typ":"JWT","alg":"none"}"#, r#"{"typ":"JWT","alg":"HS512"}"#]
        {
            let forged = format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(header));
            assert_eq!(tokens().verify(&forged, NOW), Err(TokenError::Malformed), "{header}");
        }
    }

    #[test]
    fn what_is_no_token_is_malformed() {
        let long = "x".repeat(MAX_TOKEN_BYTES + 1);
        let short = tokens().header.clone();
        for text in ["", ".", "..", "x.y.z", long.as_str(), short.as_str()] {
            assert_eq!(tokens().verify(text, NOW), Err(TokenError::Malformed), "{text}");
        }
    }

    #[test]
    fn a_token_for_something_else_signed_with_our_key_is_malformed() {
        let tokens = tokens();
        for claims in [
            json!({}),
            json!({"aud": "else", "cid": "c", "exp": i64::MAX, "jti": "j", "sid": "0".repeat(24)}),
        ] {
            let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &tokens.signing)
                .expect("signed");
            assert_eq!(tokens.verify(&token, NOW), Err(TokenError::Malformed), "{claims}");
        }
    }
}
