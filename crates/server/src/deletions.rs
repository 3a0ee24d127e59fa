//! Projects that callers have just deleted.
//!
//! The service takes a while to delete a project and accepts the request again meanwhile: the
//! Terraform provider destroys one project that it manages twice by two requests at once, and wants
//! both to succeed. Here a project is gone at once, so it is remembered for a moment who asked.

use std::collections::HashMap;
use std::time::Duration;

use model::key::Principal;
use model::{ProjectId, Timestamp};
use parking_lot::Mutex;

/// How long whoever has deleted a project may ask again.
const REMEMBERED: Duration = Duration::from_secs(10);
/// Deletions remembered at once; beyond that, the old ones are forgotten, or else all.
const MAX_REMEMBERED: usize = 10_000;

/// Who has just asked for which project to be deleted, by the real clock.
#[derive(Default)]
pub struct Deletions {
    asked: Mutex<HashMap<(ProjectId, Principal), Timestamp>>,
}

impl Deletions {
    /// Remembers a request; answers whether it repeats another.
    pub fn ask(&self, project: ProjectId, caller: &Principal, now: Timestamp) -> bool {
        let mut asked = self.asked.lock();
        if asked.len() >= MAX_REMEMBERED {
            asked.retain(|_, at| now.since(*at) < REMEMBERED);
            if asked.len() >= MAX_REMEMBERED {
                asked.clear();
            }
        }
        let before = asked.insert((project, caller.clone()), now);
        before.is_some_and(|before| now.since(before) < REMEMBERED)
    }

    /// Whether the caller has just asked for it.
    pub fn asked(&self, project: ProjectId, caller: &Principal, now: Timestamp) -> bool {
        let asked = self.asked.lock();
        asked.get(&(project, caller.clone())).is_some_and(|at| now.since(*at) < REMEMBERED)
    }

    /// Forgets a request that was refused.
    pub fn refused(&self, project: ProjectId, caller: &Principal) {
        self.asked.lock().remove(&(project, caller.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deletion_is_remembered_for_ten_seconds_for_the_caller_who_asked() {
        let deletions = Deletions::default();
        let project = "6a793f62c0eb9e7a1771502a".parse().expect("an id");
        let [caller, other] = ["a", "b"].map(|name| Principal::ServiceAccount(name.to_owned()));
        let at = Timestamp::from_seconds;
        assert!(!deletions.ask(project, &caller, at(100)));
        assert!(deletions.asked(project, &caller, at(109)));
        assert!(!deletions.asked(project, &caller, at(110)));
        assert!(!deletions.asked(project, &other, at(100)));
        assert!(deletions.ask(project, &caller, at(105)));
        deletions.refused(project, &caller);
        assert!(!deletions.asked(project, &caller, at(105)));
    }

    #[test]
    fn memory_is_bounded() {
        let deletions = Deletions::default();
        let project = "6a793f62c0eb9e7a1771502a".parse().expect("an id");
        for nth in 0..=MAX_REMEMBERED {
            deletions.ask(project, &Principal::ServiceAccount(nth.to_string()), Timestamp::from_seconds(1));
        }
        assert_eq!(deletions.asked.lock().len(), 1);
    }
}
