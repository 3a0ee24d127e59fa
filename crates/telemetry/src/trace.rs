//! Traces: where a piece of work belongs, and the port through which spans leave.
//!
//! A [`TraceContext`] is what W3C Trace Context calls `traceparent`. A request has one while it is
//! handled ([`Within`], [`current`]); what it writes keeps it in the row, and whoever goes on with
//! the row continues the trace, in whichever process.

use std::cell::Cell;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// One span of one trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace.
    pub trace: [u8; 16],
    /// The span.
    pub span: [u8; 8],
    /// Whether the trace is kept.
    pub sampled: bool,
}

impl TraceContext {
    /// Reads a `traceparent`. Of a version that is not known yet, the beginning is what it was.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let whole = bytes.len() == 55 || (bytes.len() > 55 && bytes[55] == b'-' && !text.starts_with("00"));
        let dashes = || [2, 35, 52].iter().all(|at| bytes[*at] == b'-');
        if !whole || !dashes() {
            return None;
        }
        let [version]: [u8; 1] = unhex(&bytes[..2])?;
        let (trace, span) = (unhex(&bytes[3..35])?, unhex(&bytes[36..52])?);
        let [flags]: [u8; 1] = unhex(&bytes[53..55])?;
        let means_something = version != 0xff && trace != [0; 16] && span != [0; 8];
        means_something.then_some(Self { trace, span, sampled: flags & 1 == 1 })
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("00-")?;
        self.trace.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("-")?;
        self.span.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        write!(f, "-{:02x}", u8::from(self.sampled))
    }
}

/// Bytes from lower-case hexadecimal digits, as the standard wants them.
fn unhex<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

/// What a span stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A request that was answered.
    Server,
    /// Work of our own.
    Internal,
    /// A call to somebody else.
    Client,
}

/// How a span begins.
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    /// Its name: of few, never with an id in it.
    pub name: &'a str,
    /// What it stands for.
    pub kind: Kind,
    /// The span that it belongs under; without one it begins a trace.
    pub parent: Option<TraceContext>,
    /// When, in microseconds since 1970.
    pub at: i64,
}

/// Where spans go.
pub trait Tracer: Send + Sync {
    /// Begins one.
    fn start(&self, start: Start<'_>) -> Box<dyn Span>;
}

/// A span that is under way. Dropped without an end, it ends then.
pub trait Span: Send {
    /// Its own context, for what comes below it.
    fn context(&self) -> TraceContext;

    /// Notes a text.
    fn note(&mut self, key: &'static str, value: String);

    /// Notes a number.
    fn count(&mut self, key: &'static str, value: i64);

    /// Says that it failed.
    fn fail(&mut self, why: String);

    /// Ends it, at a moment in microseconds since 1970.
    fn end(self: Box<Self>, at: i64);
}

thread_local! {
    static CURRENT: Cell<Option<TraceContext>> = const { Cell::new(None) };
}

/// The context of the work that this thread does at the moment.
pub fn current() -> Option<TraceContext> {
    CURRENT.get()
}

/// Work within a context, on whichever threads it is polled.
#[derive(Debug)]
pub struct Within<F> {
    context: TraceContext,
    work: F,
}

impl<F: Future + Unpin> Within<F> {
    /// Does the work within that context.
    pub fn new(context: TraceContext, work: F) -> Self {
        Self { context, work }
    }
}

/// Puts back what was current before, also when the work panics.
struct Before(Option<TraceContext>);

impl Drop for Before {
    fn drop(&mut self) {
        CURRENT.set(self.0);
    }
}

impl<F: Future + Unpin> Future for Within<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let _before = Before(CURRENT.replace(Some(self.context)));
        Pin::new(&mut self.work).poll(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_traceparent_is_read_and_written_as_the_standard_has_it() {
        let context = TraceContext::parse(TEXT).expect("the standard's own example");
        assert!(context.sampled);
        assert_eq!(context.to_string(), TEXT);
        let unsampled = TEXT.replace("-01", "-00");
        assert_eq!(TraceContext::parse(&unsampled).map(|context| context.sampled), Some(false));
    }

    #[test]
    fn what_is_no_traceparent_is_passed_over() {
        let later = TEXT.replacen("00", "cc", 1);
        assert!(TraceContext::parse(&format!("{later}-more")).is_some());
        for text in [
            "",
            &TEXT[1..],
            &TEXT.to_uppercase(),
            &TEXT.replacen("00", "ff", 1),
            &TEXT.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
            &TEXT.replace("00f067aa0ba902b7", &"0".repeat(16)),
            &format!("{TEXT}-more"),
            &format!("{later}.more"),
            &TEXT.replace('-', "_"),
            &"é".repeat(30),
        ] {
            assert_eq!(TraceContext::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_context_is_current_only_while_its_work_is_polled() {
        let context = TraceContext::parse(TEXT).expect("a context");
        let mut work = Within::new(context, std::future::poll_fn(|_| Poll::Ready(current())));
        let mut cx = Context::from_waker(std::task::Waker::noop());
        assert_eq!(current(), None);
        assert_eq!(Pin::new(&mut work).poll(&mut cx), Poll::Ready(Some(context)));
        assert_eq!(current(), None);
    }
}
