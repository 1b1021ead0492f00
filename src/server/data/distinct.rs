//! How many different values there are, counted up to a limit.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The fingerprints of the values seen, until there are too many.
#[derive(Clone, Debug)]
pub(super) struct Distinct {
    /// Emptied and given up once it would grow past the limit.
    seen: Option<HashSet<u64>>,
    limit: usize,
}

impl Distinct {
    pub fn new(limit: usize) -> Self {
        Self {
            seen: Some(HashSet::new()),
            limit,
        }
    }

    pub fn add(&mut self, value: impl Hash) {
        if let Some(seen) = &mut self.seen {
            seen.insert(fingerprint(value));
            if seen.len() > self.limit {
                self.seen = None;
            }
        }
    }

    /// The number of different values, or `None` where there are more than the limit.
    pub fn count(&self) -> Option<u64> {
        self.seen.as_ref().map(|seen| seen.len() as u64)
    }
}

/// 64 bits that stand for a value: with the few thousand values that are told apart here,
/// two of them share their bits less than once in 10¹² columns.
pub(super) fn fingerprint(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_exact_up_to_the_limit_and_absent_beyond() {
        let mut distinct = Distinct::new(3);
        for value in ["a", "b", "a", "c", "b"] {
            distinct.add(value);
        }
        assert_eq!(distinct.count(), Some(3));
        distinct.add("d");
        assert_eq!(distinct.count(), None);
        distinct.add("a");
        assert_eq!(distinct.count(), None);
    }
}
