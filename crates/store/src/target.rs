//! Where the rows are: the database's address as a user writes it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::engine::postgres::Address;
use crate::error::{Error, Result};

/// A database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The embedded engine, on one file.
    Sqlite(PathBuf),
    /// A database at a server, which other nodes may use as well.
    Postgres(Box<Address>),
}

impl Target {
    /// Reads `sqlite:PATH` or `postgres://…`.
    pub fn parse(url: &str) -> Result<Self> {
        match url.split_once(':') {
            Some(("sqlite", path)) if !path.trim_start_matches('/').is_empty() => {
                Ok(Self::Sqlite(PathBuf::from(path.strip_prefix("//").unwrap_or(path))))
            }
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                Address::parse(url).map(|address| Self::Postgres(Box::new(address)))
            }
            Some(_) | None => Err(Error::Target { url: url.to_owned() }),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{path:?}"),
            Self::Postgres(address) => write!(f, "{address}"),
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
    fn a_server_is_named_by_its_url() {
        for url in ["postgres://localhost/landbridge", "postgresql://localhost/landbridge"] {
            assert!(matches!(Target::parse(url), Ok(Target::Postgres(_))), "{url}");
        }
        assert!(matches!(Target::parse("postgres://localhost:x/"), Err(Error::Address { .. })));
    }

    #[test]
    fn other_engines_are_refused_with_a_sentence() {
        for url in ["", "sqlite:", "sqlite://", "mysql://x", "landbridge.db", "postgres:x"] {
            assert!(matches!(Target::parse(url), Err(Error::Target { .. })), "{url}");
        }
    }
}
