//! How the schema gets from any earlier version to this one.
//!
//! Migrations are embedded, numbered, and never edited once released: a checksum of each is kept
//! beside its number. A database of a newer program is refused, not guessed at. This module says
//! which are missing; each engine applies them, in one transaction.

use crate::error::{Error, Result};

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    /// Its number; they grow by one.
    pub(crate) version: i64,
    /// Its name.
    pub(crate) name: &'static str,
    /// Its statements.
    pub(crate) text: &'static str,
}

/// Declares the steps once for all engines, so that they carry the same numbers and names.
macro_rules! steps {
    ($($version:literal $number:literal $name:literal),+ $(,)?) => {
        /// The steps of the embedded engine.
        pub(crate) const SQLITE: &[Migration] = &[$(Migration {
            version: $version,
            name: $name,
            text: include_str!(concat!("../migrations/sqlite/", $number, "-", $name, ".sql")),
        }),+];

        /// The steps of the server.
        pub(crate) const POSTGRES: &[Migration] = &[$(Migration {
            version: $version,
            name: $name,
            text: include_str!(concat!("../migrations/postgres/", $number, "-", $name, ".sql")),
        }),+];
    };
}

steps! {
    1 "0001" "initial",
    2 "0002" "accounts",
    3 "0003" "people",
    4 "0004" "projects",
    5 "0005" "nodes",
    6 "0006" "seeing",
    7 "0007" "nonces",
    8 "0008" "clouds",
    9 "0009" "let-go",
}

/// Where the applied steps are remembered.
pub(crate) const HISTORY: &str = "CREATE TABLE IF NOT EXISTS schema_migration \
     (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)";
/// The applied steps.
pub(crate) const APPLIED: &str = "SELECT version, checksum FROM schema_migration ORDER BY version";
/// Remembers one.
pub(crate) const RECORD: &str = "INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3)";

impl Migration {
    /// FNV-1a over the text: it guards against a slip, not against an enemy.
    pub(crate) fn checksum(&self) -> String {
        let hash = self.text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("{hash:016x}")
    }
}

/// The steps that a database lacks, given those it has.
pub(crate) fn missing<'a>(known: &'a [Migration], applied: &[(i64, String)]) -> Result<&'a [Migration]> {
    for (nth, (version, checksum)) in applied.iter().enumerate() {
        match known.get(nth) {
            None => return Err(Error::Newer { found: *version, known: known.len() as i64 }),
            Some(migration) if migration.version != *version || migration.checksum() != *checksum => {
                return Err(Error::Migrated { version: *version });
            }
            Some(_) => {}
        }
    }
    Ok(&known[applied.len()..])
}

/// Refuses a database that lacks a step.
pub(crate) fn up_to_date(known: &[Migration], applied: &[(i64, String)]) -> Result<()> {
    let n_missing = missing(known, applied)?.len();
    if n_missing > 0 {
        return Err(Error::Older { found: (known.len() - n_missing) as i64, known: known.len() as i64 });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(version: i64, text: &'static str) -> Migration {
        Migration { version, name: "step", text }
    }

    #[test]
    fn only_what_is_missing_is_applied() {
        let known = [step(1, "a"), step(2, "b"), step(3, "c")];
        let applied = [(1, known[0].checksum())];
        let missing: Vec<i64> =
            missing(&known, &applied).expect("fits").iter().map(|step| step.version).collect();
        assert_eq!(missing, [2, 3]);
    }

    #[test]
    fn a_newer_database_and_an_edited_step_are_refused() {
        let known = [step(1, "a")];
        let newer = [(1, known[0].checksum()), (2, "x".to_owned())];
        assert!(matches!(missing(&known, &newer), Err(Error::Newer { found: 2, known: 1 })));
        let edited = [(1, step(1, "A").checksum())];
        assert!(matches!(missing(&known, &edited), Err(Error::Migrated { version: 1 })));
    }
}
