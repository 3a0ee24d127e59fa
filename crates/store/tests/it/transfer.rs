//! Everything of one database in another.

use std::sync::atomic::{AtomicU32, Ordering};

use model::{IdMint, Provider, Roles};
use store::transfer::{Moved, Step, TransferError, transfer};
use store::{Error, Store, Target};

use crate::support::{ALL, Home, act, aws, key, vpc};

/// More rows than are read at once.
const KEYS: u32 = 1_100;

async fn full(home: &Home) {
    let container = home.add_container(aws("US_EAST_1")).await;
    home.add_peering(&container, vpc(1)).await;
    let keys = (0..KEYS).map(|nth| key(&home.store, home.org, &format!("public{nth:05}"), Roles::NONE));
    futures::future::join_all(
        keys.map(|key| async { home.store.key_create(key, vec![0, 1, 255], &act(1)).await.expect("made") }),
    )
    .await;
}

/// A database with nothing in it.
enum Empty {
    Folder(tempfile::TempDir),
    Server(String),
}

impl Empty {
    fn target(&self) -> Target {
        match self {
            Self::Folder(folder) => Target::Sqlite(folder.path().join("copy.db")),
            Self::Server(url) => Target::parse(url).expect("a URL"),
        }
    }

    async fn open_to_fill(&self) -> Store {
        Store::open_to_fill(&self.target(), IdMint::new([3; 5], 0)).await.expect("opens")
    }

    async fn open(&self) -> store::Result<Store> {
        Store::open(&self.target(), IdMint::new([4; 5], 0)).await
    }
}

fn rows(moved: &[Moved], table: &str) -> u64 {
    moved.iter().find(|moved| moved.table == table).expect("it is moved").n_rows
}

async fn moves(home: &Home, empty: Empty) {
    full(home).await;
    let to = empty.open_to_fill().await;
    let mut checked = 0;
    let moved = transfer(&home.store, &to, |step| checked += u32::from(matches!(step, Step::Checked { .. })));
    let moved = moved.await.expect("moved");
    assert_eq!(checked as usize, moved.len());
    assert_eq!((rows(&moved, "api_key"), rows(&moved, "peering")), (u64::from(KEYS) + 1, 1));
    to.close().await;

    let copy = empty.open().await.expect("it is whole");
    let events = home.store.event_list_of_org(home.org, ALL).await.expect("listed");
    assert_eq!(copy.event_list_of_org(home.org, ALL).await.expect("listed"), events);
    let peerings = home.store.peering_list(home.project, Provider::Aws, ALL).await.expect("listed");
    assert_eq!(copy.peering_list(home.project, Provider::Aws, ALL).await.expect("listed"), peerings);
    // New rows are numbered after those that were moved.
    let fresh = key(&copy, home.org, "fresh", Roles::NONE);
    copy.key_create(fresh, vec![1], &act(2)).await.expect("made");
    let newest = copy.event_list_of_org(home.org, ALL).await.expect("listed");
    assert_eq!(newest.total, events.total + 1);
}

#[tokio::test]
async fn a_file_moves_to_a_server() {
    moves(&Home::sqlite().await, Empty::Server(testpg::empty())).await;
}

#[tokio::test]
async fn a_server_moves_to_a_file() {
    moves(&Home::postgres().await, Empty::Folder(tempfile::tempdir().expect("a folder"))).await;
}

#[tokio::test]
async fn a_transfer_that_was_ended_anywhere_goes_on_there() {
    let home = Home::sqlite().await;
    full(&home).await;
    let empty = Empty::Server(testpg::empty());
    let mut n_ended = 0;
    for patience in (1..).step_by(7) {
        let to = empty.open_to_fill().await;
        let heard = AtomicU32::new(0);
        let ended = async {
            while heard.load(Ordering::Relaxed) < patience {
                tokio::task::yield_now().await;
            }
        };
        let moving = transfer(&home.store, &to, |_| {
            heard.fetch_add(1, Ordering::Relaxed);
        });
        let done = tokio::select! {
            biased;
            () = ended => None,
            moved = moving => Some(moved.expect("moved")),
        };
        to.close().await;
        if let Some(moved) = done {
            assert_eq!(rows(&moved, "api_key"), u64::from(KEYS) + 1);
            break;
        }
        n_ended += 1;
        assert!(matches!(empty.open().await, Err(Error::Unfinished)), "no server opens a part");
    }
    assert!(n_ended >= 5, "it was ended {n_ended} times");
    empty.open().await.expect("it is whole");
}

#[tokio::test]
async fn a_database_in_use_and_the_copy_of_another_are_refused() {
    let (home, other) = (Home::sqlite().await, Home::postgres().await);
    let refused = transfer(&home.store, &other.store, |_| {}).await;
    assert!(matches!(refused, Err(TransferError::NotEmpty)), "{refused:?}");

    let empty = Empty::Folder(tempfile::tempdir().expect("a folder"));
    let nothing = empty.open_to_fill().await;
    let refused = transfer(&nothing, &other.store, |_| {}).await;
    assert!(matches!(refused, Err(TransferError::Nothing)), "{refused:?}");

    // Begun with one source, gone on with another.
    full(&home).await;
    let moving = transfer(&home.store, &nothing, |_| panic!("ended"));
    let ended = std::panic::AssertUnwindSafe(moving);
    assert!(futures::FutureExt::catch_unwind(ended).await.is_err());
    // In these tests the first organization has the same id everywhere.
    let Target::Sqlite(path) = empty.target() else { panic!("a file") };
    let behind = rusqlite::Connection::open(path).expect("opens");
    behind.execute("UPDATE unfinished_transfer SET source = 'another'", []).expect("written");
    let refused = transfer(&home.store, &nothing, |_| {}).await;
    assert!(matches!(refused, Err(TransferError::Another)), "{refused:?}");
}

#[tokio::test]
async fn what_was_written_meanwhile_is_noticed() {
    let home = Home::sqlite().await;
    full(&home).await;
    let empty = Empty::Server(testpg::empty());
    let to = empty.open_to_fill().await;
    let moved = transfer(&home.store, &to, |step| {
        if matches!(step, Step::Checked { table: "org", .. }) {
            home.sql("UPDATE api_key SET description = 'changed' WHERE public_key = 'public00007'");
        }
    });
    let differs = moved.await;
    assert!(matches!(differs, Err(TransferError::Differs { table: "api_key", .. })), "{differs:?}");
    assert!(matches!(empty.open().await, Err(Error::Unfinished)));
}
