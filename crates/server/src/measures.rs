//! What is counted of requests: plain counters, laid out once for every operation of the table.
//!
//! A request costs a few additions here: no lock, no allocation, no look-up by name. Who reads the
//! counters, and under which names, is not known here. Nothing is counted by caller, project or
//! path: their number has no bound.

use std::time::Duration;

use api::media_type::Version;
use api::{OperationId, operations};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use telemetry::{Counter, Gauge, Held, Histogram};

use crate::auth::caller::{Refused, scheme};

/// The statuses that are counted apart; others are counted together.
const STATUSES: [u16; 20] =
    [200, 201, 202, 204, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 413, 415, 429, 500, 503, 0];
/// Versions of an operation before those that the table names: none chosen, and v1.0.
const MORE_VERSIONS: usize = 2;

/// How a caller tried to prove itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Not at all.
    None,
    /// With an API key, by digest.
    Digest,
    /// With a token.
    Bearer,
    /// With a service account's id and secret.
    Basic,
    /// In a way that is not known here.
    Other,
}

impl Scheme {
    /// The scheme of a request.
    pub fn of(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(AUTHORIZATION) else { return Self::None };
        let (word, _) = scheme(value.as_bytes());
        let is = |name: &[u8]| word.eq_ignore_ascii_case(name);
        match () {
            () if is(b"digest") => Self::Digest,
            () if is(b"bearer") => Self::Bearer,
            () if is(b"basic") => Self::Basic,
            () => Self::Other,
        }
    }
}

const SCHEMES: [&str; 5] = ["none", "digest", "bearer", "basic", "other"];
/// How a proof went.
const OUTCOMES: [&str; 5] = ["ok", "challenged", "stale", "refused", "error"];

/// What is counted of one operation.
#[derive(Debug)]
struct OfOperation {
    /// By version, then by status.
    answers: Box<[[Counter; STATUSES.len()]]>,
    time: Histogram,
    limited: Counter,
}

impl OfOperation {
    fn new(n_versions: usize) -> Self {
        let zeros = || [const { Counter::new() }; STATUSES.len()];
        Self {
            answers: (0..n_versions + MORE_VERSIONS).map(|_| zeros()).collect(),
            time: Histogram::of_durations(),
            limited: Counter::new(),
        }
    }
}

/// All that is counted of requests.
#[derive(Debug)]
pub struct Measures {
    /// By operation, in the order of the table.
    operations: Box<[OfOperation]>,
    /// Requests for which there is no operation.
    elsewhere: OfOperation,
    proofs: [[Counter; OUTCOMES.len()]; SCHEMES.len()],
    /// Requests that are being answered.
    pub in_flight: Gauge,
    /// Requests whose caller went away before the answer.
    pub abandoned: Counter,
}

impl Default for Measures {
    fn default() -> Self {
        Self {
            operations: operations().iter().map(|of| OfOperation::new(of.versions.len())).collect(),
            elsewhere: OfOperation::new(0),
            proofs: [const { [const { Counter::new() }; OUTCOMES.len()] }; SCHEMES.len()],
            in_flight: Gauge::default(),
            abandoned: Counter::new(),
        }
    }
}

/// A request that is being answered. Dropped before it is, it counts as abandoned.
#[derive(Debug)]
pub(crate) struct Flight<'m> {
    measures: &'m Measures,
    _held: Held<'m>,
    landed: bool,
}

/// An answer, as far as it is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answered {
    /// What was asked for; `None` where there is no such operation.
    pub operation: Option<OperationId>,
    /// In which version of v2.
    pub version: Option<Version>,
    /// Whether it was asked for in v1.0.
    pub v1: bool,
    /// The status that was meant, also where an envelope says 200.
    pub status: u16,
    /// How long it took.
    pub taken: Duration,
}

impl Flight<'_> {
    /// The request was answered.
    pub(crate) fn land(mut self, answered: Answered) {
        self.landed = true;
        self.measures.answered(answered);
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        if !self.landed {
            self.measures.abandoned.add_one();
        }
    }
}

/// Answers of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// The operation's name; `none` where there is none.
    pub operation: &'static str,
    /// `2023-01-01`, `v1.0`, or `none`.
    pub version: String,
    /// The status; `other` for those that are not counted apart.
    pub status: String,
    /// How many.
    pub count: u64,
}

