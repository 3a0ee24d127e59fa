//! Who calls: the credentials of a request, checked against the rows.
//!
//! Nothing but the head of the request is looked at. Whoever is not known gets the digest
//! challenge; whoever brings a token that is no good is told so without a challenge, since clients
//! would answer it.
//!
//! What was read of a caller is kept, so a caller is proved first by what is known ([`authenticate`])
//! and once more, without spending its nonce again, if it turns out that the callers' epoch has
//! moved on since ([`confirm`]). Nobody is turned away on what may be out of date.

use std::net::IpAddr;
use std::sync::Arc;

use api::ErrorCode;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use ipnet::IpNet;
use model::key::Principal;
use model::{OrgId, SecretId, Timestamp};
use store::{KeyAuth, NewToken, Store, TokenAuth};

use super::claim::Claims;
use super::credentials::{Ha1, Random};
use super::digest::Answer;
use super::known::Known;
use super::master::MasterKey;
use super::nonce::{Nonces, Use};
use super::seal::Sealer;
use super::token::{Token, Tokens};
use super::token_rate::TokenRate;
use super::uses::Uses;
use crate::error::ApiError;

/// What authentication works with.
pub struct Auth {
    /// Opens what is kept of API keys.
    pub sealer: Sealer,
    /// Nonces of digest.
    pub nonces: Nonces,
    /// Access tokens.
    pub tokens: Tokens,
    /// Where secrets come from.
    pub random: Arc<dyn Random>,
    /// How often a service account may ask for a token.
    pub token_rate: TokenRate,
    /// What came through access lists and is not in the rows yet.
    pub uses: Uses,
    /// Claims nonces for this process.
    claims: Claims,
    /// API keys by their public half, opened.
    keys: Known<KnownKey>,
    /// Tokens that were good, by their whole texts: one that is known need not be checked again.
    known_tokens: Known<KnownToken>,
}

/// An API key that is known.
struct KnownKey {
    caller: Arc<Caller>,
    ha1: Ha1,
}

/// A token that is known.
struct KnownToken {
    caller: Arc<Caller>,
    /// When it ends, or the secret that was shown for it: that takes what it opened along.
    ends_at: Timestamp,
}

impl Auth {
    /// All of it, from the one secret. `started` is now, by the real clock.
    pub fn new(master: &MasterKey, random: Arc<dyn Random>, started: Timestamp) -> Self {
        Self {
            claims: Claims::new(&*random),
            sealer: Sealer::new(master),
            nonces: Nonces::new(master, started),
            tokens: Tokens::new(master),
            random,
            token_rate: TokenRate::default(),
            uses: Uses::default(),
            keys: Known::default(),
            known_tokens: Known::default(),
        }
    }
}

impl Auth {
    /// Issues a token to a service account that has just shown this secret, and lets it serve.
    /// `issuer` is the base URL by which the caller knows this server.
    pub async fn issue_token(
        &self,
        store: &Store,
        client_id: &str,
        secret: SecretId,
        now: Timestamp,
        issuer: &str,
    ) -> Result<String, store::Error> {
        let (text, token) = self.tokens.issue(client_id, secret, now, issuer, &*self.random);
        let Token { client_id, jti, expires_at, .. } = token;
        store.token_issue(NewToken { jti, client_id, secret, issued_at: now, expires_at }).await?;
        Ok(text)
    }
}

/// Somebody who is known.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who.
    pub principal: Principal,
    /// The public key or the client id.
    pub name: String,
    /// The organization that the key or account belongs to.
    pub org: OrgId,
    /// Whether the organization wants every call to come from a listed address.
    requires_access_list: bool,
    /// The addresses that are listed.
    access: Vec<IpNet>,
    /// The callers' epoch at which all this was read.
    epoch: u64,
}

impl Caller {
    /// Whether there is a list of addresses from which it may call.
    pub fn is_listed(&self) -> bool {
        !self.access.is_empty()
    }

