//! Address blocks, and what an access list takes.

use model::access::AccessValue;
use model::cidr::{Cidr, CidrFault};

/// A block reads back from its own text, lies within bounds, and what is told as the right form of
/// a wrong one is right.
pub fn check(bytes: &[u8]) {
    let Some(text) = crate::text(bytes) else { return };
    match Cidr::parse(text) {
        Ok(block) => {
            assert_eq!(Cidr::parse(&block.to_string()), Ok(block));
            assert!(block.prefix() <= 32 && block.first() <= block.last());
            let n = u64::from(block.last()) - u64::from(block.first()) + 1;
            assert_eq!(n, 1 << (32 - u32::from(block.prefix())));
            assert!(block.overlaps(block) && block.contains(block));
        }
        Err(CidrFault::NonCanonical(right)) => assert_eq!(Cidr::parse(&right.to_string()), Ok(right)),
        Err(CidrFault::Malformed) => {}
    }
    for value in [AccessValue::parse_net(text), AccessValue::parse_group(text), AccessValue::parse_path(text)]
        .into_iter()
        .flatten()
    {
        let key = value.key();
        let again = AccessValue::parse_path(&key).expect("a key is a path's value");
        assert_eq!((again.key(), again.is_group()), (key, value.is_group()));
    }
}
