//! Traces leave by OTLP over HTTP, if the program was built with `otel` and somebody says where to.
//!
//! The parts know only the port in `telemetry`; OpenTelemetry is behind it, in [`otlp`].

#[cfg(feature = "otel")]
mod otlp;

use std::sync::Arc;

use telemetry::trace::Tracer;

use crate::config::variable;
use crate::failure::Failure;

/// Variables of OpenTelemetry that say where traces go.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// The way of traces out of the program.
pub trait Traces: Send {
    /// Where spans go in.
    fn tracer(&self) -> Arc<dyn Tracer>;

    /// Sends what is left. It may block, but not for long.
    fn end(self: Box<Self>);
}

/// Opens the way for traces to `endpoint`, or to where OpenTelemetry's own variables say; `None`
/// where nobody wants them.
pub fn start(endpoint: Option<&str>) -> Result<Option<Box<dyn Traces>>, Failure> {
    let says = |name: &str, word: &str| variable(name).is_some_and(|value| value.eq_ignore_ascii_case(word));
    let silenced = says("OTEL_SDK_DISABLED", "true") || says("OTEL_TRACES_EXPORTER", "none");
    let wanted = endpoint.is_some() || ENDPOINTS.iter().any(|name| variable(name).is_some());
    if wanted && !silenced { open(endpoint).map(Some) } else { Ok(None) }
}

#[cfg(feature = "otel")]
fn open(endpoint: Option<&str>) -> Result<Box<dyn Traces>, Failure> {
    otlp::Otlp::open(endpoint).map(|otlp| Box::new(otlp) as _)
}

#[cfg(not(feature = "otel"))]
fn open(_endpoint: Option<&str>) -> Result<Box<dyn Traces>, Failure> {
    Err(Failure::usage("this program was built without traces")
        .hint("build it with its feature `otel`, or leave the endpoint of traces out"))
}
