//! Which operations share a rate limit, and what it allows.
//!
//! The service counts in token buckets: so many calls at once, and so many more each minute. Calls
//! on the same noun share one (`/groups` and `/groups/{groupId}` are one noun, `/orgs` and
//! `/orgs/{orgId}` two, because their recorded limits differ), whatever their method, and whether
//! they come through v2 or v1.0. Recorded answers count down like that.

use std::sync::LazyLock;

use super::{Operation, OperationId, operations};

/// How often tokens come back.
pub const REFILL_SECONDS: u32 = 60;

/// What a caller may do of one family of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The family: the same for all operations that share the limit.
    pub family: OperationId,
    /// Whether each project or organization of the path is counted for itself.
    pub by_place: bool,
    /// How many tokens a full bucket holds.
    pub capacity: u32,
    /// How many come back every [`REFILL_SECONDS`].
    pub refill: u32,
}

/// Tokens that come back at a time. Known for three capacities; the others get two fifths, which
/// lies between.
const fn refill(capacity: u32) -> u32 {
    match capacity {
        300 => 100,
        1200 => 500,
        10_000 => 5000,
        other => other * 2 / 5,
    }
}

/// The noun of a path: what it begins with, and what hangs on the one thing that it names.
fn noun(operation: &Operation) -> (&'static str, &'static str) {
    let path = operation.places.first().map_or("", |(_, path)| *path);
    let mut segments = path.split('/').skip(1);
    let first = segments.next().unwrap_or_default();
    let below = segments.next().is_some_and(|segment| segment.starts_with('{'));
    (first, segments.next().filter(|_| below).unwrap_or_default())
}

static LIMITS: LazyLock<Vec<Option<RateLimit>>> = LazyLock::new(|| {
    let of = |operation: &Operation| {
        let capacity = operation.rate?;
        let shares = |other: &&Operation| other.rate == operation.rate && noun(other) == noun(operation);
        let family = operations().iter().find(shares).map_or(operation.id, |first| first.id);
        let by_place = !noun(operation).1.is_empty();
        Some(RateLimit { family, by_place, capacity, refill: refill(capacity) })
    };
    operations().iter().map(of).collect()
});

impl OperationId {
    /// The limit that its calls share; `None` where the service has none.
    pub fn rate_limit(self) -> Option<&'static RateLimit> {
        LIMITS[self as usize].as_ref()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn what_shares_a_limit_is_the_golden_table() {
        let mut families: BTreeMap<(&str, &str, u32), Vec<&str>> = BTreeMap::new();
        for operation in operations() {
            if let Some(limit) = operation.id.rate_limit() {
                let (first, below) = noun(limit.family.operation());
                families.entry((first, below, limit.capacity)).or_default().push(operation.id.name());
            }
        }
        let mut table = String::new();
        for ((first, below, capacity), names) in families {
            let family = format!("/{first} {below}");
            table.push_str(&format!(
                "{family:<28} {capacity:>5} +{:<4} {}\n",
                refill(capacity),
                names.join(" ")
            ));
        }
        insta::assert_snapshot!("rate_limits", table);
    }

    #[test]
    fn projects_are_one_noun_and_organizations_two() {
        let family = |id: OperationId| id.rate_limit().map(|limit| limit.family);
        assert_eq!(family(OperationId::ListGroups), family(OperationId::DeleteGroup));
        assert_ne!(family(OperationId::ListOrgs), family(OperationId::GetOrg));
        assert_ne!(family(OperationId::GetGroup), family(OperationId::GetGroupSettings));
        assert_eq!(family(OperationId::GetIpInfo), None);
    }
}
