//! What callers prove themselves with: API keys and service accounts, and the addresses from
//! which they may call.

use ipnet::IpNet;

use crate::id::{KeyId, OrgId, ProjectId, SecretId};
use crate::role::Roles;
use crate::time::Timestamp;

/// A programmatic API key. Its private half is not here: the store keeps what digest needs of it,
/// sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its id.
    pub id: KeyId,
    /// The organization it belongs to.
    pub org: OrgId,
    /// The public half: the user name of digest.
    pub public_key: String,
    /// The private half with all but its last twelve digits starred out.
    pub mask: String,
    /// What it is for, in its maker's words.
    pub description: String,
    /// Roles in its organization.
    pub org_roles: Roles,
    /// Roles in projects, by project id.
    pub project_roles: Vec<(ProjectId, Roles)>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// An address or block from which a key or an account may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAccessEntry {
    /// The addresses.
    pub net: IpNet,
    /// When it was added.
    pub created_at: Timestamp,
    /// How many calls came through it.
    pub count: i64,
    /// When the last came, by the world's clock, and from where.
    pub last_used: Option<(Timestamp, String)>,
}

/// A service account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccount {
    /// `mdb_sa_id_` and 24 hexadecimal digits.
    pub client_id: String,
    /// The organization it belongs to.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Roles in its organization.
    pub org_roles: Roles,
    /// When it was made.
    pub created_at: Timestamp,
}

/// One secret of a service account; only its hash is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its id.
    pub id: SecretId,
    /// SHA-256 of the secret: it is long and random, so no slow hash is needed.
    pub hash: [u8; 32],
    /// What is shown of it.
    pub mask: String,
    /// When it was made, by the real clock.
    pub created_at: Timestamp,
    /// Until when it serves, by the real clock.
    pub expires_at: Timestamp,
    /// When it was last shown for a token, by the real clock.
    pub used_at: Option<Timestamp>,
}

/// Who a caller is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Principal {
    /// An API key.
    Key(KeyId),
    /// A service account, by its client id.
    ServiceAccount(String),
}
