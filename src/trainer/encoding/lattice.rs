//! The grid that a column's numbers lie on: whole numbers, tenths, multiples of 25, full days.

use serde::{Deserialize, Serialize};

/// Numbers `origin + k · step` for whole k.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lattice {
    origin: f64,
    step: f64,
}

impl Lattice {
    /// The coarsest grid with all of `sorted` numbers, of which there is at least one; they differ by multiples of
    /// `unit`.
    pub fn fit(sorted: &[f64], unit: f64) -> Self {
        let origin = sorted[0];
        let mut step = 0u64;
        for number in sorted {
            let places = ((number - origin) / unit).round();
            // Farther away a double no longer tells neighbours apart.
            if places >= 9e15 {
                return Self { origin, step: unit };
            }
            step = divisor(step, places as u64);
            if step == 1 {
                break;
            }
        }
        let step = unit * step.max(1) as f64;
        Self { origin, step }
    }

    /// The place of the grid's nearest number.
    pub fn place(&self, number: f64) -> i64 {
        ((number - self.origin) / self.step).round() as i64
    }

    /// The grid's nearest number.
    pub fn nearest(&self, number: f64) -> f64 {
        self.origin + self.place(number) as f64 * self.step
    }

    /// Whether a grid that comes from outside can be used without surprises.
    pub fn is_sound(&self) -> bool {
        self.origin.is_finite() && self.step.is_finite() && self.step > 0.0
    }
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
        let grid = Lattice::fit(&[-50.0, 25.0, 100.0, 175.0], 1.0);
        assert_eq!(grid.nearest(60.0), 25.0);
        assert_eq!(grid.nearest(63.0), 100.0);
        assert_eq!(grid.place(175.0), 3);
        let tenths = Lattice::fit(&[0.1, 0.2, 0.5], 0.1);
        assert!((tenths.nearest(0.33) - 0.3).abs() < 1e-12);
        assert_eq!(Lattice::fit(&[7.0], 1.0).nearest(7.3), 7.0);
    }

    #[test]
    fn huge_numbers_stay_finite() {
        let grid = Lattice::fit(&[f64::MIN, f64::MAX], 1.0);
        assert!(grid.is_sound() && grid.nearest(1.0).is_finite());
    }
}
