//! Futures that nobody polls but us.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Polls until it is ready, or until `stops` says that nothing but us can let it go on. What it
/// waits for otherwise is the store's thread.
pub fn drive<T>(mut future: Pin<&mut dyn Future<Output = T>>, stops: impl Fn() -> bool) -> Option<T> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut cx) {
            return Some(value);
        }
        if stops() {
            return None;
        }
        thread::park();
    }
}

/// Polls until it is ready.
pub fn whole<T>(future: impl Future<Output = T>) -> T {
    drive(pin!(future), || false).expect("it is never stopped")
}
