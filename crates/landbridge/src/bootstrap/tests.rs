//! A first start that is cut short anywhere, and later starts.

use std::fs;
use std::sync::Arc;

use model::{IdMint, Timestamp};
use server::auth::credentials::{Ha1, OsRandom, secret_matches};
use store::Target;
use tempfile::TempDir;

use super::*;
use crate::clock::SystemClock;

struct Bed {
    folder: TempDir,
    store: Store,
    auth: Auth,
    world: WorldClock,
}

impl Bed {
    async fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let target = Target::Sqlite(folder.path().join("landbridge.db"));
        let store = Store::open(&target, IdMint::new([7; 5], 0)).await.expect("a database");
        let master = MasterKey::generate(&OsRandom);
        let auth = Auth::new(&master, Arc::new(OsRandom), Timestamp::from_seconds(0));
        let world = WorldClock::new(Arc::new(SystemClock), Duration::ZERO);
        Self { folder, store, auth, world }
    }

    fn files(&self) -> Files {
        Files::new(self.folder.path())
    }

    async fn start(&self, base_url: &str) -> Found {
        self.files().prepare(&self.store, &self.auth, &self.world, base_url).await.expect("a start")
    }

    fn value(&self, file: &Path, name: &str) -> String {
        let text = fs::read_to_string(file).expect("the file is there");
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("export {name}=")));
        line.expect("the file has the line").to_owned()
    }

    /// Whether the secrets in the files are those that the rows know.
    async fn files_open_the_door(&self) -> bool {
        let files = self.files();
        let public = self.value(&files.env(), "MONGODB_ATLAS_PUBLIC_KEY");
        let private = self.value(&files.env(), "MONGODB_ATLAS_PRIVATE_KEY");
        let id = self.value(&files.oauth_env(), "MONGODB_ATLAS_CLIENT_ID");
        let secret = self.value(&files.oauth_env(), "MONGODB_ATLAS_CLIENT_SECRET");
        let key = self.store.key_auth(&public).await.expect("readable");
        let account = self.store.account_auth(&id).await.expect("readable");
        key.is_some_and(|key| {
            self.auth.sealer.open(&key.public_key, &key.sealed) == Ok(Ha1::of(&public, &private))
        }) && account.first().is_some_and(|kept| secret_matches(&kept.hash, &secret))
    }
}

#[tokio::test]
async fn a_first_start_leaves_files_whose_secrets_hold() {
    let bed = Bed::new().await;
    assert_eq!(bed.start("http://a/").await, Found { first: true, missing: Vec::new() });
    assert!(bed.files_open_the_door().await);
    let org = bed.store.org_first().await.expect("readable").expect("made");
    assert_eq!(bed.value(&bed.files().env(), "MONGODB_ATLAS_ORG_ID"), org.id.to_string());
}

#[tokio::test]
async fn a_crash_between_the_files_and_the_commit_costs_nothing() {
    let bed = Bed::new().await;
    bed.files().write(&bed.store, &bed.auth, &bed.world, "http://a/").expect("the files are written");
    assert!(bed.store.org_first().await.expect("readable").is_none(), "and nothing is committed");
    assert!(!bed.files_open_the_door().await);
    assert!(bed.start("http://b/").await.first, "the next start is the first again");
    assert!(bed.files_open_the_door().await);
    assert_eq!(bed.value(&bed.files().env(), "MONGODB_ATLAS_BASE_URL"), "http://b/");
}

#[tokio::test]
async fn a_later_start_moves_the_address_and_keeps_the_secrets() {
    let bed = Bed::new().await;
    bed.start("http://a/").await;
    assert_eq!(bed.start("http://b/").await, Found { first: false, missing: Vec::new() });
    for file in [bed.files().env(), bed.files().oauth_env()] {
        assert_eq!(bed.value(&file, "MONGODB_ATLAS_BASE_URL"), "http://b/");
        assert_eq!(bed.value(&file, "MONGODB_ATLAS_OPS_MANAGER_URL"), "http://b/");
    }
    assert!(bed.files_open_the_door().await);
}

#[tokio::test]
async fn a_file_that_was_taken_away_is_reported_and_not_made_up() {
    let bed = Bed::new().await;
    bed.start("http://a/").await;
    let gone = bed.files().env();
    fs::remove_file(&gone).expect("removed");
    assert_eq!(bed.start("http://a/").await.missing, std::slice::from_ref(&gone));
    assert!(!gone.exists());
}
