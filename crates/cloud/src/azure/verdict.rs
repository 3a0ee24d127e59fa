//! What an answer of Resource Manager's is: what was asked for, a "no", or something that passes by
//! itself.

use http::StatusCode;

use super::wire::{Failure, Operation, Told};
use crate::driver::DriverError;
use crate::send::{Answer, Verdict};

/// Codes of errors that pass by themselves, whatever their status.
pub(super) const PASSING: [&str; 10] = [
    "InternalServerError",
    "NetworkingInternalOperationError",
    "ServerTimeout",
    "ServiceUnavailable",
    "AnotherOperationInProgress",
    "RetryableError",
    "ReferencedResourceNotProvisioned",
    "OperationPreempted",
    "CanceledAndSupersededDueToAnotherOperation",
    "ResourcesBeingMoved",
];

/// Codes of a token that serves no more; another one may.
const STALE: [&str; 2] = ["ExpiredAuthenticationToken", "InvalidAuthenticationToken"];

/// Resource Manager's "no".
#[derive(Debug, Clone)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) code: String,
    pub(super) message: String,
}

impl Refused {
    /// Its words.
    pub(super) fn told(&self) -> String {
        match (self.code.as_str(), self.message.as_str()) {
            ("", message) => format!("{}: {message}", self.status),
            (code, message) => format!("{code}: {message}"),
        }
    }

    /// Whether our rights do not suffice.
    pub(super) fn denied(&self) -> bool {
        matches!(self.status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED)
    }

    /// Whether what was asked about is not there.
    pub(super) fn missing(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    pub(super) fn of(answer: &Answer) -> Self {
        let failure = serde_json::from_slice::<Failure>(&answer.body);
        let Told { code, message } = failure.map(|failure| failure.error).unwrap_or_else(|_| Told {
            code: String::new(),
            message: answer.text().chars().take(300).collect(),
        });
        Self { status: answer.status, code, message }
    }
}

/// How a request comes to nothing.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Resource Manager was not reached, or has no time.
    Driver(DriverError),
    /// It said no.
    Refused(Refused),
}

impl From<DriverError> for Trouble {
    fn from(error: DriverError) -> Self {
        Self::Driver(error)
    }
}

/// Whether an operation goes on.
pub(super) fn goes_on(answer: &Answer) -> bool {
    let status = serde_json::from_slice::<Operation>(&answer.body).map(|operation| operation.status);
    status.is_ok_and(|status| !matches!(status.as_str(), "Succeeded" | "Failed" | "Canceled"))
}

/// What passes by itself is tried again; the rest is read.
pub(super) fn judge(answer: &Answer) -> Verdict {
    if answer.status.is_success() {
        return Verdict::Done;
    }
    let refused = Refused::of(answer);
    if PASSING.contains(&refused.code.as_str()) || STALE.contains(&refused.code.as_str()) {
        return Verdict::Failed(refused.told());
    }
    match answer.status {
        StatusCode::TOO_MANY_REQUESTS => Verdict::Retry { after: None },
        StatusCode::REQUEST_TIMEOUT => Verdict::Failed(refused.told()),
        status if status.is_server_error() => Verdict::Failed(refused.told()),
        _ => Verdict::Done,
    }
}

/// The directory that a challenge names: `Bearer authorization_uri="https://…/{directory}", …`.
pub(super) fn directory(challenge: &str) -> Option<String> {
    let (_, rest) = challenge.split_once("authorization_uri=\"")?;
    let (uri, _) = rest.split_once('"')?;
    let tenant = uri.trim_end_matches('/').rsplit('/').next()?;
    let fits = tenant.len() == 36 && tenant.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    fits.then(|| tenant.to_owned())
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        let status = StatusCode::from_u16(status).expect("a status");
        Answer { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() }
    }

    fn error(code: &str) -> String {
        format!("{{\"error\":{{\"code\":\"{code}\",\"message\":\"words\",\"details\":[]}}}}")
    }

    #[test]
    fn what_passes_by_itself_is_told_from_what_does_not() {
        let verdict = |status, code: &str| judge(&answer(status, &error(code)));
        for status in [400, 409, 429] {
            assert_eq!(
                verdict(status, "AnotherOperationInProgress"),
                Verdict::Failed("AnotherOperationInProgress: words".into())
            );
        }
        assert_eq!(verdict(429, "TooManyRequests"), Verdict::Retry { after: None });
        assert!(matches!(verdict(503, "ServerTimeout"), Verdict::Failed(_)));
        for (status, code) in [(400, "VnetAddressSpacesOverlap"), (403, "AuthorizationFailed"), (404, "")] {
            assert_eq!(verdict(status, code), Verdict::Done);
        }
        assert!(
            matches!(judge(&answer(502, "<html>Bad Gateway</html>")), Verdict::Failed(says) if says.contains("Bad Gateway"))
        );
    }

    #[test]
    fn a_challenge_tells_the_directory() {
        let challenge = "Bearer authorization_uri=\"https://login.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47\", error=\"invalid_token\"";
        assert_eq!(directory(challenge).as_deref(), Some("72f988bf-86f1-41af-91ab-2d7cd011db47"));
        assert_eq!(directory("Bearer authorization_uri=\"https://login.windows.net/common\""), None);
        assert_eq!(directory("Basic realm=\"x\""), None);
    }
}
