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

/// The `lists` of values in common bins over at least `range`. An upper edge belongs to the next bin, the
/// last one excepted; what is not finite is in none. Empty without any finite value.
pub fn histogram(lists: &[Vec<f64>], range: (f64, f64)) -> Vec<Bin> {
    let finite = || lists.iter().flatten().filter(|value| value.is_finite());
    if finite().next().is_none() {
        return Vec::new();
    }
    let low = finite().fold(range.0, |low, value| low.min(*value));
    let high = finite().fold(range.1, |high, value| high.max(*value));
    // Halves first: the difference of two numbers can be more than there are.
    let width = high / BINS as f64 - low / BINS as f64;
    if width <= 0.0 || !width.is_finite() {
        return Vec::new();
    }
    let edge = |bin: usize| match bin {
        BINS => high,
        bin => low + width * bin as f64,
    };
    let mut bins: Vec<Bin> = (0..BINS)
        .map(|bin| Bin {
            from: edge(bin),
            to: edge(bin + 1),
            counts: vec![0; lists.len()],
        })
        .collect();
    for (list, values) in lists.iter().enumerate() {
        for value in values.iter().filter(|value| value.is_finite()) {
            // The edges decide, whatever the division makes of a value beside one.
            let after = bins.partition_point(|bin| bin.from <= *value);
            bins[after.saturating_sub(1)].counts[list] += 1;
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
