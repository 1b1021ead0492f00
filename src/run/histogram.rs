//! How often values fall into equal parts of their range.

/// One part of the range.
#[derive(Clone, Debug, PartialEq)]
pub struct Bin {
    pub from: f64,
    pub to: f64,
    /// For each of the lists how many of its values lie in it.
    pub counts: Vec<usize>,
}

/// How many parts a range is cut into.
const BINS: usize = 20;

/// The borders of `count` equally wide bins from `low` to `high`, one more than there are bins.
pub fn edges(low: f64, high: f64, count: usize) -> Vec<f64> {
    let edge = |at: usize| {
        let share = at as f64 / count as f64;
        // Not by the width, which of the widest range is no float.
        low * (1.0 - share) + high * share
    };
    let mut edges: Vec<f64> = (0..=count).map(edge).collect();
    edges[count] = high;
    edges
}

/// The bin between `edges` that `value` is in, where it is in one. A border belongs to the bin above it, the
/// last one excepted.
pub fn bin_of(edges: &[f64], value: f64) -> Option<usize> {
    let (first, last) = (edges.first()?, edges.last()?);
    if !(*first <= value && value <= *last) {
        return None;
    }
    // The borders decide, whatever a division makes of a value beside one.
    let above = edges.partition_point(|edge| *edge <= value);
    Some(above.saturating_sub(1).min(edges.len() - 2))
}

/// The `lists` of values in common bins over at least `range`; what is not finite is in none. Empty without any
/// finite value.
pub fn histogram(lists: &[Vec<f64>], range: (f64, f64)) -> Vec<Bin> {
    let finite = || lists.iter().flatten().filter(|value| value.is_finite());
    if finite().next().is_none() {
        return Vec::new();
    }
    let low = finite().fold(range.0, |low, value| low.min(*value));
    let high = finite().fold(range.1, |high, value| high.max(*value));
    let edges = edges(low, high, BINS);
    let mut bins: Vec<Bin> = edges
        .windows(2)
        .map(|pair| Bin {
            from: pair[0],
            to: pair[1],
            counts: vec![0; lists.len()],
        })
        .collect();
    for (list, values) in lists.iter().enumerate() {
        for bin in values.iter().filter_map(|value| bin_of(&edges, *value)) {
            bins[bin].counts[list] += 1;
        }
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn scores_fall_into_twentieths() {
        let bins = histogram(&[vec![0.0, 0.05, 0.049, 1.0], vec![0.5]], (0.0, 1.0));
        assert_eq!(bins.len(), 20);
        assert_eq!((bins[0].from, bins[19].to), (0.0, 1.0));
        assert_eq!(bins[0].counts, [2, 0]);
        assert_eq!(bins[1].counts, [1, 0]);
        assert_eq!(bins[10].counts, [0, 1]);
        assert_eq!(bins[19].counts, [1, 0]);
    }

    #[test]
    fn nothing_finite_has_no_bins() {
        assert!(histogram(&[vec![f64::NAN, f64::INFINITY]], (0.0, 1.0)).is_empty());
        assert!(histogram(&[], (0.0, 1.0)).is_empty());
    }

    proptest! {
        #[test]
        fn every_finite_value_is_counted_once(values in prop::collection::vec(-1e12..1e12f64, 1..200)) {
            let bins = histogram(std::slice::from_ref(&values), (0.0, 1.0));
            prop_assert_eq!(bins.iter().map(|bin| bin.counts[0]).sum::<usize>(), values.len());
            prop_assert!(bins.windows(2).all(|pair| pair[0].to == pair[1].from));
        }
    }
}
