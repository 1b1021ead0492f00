//! What two metrics said together, as both losses at one report.

use super::Point;

/// Two values of one report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair<'a> {
    pub first: &'a Point,
    pub second: &'a Point,
}

/// The places where both metrics were reported, in the order of the reports. Nothing is made up for a
/// place that one of them lacks. A trainer that begins anew is compared with itself from there on.
pub fn pairs<'a>(first: &'a [Point], second: &'a [Point]) -> Vec<Pair<'a>> {
    let ascends = |before: &Point, after: &Point| before.x <= after.x;
    let turns = first.chunk_by(ascends).zip(second.chunk_by(ascends));
    let mut pairs = Vec::with_capacity(first.len().min(second.len()));
    for (first, second) in turns {
        let mut others = second.iter().peekable();
        for point in first {
            while others.next_if(|other| other.x < point.x).is_some() {}
            if let Some(second) = others.next_if(|other| other.x == point.x) {
                pairs.push(Pair {
                    first: point,
                    second,
                });
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Value;

    fn at(x: f64, value: f64) -> Point {
        Point {
            x,
            value: Value(value),
            epoch: Some(x as u64),
            step: None,
            time: None,
        }
    }

    #[test]
    fn only_what_was_said_together_is_a_pair() {
        let first = [at(1.0, 0.1), at(2.0, 0.2), at(4.0, 0.4)];
        let second = [at(1.0, 1.0), at(3.0, 3.0), at(4.0, 4.0)];
        let found = pairs(&first, &second);
        let values: Vec<_> = found
            .iter()
            .map(|pair| (pair.first.value.0, pair.second.value.0))
            .collect();
        assert_eq!(values, [(0.1, 1.0), (0.4, 4.0)]);
    }

    #[test]
    fn a_new_beginning_is_not_mixed_with_the_first() {
        let first = [at(1.0, 0.1), at(2.0, 0.2), at(1.0, 0.3)];
        let second = [at(1.0, 1.0), at(3.0, 2.0), at(1.0, 3.0), at(2.0, 4.0)];
        let found = pairs(&first, &second);
        let values: Vec<_> = found
            .iter()
            .map(|pair| (pair.first.value.0, pair.second.value.0))
            .collect();
        assert_eq!(values, [(0.1, 1.0), (0.3, 3.0)]);
        assert_eq!(pairs(&first, &[]).len(), 0);
    }
}
