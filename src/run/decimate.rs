//! Fewer points, same picture: keeps the extremes of each stretch, so that no spike is lost.

/// At most `max_points` of `points`, in order: the first, the last, and of each stretch
/// between them the smallest and the largest by `value`. NaN and both infinities are kinds
/// of their own: the first of each is kept in each stretch, since they are news.
///
/// Stretches are equally long on the axis that `place` tells, so that thinning again what
/// was thinned before leaves no part of the curve poorer than another. Where places do
/// not ascend, as in a run that went back, stretches are equally many points instead.
///
/// There is one stretch at least, so that a very small `max_points` counts as up to 7.
pub fn decimate<T: Clone>(
    points: &[T],
    max_points: usize,
    place: impl Fn(&T) -> f64,
    value: impl Fn(&T) -> f64,
) -> Vec<T> {
    // What a stretch keeps at most.
    let most = 2 + KINDS
        .iter()
        .filter(|kind| points.iter().any(|point| kind(value(point))))
        .count();
    let max_points = max_points.max(2 + most);
    if points.len() <= max_points {
        return points.to_vec();
    }
    let inner = &points[1..points.len() - 1];
    let mut kept = Vec::with_capacity(max_points);
    kept.push(points[0].clone());
    for stretch in stretches(inner, (max_points - 2) / most, place) {
        let mut chosen = extremes(stretch, &value);
        chosen.sort_unstable();
        chosen.dedup();
        kept.extend(chosen.into_iter().map(|at| stretch[at].clone()));
    }
    kept.push(points[points.len() - 1].clone());
    kept
}

/// `points` cut into `count` stretches, some of which may be empty.
fn stretches<T>(points: &[T], count: usize, place: impl Fn(&T) -> f64) -> Vec<&[T]> {
    let (first, last) = match points {
        [first, .., last] => (place(first), place(last)),
        _ => return vec![points],
    };
    let width = (last - first) / count as f64;
    let ascend = points
        .windows(2)
        .all(|pair| place(&pair[0]) <= place(&pair[1]));
    let end_of = |stretch: usize| {
        if stretch == count {
            points.len()
        } else if ascend && width > 0.0 {
            let border = first + width * stretch as f64;
            points.partition_point(|point| place(point) < border)
        } else {
            points.len() * stretch / count
        }
    };
    (0..count)
        .map(|stretch| &points[end_of(stretch)..end_of(stretch + 1)])
        .collect()
}

/// The kinds of values that are not finite.
const KINDS: [fn(f64) -> bool; 3] = [
    f64::is_nan,
    |value| value == f64::INFINITY,
    |value| value == f64::NEG_INFINITY,
];

/// Where the smallest, the largest and the first of each kind of non-finite values stand.
fn extremes<T>(points: &[T], value: impl Fn(&T) -> f64) -> Vec<usize> {
    let (mut lowest, mut highest, mut broken) = (None, None, [None; KINDS.len()]);
    for (at, point) in points.iter().enumerate() {
        let v = value(point);
        if !v.is_finite() {
            for (first, kind) in broken.iter_mut().zip(KINDS) {
                if kind(v) {
                    first.get_or_insert(at);
                }
            }
            continue;
        }
        if lowest.is_none_or(|(_, low)| v < low) {
            lowest = Some((at, v));
        }
        if highest.is_none_or(|(_, high)| v > high) {
            highest = Some((at, v));
        }
    }
    [lowest, highest]
        .map(|found| found.map(|(at, _)| at))
        .into_iter()
        .chain(broken)
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ends_and_extremes_stay(values in prop::collection::vec(-1e6..1e6f64, 1..2000), max in 5usize..200) {
            let points: Vec<(usize, f64)> = values.iter().copied().enumerate().collect();
            let kept = decimate(&points, max, |p| p.0 as f64, |p| p.1);
            prop_assert!(kept.len() <= max.max(5));
            prop_assert_eq!(kept[0], points[0]);
            prop_assert_eq!(kept[kept.len() - 1], points[points.len() - 1]);
            prop_assert!(kept.windows(2).all(|pair| pair[0].0 < pair[1].0));
            let top = |ps: &[(usize, f64)]| ps.iter().map(|p| p.1).fold(f64::MIN, f64::max);
            let low = |ps: &[(usize, f64)]| ps.iter().map(|p| p.1).fold(f64::MAX, f64::min);
            prop_assert_eq!(top(&kept), top(&points));
            prop_assert_eq!(low(&kept), low(&points));
        }
    }

    #[test]
    fn a_nan_is_not_lost_among_numbers() {
        let mut values = vec![1.0; 500];
        values[250] = f64::NAN;
        assert!(
            decimate(&values, 20, |_| 0.0, |v| *v)
                .iter()
                .any(|v| v.is_nan())
        );
    }

    #[test]
    fn thinning_again_and_again_keeps_the_curve_even() {
        let mut points: Vec<(f64, f64)> = Vec::new();
        for x in 0..50_000 {
            points.push((f64::from(x), f64::from(x % 7)));
            if points.len() == 400 {
                points = decimate(&points, 200, |p| p.0, |p| p.1);
            }
        }
        let widest = points
            .windows(2)
            .map(|pair| pair[1].0 - pair[0].0)
            .fold(0.0, f64::max);
        assert!(widest <= 4.0 * 50_000.0 / 66.0, "a gap of {widest}");
    }

    #[test]
    fn a_run_that_went_back_is_still_bounded() {
        let points: Vec<(f64, f64)> = (0..900)
            .map(|at| (f64::from(at % 300), f64::from(at)))
            .collect();
        assert!(decimate(&points, 60, |p| p.0, |p| p.1).len() <= 60);
    }
}
