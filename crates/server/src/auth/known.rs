//! Callers that were proved before: what their rows said, kept while it still holds.
//!
//! Nothing is kept longer than the store's count of what was taken back stands still
//! ([`store::Wake::callers`]), so a key or token that is taken back is refused from the moment
//! that this is answered. The count is this process's own, as the database is.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;

/// Entries kept; when there are more, all are forgotten and read again.
const MAX_KNOWN: usize = 10_000;

/// What the rows said of callers, by whatever names them.
pub struct Known<T> {
    entries: RwLock<HashMap<String, (u64, Arc<T>)>>,
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { entries: RwLock::default() }
    }
}

impl<T> Known<T> {
    /// What is known of a caller at that count.
    pub fn get(&self, name: &str, count: u64) -> Option<Arc<T>> {
        self.entries.read().get(name).filter(|(at, _)| *at == count).map(|(_, known)| Arc::clone(known))
    }

    /// Keeps what was read of a caller. The count must have been taken before the reading.
    pub fn keep(&self, name: &str, count: u64, known: T) -> Arc<T> {
        let known = Arc::new(known);
        let mut entries = self.entries.write();
        if entries.len() >= MAX_KNOWN {
            entries.clear();
        }
        entries.insert(name.to_owned(), (count, Arc::clone(&known)));
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_holds_while_the_count_does() {
        let known = Known::default();
        known.keep("abcdefgh", 7, 1);
        assert_eq!(known.get("abcdefgh", 7).as_deref(), Some(&1));
        assert_eq!(known.get("abcdefgh", 8), None);
        assert_eq!(known.get("other", 7), None);
    }

    #[test]
    fn memory_is_bounded() {
        let known = Known::default();
        for nth in 0..=MAX_KNOWN {
            known.keep(&nth.to_string(), 0, nth);
        }
        assert_eq!(known.entries.read().len(), 1);
    }
}
