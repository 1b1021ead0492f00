//! How often two features take which cells together.

use serde::{Deserialize, Serialize};

use super::{EncodedRows, Feature};
use crate::trainer::statistics::association;

/// Features that are looked at for pairs.
const FEATURES: usize = 128;
/// Pairs that are kept, those that depend most.
const PAIRS: usize = 200;
/// Rows from which the dependence of a pair is found.
const ROWS: usize = 2_000;
/// Cramér's V from which on a pair is kept: also of columns that are alike in a few rows only, as costs are that seldom
/// arise.
const DEPENDENCE: f64 = 0.1;

/// The counts of two features' coarse cells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Joint {
    /// Places of the two among the features.
    pub of: [usize; 2],
    /// Rows with each pair of cells, those of the second feature side by side.
    counts: Vec<u32>,
}

impl Joint {
    /// The share of the rows in each pair of cells.
    pub fn shares(&self) -> Vec<f64> {
        let total: f64 = self.counts.iter().map(|count| f64::from(*count)).sum();
        let share = |count: &u32| f64::from(*count) / total.max(1.0);
        self.counts.iter().map(share).collect()
    }

    /// Whether one that comes from outside fits the features.
    pub fn is_sound(&self, features: &[&Feature]) -> bool {
        let cells = self
            .of
            .map(|place| features.get(place).map(|feature| feature.coarse_cells()));
        matches!(cells, [Some(one), Some(other)] if one * other == self.counts.len())
    }
}

/// The pairs of `features` that depend on each other in `data`.
pub fn find(features: &[&Feature], data: &EncodedRows) -> Vec<Joint> {
    let features = &features[..features.len().min(FEATURES)];
    let step = data.rows().div_ceil(ROWS);
    let some: Vec<usize> = (0..data.rows()).step_by(step).collect();
    let cells = |rows: &[usize]| -> Vec<Vec<usize>> {
        let cell = |(place, feature): (usize, &&Feature), row: usize| {
            let (choice, scalar) = data.level(place, row);
            feature.coarse(feature.cell(choice, feature.decode(scalar)))
        };
        let column = |feature| rows.iter().map(|&row| cell(feature, row)).collect();
        features.iter().enumerate().map(column).collect()
    };
    let count = |cells: &[Vec<usize>], of: [usize; 2]| {
        let width = features[of[1]].coarse_cells();
        let mut counts = vec![0u32; features[of[0]].coarse_cells() * width];
        for (one, other) in cells[of[0]].iter().zip(&cells[of[1]]) {
            counts[one * width + other] += 1;
        }
        Joint { of, counts }
    };
    let sample = cells(&some);
    let pairs = (0..features.len())
        .flat_map(|one| (one + 1..features.len()).map(move |other| [one, other]));
    let mut dependent: Vec<(f64, [usize; 2])> = pairs
        .map(|of| {
            let counts: Vec<f64> = count(&sample, of)
                .counts
                .into_iter()
                .map(f64::from)
                .collect();
            (association(&counts, features[of[1]].coarse_cells()), of)
        })
        .filter(|(dependence, _)| *dependence > DEPENDENCE)
        .collect();
    dependent.sort_by(|one, other| other.0.total_cmp(&one.0));
    dependent.truncate(PAIRS);
    if dependent.is_empty() {
        return Vec::new();
    }
    let all = cells(&(0..data.rows()).collect::<Vec<_>>());
    dependent
        .into_iter()
        .map(|(_, of)| count(&all, of))
        .collect()
}
