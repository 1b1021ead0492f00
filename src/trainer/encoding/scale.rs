//! The invertible map between a column's numbers and scalars of about unit spread.

use serde::{Deserialize, Serialize};

/// Knots of a rank scale.
const KNOTS: usize = 257;
/// Skewness from which on a column counts as one-sided.
const MOST_SKEWNESS: f64 = 1.0;
/// Distance of an extreme from the mean, in standard deviations, from which on a column counts as long-tailed.
const MOST_REACH: f64 = 6.0;
/// Ranks nearer than this to 0 or 1 share the scalar of that rank.
const EDGE: f64 = 0.002;
/// Standard deviation of the logistic distribution, π/√3.
const LOGISTIC: f64 = 1.813_799_364_234_217_8;

/// An increasing map on the range of the numbers that it was fitted to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Scale {
    /// (number − mean) / deviation.
    Standard { mean: f64, deviation: f64 },
    /// The rank among all numbers, interpolated between quantiles and spread like a logistic variable of unit
    /// deviation. A long tail then takes no more room than its share of rows, and its end still stands apart.
    Rank { knots: Vec<f64> },
}

impl Scale {
    /// Chooses a scale for `sorted` numbers, of which there is at least one: by ranks if they are one-sided or
    /// long-tailed, else the standard one, which keeps gaps between clusters as they are.
    pub fn fit(sorted: &[f64]) -> Self {
        let count = sorted.len() as f64;
        let moment = |center: f64, power: i32| {
            sorted
                .iter()
                .map(|x| (x - center).powi(power) / count)
                .sum::<f64>()
        };
        let mean = moment(0.0, 1);
        let deviation = moment(mean, 2).sqrt();
        let skewness = moment(mean, 3) / deviation.powi(3);
        let reach = sorted.iter().map(|x| (x - mean).abs()).fold(0.0, f64::max) / deviation;
        // Written so that overflow to infinity or NaN chooses ranks, which only ever compare.
        if deviation > 0.0 && skewness.abs() <= MOST_SKEWNESS && reach <= MOST_REACH {
            return Self::Standard { mean, deviation };
        }
        let last = sorted.len() - 1;
        let mut knots: Vec<f64> = (0..KNOTS)
            .map(|knot| sorted[knot * last / (KNOTS - 1)])
            .collect();
        knots.dedup();
        Self::Rank { knots }
    }

    pub fn encode(&self, number: f64) -> f64 {
        match self {
            Self::Standard { mean, deviation } => (number - mean) / deviation,
            Self::Rank { knots } => {
                let segments = knots.len() - 1;
                let segment = knots
                    .partition_point(|&knot| knot <= number)
                    .clamp(1, segments.max(1))
                    - 1;
                let within = match (knots.get(segment), knots.get(segment + 1)) {
                    // Halved, because the distance of two doubles can overflow.
                    (Some(low), Some(high)) => {
                        (number / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0)
                    }
                    _ => 0.5,
                };
                let rank = (segment as f64 + within) / segments.max(1) as f64;
                let rank = EDGE + rank.clamp(0.0, 1.0) * (1.0 - 2.0 * EDGE);
                (rank / (1.0 - rank)).ln() / LOGISTIC
            }
        }
    }

    /// The number of a scalar; one beyond the fitted range gives the nearest end of a rank scale.
    pub fn decode(&self, scalar: f64) -> f64 {
        match self {
            Self::Standard { mean, deviation } => scalar * deviation + mean,
            Self::Rank { knots } => {
                let segments = knots.len() - 1;
                let rank = 1.0 / (1.0 + (-scalar * LOGISTIC).exp());
                let place = ((rank - EDGE) / (1.0 - 2.0 * EDGE)).clamp(0.0, 1.0) * segments as f64;
                let segment = (place as usize).min(segments.saturating_sub(1));
                let within = (place - segment as f64).clamp(0.0, 1.0);
                let low = knots[segment];
                low * (1.0 - within) + knots.get(segment + 1).unwrap_or(&low) * within
            }
        }
    }

    /// Whether a scale that comes from outside maps numbers to numbers.
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Standard { mean, deviation } => {
                mean.is_finite() && deviation.is_finite() && *deviation > 0.0
            }
            Self::Rank { knots } => {
                !knots.is_empty()
                    && knots.iter().all(|knot| knot.is_finite())
                    && knots.windows(2).all(|pair| pair[0] < pair[1])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_survive(mut numbers in prop::collection::vec(-1e6f64..1e6, 1..600), cubed in any::<bool>()) {
            if cubed {
                numbers.iter_mut().for_each(|number| *number = number.powi(3));
            }
            numbers.sort_by(f64::total_cmp);
            let scale = Scale::fit(&numbers);
            prop_assert!(scale.is_sound());
            let spread = numbers[numbers.len() - 1] - numbers[0];
            for &number in &numbers {
                let back = scale.decode(scale.encode(number));
                prop_assert!((back - number).abs() <= 1e-9 * (spread + number.abs()), "{} became {}", number, back);
            }
        }
    }

    #[test]
    fn long_tails_take_ranks_and_symmetric_columns_do_not() {
        let even: Vec<f64> = (0..1000).map(f64::from).collect();
        assert!(matches!(Scale::fit(&even), Scale::Standard { .. }));
        let tailed: Vec<f64> = (0..1000).map(|n| (f64::from(n) / 100.0).exp()).collect();
        let scale = Scale::fit(&tailed);
        assert!(matches!(scale, Scale::Rank { .. }));
        assert!(
            tailed
                .iter()
                .all(|&number| scale.encode(number).abs() < 3.5)
        );
    }

    #[test]
    fn extreme_numbers_stay_finite() {
        let numbers = [f64::MIN, -1.0, 0.0, 1.0, f64::MAX];
        let scale = Scale::fit(&numbers);
        for number in numbers {
            assert!(scale.encode(number).is_finite());
            assert!(scale.decode(scale.encode(number)).is_finite());
        }
    }
}
