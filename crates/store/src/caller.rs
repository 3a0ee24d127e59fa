//! Who calls, and what they may: the reads that every request begins with.

use ipnet::IpNet;
use model::event::EventKind;
use model::key::{Principal, Secret, ServiceAccount};
use model::project::{Org, Project};
use model::{Act, KeyId, OrgId, ProjectId, Roles, Timestamp};

use crate::engine::{Row, Tx, Val, statements, vals};
use crate::error::Result;
use crate::event::{self, Scope};
use crate::org::org_columns;
use crate::project::project_columns;
use crate::{Store, key_access, org, project, role_grant};

/// Outdated revocations that one revocation forgets.
const TOKENS_FORGOTTEN_MAX: u32 = 100;

statements! {
    KEY_AUTH: "look a key up" = "SELECT k.id, k.org_id, k.public_key, k.sealed, o.api_access_list_required \
         FROM api_key k JOIN org o ON o.id = k.org_id WHERE k.public_key = $1";
    ACCOUNT_AUTH: "look a service account up" = "SELECT a.client_id, a.org_id, o.api_access_list_required \
         FROM service_account a JOIN org o ON o.id = a.org_id WHERE a.client_id = $1";
    SECRETS: "read an account's secrets" = "SELECT id, hash, mask, created_at, expires_at \
         FROM service_account_secret WHERE client_id = $1 ORDER BY id";
    INSERT_ACCOUNT: "make a service account" = "INSERT INTO service_account \
         (client_id, org_id, name, description, created_at) VALUES ($1, $2, $3, $4, $5)";
    INSERT_SECRET: "keep an account's secret" = "INSERT INTO service_account_secret \
         (id, client_id, hash, mask, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    NAME_OF_KEY: "look a key's name up" = "SELECT public_key FROM api_key WHERE id = $1";
    ORG_OF_KEY: "look a key's organization up" = "SELECT org_id FROM api_key WHERE id = $1";
    ORG_OF_ACCOUNT: "look an account's organization up" =
        "SELECT org_id FROM service_account WHERE client_id = $1";
    IN_PROJECT: "enter a project" = "SELECT ", project_columns!("p."), ", og.roles, pg.roles FROM project p \
         LEFT JOIN role_grant og ON og.holder = $1 AND og.place = p.org_id \
         LEFT JOIN role_grant pg ON pg.holder = $1 AND pg.place = p.id \
         WHERE p.id = $2 AND p.closed_at IS NULL";
    IN_ORG: "enter an organization" = "SELECT ", org_columns!("o."), ", g.roles FROM org o \
         LEFT JOIN role_grant g ON g.holder = $1 AND g.place = o.id WHERE o.id = $2";
    REVOKE: "revoke a token" = "INSERT INTO revoked_token (jti, expires_at) VALUES ($1, $2) \
         ON CONFLICT (jti) DO NOTHING";
    FORGET: "forget revoked tokens" = "DELETE FROM revoked_token WHERE jti IN \
         (SELECT jti FROM revoked_token WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
    REVOKED: "look a token up" = "SELECT 1 FROM revoked_token WHERE jti = $1";
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
}

/// What proves a service account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountAuth {
    /// Its organization.
    pub org: OrgId,
    /// Its secrets, hashed.
    pub secrets: Vec<Secret>,
    /// Whether its organization wants every call to come from a listed address.
    pub requires_access_list: bool,
}

fn read_key(row: &mut Row<'_>) -> Result<KeyAuth> {
    Ok(KeyAuth {
        id: row.of("api_key").id()?,
        org: row.id()?,
        public_key: row.string()?,
        sealed: row.blob()?.to_vec(),
        requires_access_list: row.flag()?,
        access: Vec::new(),
    })
}

fn read_account(row: &mut Row<'_>) -> Result<AccountAuth> {
    row.of("service_account").skip();
    Ok(AccountAuth { org: row.id()?, secrets: Vec::new(), requires_access_list: row.flag()? })
}

fn read_secret(row: &mut Row<'_>) -> Result<Secret> {
    Ok(Secret {
        id: row.of("service_account_secret").id()?,
        hash: row.blob()?.try_into().map_err(|_| row.fault())?,
        mask: row.string()?,
        created_at: row.time()?,
        expires_at: row.time()?,
    })
}

/// Makes a service account, with its roles and a secret.
pub(crate) fn insert(tx: &mut Tx<'_>, account: &ServiceAccount, secret: &Secret, act: &Act) -> Result<()> {
    let ServiceAccount { client_id, org, name, description, org_roles, created_at } = account;
    tx.exec(INSERT_ACCOUNT, vals![client_id, *org, name, description, *created_at])?;
    let Secret { id, hash, mask, created_at, expires_at } = secret;
    tx.exec(INSERT_SECRET, vals![*id, client_id, &hash[..], mask, *created_at, *expires_at])?;
    role_grant::set(tx, Val::from(client_id), (*org).into(), *org_roles)?;
    event::write(tx, Scope::of_org(*org), EventKind::ServiceAccountCreated, act, client_id)
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

impl Store {
    /// What proves the API key of that public half.
    pub async fn key_auth(&self, public_key: &str) -> Result<Option<KeyAuth>> {
        self.read(|tx| {
            let Some(key) = tx.one(KEY_AUTH, vals![public_key], read_key)? else { return Ok(None) };
            let access = key_access::nets(tx, key.id)?;
            Ok(Some(KeyAuth { access, ..key }))
        })
    }

    /// What proves the service account of that client id.
    pub async fn account_auth(&self, client_id: &str) -> Result<Option<AccountAuth>> {
        self.read(|tx| {
            let Some(account) = tx.one(ACCOUNT_AUTH, vals![client_id], read_account)? else {
                return Ok(None);
            };
            let secrets = tx.all(SECRETS, vals![client_id], read_secret)?;
            Ok(Some(AccountAuth { secrets, ..account }))
        })
    }

    /// Makes a service account.
    pub async fn account_create(&self, account: ServiceAccount, secret: Secret, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| insert(tx, &account, &secret, &act)).await
    }

    /// An open project, with the roles that the principal has there and in its organization.
    pub async fn in_project(
        &self,
        principal: &Principal,
        project: ProjectId,
    ) -> Result<Option<(Project, Roles)>> {
        self.read(|tx| {
            tx.one(IN_PROJECT, vals![role_grant::holder(principal), project], |row| {
                let project = project::read(row)?;
                let roles = role_grant::read(row.of("role_grant"))?.union(role_grant::read(row)?);
                Ok((project, roles))
            })
        })
    }

    /// An organization, with the roles that the principal has there.
    pub async fn in_org(&self, principal: &Principal, org: OrgId) -> Result<Option<(Org, Roles)>> {
        self.read(|tx| {
            tx.one(IN_ORG, vals![role_grant::holder(principal), org], |row| {
                Ok((org::read(row)?, role_grant::read(row.of("role_grant"))?))
            })
        })
    }

    /// Remembers that a token no longer counts, until it would have expired (both by the real
    /// clock), and forgets those that have.
    pub async fn token_revoke(&self, jti: &str, expires_at: Timestamp, now: Timestamp) -> Result<()> {
        let jti = jti.to_owned();
        self.write(move |tx| {
            tx.callers_changed();
            tx.exec(FORGET, vals![now, TOKENS_FORGOTTEN_MAX])?;
            tx.exec(REVOKE, vals![&jti, expires_at]).map(|_| ())
        })
        .await
    }

    /// Whether a token no longer counts.
    pub async fn token_revoked(&self, jti: &str) -> Result<bool> {
        self.read(|tx| tx.any(REVOKED, vals![jti]))
    }
}
