//! Counts values in bins: of numbers, of times, and of words.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::cell::Cell;
use super::table::Reading;
use crate::run::{Counts, bin_of, edges, format};

/// Bins of a histogram.
pub(super) const BINS: usize = 24;
/// Categories that have a bin.
const CATEGORIES: usize = 12;
/// Characters of a category that are shown.
const SHOWN: usize = 40;
const DAY: f64 = 86_400.0;

/// Bins of equal width over a range.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bins {
    pub edges: Vec<f64>,
    /// Whether each bin stands for one whole number.
    single: bool,
    time: bool,
}

impl Bins {
    /// Bins over all of `values`; none where there is none. `whole` numbers of a short range get a
    /// bin each.
    pub fn over(values: &[f64], whole: bool, time: bool) -> Self {
        let range = values
            .iter()
            .map(|value| (*value, *value))
            .reduce(|(low, high), (value, _)| (low.min(value), high.max(value)));
        let Some((low, high)) = range else {
            return Self {
                edges: Vec::new(),
                single: false,
                time,
            };
        };
        Self::between(low, high, whole, time)
    }

    /// Bins from `low` to `high`.
    pub fn between(low: f64, high: f64, whole: bool, time: bool) -> Self {
        let single = whole && high - low < BINS as f64;
        let edges = if single {
            let count = (high - low) as usize + 1;
            (0..=count).map(|at| low - 0.5 + at as f64).collect()
        } else if low == high {
            vec![low, high]
        } else {
            edges(low, high, BINS)
        };
        Self {
            edges,
            single,
            time,
        }
    }

    /// The bin that `value` is in, where it is in one.
    pub fn place(&self, value: f64) -> Option<usize> {
        bin_of(&self.edges, value)
    }

    pub fn tally(&self, readings: impl Iterator<Item = Reading>) -> Counts {
        let mut counts = Counts {
            bins: vec![0; self.edges.len().saturating_sub(1)],
            ..Counts::default()
        };
        for reading in readings {
            match reading {
                Reading::Missing => counts.missing += 1,
                Reading::Other => counts.other += 1,
                Reading::Value(value) => match self.place(value) {
                    Some(at) => counts.bins[at] += 1,
                    None if self.edges.first().is_some_and(|first| value < *first) => {
                        counts.below += 1;
                    }
                    None => counts.above += 1,
                },
            }
        }
        counts
    }

    pub fn labels(&self) -> Vec<String> {
        let label = |pair: &[f64]| match self.single {
            true => format::number(pair[0] + 0.5),
            false => format!(
                "{} to {}",
                spell(pair[0], self.time),
                spell(pair[1], self.time)
            ),
        };
        self.edges.windows(2).map(label).collect()
    }
}

/// A number, or a time in seconds since 1970.
pub(super) fn spell(value: f64, time: bool) -> String {
    let moment = || {
        let at = Timestamp::from_second(value as i64).ok()?;
        let at = at.to_zoned(TimeZone::UTC).datetime();
        Some(match value % DAY == 0.0 {
            true => at.date().to_string(),
            false => at.to_string().replace('T', " "),
        })
    };
    time.then(moment)
        .flatten()
        .unwrap_or_else(|| format::number(value))
}

/// The most frequent words of the real side (of the other where there is none), and how often each
/// side has them.
pub(super) fn tally_words<'t>(
    real: Option<Vec<&'t str>>,
    synthetic: impl Iterator<Item = &'t str>,
) -> (Vec<String>, Option<Counts>, Counts) {
    let synthetic: Vec<&str> = synthetic.collect();
    let known = real.as_ref().unwrap_or(&synthetic);
    let mut frequencies: HashMap<&str, u64> = HashMap::new();
    for word in known.iter().map(|word| word.trim()).filter(is_value) {
        *frequencies.entry(word).or_default() += 1;
    }
    let mut words: Vec<(&str, u64)> = frequencies.into_iter().collect();
    words.sort_unstable_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    words.truncate(CATEGORIES);
    let places: HashMap<&str, usize> = words
        .iter()
        .enumerate()
        .map(|(at, (word, _))| (*word, at))
        .collect();
    let count = |cells: &[&str]| {
        let mut counts = Counts {
            bins: vec![0; words.len()],
            ..Counts::default()
        };
        for word in cells.iter().map(|word| word.trim()) {
            match places.get(word) {
                Some(at) => counts.bins[*at] += 1,
                None if is_value(&word) => counts.other += 1,
                None => counts.missing += 1,
            }
        }
        counts
    };
    let labels = words.iter().map(|(word, _)| format::shorten(word, SHOWN));
    (
        labels.collect(),
        real.as_deref().map(count),
        count(&synthetic),
    )
}

