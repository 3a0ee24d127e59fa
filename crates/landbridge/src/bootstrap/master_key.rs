//! Where the master key comes from.

use std::fs;
use std::io;
use std::path::Path;

use server::auth::credentials::Random;
use server::auth::master::MasterKey;

use super::env_file;
use crate::failure::Failure;

/// The key that was given, or the one in the file. On a first start one is made; later, a missing
/// key is trouble, because what the old one sealed would never open again.
pub(super) fn find(
    path: &Path,
    given: Option<&str>,
    first: bool,
    random: &dyn Random,
) -> Result<MasterKey, Failure> {
    let malformed =
        |place: String| move |error| Failure::usage(format!("{place} can't be used")).because(error);
    if let Some(text) = given {
        return MasterKey::from_hex(text).map_err(malformed("LANDBRIDGE_MASTER_KEY".to_owned()));
    }
    match fs::read_to_string(path) {
        Ok(text) => MasterKey::from_hex(&text).map_err(malformed(format!("the master key in {path:?}"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound && first => {
            let key = MasterKey::generate(random);
            env_file::write(path, &format!("{}\n", key.to_hex())).map_err(|error| {
                Failure::new(format!("could not write the master key to {path:?}")).because(error)
            })?;
            Ok(key)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Failure::new(format!(
            "the master key {path:?} is missing, and only it opens the secrets in the database"
        ))
        .hint("put the file back, or give the key as LANDBRIDGE_MASTER_KEY")),
        Err(error) => Err(Failure::new(format!("could not read the master key {path:?}")).because(error)),
    }
}

#[cfg(test)]
mod tests {
    use server::auth::credentials::OsRandom;
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_master_key_is_made_once_and_never_in_place_of_a_lost_one() {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("master.key");
        let find = |given, first| find(&path, given, first, &OsRandom).map(|key| key.to_hex());
        let lost = find(None, false).expect_err("lost").to_string();
        assert!(lost.contains("is missing"), "{lost}");
        let made = find(None, true).expect("made");
        assert_eq!(find(None, true).expect("kept"), made);
        assert_eq!(find(None, false).expect("kept"), made);
        let given = "0f".repeat(32);
        assert_eq!(find(Some(&given), false).expect("given"), given, "what is given wins");
        fs::write(&path, "short").expect("written");
        for refusal in [find(Some("short"), true), find(None, false)] {
            let refusal = refusal.expect_err("no key").to_string();
            assert!(refusal.contains("64 hexadecimal digits") && !refusal.contains("short"), "{refusal}");
        }
    }
}
