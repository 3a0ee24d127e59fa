//! Callers that were proved before: what their rows said, kept with the callers' epoch at which it
//! was read.
//!
//! Whether it still holds is not known here: the epoch is read with the place that a request
//! enters, and what was kept at another one is read again then ([`super::caller::confirm`]).

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;

/// Entries kept; when there are more, all are forgotten and read again.
const MAX_KNOWN: usize = 10_000;

/// What the rows said of callers, by whatever names them.
pub struct Known<T> {
    entries: RwLock<HashMap<String, Arc<T>>>,
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { entries: RwLock::default() }
    }
}

impl<T> Known<T> {
    /// What was last read of a caller.
    pub fn get(&self, name: &str) -> Option<Arc<T>> {
        self.entries.read().get(name).map(Arc::clone)
    }

    /// Keeps what was read of a caller.
    pub fn keep(&self, name: &str, known: T) -> Arc<T> {
        let known = Arc::new(known);
        let mut entries = self.entries.write();
        if entries.len() >= MAX_KNOWN {
            entries.clear();
        }
        entries.insert(name.to_owned(), Arc::clone(&known));
        known
    }

    /// Forgets a caller.
    pub fn forget(&self, name: &str) {
        self.entries.write().remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_last_is_known_until_it_is_forgotten() {
        let known = Known::default();
        known.keep("abcdefgh", 1);
        known.keep("abcdefgh", 2);
        assert_eq!(known.get("abcdefgh").as_deref(), Some(&2));
        assert_eq!(known.get("other"), None);
        known.forget("abcdefgh");
        assert_eq!(known.get("abcdefgh"), None);
    }

    #[test]
    fn memory_is_bounded() {
        let known = Known::default();
        for nth in 0..=MAX_KNOWN {
            known.keep(&nth.to_string(), nth);
        }
        assert_eq!(known.entries.read().len(), 1);
    }
}
