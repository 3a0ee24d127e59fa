//! The first start: somebody to be, somewhere to work, and two files that say so.
//!
//! Secrets can't be shown twice, so a crash must not come between a secret that holds and the file
//! that tells it. Therefore the files are written first, whole and on disk, and only then is the
//! transaction committed in which their secrets begin to hold. A crash in between leaves files that
//! open nothing; the next start finds no organization and begins anew. A crash after it leaves
//! everything.

pub(crate) mod env_file;
mod master_key;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use model::key::{Key, ServiceAccount};
use model::project::{Org, Project, Settings, User};
use model::time::WorldClock;
use model::world::World;
use model::{Act, Clock as _, Role, Roles};
use server::auth::Auth;
use server::auth::credentials::{ClientSecret, NewKey, Random, client_id};
use server::auth::master::MasterKey;
use store::{Bootstrap, Page, Store};

use crate::client::access;
use crate::failure::Failure;
use env_file::{Access, SignIn};

/// How long the service account's first secret serves, by the real clock.
const SECRET_LIFE: Duration = Duration::from_secs(365 * 86_400);

/// The data folder's part in signing in.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
}

/// How a start found the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Whether everything had to be made.
    pub first: bool,
    /// Files with secrets that are no longer there.
    pub missing: Vec<PathBuf>,
}

impl Files {
    /// Those in a folder that is there.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The API key's file.
    pub fn env(&self) -> PathBuf {
        self.folder.join("bootstrap.env")
    }

    /// The service account's file.
    pub fn oauth_env(&self) -> PathBuf {
        self.folder.join("bootstrap-oauth.env")
    }

    /// The master key: `given`, or the folder's, or on a first start a new one.
    pub async fn master_key(
        &self,
        store: &Store,
        given: Option<&str>,
        random: &dyn Random,
    ) -> Result<MasterKey, Failure> {
        let first = store.org_first().await.map_err(cant_read)?.is_none();
        master_key::find(&self.folder.join("master.key"), given, first, random)
    }

    /// The master key of an installation that has one.
    pub fn kept_master_key(&self, given: Option<&str>, random: &dyn Random) -> Result<MasterKey, Failure> {
        master_key::find(&self.folder.join("master.key"), given, false, random)
    }

    /// Makes what a first start needs, or brings the files of an earlier one up to date with
    /// `base_url`, the address of the server with a slash at its end.
    pub async fn prepare(
        &self,
        store: &Store,
        auth: &Auth,
        world: &WorldClock,
        base_url: &str,
    ) -> Result<Found, Failure> {
        if store.org_first().await.map_err(cant_read)?.is_some() {
            return self.refresh(base_url);
        }
        let made = self.write(store, auth, world, base_url)?;
        let first = store
            .first_start(made, &Act::of_system(world.now()))
            .await
            .map_err(|error| Failure::of_store("could not make the first organization", error))?;
        if first {
            return Ok(Found { first, missing: Vec::new() });
        }
        // Another server was faster: what these files give was never made.
        for path in [self.env(), self.oauth_env()] {
            fs::remove_file(&path).map_err(|error| cant_write(&path, error))?;
        }
        self.refresh(base_url)
    }

    /// Makes everything, and writes the files: all of a first start but its commit.
    fn write(
        &self,
        store: &Store,
        auth: &Auth,
        world: &WorldClock,
        base_url: &str,
    ) -> Result<Bootstrap, Failure> {
        let random = &*auth.random;
        let (key, client_id, secret) =
            (NewKey::generate(random), client_id(random), ClientSecret::generate(random));
        let made = make(store, auth, world, &key, &client_id, &secret);
        let signed_in_by = |sign_in| Access {
            base_url,
            org: made.org.id.to_string(),
            project: Some(made.project.id.to_string()),
            sign_in,
        };
        let by_key = signed_in_by(SignIn::Key { public: &key.public_key, private: &key.private_key });
        let by_account = signed_in_by(SignIn::Account { id: &client_id, secret: secret.reveal() });
        for (path, access) in [(self.env(), by_key), (self.oauth_env(), by_account)] {
            env_file::write(&path, &access.text()).map_err(|error| cant_write(&path, error))?;
        }
        Ok(made)
    }

