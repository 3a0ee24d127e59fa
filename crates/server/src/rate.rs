//! Counts calls for the headers `Ratelimit-Limit` and `Ratelimit-Remaining`.
//!
//! One window of a minute for each caller and operation, on the real clock. The count is told, not
//! yet enforced.

use std::collections::HashMap;
use std::time::Duration;

use api::OperationId;
use model::Timestamp;
use model::key::Principal;
use parking_lot::Mutex;

const WINDOW: Duration = Duration::from_secs(60);
/// Windows kept at once; beyond that, those that are over are dropped.
const MAX_WINDOWS: usize = 20_000;

/// Counts calls.
#[derive(Default)]
pub struct Meter {
    windows: Mutex<HashMap<(Principal, OperationId), Window>>,
}

struct Window {
    since: Timestamp,
    n_calls: u32,
}

impl Meter {
    /// Counts one call and tells how many remain of `limit` in this window.
    pub fn count(&self, caller: &Principal, operation: OperationId, limit: u32, now: Timestamp) -> u32 {
        let mut windows = self.windows.lock();
        if windows.len() >= MAX_WINDOWS {
            windows.retain(|_, window| now.since(window.since) < WINDOW);
            if windows.len() >= MAX_WINDOWS {
                windows.clear();
            }
        }
        let window = windows.entry((caller.clone(), operation)).or_insert(Window { since: now, n_calls: 0 });
        if now.since(window.since) >= WINDOW {
            *window = Window { since: now, n_calls: 0 };
        }
        window.n_calls = window.n_calls.saturating_add(1);
        limit.saturating_sub(window.n_calls)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_remains_goes_down_by_one_a_call_and_comes_back_after_a_minute() {
        let meter = Meter::default();
        let caller = Principal::ServiceAccount("mdb_sa_id_1".into());
        let now = Timestamp::from_seconds(1000);
        let count = |now| meter.count(&caller, OperationId::GetGroup, 2, now);
        assert_eq!([count(now), count(now), count(now)], [1, 0, 0]);
        assert_eq!(count(now.after(WINDOW)), 1);
    }
}
