//! What two metrics said together, as both losses at one report.

use super::{Point, decimate};
use crate::event::Value;

/// The metrics that are set against each other: the losses of both networks.
pub const LOSSES: [&str; 2] = ["generator_loss", "discriminator_loss"];

/// Two values of one report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair<'a> {
    pub first: &'a Point,
    pub second: &'a Point,
}

/// The places where both metrics were reported, in the order of the reports. Nothing is made up for a
/// place that one of them lacks. A trainer that begins anew is compared with itself from there on.
pub fn pairs<'a>(first: &'a [Point], second: &'a [Point]) -> Vec<Pair<'a>> {
    let pair = |(one, other): (usize, usize)| Pair {
        first: &first[one],
        second: &second[other],
    };
    matches(first, second).into_iter().map(pair).collect()
}

/// Where the points of both stand that were reported together.
fn matches(first: &[Point], second: &[Point]) -> Vec<(usize, usize)> {
    let ascends = |before: &Point, after: &Point| before.x <= after.x;
    let turns = first.chunk_by(ascends).zip(second.chunk_by(ascends));
    let mut found = Vec::with_capacity(first.len().min(second.len()));
    let (mut begin, mut other_begin) = (0, 0);
    for (turn, other_turn) in turns {
        let mut others = (other_begin..).zip(other_turn).peekable();
        for (at, point) in (begin..).zip(turn) {
            while others.next_if(|(_, other)| other.x < point.x).is_some() {}
            if let Some((other, _)) = others.next_if(|(_, other)| other.x == point.x) {
                found.push((at, other));
            }
        }
        (begin, other_begin) = (begin + turn.len(), other_begin + other_turn.len());
    }
    found
}

/// The discriminator's loss by the generator's; it says nothing where a loss is zero or negative, as those of Wasserstein
/// GANs may be.
pub fn ratio(discriminator: Value, generator: Value) -> Value {
    match discriminator.0 > 0.0 && generator.0 > 0.0 {
        true => Value(discriminator.0 / generator.0),
        false => Value(f64::NAN),
    }
}

/// Thins the losses of the generator and of the discriminator, each to at most three times `most`, so that each point that stays
/// has the other with which it was reported: the extremes of either, and those of their ratio. Thinned each by itself, they
/// would share almost none.
pub fn thin_losses(generator: &[Point], discriminator: &[Point], most: usize) -> [Vec<Point>; 2] {
    let extremes = |points: &[Point]| {
        let places: Vec<usize> = (0..points.len()).collect();
        decimate(&places, most, |at| points[*at].x, |at| points[*at].value.0)
    };
    let together = matches(generator, discriminator);
    let mut stay = [
        vec![false; generator.len()],
        vec![false; discriminator.len()],
    ];
    for (stay, points) in stay.iter_mut().zip([generator, discriminator]) {
        extremes(points).into_iter().for_each(|at| stay[at] = true);
    }
    let far = decimate(
        &together,
        most,
        |(one, _)| generator[*one].x,
        |(one, other)| ratio(discriminator[*other].value, generator[*one].value).0,
    );
    for (one, other) in far {
        (stay[0][one], stay[1][other]) = (true, true);
    }
    for (one, other) in together {
        let either = stay[0][one] || stay[1][other];
        (stay[0][one], stay[1][other]) = (either, either);
    }
    let [first, second] = stay;
    let chosen = |points: &[Point], stay: Vec<bool>| {
        let kept = points.iter().zip(stay).filter(|(_, stay)| *stay);
        kept.map(|(point, _)| *point).collect()
    };
    [chosen(generator, first), chosen(discriminator, second)]
}

#[cfg(test)]
mod tests {
    use super::*;

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
