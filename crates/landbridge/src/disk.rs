//! How much room the disk beneath a folder has.

use std::path::Path;

/// The bytes that are free for us there; `None` where that can't be learned.
#[cfg(unix)]
pub fn free(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// The bytes that are free for us there; `None` where that can't be learned.
#[cfg(not(unix))]
pub fn free(_folder: &Path) -> Option<u64> {
    None
}
