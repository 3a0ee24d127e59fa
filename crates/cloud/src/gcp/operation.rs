//! Changes go on after their answer. Here they are begun, waited for, and found again.

use http::Method;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::GcpDriver;
use super::client::Told;
use super::fault::Refusal;
use super::shapes::{Operation, last, relative};
use crate::driver::{ClientToken, DriverError};

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is done.
    Done,
    /// It goes on.
    Running,
    /// It came to nothing.
    Failed(Refusal),
}

impl Outcome {
    fn of(operation: &Operation) -> Self {
        match (operation.over(), Refusal::of_operation(operation)) {
            (false, _) => Self::Running,
            (true, None) => Self::Done,
            (true, Some(refusal)) => Self::Failed(refusal),
        }
    }

    /// Whether it is done; that it goes on is no error.
    pub fn done(self) -> Result<bool, DriverError> {
        match self {
            Self::Done => Ok(true),
            Self::Running => Ok(false),
            Self::Failed(refusal) => Err(refusal.error()),
        }
    }
}

/// A request id out of a token and of what it is for: the same wish has the same one, in whichever
/// process, and an id is a UUID.
pub(super) fn request_id(token: &ClientToken, target: &str) -> String {
    let hash = Sha256::digest(format!("{token} {target}"));
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&hash[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80; // version 8: made in a way of one's own
    bytes[8] = (bytes[8] & 0x3f) | 0x80; // the variant of RFC 9562
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

impl GcpDriver {
    /// Begins a change and waits for its end, for as long as one call may take.
    pub(super) async fn change(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        request_id: Option<&str>,
    ) -> Result<Outcome, DriverError> {
        Ok(match self.client.change(method, path, body, request_id).await? {
            Ok(operation) => self.end_of(&operation).await?,
            Err(refusal) => Outcome::Failed(refusal),
        })
    }

    /// The same, and whether the answer was of an operation that was over already: then it may be
    /// the answer to an earlier request.
    pub(super) async fn begin(
        &self,
        method: &Method,
        path: &str,
        body: &Value,
        request_id: Option<&str>,
    ) -> Result<(Outcome, bool), DriverError> {
        Ok(match self.client.change(method, path, Some(body), request_id).await? {
            Ok(operation) => (self.end_of(&operation).await?, operation.over()),
            Err(refusal) => (Outcome::Failed(refusal), false),
        })
    }

    /// Waits for the end of an operation.
    pub(super) async fn end_of(&self, operation: &Operation) -> Result<Outcome, DriverError> {
        if operation.over() {
            return Ok(Outcome::of(operation));
        }
        let place = match &operation.region {
            Some(url) => format!("regions/{}", last(url)),
            None => "global".to_owned(),
        };
        let path = format!("projects/{}/{place}/operations/{}", self.account.project, operation.name);
        Ok(self.client.over(&path).await?.map_or(Outcome::Running, |over| Outcome::of(&over)))
    }

    /// The operation that a request began, by the request's id.
    pub(super) async fn begun(&self, request_id: &str) -> Result<Option<Operation>, DriverError> {
        let path = format!("projects/{}/global/operations", self.account.project);
        let filter = format!("clientOperationId = \"{request_id}\"");
        Ok(self.client.list(&path, &[("filter", &filter)]).await?.into_iter().next())
    }

    /// An operation of a kind that is under way on a thing; `place` is `global` or of a region.
    pub(super) async fn under_way(
        &self,
        place: &str,
        kind: &str,
        target: &str,
    ) -> Result<Option<Operation>, DriverError> {
        let path = format!("projects/{}/{place}/operations", self.account.project);
        let filter = format!("(operationType = \"{kind}\") (status != \"DONE\")");
        let all: Vec<Operation> = self.client.list(&path, &[("filter", &filter)]).await?;
        let is_it = |operation: &Operation| {
            !operation.over()
                && operation.operation_type.as_deref() == Some(kind)
                && operation.target_link.as_deref().is_some_and(|link| relative(link) == target)
        };
        Ok(all.into_iter().find(is_it))
    }
}

/// What is to be seen of an operation that was found again.
pub(super) fn shown(operation: Option<Operation>) -> Told<bool> {
    match operation.as_ref().map(Outcome::of) {
        Some(Outcome::Running) => Ok(true),
        Some(Outcome::Failed(refusal)) => Err(refusal),
        Some(Outcome::Done) | None => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use model::container::{Container, Network, Place};
    use model::peering::machine::Action;
    use model::peering::{Peering, PeeringSpec};
    use model::time::Timestamp;

    use super::*;

    #[test]
    fn a_request_id_is_a_uuid_of_the_wish_and_of_nothing_else() {
        let at = Timestamp::from_seconds(0);
        let container = Container {
            id: "6a793f62c0eb9e7a1771502a".parse().expect("an id"),
            project: "6a793f62c0eb9e7a1771502b".parse().expect("an id"),
            place: Place::Gcp { regions: Vec::new() },
            block: model::Cidr::parse("10.8.0.0/18").expect("a block"),
            created_at: at,
            network: Network::Absent,
        };
        let peering = Peering::new(
            "6a793f62c0eb9e7a1771502c".parse().expect("an id"),
            container.project,
            container.id,
            PeeringSpec::Gcp { project_id: "far".into(), network_name: "app".into() },
            at,
        );
        let id = |action, target| request_id(&ClientToken::of(&peering, action), target);
        let one = id(Action::Request, "x");
        assert_eq!(one, id(Action::Request, "x"));
        assert_ne!(one, id(Action::Remove, "x"));
        assert_ne!(one, id(Action::Request, "y"));
        let parts: Vec<usize> = one.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(one.as_bytes()[14], b'8');
        assert!(matches!(one.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
    }
}
