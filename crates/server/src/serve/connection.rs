//! The life of one connection.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower::Service as _;

use super::pulse::{Pulse, Watched};
use super::streams::Streams;
use super::{Limits, PeerAddr, Scheme};

/// How much an HTTP/2 client may send of one body, and of all bodies on a connection, before the
/// handlers read it.
const STREAM_WINDOW_BYTES: u32 = 64 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 256 * 1024;

/// What a connection needs to know.
pub(super) struct Connection {
    pub(super) peer: SocketAddr,
    pub(super) router: Router,
    pub(super) tls: Option<Arc<ServerConfig>>,
    pub(super) limits: Limits,
    /// Changes once, when requests are to be finished and none are to be taken.
    pub(super) stopping: watch::Receiver<()>,
}

/// What made a connection's owner look at it.
enum Event {
    Over,
    Stop,
    Quiet,
}

impl Connection {
    pub(super) async fn run(mut self, stream: TcpStream) {
        let pulse = Arc::new(Pulse::default());
        let stream = Watched::new(stream, Arc::clone(&pulse));
        let Some(tls) = self.tls.take() else {
            return self.http(stream, Scheme::Http, pulse).await;
        };
        let handshake = timeout(self.limits.hello_timeout, TlsAcceptor::from(tls).accept(stream));
        let peer = self.peer;
        tokio::select! {
            shaken = handshake => match shaken {
                Ok(Ok(session)) => self.http(session, Scheme::Https, pulse).await,
                Ok(Err(error)) => tracing::debug!(%peer, %error, "a TLS handshake failed"),
                Err(_) => tracing::debug!(%peer, "a TLS handshake took too long"),
            },
            _ = self.stopping.changed() => {}
        }
    }

    /// Speaks HTTP until the peer, the end of the server or a limit ends it.
    async fn http<S>(self, stream: S, scheme: Scheme, pulse: Arc<Pulse>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { peer, router, limits, mut stopping, .. } = self;
        let greeted = Arc::clone(&pulse);
        let service = service_fn(move |request| {
            greeted.greet();
            answer(router.clone(), request, PeerAddr(peer), scheme)
        });
        let builder = builder(&limits);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));

        let mut closing = false;
        let mut patience = limits.hello_timeout;
        loop {
            let event = timeout(patience, async {
                tokio::select! {
                    biased;
                    over = connection.as_mut() => {
                        if let Err(error) = over {
                            tracing::debug!(%peer, %error, "a connection broke off");
                        }
                        Event::Over
                    }
                    _ = stopping.changed(), if !closing => Event::Stop,
                }
            });
            match event.await.unwrap_or(Event::Quiet) {
                Event::Over => return,
                Event::Stop => {
                    closing = true;
                    connection.as_mut().graceful_shutdown();
                }
                Event::Quiet if !pulse.greeted() => {
                    tracing::debug!(%peer, "a connection brought no request in time");
                    return;
                }
                Event::Quiet if pulse.moved() => patience = limits.idle_timeout,
                Event::Quiet if closing => return,
                Event::Quiet => {
                    closing = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

fn answer(
    mut router: Router,
    mut request: Request<Incoming>,
    peer: PeerAddr,
    scheme: Scheme,
) -> impl Future<Output = Result<Response<Body>, Infallible>> {
    let extensions = request.extensions_mut();
    extensions.insert(peer);
    extensions.insert(scheme);
    // A router is always ready.
    router.call(request)
}

fn builder(limits: &Limits) -> Builder<Streams> {
    let mut builder = Builder::new(Streams::default());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.idle_timeout)
        .max_buf_size(limits.max_head_bytes as usize)
        .max_headers(limits.max_headers);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(limits.max_head_bytes)
        .max_concurrent_streams(limits.max_streams)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES);
    builder
}
