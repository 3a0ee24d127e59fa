//! Who calls: the credentials of a request, checked against the rows.
//!
//! Nothing but the head of the request is looked at. Whoever is not known gets the digest
//! challenge; whoever brings a token that is no good is told so without a challenge, since clients
//! would answer it.

use std::net::IpAddr;
use std::sync::Arc;

use api::ErrorCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use ipnet::IpNet;
use model::key::{Principal, Secret};
use model::{OrgId, Timestamp};
use store::{AccountAuth, KeyAuth, Store};

use super::credentials::{Ha1, Random, secret_matches};
use super::digest::Answer;
use super::known::Known;
use super::master::MasterKey;
use super::nonce::{Nonces, Use};
use super::seal::Sealer;
use super::token::{Token, Tokens};
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
    /// API keys by their public half, opened.
    keys: Known<(KeyAuth, Ha1)>,
    /// Service accounts by the token that names them, where it is not revoked.
    accounts: Known<AccountAuth>,
}

impl Auth {
    /// All of it, from the one secret. `started` is now, by the real clock.
    pub fn new(master: &MasterKey, random: Arc<dyn Random>, started: Timestamp) -> Self {
        Self {
            sealer: Sealer::new(master),
            nonces: Nonces::new(master, started),
            tokens: Tokens::new(master),
            random,
            keys: Known::default(),
            accounts: Known::default(),
        }
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
        if self.access.iter().any(|net| net.contains(&address)) {
            Ok(())
        } else {
            refused(ErrorCode::IpAddressNotOnAccessList)
        }
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

/// Finds out who calls.
pub async fn authenticate(auth: &Auth, store: &Store, head: Head<'_>) -> Result<Caller, Refused> {
    let Some(header) = head.headers.get(AUTHORIZATION) else {
        return Err(Refused::Challenge { stale: false });
    };
    let header = header.as_bytes();
    match scheme(header) {
        (scheme, _) if scheme.eq_ignore_ascii_case(b"digest") => digest(auth, store, head, header).await,
        (scheme, rest) if scheme.eq_ignore_ascii_case(b"bearer") => bearer(auth, store, head, rest).await,
        _ => Err(Refused::Challenge { stale: false }),
    }
}

fn scheme(header: &[u8]) -> (&[u8], &[u8]) {
    let end = header.iter().position(|byte| *byte == b' ').unwrap_or(header.len());
    (&header[..end], header[end..].trim_ascii())
}

async fn digest(auth: &Auth, store: &Store, head: Head<'_>, header: &[u8]) -> Result<Caller, Refused> {
    let refused = Refused::Challenge { stale: false };
    let Ok(answer) = Answer::parse(header) else {
        return Err(refused);
    };
    let Some(known) = known_key(auth, store, answer.public_key()).await? else {
        return Err(refused);
    };
    let (key, ha1) = &*known;
    if !answer.proves(ha1, head.method, head.target) {
        return Err(refused);
    }
    match auth.nonces.spend(answer.nonce(), answer.count(), head.now) {
        Use::Fresh => {}
        spent @ (Use::Stale | Use::Replayed | Use::Unknown) => {
            return Err(Refused::Challenge { stale: spent.stale() });
        }
    }
    Ok(Caller {
        principal: Principal::Key(key.id),
        name: key.public_key.clone(),
        org: key.org,
        requires_access_list: key.requires_access_list,
        access: key.access.clone(),
    })
}

/// An API key, opened. One that can't be opened is none.
async fn known_key(
    auth: &Auth,
    store: &Store,
    name: &str,
) -> Result<Option<Arc<(KeyAuth, Ha1)>>, store::Error> {
    let count = store.wake().callers();
    if let Some(known) = auth.keys.get(name, count) {
        return Ok(Some(known));
    }
    let Some(key) = store.key_auth(name).await? else {
        return Ok(None);
    };
    match auth.sealer.open(&key.public_key, &key.sealed) {
        Ok(ha1) => Ok(Some(auth.keys.keep(name, count, (key, ha1)))),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, key.id = %key.id, "a key can't be opened: was the master key changed?");
            Ok(None)
        }
    }
}

async fn bearer(auth: &Auth, store: &Store, head: Head<'_>, text: &[u8]) -> Result<Caller, Refused> {
    let text = std::str::from_utf8(text).map_err(|_| Refused::Token)?;
    let token = auth.tokens.verify(text, head.now).map_err(|_| Refused::Token)?;
    let account = known_account(auth, store, &token).await?.ok_or(Refused::Token)?;
    let serves = |secret: &Secret| secret.id == token.secret_id && head.now < secret.expires_at;
    if !account.secrets.iter().any(serves) {
        return Err(Refused::Token);
    }
    Ok(Caller {
        principal: Principal::ServiceAccount(token.client_id.clone()),
        name: token.client_id,
        org: account.org,
        requires_access_list: account.requires_access_list,
        access: Vec::new(),
    })
}

/// The service account that a token names, unless the token was revoked.
async fn known_account(
    auth: &Auth,
    store: &Store,
    token: &Token,
) -> Result<Option<Arc<AccountAuth>>, store::Error> {
    let count = store.wake().callers();
    if let Some(known) = auth.accounts.get(&token.jti, count) {
        return Ok(Some(known));
    }
    if store.token_revoked(&token.jti).await? {
        return Ok(None);
    }
    let account = store.account_auth(&token.client_id).await?;
    Ok(account.map(|account| auth.accounts.keep(&token.jti, count, account)))
}

/// A service account that showed its secret.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its client id.
    pub id: String,
    /// The secret that it showed.
    pub secret: Secret,
}

/// Finds out which service account shows its id and secret by `Basic`; `None` if none does.
///
/// The address is not looked at: a list holds where a token is used, not where it is made.
pub async fn client(
    store: &Store,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Option<Client>, store::Error> {
    let Some((id, secret)) = basic(headers) else {
        return Ok(None);
    };
    let Some(account) = store.account_auth(&id).await? else {
        return Ok(None);
    };
    let shown = account
        .secrets
        .into_iter()
        .find(|known| now < known.expires_at && secret_matches(&known.hash, &secret));
    Ok(shown.map(|secret| Client { id, secret }))
}

/// The two halves of `Basic`. Some clients escape them as in a URL, some don't; ours have nothing
/// to escape.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let (scheme, rest) = scheme(headers.get(AUTHORIZATION)?.as_bytes());
    if !scheme.eq_ignore_ascii_case(b"basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(rest).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let unescape = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    Some((unescape(id), unescape(secret)))
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
            };
            caller.check_address(here).err().map(|error| error.code)
        };
        assert_eq!(code(false, &[]), None);
        assert_eq!(code(true, &[]), Some(ErrorCode::OrgRequiresAccessList));
        assert_eq!(code(true, &["127.0.0.0/8"]), None);
        assert_eq!(code(false, &["192.0.2.0/24"]), Some(ErrorCode::IpAddressNotOnAccessList));
    }

    #[test]
    fn basic_credentials_may_be_escaped_or_not() {
        let mut headers = HeaderMap::new();
        for text in ["mdb_sa_id_1:s", "mdb%5Fsa%5Fid%5F1:s"] {
            let value = format!("Basic {}", STANDARD.encode(text));
            headers.insert(AUTHORIZATION, value.parse().expect("ASCII"));
            assert_eq!(basic(&headers), Some(("mdb_sa_id_1".into(), "s".into())));
        }
    }
}
