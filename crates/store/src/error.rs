//! What can go wrong between a caller and the rows.
//!
//! [`Error::Refused`] is an answer: the rules said no, and nothing was written. Everything else is
//! trouble, and tells apart what an operator does next: free the disk, fix the file's rights,
//! restore a backup, or read the log.

use std::sync::Arc;

use model::Refusal;

/// The engine's own words. Shared, because one failed commit fails every change of its group.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// What went wrong.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The rules say no; nothing was written.
    #[error("the change was refused")]
    Refused(#[source] Refusal),
    /// A row can't be a value of the model. It is left alone.
    #[error("row {id:?} of table {table} has no sense in column {column}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The first column that made no sense.
        column: String,
        /// The row's id, as far as it could be read.
        id: String,
    },
    /// Somebody else held the database, or a part of it, for too long; trying again may help.
    #[error("could not {doing}: others hold what is needed of the database")]
    Busy {
        /// What was being done.
        doing: &'static str,
        /// The engine's words.
        source: Cause,
    },
    /// The database can't be reached, or was lost on the way; trying again may help. Of a change
    /// that was being committed nobody knows whether it stands.
    #[error("could not {doing}: the database can't be reached")]
    Away {
        /// What was being done.
        doing: &'static str,
        /// The engine's words.
        source: Cause,
    },
    /// No space is left on the disk that holds the database.
    #[error("could not {doing}: the disk that holds the database is full")]
    Full {
        /// What was being done.
        doing: &'static str,
        /// The engine's words.
        source: Cause,
    },
    /// The disk that holds the database fails, or has a limit that was reached.
    #[error("could not {doing}: the disk that holds the database does not do what it is told")]
    Disk {
        /// What was being done.
        doing: &'static str,
        /// The engine's words.
        source: Cause,
    },
    /// The database can't be written to.
    #[error("could not {doing}: the database is read-only")]
    ReadOnly {
        /// What was being done.
        doing: &'static str,
        /// The engine's words.
        source: Cause,
    },
    /// The file is damaged, or is no database.
    #[error("could not {doing}: the database is damaged or is not a database")]
    Damaged {
        /// What was being done.
        doing: &'static str,
        /// The engine's words.
        source: Cause,
    },
    /// Anything else that the engine said.
    #[error("could not {doing}")]
    Engine {
        /// What was being done.
        doing: &'static str,
        /// The engine's words.
        source: Cause,
    },
    /// The database was made by a newer program.
    #[error("the database has schema version {found}, and this program knows versions up to {known}")]
    Newer {
        /// The version that was found.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// The database was made by an older program, and nobody asked to bring it up to date.
    #[error("the database has schema version {found}, and this program works on version {known}")]
    Older {
        /// The version that was found.
        found: i64,
        /// The one that this program works on.
        known: i64,
    },
    /// The database is to be a copy of another, and is not whole yet.
    #[error("the database is the unfinished copy of another one")]
    Unfinished,
    /// A migration that was applied is not the one that this program carries.
    #[error("migration {version} of the database is not the one that this program carries")]
    Migrated {
        /// Its version.
        version: i64,
    },
    /// The text names no database that this program can use.
    #[error("{url:?} names no database: write sqlite:PATH or postgres://USER@HOST/DATABASE")]
    Target {
        /// The text.
        url: String,
    },
    /// The URL of a server has a fault.
    #[error("the postgres:// URL can't be used: {reason}")]
    Address {
        /// What is wrong; no part of the URL that may be secret.
        reason: String,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// What a store method answers.
pub type Result<T> = std::result::Result<T, Error>;

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
