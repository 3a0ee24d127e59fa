//! The values of a statement.

use model::Timestamp;
use model::id::{
    ContainerId, EventId, KeyId, ObjectId, OrgId, PeeringId, ProjectId, SecretId, TeamId, UserId,
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

ids!(OrgId, ProjectId, ContainerId, PeeringId, KeyId, UserId, TeamId, EventId, SecretId);
