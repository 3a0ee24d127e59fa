//! Access tokens that serve. A token is worth something only while its row is here: that is how
//! revoking it, or deleting what it came from, holds at once and for every process.

use model::id::SecretId;
use model::limits::TOKENS_PER_ACCOUNT;
use model::{Refusal, Timestamp};

use crate::Store;
use crate::engine::{Tx, statements, vals};
use crate::error::Result;
use crate::{account, secret};

statements! {
    INSERT: "keep a token" = "INSERT INTO access_token (jti, client_id, secret_id, issued_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5)";
    FORGET: "forget tokens that are over" = "DELETE FROM access_token \
         WHERE client_id = $1 AND expires_at <= $2";
    // All but the newest.
    TRIM: "end an account's oldest tokens" = "DELETE FROM access_token WHERE seq IN \
         (SELECT seq FROM access_token WHERE client_id = $1 ORDER BY seq DESC LIMIT 1000 OFFSET $2)";
    REVOKE: "revoke a token" = "DELETE FROM access_token WHERE jti = $1 AND client_id = $2";
    DROP_OF_SECRET: "end the tokens of a secret" = "DELETE FROM access_token WHERE secret_id = $1";
    DROP_OF_ACCOUNT: "end the tokens of an account" = "DELETE FROM access_token WHERE client_id = $1";
}

/// A token, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// Its own name.
    pub jti: String,
    /// The service account.
    pub client_id: String,
    /// The secret that was shown for it.
    pub secret: SecretId,
    /// When, by the real clock.
    pub issued_at: Timestamp,
    /// Until when it serves, by the real clock.
    pub expires_at: Timestamp,
}

/// Ends the tokens that a secret opened.
pub(crate) fn drop_of_secret(tx: &mut Tx<'_>, id: SecretId) -> Result<()> {
    tx.exec(DROP_OF_SECRET, vals![id]).map(|_| ())
}

/// Ends an account's tokens.
pub(crate) fn drop_of_account(tx: &mut Tx<'_>, client_id: &str) -> Result<()> {
    tx.exec(DROP_OF_ACCOUNT, vals![client_id]).map(|_| ())
}

fn issue(tx: &mut Tx<'_>, token: &NewToken) -> Result<()> {
    let NewToken { jti, client_id, secret, issued_at, expires_at } = token;
    account::hold(tx, client_id)?;
    if !secret::shown(tx, client_id, *secret, *issued_at)? {
        return Err(Refusal::SecretNotFound { id: *secret }.into());
    }
    tx.exec(FORGET, vals![client_id, *issued_at])?;
    tx.exec(INSERT, vals![jti, client_id, *secret, *issued_at, *expires_at])?;
    // QUIRK(live-tokens): the oldest ends, rather than the newest being refused.
    if tx.exec(TRIM, vals![client_id, TOKENS_PER_ACCOUNT])? > 0 {
        tx.callers_changed();
    }
    Ok(())
}

impl Store {
    /// Lets a token serve, and notes that its secret was shown. Of an account's tokens that serve
    /// at once, the oldest ends when there would be too many.
    pub async fn token_issue(&self, token: NewToken) -> Result<()> {
        self.write(move |tx| issue(tx, &token)).await
    }

    /// Ends a token of an account. One that does not serve, or is another's, is left as it is.
    pub async fn token_revoke(&self, client_id: &str, jti: &str) -> Result<()> {
        let (client_id, jti) = (client_id.to_owned(), jti.to_owned());
        self.write(move |tx| {
            if tx.exec(REVOKE, vals![&jti, &client_id])? > 0 {
                tx.callers_changed();
            }
            Ok(())
        })
        .await
    }
}
