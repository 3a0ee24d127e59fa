//! Regular expressions of texts, one for the check of a body and for the published document.
//!
//! They are written in what all dialects share: ASCII classes, groups, counts, both anchors.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use regex_lite::Regex;

/// An id.
pub const ID: &str = "^[0-9a-f]{24}$";

macro_rules! octet {
    () => {
        "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
    };
}

macro_rules! private {
    ($prefix:literal) => {
        concat!(
            "(10\\.",
            octet!(),
            "|172\\.(1[6-9]|2[0-9]|3[01])|192\\.168)\\.",
            octet!(),
            "\\.",
            octet!(),
            "/",
            $prefix
        )
    };
}

macro_rules! address {
    () => {
        concat!("(", octet!(), "\\.){3}", octet!())
    };
}

/// An IPv4 block in one of the private ranges. That its host bits are zero is not said.
pub const PRIVATE_BLOCK: &str = concat!("^", private!("([89]|[12][0-9]|3[0-2])"), "$");
/// The block of a container at Amazon or Azure.
pub const AWS_OR_AZURE_BLOCK: &str = concat!("^", private!("2[1-4]"), "$");
/// The same, or nothing.
pub const AWS_OR_AZURE_BLOCK_OR_NONE: &str = concat!("^(", private!("2[1-4]"), ")?$");
/// The block of a container at Google Cloud; with regions it is a small one.
pub const GCP_BLOCK: &str = concat!("^", private!("([89]|1[0-8]|2[1-4])"), "$");
/// An IPv4 address, or nothing.
pub const ADDRESS_OR_NONE: &str = concat!("^(", address!(), ")?$");
/// An IPv4 address or block, or nothing.
pub const ADDRESS_OR_BLOCK_OR_NONE: &str = concat!("^(", address!(), "(/([0-9]|[12][0-9]|3[0-2]))?)?$");
/// An IPv4 address or block, or an IPv6 one, or nothing. Of IPv6 only the letters are said.
pub const KEY_ADDRESS: &str = concat!(
    "^((",
    address!(),
    "(/([0-9]|[12][0-9]|3[0-2]))?)?|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]*(/[0-9]{1,3})?)$"
);
/// A security group, perhaps with its account, or nothing.
pub const SECURITY_GROUP_OR_NONE: &str = "^(([0-9]*/)?sg-[A-Za-z0-9]{1,32})?$";
/// Half of a tag: of ASCII letters, digits, spaces and `;@_-.+`; beyond ASCII the server takes
/// letters and digits, for which the dialects share no class.
pub const TAG: &str = "^[^\\x00-\\x1f!\"#$%&'()*,/:<=>?\\[\\\\\\]^`{|}~\\x7f]{1,255}$";
/// The name of a project: of ASCII letters, digits, spaces and `-_.(),:&@+'`; beyond as above.
pub const GROUP_NAME: &str = "^[^\\x00-\\x1f!\"#$%*/;<=>?\\[\\\\\\]^`{|}~\\x7f]{1,64}$";
/// The name of a service account: of ASCII letters, digits, spaces and `-_.,'`; beyond ASCII
/// anything, since the dialects share no class for letters.
pub const ACCOUNT_NAME: &str = "^[^\\x00-\\x1f!\"#$%&()*+/:;<=>?@\\[\\\\\\]^`{|}~\\x7f]{1,64}$";
/// The description of a service account; of the same.
pub const ACCOUNT_DESCRIPTION: &str = "^[^\\x00-\\x1f!\"#$%&()*+/:;<=>?@\\[\\\\\\]^`{|}~\\x7f]{1,250}$";
/// Between 1 and 250 characters of any kind.
pub const UP_TO_250: &str = "^[\\s\\S]{1,250}$";

macro_rules! email {
    () => {
        concat!(
            "[^\\s\\x00-\\x1f\\x7f@]{1,128}@[^\\s\\x00-\\x1f\\x7f@]{1,100}",
            "\\.[^\\s\\x00-\\x1f\\x7f@.]{1,24}"
        )
    };
}

