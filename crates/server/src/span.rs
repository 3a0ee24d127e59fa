//! A request as a span: under the caller's own, if it brings one.

use api::OperationId;
use http::request::Parts;
use model::Timestamp;
use telemetry::TraceContext;
use telemetry::trace::{Kind, Span, Start};

use crate::app::App;
use crate::routing::{Lookup, look_up};

/// What W3C Trace Context calls the header.
const TRACEPARENT: &str = "traceparent";

/// Begins a request's span; `None` where nobody wants to know.
pub(crate) fn of(app: &App, parts: &Parts, at: Timestamp) -> Option<Box<dyn Span>> {
    let tracer = app.tracer.as_ref()?;
    let parent = parts.headers.get(TRACEPARENT).and_then(|header| header.to_str().ok());
    let parent = parent.and_then(|text| TraceContext::parse(text.trim()));
    let name = match look_up(&parts.method, parts.uri.path()) {
        Lookup::Found(found) => found.operation.id.name(),
        Lookup::OtherMethods(_) | Lookup::Nothing => "request",
    };
    let mut span = tracer.start(Start { name, kind: Kind::Server, parent, at: at.micros() });
    span.note("http.request.method", parts.method.to_string());
    span.note("url.path", parts.uri.path().to_owned());
    Some(span)
}

/// Ends it.
pub(crate) fn end(
    mut span: Box<dyn Span>,
    id: &str,
    operation: Option<OperationId>,
    status: u16,
    at: Timestamp,
) {
    span.note("request.id", id.to_owned());
    if let Some(operation) = operation {
        span.note("operation", operation.name().to_owned());
    }
    span.count("http.response.status_code", i64::from(status));
    if status >= 500 {
        span.fail(format!("answered {status}"));
    }
    span.end(at.micros());
}
