//! A moving average that counts by distance, so that it does not depend on how densely a trainer reports.

/// The half-life of the strongest smoothing, as a part of a line.
const WIDEST: f64 = 0.1;

/// The half-life for a strength between 0 and 1 on a line of this length. It grows by the cube:
/// most of a slider's way lies where the eye sees a difference.
pub fn half_life(strength: f64, length: f64) -> f64 {
    WIDEST * strength.clamp(0.0, 1.0).powi(3) * length
}

/// `(place, value)` pairs with each value replaced by the average of those up to it, of which one
/// that lies `half_life` back counts half. What is no number stays where it is, and counts for
/// nothing; a run that goes back begins anew.
pub fn smooth(points: &[(f64, f64)], half_life: f64) -> Vec<(f64, f64)> {
    let (mut sum, mut weight, mut before) = (0.0, 0.0, f64::NAN);
    let average = |&(x, value): &(f64, f64)| {
        if !value.is_finite() {
            return (x, value);
        }
        // Comparing with the NaN of the beginning is false.
        let kept = if x >= before {
            (-(x - before) / half_life).exp2()
        } else {
            0.0
        };
        // At no half-life, equal places give 0/0.
        let kept = if kept.is_finite() { kept } else { 0.0 };
        before = x;
        // Halved weights keep sums of the largest numbers finite.
        sum = sum * kept + value / 2.0;
        weight = weight * kept + 0.5;
        (x, sum / weight)
    };
    points.iter().map(average).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_lies_a_half_life_back_counts_half() {
        let smoothed = smooth(&[(0.0, 0.0), (10.0, 3.0)], 10.0);
        assert_eq!(smoothed, [(0.0, 0.0), (10.0, 2.0)]);
    }

    #[test]
    fn gaps_stay_and_a_new_phase_begins_anew() {
        let points = [(1.0, 4.0), (2.0, f64::NAN), (3.0, 4.0), (1.0, 9.0)];
        let smoothed = smooth(&points, 5.0);
        assert!(smoothed[1].1.is_nan());
        assert_eq!((smoothed[2].1, smoothed[3].1), (4.0, 9.0));
    }

    proptest! {
        #[test]
        fn an_average_lies_among_its_values(
            values in prop::collection::vec(-1e6..1e6f64, 1..60),
            strength in 0.0..1.0f64,
            step in 0.0..50.0f64,
        ) {
            let points: Vec<_> = values.iter().enumerate().map(|(at, v)| (at as f64 * step, *v)).collect();
            let smoothed = smooth(&points, half_life(strength, 100.0));
            prop_assert_eq!(smoothed.len(), points.len());
            for (at, (_, average)) in smoothed.iter().enumerate() {
                let so_far = &values[..=at];
                let low = so_far.iter().copied().fold(f64::MAX, f64::min);
                let high = so_far.iter().copied().fold(f64::MIN, f64::max);
                prop_assert!(low - 1e-6 <= *average && *average <= high + 1e-6);
            }
        }

        #[test]
        fn the_unit_of_the_axis_does_not_matter(values in prop::collection::vec(-1e3..1e3f64, 2..40)) {
            let at = |unit: f64| -> Vec<_> {
                values.iter().enumerate().map(|(at, v)| (at as f64 * unit, *v)).collect()
            };
            let (fine, coarse) = (smooth(&at(1.0), 4.0), smooth(&at(60.0), 240.0));
            prop_assert!(fine.iter().zip(&coarse).all(|(a, b)| (a.1 - b.1).abs() < 1e-6));
        }
    }
}
