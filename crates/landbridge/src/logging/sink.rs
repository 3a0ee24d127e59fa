//! Where log lines go: into a buffer, and from there to standard error by one thread.
//!
//! Callers never wait for whoever reads standard error. The thread sleeps while there is nothing,
//! and once there is something waits a moment for more, so that under load one write takes
//! hundreds of lines. If nobody reads, the buffer fills; further lines are dropped and counted, and
//! the count is told as soon as there is room. A process that is killed loses the last moment.

use std::fmt;
use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long the thread waits for more lines. Nobody reads faster.
const GATHER: Duration = Duration::from_millis(20);
/// What makes it write at once.
const GATHER_MAX_BYTES: usize = 64 * 1024;
/// What the buffer holds: half a minute of a busy server's lines. Beyond it lines are dropped.
const MAX_BYTES: usize = 4 * 1024 * 1024;

#[derive(Default)]
struct State {
    lines: Vec<u8>,
    n_dropped: u64,
    closing: bool,
}

/// The buffer and the thread that empties it.
pub(super) struct Sink {
    state: Mutex<State>,
    something: Condvar,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sink(..)")
    }
}

impl Sink {
    /// Starts the thread, which writes to `out`.
    pub(super) fn start(out: impl Write + Send + 'static) -> io::Result<Arc<Self>> {
        let sink =
            Arc::new(Self { state: Mutex::default(), something: Condvar::new(), writer: Mutex::default() });
        let writing = Arc::clone(&sink);
        let thread = thread::Builder::new().name("log".to_owned()).spawn(move || writing.write_all(out))?;
        *sink.writer.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        Ok(sink)
    }

    /// Takes a whole line.
    pub(super) fn push(&self, line: &[u8]) {
        let mut state = self.state();
        if state.lines.len() + line.len() > MAX_BYTES || state.closing {
            state.n_dropped += 1;
            return;
        }
        let (before, after) = (state.lines.len(), state.lines.len() + line.len());
        state.lines.extend_from_slice(line);
        drop(state);
        if before == 0 || (before < GATHER_MAX_BYTES && after >= GATHER_MAX_BYTES) {
            self.something.notify_one();
        }
    }

    /// Writes what is left, and ends the thread. Lines that come later go nowhere.
    pub(super) fn close(&self) {
        self.state().closing = true;
        self.something.notify_one();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            // A writer that panicked has nothing left to say.
            let _ = writer.join();
        }
    }

    /// A panic while the lock was held left whole lines or a piece of one: nothing to refuse for.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_all(&self, mut out: impl Write) {
        let mut taken = Vec::new();
        loop {
            let state = self.state();
            let state = self
                .something
                .wait_while(state, |state| state.lines.is_empty() && !state.closing)
                .unwrap_or_else(PoisonError::into_inner);
            let (mut state, _) = self
                .something
                .wait_timeout_while(state, GATHER, |state| {
                    state.lines.len() < GATHER_MAX_BYTES && !state.closing
                })
                .unwrap_or_else(PoisonError::into_inner);
            mem::swap(&mut taken, &mut state.lines);
            let n_dropped = mem::take(&mut state.n_dropped);
            let last = state.closing;
            drop(state);
            // Standard error may be closed; then there is nobody to tell.
            let _ = out.write_all(&taken).and_then(|()| out.flush());
            taken.clear();
            taken.shrink_to(GATHER_MAX_BYTES);
            if last {
                return;
            }
            if n_dropped > 0 {
                tracing::warn!(n_dropped, "log lines were dropped: they came faster than they were read");
            }
        }
    }
}

/// A writer of one line, for those who format it themselves.
pub(super) struct Line(pub(super) Arc<Sink>);

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.push(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// A reader that takes a write only when it is told to.
    struct Slow {
        begun: Sender<Vec<u8>>,
        go_on: Receiver<()>,
    }

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.begun.send(bytes.to_vec()).expect("the test listens");
            // At the end of the test nobody says so any more.
            let _ = self.go_on.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_come_out_in_order_and_the_last_ones_when_it_is_closed() {
        let (begun, writes) = channel();
        let (go_on, may_go_on) = channel();
        let sink = Sink::start(Slow { begun, go_on: may_go_on }).expect("started");
        drop(go_on);
        for line in ["one\n", "two\n", "three\n"] {
            sink.push(line.as_bytes());
        }
        sink.close();
        sink.push(b"too late\n");
        assert_eq!(writes.try_iter().flatten().collect::<Vec<u8>>(), b"one\ntwo\nthree\n");
    }

    #[test]
    fn a_reader_that_stands_still_costs_lines_and_not_time() {
        let (begun, writes) = channel();
        let (go_on, may_go_on) = channel();
        let sink = Sink::start(Slow { begun, go_on: may_go_on }).expect("started");
        sink.push(b"first\n");
        assert_eq!(writes.recv().expect("it is written"), b"first\n");
        // Now the writer stands, and twice what fits is pushed without waiting for it.
        let line = [b'x'; 1024];
        for _ in 0..2 * MAX_BYTES / line.len() {
            sink.push(&line);
        }
        assert_eq!(sink.state().n_dropped, (MAX_BYTES / line.len()) as u64);
        assert_eq!(sink.state().lines.len(), MAX_BYTES);
        drop(go_on);
        sink.close();
        assert_eq!(writes.try_iter().flatten().count(), MAX_BYTES);
    }
}
