//! The server's errors, sorted twice: by what somebody can do about them, and by whether doing the
//! work again can help.

use std::io;
use std::sync::Arc;

use crate::error::{Cause, Error};

/// What befell a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The connection is gone, or of no use.
    Lost,
    /// Another transaction was in the way, and this one was ended so that the other can go on.
    Conflict,
    /// A key or a table's name is taken, or what a row refers to is gone. If that happened since
    /// the rules looked, they see it when they look again.
    Overtaken,
    /// Anything that would be the same again.
    Other,
}

/// Where a server says that a prepared statement gives other columns than it was prepared for.
const OUTDATED: &str = "RevalidateCachedQuery";

/// Sorts an error. What can pass is told as such, and callers are asked to try again; only what
/// would be the same again is our own fault.
pub(super) fn explain(doing: &'static str, source: tokio_postgres::Error) -> (Trouble, Error) {
    let code = source.code().map(|code| code.code().to_owned());
    let outdated = source.as_db_error().is_some_and(|error| error.routine() == Some(OUTDATED));
    let gone = source.is_closed()
        || std::error::Error::source(&source).is_some_and(|source| source.is::<io::Error>());
    let source: Cause = Arc::new(source);
    let Some(code) = code else {
        return match gone {
            true => (Trouble::Lost, Error::Away { doing, source }),
            false => (Trouble::Other, Error::Engine { doing, source }),
        };
    };
    let (class, _) = code.split_at_checked(2).unwrap_or_default();
    match (code.as_str(), class) {
        // Nobody knows whether it was committed; so a distributed database says it.
        ("40003" | "XXA00", _) => (Trouble::Lost, Error::Away { doing, source }),
        (_, "40") => (Trouble::Conflict, Error::Busy { doing, source }),
        // The last two: of servers that start at once, another has just made the history.
        ("23505" | "23503" | "42P07" | "42710", _) => (Trouble::Overtaken, Error::Engine { doing, source }),
        // No lock in time; canceled.
        ("55P03" | "57014", _) => (Trouble::Other, Error::Busy { doing, source }),
        ("53100", _) => (Trouble::Other, Error::Full { doing, source }),
        // A standby: what takes writes is elsewhere now.
        ("25006", _) => (Trouble::Lost, Error::ReadOnly { doing, source }),
        ("XX001" | "XX002", _) => (Trouble::Other, Error::Damaged { doing, source }),
        (_, "58") => (Trouble::Other, Error::Disk { doing, source }),
        // A transaction or a connection that took too long; a statement that this connection has
        // prepared no more, or not for the schema as it is now.
        ("25P03" | "25P04" | "26000", _) => (Trouble::Lost, Error::Away { doing, source }),
        _ if outdated => (Trouble::Lost, Error::Away { doing, source }),
        // No connection; no memory, or no connection left for us; shutting down, crashed, starting.
        (_, "08" | "53" | "57") => (Trouble::Lost, Error::Away { doing, source }),
        _ => (Trouble::Other, Error::Engine { doing, source }),
    }
}
