//! How near synthetic rows come to real ones, measured quickly on some of them.
//!
//! Shapes and pairs follow the quality report of SDMetrics (<https://docs.sdv.dev/sdmetrics>): a column's distributions
//! are compared by the Kolmogorov–Smirnov distance or, for categories, the total variation distance; a pair of columns by
//! its correlation or by its table of frequencies, if the two depend on each other in the real rows. Copies is the part of
//! the adversarial accuracy that looks at training rows (Yale et al. 2020,
//! <https://doi.org/10.1016/j.neucom.2019.12.136>), turned so that it reads as a share.

use super::encoding::{Cells, EncodedRows, Encoding, Feature};
use super::statistics::{association, correlation, counted, kolmogorov_smirnov, likeness, mean};

/// Rows of each kind that are looked at.
const ROWS: usize = 2_000;
/// Synthetic rows whose nearest neighbours are looked for.
const NEIGHBOURS: usize = 300;
/// Intervals that a number is cut into where it is paired with a category.
const INTERVALS: usize = 10;
/// Correlation from which on a pair of numbers counts.
const CORRELATED: f64 = 0.4;
/// Cramér's V from which on another pair counts.
const ASSOCIATED: f64 = 0.3;

/// Three figures; read them together, since each alone is easily had.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Likeness of the columns' distributions, 0 to 1, averaged.
    pub shapes: f64,
    /// Likeness of how pairs of columns depend on each other, 0 to 1, averaged; 1 where none do.
    pub pairs: f64,
    /// Share of synthetic rows that are nearer to a real row than that row is to its own nearest neighbour: about one
    /// half for fresh rows, near 1 for copies.
    pub copies: f64,
}

impl Quality {
    /// What a better checkpoint has more of.
    pub fn score(self) -> f64 {
        (self.shapes + self.pairs) / 2.0
    }
}

/// Real rows, kept to compare others with.
pub struct Reference {
    columns: Vec<Column>,
    rows: usize,
}

/// A column as figures are made of it.
enum Column {
    Numbers(Vec<Option<f64>>),
    Choices(Vec<u16>),
}

impl Reference {
    /// Some of the real rows.
    pub fn new(encoding: &Encoding, data: &EncodedRows) -> Self {
        let step = data.rows().div_ceil(ROWS);
        let rows: Vec<usize> = (0..data.rows()).step_by(step).collect();
        let columns = columns(encoding, &encoding.decoded(data, &rows));
        Self {
            columns,
            rows: rows.len(),
        }
    }

    /// The quality of synthetic rows, given by learnt column.
    pub fn compare(&self, encoding: &Encoding, cells: &[Cells]) -> Quality {
        let made = columns(encoding, cells);
        let both = || self.columns.iter().zip(&made);
        let shapes: Vec<f64> = both().map(|(real, made)| shape(real, made)).collect();
        let mut pairs = Vec::new();
        for one in 0..made.len() {
            for other in one + 1..made.len() {
                let real = (&self.columns[one], &self.columns[other]);
                pairs.extend(pair(real, (&made[one], &made[other])));
            }
        }
        Quality {
            shapes: mean(&shapes).unwrap_or(1.0),
            pairs: mean(&pairs).unwrap_or(1.0),
            copies: self.copies(&made, cells.first().map_or(0, |cells| cells.choices.len())),
        }
    }

