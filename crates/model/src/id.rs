//! Identifiers: twelve bytes, written as 24 lower-case hexadecimal digits, as the wire shows them.
//!
//! The first four bytes are seconds since 1970, so ids sort by age; the rest is a process-wide
//! random part and a counter. Each noun has its own type, so one can't be passed for another.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::time::Timestamp;

/// Twelve bytes with no noun attached.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId([u8; 12]);

/// The text is not 24 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is 24 lower-case hexadecimal digits")]
pub struct MalformedId;

impl ObjectId {
    /// The id made of these bytes.
    pub const fn from_bytes(bytes: [u8; 12]) -> Self {
        Self(bytes)
    }

    /// The bytes of this id.
    pub const fn bytes(self) -> [u8; 12] {
        self.0
    }

    /// The second in which the id was minted.
    pub fn second(self) -> Timestamp {
        let [a, b, c, d, ..] = self.0;
        Timestamp::from_seconds(i64::from(u32::from_be_bytes([a, b, c, d])))
    }

    /// The 24 digits, without an allocation.
    pub fn hex(self) -> Hex {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut out = [0u8; 24];
        for (i, byte) in self.0.iter().enumerate() {
            out[2 * i] = DIGITS[usize::from(byte >> 4)];
            out[2 * i + 1] = DIGITS[usize::from(byte & 15)];
        }
        Hex(out)
    }
}

/// An id as text, on the stack.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hex([u8; 24]);

impl Hex {
    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("hexadecimal digits are ASCII")
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.hex().as_str())
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ObjectId {
    type Err = MalformedId;

    fn from_str(text: &str) -> Result<Self, MalformedId> {
        let digits = text.as_bytes();
        if digits.len() != 24 {
            return Err(MalformedId);
        }
        let mut out = [0u8; 12];
        for (i, pair) in digits.chunks_exact(2).enumerate() {
            out[i] = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Self(out))
    }
}

fn nibble(digit: u8) -> Result<u8, MalformedId> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(MalformedId),
    }
}

/// Makes ids that grow within one process: seconds, five bytes of the process, three of a counter.
#[derive(Debug)]
pub struct IdMint {
    process: [u8; 5],
    counter: AtomicU32,
}

impl IdMint {
    /// A mint for one process; `process` should be random, `start` any number.
    pub fn new(process: [u8; 5], start: u32) -> Self {
        Self { process, counter: AtomicU32::new(start & 0x007f_ffff) }
    }

    /// The next id, dated `now`.
    pub fn mint<T: From<ObjectId>>(&self, now: Timestamp) -> T {
        let seconds = u32::try_from(now.seconds().clamp(0, i64::from(u32::MAX))).unwrap_or(u32::MAX);
        let count = self.counter.fetch_add(1, Ordering::Relaxed);
        let mut bytes = [0u8; 12];
        bytes[..4].copy_from_slice(&seconds.to_be_bytes());
        bytes[4..9].copy_from_slice(&self.process);
        bytes[9..].copy_from_slice(&count.to_be_bytes()[1..]);
        T::from(ObjectId(bytes))
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub ObjectId);

        impl $name {
            /// The 24 digits, without an allocation.
            pub fn hex(self) -> Hex {
                self.0.hex()
            }
        }

        impl From<ObjectId> for $name {
            fn from(id: ObjectId) -> Self {
                Self(id)
            }
        }

        impl FromStr for $name {
            type Err = MalformedId;

            fn from_str(text: &str) -> Result<Self, MalformedId> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )+};
}

ids! {
    /// An organization.
    OrgId,
    /// A project: the tenant; a "group" on the wire.
    ProjectId,
    /// A container: the address block at one provider and region in which peerings live.
    ContainerId,
    /// A peering connection; a "peer" on the wire.
    PeeringId,
    /// A programmatic API key.
    KeyId,
    /// A person.
    UserId,
    /// A team of persons.
    TeamId,
    /// An audit event.
    EventId,
    /// One secret of a service account.
    SecretId,
    /// This installation: whose mark a thing in a real cloud carries.
    InstallationId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_the_trip_through_text() {
        let id: ObjectId = "6a793f62c0eb9e7a1771502a".parse().expect("24 digits");
        assert_eq!(id.to_string(), "6a793f62c0eb9e7a1771502a");
    }

    #[test]
    fn upper_case_short_and_foreign_text_is_no_id() {
        for text in ["", "6A793F62C0EB9E7A1771502A", "6a793f62", "pcx", "6a793f62c0eb9e7a1771502g"] {
            assert_eq!(text.parse::<ObjectId>(), Err(MalformedId), "{text}");
        }
    }

    #[test]
    fn ids_of_one_process_grow() {
        let mint = IdMint::new([7; 5], 41);
        let now = Timestamp::from_seconds(1_700_000_000);
        let ids: Vec<PeeringId> = (0..1000).map(|_| mint.mint(now)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
