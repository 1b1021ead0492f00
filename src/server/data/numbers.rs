//! Statistics of a number column, in one pass and bounded memory.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::course::{Course, Direction};
use super::distinct::Distinct;
use crate::data::{Quantiles, Statistics};

/// What is known of the numbers seen so far; all of them finite.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    count: u64,
    min: f64,
    max: f64,
    mean: f64,
    /// The root of the sum of the squared distances from the mean: unlike the sum itself
    /// it stays finite for all but the largest floats.
    spread: f64,
    /// A uniform sample of the numbers (algorithm R of Vitter, 1985).
    reservoir: Vec<f64>,
    capacity: usize,
    /// Seeded alike for every column, so that the same file gives the same preview.
    rng: StdRng,
    distinct: Distinct,
    course: Course<f64>,
}

impl Numbers {
    /// `capacity` is the size of the sample that quantiles are taken from, `distinct` how
    /// many different values are counted.
    pub fn new(capacity: usize, distinct: usize) -> Self {
        Self {
            count: 0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            mean: 0.0,
            spread: 0.0,
            reservoir: Vec::new(),
            capacity,
            rng: StdRng::seed_from_u64(0),
            distinct: Distinct::new(distinct),
            course: Course::new(),
        }
    }

    /// Takes one more finite number.
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        let count = self.count as f64;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        // Welford's updates (1962), arranged so that no step leaves the range of floats
        // before its result does.
        let distance = value - self.mean;
        self.spread = self.spread.hypot(distance * ((count - 1.0) / count).sqrt());
        self.mean = if distance.is_finite() {
            self.mean + distance / count
        } else {
            self.mean * ((count - 1.0) / count) + value / count
        };
        if self.reservoir.len() < self.capacity {
            self.reservoir.push(value);
        } else {
            let at = self.rng.random_range(0..self.count);
            if let Some(kept) = usize::try_from(at)
                .ok()
                .and_then(|at| self.reservoir.get_mut(at))
            {
                *kept = value;
            }
        }
        // 0 and -0 are the same value.
        self.distinct.add((value + 0.0).to_bits());
        self.course.add(value);
    }

    /// How many different numbers there are, and what is known of them.
    pub fn finish(mut self) -> (Option<u64>, Statistics) {
        if self.count == 0 {
            return (Some(0), Statistics::None {});
        }
        self.reservoir.sort_unstable_by(f64::total_cmp);
        let sorted = &self.reservoir;
        let statistics = Statistics::Numeric {
            min: self.min,
            max: self.max,
            mean: self.mean.clamp(self.min, self.max),
            std: (self.spread / (self.count as f64).sqrt()).min(f64::MAX),
            quantiles: Quantiles {
                p05: quantile(sorted, 0.05),
                p25: quantile(sorted, 0.25),
                p50: quantile(sorted, 0.50),
                p75: quantile(sorted, 0.75),
                p95: quantile(sorted, 0.95),
            },
        };
        (self.distinct.count(), statistics)
    }

    pub fn direction(&self) -> Option<Direction> {
        self.course.direction()
    }
}

/// The quantile `q` of sorted numbers, of which there is at least one: type 7 of Hyndman
/// and Fan (1996).
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let place = q * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    let share = place - below as f64;
    sorted[below] * (1.0 - share) + sorted[above] * share
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn statistics(values: &[f64], capacity: usize) -> (f64, f64, f64, f64, Quantiles) {
        let mut numbers = Numbers::new(capacity, 1000);
        values.iter().for_each(|&value| numbers.add(value));
        match numbers.finish().1 {
            Statistics::Numeric {
                min,
                max,
                mean,
                std,
                quantiles,
            } => (min, max, mean, std, quantiles),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_small_column_is_exact() {
        // The quantile q of eight values lies at place 7q: 0.35, 1.75, 3.5, 5.25 and 6.65.
        let (min, max, mean, std, q) = statistics(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], 100);
        assert_eq!((min, max, mean), (2.0, 9.0, 5.0));
        assert!((std - 2.0).abs() < 1e-12);
        let expected = [2.7, 4.0, 4.5, 5.5, 8.3];
        for (found, expected) in [q.p05, q.p25, q.p50, q.p75, q.p95].iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }

    #[test]
    fn a_long_column_is_sampled_fairly_and_repeatably() {
        let values: Vec<f64> = (0..200_000).map(f64::from).collect();
        let q = statistics(&values, 5_000).4;
        for (found, expected) in [(q.p05, 1e4), (q.p50, 1e5), (q.p95, 1.9e5)] {
            // Five standard errors of a quantile of 5,000 values.
            assert!(
                (found - expected).abs() < 5.0 * 1414.3,
                "{found} {expected}"
            );
        }
        assert_eq!(statistics(&values, 5_000).4, q);
    }

    proptest! {
        #[test]
        fn every_statistic_is_finite_and_in_range(
            values in prop::collection::vec(any::<f64>().prop_filter("finite", |v| v.is_finite()), 1..50),
        ) {
            let (min, max, mean, std, q) = statistics(&values, 20);
            prop_assert!(std.is_finite() && std >= 0.0);
            for value in [mean, q.p05, q.p25, q.p50, q.p75, q.p95] {
                prop_assert!(min <= value && value <= max, "{} {} {}", min, value, max);
            }
        }

        #[test]
        fn mean_and_deviation_agree_with_their_definitions(
            values in prop::collection::vec(-1e6..1e6f64, 1..500),
        ) {
            let (_, _, mean, std, _) = statistics(&values, 20);
            let count = values.len() as f64;
            let plain = values.iter().sum::<f64>() / count;
            let variance = values.iter().map(|v| (v - plain).powi(2)).sum::<f64>() / count;
            prop_assert!((mean - plain).abs() < 1e-6);
            prop_assert!((std - variance.sqrt()).abs() < 1e-6);
        }
    }
}
