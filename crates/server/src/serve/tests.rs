//! Real sockets on the loopback. Where a long time-out is waited for, the clock is tokio's paused
//! one, which moves on by itself when no task can go on. It does not wait for sockets, so nothing
//! that takes several turns between client and server can be timed with it.

mod ending;
mod limits;

use axum::extract::Extension;
use axum::routing::get;
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::*;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
const LAST_REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// A server of its own, which ends when told to.
struct Server {
    addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    tasks: JoinSet<Ended>,
}

impl Server {
    async fn start(router: Router, tls: Option<Arc<ServerConfig>>, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, router, tls, limits, stopped));
        Self { addr, stop: Some(stop), tasks }
    }

    async fn plain(router: Router) -> Self {
        Self::start(router, None, Limits::default()).await
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.addr).await.expect("connected")
    }

    fn ask_to_stop(&mut self) {
        drop(self.stop.take());
    }

    async fn ended(mut self) -> Ended {
        self.ask_to_stop();
        self.tasks.join_next().await.expect("one task").expect("no panic")
    }
}

fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

/// Sends `bytes` and tells all that comes back until the connection ends, however it does.
async fn exchange(stream: &mut TcpStream, bytes: &[u8]) -> String {
    let mut answer = Vec::new();
    if stream.write_all(bytes).await.is_ok() {
        let _ = stream.read_to_end(&mut answer).await;
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends one HTTP/1.1 request and reads its answer, which is "hello"; the connection stays open.
async fn greet(stream: &mut TcpStream) {
    stream.write_all(REQUEST).await.expect("sent");
    let mut answer = Vec::new();
    while !answer.ends_with(b"hello") {
        assert_ne!(stream.read_buf(&mut answer).await.expect("received"), 0, "{answer:?}");
    }
}

#[tokio::test]
async fn a_request_carries_where_it_came_from_and_how() {
    let router = Router::new().route(
        "/",
        get(async |Extension(PeerAddr(peer)): Extension<PeerAddr>, Extension(scheme): Extension<Scheme>| {
            format!("{}://{peer}", scheme.as_str())
        }),
    );
    let server = Server::plain(router).await;
    let mut stream = server.connect().await;
    let me = stream.local_addr().expect("an address");
    let answer = exchange(&mut stream, LAST_REQUEST).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with(&format!("http://{me}")), "{answer}");
    assert_eq!(server.ended().await, Ended { cut: 0 });
}

#[test]
fn an_ipv4_caller_of_a_listener_for_both_families_is_an_ipv4_caller() {
    let peer: SocketAddr = "[::ffff:192.0.2.7]:4711".parse().expect("an address");
    assert_eq!(canonical(peer).to_string(), "192.0.2.7:4711");
}

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let server = Server::plain(hello()).await;
    let mut stream = server.connect().await;
    for _ in 0..10 {
        greet(&mut stream).await;
    }
}

#[tokio::test]
async fn http_2_is_spoken_in_the_clear_to_those_who_begin_with_it() {
    let server = Server::plain(hello()).await;
    let io = TokioIo::new(server.connect().await);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.expect("HTTP/2");
    let mut tasks = JoinSet::new();
    tasks.spawn(connection);
    for _ in 0..3 {
        let request = Request::get("http://localhost/").body(Empty::<Bytes>::new()).expect("a request");
        let answer = sender.send_request(request).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.into_body().collect().await.expect("a body").to_bytes(), "hello");
    }
}

/// A TLS server for "localhost" and a client configuration that trusts it.
fn tls(protocols: &[&[u8]]) -> (Arc<ServerConfig>, Arc<ClientConfig>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let folder = tempfile::tempdir().expect("a folder");
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).expect("written");
    std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
    let server = tls::load(&certificate, &key).expect("a pair");

    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).expect("a root");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    client.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    (server, Arc::new(client))
}

#[tokio::test]
async fn over_tls_both_protocols_are_spoken() {
    let router = Router::new().route("/", get(async |Extension(scheme): Extension<Scheme>| scheme.as_str()));
    for (protocols, chosen) in [
        (&[b"h2".as_slice(), b"http/1.1"] as &[&[u8]], Some(b"h2".as_slice())),
        (&[b"http/1.1"], Some(b"http/1.1")),
        (&[], None),
    ] {
        let (ours, theirs) = tls(protocols);
        let server = Server::start(router.clone(), Some(ours), Limits::default()).await;
        let name = ServerName::try_from("localhost").expect("a name");
        let session = tokio_rustls::TlsConnector::from(theirs).connect(name, server.connect().await).await;
        let session = session.expect("a session");
        assert_eq!(session.get_ref().1.alpn_protocol(), chosen);

        let request = Request::get("https://localhost/").header("host", "localhost");
        let request = request.body(Empty::<Bytes>::new()).expect("a request");
        let mut tasks = JoinSet::new();
        let io = TokioIo::new(session);
        let answer = if chosen == Some(b"h2") {
            let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.expect("HTTP/2");
            tasks.spawn(connection);
            sender.send_request(request).await
        } else {
            let (mut sender, connection) = http1::handshake(io).await.expect("HTTP/1.1");
            tasks.spawn(connection);
            sender.send_request(request).await
        };
        let body = answer.expect("an answer").into_body().collect().await.expect("a body");
        assert_eq!(body.to_bytes(), "https");
    }
}

#[tokio::test]
async fn a_client_that_speaks_no_tls_to_a_tls_server_harms_nobody() {
    let server = Server::start(hello(), Some(tls(&[]).0), Limits::default()).await;
    let answer = exchange(&mut server.connect().await, LAST_REQUEST).await;
    assert!(!answer.contains("HTTP"), "{answer}");
    assert_eq!(server.ended().await, Ended { cut: 0 });
}

#[tokio::test]
async fn a_handler_that_panics_costs_one_connection() {
    let server = Server::plain(hello().route("/panic", get(panicking))).await;
    let answer =
        exchange(&mut server.connect().await, b"GET /panic HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert_eq!(answer, "");
    let answer = exchange(&mut server.connect().await, LAST_REQUEST).await;
    assert!(answer.ends_with("hello"), "{answer}");
}

#[tokio::test]
async fn a_handler_that_panics_costs_one_http_2_stream() {
    let server = Server::plain(hello().route("/panic", get(panicking))).await;
    let io = TokioIo::new(server.connect().await);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.expect("HTTP/2");
    let mut tasks = JoinSet::new();
    tasks.spawn(connection);
    let mut send = |path: &str| {
        let request = Request::get(format!("http://localhost{path}")).body(Empty::<Bytes>::new());
        sender.send_request(request.expect("a request"))
    };
    assert!(send("/panic").await.is_err());
    assert_eq!(send("/").await.expect("an answer").status(), StatusCode::OK);
}

async fn panicking() -> &'static str {
    panic!("on purpose")
}
