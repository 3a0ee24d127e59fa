//! The values of a statement.

use model::Timestamp;
use model::id::{
    ContainerId, EventId, InstallationId, KeyId, ObjectId, OrgId, PeeringId, ProjectId, SecretId, TeamId,
    UserId,
};

/// One value of a statement.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Val<'a> {
    /// Nothing.
    Null,
    /// A number, a moment, a flag.
    Int(i64),
    /// A text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
    /// An id; kept as its 24 digits.
    Id(ObjectId),
}

/// One value of a row, kept for later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Nothing.
    Null,
    /// A number, a moment, a flag.
    Int(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Kept {
    /// A value of a statement.
    pub(crate) fn of(value: &Val<'_>) -> Self {
        match *value {
            Val::Null => Self::Null,
            Val::Int(number) => Self::Int(number),
            Val::Text(text) => Self::Text(text.to_owned()),
            Val::Blob(bytes) => Self::Blob(bytes.to_owned()),
            Val::Id(id) => Self::Text(id.hex().as_str().to_owned()),
        }
    }

    /// The same, for a statement.
    pub(crate) fn val(&self) -> Val<'_> {
        match self {
            Self::Null => Val::Null,
            Self::Int(number) => Val::Int(*number),
            Self::Text(text) => Val::Text(text),
            Self::Blob(bytes) => Val::Blob(bytes),
        }
    }

    /// Gives bytes that no other value gives, whatever stands before and behind it.
    pub(crate) fn feed(&self, take: &mut impl FnMut(&[u8])) {
        let mut whole = |kind: u8, bytes: &[u8]| {
            take(&[kind]);
            take(&(bytes.len() as u64).to_be_bytes());
            take(bytes);
        };
        match self {
            Self::Null => whole(0, &[]),
            Self::Int(number) => whole(1, &number.to_be_bytes()),
            Self::Text(text) => whole(2, text.as_bytes()),
            Self::Blob(bytes) => whole(3, bytes),
        }
    }
}

impl From<i64> for Val<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u32> for Val<'_> {
    fn from(number: u32) -> Self {
        Self::Int(i64::from(number))
    }
}

impl From<bool> for Val<'_> {
    fn from(flag: bool) -> Self {
        Self::Int(i64::from(flag))
    }
}

impl From<Timestamp> for Val<'_> {
    fn from(at: Timestamp) -> Self {
        Self::Int(at.micros())
    }
}

impl<'a> From<&'a str> for Val<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Val<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Val<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Blob(bytes)
    }
}

impl<'a, T: Into<Val<'a>>> From<Option<T>> for Val<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! ids {
    ($($id:ty),+) => {$(
        impl From<$id> for Val<'_> {
            fn from(id: $id) -> Self {
                Self::Id(id.0)
            }
        }
    )+};
}

ids!(OrgId, ProjectId, ContainerId, PeeringId, KeyId, UserId, TeamId, EventId, SecretId, InstallationId);