impl Measures {
    pub(crate) fn begin(&self) -> Flight<'_> {
        Flight { measures: self, _held: self.in_flight.hold(), landed: false }
    }

    fn answered(&self, answered: Answered) {
        let of = answered.operation.map_or(&self.elsewhere, |id| &self.operations[id as usize]);
        let version = match (answered.version, answered.operation) {
            (Some(version), Some(id)) => {
                let nth = id.operation().versions.iter().position(|known| *known == version);
                nth.map_or(0, |nth| nth + MORE_VERSIONS)
            }
            _ => usize::from(answered.v1),
        };
        let status = STATUSES.iter().position(|known| *known == answered.status);
        of.answers[version][status.unwrap_or(STATUSES.len() - 1)].add_one();
        of.time.time(answered.taken);
    }

    pub(crate) fn limited(&self, id: OperationId) {
        self.operations[id as usize].limited.add_one();
    }

    pub(crate) fn proved<T>(&self, scheme: Scheme, outcome: &Result<T, Refused>) {
        let outcome = match outcome {
            Ok(_) => 0,
            Err(Refused::Challenge { stale: true }) => 2,
            Err(Refused::Challenge { stale: false }) if scheme == Scheme::None => 1,
            Err(Refused::Challenge { stale: false } | Refused::Token) => 3,
            Err(Refused::Error(_)) => 4,
        };
        self.proofs[scheme as usize][outcome].add_one();
    }

    /// Every operation by name, the requests without one among them.
    fn named(&self) -> impl Iterator<Item = (&'static str, &'static [Version], &OfOperation)> {
        let known = operations().iter().zip(&self.operations);
        let known = known.map(|(operation, of)| (operation.id.name(), operation.versions, of));
        known.chain([("none", &[][..], &self.elsewhere)])
    }

    /// How many answers there were of each kind that there was.
    pub fn answers(&self) -> impl Iterator<Item = Answers> {
        self.named().flat_map(|(operation, versions, of)| {
            of.answers.iter().enumerate().flat_map(move |(nth, counts)| {
                let version = match nth {
                    0 => "none".to_owned(),
                    1 => "v1.0".to_owned(),
                    nth => versions[nth - MORE_VERSIONS].to_string(),
                };
                let counts = STATUSES.into_iter().zip(counts).filter(|(_, count)| count.get() > 0);
                counts.map(move |(status, count)| Answers {
                    operation,
                    version: version.clone(),
                    status: if status == 0 { "other".to_owned() } else { status.to_string() },
                    count: count.get(),
                })
            })
        })
    }

    /// How long answers took, by operation, where there was one.
    pub fn times(&self) -> impl Iterator<Item = (&'static str, &Histogram)> {
        self.named().map(|(name, _, of)| (name, &of.time)).filter(|(_, time)| time.count() > 0)
    }

    /// How many requests rate limits refused, by operation, where there was one.
    pub fn limits(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.named().map(|(name, _, of)| (name, of.limited.get())).filter(|(_, count)| *count > 0)
    }

    /// How proofs went, by scheme and outcome, where there was one.
    pub fn proofs(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
        SCHEMES.into_iter().zip(&self.proofs).flat_map(|(scheme, outcomes)| {
            let outcomes = OUTCOMES.into_iter().zip(outcomes).filter(|(_, count)| count.get() > 0);
            outcomes.map(move |(outcome, count)| (scheme, outcome, count.get()))
        })
    }
}

#[cfg(test)]
mod tests {
    use api::ErrorCode;

    use super::*;

    #[test]
    fn every_status_of_the_tables_is_counted_apart() {
        let codes = ErrorCode::ALL.iter().map(|code| code.status());
        for status in operations().iter().map(|operation| operation.status).chain(codes) {
            assert!(STATUSES.contains(&status), "{status}");
        }
    }

    #[test]
    fn an_answer_is_counted_under_its_operation_version_and_status() {
        let measures = Measures::default();
        let id = OperationId::GetGroupPeer;
        let answered = Answered {
            operation: Some(id),
            version: Some(id.operation().versions[0]),
            v1: false,
            status: 200,
            taken: Duration::from_micros(70),
        };
        measures.begin().land(answered);
        measures.begin().land(Answered { version: None, v1: true, status: 404, ..answered });
        measures.begin().land(Answered { operation: None, version: None, status: 599, ..answered });
        drop(measures.begin());
        let kinds = measures
            .answers()
            .map(|of| format!("{} {} {} {}", of.operation, of.version, of.status, of.count));
        assert_eq!(
            kinds.collect::<Vec<_>>(),
            ["getGroupPeer v1.0 404 1", "getGroupPeer 2023-01-01 200 1", "none none other 1"]
        );
        assert_eq!((measures.in_flight.get(), measures.abandoned.get()), (0, 1));
        assert_eq!(
            measures.times().map(|(name, time)| (name, time.count())).collect::<Vec<_>>(),
            [("getGroupPeer", 2), ("none", 1)]
        );
    }
}
