//! The project's IP access list: which addresses may reach its databases.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use crate::id::ProjectId;
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// What one entry lets in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AccessValue {
    /// Addresses, as a canonical block; a single address is a block of its full length.
    Net(IpNet),
    /// A security group of a peered AWS VPC: `sg-…`, perhaps with `account/` before it.
    SecurityGroup(String),
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessEntry {
    /// The project.
    pub project: ProjectId,
    /// What it lets in.
    pub value: AccessValue,
    /// A remark; empty is none.
    pub comment: String,
    /// When it vanishes by itself, by the world's clock.
    pub delete_after: Option<Timestamp>,
    /// When it was first added.
    pub created_at: Timestamp,
}

impl AccessValue {
    /// An address or a block; host bits are cleared. `0.0.0.0` alone means everything, as the
    /// service has it. `None` for any other text.
    pub fn parse_net(text: &str) -> Option<Self> {
        let net = match text.parse::<IpAddr>() {
            Ok(IpAddr::V4(Ipv4Addr::UNSPECIFIED)) => IpNet::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0).ok()?,
            Ok(address) => IpNet::from(address),
            Err(_) => text.parse::<IpNet>().ok()?.trunc(),
        };
        Some(Self::Net(net))
    }

    /// `sg-` and letters or digits, perhaps after an account number and a slash.
    pub fn parse_group(text: &str) -> Option<Self> {
        let group = match text.split_once('/') {
            Some((account, group)) if account.bytes().all(|b| b.is_ascii_digit()) => group,
            Some(_) => return None,
            None => text,
        };
        let id = group.strip_prefix("sg-")?;
        let well_formed = !id.is_empty() && id.len() <= 32 && id.bytes().all(|b| b.is_ascii_alphanumeric());
        well_formed.then(|| Self::SecurityGroup(text.to_owned()))
    }

    /// The value that a path names: a bare address stands for its block of full length.
    ///
    /// Unlike [`Self::parse_net`], `0.0.0.0` here is that one address: the service answers 404 for
    /// it while `0.0.0.0/0` is listed.
    pub fn parse_path(text: &str) -> Option<Self> {
        match text.parse::<IpAddr>() {
            Ok(address) => Some(Self::Net(IpNet::from(address))),
            Err(_) => Self::parse_net(text).or_else(|| Self::parse_group(text)),
        }
    }

    /// The text that names it in links and rows.
    pub fn key(&self) -> String {
        match self {
            Self::Net(net) => net.to_string(),
            Self::SecurityGroup(group) => group.clone(),
        }
    }

    /// Whether it is a security group.
    pub fn is_group(&self) -> bool {
        matches!(self, Self::SecurityGroup(_))
    }

    /// The single address, if it is one.
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Net(net) if net.prefix_len() == net.max_prefix_len() => Some(net.addr()),
            Self::Net(_) | Self::SecurityGroup(_) => None,
        }
    }
}

impl AccessEntry {
    /// The entry that adding `new` over this one leaves: the service adopts it silently, and takes
    /// its comment and expiry.
    pub fn adopt(&self, new: &Self) -> Result<Self, Refusal> {
        if self.delete_after.is_none() && new.delete_after.is_some() {
            return Err(Refusal::PermanentEntry);
        }
        Ok(Self { created_at: self.created_at, ..new.clone() })
    }

    /// Whether it has vanished by then.
    pub fn expired(&self, now: Timestamp) -> bool {
        self.delete_after.is_some_and(|at| at <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_address_and_its_block_are_one_entry() {
        assert_eq!(AccessValue::parse_net("192.168.0.3"), AccessValue::parse_net("192.168.0.3/32"));
        assert_eq!(AccessValue::parse_path("192.168.0.3"), AccessValue::parse_net("192.168.0.3/32"));
    }

    #[test]
    fn all_zeros_means_everything_when_added_and_nothing_when_asked_for() {
        assert_eq!(AccessValue::parse_net("0.0.0.0").map(|value| value.key()), Some("0.0.0.0/0".into()));
        assert_eq!(AccessValue::parse_path("0.0.0.0").map(|value| value.key()), Some("0.0.0.0/32".into()));
    }

    #[test]
    fn security_groups_may_carry_an_account() {
        for text in ["sg-0123456789abcdef0", "123456789012/sg-0fedcba9876543210"] {
            assert!(AccessValue::parse_group(text).is_some(), "{text}");
        }
        for text in ["sg-", "abc/sg-1", "vpc-1", "sg-1/2", ""] {
            assert!(AccessValue::parse_group(text).is_none(), "{text}");
        }
    }
}
