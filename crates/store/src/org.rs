//! Organizations, and the first start that makes one.

use model::event::EventKind;
use model::key::{Key, Secret, ServiceAccount};
use model::project::{Org, Project, User};
use model::{Act, OrgId, Role, Roles};

use crate::Store;
use crate::engine::{Row, Tx, Val, statements, vals};
use crate::error::Result;
use crate::event::{self, Scope};
use crate::{account, key, project, role_grant, user};

macro_rules! org_columns {
    ($of:literal) => {
        concat!($of, "id, ", $of, "name, ", $of, "api_access_list_required, ", $of, "created_at")
    };
}
pub(crate) use org_columns;

statements! {
    INSERT: "make an organization" = "INSERT INTO org (", org_columns!(""), ", n_projects) \
         VALUES ($1, $2, $3, $4, 0)";
    GET: "read an organization" = "SELECT ", org_columns!(""), " FROM org WHERE id = $1";
    FIRST: "read the first organization" = "SELECT ", org_columns!(""), " FROM org ORDER BY id LIMIT 1";
}

/// What the first start makes.
#[derive(Debug, Clone)]
pub struct Bootstrap {
    /// The organization.
    pub org: Org,
    /// Its owner, who owns the project too.
    pub user: User,
    /// The first project.
    pub project: Project,
    /// An API key that owns the organization.
    pub key: Key,
    /// The sealed form of its private half.
    pub sealed: Vec<u8>,
    /// A service account that owns the organization.
    pub account: ServiceAccount,
    /// Its secret, hashed.
    pub secret: Secret,
}

pub(crate) fn read(row: &mut Row<'_>) -> Result<Org> {
    Ok(Org {
        id: row.of("org").id()?,
        name: row.string()?,
        api_access_list_required: row.flag()?,
        created_at: row.time()?,
    })
}

fn bootstrap(tx: &mut Tx<'_>, first: &Bootstrap, act: &Act) -> Result<()> {
    let org = &first.org;
    tx.exec(INSERT, vals![org.id, &org.name, org.api_access_list_required, org.created_at])?;
    event::write(tx, Scope::of_org(org.id), EventKind::OrgCreated, act, &org.id.to_string())?;

    let owner = Roles::one(Role::OrgOwner);
    user::insert(tx, &first.user)?;
    role_grant::set(tx, first.user.id.into(), org.id.into(), owner)?;
    let key = Key { org_roles: owner, ..first.key.clone() };
    key::insert(tx, &key, &first.sealed, act)?;
    let account = ServiceAccount { org_roles: owner, ..first.account.clone() };
    account::insert(tx, &account, &first.secret, act)?;

    project::insert(tx, &first.project, act)?;
    role_grant::set(tx, Val::from(first.user.id), first.project.id.into(), Roles::one(Role::GroupOwner))
}

impl Store {
    /// Makes what the first start needs, all or nothing.
    pub async fn bootstrap(&self, first: Bootstrap, act: &Act) -> Result<()> {
        let act = act.clone();
        self.write(move |tx| bootstrap(tx, &first, &act)).await
    }

    /// The oldest organization.
    pub async fn org_first(&self) -> Result<Option<Org>> {
        self.read(|tx| tx.one(FIRST, &[], read))
    }

    /// An organization.
    pub async fn org_get(&self, id: OrgId) -> Result<Option<Org>> {
        self.read(|tx| tx.one(GET, vals![id], read))
    }
}
