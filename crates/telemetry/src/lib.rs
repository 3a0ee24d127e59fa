//! What is measured of a running server, and the port through which its traces leave.
//!
//! Two kinds of things, both plain: numbers that hot paths raise ([`Counter`], [`Gauge`],
//! [`Histogram`]: atomics, no lock, no allocation, no name), and the context of a [`trace`]. Who
//! writes them down, in which format and under which names, is not known here: only the binary
//! knows Prometheus and OpenTelemetry.

mod histogram;
mod number;
mod stopwatch;
pub mod trace;

pub use histogram::{BATCHES, Histogram, SECONDS};
pub use number::{Counter, Gauge, Held};
pub use stopwatch::Stopwatch;
pub use trace::TraceContext;
