//! A long column as a few points that lose no spike.

use crate::data::Plot;

/// The most points that a plot has.
const MAX_POINTS: u64 = 200;

/// Stretches of rows, each with two points: the rest are the first and the last point.
const STRETCHES: u64 = (MAX_POINTS - 2) / 2;

type Point = (u64, f64);

/// The smallest and the largest value of each stretch of rows.
#[derive(Clone, Debug)]
pub(super) struct Envelope {
    rows: u64,
    first: Option<Point>,
    last: Option<Point>,
    stretches: Vec<Option<(Point, Point)>>,
}

impl Envelope {
    /// For a column of `rows` rows.
    pub fn new(rows: u64) -> Self {
        Self {
            rows: rows.max(1),
            first: None,
            last: None,
            stretches: vec![None; STRETCHES as usize],
        }
    }

    /// Takes the finite number of a row (from 0).
    pub fn add(&mut self, row: u64, value: f64) {
        let point = (row, value);
        self.first.get_or_insert(point);
        self.last = Some(point);
        let at = (row.min(self.rows - 1) * STRETCHES / self.rows) as usize;
        let Some(stretch) = self.stretches.get_mut(at) else {
            return;
        };
        let (low, high) = stretch.get_or_insert((point, point));
        if value < low.1 {
            *low = point;
        }
        if value > high.1 {
            *high = point;
        }
    }

    /// The points, in the order of their rows.
    pub fn finish(self, column: String) -> Plot {
        let inner = self.stretches.into_iter().flatten();
        let mut points: Vec<Point> = inner.flat_map(|(low, high)| [low, high]).collect();
        points.extend(self.first);
        points.extend(self.last);
        points.sort_unstable_by_key(|point| point.0);
        points.dedup_by_key(|point| point.0);
        let points = points
            .into_iter()
            .map(|(row, value)| (row as f64, value))
            .collect();
        Plot { column, points }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ends_and_extremes_stay(cells in prop::collection::vec(prop::option::of(-1e9..1e9f64), 1..1200)) {
            let mut envelope = Envelope::new(cells.len() as u64);
            let all: Vec<(f64, f64)> = cells.iter().enumerate()
                .filter_map(|(row, cell)| Some((row as f64, (*cell)?)))
                .collect();
            for &(row, value) in &all {
                envelope.add(row as u64, value);
            }
            let points = envelope.finish("x".into()).points;
            prop_assert!(points.len() as u64 <= MAX_POINTS);
            prop_assert_eq!(points.first(), all.first());
            prop_assert_eq!(points.last(), all.last());
            prop_assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0));
            prop_assert!(points.iter().all(|&(row, value)| cells[row as usize] == Some(value)));
            let top = |points: &[(f64, f64)]| points.iter().map(|p| p.1).reduce(f64::max);
            let low = |points: &[(f64, f64)]| points.iter().map(|p| p.1).reduce(f64::min);
            prop_assert_eq!(top(&points), top(&all));
            prop_assert_eq!(low(&points), low(&all));
        }
    }

    #[test]
    fn a_spike_of_one_row_stays() {
        let mut envelope = Envelope::new(500_000);
        for row in 0..500_000 {
            envelope.add(row, if row == 123_456 { 9.0 } else { 0.0 });
        }
        let points = envelope.finish("x".into()).points;
        assert!(points.contains(&(123_456.0, 9.0)));
    }
}
