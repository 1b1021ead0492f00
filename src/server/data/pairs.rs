//! Pearson's correlation of each two of some columns, in one pass.

/// Rows in which both have values that a correlation needs at least: two always lie on a line.
const FEWEST: f64 = 3.0;

/// Sums for each two columns; a row counts where both have a value.
#[derive(Clone, Debug)]
pub(super) struct Pairs {
    /// The middle of each column's range, and half of it. Numbers of its own size would lose the
    /// difference of two large sums, and the largest would leave the range of floats.
    scales: Vec<(f64, f64)>,
    sums: Vec<Sums>,
    row: Vec<Option<f64>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    count: f64,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Pairs {
    /// For columns of these ranges.
    pub fn new(ranges: &[(f64, f64)]) -> Self {
        let scale = |&(low, high): &(f64, f64)| (low / 2.0 + high / 2.0, high / 2.0 - low / 2.0);
        let count = ranges.len();
        Self {
            scales: ranges.iter().map(scale).collect(),
            sums: vec![Sums::default(); count * count.saturating_sub(1) / 2],
            row: vec![None; count],
        }
    }

    /// Takes one row: a value for each column, as far as there is one.
    pub fn add(&mut self, values: impl IntoIterator<Item = Option<f64>>) {
        for ((place, value), (middle, half)) in self.row.iter_mut().zip(values).zip(&self.scales) {
            *place = value.map(|value| match *half > 0.0 {
                true => (value - middle) / half,
                false => 0.0,
            });
        }
        let mut sums = self.sums.iter_mut();
        for (at, y) in self.row.iter().enumerate() {
            for (x, sums) in self.row[..at].iter().zip(&mut sums) {
                let (Some(x), Some(y)) = (*x, *y) else {
                    continue;
                };
                sums.count += 1.0;
                sums.x += x;
                sums.y += y;
                sums.xx += x * x;
                sums.yy += y * y;
                sums.xy += x * y;
            }
        }
    }

    /// The correlations, row by row.
    pub fn finish(self) -> Vec<Option<f64>> {
        let count = self.scales.len();
        let mut matrix = vec![None; count * count];
        let mut sums = self.sums.iter();
        for row in 0..count {
            for (column, sums) in (0..row).zip(&mut sums) {
                let value = sums.correlation();
                matrix[row * count + column] = value;
                matrix[column * count + row] = value;
            }
            let (_, half) = self.scales[row];
            matrix[row * count + row] = (half > 0.0).then_some(1.0);
        }
        matrix
    }
}

impl Sums {
    fn correlation(&self) -> Option<f64> {
        let n = self.count;
        let (x, y) = (n * self.xx - self.x * self.x, n * self.yy - self.y * self.y);
        // What rounding leaves of a column that does not vary in these rows is no variation.
        let varies = |spread: f64, squares: f64| spread > 1e-10 * n * squares.max(1e-12);
        if n < FEWEST || !varies(x, self.xx) || !varies(y, self.yy) {
            return None;
        }
        let r = (n * self.xy - self.x * self.y) / (x.sqrt() * y.sqrt());
        r.is_finite().then(|| r.clamp(-1.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(columns: &[&[Option<f64>]]) -> Vec<Option<f64>> {
        let range = |column: &&[Option<f64>]| {
            let values = column.iter().flatten();
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(*value), high.max(*value))
            })
        };
        let mut pairs = Pairs::new(&columns.iter().map(range).collect::<Vec<_>>());
        for row in 0..columns[0].len() {
            pairs.add(columns.iter().map(|column| column[row]));
        }
        pairs.finish()
    }

    #[test]
    fn correlations_agree_with_their_definition() {
        let x = [1.0, 2.0, 3.0, 4.0, 5.0].map(Some);
        let y = [2.0, 1.0, 4.0, 3.0, 5.0].map(Some);
        let down = [5e9, 4e9, 3e9, 2e9, 1e9].map(Some);
        let matrix = pairs(&[&x, &y, &down]);
        // By hand: covariance 8 over the root of 10 times 10.
        for (found, expected) in matrix
            .iter()
            .zip([1.0, 0.8, -1.0, 0.8, 1.0, -0.8, -1.0, -0.8, 1.0])
        {
            assert!(
                (found.unwrap_or(9.0) - expected).abs() < 1e-12,
                "{matrix:?}"
            );
        }
    }

    #[test]
    fn rows_without_one_of_the_two_do_not_count() {
        let x = [Some(1.0), Some(2.0), None, Some(3.0), Some(9.0)];
        let y = [Some(3.0), Some(2.0), Some(7.0), Some(1.0), None];
        assert_eq!(pairs(&[&x, &y])[1].map(|r| (r * 1e9).round()), Some(-1e9));
        let few = [Some(1.0), None, None, Some(2.0), None];
        assert_eq!(pairs(&[&x, &few])[1], None);
    }

    #[test]
    fn what_does_not_vary_has_no_correlation_and_extremes_stay_finite() {
        let x = [1.0, 2.0, 3.0].map(Some);
        let flat = [7.0, 7.0, 7.0].map(Some);
        assert_eq!(pairs(&[&x, &flat]), [Some(1.0), None, None, None]);
        let huge = [f64::MIN, 0.0, f64::MAX].map(Some);
        let matrix = pairs(&[&x, &huge]);
        assert_eq!(matrix[1].map(|r| (r * 1e9).round()), Some(1e9));
    }
}
