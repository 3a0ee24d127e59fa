//! API keys for tests, and what they answer to a digest challenge: right, or wrong in one way.

use md5::{Digest as _, Md5};
use model::key::Key;
use model::{Act, Clock as _, KeyId, OrgId, ProjectId, Roles};
use server::auth::credentials::{NewKey, OsRandom};

use crate::TestApp;

/// An API key with its private half.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Its id.
    pub id: KeyId,
    /// The public half.
    pub public_key: String,
    /// The private half.
    pub private_key: String,
}

/// An answer to a digest challenge. Each field can be spoilt before it is written.
#[derive(Debug, Clone)]
pub struct Digest {
    /// The public half of a key.
    pub username: String,
    /// The private half.
    pub password: String,
    /// For which realm.
    pub realm: &'static str,
    /// For which method.
    pub method: String,
    /// For which path and query.
    pub uri: String,
    /// To which nonce.
    pub nonce: String,
    /// How often that was used.
    pub nc: u32,
    /// Which quality of protection it says it has.
    pub qop: &'static str,
}

impl Digest {
    /// The value of `Authorization`.
    pub fn header(&self) -> String {
        let Self { username, password, realm, method, uri, nonce, nc, qop } = self;
        let ha1 = md5(&format!("{username}:{realm}:{password}"));
        let ha2 = md5(&format!("{method}:{uri}"));
        let response = md5(&format!("{ha1}:{nonce}:{nc:08x}:c:{qop}:{ha2}"));
        format!(
            r#"Digest username="{username}", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{response}", algorithm="MD5", cnonce="c", qop={qop}, nc={nc:08x}"#
        )
    }
}

fn md5(text: &str) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl TestApp {
    /// A new key with these roles in its organization and in projects, and no others.
    pub async fn key(&self, org: OrgId, org_roles: Roles, project_roles: &[(ProjectId, Roles)]) -> ApiKey {
        let now = self.app.world.now();
        let new = NewKey::generate(&OsRandom);
        let key = Key {
            id: self.app.store.mint().mint(now),
            org,
            public_key: new.public_key.clone(),
            mask: new.mask(),
            description: "for a test".to_owned(),
            org_roles,
            project_roles: project_roles.to_vec(),
            created_at: now,
        };
        let sealed = self.app.auth.sealer.seal(&new.public_key, &new.ha1(), &OsRandom);
        let key = self.app.store.key_create(key, sealed, &Act::of_system(now)).await.expect("a key");
        ApiKey { id: key.id, public_key: new.public_key, private_key: new.private_key }
    }

    /// A nonce, as a challenge would bring it now.
    pub fn nonce(&self) -> String {
        let now = self.app.world.real().now();
        self.app.auth.nonces.issue(now, &OsRandom).as_str().to_owned()
    }

    /// The right answer of a key to a new challenge.
    pub fn digest(&self, key: &ApiKey, method: &str, uri: &str) -> Digest {
        Digest {
            username: key.public_key.clone(),
            password: key.private_key.clone(),
            realm: "MMS Public API",
            method: method.to_owned(),
            uri: uri.to_owned(),
            nonce: self.nonce(),
            nc: 1,
            qop: "auth",
        }
    }

    /// A second organization, with a project of its own: their ids.
    pub async fn second_org(&self) -> (OrgId, ProjectId) {
        let mut second = crate::first(&self.app.store, &self.app.auth, &self.app.world);
        second.org.name = "Second".to_owned();
        second.user.username = "second@landbridge.invalid".to_owned();
        second.project.name = "elsewhere".to_owned();
        let (org, project) = (second.org.id, second.project.id);
        let act = Act::of_system(self.app.world.now());
        self.app.store.bootstrap(second, &act).await.expect("a second organization");
        (org, project)
    }
}
