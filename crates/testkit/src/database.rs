//! A database for one test, on the engine that this run of the tests is for.

use std::path::Path;

use model::IdMint;
use store::{Store, Target};
use tempfile::TempDir;

/// The variable that says which engine: `sqlite`, which is also what holds without it, or
/// `postgres`.
const ENGINE: &str = "LANDBRIDGE_TEST_ENGINE";

/// A database of its own, gone with the test.
pub struct Database {
    target: Target,
    /// What lies there goes with this.
    _folder: Option<TempDir>,
}

impl Database {
    /// An empty one.
    #[expect(clippy::new_without_default, reason = "it makes something outside")]
    pub fn new() -> Self {
        #[expect(clippy::disallowed_methods, reason = "tests have no configuration but this")]
        let engine = std::env::var(ENGINE).unwrap_or_else(|_| "sqlite".to_owned());
        match engine.as_str() {
            "sqlite" => {
                let folder = tempfile::tempdir().expect("a folder for the test");
                Self { target: Target::Sqlite(folder.path().join("test.db")), _folder: Some(folder) }
            }
            "postgres" => Self::at_server(),
            other => panic!("{ENGINE} is {other:?}, and there are sqlite and postgres"),
        }
    }

    /// An empty one on the engine that has nodes, whatever this run is for.
    pub fn at_server() -> Self {
        Self { target: Target::parse(&testpg::copy_of(fill)).expect("a URL"), _folder: None }
    }

    /// The one that lies in a folder, which goes with it.
    pub fn in_folder(folder: TempDir, path: &Path) -> Self {
        Self { target: Target::Sqlite(path.to_owned()), _folder: Some(folder) }
    }

    /// A store on it.
    pub async fn open(&self, mint: IdMint) -> Store {
        Store::open(&self.target, mint).await.expect("the store opens")
    }
}

/// Gives a database the schema, so that it can be copied for each test.
fn fill(url: &str) {
    let target = Target::parse(url).expect("a URL");
    let fill = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let store = Store::open(&target, IdMint::new([0; 5], 0)).await.expect("the store opens");
            store.close().await;
        });
    };
    std::thread::spawn(fill).join().expect("an empty database takes the schema");
}
