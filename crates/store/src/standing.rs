//! How things stand, for whoever watches the server: peerings by state, and what waits for the
//! reconciler.
//!
//! Each figure is one walk along an index. Counting by state costs about as much as there are
//! peerings (a million take a tenth of a second), so nobody should ask more often than people look.

use model::peering::State;
use model::{Provider, Timestamp};

use crate::Store;
use crate::engine::{Sql, Tx, statements, vals};
use crate::error::Result;

statements! {
    IN_STATE: "count peerings in a state" = "SELECT count(*), min(state_since) FROM peering \
         WHERE provider = $1 AND state = $2";
    STUCK: "count stuck peerings" = "SELECT count(*) FROM peering WHERE provider = $1 AND stuck IS NOT NULL";
    DUE_PEERINGS: "count due peerings" = "SELECT count(*), count(CASE WHEN lease_until > $1 THEN 1 END), \
         min(CASE WHEN lease_until <= $1 THEN due_at END) FROM peering WHERE due_at <= $2";
    DUE_CONTAINERS: "count due containers" = "SELECT count(*), count(CASE WHEN lease_until > $1 THEN 1 END), \
         min(CASE WHEN lease_until <= $1 THEN due_at END) FROM container WHERE due_at <= $2";
}

/// The peerings of a provider that are in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InState {
    /// The provider.
    pub provider: Provider,
    /// The state's name.
    pub state: &'static str,
    /// How many.
    pub count: u64,
    /// Since when the first of them is.
    pub since: Option<Timestamp>,
}

/// What waits for the reconciler in one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Queue {
    /// Rows that are due, those that somebody holds included.
    pub due: u64,
    /// Due rows that somebody holds.
    pub leased: u64,
    /// When the one that nobody holds and that waits longest became due.
    pub oldest: Option<Timestamp>,
}

/// How things stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Peerings by provider and state, every pair.
    pub peerings: Vec<InState>,
    /// Peerings that a cloud refuses to take down, by provider.
    pub stuck: Vec<(Provider, u64)>,
    /// Peerings that wait.
    pub due_peerings: Queue,
    /// Containers that wait.
    pub due_containers: Queue,
}

/// The states in which a row can be.
fn states() -> Vec<&'static str> {
    let mut names: Vec<_> =
        State::all().into_iter().filter(|state| *state != State::Removed).map(State::name).collect();
    names.dedup();
    names
}

fn queue(tx: &mut Tx<'_>, sql: Sql, world_now: Timestamp, real_now: Timestamp) -> Result<Queue> {
    let queue = tx.one(sql, vals![real_now, world_now], |row| {
        Ok(Queue { due: row.number()?, leased: row.number()?, oldest: row.time_opt()? })
    })?;
    Ok(queue.unwrap_or_default())
}

fn standing(tx: &mut Tx<'_>, world_now: Timestamp, real_now: Timestamp) -> Result<Standing> {
    let mut peerings = Vec::new();
    let mut stuck = Vec::new();
    for provider in Provider::ALL {
        for state in states() {
            let found =
                tx.one(IN_STATE, vals![provider.name(), state], |row| Ok((row.number()?, row.time_opt()?)))?;
            let (count, since) = found.unwrap_or_default();
            peerings.push(InState { provider, state, count, since });
        }
        stuck.push((provider, tx.count(STUCK, vals![provider.name()])?));
    }
    Ok(Standing {
        peerings,
        stuck,
        due_peerings: queue(tx, DUE_PEERINGS, world_now, real_now)?,
        due_containers: queue(tx, DUE_CONTAINERS, world_now, real_now)?,
    })
}

impl Store {
    /// How things stand now, by the world's clock and by the real one.
    pub async fn standing(&self, world_now: Timestamp, real_now: Timestamp) -> Result<Standing> {
        self.snapshot(move |tx| standing(tx, world_now, real_now)).await
    }
}
