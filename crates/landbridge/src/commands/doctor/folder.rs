//! The data folder: whether it is there, who can read it, how much fits in.

use std::fs;
use std::path::Path;

use super::Finding;
use crate::quote::path_quoted;

const FOLDER: &str = "data folder";
const RIGHTS: &str = "permissions";
const SPACE: &str = "free space";

/// Below this a server may soon be unable to keep what it is asked to.
const SPACE_WANTED: u64 = 256 << 20;

/// Looks at it; answers whether it is there.
pub fn examine(data: &Path, findings: &mut Vec<Finding>) -> bool {
    let is_there = data.is_dir();
    findings.push(match (is_there, data.exists()) {
        (true, _) => Finding::fine(FOLDER, data.display().to_string()),
        (false, true) => {
            Finding::wrong(FOLDER, format!("{} is no folder", data.display()), "name a folder with --data")
        }
        (false, false) => {
            Finding::note(FOLDER, format!("{} is not there; `landbridge serve` makes it", data.display()))
        }
    });
    if is_there {
        findings.push(rights(data));
    }
    // A folder that is still to be made will lie on its parent's disk.
    let there = data.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
    findings.extend(space(there));
    is_there
}

#[cfg(unix)]
fn rights(data: &Path) -> Finding {
    use std::os::unix::fs::PermissionsExt as _;
    let open = |path: &Path| {
        let mode = fs::metadata(path).map(|file| file.permissions().mode() & 0o777);
        mode.ok().filter(|mode| mode & 0o077 != 0)
    };
    if let Some(mode) = open(data) {
        let says = format!("others can enter {} (mode {mode:04o})", data.display());
        return Finding::wrong(RIGHTS, says, format!("chmod 700 {}", path_quoted(data)));
    }
    let files = match fs::read_dir(data) {
        Ok(files) => files.filter_map(Result::ok).map(|file| file.path()).filter(|path| path.is_file()),
        Err(error) => {
            let says = format!("could not read {}: {error}", data.display());
            return Finding::wrong(RIGHTS, says, "run this as the user that the server runs as");
        }
    };
    let open: Vec<String> =
        files.filter(|path| open(path).is_some()).map(|path| path_quoted(&path)).collect();
    if open.is_empty() {
        return Finding::fine(RIGHTS, "only their owner can read the folder and its files");
    }
    let names = open.join(" ");
    Finding::wrong(RIGHTS, format!("others are allowed to read {names}"), format!("chmod 600 {names}"))
}

#[cfg(not(unix))]
fn rights(_data: &Path) -> Finding {
    Finding::note(RIGHTS, "not known on this system; see that only you can read the folder")
}

fn space(folder: &Path) -> Option<Finding> {
    let free = crate::disk::free(folder)?;
    let says = format!("{} MiB where {} lies", free >> 20, folder.display());
    Some(if free < SPACE_WANTED {
        Finding::wrong(SPACE, says, "make room: a full disk refuses every change")
    } else {
        Finding::fine(SPACE, says)
    })
}
