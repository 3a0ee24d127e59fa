//! Where the server's programs are.

use std::path::{Path, PathBuf};

/// Folders with the programs of one version each, where distributions put them.
const VERSIONS: [&str; 3] = ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt"];
const HOW: &str = "the tests need the programs of a PostgreSQL server (initdb, postgres) in the PATH: \
     ./test installs them where there are none; on Debian, apt-get install postgresql";

/// The whole path of a program; a sentence that says how to get it where it is missing.
pub fn binary(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let named = std::env::split_paths(&path).map(|folder| folder.join(name));
    let versions = VERSIONS.iter().flat_map(|folder| versions(Path::new(folder)));
    let installed = versions.map(|folder| folder.join("bin").join(name));
    let found = named.chain(installed).find(|path| path.is_file());
    let found = found.unwrap_or_else(|| panic!("there is no {name}: {HOW}"));
    // A server finds what belongs to it beside where it really is. A wrapper that serves several
    // programs has to be called by the name of the one that is meant.
    found.canonicalize().ok().filter(|real| real.ends_with(name)).unwrap_or(found)
}

/// The folders in a folder, the newest version first.
fn versions(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    folders.sort_by_key(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        std::cmp::Reverse(
            name.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0_u32),
        )
    });
    folders
}