/// In a column of words, only a blank cell has no value.
fn is_value(word: &&str) -> bool {
    Cell::read(word, false) != Cell::Blank
}

/// How much of two distributions coincides; absent where one has no values.
pub(super) fn overlap(one: &Counts, other: &Counts) -> Option<f64> {
    let (all, all_others) = (one.values() as f64, other.values() as f64);
    if all == 0.0 || all_others == 0.0 {
        return None;
    }
    let parts = |counts: &Counts| {
        let mut parts = counts.bins.clone();
        parts.extend([counts.below, counts.above, counts.other]);
        parts
    };
    let pairs = parts(one).into_iter().zip(parts(other));
    Some(
        pairs
            .map(|(one, other)| (one as f64 / all).min(other as f64 / all_others))
            .sum(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_the_range_is_in_a_bin() {
        for (low, high) in [
            (0.0, 1.0),
            (-1e300, 1e300),
            (f64::MIN, f64::MAX),
            (3.0, 3.0),
        ] {
            let bins = Bins::between(low, high, false, false);
            for value in [low, low / 2.0 + high / 2.0, high] {
                assert!(bins.place(value).is_some(), "{value} in {bins:?}");
            }
            assert_eq!(bins.place(f64::NAN), None);
        }
        let counts = Bins::over(&[0.0, 24.0], false, false).tally(
            [-1.0, 0.0, 0.5, 1.0, 24.0, 25.0, 26.0]
                .into_iter()
                .map(Reading::Value)
                .chain([Reading::Missing, Reading::Other]),
        );
        assert_eq!((counts.below, counts.above), (1, 2));
        assert_eq!((counts.missing, counts.other), (1, 1));
        assert_eq!((counts.bins[0], counts.bins[1], counts.bins[23]), (2, 1, 1));
        assert_eq!(counts.values(), 8);
    }

    #[test]
    fn whole_numbers_of_a_short_range_get_a_bin_each() {
        let bins = Bins::over(&[0.0, 3.0], true, false);
        assert_eq!(bins.labels(), ["0", "1", "2", "3"]);
        assert_eq!(bins.place(3.0), Some(3));
        assert_eq!(Bins::over(&[], true, false).labels(), [""; 0]);
    }

    #[test]
    fn times_are_spelt_as_such() {
        assert_eq!(spell(0.0, true), "1970-01-01");
        assert_eq!(spell(DAY + 3_600.0, true), "1970-01-02 01:00:00");
        assert_eq!(spell(1.5, false), "1.5");
    }

    #[test]
    fn words_are_ranked_by_the_real_side_and_the_rest_is_counted() {
        let real = vec!["b", "a", "b ", "", "c"];
        let (labels, real, synthetic) = tally_words(Some(real), ["a", "a", "d", " "].into_iter());
        assert_eq!(labels, ["b", "a", "c"]);
        assert_eq!(
            real.map(|real| (real.bins, real.missing)),
            Some((vec![2, 1, 1], 1))
        );
        assert_eq!((synthetic.bins, synthetic.other), (vec![0, 2, 0], 1));
        assert_eq!(synthetic.missing, 1);
    }

    #[test]
    fn an_overlap_is_whole_for_the_same_shares_and_none_for_others() {
        let counts = |bins: &[u64]| Counts {
            bins: bins.to_vec(),
            ..Counts::default()
        };
        assert_eq!(overlap(&counts(&[1, 3]), &counts(&[2, 6])), Some(1.0));
        assert_eq!(overlap(&counts(&[5, 0]), &counts(&[0, 5])), Some(0.0));
        assert_eq!(overlap(&counts(&[1, 3]), &counts(&[3, 1])), Some(0.5));
        assert_eq!(overlap(&counts(&[0, 0]), &counts(&[3, 1])), None);
    }
}
