//! Secrets of service accounts, by their hashes.

use model::event::EventKind;
use model::id::SecretId;
use model::key::Secret;
use model::limits::SECRETS_PER_ACCOUNT;
use model::{Act, OrgId, Refusal, Timestamp};

use crate::engine::{Row, Tx, statements, vals};
use crate::error::Result;
use crate::event::{self, Scope};
use crate::{Store, account, token};

statements! {
    OF: "read an account's secrets" = "SELECT id, hash, mask, created_at, expires_at, used_at \
         FROM service_account_secret WHERE client_id = $1 ORDER BY id";
    INSERT: "keep an account's secret" = "INSERT INTO service_account_secret \
         (id, client_id, hash, mask, created_at, expires_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    SHOWN: "note that a secret was shown" = "UPDATE service_account_secret SET used_at = $1 \
         WHERE id = $2 AND client_id = $3";
    DELETE: "delete an account's secret" = "DELETE FROM service_account_secret \
         WHERE id = $1 AND client_id = $2";
    DROP_ALL: "drop an account's secrets" = "DELETE FROM service_account_secret WHERE client_id = $1";
}

fn read(row: &mut Row<'_>) -> Result<Secret> {
    Ok(Secret {
        id: row.of("service_account_secret").id()?,
        hash: row.blob()?.try_into().map_err(|_| row.fault())?,
        mask: row.string()?,
        created_at: row.time()?,
        expires_at: row.time()?,
        used_at: row.time_opt()?,
    })
}

/// The secrets of an account, oldest first.
pub(crate) fn of(tx: &mut Tx<'_>, client_id: &str) -> Result<Vec<Secret>> {
    tx.all(OF, vals![client_id], read)
}

/// Keeps a secret of an account.
pub(crate) fn insert(tx: &mut Tx<'_>, client_id: &str, secret: &Secret) -> Result<()> {
    let Secret { id, hash, mask, created_at, expires_at, used_at } = secret;
    let values = vals![*id, client_id, &hash[..], mask, *created_at, *expires_at, *used_at];
    tx.exec(INSERT, values).map(|_| ())
}

/// Notes that a secret was shown; answers whether the account has it.
pub(crate) fn shown(tx: &mut Tx<'_>, client_id: &str, id: SecretId, now: Timestamp) -> Result<bool> {
    Ok(tx.exec(SHOWN, vals![now, id, client_id])? > 0)
}

/// Drops an account's secrets. Its tokens must have gone before.
pub(crate) fn drop_all(tx: &mut Tx<'_>, client_id: &str) -> Result<()> {
    tx.exec(DROP_ALL, vals![client_id]).map(|_| ())
}

fn add(tx: &mut Tx<'_>, org: OrgId, client_id: &str, secret: &Secret, act: &Act) -> Result<()> {
    account::take(tx, org, client_id)?;
    if of(tx, client_id)?.len() >= SECRETS_PER_ACCOUNT as usize {
        return Err(Refusal::TooManySecrets { max: SECRETS_PER_ACCOUNT }.into());
    }
    insert(tx, client_id, secret)?;
    event::write(tx, Scope::of_org(org), EventKind::ServiceAccountSecretAdded, act, client_id)
}

fn delete(tx: &mut Tx<'_>, org: OrgId, client_id: &str, id: SecretId, act: &Act) -> Result<()> {
    account::take(tx, org, client_id)?;
    tx.callers_changed();
    token::drop_of_secret(tx, id)?;
    if tx.exec(DELETE, vals![id, client_id])? == 0 {
        return Err(Refusal::SecretNotFound { id }.into());
    }
    event::write(tx, Scope::of_org(org), EventKind::ServiceAccountSecretDeleted, act, client_id)
}

impl Store {
    /// Gives an account one more secret.
    pub async fn secret_add(&self, org: OrgId, client_id: &str, secret: Secret, act: &Act) -> Result<()> {
        let (client_id, act) = (client_id.to_owned(), act.clone());
        self.write(move |tx| add(tx, org, &client_id, &secret, &act)).await
    }

    /// Deletes a secret, and ends the tokens that it opened.
    pub async fn secret_delete(&self, org: OrgId, client_id: &str, id: SecretId, act: &Act) -> Result<()> {
        let (client_id, act) = (client_id.to_owned(), act.clone());
        self.write(move |tx| delete(tx, org, &client_id, id, &act)).await
    }
}
