//! Where the rows are: the database's address as a user writes it.

use std::path::PathBuf;
use std::str::FromStr;

use crate::error::{Error, Result};

/// A database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The embedded engine, on one file.
    Sqlite(PathBuf),
}

impl Target {
    /// Reads `sqlite:PATH`.
    pub fn parse(url: &str) -> Result<Self> {
        match url.split_once(':') {
            Some(("sqlite", path)) if !path.trim_start_matches('/').is_empty() => {
                Ok(Self::Sqlite(PathBuf::from(path.strip_prefix("//").unwrap_or(path))))
            }
            Some(("postgres" | "postgresql", _)) => Err(Error::NotYet),
            Some(_) | None => Err(Error::Target { url: url.to_owned() }),
        }
    }
}

impl FromStr for Target {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self> {
        Self::parse(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_with_or_without_slashes() {
        for (url, path) in [
            ("sqlite:landbridge.db", "landbridge.db"),
            ("sqlite:/var/lib/landbridge.db", "/var/lib/landbridge.db"),
            ("sqlite:///var/lib/landbridge.db", "/var/lib/landbridge.db"),
            ("sqlite://landbridge.db", "landbridge.db"),
        ] {
            assert_eq!(Target::parse(url).ok(), Some(Target::Sqlite(path.into())), "{url}");
        }
    }

    #[test]
    fn other_engines_are_refused_with_a_sentence() {
        assert!(matches!(Target::parse("postgres://localhost/landbridge"), Err(Error::NotYet)));
        for url in ["", "sqlite:", "sqlite://", "mysql://x", "landbridge.db"] {
            assert!(matches!(Target::parse(url), Err(Error::Target { .. })), "{url}");
        }
    }
}
