//! What Google refuses, sorted: who may act on it, and how.

use std::time::Duration;

use model::peering::Reason;

use super::shapes::{ErrorBody, Operation};
use crate::driver::DriverError;
use crate::send::{Answer, Verdict};

/// How long to leave a network alone whose peerings are being changed. An operation on peerings
/// takes some ten seconds.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// A "no", from an answer or from an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub status: u16,
    /// Google's word for it: `forbidden`, `QUOTA_EXCEEDED`.
    pub reason: String,
    /// Google's sentence.
    pub message: String,
}

/// Reasons by which Google asks for a pause.
const RATES: [&str; 5] = [
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "RATE_LIMIT_EXCEEDED",
    "RESOURCE_OPERATION_RATE_EXCEEDED",
    "RESOURCE_EXHAUSTED",
];
/// Reasons by which a limit is reached that only a person can raise.
const LIMITS: [&str; 4] = ["quotaExceeded", "limitExceeded", "QUOTA_EXCEEDED", "LIMIT_EXCEEDED"];
/// Reasons by which something else is being done there.
const NOT_READY: [&str; 3] = ["resourceNotReady", "RESOURCE_NOT_READY", "operationInProgress"];
/// The sentence of a network whose peerings or routes are being changed has only this reason:
/// `badRequest`.
const IN_PROGRESS: &str = "operation in progress";

impl Refusal {
    /// What an answer says that is none of success.
    pub fn of(answer: &Answer) -> Self {
        let status = answer.status.as_u16();
        let Ok(body) = serde_json::from_slice::<ErrorBody>(&answer.body) else {
            let message = answer.text().chars().take(500).collect();
            return Self { status, reason: String::new(), message };
        };
        let named = body.error.errors.into_iter().next().map(|cause| cause.reason);
        let reason = named.filter(|reason| !reason.is_empty()).or(body.error.status).unwrap_or_default();
        Self { status, reason, message: body.error.message }
    }

    /// How an operation that is over failed; `None` if it went well.
    pub fn of_operation(operation: &Operation) -> Option<Self> {
        let fault = operation.error.as_ref()?.errors.first()?;
        Some(Self {
            status: operation.http_error_status_code.unwrap_or(400),
            reason: fault.code.clone(),
            message: fault.message.clone(),
        })
    }

    fn is(&self, reasons: &[&str]) -> bool {
        reasons.contains(&self.reason.as_str())
    }

    /// The cloud wants to be left alone.
    fn rate(&self) -> bool {
        self.status == 429 || self.is(&RATES)
    }

    /// Something else is being done there at the moment.
    pub fn busy(&self) -> bool {
        self.is(&NOT_READY) || (self.status == 400 && self.message.contains(IN_PROGRESS))
    }

    /// There is one of that name.
    pub fn exists(&self) -> bool {
        self.status == 409
    }

    fn overlap(&self) -> bool {
        self.message.contains("overlaps with") || self.message.contains("conflicts with existing subnetwork")
    }

    /// The error of a driver, with what a person can do about it.
    pub fn error(&self) -> DriverError {
        let says = |advice: &str| format!("{} [{}] {advice}", self.message, self.reason);
        if self.rate() || self.busy() {
            return DriverError::Throttled(BUSY);
        }
        if self.is(&LIMITS) {
            return reject(
                Reason::Invalid,
                says("Ask Google for a higher quota, or free what is not needed."),
            );
        }
        if self.overlap() {
            let advice = "Give the container, or the subnetworks of the far network and of the networks that it \
                          is peered with, other addresses.";
            return reject(Reason::Overlap, says(advice));
        }
        match self.status {
            401 => DriverError::Denied(says("Check the account's credentials: landbridge doctor.")),
            403 => DriverError::Denied(says("Grant the role that landbridge doctor prints.")),
            500.. => DriverError::Transient(says("")),
            404 => reject(Reason::Invalid, says("Check the names.")),
            _ if self.message.contains("already being used by") => {
                reject(Reason::Invalid, says("Remove by hand what uses it and was not made by Landbridge."))
            }
            _ => reject(Reason::Invalid, says("Check the names, and what stands on both networks.")),
        }
    }
}

fn reject(reason: Reason, says: String) -> DriverError {
    DriverError::Rejected { reason, says }
}

/// Whether an answer is what a caller wants to read, or is to be asked for again.
pub(super) fn judge(answer: &Answer) -> Verdict {
    if answer.status.is_success() {
        return Verdict::Done;
    }
    let refusal = Refusal::of(answer);
    if refusal.rate() || refusal.busy() {
        return Verdict::Retry { after: None };
    }
    if answer.status.is_server_error() && refusal.status != 501 {
        return Verdict::Failed(format!("{} {}", refusal.status, refusal.message));
    }
    Verdict::Done
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, reason: &str, message: &str) -> Refusal {
        Refusal { status, reason: reason.into(), message: message.into() }
    }

    #[test]
    fn each_refusal_is_sorted_by_who_can_act_on_it() {
        let throttled = DriverError::Throttled(BUSY);
        for told in [
            refusal(429, "rateLimitExceeded", "Rate Limit Exceeded"),
            refusal(403, "rateLimitExceeded", "Quota exceeded for quota metric 'Queries'"),
            refusal(
                400,
                "badRequest",
                "There is a peering operation in progress on the local or peer network.",
            ),
            refusal(
                400,
                "badRequest",
                "There is a route operation in progress on the local or peer network.",
            ),
            refusal(400, "resourceNotReady", "The resource is not ready"),
        ] {
            assert_eq!(told.error(), throttled, "{told:?}");
        }
        for (told, reason) in [
            (refusal(403, "quotaExceeded", "Quota 'NETWORKS' exceeded."), Reason::Invalid),
            (refusal(403, "QUOTA_EXCEEDED", "Quota 'PEERINGS_PER_NETWORK' exceeded."), Reason::Invalid),
            (
                refusal(400, "", "An IP range in the peer network (a) overlaps with an IP range in"),
                Reason::Overlap,
            ),
            (refusal(404, "notFound", "was not found"), Reason::Invalid),
            (refusal(400, "invalid", "Invalid value"), Reason::Invalid),
        ] {
            let DriverError::Rejected { reason: sorted, says } = told.error() else { panic!("{told:?}") };
            assert_eq!(sorted, reason, "{told:?}");
            assert!(says.starts_with(&told.message) && says.len() > told.message.len() + 10, "{says}");
        }
        assert!(matches!(refusal(403, "forbidden", "Required").error(), DriverError::Denied(_)));
        assert!(matches!(refusal(401, "authError", "Invalid").error(), DriverError::Denied(_)));
        assert!(matches!(refusal(503, "backendError", "down").error(), DriverError::Transient(_)));
    }
}
