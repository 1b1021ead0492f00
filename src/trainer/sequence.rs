//! How well synthetic windows keep the course of real ones.

use super::encoding::{Cells, EncodedRows, Encoding};
use super::statistics::{correlation, mean};

/// Windows of each kind that are looked at.
const WINDOWS: usize = 500;
/// Longest lag, in rows.
const LAGS: usize = 10;

/// Two figures, each 1 where the real and the synthetic windows agree and 0 where they are opposite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Course {
    /// Correlation of each column with itself some rows later, and of its changes with themselves; averaged over
    /// columns and lags.
    pub autocorrelation: f64,
    /// Correlation of the changes of each two columns in the same row, averaged over the pairs.
    pub cross_correlation: f64,
}

/// Real windows, kept to compare others with.
pub struct RealWindows {
    window: usize,
    windows: Vec<Vec<f64>>,
}

impl RealWindows {
    /// Some of the real windows; none where rows are learnt by themselves or no column has a number in every row.
    pub fn new(encoding: &Encoding, data: &EncodedRows) -> Option<Self> {
        let window = encoding.window();
        let step = data.windows().div_ceil(WINDOWS);
        let starts = (0..data.windows()).step_by(step);
        let rows: Vec<usize> = starts.flat_map(|start| start..start + window).collect();
        let windows = numbers(encoding, &encoding.decoded(data, &rows));
        (window > 2 && windows.iter().any(Option::is_some)).then(|| Self {
            window,
            windows: windows.into_iter().map(Option::unwrap_or_default).collect(),
        })
    }

    /// How the course of synthetic rows compares, given by learnt column and window after window.
    pub fn compare(&self, encoding: &Encoding, cells: &[Cells]) -> Course {
        let made: Vec<Vec<f64>> = numbers(encoding, cells)
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect();
        let both: Vec<(&Vec<f64>, &Vec<f64>)> = self
            .windows
            .iter()
            .zip(&made)
            .filter(|(real, made)| !real.is_empty() && !made.is_empty())
            .collect();
        let (mut auto, mut cross) = (Vec::new(), Vec::new());
        let changes: Vec<(Vec<f64>, Vec<f64>)> = both
            .iter()
            .map(|(real, made)| (changes(real, self.window), changes(made, self.window)))
            .collect();
        for (level, change) in both.iter().zip(&changes) {
            for lag in 1..=LAGS.min(self.window - 2) {
                let of_level = [level.0, level.1].map(|rows| lagged(rows, self.window, lag));
                auto.push(likeness(of_level));
                let of_change =
                    [&change.0, &change.1].map(|rows| lagged(rows, self.window - 1, lag));
                if lag < self.window - 2 {
                    auto.push(likeness(of_change));
                }
            }
        }
        for one in 0..changes.len() {
            for other in one + 1..changes.len() {
                let real = correlation(
                    changes[one]
                        .0
                        .iter()
                        .copied()
                        .zip(changes[other].0.iter().copied()),
                );
                let made = correlation(
                    changes[one]
                        .1
                        .iter()
                        .copied()
                        .zip(changes[other].1.iter().copied()),
                );
                cross.push(likeness([real, made]));
            }
        }
        Course {
            autocorrelation: mean(&auto).unwrap_or(1.0),
            cross_correlation: mean(&cross).unwrap_or(1.0),
        }
    }
}

/// The learnt columns that have a number in every row.
fn numbers(encoding: &Encoding, cells: &[Cells]) -> Vec<Option<Vec<f64>>> {
    let column = |(feature, cells): (&super::encoding::Feature, &Cells)| {
        let value = |row| feature.value(cells.choices[row], cells.number(row));
        (0..cells.choices.len()).map(value).collect()
    };
    encoding.levels().zip(cells).map(column).collect()
}

fn likeness([real, made]: [f64; 2]) -> f64 {
    1.0 - (real - made).abs() / 2.0
}

/// The changes from row to row within each window.
fn changes(rows: &[f64], window: usize) -> Vec<f64> {
    let within = |rows: &[f64]| {
        rows.windows(2)
            .map(|pair| pair[1] - pair[0])
            .collect::<Vec<_>>()
    };
    rows.chunks_exact(window).flat_map(within).collect()
}

/// The correlation of rows with those `lag` later in the same window.
fn lagged(rows: &[f64], window: usize, lag: usize) -> f64 {
    let pairs = rows
        .chunks_exact(window)
        .flat_map(|rows| rows.iter().copied().zip(rows[lag..].iter().copied()));
    correlation(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_correlates_with_itself_and_noise_does_not() {
        let steady: Vec<f64> = (0..100).map(|row| f64::from(row / 10)).collect();
        assert!(lagged(&steady, 10, 1) > 0.99);
        let turning: Vec<f64> = (0..100).map(|row| f64::from(row % 2)).collect();
        assert!(lagged(&turning, 10, 1) < -0.99);
        assert_eq!(
            changes(&[1.0, 2.0, 4.0, 9.0, 9.0, 8.0], 3),
            [1.0, 2.0, 0.0, -1.0]
        );
    }
}
