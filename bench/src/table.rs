//! What was measured, as rows of a Markdown table.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What every measure needs to know.
pub struct Bench {
    /// The program.
    pub program: PathBuf,
    /// A folder on the disk that is measured.
    pub folder: PathBuf,
    /// How much is measured.
    pub size: Size,
}

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Hardly anything: it shows that the measures run.
    Smoke,
    /// Shorter rounds, and a smaller big one.
    Quick,
    /// What the table of goals is about.
    Full,
}

impl Bench {
    /// A name in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The program with a new data folder.
    pub fn setup<'a>(&'a self, name: &str, latency: &'a str, log: &'a str) -> crate::server::Setup<'a> {
        let (program, data) = (Path::new(&self.program), self.path(name));
        crate::server::Setup { program, data, latency, log, database: None, key: None }
    }

    /// One of three.
    pub fn pick<T>(&self, smoke: T, quick: T, full: T) -> T {
        match self.size {
            Size::Smoke => smoke,
            Size::Quick => quick,
            Size::Full => full,
        }
    }
}

/// Prints the heading.
pub fn heading() -> io::Result<()> {
    writeln!(io::stdout(), "| measure | goal | measured |\n| --- | ---: | ---: |")
}

/// Prints a row.
pub fn row(measure: &str, goal: &str, measured: &str) -> io::Result<()> {
    writeln!(io::stdout(), "| {measure} | {goal} | {measured} |")
}
