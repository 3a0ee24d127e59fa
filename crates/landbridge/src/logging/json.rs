//! Log lines for machines: `{"time":…,"level":…,"target":…,"message":…}` and the event's fields.
//!
//! The ready-made JSON format shows an error without what led to it, and builds each line through
//! a map; this writes it down as it comes.

use std::error::Error;
use std::fmt;
use std::io::Write as _;
use std::sync::Arc;

use model::Clock as _;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::sink::Sink;
use crate::clock::SystemClock;

/// What most lines fit into.
const LINE_BYTES: usize = 320;

/// Writes events as lines.
pub(super) struct Lines {
    sink: Arc<Sink>,
}

impl Lines {
    pub(super) fn new(sink: Arc<Sink>) -> Self {
        Self { sink }
    }
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let now = jiff::Timestamp::from_microsecond(SystemClock.now().micros()).unwrap_or_default();
        self.sink.push(&line(&format!("{now:.6}"), event));
    }
}

fn line(time: &str, event: &Event<'_>) -> Vec<u8> {
    let mut line = Line(Vec::with_capacity(LINE_BYTES));
    line.0.extend_from_slice(b"{\"time\":");
    line.text(time);
    line.0.extend_from_slice(b",\"level\":");
    line.text(event.metadata().level().as_str());
    line.0.extend_from_slice(b",\"target\":");
    line.text(event.metadata().target());
    event.record(&mut line);
    line.0.extend_from_slice(b"}\n");
    line.0
}

/// A line that is being written.
struct Line(Vec<u8>);

impl Line {
    fn name(&mut self, field: &Field) {
        self.0.push(b',');
        self.text(field.name());
        self.0.push(b':');
    }

    fn text(&mut self, text: &str) {
        serde_json::to_writer(&mut self.0, text).expect("writing a text to memory can't fail");
    }

    fn number(&mut self, field: &Field, number: impl fmt::Display) {
        self.name(field);
        write!(self.0, "{number}").expect("writing to memory can't fail");
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.name(field);
        self.text(value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.number(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.number(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.number(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let mut text = value.to_string();
        let mut source = value.source();
        while let Some(error) = source {
            text.push_str(": ");
            text.push_str(&error.to_string());
            source = error.source();
        }
        self.record_str(field, &text);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Mutex;

    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    /// Keeps the lines instead of writing them.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl<S: Subscriber> Layer<S> for Kept {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            self.0.lock().expect("not poisoned").extend(line("1970-01-01T00:00:00.000000Z", event));
        }
    }

    #[derive(Debug)]
    struct Outer(io::Error);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("could not do it")
        }
    }

    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn a_line_is_one_object_with_the_fields_as_they_are() {
        let kept = Kept::default();
        let subscriber = tracing_subscriber::registry().with(kept.clone());
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(target: "request", method = %"GET", path = "/a\"\n", status = 200_u16, slow = false, micros = 1.5);
            let error = Outer(io::Error::other("no space"));
            tracing::error!(error = &error as &dyn Error, key.id = "k", "it failed {}", "twice");
        });
        let text = String::from_utf8(kept.0.lock().expect("not poisoned").clone()).expect("text");
        assert_eq!(
            text,
            concat!(
                r#"{"time":"1970-01-01T00:00:00.000000Z","level":"INFO","target":"request","method":"GET","#,
                r#""path":"/a\"\n","status":200,"slow":false,"micros":"1.5"}"#,
                "\n",
                r#"{"time":"1970-01-01T00:00:00.000000Z","level":"ERROR","target":"landbridge::logging::json::tests","#,
                r#""message":"it failed twice","error":"could not do it: no space","key.id":"k"}"#,
                "\n",
            )
        );
    }
}
