//! Where the page of metrics is served. What stands on it is its writer's business.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use futures::future::BoxFuture;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

/// The page's format.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Writes the page.
pub type Write = Arc<dyn Fn() -> BoxFuture<'static, String> + Send + Sync>;

/// `GET /metrics`, to be merged into a router or served alone.
pub fn page(write: Write) -> Router {
    let answer = move || {
        let page = write();
        async move { ([(CONTENT_TYPE, OPENMETRICS), (CACHE_CONTROL, "no-store")], page.await) }
    };
    Router::new().route("/metrics", get(answer))
}