    fn copies(&self, made: &[Column], rows: usize) -> f64 {
        let scales: Vec<f64> = self.columns.iter().map(spread).collect();
        let distance = |one: &[Column], row: usize, other: usize| -> f64 {
            let columns = one.iter().zip(&self.columns).zip(&scales);
            columns
                .map(|((one, real), scale)| apart(one, row, real, other) / scale)
                .sum()
        };
        let nearest = |one: &[Column], row: usize, but: Option<usize>| {
            let others = (0..self.rows).filter(|other| Some(*other) != but);
            others
                .map(|other| (distance(one, row, other), other))
                .min_by(|a, b| a.0.total_cmp(&b.0))
        };
        let step = rows.div_ceil(NEIGHBOURS).max(1);
        let nearer: Vec<f64> = (0..rows)
            .step_by(step)
            .filter_map(|row| {
                let (to_real, real) = nearest(made, row, None)?;
                let (among_real, _) = nearest(&self.columns, real, Some(real))?;
                // Of rows that repeat, neither is nearer.
                Some(match to_real.total_cmp(&among_real) {
                    std::cmp::Ordering::Less => 1.0,
                    std::cmp::Ordering::Equal => 0.5,
                    std::cmp::Ordering::Greater => 0.0,
                })
            })
            .collect();
        mean(&nearer).unwrap_or(0.0)
    }
}

fn columns(encoding: &Encoding, cells: &[Cells]) -> Vec<Column> {
    let column = |(feature, cells): (&Feature, &Cells)| {
        let rows = 0..cells.choices.len();
        match feature {
            Feature::Choice { .. } => Column::Choices(cells.choices.clone()),
            Feature::Number { .. } => Column::Numbers(
                rows.map(|row| feature.value(cells.choices[row], cells.number(row)))
                    .collect(),
            ),
        }
    };
    encoding.levels().zip(cells).map(column).collect()
}

/// What distances in a column are measured by: twice the standard deviation, or one for another choice.
fn spread(column: &Column) -> f64 {
    match column {
        Column::Choices(_) => 1.0,
        Column::Numbers(values) => {
            let values: Vec<f64> = values.iter().flatten().copied().collect();
            let mean = mean(&values).unwrap_or_default();
            let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
            let deviation = (squares / values.len().max(1) as f64).sqrt();
            if deviation > 0.0 {
                2.0 * deviation
            } else {
                1.0
            }
        }
    }
}

/// The distance of two cells of a column.
fn apart(one: &Column, row: usize, other: &Column, at: usize) -> f64 {
    match (one, other) {
        (Column::Choices(one), Column::Choices(other)) => f64::from(one[row] != other[at]),
        (Column::Numbers(one), Column::Numbers(other)) => match (one[row], other[at]) {
            (Some(one), Some(other)) => (one - other).abs(),
            (None, None) => 0.0,
            _ => 1.0,
        },
        _ => 1.0,
    }
}

/// The likeness of two distributions.
fn shape(real: &Column, made: &Column) -> f64 {
    match (real, made) {
        (Column::Choices(real), Column::Choices(made)) => {
            let cells = |choices: &[u16]| -> Vec<usize> {
                choices.iter().map(|&choice| usize::from(choice)).collect()
            };
            likeness(&cells(real), &cells(made))
        }
        (Column::Numbers(real), Column::Numbers(made)) => {
            let sorted = |values: &[Option<f64>]| {
                let mut values: Vec<f64> = values.iter().flatten().copied().collect();
                values.sort_by(f64::total_cmp);
                values
            };
            1.0 - kolmogorov_smirnov(&sorted(real), &sorted(made))
        }
        _ => 0.0,
    }
}

/// The likeness of how two columns depend on each other, if they do in the real rows.
fn pair(real: (&Column, &Column), made: (&Column, &Column)) -> Option<f64> {
    if let (Column::Numbers(a), Column::Numbers(b)) = real
        && let (Column::Numbers(c), Column::Numbers(d)) = made
    {
        let both = |one: &[Option<f64>], other: &[Option<f64>]| {
            correlation(one.iter().zip(other).filter_map(|(a, b)| a.zip(*b)))
        };
        let real = both(a, b);
        return (real.abs() >= CORRELATED).then(|| 1.0 - (real - both(c, d)).abs() / 2.0);
    }
    let (first, width) = cut(real.0, made.0);
    let (second, height) = cut(real.1, made.1);
    let joined = |one: &[usize], other: &[usize]| -> Vec<usize> {
        one.iter()
            .zip(other)
            .map(|(one, other)| one * height + other)
            .collect()
    };
    let table = joined(&first.0, &second.0);
    (association(&counted(&table, width, height), height) >= ASSOCIATED)
        .then(|| likeness(&table, &joined(&first.1, &second.1)))
}

