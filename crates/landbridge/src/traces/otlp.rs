//! Traces by OpenTelemetry: its library batches, samples, retries and reads `OTEL_*`; the program's
//! own HTTP client carries them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use opentelemetry::trace::{
    Span as _, SpanBuilder, SpanContext, SpanId, SpanKind, Status, TraceContextExt as _, TraceFlags, TraceId,
    TraceState, Tracer as _, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use telemetry::TraceContext;
use telemetry::trace::{Kind, Span, Start, Tracer};
use ureq::tls::RootCerts;

use super::Traces;
use crate::client;
use crate::config::variable;
use crate::failure::Failure;

/// How long a collector may take for a batch.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the end may wait for the last batch.
const END_TIMEOUT: Duration = Duration::from_secs(3);
/// What of a collector's answer is read.
const ANSWER_MAX: u64 = 64 * 1024;

/// Spans on their way to a collector.
#[derive(Debug)]
pub(super) struct Otlp {
    provider: SdkTracerProvider,
}

impl Otlp {
    /// Opens the way. Nothing is sent yet, so a collector may come later.
    pub(super) fn open(endpoint: Option<&str>) -> Result<Self, Failure> {
        let mut exporter = SpanExporter::builder().with_http().with_http_client(Carrier::new()?);
        if let Some(endpoint) = endpoint {
            exporter = exporter.with_endpoint(format!("{endpoint}/v1/traces"));
        }
        let exporter = exporter
            .build()
            .map_err(|error| Failure::usage("traces can't be sent that way").because(error))?;
        let mut resource = Resource::builder();
        if variable("OTEL_SERVICE_NAME").is_none() {
            resource = resource.with_service_name("landbridge");
        }
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = resource.with_attribute(version).build();
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
        Ok(Self { provider })
    }
}

impl Traces for Otlp {
    fn tracer(&self) -> Arc<dyn Tracer> {
        Arc::new(Spans(self.provider.tracer("landbridge")))
    }

    fn end(self: Box<Self>) {
        if let Err(error) = self.provider.shutdown_with_timeout(END_TIMEOUT) {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

#[derive(Debug)]
struct Spans(SdkTracer);

#[derive(Debug)]
struct Open(opentelemetry_sdk::trace::Span);

fn moment(micros: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(u64::try_from(micros).unwrap_or_default())
}

impl Tracer for Spans {
    fn start(&self, start: Start<'_>) -> Box<dyn Span> {
        let parent = match start.parent {
            Some(TraceContext { trace, span, sampled }) => {
                let flags = if sampled { TraceFlags::SAMPLED } else { TraceFlags::default() };
                let (trace, span) = (TraceId::from_bytes(trace), SpanId::from_bytes(span));
                Context::new().with_remote_span_context(SpanContext::new(
                    trace,
                    span,
                    flags,
                    true,
                    TraceState::default(),
                ))
            }
            None => Context::new(),
        };
        let kind = match start.kind {
            Kind::Server => SpanKind::Server,
            Kind::Internal => SpanKind::Internal,
            Kind::Client => SpanKind::Client,
        };
        let span = SpanBuilder::from_name(start.name.to_owned()).with_kind(kind);
        let span = span.with_start_time(moment(start.at));
        Box::new(Open(self.0.build_with_context(span, &parent)))
    }
}

impl Span for Open {
    fn context(&self) -> TraceContext {
        let context = self.0.span_context();
        TraceContext {
            trace: context.trace_id().to_bytes(),
            span: context.span_id().to_bytes(),
            sampled: context.is_sampled(),
        }
    }

    fn note(&mut self, key: &'static str, value: String) {
        self.0.set_attribute(KeyValue::new(key, value));
    }

    fn count(&mut self, key: &'static str, value: i64) {
        self.0.set_attribute(KeyValue::new(key, value));
    }

    fn fail(&mut self, why: String) {
        self.0.set_status(Status::error(why));
    }

    fn end(mut self: Box<Self>, at: i64) {
        self.0.end_with_timestamp(moment(at));
    }
}

/// The program's HTTP client, as OpenTelemetry wants one. It blocks: batches are sent by a thread of
/// their own.
#[derive(Debug)]
struct Carrier(ureq::Agent);

impl Carrier {
    fn new() -> Result<Self, Failure> {
        let roots = match variable("OTEL_EXPORTER_OTLP_CERTIFICATE").map(PathBuf::from) {
            Some(path) => RootCerts::new_with_certs(&[client::certificate(&path)?]),
            None => RootCerts::WebPki,
        };
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(SEND_TIMEOUT))
            .user_agent(concat!("landbridge/", env!("CARGO_PKG_VERSION")))
            .tls_config(client::tls(roots));
        Ok(Self(config.build().new_agent()))
    }
}

#[async_trait]
impl HttpClient for Carrier {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let mut response = self.0.run(request.map(|body| body.to_vec()))?;
        let body = response.body_mut().with_config().limit(ANSWER_MAX).read_to_vec()?;
        Ok(response.map(|_| Bytes::from(body)))
    }
}
