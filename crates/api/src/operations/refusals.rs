//! What an operation can refuse with: its own codes, and those that come with what it is.
//!
//! The document publishes this, and the tests hold every answer of the server against it.

use std::collections::BTreeSet;

use super::{Method, Need, Operation, Root};
use crate::error::ErrorCode as Code;

/// What any operation can refuse with. The path of a request may be changed on its way until it
/// names nothing.
const ALWAYS: &[Code] =
    &[Code::ResourceNotFound, Code::MethodNotAllowed, Code::UnexpectedError, Code::ServiceUnavailable];

/// What any operation can refuse with that wants to know its caller.
const KNOWN: &[Code] = &[
    Code::UserUnauthorized,
    Code::InvalidAccessToken,
    Code::IpAddressNotOnAccessList,
    Code::OrgRequiresAccessList,
];

/// What any operation that takes something can refuse with, for how it comes.
const WITH_CONTENT: &[Code] = &[Code::RequestTooLarge, Code::RequestTimeout];

/// What any operation with a body in JSON can refuse with.
const WITH_BODY: &[Code] = &[
    Code::UnsupportedMediaType,
    Code::InvalidJson,
    Code::InvalidJsonAttribute,
    Code::InvalidAttribute,
    Code::AttributeReadOnly,
    Code::MissingAttribute,
    Code::InvalidEnumValue,
];

impl Operation {
    /// Every code that it can refuse with under a root, and at a path below that.
    pub fn refusals(&self, root: Root, path: &str) -> BTreeSet<Code> {
        let need = self.need_under(root);
        let mut codes: BTreeSet<Code> = self.errors.iter().chain(ALWAYS).copied().collect();
        codes.insert(Code::InvalidQueryParameter);
        match need {
            Need::Nothing | Need::Client => {}
            Need::Known | Need::Project(_) | Need::Org(_) | Need::OwnOrg(_) => codes.extend(KNOWN),
        }
        match need {
            Need::Nothing | Need::Client | Need::Known => {}
            Need::Project(_) => codes.extend([Code::GroupNotFound]),
            Need::Org(_) | Need::OwnOrg(_) => codes.extend([Code::OrgNotFound]),
        }
        if Self::params(path).any(|param| param.ends_with("Id")) {
            codes.insert(Code::PathParamParseError);
            if root == Root::V1 && path.contains("{groupId}") {
                codes.insert(Code::InvalidGroupId);
            }
        }
        if root == Root::V2 {
            codes.insert(Code::InvalidVersionDate);
            if !self.gone.is_empty() {
                codes.insert(Code::VersionGone);
            }
        }
        if self.rate.is_some() {
            codes.insert(Code::RateLimitedTokenBucket);
        }
        if matches!(self.method, Method::Post | Method::Patch) {
            codes.extend(WITH_CONTENT);
            if need != Need::Client {
                codes.extend(WITH_BODY);
            }
        }
        codes
    }
}

#[cfg(test)]
mod tests {
    use crate::{ErrorCode, OperationId, Root};

    #[test]
    fn an_operation_refuses_with_its_own_codes_and_those_of_its_kind() {
        let operation = OperationId::DeleteGroupPeer.operation();
        let (root, path) = operation.places[0];
        let codes = operation.refusals(root, path);
        for code in [
            ErrorCode::PeerAlreadyRequestedDeletion,
            ErrorCode::GroupNotFound,
            ErrorCode::InvalidVersionDate,
            ErrorCode::PathParamParseError,
            ErrorCode::UserUnauthorized,
        ] {
            assert!(codes.contains(&code), "{code:?}");
        }
        assert!(!codes.contains(&ErrorCode::InvalidJson) && !codes.contains(&ErrorCode::OrgNotFound));
        assert!(operation.refusals(Root::V1, path).contains(&ErrorCode::InvalidGroupId));
        assert!(!operation.refusals(Root::V1, path).contains(&ErrorCode::InvalidVersionDate));
    }
}
