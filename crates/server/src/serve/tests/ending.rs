//! How serving ends: what is in flight finishes, within bounds.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

use super::*;

/// A handler that says when it has begun, waits, and can be seen to be given up.
#[derive(Clone, Default)]
struct Slow {
    begun: Arc<Notify>,
    go_on: Arc<Notify>,
    dropped: Arc<AtomicBool>,
}

impl Slow {
    fn router(&self) -> Router {
        struct Guard(Arc<AtomicBool>);
        impl Drop for Guard {
            fn drop(&mut self) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        let slow = self.clone();
        Router::new().route(
            "/",
            get(async move || {
                let _guard = Guard(slow.dropped);
                slow.begun.notify_one();
                slow.go_on.notified().await;
                "hello"
            }),
        )
    }

    fn given_up(&self) -> bool {
        self.dropped.load(Ordering::SeqCst)
    }
}

#[tokio::test(start_paused = true)]
async fn at_the_end_connections_without_a_request_close_at_once() {
    for tls in [None, Some(tls(&[]).0)] {
        let server = Server::start(hello(), tls.clone(), Limits::default()).await;
        let (mut first, mut second) = (server.connect().await, server.connect().await);
        match tls {
            None => greet(&mut first).await,
            // Nothing comes back before a handshake, but the loop has taken the connection by then.
            Some(_) => assert!(timeout(Duration::from_secs(1), first.read_u8()).await.is_err()),
        }
        let start = Instant::now();
        assert_eq!(server.ended().await, Ended { cut: 0 });
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert_eq!(exchange(&mut first, b"").await, "");
        assert_eq!(exchange(&mut second, b"").await, "");
    }
}

#[tokio::test]
async fn at_the_end_a_request_in_flight_is_answered_and_no_other_is_taken() {
    let slow = Slow::default();
    let mut server = Server::plain(slow.router()).await;
    let mut stream = server.connect().await;
    let silent = server.connect().await;
    let mut client = JoinSet::new();
    client.spawn(async move { exchange(&mut stream, REQUEST).await });
    slow.begun.notified().await;

    server.ask_to_stop();
    // Connections are refused as soon as the listener is gone.
    while TcpStream::connect(server.addr).await.is_ok() {
        tokio::task::yield_now().await;
    }
    slow.go_on.notify_one();
    let answer = client.join_next().await.expect("one task").expect("no panic");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("hello"), "{answer}");
    assert!(answer.contains("connection: close\r\n"), "{answer}");
    assert_eq!(server.ended().await, Ended { cut: 0 });
    drop(silent);
}

#[tokio::test(start_paused = true)]
async fn what_outlasts_the_drain_is_cut_and_its_handler_ends() {
    let limits = Limits { hello_timeout: Duration::from_secs(3600), ..Limits::default() };
    let slow = Slow::default();
    let server = Server::start(slow.router(), None, limits).await;
    let mut stream = server.connect().await;
    let mut client = JoinSet::new();
    client.spawn(async move { exchange(&mut stream, REQUEST).await });
    slow.begun.notified().await;

    let start = Instant::now();
    assert_eq!(server.ended().await, Ended { cut: 1 });
    assert!(start.elapsed() >= limits.drain_timeout && start.elapsed() < 2 * limits.drain_timeout);
    assert!(slow.given_up());
    assert_eq!(client.join_next().await.expect("one task").expect("no panic"), "");
}

#[tokio::test(start_paused = true)]
async fn an_http_2_stream_that_outlasts_the_drain_ends_with_its_connection() {
    let limits = Limits { hello_timeout: Duration::from_secs(3600), ..Limits::default() };
    let slow = Slow::default();
    let server = Server::start(slow.router(), None, limits).await;
    let io = TokioIo::new(server.connect().await);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.expect("HTTP/2");
    let mut tasks = JoinSet::new();
    tasks.spawn(connection);
    let request = Request::get("http://localhost/").body(Empty::<Bytes>::new()).expect("a request");
    let mut client = JoinSet::new();
    client.spawn(async move { sender.send_request(request).await.is_err() });
    slow.begun.notified().await;

    assert_eq!(server.ended().await, Ended { cut: 1 });
    // The set of a connection's streams is dropped with it, which tells its tasks to end.
    while !slow.given_up() {
        tokio::task::yield_now().await;
    }
    assert!(client.join_next().await.expect("one task").expect("no panic"));
}