    /// Has the file that tells these credentials' old form tell the new one; answers which one that
    /// was. `old` is the public half or the client id by which the file knows them.
    pub(crate) fn renew(&self, old: &str, sign_in: SignIn<'_>) -> Result<Option<PathBuf>, Failure> {
        for path in [self.env(), self.oauth_env()] {
            let told = access::Access::of_file(&path).is_ok_and(|access| access.credentials.name() == old);
            if told {
                env_file::sign_in_by(&path, sign_in).map_err(|error| cant_write(&path, error))?;
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    fn refresh(&self, base_url: &str) -> Result<Found, Failure> {
        let mut missing = Vec::new();
        for path in [self.env(), self.oauth_env()] {
            match env_file::move_to(&path, base_url) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => missing.push(path),
                Err(error) => return Err(cant_write(&path, error)),
            }
        }
        Ok(Found { first: false, missing })
    }
}

/// Makes sure that the master key is the one that sealed what is in the database: one of another
/// server's would let nobody in by key, and let tokens count at one server only.
pub async fn check_master_key(store: &Store, auth: &Auth) -> Result<(), Failure> {
    let Some(org) = store.org_first().await.map_err(cant_read)? else { return Ok(()) };
    let keys = store.key_list(org.id, Page { number: 1, size: 1 }).await.map_err(cant_read)?;
    let Some(key) = keys.items.first() else { return Ok(()) };
    let Some(key) = store.key_auth(&key.public_key).await.map_err(cant_read)? else { return Ok(()) };
    match auth.sealer.open(&key.public_key, &key.sealed) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::new("the master key is not the one that sealed what is in the database")
            .because(error)
            .hint("all servers on one database need the same key: give it as LANDBRIDGE_MASTER_KEY, or copy the file master.key of the server that started first")),
    }
}

fn cant_read(error: store::Error) -> Failure {
    Failure::of_store("could not read the database", error)
}

fn cant_write(path: &Path, error: io::Error) -> Failure {
    Failure::new(format!("could not write {path:?}")).because(error)
}

fn make(
    store: &Store,
    auth: &Auth,
    world: &WorldClock,
    key: &NewKey,
    client_id: &str,
    secret: &ClientSecret,
) -> Bootstrap {
    let (mint, now, real_now) = (store.mint(), world.now(), world.real().now());
    let org = Org {
        id: mint.mint(now),
        name: "Landbridge".to_owned(),
        api_access_list_required: false,
        skip_default_alerts: false,
        created_at: now,
    };
    let owner = Roles::one(Role::OrgOwner);
    Bootstrap {
        user: User {
            id: mint.mint(now),
            username: "owner@landbridge.invalid".to_owned(),
            first_name: "Landbridge".to_owned(),
            last_name: "Owner".to_owned(),
            country: "US".to_owned(),
            created_at: now,
            roles: Roles::NONE,
        },
        project: Project {
            id: mint.mint(now),
            org: org.id,
            name: "rehearsal".to_owned(),
            created_at: now,
            default_alerts: true,
            tags: Vec::new(),
            region_restrictions: None,
            settings: Settings::default(),
            managed_slow_ms: true,
            world: World::default(),
        },
        key: Key {
            id: mint.mint(now),
            org: org.id,
            public_key: key.public_key.clone(),
            mask: key.mask(),
            description: "made by the first start".to_owned(),
            org_roles: owner,
            project_roles: Vec::new(),
            created_at: now,
        },
        sealed: auth.sealer.seal(&key.public_key, &key.ha1(), &*auth.random),
        account: ServiceAccount {
            client_id: client_id.to_owned(),
            org: org.id,
            name: "bootstrap".to_owned(),
            description: "made by the first start".to_owned(),
            org_roles: owner,
            created_at: now,
        },
        secret: secret.kept(mint.mint(now), real_now, real_now.after(SECRET_LIFE)),
        org,
    }
}

#[cfg(test)]
mod tests;
