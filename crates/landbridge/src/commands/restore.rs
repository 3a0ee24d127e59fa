//! `landbridge restore`: a backup in place of the database.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use store::{Error, Store, Target};

use crate::cli;
use crate::desk;
use crate::failure::Failure;
use crate::lock;
use crate::output;
use crate::place::Place;

/// Puts it there. Whatever ends this in the middle leaves either the old database or the new one.
pub fn run(asked: &cli::Restore, place: &Place) -> Result<(), Failure> {
    let settings = place.settings()?;
    let target = settings.target()?;
    let Target::Sqlite(path) = &target else {
        return Err(Failure::usage("a database at a PostgreSQL server is restored by its own programs")
            .hint("pg_restore puts back what pg_dump wrote: see docs/operations.md"));
    };
    if !asked.file.is_file() {
        return Err(Failure::not_found(format!("there is no file {:?}", asked.file)));
    }
    super::serve::make_folder(&settings.data)?;
    let _locks = lock::all(&settings.data, &target)?;
    let failed = |doing: &str, error: io::Error| {
        Failure::new(format!("could not {doing}; the database is as it was")).because(error)
    };

    if path.exists() && !asked.replace {
        return Err(Failure::refused(format!("there is a database {path:?}"))
            .hint("--replace puts the backup in its place, and keeps it beside"));
    }
    let new = path.with_added_extension("restoring");
    copy(&asked.file, &new).map_err(|error| failed("copy the backup", error))?;
    // Which folds a log into it, too.
    sound(&new)?;
    let mut kept = None;
    if path.exists() {
        kept = Some(set_aside(path).map_err(|error| failed("set the database aside", error))?);
    }
    fs::rename(&new, path)
        .and_then(|()| File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all())
        .map_err(|error| failed("put the backup in place", error))?;
    let kept = kept.map(|kept| format!(" What was there is {}.", kept.display())).unwrap_or_default();
    let where_from = asked.file.display();
    output::print(&format!("{} is now what {where_from} holds.{kept}\n", path.display()))
}

/// Keeps the database with its log under another name.
fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let aside = path.with_added_extension("before-restore");
    // The log first: a database without its log is an older one, a log without its database nothing.
    for suffix in ["-wal", "-shm", ""] {
        there(fs::rename(beside(path, suffix), beside(&aside, suffix)))?;
    }
    Ok(aside)
}

/// Copies a database with its log: one that was set aside after a crash still has one.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for suffix in ["-wal", "-shm"] {
        there(fs::remove_file(beside(to, suffix)))?;
    }
    there(fs::copy(beside(from, "-wal"), beside(to, "-wal")).map(|_| ()))?;
    fs::copy(from, to)?;
    File::open(to)?.sync_all()
}

/// That a file is not there is fine.
fn there(done: io::Result<()>) -> io::Result<()> {
    done.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// The file of the same database that ends so.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Whether a file is a whole database that this program can serve.
pub(super) fn sound(path: &Path) -> Result<(), Failure> {
    let what = format!("{path:?} can't be used");
    let complaints = desk::runtime()?.block_on(async {
        let store = Store::attach(&Target::Sqlite(path.to_owned()), desk::mint()).await?;
        let complaints = store.complaints().await;
        store.close().await;
        complaints
    });
    match complaints {
        // The next start brings it up to date.
        Err(Error::Older { .. }) => Ok(()),
        Err(error) => Err(Failure::of_store(what, error)),
        Ok(complaints) if complaints.is_empty() => Ok(()),
        Ok(complaints) => Err(Failure::new(format!("{what}: it is damaged: {}", complaints.join("; ")))),
    }
}
