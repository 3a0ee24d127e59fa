//! What a driver is given, what it answers, and how it fails.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use model::container::Container;
use model::container::machine::{NetworkAction, NetworkObserved};
use model::peering::machine::{Action, Observed};
use model::peering::{Peering, Reason};
use model::provider::Provider;
use model::world::World;

/// Everything that a driver may know about one peering.
#[derive(Debug, Clone)]
pub struct PeeringJob {
    /// The peering.
    pub peering: Peering,
    /// The container it lives in.
    pub container: Container,
    /// Its project's simulated world.
    pub world: World,
}

/// Everything that a driver may know about one near network.
#[derive(Debug, Clone)]
pub struct NetworkJob {
    /// The container it is for.
    pub container: Container,
    /// Its project's simulated world.
    pub world: World,
}

/// One provider's cloud.
///
/// Every method may be called again at any time, also while an earlier call is lost on its way:
/// drivers find what they made by its mark, never by memory.
#[async_trait]
pub trait CloudDriver: Send + Sync {
    /// Whose cloud it is.
    fn provider(&self) -> Provider;

    /// How often to look at what may change behind our back; `None` if the cloud tells by itself,
    /// by making the row due.
    fn poll(&self) -> Option<Duration>;

    /// Looks at a peering's connection.
    async fn observe(&self, job: &PeeringJob) -> Result<Observed, DriverError>;

    /// Does one thing to a peering's connection. Success says that the cloud took the call, not
    /// that it is done: the next look shows that.
    async fn apply(&self, job: &PeeringJob, action: Action, token: &ClientToken) -> Result<(), DriverError>;

    /// Looks at a container's near network.
    async fn observe_network(&self, job: &NetworkJob) -> Result<NetworkObserved, DriverError>;

    /// Does one thing to a near network. It takes no token: a network carries its container's name
    /// and is made anew after a removal, which a token that repeats would hide.
    async fn apply_network(&self, job: &NetworkJob, action: NetworkAction) -> Result<(), DriverError>;
}

/// Makes a repeated call harmless: the same wish has the same token, in whichever process and
/// after whatever crash. At most 64 characters, letters, digits and dashes, as Amazon has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientToken(String);

impl ClientToken {
    /// The token of an action on a peering. A connection is asked for and taken down once for each
    /// incarnation; its routes follow each change of the spec.
    pub fn of(peering: &Peering, action: Action) -> Self {
        let (name, count) = match action {
            Action::Request => ("request", peering.incarnation),
            Action::Route => ("route", peering.generation),
            Action::Remove => ("remove", peering.incarnation),
        };
        Self(format!("{}-{name}-{count}", peering.id))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a call to a cloud fails. The kind decides what happens next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DriverError {
    /// It failed, or nobody knows whether it did; it may work next time.
    #[error("the cloud could not be asked: {0}")]
    Transient(String),
    /// The cloud wants to be left alone for that long.
    #[error("the cloud asked for a pause of {} ms", .0.as_millis())]
    Throttled(Duration),
    /// Our account may not do that.
    #[error("the cloud does not permit it: {0}")]
    Denied(String),
    /// The cloud does not take it, and won't.
    #[error("the cloud does not take it ({}): {says}", .reason.name())]
    Rejected {
        /// What that makes of the peering.
        reason: Reason,
        /// The cloud's own words, and what somebody can do about it.
        says: String,
    },
}

impl DriverError {
    /// A "no" that makes a peering invalid, and is no matter of rights.
    pub fn invalid(says: impl Into<String>) -> Self {
        Self::Rejected { reason: Reason::Invalid, says: says.into() }
    }

    /// An error that left it open whether something was done, with all that led to it.
    pub fn transient(error: &(impl std::error::Error + ?Sized)) -> Self {
        Self::Transient(chain(error))
    }
}

/// An error with all that led to it, for a place that takes only text.
pub(crate) fn chain(error: &(impl std::error::Error + ?Sized)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
