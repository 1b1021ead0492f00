//! Figures of samples: how two distributions differ, and how two columns depend on each other.

/// The mean, where there is one.
pub fn mean(values: &[f64]) -> Option<f64> {
    let sum: f64 = values.iter().sum();
    (!values.is_empty()).then(|| sum / values.len() as f64)
}

/// The greatest distance of two empirical distribution functions.
pub fn kolmogorov_smirnov(one: &[f64], other: &[f64]) -> f64 {
    if one.is_empty() || other.is_empty() {
        return if one.len() == other.len() { 0.0 } else { 1.0 };
    }
    let upto = |values: &[f64], at: f64| {
        values.partition_point(|value| *value <= at) as f64 / values.len() as f64
    };
    let distance = |at: &f64| (upto(one, *at) - upto(other, *at)).abs();
    one.iter().chain(other).map(distance).fold(0.0, f64::max)
}

/// One minus the total variation distance of two samples of cells.
pub fn likeness(real: &[usize], made: &[usize]) -> f64 {
    let size = real.iter().chain(made).max().map_or(0, |most| most + 1);
    let shares = |cells: &[usize]| {
        let mut shares = vec![0.0; size];
        cells
            .iter()
            .for_each(|&cell| shares[cell] += 1.0 / cells.len() as f64);
        shares
    };
    let (real, made) = (shares(real), shares(made));
    let distance: f64 = real
        .iter()
        .zip(&made)
        .map(|(real, made)| (real - made).abs())
        .sum();
    1.0 - distance / 2.0
}

/// Pearson's correlation of pairs; 0 where one side never changes.
pub fn correlation(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let pairs: Vec<(f64, f64)> = pairs.collect();
    let count = pairs.len().max(1) as f64;
    let sums = pairs
        .iter()
        .fold((0.0, 0.0), |sums, (a, b)| (sums.0 + a, sums.1 + b));
    let (a, b) = (sums.0 / count, sums.1 / count);
    let (mut joint, mut one, mut other) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        joint += (x - a) * (y - b);
        one += (x - a) * (x - a);
        other += (y - b) * (y - b);
    }
    let scale = f64::sqrt(one * other);
    if scale > 0.0 { joint / scale } else { 0.0 }
}

/// How many rows have each pair of cells, those of `height` cells of the other column side by side.
pub fn counted(table: &[usize], width: usize, height: usize) -> Vec<f64> {
    let mut counts = vec![0.0; width * height];
    table.iter().for_each(|&cell| counts[cell] += 1.0);
    counts
}

/// Cramér's V of the counts of pairs of cells, those of `height` cells of the other column side by side.
pub fn association(counts: &[f64], height: usize) -> f64 {
    let (mut rows, mut columns) = (vec![0.0; counts.len() / height], vec![0.0; height]);
    for (cell, count) in counts.iter().enumerate() {
        rows[cell / height] += count;
        columns[cell % height] += count;
    }
    let total = counts.iter().sum::<f64>().max(1.0);
    let surprise = |(cell, count): (usize, &f64)| {
        let expected = rows[cell / height] * columns[cell % height] / total;
        if expected > 0.0 {
            (count - expected).powi(2) / expected
        } else {
            0.0
        }
    };
    let chi_squared: f64 = counts.iter().enumerate().map(surprise).sum();
    let met = |sums: &[f64]| sums.iter().filter(|sum| **sum > 0.0).count();
    let freedom = met(&rows).min(met(&columns)).saturating_sub(1).max(1) as f64;
    (chi_squared / total / freedom).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_the_extremes() {
        let up = || (0..50).map(f64::from);
        assert!((correlation(up().zip(up())) - 1.0).abs() < 1e-12);
        assert!((correlation(up().zip(up().map(|x| -x))) + 1.0).abs() < 1e-12);
        assert_eq!(correlation(up().zip(up().map(|_| 1.0))), 0.0);
        assert_eq!(kolmogorov_smirnov(&[1.0, 2.0], &[3.0, 4.0]), 1.0);
        assert_eq!(kolmogorov_smirnov(&[1.0, 2.0], &[1.0, 2.0]), 0.0);
        assert_eq!(likeness(&[0, 0, 1], &[2, 2, 2]), 0.0);
        // Two cells of a table of two by two that always come together, and four that come equally often.
        assert!((association(&counted(&[0, 3, 0, 3], 2, 2), 2) - 1.0).abs() < 1e-12);
        assert!(association(&counted(&[0, 1, 2, 3], 2, 2), 2) < 1e-12);
    }
}
