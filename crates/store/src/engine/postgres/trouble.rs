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
    /// A key is taken, or what a row refers to is gone. If that happened since the rules looked,
    /// they see it when they look again.
    Overtaken,
    /// Anything that would be the same again.
    Other,
}

/// Sorts an error.
pub(super) fn explain(doing: &'static str, source: tokio_postgres::Error) -> (Trouble, Error) {
    let code = source.code().map(|code| code.code().to_owned());
    let gone = source.is_closed()
        || std::error::Error::source(&source).is_some_and(|source| source.is::<io::Error>());
    let source: Cause = Arc::new(source);
    match code.as_deref() {
        Some("40001" | "40P01") => (Trouble::Conflict, Error::Busy { doing, source }),
        Some("23505" | "23503") => (Trouble::Overtaken, Error::Engine { doing, source }),
        // No lock in time; canceled.
        Some("55P03" | "57014") => (Trouble::Other, Error::Busy { doing, source }),
        // No memory; no connection left for us.
        Some("53200" | "53300") => (Trouble::Lost, Error::Away { doing, source }),
        Some("53100") => (Trouble::Other, Error::Full { doing, source }),
        // A standby: what takes writes is elsewhere now.
        Some("25006") => (Trouble::Lost, Error::ReadOnly { doing, source }),
        Some("XX001" | "XX002") => (Trouble::Other, Error::Damaged { doing, source }),
        // Shutting down, crashed, starting up; a connection that idled for too long.
        Some("57P01" | "57P02" | "57P03" | "57P05" | "25P03") => {
            (Trouble::Lost, Error::Away { doing, source })
        }
        Some(code) if code.starts_with("08") => (Trouble::Lost, Error::Away { doing, source }),
        Some(_) => (Trouble::Other, Error::Engine { doing, source }),
        None if gone => (Trouble::Lost, Error::Away { doing, source }),
        None => (Trouble::Other, Error::Engine { doing, source }),
    }
}
