//! What came through access lists: counted in memory, written in batches.
//!
//! No request waits for a row to be counted. What is counted is written now and then
//! ([`Uses::write`], by a part of the server's own), before a list is shown, and at the end; what a
//! crash finds in memory is lost, and only counts and dates are lost with it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use model::Timestamp;
use model::key::Principal;
use parking_lot::Mutex;
use store::{AccessUse, Store};

/// How often counts are written while there are any.
const WRITTEN_EVERY: Duration = Duration::from_secs(10);
/// Entries that are counted at once; calls through others go uncounted until the next writing.
const MAX_COUNTED: usize = 10_000;

/// How many calls came through an entry, when the last came, and from where.
type Count = (u32, Timestamp, IpAddr);

/// Counts that are not in the rows yet.
#[derive(Default)]
pub struct Uses {
    counted: Mutex<HashMap<(Principal, IpNet), Count>>,
    writing: tokio::sync::Mutex<()>,
}

impl Uses {
    /// Counts a call that came through an entry of a caller's list, by the world's clock.
    pub fn count(&self, caller: &Principal, net: IpNet, at: Timestamp, from: IpAddr) {
        let mut counted = self.counted.lock();
        let room = counted.len() < MAX_COUNTED;
        let name = (caller.clone(), net);
        if room || counted.contains_key(&name) {
            let (n_calls, last_at, last_from) = counted.entry(name).or_insert((0, at, from));
            (*n_calls, *last_at, *last_from) = (n_calls.saturating_add(1), at, from);
        }
    }

    /// Writes what was counted, again and again until it is stopped.
    pub async fn keep_writing(&self, store: &Store, stop: impl Future<Output = ()>) {
        let mut ticks = tokio::time::interval(WRITTEN_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => return,
                _ = ticks.tick() => self.write(store).await,
            }
        }
    }

    /// Writes what was counted. When this is done, the rows say what was counted before it began.
    pub async fn write(&self, store: &Store) {
        // Whoever comes while another writes waits: its counts may be on their way.
        let _alone = self.writing.lock().await;
        let counted = std::mem::take(&mut *self.counted.lock());
        if counted.is_empty() {
            return;
        }
        let uses = counted.into_iter().map(|((caller, net), (n_calls, at, from))| AccessUse {
            caller,
            net,
            n_calls,
            at,
            from: from.to_string(),
        });
        if let Err(error) = store.caller_access_uses(uses.collect()).await {
            tracing::error!(error = &error as &dyn std::error::Error, "counts of access lists were lost");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_what_is_counted_goes_on_being_counted() {
        let uses = Uses::default();
        let here = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
        let caller = |nth: usize| Principal::ServiceAccount(nth.to_string());
        let net = IpNet::from(here);
        for nth in 0..=MAX_COUNTED {
            uses.count(&caller(nth), net, Timestamp::from_seconds(1), here);
        }
        uses.count(&caller(0), net, Timestamp::from_seconds(2), here);
        let counted = uses.counted.lock();
        assert_eq!(counted.len(), MAX_COUNTED);
        assert_eq!(counted[&(caller(0), net)], (2, Timestamp::from_seconds(2), here));
    }
}
