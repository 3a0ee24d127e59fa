//! No client holds a place for ever, and none takes more than its share.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Barrier;

use super::*;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn a_client_that_never_finishes_its_first_head_is_dropped() {
    let limits = Limits::default();
    for begun in [b"".as_slice(), b"P", &PREFACE[..20], b"GET / HTTP/1.1\r\nHost: loc", PREFACE] {
        let server = Server::start(hello(), None, limits).await;
        let mut stream = server.connect().await;
        let start = Instant::now();
        let answer = exchange(&mut stream, begun).await;
        assert!(!answer.contains("HTTP/1.1 200"), "{answer}");
        let waited = start.elapsed();
        assert!(waited >= limits.hello_timeout, "{begun:?}: {waited:?}");
        assert!(waited < 2 * limits.hello_timeout, "{begun:?}: {waited:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_finishes_its_tls_handshake_is_dropped() {
    let limits = Limits::default();
    let server = Server::start(hello(), Some(tls(&[]).0), limits).await;
    let start = Instant::now();
    assert_eq!(exchange(&mut server.connect().await, &[22, 3, 1]).await, "");
    let waited = start.elapsed();
    assert!(waited >= limits.hello_timeout && waited < 2 * limits.hello_timeout, "{waited:?}");
}

#[tokio::test]
async fn a_client_that_trickles_a_later_head_is_dropped() {
    let idle_timeout = Duration::from_millis(200);
    let server = Server::start(hello(), None, Limits { idle_timeout, ..Limits::default() }).await;
    let mut stream = server.connect().await;
    greet(&mut stream).await;
    stream.write_all(b"GET / HTTP/1.1\r\nX: ").await.expect("sent");
    let start = Instant::now();
    // One byte more, often enough to look alive, as long as nothing comes back.
    while timeout(idle_timeout / 8, stream.read_u8()).await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(10));
        if stream.write_all(b"x").await.is_err() {
            break;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_no_longer_used_is_closed() {
    let limits = Limits::default();
    let server = Server::start(hello(), None, limits).await;
    for more in [b"".as_slice(), b"GET / HTTP/1.1\r\nHost: loc"] {
        let mut stream = server.connect().await;
        greet(&mut stream).await;
        let start = Instant::now();
        assert_eq!(exchange(&mut stream, more).await, "");
        assert!(start.elapsed() <= 2 * limits.idle_timeout + limits.hello_timeout);
    }
}

#[tokio::test(start_paused = true)]
async fn an_http_2_connection_that_is_no_longer_used_is_closed() {
    let server = Server::plain(hello()).await;
    let io = TokioIo::new(server.connect().await);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.expect("HTTP/2");
    let mut tasks = JoinSet::new();
    tasks.spawn(connection);
    let request = Request::get("http://localhost/").body(Empty::<Bytes>::new()).expect("a request");
    let answer = sender.send_request(request).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    drop(answer);
    // The client keeps its side open; it ends because the server says so.
    assert!(tasks.join_next().await.expect("one task").expect("no panic").is_ok());
    assert!(sender.is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_reads_its_answer_does_not_hold_its_place() {
    let router = hello().route("/large", get(async || vec![b'x'; 64 << 20]));
    let server = Server::start(router, None, Limits { max_connections: 1, ..Limits::default() }).await;
    let mut unread = server.connect().await;
    unread.write_all(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("sent");
    greet(&mut server.connect().await).await;
    drop(unread);
}

#[tokio::test]
async fn no_more_connections_are_open_than_allowed_and_the_rest_wait() {
    const LIMIT: usize = 2;
    let (open, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let pair = Arc::new(Barrier::new(LIMIT));
    let seen = Arc::clone(&most);
    let router = Router::new().route(
        "/",
        get(async move || {
            seen.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            pair.wait().await;
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            open.fetch_sub(1, Ordering::SeqCst);
            "hello"
        }),
    );
    let server = Server::start(router, None, Limits { max_connections: LIMIT, ..Limits::default() }).await;
    let mut clients = JoinSet::new();
    for _ in 0..4 * LIMIT {
        let mut stream = server.connect().await;
        clients.spawn(async move { exchange(&mut stream, LAST_REQUEST).await });
    }
    for answer in clients.join_all().await {
        assert!(answer.ends_with("hello"), "{answer}");
    }
    assert_eq!(most.load(Ordering::SeqCst), LIMIT);
}

#[tokio::test]
async fn a_head_beyond_the_limits_is_answered_431() {
    let limits = Limits { max_head_bytes: 8 * 1024, max_headers: 10, ..Limits::default() };
    let server = Server::start(hello(), None, limits).await;
    let long = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(10_000));
    let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "X: x\r\n".repeat(10));
    for request in [long, many] {
        let answer = exchange(&mut server.connect().await, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
    let answer = exchange(&mut server.connect().await, LAST_REQUEST).await;
    assert!(answer.ends_with("hello"), "{answer}");
}
