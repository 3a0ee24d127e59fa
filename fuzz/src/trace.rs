//! `traceparent`, which any caller may send.

use telemetry::TraceContext;

/// What was read is written as the same in version 00, and that reads the same.
pub fn check(bytes: &[u8]) {
    let Some(text) = crate::text(bytes) else { return };
    let Some(context) = TraceContext::parse(text) else { return };
    let again = context.to_string();
    assert_eq!(again.len(), 55);
    assert_eq!(TraceContext::parse(&again), Some(context));
    // Version and the flags that are not known are all that may differ.
    assert_eq!(again[3..53], text[3..53]);
}
