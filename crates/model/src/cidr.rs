//! Address blocks of containers and routes: IPv4, canonical, private.

use std::fmt;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

/// An IPv4 block whose host bits are zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr(Ipv4Net);

/// Why a text is no block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CidrFault {
    /// Not `a.b.c.d/n`.
    #[error("not in CIDR notation")]
    Malformed,
    /// Host bits are set; the canonical form is carried.
    #[error("host bits are set")]
    NonCanonical(Cidr),
}

const PRIVATE: [(Ipv4Addr, u8); 3] = [
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
];

impl Cidr {
    /// Reads `a.b.c.d/n`; a prefix is required, host bits must be zero.
    pub fn parse(text: &str) -> Result<Self, CidrFault> {
        let (address, prefix) = text.split_once('/').ok_or(CidrFault::Malformed)?;
        let address: Ipv4Addr = address.parse().map_err(|_| CidrFault::Malformed)?;
        let digits =
            prefix.bytes().all(|b| b.is_ascii_digit()) && (prefix == "0" || !prefix.starts_with('0'));
        let prefix: u8 = prefix.parse().ok().filter(|_| digits).ok_or(CidrFault::Malformed)?;
        let net = Ipv4Net::new(address, prefix).map_err(|_| CidrFault::Malformed)?;
        if net.trunc() != net {
            return Err(CidrFault::NonCanonical(Self(net.trunc())));
        }
        Ok(Self(net))
    }

    /// The block at `address` with `prefix` bits, host bits cleared. `None` past 32 bits.
    pub fn new(address: Ipv4Addr, prefix: u8) -> Option<Self> {
        Ipv4Net::new(address, prefix).ok().map(|net| Self(net.trunc()))
    }

    /// Number of leading bits.
    pub fn prefix(self) -> u8 {
        self.0.prefix_len()
    }

    /// First address, as a number.
    pub fn first(self) -> u32 {
        u32::from(self.0.network())
    }

    /// Last address, as a number.
    pub fn last(self) -> u32 {
        u32::from(self.0.broadcast())
    }

    /// Whether the two share an address.
    pub fn overlaps(self, other: Self) -> bool {
        self.first() <= other.last() && other.first() <= self.last()
    }

    /// Whether every address of `other` is in this block.
    pub fn contains(self, other: Self) -> bool {
        self.first() <= other.first() && other.last() <= self.last()
    }

    /// Whether the block lies in one of the RFC 1918 ranges.
    pub fn private(self) -> bool {
        PRIVATE
            .iter()
            .any(|&(address, prefix)| Self::new(address, prefix).is_some_and(|range| range.contains(self)))
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn host_bits_and_missing_prefixes_are_refused() {
        assert_eq!(
            Cidr::parse("10.8.0.1/24"),
            Err(CidrFault::NonCanonical(Cidr::parse("10.8.0.0/24").expect("canonical")))
        );
        for text in [
            "10.8.0.0",
            "10.8.0.0/33",
            "10.8/16",
            "",
            "fd00::/8",
            "10.8.0.0/ 8",
            "10.8.0.0/",
            "010.8.0.0/16",
            "10.8.0.0/021",
            "0.0.0.0/00",
        ] {
            assert_eq!(Cidr::parse(text), Err(CidrFault::Malformed), "{text}");
        }
    }

    #[test]
    fn private_means_inside_one_of_the_three_ranges() {
        for (text, private) in [
            ("10.0.0.0/8", true),
            ("172.31.0.0/16", true),
            ("172.32.0.0/16", false),
            ("192.168.0.0/15", false),
            ("8.8.8.0/24", false),
            ("0.0.0.0/0", false),
        ] {
            assert_eq!(Cidr::parse(text).expect("canonical").private(), private, "{text}");
        }
    }

    fn block() -> impl Strategy<Value = Cidr> {
        (any::<u32>(), 8u8..=32)
            .prop_map(|(address, prefix)| Cidr::new(address.into(), prefix).expect("prefix in range"))
    }

    proptest! {
        #[test]
        fn overlap_is_what_counting_addresses_says(a in block(), b in block()) {
            let shared = a.first().max(b.first()) <= a.last().min(b.last());
            prop_assert_eq!(a.overlaps(b), shared);
            prop_assert_eq!(a.overlaps(b), b.overlaps(a));
            prop_assert!(!a.contains(b) || a.overlaps(b));
            // Blocks nest or are disjoint.
            prop_assert_eq!(a.overlaps(b), a.contains(b) || b.contains(a));
        }

        #[test]
        fn text_of_a_block_reads_back(a in block()) {
            prop_assert_eq!(Cidr::parse(&a.to_string()), Ok(a));
        }
    }
}
