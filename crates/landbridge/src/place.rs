//! Where the data is, for the commands that are not `serve`.

use std::path::PathBuf;

use crate::config::{Config, Layer};
use crate::failure::Failure;

/// What the command line and the environment say about it.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// A configuration file.
    pub config: Option<PathBuf>,
    /// The data folder.
    pub data: Option<PathBuf>,
    /// The database, where it is not in the data folder.
    pub database: Option<String>,
    /// Whether the data folder was named on the command line: that means it more than anything in
    /// the environment.
    pub named: bool,
}

impl Place {
    /// The settings that hold there.
    pub fn settings(&self) -> Result<Config, Failure> {
        let flags = Layer { data: self.data.clone(), database: self.database.clone(), ..Layer::default() };
        Config::load(flags, self.config.as_deref())
    }
}
