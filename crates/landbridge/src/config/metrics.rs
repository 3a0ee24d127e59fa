//! Where metrics are served, and where traces go.

use std::net::SocketAddr;

use super::Config;
use crate::failure::Failure;

/// Where the page of metrics is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsAt {
    /// Beside the API, on the same listener.
    Beside,
    /// On a listener of its own.
    Own(SocketAddr),
    /// Nowhere.
    Off,
}

impl Config {
    /// Where metrics are served: beside the API while that is on loopback, unless told otherwise.
    pub fn metrics(&self) -> Result<MetricsAt, Failure> {
        match self.metrics_listen.as_deref() {
            None if self.address()?.ip().to_canonical().is_loopback() => Ok(MetricsAt::Beside),
            None | Some("off") => Ok(MetricsAt::Off),
            Some(text) => super::socket(text).map(MetricsAt::Own).ok_or_else(|| {
                Failure::usage(format!("{text:?} is no address to serve metrics at"))
                    .hint("write an IP address and a port, as in 127.0.0.1:9464, or off")
            }),
        }
    }

    /// Where traces go, without a slash at its end.
    pub fn otlp_endpoint(&self) -> Result<Option<&str>, Failure> {
        let Some(url) = self.otlp_endpoint.as_deref() else { return Ok(None) };
        let url = url.trim_end_matches('/');
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        if host.is_some_and(|host| !host.is_empty() && !host.contains(char::is_whitespace)) {
            return Ok(Some(url));
        }
        Err(Failure::usage(format!("{url:?} can't be where traces go"))
            .hint("write the collector's address for OTLP over HTTP: http://127.0.0.1:4318"))
    }
}
