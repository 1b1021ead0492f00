//! The values of a text column and how often each occurs, in bounded memory.

use std::collections::HashMap;

use super::distinct::fingerprint;
use crate::data::Statistics;

/// How many values are reported.
const REPORTED: usize = 5;

/// How many characters of a value are shown.
const SHOWN: usize = 100;

/// Counts of the first so many different values. A value that first occurs after them is
/// not counted, so that the counts given are exact whatever the column holds.
#[derive(Clone, Debug)]
pub(super) struct Words {
    /// By fingerprint, since a value may be long: how it is shown, and its count.
    counts: HashMap<u64, (String, u64)>,
    limit: usize,
    overflowed: bool,
}

impl Words {
    /// `limit` is how many different values are counted.
    pub fn new(limit: usize) -> Self {
        Self {
            counts: HashMap::new(),
            limit,
            overflowed: false,
        }
    }

    pub fn add(&mut self, text: &str) {
        let key = fingerprint(text);
        if let Some((_, count)) = self.counts.get_mut(&key) {
            *count += 1;
        } else if self.counts.len() < self.limit {
            self.counts.insert(key, (cut(text, SHOWN), 1));
        } else {
            self.overflowed = true;
        }
    }

    /// How many different values there are, and the most frequent ones.
    pub fn finish(self) -> (Option<u64>, Statistics) {
        let distinct = (!self.overflowed).then_some(self.counts.len() as u64);
        let mut counts: Vec<(String, u64)> = self.counts.into_values().collect();
        counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts.truncate(REPORTED);
        (
            distinct,
            Statistics::Categorical {
                most_frequent: counts,
            },
        )
    }
}

/// The first `length` characters of `text`, with `…` in place of what follows.
pub(super) fn cut(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_come_first() {
        let mut words = Words::new(10);
        for word in "b a c a d e f a b".split(' ') {
            words.add(word);
        }
        let most_frequent = [("a", 3), ("b", 2), ("c", 1), ("d", 1), ("e", 1)]
            .map(|(word, count)| (word.to_owned(), count))
            .to_vec();
        assert_eq!(
            words.finish(),
            (Some(6), Statistics::Categorical { most_frequent })
        );
    }

    #[test]
    fn beyond_the_limit_known_values_are_still_counted() {
        let mut words = Words::new(2);
        for word in "a b c a d a".split(' ') {
            words.add(word);
        }
        let most_frequent = vec![("a".to_owned(), 3), ("b".to_owned(), 1)];
        assert_eq!(
            words.finish(),
            (None, Statistics::Categorical { most_frequent })
        );
    }

    #[test]
    fn long_values_are_cut_between_characters_but_told_apart() {
        let mut words = Words::new(10);
        words.add(&("é".repeat(200) + "1"));
        words.add(&("é".repeat(200) + "2"));
        let (distinct, statistics) = words.finish();
        assert_eq!(distinct, Some(2));
        let shown = format!("{}…", "é".repeat(SHOWN));
        let most_frequent = vec![(shown.clone(), 1), (shown, 1)];
        assert_eq!(statistics, Statistics::Categorical { most_frequent });
    }
}
