//! The log: to standard error, one line an event, as JSON for machines or as text for people.
//!
//! A line costs its caller a formatting and a push; `sink` says who writes, and when. An error is
//! logged with all that led to it, and a panic is a line like any other.

mod json;
mod sink;

use std::io::IsTerminal as _;
use std::str::FromStr as _;
use std::sync::Arc;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer as _, Registry, fmt};

use crate::config::LogFormat;
use crate::failure::Failure;
use sink::Sink;

/// Keeps the log going; dropped, it writes what is left.
#[derive(Debug)]
pub struct Log {
    sink: Arc<Sink>,
}

impl Drop for Log {
    fn drop(&mut self) {
        self.sink.close();
    }
}

/// What is logged at a level.
pub fn targets(level: &str) -> Result<Targets, Failure> {
    let refusal = || {
        Failure::usage(format!("{level:?} is no log level"))
            .hint("write one of error, warn, info, debug, trace, or for parts: info,request=warn")
    };
    // A word that is no level would be taken for a part of the program, and everything else be silent.
    let alone =
        level.split(',').find(|part| !part.contains('=') && LevelFilter::from_str(part.trim()).is_err());
    if alone.is_some() {
        return Err(refusal());
    }
    Targets::from_str(level).map_err(|error| refusal().because(error))
}

/// Starts the log of the program.
pub fn start(format: Option<LogFormat>, level: &str) -> Result<Log, Failure> {
    let targets = targets(level)?;
    let terminal = std::io::stderr().is_terminal();
    let failed = |error| Failure::new("could not start the log").because(error);
    let sink = Sink::start(std::io::stderr()).map_err(failed)?;
    let lines = Arc::clone(&sink);
    let format = format.unwrap_or(if terminal { LogFormat::Text } else { LogFormat::Json });
    let layer = match format {
        LogFormat::Json => json::Lines::new(lines).with_filter(targets).boxed(),
        LogFormat::Text => fmt::layer()
            .with_ansi(terminal)
            .with_writer(move || sink::Line(Arc::clone(&lines)))
            .with_filter(targets)
            .boxed(),
    };
    tracing::subscriber::set_global_default(Registry::default().with(layer))
        .map_err(|error| Failure::new("could not start the log").because(error))?;
    std::panic::set_hook(Box::new(|panic| {
        let said = panic.payload_as_str().unwrap_or("a panic that says nothing");
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(panic = said, place, "the program met a bug and goes on without what it was doing");
    }));
    Ok(Log { sink })
}