    /// Whether a call may come from that address: a list that has entries always holds, and an
    /// organization may want one.
    pub fn check_address(&self, address: IpAddr) -> Result<(), ApiError> {
        let refused = |code| Err(ApiError::new(code, [address.to_string().into()]));
        if self.access.is_empty() {
            return if self.requires_access_list {
                refused(ErrorCode::OrgRequiresAccessList)
            } else {
                Ok(())
            };
        }
        if self.entries_for(address).next().is_some() {
            Ok(())
        } else {
            refused(ErrorCode::IpAddressNotOnAccessList)
        }
    }

    /// The entries of its access list that hold for an address.
    pub fn entries_for(&self, address: IpAddr) -> impl Iterator<Item = IpNet> {
        self.access.iter().copied().filter(move |net| net.contains(&address))
    }

    /// The callers' epoch at which it was proved.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }
}

/// Why a request goes no further.
#[derive(Debug)]
pub enum Refused {
    /// Nobody known: the digest challenge.
    Challenge {
        /// Whether only the nonce was too old.
        stale: bool,
    },
    /// A token that is no good.
    Token,
    /// Known, and refused for another reason; or the rows can't be read.
    Error(ApiError),
}

impl From<store::Error> for Refused {
    fn from(error: store::Error) -> Self {
        Self::Error(error.into())
    }
}

/// The head of a request, as far as authentication goes.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// The method.
    pub method: &'a str,
    /// Path and query as in the request line.
    pub target: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// Now, by the real clock.
    pub now: Timestamp,
}

/// Whether a caller is proved for the first time in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// By what is known, if anything is; its nonce is spent.
    First,
    /// By the rows alone; the nonce was spent before.
    Again,
}

/// Finds out who calls, by what is known of callers.
pub async fn authenticate(auth: &Auth, store: &Store, head: Head<'_>) -> Result<Arc<Caller>, Refused> {
    prove(auth, store, head, Proof::First).await
}

/// The caller as it is at a callers' epoch, which was read after it was authenticated: proved again
/// if anything may have been taken back since.
pub async fn confirm(
    auth: &Auth,
    store: &Store,
    head: Head<'_>,
    caller: Arc<Caller>,
    epoch: u64,
) -> Result<Arc<Caller>, Refused> {
    if caller.epoch == epoch {
        return Ok(caller);
    }
    let again = prove(auth, store, head, Proof::Again).await?;
    // The name may be another's by now; whose it is was decided at the first proof.
    if again.principal == caller.principal { Ok(again) } else { Err(Refused::Challenge { stale: false }) }
}

async fn prove(auth: &Auth, store: &Store, head: Head<'_>, proof: Proof) -> Result<Arc<Caller>, Refused> {
    let Some(header) = head.headers.get(AUTHORIZATION) else {
        return Err(Refused::Challenge { stale: false });
    };
    let header = header.as_bytes();
    match scheme(header) {
        (scheme, _) if scheme.eq_ignore_ascii_case(b"digest") => {
            digest(auth, store, head, header, proof).await
        }
        (scheme, rest) if scheme.eq_ignore_ascii_case(b"bearer") => {
            bearer(auth, store, head, rest, proof).await
        }
        _ => Err(Refused::Challenge { stale: false }),
    }
}

/// The scheme of a header of authorization, and what follows it.
pub(crate) fn scheme(header: &[u8]) -> (&[u8], &[u8]) {
    let end = header.iter().position(|byte| *byte == b' ').unwrap_or(header.len());
    (&header[..end], header[end..].trim_ascii())
}

async fn digest(
    auth: &Auth,
    store: &Store,
    head: Head<'_>,
    header: &[u8],
    proof: Proof,
) -> Result<Arc<Caller>, Refused> {
    let refused = Refused::Challenge { stale: false };
    let Ok(answer) = Answer::parse(header) else {
        return Err(refused);
    };
    let proves = |known: &Arc<KnownKey>| answer.proves(&known.ha1, head.method, head.target);
    let name = answer.public_key();
    let known = auth.keys.get(name).filter(|known| proof == Proof::First && proves(known));
    let known = match known {
        Some(known) => known,
        // What is known may be out of date: only the rows can refuse.
        None => read_key(auth, store, name).await?.filter(proves).ok_or(refused)?,
    };
    if proof == Proof::First {
        match auth.claims.spend(&auth.nonces, store, &answer, head.now).await? {
            Use::Fresh => {}
            spent @ (Use::Stale | Use::Replayed | Use::Unknown) => {
                return Err(Refused::Challenge { stale: spent.stale() });
            }
        }
    }
    Ok(Arc::clone(&known.caller))
}

