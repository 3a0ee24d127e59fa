//! A way to a database that can be held up: what was sent is delivered late.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

const POLL: Duration = Duration::from_millis(2);

/// The way.
pub struct Proxy {
    url: String,
    held: Arc<AtomicBool>,
}

impl Proxy {
    /// One to the server of a `postgres://` URL.
    pub fn to(url: &str) -> Self {
        let (before, after) = url.split_once('@').expect("a user");
        let (host, database) = after.split_once('/').expect("a database");
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let held = Arc::new(AtomicBool::new(false));
        let (host, holds) = (host.to_owned(), Arc::clone(&held));
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let Ok(far) = TcpStream::connect(&host) else { continue };
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (from, to) = (from.try_clone().expect("a socket"), to.try_clone().expect("a socket"));
                    let holds = Arc::clone(&holds);
                    thread::spawn(move || carry(from, to, &holds));
                }
            }
        });
        Self { url: format!("{before}@127.0.0.1:{port}/{database}"), held }
    }

    /// The URL of the database this way.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Delivers nothing any more.
    pub fn hold(&self) {
        self.held.store(true, Ordering::Release);
    }

    /// Delivers what was held up, and goes on.
    pub fn release(&self) {
        self.held.store(false, Ordering::Release);
    }
}

/// Carries one direction to its end.
fn carry(mut from: TcpStream, mut to: TcpStream, held: &AtomicBool) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(n @ 1..) = from.read(&mut bytes) {
        while held.load(Ordering::Acquire) {
            thread::park_timeout(POLL);
        }
        if to.write_all(&bytes[..n]).is_err() {
            break;
        }
    }
    // The other side may have gone already.
    let _ = to.shutdown(Shutdown::Write);
}
