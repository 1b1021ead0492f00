//! Cuts a line where it cannot be drawn through: at values that are no numbers.

/// A part of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stretch {
    /// Neighbours with finite values, to be joined; a single one is a dot.
    Joined(Vec<(f64, f64)>),
    /// From where to where on the horizontal axis the values are NaN or infinite.
    Broken(f64, f64),
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
            (Some(Stretch::Broken(_, end)), false) if onwards => *end = x,
            (_, true) => found.push(Stretch::Joined(vec![(x, value)])),
            (_, false) => found.push(Stretch::Broken(x, x)),
        }
    }
    found
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
}