/// An API key, opened, from its row. One that can't be opened is none.
async fn read_key(auth: &Auth, store: &Store, name: &str) -> Result<Option<Arc<KnownKey>>, store::Error> {
    let Some(key) = store.key_auth(name).await? else {
        auth.keys.forget(name);
        return Ok(None);
    };
    match auth.sealer.open(&key.public_key, &key.sealed) {
        Ok(ha1) => Ok(Some(auth.keys.keep(name, KnownKey { caller: Arc::new(key.into()), ha1 }))),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, key.id = %key.id, "a key can't be opened: was the master key changed?");
            Ok(None)
        }
    }
}

impl From<KeyAuth> for Caller {
    fn from(key: KeyAuth) -> Self {
        Self {
            principal: Principal::Key(key.id),
            name: key.public_key,
            org: key.org,
            requires_access_list: key.requires_access_list,
            access: key.access,
            epoch: key.epoch,
        }
    }
}

async fn bearer(
    auth: &Auth,
    store: &Store,
    head: Head<'_>,
    text: &[u8],
    proof: Proof,
) -> Result<Arc<Caller>, Refused> {
    let text = std::str::from_utf8(text).map_err(|_| Refused::Token)?;
    let known = auth.known_tokens.get(text).filter(|_| proof == Proof::First);
    let known = match known {
        Some(known) => known,
        None => read_token(auth, store, text, head.now).await?.ok_or(Refused::Token)?,
    };
    if head.now >= known.ends_at {
        return Err(Refused::Token);
    }
    Ok(Arc::clone(&known.caller))
}

/// A token that is good, with what stands behind it, from the rows.
async fn read_token(
    auth: &Auth,
    store: &Store,
    text: &str,
    now: Timestamp,
) -> Result<Option<Arc<KnownToken>>, store::Error> {
    let Ok(token) = auth.tokens.verify(text, now) else { return Ok(None) };
    let found = store.token_auth(&token.jti).await?;
    let found = found.filter(|found| found.client_id == token.client_id && found.secret == token.secret_id);
    let Some(found) = found else {
        auth.known_tokens.forget(text);
        return Ok(None);
    };
    let ends_at = token.expires_at.min(found.secret_expires_at);
    let caller = Arc::new(Caller::from(found));
    Ok(Some(auth.known_tokens.keep(text, KnownToken { caller, ends_at })))
}

impl From<TokenAuth> for Caller {
    fn from(token: TokenAuth) -> Self {
        Self {
            principal: Principal::ServiceAccount(token.client_id.clone()),
            name: token.client_id,
            org: token.org,
            requires_access_list: token.requires_access_list,
            access: token.access,
            epoch: token.epoch,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_entries_holds_and_an_empty_one_only_where_it_is_required() {
        let here: IpAddr = "127.0.0.1".parse().expect("an address");
        let code = |required, allowed: &[&str]| {
            let caller = Caller {
                principal: Principal::ServiceAccount("mdb_sa_id_1".to_owned()),
                name: "mdb_sa_id_1".to_owned(),
                org: "6a793f62c0eb9e7a1771502a".parse().expect("an id"),
                requires_access_list: required,
                access: allowed.iter().map(|net| net.parse().expect("a block")).collect(),
                epoch: 0,
            };
            caller.check_address(here).err().map(|error| error.code)
        };
        assert_eq!(code(false, &[]), None);
        assert_eq!(code(true, &[]), Some(ErrorCode::OrgRequiresAccessList));
        assert_eq!(code(true, &["127.0.0.0/8"]), None);
        assert_eq!(code(false, &["192.0.2.0/24"]), Some(ErrorCode::IpAddressNotOnAccessList));
    }
}
