//! What Amazon refuses, in its own words, and what somebody can do about it.

use std::fmt;

use http::StatusCode;
use serde::Deserialize;

use super::xml;
use crate::driver::DriverError;

/// The most of the cloud's words that is kept: an encoded authorization failure has thousands.
const WORDS_MAX: usize = 600;

/// A call that came to nothing.
#[derive(Debug)]
pub(super) enum CallError {
    /// Amazon refused it.
    Refused(Fault),
    /// It did not get that far.
    Driver(DriverError),
}

impl From<DriverError> for CallError {
    fn from(error: DriverError) -> Self {
        Self::Driver(error)
    }
}

impl From<CallError> for DriverError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(fault) => fault.into_error(),
            CallError::Driver(error) => error,
        }
    }
}

impl CallError {
    /// Whether it is one of these refusals. EC2's codes are compared in any case: the service
    /// and what imitates it differ in `ID` and `Id`.
    pub fn is(&self, codes: &[&str]) -> bool {
        match self {
            Self::Refused(fault) => codes.iter().any(|code| code.eq_ignore_ascii_case(&fault.code)),
            Self::Driver(_) => false,
        }
    }
}

/// The same without these refusals, which mean that there is nothing left to do.
pub(super) fn unless<T>(result: Result<T, CallError>, codes: &[&str]) -> Result<(), DriverError> {
    match result {
        Ok(_) => Ok(()),
        Err(error) if error.is(codes) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub status: StatusCode,
    /// Such as `VpcLimitExceeded`; empty where the answer has no code.
    pub code: String,
    /// The cloud's own words.
    pub says: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let says = self.says.trim_end_matches('.');
        if self.code.is_empty() {
            write!(f, "HTTP {}: {says}", self.status)
        } else {
            write!(f, "{}: {says}", self.code)
        }
    }
}

/// EC2 nests its errors one deeper than the other services.
#[derive(Debug, Deserialize)]
struct Envelope {
    #[serde(rename = "Errors")]
    errors: Option<Errors>,
    #[serde(rename = "Error")]
    error: Option<Error>,
}

#[derive(Debug, Deserialize)]
struct Errors {
    #[serde(rename = "Error")]
    error: Error,
}

#[derive(Debug, Deserialize)]
struct Error {
    #[serde(rename = "Code", default)]
    code: String,
    #[serde(rename = "Message", default)]
    message: String,
}

/// An error of a service that speaks JSON.
#[derive(Debug, Deserialize)]
struct JsonError {
    #[serde(rename = "__type")]
    kind: String,
    #[serde(alias = "Message", default)]
    message: String,
}

const THROTTLES: &[&str] = &[
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
];

const DENIES: &[(&str, &str)] = &[
    ("UnauthorizedOperation", "grant the right; `landbridge doctor` prints the least policy"),
    ("AccessDenied", "grant the right; `landbridge doctor` prints the least policy"),
    ("AccessDeniedException", "grant the right; `landbridge doctor` prints the least policy"),
    ("AuthFailure", "the key is unknown, its secret wrong, or the clock of this machine"),
    ("InvalidClientTokenId", "the key is unknown or was deleted"),
    ("UnrecognizedClientException", "the key is unknown or was deleted"),
    ("SignatureDoesNotMatch", "the key's secret is wrong, or the clock of this machine"),
    ("MissingAuthenticationToken", "the request was not signed; look at the credentials"),
    ("IncompleteSignature", "the request was not signed; look at the credentials"),
    ("OptInRequired", "enable the region or the service for this account"),
    ("Blocked", "the account is blocked; ask Amazon's support"),
    ("PendingVerification", "the account is being verified by Amazon"),
    ("OperationNotPermitted", "this account may not do that to this object"),
];

const QUOTAS: &[(&str, &str)] = &[
    ("VpcLimitExceeded", "ask for more VPCs in this region (Service Quotas, vpc, L-F678F1CE), or remove one"),
    (
        "VpcPeeringConnectionLimitExceeded",
        "ask for more active connections of a VPC (Service Quotas, vpc, L-7E9ECCDB), or remove one",
    ),
    (
        "OutstandingVpcPeeringConnectionLimitExceeded",
        "have waiting requests accepted or removed, or ask for more (Service Quotas, vpc, L-DC9F7029)",
    ),
    (
        "RouteLimitExceeded",
        "ask for more routes of a table (Service Quotas, vpc, L-93826ACB), or remove some",
    ),
    ("TagLimitExceeded", "remove tags: Landbridge needs five"),
    ("ResourceLimitExceeded", "ask for a higher quota (Service Quotas)"),
];

/// What passes by itself. A token that ran out is fetched anew.
const PASSES: &[&str] = &[
    "InternalError",
    "InternalFailure",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "Unavailable",
    "RequestTimeout",
    "RequestExpired",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncorrectState",
];

