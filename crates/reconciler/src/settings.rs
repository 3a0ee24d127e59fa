//! The limits of the loop, each with a name.

use std::time::Duration;

/// How much is taken at once, and how long things may take.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Rows in one batch; also how many calls to clouds can be under way at once.
    pub batch: u32,
    /// Looks at one row before it is released, whether or not there is more to see: a row whose
    /// effects never end must not keep others from their turn.
    pub rounds: u32,
    /// How long a claim holds, by the real clock.
    pub lease: Duration,
    /// How long one call to a cloud may take. A round begins only while two of them fit into what
    /// is left of the lease.
    pub call: Duration,
    /// The longest wait between two claims, for rows that became due without a wake-up: another
    /// node's, or one whose lease ran out.
    pub look_every: Duration,
    /// How often expired access-list entries are taken out, by the world's clock.
    pub expire_every: Duration,
    /// How long to leave a store alone that failed.
    pub store_pause: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            batch: 256,
            rounds: 8,
            lease: Duration::from_secs(60),
            call: Duration::from_secs(15),
            look_every: Duration::from_secs(5),
            expire_every: Duration::from_secs(10),
            store_pause: Duration::from_secs(1),
        }
    }
}
