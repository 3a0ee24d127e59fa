//! The accept loop: connections in, requests to the router, and an orderly end.
//!
//! What it promises beside that: every connection, head, handshake and drain has a limit with a
//! name ([`Limits`]), so that no client, silent or malicious, holds a place for ever; and every
//! task is owned here, so that nothing goes on once [`serve`] has returned. HTTP/1.1 and HTTP/2
//! are told apart by their first bytes, with TLS and without.
//!
//! ```text
//! accept ── TLS handshake ── first head ── requests ── idle ── gone
//!    │            └ hello_timeout ┘            └ idle_timeout ┘  │
//!    └── waits while max_connections are open ◄──────────────────┘
//! ```

mod connection;
mod pulse;
mod streams;
#[cfg(test)]
mod tests;
pub mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;

use connection::Connection;

/// How long the loop waits for a connection to end when the system has no descriptor for the next.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What a connection may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections are open at once. The next ones wait in the system's backlog.
    pub max_connections: usize,
    /// How long a new connection may take for its TLS handshake, and again for the head of its
    /// first request.
    pub hello_timeout: Duration,
    /// How long an HTTP/1.1 connection may take from the end of a request to the head of the next,
    /// and how long (at most twice this) any connection may go on without a byte moving. Longer
    /// than the 90 s after which Go clients drop idle connections themselves, so that they do not
    /// send into one that is being closed.
    pub idle_timeout: Duration,
    /// How long requests may go on once the end is asked for. Then connections are cut.
    pub drain_timeout: Duration,
    /// The longest head of a request; a longer one is answered 431.
    pub max_head_bytes: u32,
    /// How many header fields a request may have; more are answered 431.
    pub max_headers: usize,
    /// How many requests an HTTP/2 connection may have open at once.
    pub max_streams: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 4096,
            hello_timeout: Duration::from_secs(15),
            idle_timeout: Duration::from_secs(120),
            drain_timeout: Duration::from_secs(10),
            max_head_bytes: 32 * 1024,
            max_headers: 100,
            max_streams: 128,
        }
    }
}

/// Where a request came from; an extension of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddr(pub SocketAddr);

/// How a request came; an extension of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// In the clear.
    Http,
    /// Over TLS.
    Https,
}

impl Scheme {
    /// As it stands in a URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// How serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// How many connections had to be cut because they outlasted `drain_timeout`.
    pub cut: usize,
}

/// Serves `router` on `listener` until `shutdown` is ready, then lets requests finish.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<Arc<ServerConfig>>,
    limits: Limits,
    shutdown: impl Future,
) -> Ended {
    let mut shutdown = std::pin::pin!(shutdown);
    let (stop, stopping) = watch::channel(());
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            _ = &mut shutdown => break,
            Some(ended) = connections.join_next() => report(ended),
            accepted = listener.accept(), if connections.len() < limits.max_connections => match accepted {
                Ok((stream, peer)) => {
                    let connection = Connection {
                        peer: canonical(peer),
                        router: router.clone(),
                        tls: tls.clone(),
                        limits,
                        stopping: stopping.clone(),
                    };
                    connections.spawn(connection.run(prepared(stream)));
                }
                Err(error) => accept_failed(&error, &mut connections).await,
            },
        }
    }
    drop(listener);
    // Nobody may be listening: then there is nobody to stop.
    let _ = stop.send(());
    let drained = timeout(limits.drain_timeout, async {
        while let Some(ended) = connections.join_next().await {
            report(ended);
        }
    });
    let cut = if drained.await.is_ok() { 0 } else { connections.len() };
    connections.shutdown().await;
    Ended { cut }
}

/// Answers are written whole, so waiting for more to send would only delay them.
fn prepared(stream: TcpStream) -> TcpStream {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "could not switch off the delay of small packets");
    }
    stream
}

/// An IPv4 caller of a listener for both families is an IPv4 caller: access lists say so.
fn canonical(peer: SocketAddr) -> SocketAddr {
    SocketAddr::new(peer.ip().to_canonical(), peer.port())
}

async fn accept_failed(error: &io::Error, connections: &mut JoinSet<()>) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted) {
        tracing::debug!(%error, "a connection was gone before it was accepted");
        return;
    }
    // Most likely descriptors have run out. One comes free when a connection ends, ours or not.
    tracing::error!(%error, "could not accept a connection");
    let _ = timeout(ACCEPT_PAUSE, async {
        match connections.join_next().await {
            Some(ended) => report(ended),
            None => std::future::pending().await,
        }
    })
    .await;
}

fn report(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a connection was given up because its handler panicked");
    }
}
