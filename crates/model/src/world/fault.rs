//! What a user wants to go wrong: faults are recorded facts, laid out beforehand and used up one
//! by one.

use crate::peering::Reason;

/// A call of the control plane to a cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloudCall {
    /// Look at a connection.
    Observe,
    /// Ask for a connection.
    Request,
    /// Make its routes.
    Route,
    /// Take it down.
    Remove,
    /// Make a near network.
    MakeNetwork,
    /// Take a near network down.
    RemoveNetwork,
}

impl CloudCall {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Observe, Self::Request, Self::Route, Self::Remove, Self::MakeNetwork, Self::RemoveNetwork];

    /// The name of a fault's place on the wire and in rows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Observe => "cloud.observe",
            Self::Request => "cloud.request",
            Self::Route => "cloud.route",
            Self::Remove => "cloud.remove",
            Self::MakeNetwork => "cloud.makeNetwork",
            Self::RemoveNetwork => "cloud.removeNetwork",
        }
    }
}

/// How a call to a cloud goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloudFault {
    /// It fails once and may work next time.
    Transient,
    /// It is asked to come back later.
    Throttled,
    /// The account may not do it.
    Denied,
    /// It happens, but the answer is lost.
    LostAnswer,
    /// A request is taken and comes to nothing: no such account, network or region.
    Invalid,
}

impl CloudFault {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Transient, Self::Throttled, Self::Denied, Self::LostAnswer, Self::Invalid];

    /// The name on the wire and in rows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transient => "transient",
            Self::Throttled => "throttled",
            Self::Denied => "denied",
            Self::LostAnswer => "lostAnswer",
            Self::Invalid => "invalid",
        }
    }

    /// The fault of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.name() == name)
    }
}

/// Where a fault happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultPoint {
    /// In a call to a cloud.
    Cloud(CloudCall),
    /// In an operation of the API, by its operation id.
    Operation(String),
}

impl FaultPoint {
    /// The name on the wire and in rows.
    pub fn name(&self) -> &str {
        match self {
            Self::Cloud(call) => call.name(),
            Self::Operation(id) => id,
        }
    }

    /// The place of that name; anything that is no cloud call is taken for an operation.
    pub fn from_name(name: &str) -> Self {
        CloudCall::ALL
            .into_iter()
            .find(|call| call.name() == name)
            .map_or_else(|| Self::Operation(name.to_owned()), Self::Cloud)
    }
}

/// What happens there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// In a call to a cloud.
    Cloud(CloudFault),
    /// In an operation: the answer is this error code, and nothing else happens.
    ErrorCode(String),
}

impl Outcome {
    /// The name on the wire and in rows.
    pub fn name(&self) -> &str {
        match self {
            Self::Cloud(fault) => fault.name(),
            Self::ErrorCode(code) => code,
        }
    }
}

/// A fault laid out in a project's world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub on: FaultPoint,
    /// What.
    pub outcome: Outcome,
    /// How many times more.
    pub times: u32,
}

/// What a connection comes to when its request meets a fault.
pub fn request_reason(fault: CloudFault) -> Option<Reason> {
    match fault {
        CloudFault::Invalid => Some(Reason::Invalid),
        CloudFault::Transient | CloudFault::Throttled | CloudFault::Denied | CloudFault::LostAnswer => None,
    }
}