const INVALID: &[(&str, &str)] = &[
    ("InvalidVpcID.NotFound", "look whether the VPC, its region and its account are right"),
    ("InvalidVpcID.Malformed", "a VPC's id is vpc- and 17 (or 8) hexadecimal digits"),
    (
        "VpcPeeringConnectionAlreadyExists",
        "the two VPCs have a connection already: adopt it, or delete it first",
    ),
    ("DependencyViolation", "something that is not ours is in the VPC; remove it, and the VPC goes"),
    ("InvalidVpcRange", "a VPC's block is between /16 and /28"),
];

impl Fault {
    /// A refusal as it was answered, in any of Amazon's forms.
    pub fn read(status: StatusCode, body: &str) -> Self {
        let of_xml = || {
            let envelope: Envelope = xml::read(body).ok()?;
            envelope.errors.map(|errors| errors.error).or(envelope.error)
        };
        let of_json = || {
            let error: JsonError = serde_json::from_str(body).ok()?;
            let code = error.kind.rsplit('#').next().unwrap_or_default().to_owned();
            Some(Error { code, message: error.message })
        };
        let Error { code, message } = of_xml()
            .or_else(of_json)
            .unwrap_or_else(|| Error { code: String::new(), message: body.trim().to_owned() });
        Self { status, code, says: shorten(&message) }
    }

    /// Whether the cloud wants to be left alone.
    pub fn throttles(&self) -> bool {
        THROTTLES.contains(&self.code.as_str()) || self.status == StatusCode::TOO_MANY_REQUESTS
    }

    /// Whether it may work next time.
    pub fn passes(&self) -> bool {
        PASSES.contains(&self.code.as_str()) || self.status.is_server_error()
    }

    /// Whether our account may not do it.
    pub fn denies(&self) -> bool {
        hint(DENIES, &self.code).is_some()
    }

    /// What it makes of a call.
    pub fn into_error(self) -> DriverError {
        if let Some(hint) = hint(DENIES, &self.code) {
            return DriverError::Denied(format!("{self}; {hint}"));
        }
        if let Some(hint) = hint(QUOTAS, &self.code) {
            let says = format!("a limit of the account is reached: {self}; {hint}");
            return DriverError::invalid(says);
        }
        if self.throttles() || self.passes() {
            return DriverError::Transient(self.to_string());
        }
        let says = match hint(INVALID, &self.code) {
            Some(hint) => format!("{self}; {hint}"),
            None => self.to_string(),
        };
        DriverError::invalid(says)
    }
}

fn hint(table: &[(&str, &'static str)], code: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)).map(|(_, hint)| *hint)
}

fn shorten(words: &str) -> String {
    if words.chars().count() <= WORDS_MAX {
        return words.to_owned();
    }
    let mut short: String = words.chars().take(WORDS_MAX).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use model::peering::Reason;

    use super::*;

    fn of(body: &str) -> Fault {
        Fault::read(StatusCode::BAD_REQUEST, body)
    }

    #[test]
    fn a_refusal_is_read_in_each_of_amazons_forms() {
        let ec2 = "<?xml version=\"1.0\"?><Response><Errors><Error><Code>VpcLimitExceeded</Code>\
                   <Message>The maximum number of VPCs has been reached.</Message></Error></Errors>\
                   <RequestID>x</RequestID></Response>";
        let sts = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>\
                   <Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
        let json = "{\"__type\":\"com.amazon#NoSuchResourceException\",\"message\":\"none\"}";
        assert_eq!((&*of(ec2).code, of(ec2).status), ("VpcLimitExceeded", StatusCode::BAD_REQUEST));
        assert_eq!((&*of(sts).code, &*of(sts).says), ("AccessDenied", "no"));
        assert_eq!((&*of(json).code, &*of(json).says), ("NoSuchResourceException", "none"));
        assert_eq!(of("<html>Oh</html>").to_string(), "HTTP 400 Bad Request: <html>Oh</html>");
        assert!(of(&"ä".repeat(5000)).says.chars().count() <= WORDS_MAX + 1);
    }

    #[test]
    fn each_kind_of_refusal_is_told_with_what_can_be_done() {
        let error = |code: &str| {
            let body = format!(
                "<Response><Errors><Error><Code>{code}</Code><Message>Words.</Message></Error></Errors></Response>"
            );
            of(&body).into_error()
        };
        for (code, _) in DENIES {
            assert!(matches!(error(code), DriverError::Denied(says) if says.starts_with(code)), "{code}");
        }
        for (code, hint) in QUOTAS {
            let DriverError::Rejected { reason: Reason::Invalid, says } = error(code) else {
                panic!("{code} is no rejection")
            };
            assert!(says.contains("limit") && says.contains("Words") && says.ends_with(hint), "{says}");
        }
        for code in PASSES.iter().chain(THROTTLES) {
            assert!(matches!(error(code), DriverError::Transient(_)), "{code}");
        }
        let says = "VpcLimitReached: Words".to_owned();
        assert_eq!(error("VpcLimitReached"), DriverError::Rejected { reason: Reason::Invalid, says });
        assert!(
            matches!(error("invalidvpcid.notfound"), DriverError::Rejected { says, .. } if says.contains("region"))
        );
    }
}
