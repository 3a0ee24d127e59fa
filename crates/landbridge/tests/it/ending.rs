//! How the server ends.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::bed::{Server, eventually, folder, text, value};

#[test]
fn sigterm_and_ctrl_c_end_it_in_order() {
    for signal in ["TERM", "INT"] {
        let folder = folder();
        let mut server = Server::start(folder.path(), &[]);
        server.signal(signal);
        assert_eq!(server.ended().code(), Some(0));
        assert!(server.log().contains("the server has ended"), "{}", server.log());
    }
}

/// A request that the server has begun to read, and whose last byte is missing.
fn request_in_hand(server: &Server) -> TcpStream {
    let base_url = server.greeting().split("http://").nth(1).expect("it says where it listens");
    let mut stream = TcpStream::connect(base_url.split('/').next().expect("an address")).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time limit");
    let head = "POST /api/oauth/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 29\r\n\
                Expect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("written");
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).expect("it wants the body");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"grant_type=client_credential").expect("written");
    stream
}

fn await_ending(server: &Server) {
    eventually("the signal is heard", || server.log().contains("\"ending: ").then_some(()));
}

#[test]
fn a_request_in_hand_is_answered_before_the_end() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &["--log-format", "json"]);
    let mut stream = request_in_hand(&server);
    server.signal("TERM");
    await_ending(&server);
    stream.write_all(b"s").expect("written");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    assert!(text(&answer).starts_with("HTTP/1.1 401 "), "nobody signed in: {}", text(&answer));
    assert_eq!(server.ended().code(), Some(0));
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let folder = folder();
    let mut server = Server::start(folder.path(), &["--log-format", "json"]);
    let _stream = request_in_hand(&server);
    server.signal("TERM");
    await_ending(&server);
    server.signal("TERM");
    assert_eq!(server.ended().code(), Some(1));
    assert!(server.log().contains("on a second signal (SIGTERM)"), "{}", server.log());
    let again = Server::start(folder.path(), &[]);
    assert!(again.greeting().contains(&value(folder.path(), "bootstrap.env", "MONGODB_ATLAS_BASE_URL")));
}
