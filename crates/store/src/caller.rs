//! Who calls, and what they may: the reads that every request begins with.
//!
//! What proves a caller is remembered by whoever asks, with the *callers' epoch* at which it was
//! read. Any process that takes back a secret, a token or an address lets the epoch grow in the
//! same transaction, and every request reads it with the place that it enters, in one statement: so
//! what is taken back anywhere is refused from the next request on, and no request pays for it.

use ipnet::IpNet;
use model::event::EventKind;
use model::id::SecretId;
use model::key::{Principal, Secret};
use model::project::{Org, Project};
use model::{KeyId, OrgId, ProjectId, Roles, Timestamp};

use crate::engine::{Row, Tx, statements, vals};
use crate::error::Result;
use crate::org::org_columns;
use crate::project::project_columns;
use crate::{Store, caller_access, org, project, role_grant, secret};

statements! {
    KEY_AUTH: "look a key up" = "SELECT k.id, k.org_id, k.public_key, k.sealed, \
         o.api_access_list_required, e.n FROM api_key k JOIN org o ON o.id = k.org_id \
         JOIN caller_epoch e ON e.id = 1 WHERE k.public_key = $1";
    TOKEN_AUTH: "look a token up" = "SELECT t.client_id, t.secret_id, s.expires_at, a.org_id, \
         o.api_access_list_required, e.n FROM access_token t \
         JOIN service_account_secret s ON s.id = t.secret_id \
         JOIN service_account a ON a.client_id = t.client_id JOIN org o ON o.id = a.org_id \
         JOIN caller_epoch e ON e.id = 1 WHERE t.jti = $1";
    NAME_OF_KEY: "look a key's name up" = "SELECT public_key FROM api_key WHERE id = $1";
    ORG_OF_KEY: "look a key's organization up" = "SELECT org_id FROM api_key WHERE id = $1";
    ORG_OF_ACCOUNT: "look an account's organization up" =
        "SELECT org_id FROM service_account WHERE client_id = $1";
    IN_PROJECT: "enter a project" = "SELECT e.n, p.id, ", project_columns!("p."), ", og.roles, pg.roles \
         FROM caller_epoch e LEFT JOIN project p ON p.id = $1 AND p.closed_at IS NULL \
         LEFT JOIN role_grant og ON og.holder = $2 AND og.place = p.org_id \
         LEFT JOIN role_grant pg ON pg.holder = $2 AND pg.place = p.id WHERE e.id = 1";
    IN_ORG: "enter an organization" = "SELECT e.n, o.id, ", org_columns!("o."), ", g.roles \
         FROM caller_epoch e LEFT JOIN org o ON o.id = $1 AND o.closed_at IS NULL \
         LEFT JOIN role_grant g ON g.holder = $2 AND g.place = o.id WHERE e.id = 1";
    EPOCH: "read the callers' epoch" = "SELECT n FROM caller_epoch WHERE id = 1";
    NEXT_EPOCH: "let the callers' epoch grow" = "UPDATE caller_epoch SET n = n + 1 WHERE id = 1";
}

/// What proves an API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAuth {
    /// The key.
    pub id: KeyId,
    /// Its organization.
    pub org: OrgId,
    /// Its public half.
    pub public_key: String,
    /// What digest needs of its private half, sealed.
    pub sealed: Vec<u8>,
    /// Whether its organization wants every call to come from a listed address.
    pub requires_access_list: bool,
    /// The addresses from which it may be used.
    pub access: Vec<IpNet>,
    /// The callers' epoch at which this was read.
    pub epoch: u64,
}

/// What stands behind a token that serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenAuth {
    /// The service account.
    pub client_id: String,
    /// The secret that it showed.
    pub secret: SecretId,
    /// Until when that secret serves, by the real clock.
    pub secret_expires_at: Timestamp,
    /// Its organization.
    pub org: OrgId,
    /// Whether its organization wants every call to come from a listed address.
    pub requires_access_list: bool,
    /// The addresses from which it may be used.
    pub access: Vec<IpNet>,
    /// The callers' epoch at which this was read.
    pub epoch: u64,
}

/// A place that a caller enters, with the roles it has there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered<T> {
    /// The callers' epoch, read in the same moment.
    pub epoch: u64,
    /// The place, if it exists.
    pub place: Option<(T, Roles)>,
}

fn read_key(row: &mut Row<'_>) -> Result<KeyAuth> {
    Ok(KeyAuth {
        id: row.of("api_key").id()?,
        org: row.id()?,
        public_key: row.string()?,
        sealed: row.blob()?.to_vec(),
        requires_access_list: row.flag()?,
        epoch: row.number()?,
        access: Vec::new(),
    })
}

fn read_token(row: &mut Row<'_>) -> Result<TokenAuth> {
    Ok(TokenAuth {
        client_id: row.of("access_token").string()?,
        secret: row.id()?,
        secret_expires_at: row.time()?,
        org: row.id()?,
        requires_access_list: row.flag()?,
        epoch: row.number()?,
        access: Vec::new(),
    })
}

