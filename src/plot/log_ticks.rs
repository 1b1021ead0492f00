//! Where grid lines stand on a log axis: at powers of ten, and between them where there is room.

use super::ticks::{Tick, plain_or_power, ticks};

/// Below so many decades an even division says more than powers of ten.
const FEW: f64 = 0.7;

/// Round values whose logarithms lie within `low..=high`, about `at_most` of them; the value of
/// each tick is the logarithm.
pub(super) fn log_ticks((low, high): (f64, f64), at_most: usize) -> Vec<Tick> {
    let at_most = at_most.max(2);
    if high - low < FEW {
        return evenly((low, high), at_most);
    }
    let decades = high.floor() - low.ceil() + 1.0;
    let found = [&[1.0, 2.0, 5.0][..], &[1.0, 3.0]]
        .iter()
        .map(|parts| within((low, high), parts, 1))
        .find(|found| found.len() <= at_most);
    let found = found.unwrap_or_else(|| {
        let every = (decades / at_most as f64).ceil().max(1.0);
        within((low, high), &[1.0], every as i32)
    });
    if found.len() < 2 {
        evenly((low, high), at_most)
    } else {
        found
    }
}

/// Ticks at `parts` of every `every`th power of ten.
fn within((low, high): (f64, f64), parts: &[f64], every: i32) -> Vec<Tick> {
    // A hair of tolerance: the logarithm of 0.001 is not quite -3.
    const HAIR: f64 = 1e-9;
    let mut found = Vec::new();
    for power in (low.floor() as i32)..=(high.ceil() as i32) {
        if power.rem_euclid(every) != 0 {
            continue;
        }
        for part in parts {
            let value = f64::from(power) + part.log10();
            if (low - HAIR..=high + HAIR).contains(&value) {
                found.push(Tick {
                    value,
                    label: plain_or_power(*part, power),
                });
            }
        }
    }
    found
}

fn evenly((low, high): (f64, f64), at_most: usize) -> Vec<Tick> {
    let mut found = ticks((10f64.powf(low), 10f64.powf(high)), at_most, 0.0);
    found.retain(|tick| tick.value > 0.0);
    for tick in &mut found {
        tick.value = tick.value.log10();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(range: (f64, f64), at_most: usize) -> Vec<String> {
        let found = log_ticks(range, at_most).into_iter();
        found.map(|tick| tick.label).collect()
    }

    #[test]
    fn powers_of_ten_are_divided_where_there_is_room() {
        assert_eq!(
            labels((-1.0, 1.0), 8),
            ["0.1", "0.2", "0.5", "1", "2", "5", "10"]
        );
        assert_eq!(labels((-2.0, 2.0), 6), ["0.01", "0.1", "1", "10", "100"]);
        assert_eq!(labels((-8.0, 0.0), 4), ["1e−6", "0.001", "1"]);
    }

    #[test]
    fn a_narrow_range_is_divided_evenly() {
        assert_eq!(labels((0.0, 0.301), 5), ["1.0", "1.2", "1.4", "1.6", "1.8"]);
    }

    proptest! {
        #[test]
        fn ticks_are_few_rising_and_inside(low in -300.0..300.0f64, span in 0.01..600.0f64, at_most in 2usize..12) {
            let high = (low + span).min(305.0);
            let found = log_ticks((low, high), at_most);
            prop_assert!(found.len() <= at_most + 1);
            prop_assert!(found.windows(2).all(|pair| pair[0].value < pair[1].value));
            prop_assert!(found.iter().all(|tick| low - 1e-6 <= tick.value && tick.value <= high + 1e-6));
        }
    }
}
