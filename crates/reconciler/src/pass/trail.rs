//! What a pass did for one row, as a span under the request that asked for it.
//!
//! The row says which trace it belongs to, so a pass goes on with it in whichever process and after
//! whatever crash. Nothing is begun for a row without one. The spans are made when the row is
//! released, by when it is known whether there is anything to tell: a look that showed nothing new
//! is no part of the story, and rows that wait are looked at often.

use cloud::DriverError;
use model::time::Timestamp;
use telemetry::TraceContext;
use telemetry::trace::{Kind, Start, Tracer};

use crate::counters::{Call, outcome_name};

/// Calls that are remembered of one pass; a pass of more has gone wrong in the same way each time.
const CALLS_MAX: usize = 64;

/// The trace of a row in hand, and what was done so far.
#[derive(Debug)]
pub(super) struct Trail {
    context: TraceContext,
    began: Timestamp,
    calls: Vec<Called>,
}

#[derive(Debug)]
struct Called {
    call: Call,
    from: Timestamp,
    until: Timestamp,
    failure: Option<(&'static str, String)>,
}

/// What a span tells of the row.
#[derive(Debug)]
pub(super) struct Story {
    /// The kind of row.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its project's id.
    pub project: String,
    /// Whose cloud it concerns.
    pub provider: &'static str,
    /// Its state before.
    pub from: &'static str,
    /// Its state after.
    pub to: &'static str,
}

impl Trail {
    pub(super) fn new(context: TraceContext, began: Timestamp) -> Self {
        Self { context, began, calls: Vec::new() }
    }

    /// A call was made.
    pub(super) fn called(
        &mut self,
        call: Call,
        from: Timestamp,
        until: Timestamp,
        error: Option<&DriverError>,
    ) {
        if self.calls.len() < CALLS_MAX {
            let failure = error.map(|error| (outcome_name(Some(error)), error.to_string()));
            self.calls.push(Called { call, from, until, failure });
        }
    }

    /// Tells it all, if there is anything to tell.
    pub(super) fn tell(self, tracer: &dyn Tracer, story: Story, owner: &str, now: Timestamp) {
        let new = |called: &Called| !called.call.looks() || called.failure.is_some();
        if story.from == story.to && !self.calls.iter().any(new) {
            return;
        }
        let name = format!("pass {}", story.kind);
        let parent = Some(self.context);
        let start = Start { name: &name, kind: Kind::Internal, parent, at: self.began.micros() };
        let mut pass = tracer.start(start);
        let parent = Some(pass.context());
        for called in self.calls {
            let name = format!("cloud {}", called.call.name());
            let start = Start { name: &name, kind: Kind::Client, parent, at: called.from.micros() };
            let mut span = tracer.start(start);
            span.note("cloud.provider", story.provider.to_owned());
            if let Some((outcome, words)) = called.failure {
                span.note("outcome", outcome.to_owned());
                span.fail(words);
            }
            span.end(called.until.micros());
        }
        pass.note("row.id", story.id);
        pass.note("project.id", story.project);
        pass.note("cloud.provider", story.provider.to_owned());
        pass.note("state.from", story.from.to_owned());
        pass.note("state.to", story.to.to_owned());
        pass.note("reconciler.owner", owner.to_owned());
        pass.end(now.micros());
    }
}
