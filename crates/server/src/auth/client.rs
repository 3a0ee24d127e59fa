//! Service accounts that show their secret, to be given a token: `Authorization: Basic`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use model::Timestamp;
use model::key::Secret;
use store::Store;

use super::caller::scheme;
use super::credentials::secret_matches;

/// A service account that showed its secret.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its client id.
    pub id: String,
    /// The secret that it showed.
    pub secret: Secret,
}

/// Finds out whether a service account has that id and secret.
///
/// The address is not looked at: a list holds where a token is used, not where it is made.
pub async fn client(
    store: &Store,
    (id, secret): (String, String),
    now: Timestamp,
) -> Result<Option<Client>, store::Error> {
    let shown = store
        .account_auth(&id)
        .await?
        .into_iter()
        .find(|known| now < known.expires_at && secret_matches(&known.hash, &secret));
    Ok(shown.map(|secret| Client { id, secret }))
}

/// The two halves of `Basic`. Some clients escape them as in a URL, some don't; ours have nothing
/// to escape.
pub fn basic(headers: &HeaderMap) -> Option<(String, String)> {
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
    fn basic_credentials_may_be_escaped_or_not() {
        let mut headers = HeaderMap::new();
        for text in ["mdb_sa_id_1:s", "mdb%5Fsa%5Fid%5F1:s"] {
            let value = format!("Basic {}", STANDARD.encode(text));
            headers.insert(AUTHORIZATION, value.parse().expect("ASCII"));
            assert_eq!(basic(&headers), Some(("mdb_sa_id_1".into(), "s".into())));
        }
    }
}