/// An e-mail address.
pub const EMAIL: &str = concat!("^", email!(), "$");
/// An e-mail address, or nothing.
pub const EMAIL_OR_NONE: &str = concat!("^(", email!(), ")?$");
/// A JSON object, written as a text. Only its ends are said.
pub const JSON_OBJECT: &str = "^\\{[\\s\\S]*\\}$";
/// A positive duration in ISO 8601, without years and months.
pub const DURATION: &str = "^P([0-9]{1,3}W)?([0-9]{1,3}D)?(T([0-9]{1,4}H)?([0-9]{1,5}M)?([0-9]{1,7}S)?)?$";

/// Texts that match a pattern, where one would not be found by guessing.
pub fn examples(pattern: &str) -> &'static [&'static str] {
    match pattern {
        PRIVATE_BLOCK => &["10.0.0.0/16", "172.31.0.0/16"],
        AWS_OR_AZURE_BLOCK | AWS_OR_AZURE_BLOCK_OR_NONE => &["192.168.208.0/21", "10.8.0.0/24"],
        GCP_BLOCK => &["10.128.0.0/18", "10.64.0.0/21"],
        ADDRESS_OR_NONE | KEY_ADDRESS => &["203.0.113.1"],
        ADDRESS_OR_BLOCK_OR_NONE => &["203.0.113.0/24"],
        SECURITY_GROUP_OR_NONE => &["sg-0123456789abcdef0"],
        DURATION => &["PT1H", "P1D"],
        EMAIL | EMAIL_OR_NONE => &["ada@example.org"],
        JSON_OBJECT => &["{}", "{\"atype\":\"authCheck\"}"],
        ACCOUNT_NAME => &["pipeline"],
        ACCOUNT_DESCRIPTION => &["What a pipeline signs in with"],
        _ => &[],
    }
}

static COMPILED: LazyLock<RwLock<HashMap<&'static str, Regex>>> = LazyLock::new(RwLock::default);

/// Whether a text matches a pattern. An empty pattern matches every text.
pub fn matches(pattern: &'static str, text: &str) -> bool {
    if pattern.is_empty() {
        return true;
    }
    if let Some(regex) = COMPILED.read().unwrap_or_else(PoisonError::into_inner).get(pattern) {
        return regex.is_match(text);
    }
    let regex = Regex::new(pattern).expect("a test compiles the patterns of all bodies");
    let is_match = regex.is_match(text);
    COMPILED.write().unwrap_or_else(PoisonError::into_inner).insert(pattern, regex);
    is_match
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles_and_takes_its_examples() {
        for pattern in [
            ID,
            PRIVATE_BLOCK,
            AWS_OR_AZURE_BLOCK,
            AWS_OR_AZURE_BLOCK_OR_NONE,
            GCP_BLOCK,
            ADDRESS_OR_NONE,
            ADDRESS_OR_BLOCK_OR_NONE,
            KEY_ADDRESS,
            SECURITY_GROUP_OR_NONE,
            TAG,
            GROUP_NAME,
            DURATION,
            ACCOUNT_NAME,
            ACCOUNT_DESCRIPTION,
            UP_TO_250,
            EMAIL,
            EMAIL_OR_NONE,
            JSON_OBJECT,
        ] {
            assert!(Regex::new(pattern).is_ok(), "{pattern}");
            for text in examples(pattern) {
                assert!(matches(pattern, text), "{pattern} {text}");
            }
        }
    }

    #[test]
    fn private_blocks_are_told_from_others() {
        for text in ["10.0.0.0/8", "172.31.255.0/24", "192.168.248.0/21", "10.1.2.3/32"] {
            assert!(matches(PRIVATE_BLOCK, text), "{text}");
        }
        for text in
            ["8.8.8.0/24", "172.32.0.0/16", "192.168.0.0", "10.256.0.0/16", "10.0.0.0/33", "010.0.0.0/8"]
        {
            assert!(!matches(PRIVATE_BLOCK, text), "{text}");
        }
    }

    #[test]
    fn nothing_is_an_address_where_it_may_be_left_empty() {
        assert!(matches(ADDRESS_OR_NONE, "") && matches(ADDRESS_OR_NONE, "203.0.113.1"));
        assert!(!matches(ADDRESS_OR_NONE, "203.0.113.1/32"));
        assert!(matches(ADDRESS_OR_BLOCK_OR_NONE, "203.0.113.0/24"));
        assert!(
            matches(KEY_ADDRESS, "2001:db8::/32") && matches(KEY_ADDRESS, "::1") && matches(KEY_ADDRESS, "")
        );
    }
}
