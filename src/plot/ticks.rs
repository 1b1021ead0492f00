//! Where grid lines stand and how they are labelled: at 1, 2 and 5 times a power of ten.

use crate::run::format;

/// Values from here on are labelled by powers of ten.
const PLAIN_BELOW: f64 = 1e6;

/// Whole numbers that lie close together are written out up to here.
const COUNTED_BELOW: f64 = 1e9;

/// Decimals up to which a label is written without a power of ten.
const PLAIN_DECIMALS: i32 = 4;

/// A grid line's value and its label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub value: f64,
    pub label: String,
}

/// Round values within `low..=high`, at most `at_most` + 1 of them, in steps of 1, 2 or 5
/// times a power of ten and no finer than `finest`.
pub(super) fn ticks((low, high): (f64, f64), at_most: usize, finest: f64) -> Vec<Tick> {
    let wanted = ((high - low) / at_most.max(1) as f64).max(finest);
    if !wanted.is_normal() || wanted < 0.0 {
        return Vec::new();
    }
    let (factor, power) = round_step(wanted);
    let value = |index: f64| match power {
        0.. => index * factor * 10f64.powi(power),
        // Dividing by an exact power of ten keeps 0.3 from becoming 0.30000000000000004.
        _ => index * factor / 10f64.powi(-power),
    };
    let step = value(1.0);
    let first = (low / step).ceil();
    // Beyond the precision of a number, neighbours would be the same value.
    let room = (high / step).floor() - first;
    let values: Vec<f64> = (0..=at_most)
        .map(|index| index as f64)
        .take_while(|index| *index <= room)
        .map(|index| value(first + index) + 0.0)
        .collect();
    let largest = values
        .iter()
        .fold(0.0, |size: f64, value| size.max(value.abs()));
    // Far along an axis of steps, a power of ten would need as many digits to tell one label from the next.
    let close = power >= 0 && largest < COUNTED_BELOW && digits(largest, power) > PLAIN_DECIMALS;
    // A sign takes the room of a digit.
    let plain_below = match values.first() {
        Some(first) if *first < 0.0 => PLAIN_BELOW / 10.0,
        _ => PLAIN_BELOW,
    };
    let scientific = (largest >= plain_below || -power > PLAIN_DECIMALS) && !close;
    let label = |value: f64| match scientific {
        true => scientifically(value, power),
        false => plainly(value, power),
    };
    values
        .into_iter()
        .map(|value| Tick {
            value,
            label: label(value),
        })
        .collect()
}

/// The smallest 1, 2 or 5 times a power of ten that is not below `wanted`.
fn round_step(wanted: f64) -> (f64, i32) {
    let power = wanted.log10().floor() as i32;
    // A hair of tolerance, since the logarithm of 0.001 is not quite -3.
    let parts = wanted / 10f64.powi(power) * (1.0 - 1e-9);
    match parts {
        ..=1.0 => (1.0, power),
        ..=2.0 => (2.0, power),
        ..=5.0 => (5.0, power),
        _ => (1.0, power + 1),
    }
}

/// `part` times a power of ten, as short as it can be written.
pub(super) fn plain_or_power(part: f64, power: i32) -> String {
    if (-4..6).contains(&power) {
        return match power {
            0.. => plainly(part * 10f64.powi(power), power),
            _ => plainly(part / 10f64.powi(-power), power),
        };
    }
    format!("{part}e{power}").replace('-', "−")
}

fn plainly(value: f64, power: i32) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    let size = value.abs();
    match power {
        0.. if size >= 10_000.0 => format!("{sign}{}", format::count(size.round() as u64)),
        _ => format!(
            "{sign}{size:.decimals$}",
            decimals = (-power).max(0) as usize
        ),
    }
}

fn scientifically(value: f64, power: i32) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let decimals = digits(value, power).clamp(0, 9) as usize;
    format!("{value:.decimals$e}").replace('-', "−")
}

/// Digits behind the first one down to that of 10 to the `power`.
fn digits(value: f64, power: i32) -> i32 {
    (value.abs().log10().floor() as i32).saturating_sub(power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(range: (f64, f64), at_most: usize, finest: f64) -> Vec<String> {
        ticks(range, at_most, finest)
            .into_iter()
            .map(|tick| tick.label)
            .collect()
    }

    #[test]
    fn steps_are_one_two_or_five() {
        assert_eq!(
            labels((0.0, 1.0), 5, 0.0),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(labels((-0.07, 0.07), 3, 0.0), ["−0.05", "0.00", "0.05"]);
        assert_eq!(labels((1.0, 300.0), 4, 1.0), ["100", "200", "300"]);
        assert_eq!(
            labels((0.0, 0.004), 4, 0.0),
            ["0.000", "0.001", "0.002", "0.003", "0.004"]
        );
    }

    #[test]
    fn neighbours_far_along_the_axis_differ() {
        assert_eq!(
            labels((1_000_000.0, 1_000_050.0), 2, 1.0),
            ["1\u{202f}000\u{202f}000", "1\u{202f}000\u{202f}050"]
        );
        assert_eq!(labels((1e6, 3e6), 2, 1.0), ["1e6", "2e6", "3e6"]);
        assert_eq!(
            labels((2e9, 2e9 + 20.0), 2, 1.0),
            ["2.00000000e9", "2.00000001e9", "2.00000002e9"]
        );
    }

    #[test]
    fn epochs_have_no_fractions() {
        assert_eq!(labels((1.0, 3.0), 8, 1.0), ["1", "2", "3"]);
        assert_eq!(labels((0.5, 1.5), 8, 1.0), ["1"]);
    }

    #[test]
    fn far_values_stay_short() {
        assert_eq!(
            labels((0.0, 20_000.0), 2, 1.0),
            ["0", "10\u{202f}000", "20\u{202f}000"]
        );
        assert_eq!(labels((0.0, 3e6), 2, 0.0), ["0", "2e6"]);
        assert_eq!(
            labels((-1.5e-7, 0.0), 3, 0.0),
            ["−1.5e−7", "−1.0e−7", "−5e−8", "0"]
        );
    }

    proptest! {
        #[test]
        fn ticks_are_few_rising_and_inside(low in -1e9..1e9f64, span in 1e-3..1e9f64, at_most in 1usize..12) {
            let high = low + span;
            prop_assume!(span >= 1e-4 * low.abs().max(high.abs()));
            let found = ticks((low, high), at_most, 0.0);
            prop_assert!(found.len() <= at_most + 1);
            prop_assert!(found.windows(2).all(|pair| pair[0].value < pair[1].value));
            let hair = 1e-9 * span;
            prop_assert!(found.iter().all(|tick| low - hair <= tick.value && tick.value <= high + hair));
            prop_assert!(at_most < 3 || !found.is_empty());
            let mut labels: Vec<_> = found.iter().map(|tick| &tick.label).collect();
            labels.dedup();
            prop_assert_eq!(labels.len(), found.len());
        }

        #[test]
        fn no_range_panics(low in prop::num::f64::ANY, high in prop::num::f64::ANY, at_most in 0usize..12) {
            prop_assert!(ticks((low, high), at_most, 0.0).len() <= at_most + 1);
        }
    }
}
