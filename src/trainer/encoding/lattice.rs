//! The grid that a column's numbers lie on: whole numbers, tenths, multiples of 25, full days.

use serde::{Deserialize, Serialize};

use crate::trainer::data::{MOST_DIGITS, MOST_WHOLE, Spelling, significant};

/// A grid of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Lattice {
    /// Numbers `origin + k · step` for whole k.
    Even { origin: f64, step: f64 },
    /// Numbers of so many significant digits.
    Floating { digits: usize },
}

impl Lattice {
    /// The grid of `sorted` numbers, of which there is at least one, that are written in this way.
    pub fn of(sorted: &[f64], spelling: &Spelling) -> Self {
        match spelling {
            Spelling::Floating { digits, .. } => Self::Floating { digits: *digits },
            _ => Self::even(sorted, spelling.unit()),
        }
    }

    /// The coarsest even grid with all of `sorted` numbers; they differ by multiples of `unit`, or of what a double can
    /// tell in their range where that is more.
    fn even(sorted: &[f64], unit: f64) -> Self {
        let (origin, last) = (sorted[0], sorted[sorted.len() - 1]);
        // Halved here and below, because the distance of two doubles can overflow.
        let unit = unit.max((last / 2.0 - origin / 2.0) / (MOST_WHOLE / 2.0));
        let mut step = 0u64;
        for number in sorted {
            step = divisor(step, places(*number, origin, unit) as u64);
            if step == 1 {
                break;
            }
        }
        // Of two numbers alone, the step is their distance.
        let coarse = unit * step.max(1) as f64;
        let step = if coarse.is_finite() { coarse } else { unit };
        Self::Even { origin, step }
    }

    /// What tells the grid's nearest number from all others.
    pub fn place(&self, number: f64) -> i64 {
        match *self {
            Self::Even { origin, step } => places(number, origin, step) as i64,
            Self::Floating { digits } => significant(number, digits).to_bits().cast_signed(),
        }
    }

    /// The grid's nearest number.
    pub fn nearest(&self, number: f64) -> f64 {
        match *self {
            Self::Even { origin, step } => {
                let places = places(number, origin, step) as i64;
                2.0 * (origin / 2.0 + places as f64 * (step / 2.0))
            }
            Self::Floating { digits } => significant(number, digits),
        }
    }

    /// Whether a grid that comes from outside can be used without surprises.
    pub fn is_sound(&self) -> bool {
        match *self {
            Self::Even { origin, step } => origin.is_finite() && step.is_finite() && step > 0.0,
            Self::Floating { digits } => (1..=MOST_DIGITS).contains(&digits),
        }
    }
}

/// How many steps `number` is from `origin`.
fn places(number: f64, origin: f64, step: f64) -> f64 {
    ((number / 2.0 - origin / 2.0) / (step / 2.0)).round()
}

/// The greatest common divisor, where 0 is divided by all.
fn divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coarsest_grid_is_found() {
        let grid = Lattice::even(&[-50.0, 25.0, 100.0, 175.0], 1.0);
        assert_eq!(grid.nearest(60.0), 25.0);
        assert_eq!(grid.nearest(63.0), 100.0);
        assert_eq!(grid.place(175.0), 3);
        let tenths = Lattice::even(&[0.1, 0.2, 0.5], 0.1);
        assert!((tenths.nearest(0.33) - 0.3).abs() < 1e-12);
        assert_eq!(Lattice::even(&[7.0], 1.0).nearest(7.3), 7.0);
    }

    #[test]
    fn huge_numbers_stay_finite() {
        let grid = Lattice::even(&[f64::MIN, f64::MAX], 1.0);
        assert!(grid.is_sound() && grid.nearest(1.0).is_finite());
        assert_eq!(grid.nearest(f64::MAX), f64::MAX);
    }

    #[test]
    fn a_unit_finer_than_a_double_in_the_range_collapses_nothing() {
        let mut fine: Vec<f64> = (0..200)
            .map(|n| 100.0 + 50.0 * f64::from(n).sin())
            .collect();
        fine.sort_by(f64::total_cmp);
        let wide = [-6e18, -1e18, 3.0, 5e18, 9e18];
        for (numbers, unit) in [(&fine[..], 1e-17), (&wide, 1.0)] {
            let grid = Lattice::even(numbers, unit);
            let range = numbers[numbers.len() - 1] - numbers[0];
            for number in numbers {
                let apart = (grid.nearest(*number) - number).abs();
                assert!(apart <= range / 4e15, "{number} moves by {apart}");
            }
        }
        let text = serde_json::to_string(&Lattice::Floating { digits: 3 }).unwrap();
        let grid: Lattice = serde_json::from_str(&text).unwrap();
        assert_eq!(grid.nearest(1.2345e-22), 1.23e-22);
        assert_eq!(grid.place(1.2345e-22), grid.place(1.2301e-22));
        // Whole numbers stay whole as far as a double has them.
        let whole = Lattice::even(&[0.0, 1.0, 9_007_199_254_740_991.0], 1.0);
        assert_eq!(
            whole.nearest(4_503_599_627_370_497.0),
            4_503_599_627_370_497.0
        );
    }
}
