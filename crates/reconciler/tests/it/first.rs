//! What a first start makes, with the fewest words.

use std::time::Duration;

use model::event::Act;
use model::id::{OrgId, ProjectId, UserId};
use model::key::{Key, Principal, Secret, ServiceAccount};
use model::project::{Org, Project, Settings, User};
use model::role::{Role, Roles};
use model::time::Timestamp;
use model::world::World;
use store::{Bootstrap, Store};

/// A project with nothing in it.
pub fn new_project(id: ProjectId, org: OrgId, name: &str, now: Timestamp) -> Project {
    Project {
        id,
        org,
        name: name.to_owned(),
        created_at: now,
        default_alerts: true,
        tags: Vec::new(),
        region_restrictions: None,
        settings: Settings::default(),
        managed_slow_ms: true,
        world: World::default(),
    }
}

/// An organization, its key that owns it, and its first project.
pub async fn bootstrap(store: &Store, now: Timestamp) -> (OrgId, Principal, ProjectId) {
    let mint = store.mint();
    let org = Org {
        id: mint.mint(now),
        name: "Org".to_owned(),
        api_access_list_required: false,
        skip_default_alerts: false,
        created_at: now,
    };
    let user = User {
        id: mint.mint::<UserId>(now),
        username: "owner@example.com".to_owned(),
        first_name: "O".to_owned(),
        last_name: "Owner".to_owned(),
        country: "US".to_owned(),
        created_at: now,
        roles: Roles::NONE,
    };
    let project = new_project(mint.mint(now), org.id, "Project", now);
    let key = Key {
        id: mint.mint(now),
        org: org.id,
        public_key: "abcdefgh".to_owned(),
        mask: "********-****-****-123456789012".to_owned(),
        description: "first".to_owned(),
        org_roles: Roles::one(Role::OrgOwner),
        project_roles: Vec::new(),
        created_at: now,
    };
    let account = ServiceAccount {
        client_id: "mdb_sa_id_000000000000000000000000".to_owned(),
        org: org.id,
        name: "first".to_owned(),
        description: String::new(),
        org_roles: Roles::one(Role::OrgOwner),
        created_at: now,
    };
    let secret = Secret {
        id: mint.mint(now),
        hash: [0; 32],
        mask: "mdb_sa_sk_...0000".to_owned(),
        created_at: now,
        expires_at: now.after(Duration::from_secs(86_400)),
        used_at: None,
    };
    let (org_id, project_id, owner) = (org.id, project.id, Principal::Key(key.id));
    let first = Bootstrap { org, user, project, key, sealed: vec![0; 16], account, secret };
    store.bootstrap(first, &Act::of_system(now)).await.expect("a new store");
    (org_id, owner, project_id)
}