/// Both columns as cells, and how many there are: choices as they are, numbers in intervals of the real range.
fn cut(real: &Column, made: &Column) -> ((Vec<usize>, Vec<usize>), usize) {
    match (real, made) {
        (Column::Numbers(real), Column::Numbers(made)) => {
            let values = || real.iter().flatten();
            let low = values().copied().fold(f64::INFINITY, f64::min);
            let high = values().copied().fold(f64::NEG_INFINITY, f64::max);
            let cell = |value: &Option<f64>| match value {
                Some(value) => {
                    let place = (value - low) / (high - low) * INTERVALS as f64;
                    (place.max(0.0) as usize).min(INTERVALS - 1)
                }
                None => INTERVALS,
            };
            let cells = |values: &[Option<f64>]| values.iter().map(cell).collect();
            ((cells(real), cells(made)), INTERVALS + 1)
        }
        (Column::Choices(real), Column::Choices(made)) => {
            let cells =
                |choices: &[u16]| choices.iter().map(|&choice| usize::from(choice)).collect();
            let most = real
                .iter()
                .chain(made)
                .max()
                .map_or(0, |most| usize::from(*most));
            ((cells(real), cells(made)), most + 1)
        }
        _ => ((Vec::new(), Vec::new()), 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(values: impl Iterator<Item = f64>) -> Column {
        Column::Numbers(values.map(Some).collect())
    }

    #[test]
    fn like_columns_score_one_and_others_less() {
        let real = numbers((0..100).map(f64::from));
        assert_eq!(shape(&real, &real), 1.0);
        let moved = numbers((50..150).map(f64::from));
        assert!((shape(&real, &moved) - 0.5).abs() < 1e-9);
        let (one, other) = (
            Column::Choices(vec![0, 0, 1, 1]),
            Column::Choices(vec![0, 1, 1, 1]),
        );
        assert!((shape(&one, &other) - 0.75).abs() < 1e-9);
    }

    #[test]
    fn a_lost_relation_costs_and_no_relation_does_not_count() {
        let up = numbers((0..100).map(f64::from));
        let down = numbers((0..100).map(|n| f64::from(-n)));
        let noise = numbers((0..100).map(|n| f64::from(n * 37 % 100)));
        assert_eq!(pair((&up, &up), (&up, &up)), Some(1.0));
        assert!(pair((&up, &up), (&up, &down)).unwrap() < 0.01);
        assert_eq!(pair((&up, &noise), (&up, &up)), None);
        let side = Column::Choices((0..100).map(|n| u16::from(n >= 50)).collect());
        let other = Column::Choices((0..100).map(|n| n % 2).collect());
        assert_eq!(pair((&up, &side), (&up, &side)), Some(1.0));
        assert!(pair((&up, &side), (&up, &other)).unwrap() < 0.6);
    }

    #[test]
    fn copies_are_told_from_fresh_rows() {
        use crate::trainer::random::{Purpose, stream};
        use rand::Rng;
        let mut rng = stream(0, Purpose::Rows(0));
        let mut fresh = || {
            vec![
                Column::Numbers((0..400).map(|_| Some(rng.random::<f64>())).collect()),
                Column::Numbers((0..400).map(|_| Some(rng.random::<f64>())).collect()),
            ]
        };
        let reference = Reference {
            columns: fresh(),
            rows: 400,
        };
        let new = reference.copies(&fresh(), 400);
        assert!((0.35..0.65).contains(&new), "{new}");
        let Reference { columns, .. } = &reference;
        assert_eq!(reference.copies(columns, 400), 1.0);
    }
}
