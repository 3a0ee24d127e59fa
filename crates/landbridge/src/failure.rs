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
