//! Files for a shell to source, which hold secrets: readable by their owner alone, and never half
//! written.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// The variables that tell where the server is: the API's, and the Atlas CLI's.
const ADDRESSES: [&str; 2] = ["MONGODB_ATLAS_BASE_URL", "MONGODB_ATLAS_OPS_MANAGER_URL"];

/// What keeps the Atlas CLI to itself.
pub(crate) const QUIET: [(&str, &str); 4] = [
    ("MONGODB_ATLAS_SERVICE", "cloud"),
    ("MONGODB_ATLAS_SKIP_UPDATE_CHECK", "yes"),
    ("MONGODB_ATLAS_TELEMETRY_ENABLED", "false"),
    ("DO_NOT_TRACK", "1"),
];

/// What a file tells.
pub(crate) struct Access<'a> {
    pub(crate) base_url: &'a str,
    pub(crate) org: String,
    /// None if no project is meant.
    pub(crate) project: Option<String>,
    pub(crate) sign_in: SignIn<'a>,
}

#[derive(Clone, Copy)]
pub(crate) enum SignIn<'a> {
    Key { public: &'a str, private: &'a str },
    Account { id: &'a str, secret: &'a str },
}

impl<'a> SignIn<'a> {
    /// The variables that hold it.
    fn variables(self) -> Vec<(&'static str, &'a str)> {
        match self {
            Self::Key { public, private } => vec![
                ("MONGODB_ATLAS_PUBLIC_KEY", public),
                ("MONGODB_ATLAS_PRIVATE_KEY", private),
                // The Atlas CLI's names.
                ("MONGODB_ATLAS_PUBLIC_API_KEY", public),
                ("MONGODB_ATLAS_PRIVATE_API_KEY", private),
            ],
            Self::Account { id, secret } => {
                vec![("MONGODB_ATLAS_CLIENT_ID", id), ("MONGODB_ATLAS_CLIENT_SECRET", secret)]
            }
        }
    }
}

impl Access<'_> {
    /// The file. No value has anything in it that a shell would take for more than itself.
    pub(crate) fn text(&self) -> String {
        let mut text = "# Where Landbridge is, and how to sign in. Keep it to yourself: nobody can show these secrets again.\n\
                        # To use it in a shell: source this file.\n"
            .to_owned();
        let mut export = |name: &str, value: &str| text.push_str(&format!("export {name}={value}\n"));
        for name in ADDRESSES {
            export(name, self.base_url);
        }
        export("MONGODB_ATLAS_ORG_ID", &self.org);
        if let Some(project) = &self.project {
            export("MONGODB_ATLAS_PROJECT_ID", project);
        }
        for (name, value) in self.sign_in.variables() {
            export(name, value);
        }
        for (name, value) in QUIET {
            export(name, value);
        }
        text
    }
}

/// Has a file say that the server is at `base_url`. Everything else in it stays.
pub(super) fn move_to(path: &Path, base_url: &str) -> io::Result<()> {
    change(path, &ADDRESSES.map(|name| (name, base_url)))
}

/// Has a file tell other credentials. Everything else in it stays.
pub(super) fn sign_in_by(path: &Path, sign_in: SignIn<'_>) -> io::Result<()> {
    change(path, &sign_in.variables())
}

fn change(path: &Path, values: &[(&str, &str)]) -> io::Result<()> {
    let text = fs::read_to_string(path)?;
    let changed = changed(&text, values);
    if changed == text { Ok(()) } else { write(path, &changed) }
}

fn changed(text: &str, values: &[(&str, &str)]) -> String {
    let told_anew = |line: &str| {
        let name = line.split_once('=').map(|(name, _)| name.strip_prefix("export ").unwrap_or(name))?;
        let (name, value) = values.iter().find(|(known, _)| *known == name)?;
        Some(format!("export {name}={value}\n"))
    };
    text.split_inclusive('\n').map(|line| told_anew(line).unwrap_or_else(|| line.to_owned())).collect()
}

/// Writes a file that is there whole, and on disk, or not at all; its owner alone may read it.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = path.with_file_name(name);
    match fs::remove_file(&new) {
        // A crash may have left one, with rights that nobody knows.
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    sync_folder(path)
}

/// Only then is the new name on disk.
fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BY_KEY: &str = "\
# Where Landbridge is, and how to sign in. Keep it to yourself: nobody can show these secrets again.
# To use it in a shell: source this file.
export MONGODB_ATLAS_BASE_URL=http://127.0.0.1:8080/
export MONGODB_ATLAS_OPS_MANAGER_URL=http://127.0.0.1:8080/
export MONGODB_ATLAS_ORG_ID=o
export MONGODB_ATLAS_PROJECT_ID=g
export MONGODB_ATLAS_PUBLIC_KEY=p
export MONGODB_ATLAS_PRIVATE_KEY=q
export MONGODB_ATLAS_PUBLIC_API_KEY=p
export MONGODB_ATLAS_PRIVATE_API_KEY=q
export MONGODB_ATLAS_SERVICE=cloud
export MONGODB_ATLAS_SKIP_UPDATE_CHECK=yes
export MONGODB_ATLAS_TELEMETRY_ENABLED=false
export DO_NOT_TRACK=1
";

    fn access(sign_in: SignIn<'_>) -> String {
        let base_url = "http://127.0.0.1:8080/";
        Access { base_url, org: "o".to_owned(), project: Some("g".to_owned()), sign_in }.text()
    }

    #[test]
    fn a_file_has_every_name_under_which_clients_look() {
        assert_eq!(access(SignIn::Key { public: "p", private: "q" }), BY_KEY);
        let by_account = access(SignIn::Account { id: "i", secret: "s" });
        let keys = BY_KEY.lines().filter(|line| line.ends_with("=p") || line.ends_with("=q"));
        let pair = "export MONGODB_ATLAS_CLIENT_ID=i\nexport MONGODB_ATLAS_CLIENT_SECRET=s";
        assert_eq!(by_account, BY_KEY.replace(&keys.collect::<Vec<_>>().join("\n"), pair));
    }

    #[test]
    fn a_new_address_changes_its_lines_and_nothing_that_a_person_added() {
        let kept =
            "# mine\nexport OTHER=http://127.0.0.1:8080/\n\nMONGODB_ATLAS_BASE_URL=http://old/\nlast=1";
        let text = format!("{BY_KEY}{kept}");
        let expected = text
            .replace("URL=http://127.0.0.1:8080/", "URL=https://x/")
            .replace("\nMONGODB_ATLAS_BASE_URL=http://old/", "\nexport MONGODB_ATLAS_BASE_URL=https://x/");
        let moved = |text: &str| changed(text, &ADDRESSES.map(|name| (name, "https://x/")));
        assert_eq!(moved(&text), expected);
        assert_eq!(moved(&text.replace("http://old/", "https://x/")), expected);
    }

    #[test]
    fn other_credentials_stand_under_all_of_their_names() {
        let other = SignIn::Key { public: "pp", private: "qq" };
        let expected = BY_KEY.replace("=p\n", "=pp\n").replace("=q\n", "=qq\n");
        assert_eq!(changed(BY_KEY, &other.variables()), expected);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_what_was_written_whatever_was_left_before() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::TempDir::new().expect("a folder");
        let path = folder.path().join("some.env");
        fs::write(folder.path().join("some.env.new"), "left by a crash").expect("written");
        for text in ["one", "two"] {
            write(&path, text).expect("written");
            assert_eq!(fs::read_to_string(&path).expect("there"), text);
            let mode = fs::metadata(&path).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(folder.path()).expect("there").count(), 1, "nothing else is left");
    }
}
