//! Cuts a line where it cannot be drawn through: at values that are no numbers.

use super::chart::{Extent, between};

/// A part of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stretch {
    /// Neighbours with finite values, to be joined; a single one is a dot.
    Joined(Vec<(f64, f64)>),
    /// From where to where on the horizontal axis the values are NaN or infinite.
    Broken(f64, f64),
    /// From where to where they lie infinitely deep: below all numbers, or below a log scale.
    Sunken(f64, f64),
}

/// The stretches of a line through `points`, in their order. Where a resumed trainer goes
/// back to an earlier position, a new stretch begins.
pub(super) fn stretches(points: &[(f64, f64)]) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    let mut before = f64::NEG_INFINITY;
    for &(x, value) in points {
        let onwards = x >= before;
        before = x;
        match (found.last_mut(), value.is_finite()) {
            (Some(Stretch::Joined(points)), true) if onwards => points.push((x, value)),
            (Some(Stretch::Broken(_, end)), false) if onwards && value != f64::NEG_INFINITY => {
                *end = x
            }
            (Some(Stretch::Sunken(_, end)), false) if onwards && value == f64::NEG_INFINITY => {
                *end = x
            }
            (_, true) => found.push(Stretch::Joined(vec![(x, value)])),
            (_, false) if value == f64::NEG_INFINITY => found.push(Stretch::Sunken(x, x)),
            (_, false) => found.push(Stretch::Broken(x, x)),
        }
    }
    found
}

/// The points that a drawing of `low..=high` needs: those inside, and one beyond each edge.
pub(super) fn needed(points: Vec<(f64, f64)>, (low, high): Extent) -> Vec<(f64, f64)> {
    let meets = |pair: Option<&[(f64, f64)]>| {
        pair.is_some_and(|pair| {
            let (one, other) = (pair[0].0, pair[pair.len() - 1].0);
            one.min(other) <= high && one.max(other) >= low
        })
    };
    let needs = |at: &usize| {
        let before = at
            .checked_sub(1)
            .and_then(|before| points.get(before..=*at));
        meets(points.get(*at..=*at)) || meets(before) || meets(points.get(*at..at + 2))
    };
    (0..points.len())
        .filter(needs)
        .map(|at| points[at])
        .collect()
}

/// The part within `low..=high` of a stretch whose places ascend.
pub(super) fn clipped(points: &[(f64, f64)], (low, high): Extent) -> Vec<(f64, f64)> {
    let mut inside = Vec::with_capacity(points.len());
    let mut before = (f64::NAN, f64::NAN);
    for &here in points {
        // Comparing with the NaN of the beginning is false.
        if before.0 < low && low < here.0 {
            inside.push((low, between(before, here, low)));
        }
        if before.0 < high && high < here.0 {
            inside.push((high, between(before, here, high)));
        }
        if low <= here.0 && here.0 <= high {
            inside.push(here);
        }
        before = here;
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_at_what_is_no_number() {
        let points = [
            (1.0, 5.0),
            (2.0, 6.0),
            (3.0, f64::NAN),
            (4.0, f64::INFINITY),
            (5.0, 7.0),
        ];
        assert_eq!(
            stretches(&points),
            [
                Stretch::Joined(vec![(1.0, 5.0), (2.0, 6.0)]),
                Stretch::Broken(3.0, 4.0),
                Stretch::Joined(vec![(5.0, 7.0)]),
            ]
        );
        assert!(stretches(&[]).is_empty());
    }

    #[test]
    fn a_resumed_run_starts_a_new_stretch() {
        let points = [(1.0, 5.0), (9.0, 6.0), (4.0, 7.0), (5.0, 8.0)];
        assert_eq!(stretches(&points).len(), 2);
    }

    #[test]
    fn what_lies_infinitely_deep_is_another_stretch() {
        let found = stretches(&[
            (1.0, f64::NAN),
            (2.0, f64::NEG_INFINITY),
            (3.0, f64::NEG_INFINITY),
        ]);
        assert_eq!(
            found,
            [Stretch::Broken(1.0, 1.0), Stretch::Sunken(2.0, 3.0)]
        );
    }

    #[test]
    fn a_line_is_cut_at_the_edges_of_sight() {
        let points = vec![
            (0.0, 0.0),
            (1.0, 1.0),
            (2.0, 2.0),
            (10.0, 10.0),
            (11.0, 11.0),
        ];
        let needed = needed(points, (1.5, 6.0));
        assert_eq!(needed, [(1.0, 1.0), (2.0, 2.0), (10.0, 10.0)]);
        assert_eq!(
            clipped(&needed, (1.5, 6.0)),
            [(1.5, 1.5), (2.0, 2.0), (6.0, 6.0)]
        );
        assert_eq!(clipped(&needed, (3.0, 4.0)), [(3.0, 3.0), (4.0, 4.0)]);
        assert!(clipped(&needed, (20.0, 30.0)).is_empty());
    }
}
