//! One server for each data folder.
//!
//! Two servers on one folder would both reconcile, and each would believe that nobody else moves
//! the rows. The lock is the operating system's, on an open file: it goes with the process however
//! that ends, so there is never a stale one. The file itself stays; what it says is only for people.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use store::Target;

use crate::failure::Failure;

/// The lock, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock that lies in the file `path`; `of` says what it keeps to oneself, such as
    /// `the data folder "x"`.
    pub fn take(path: &Path, of: &str) -> Result<Self, Failure> {
        let failed = |doing: &str, error: std::io::Error| {
            Failure::new(format!("could not {doing} the lock file {path:?}")).because(error)
        };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|error| failed("open", error).hint(WRITABLE))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&mut file, of)),
            Err(TryLockError::Error(error)) => return Err(failed("take", error)),
        }
        file.set_len(0)
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(|error| failed("write", error))?;
        Ok(Self { _file: file })
    }

    /// Whether somebody holds the lock in that file now. Nothing is changed.
    pub fn held(path: &Path) -> bool {
        let file = File::open(path);
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

/// One lock for the folder, and one more for a file that is the database and lies elsewhere. A
/// database at a server is for many.
pub fn all(data: &Path, target: &Target) -> Result<Vec<Lock>, Failure> {
    let mut locks = vec![Lock::take(&data.join("landbridge.lock"), &format!("the data folder {data:?}"))?];
    let Target::Sqlite(path) = target else { return Ok(locks) };
    let (data, folder) =
        (data.canonicalize().ok(), path.parent().and_then(|folder| folder.canonicalize().ok()));
    let outside = folder.is_none() || folder != data;
    if outside {
        let beside = path.with_added_extension("lock");
        locks.push(Lock::take(&beside, &format!("the database {path:?}"))?);
    }
    Ok(locks)
}

const WRITABLE: &str = "let the user that runs this program write to the file and to its folder";

fn held(file: &mut File, of: &str) -> Failure {
    let mut text = String::new();
    // Its holder may be writing it at this moment; then there is no number to tell.
    let _ = file.rewind().and_then(|()| file.read_to_string(&mut text));
    let holder = match text.trim() {
        "" => "another server".to_owned(),
        pid => format!("another server (process {pid})"),
    };
    Failure::new(format!(
        "{of} is in use by {holder}: two servers on the same data would work against each other"
    ))
    .hint("stop that one first, or name another folder with --data")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_taker_is_told_who_holds_the_lock_until_it_is_dropped() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let path = folder.path().join("landbridge.lock");
        let lock = Lock::take(&path, "the data folder \"x\"").expect("free");
        let refusal = Lock::take(&path, "the data folder \"x\"").expect_err("held").to_string();
        let holder = format!("in use by another server (process {})", std::process::id());
        assert!(refusal.starts_with("the data folder \"x\" is ") && refusal.contains(&holder), "{refusal}");
        assert!(Lock::held(&path));
        drop(lock);
        assert!(!Lock::held(&path) && !Lock::held(Path::new("no-such-folder/landbridge.lock")));
        Lock::take(&path, "the data folder \"x\"").expect("free again");
    }
}
