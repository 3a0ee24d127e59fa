//! Why the program ends: one sentence, all that led to it, and what to do about it.
//!
//! It is not a library's error: nobody matches on it. It is made where the sentence can be said
//! best, and printed once, in `main`. Programs that call this one tell reasons apart by the exit
//! code; `landbridge --help` and docs/operations.md list them.

use std::error::Error;
use std::fmt;
use std::io::Write as _;
use std::process::ExitCode;

/// A reason to end.
#[derive(Debug)]
pub struct Failure {
    what: String,
    source: Option<Box<dyn Error + Send + Sync>>,
    hint: Option<String>,
    code: u8,
}

impl Failure {
    /// Something went wrong: exit code 1.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), source: None, hint: None, code: 1 }
    }

    /// The program was asked for something that can't be: exit code 2.
    pub fn usage(what: impl Into<String>) -> Self {
        Self { code: 2, ..Self::new(what) }
    }

    /// What was named does not exist: exit code 3.
    pub fn not_found(what: impl Into<String>) -> Self {
        Self { code: 3, ..Self::new(what) }
    }

    /// The rules, or somebody's roles, do not allow it: exit code 4.
    pub fn refused(what: impl Into<String>) -> Self {
        Self { code: 4, ..Self::new(what) }
    }

    /// The server or the database could not be reached: exit code 5.
    pub fn unreachable(what: impl Into<String>) -> Self {
        Self { code: 5, ..Self::new(what) }
    }

    /// The store can't do what a server needs, with what somebody can do about it.
    pub fn of_store(what: impl Into<String>, error: store::Error) -> Self {
        let base = match &error {
            store::Error::Busy { .. } | store::Error::Away { .. } => Self::unreachable(what),
            _ => Self::new(what),
        };
        let advice = advice(&error);
        advice.into_iter().fold(base.because(error), Self::hint)
    }

    /// The same, with what led to it.
    #[must_use]
    pub fn because(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// The same, with advice.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The advice, if there is any.
    pub fn advice(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Tells it on standard error, and gives the code to exit with.
    pub fn report(&self) -> ExitCode {
        let mut text = format!("error: {self}\n");
        if let Some(hint) = &self.hint {
            text.push_str(&format!("hint: {hint}\n"));
        }
        // Nobody may be reading; the exit code still tells.
        let _ = std::io::stderr().write_all(text.as_bytes());
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        let mut source = self.source.as_deref().map(|source| source as &dyn Error);
        while let Some(error) = source {
            // Some libraries end theirs with a line of its own.
            write!(f, ": {}", error.to_string().trim_end())?;
            source = error.source();
        }
        Ok(())
    }
}

/// What somebody can do about a database that does not do what it should.
fn advice(error: &store::Error) -> Option<&'static str> {
    match error {
        store::Error::Full { .. } => Some("free space on its disk, and start again: nothing is lost"),
        store::Error::Disk { .. } => {
            Some("look at its disk, its quota, and the limits of this process: nothing was changed")
        }
        store::Error::ReadOnly { .. } => {
            Some("let the user that runs this program write to the file and to its folder")
        }
        store::Error::Damaged { .. } => {
            Some("put a backup in its place, with no -wal and -shm beside it; keep the damaged file")
        }
        store::Error::Away { .. } => {
            Some("see that the PostgreSQL server runs, and that this machine may reach it")
        }
        store::Error::Busy { .. } => Some("end the other process that uses it"),
        store::Error::Newer { .. } | store::Error::Migrated { .. } => {
            Some("run the program that wrote it, or a newer one")
        }
        store::Error::Older { .. } => {
            Some("start `landbridge serve` of this version once: it brings the database up to date")
        }
        store::Error::Unfinished => Some("run `landbridge migrate-store` again: it goes on where it ended"),
        store::Error::Refused(_)
        | store::Error::Inconsistent { .. }
        | store::Error::Engine { .. }
        | store::Error::Target { .. }
        | store::Error::Address { .. }
        | store::Error::Closed => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_failure_tells_all_that_led_to_it() {
        let failure = Failure::new("could not read \"a\"").because(io::Error::other("no such thing"));
        assert_eq!(failure.to_string(), "could not read \"a\": no such thing");
    }
}