fn read_epoch(row: &mut Row<'_>) -> Result<u64> {
    row.of("caller_epoch").number()
}

fn read_entered<T>(
    row: &mut Row<'_>,
    place: impl FnOnce(&mut Row<'_>) -> Result<(T, Roles)>,
) -> Result<Entered<T>> {
    let epoch = read_epoch(row)?;
    let exists = row.text_opt()?.is_some();
    Ok(Entered { epoch, place: if exists { Some(place(row)?) } else { None } })
}

/// The organization of a principal, if it exists.
pub(crate) fn org_of(tx: &mut Tx<'_>, principal: &Principal) -> Result<Option<OrgId>> {
    let sql = match principal {
        Principal::Key(_) => ORG_OF_KEY,
        Principal::ServiceAccount(_) => ORG_OF_ACCOUNT,
    };
    tx.one(sql, &[role_grant::holder(principal)], |row| row.id())
}

/// The event of a principal's first role in a project, and the name that it speaks of.
pub(crate) fn added(tx: &mut Tx<'_>, principal: &Principal) -> Result<(EventKind, String)> {
    match principal {
        Principal::Key(id) => {
            let name = tx.one(NAME_OF_KEY, vals![*id], |row| row.of("api_key").string())?;
            Ok((EventKind::ApiKeyAddedToGroup, name.unwrap_or_default()))
        }
        Principal::ServiceAccount(client_id) => {
            Ok((EventKind::ServiceAccountAddedToGroup, client_id.clone()))
        }
    }
}

/// Lets the callers' epoch grow.
pub(crate) fn next_epoch(tx: &mut Tx<'_>) -> Result<()> {
    tx.exec(NEXT_EPOCH, &[]).map(|_| ())
}

fn epoch(tx: &mut Tx<'_>) -> Result<u64> {
    Ok(tx.one(EPOCH, &[], read_epoch)?.unwrap_or_default())
}

impl Store {
    /// What proves the API key of that public half.
    pub async fn key_auth(&self, public_key: &str) -> Result<Option<KeyAuth>> {
        let public_key = public_key.to_owned();
        self.read(move |tx| {
            // The epoch is read first: what follows is at least as new.
            let Some(key) = tx.one(KEY_AUTH, vals![&public_key], read_key)? else { return Ok(None) };
            let access = caller_access::nets(tx, key.id.into())?;
            Ok(Some(KeyAuth { access, ..key }))
        })
        .await
    }

    /// What stands behind a token, if it serves.
    pub async fn token_auth(&self, jti: &str) -> Result<Option<TokenAuth>> {
        let jti = jti.to_owned();
        self.read(move |tx| {
            let Some(token) = tx.one(TOKEN_AUTH, vals![&jti], read_token)? else { return Ok(None) };
            let access = caller_access::nets(tx, (&token.client_id).into())?;
            Ok(Some(TokenAuth { access, ..token }))
        })
        .await
    }

    /// The secrets that prove the service account of that client id; none proves one that does not
    /// exist.
    pub async fn account_auth(&self, client_id: &str) -> Result<Vec<Secret>> {
        let client_id = client_id.to_owned();
        self.read(move |tx| secret::of(tx, &client_id)).await
    }

    /// The callers' epoch: what was read of callers at another one has to be read again.
    pub async fn callers_epoch(&self) -> Result<u64> {
        self.read(epoch).await
    }

    /// An open project, with the roles that the principal has there and in its organization.
    pub async fn enter_project(&self, principal: &Principal, project: ProjectId) -> Result<Entered<Project>> {
        let principal = principal.clone();
        self.read(move |tx| {
            let values = [project.into(), role_grant::holder(&principal)];
            let entered = tx.one(IN_PROJECT, &values, |row| {
                read_entered(row, |row| {
                    let project = project::read(row)?;
                    let roles = role_grant::read(row.of("role_grant"))?.union(role_grant::read(row)?);
                    Ok((project, roles))
                })
            })?;
            Ok(entered.unwrap_or(Entered { epoch: 0, place: None }))
        })
        .await
    }

    /// An organization, with the roles that the principal has there.
    pub async fn enter_org(&self, principal: &Principal, org: OrgId) -> Result<Entered<Org>> {
        let principal = principal.clone();
        self.read(move |tx| {
            let values = [org.into(), role_grant::holder(&principal)];
            let entered = tx.one(IN_ORG, &values, |row| {
                read_entered(row, |row| Ok((org::read(row)?, role_grant::read(row.of("role_grant"))?)))
            })?;
            Ok(entered.unwrap_or(Entered { epoch: 0, place: None }))
        })
        .await
    }

    /// The project of [`Store::enter_project`], for whoever is proved already.
    pub async fn in_project(
        &self,
        principal: &Principal,
        project: ProjectId,
    ) -> Result<Option<(Project, Roles)>> {
        Ok(self.enter_project(principal, project).await?.place)
    }

    /// The organization of [`Store::enter_org`], for whoever is proved already.
    pub async fn in_org(&self, principal: &Principal, org: OrgId) -> Result<Option<(Org, Roles)>> {
        Ok(self.enter_org(principal, org).await?.place)
    }
}
