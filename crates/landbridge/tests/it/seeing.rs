//! What an operator sees of a running server: its page of metrics, the rules and the dashboard that
//! read it, its traces.

mod counts;
mod deploy;
mod listening;
mod page;
mod tour;
#[cfg(feature = "otel")]
mod traces;
