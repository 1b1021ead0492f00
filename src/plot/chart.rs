//! What a chart shows: lines over one axis, and the ranges that they ask for.

use crate::run::Point;

/// Part of the height that stays free above and below the lines.
const PADDING: f64 = 0.05;

/// The narrowest range of an axis, as a part of its values' size: below it, labels of
/// seven characters could not tell one grid line from the next.
const NARROWEST: f64 = 1e-4;

/// Values beyond this are drawn at the edge, so that no difference of two overflows.
const LARGEST: f64 = 1e300;

/// Lines over a common axis. Points stand in the order of their report.
#[derive(Clone, Debug, Default)]
pub struct Chart<'a> {
    /// The points of each line; the first line gets the first colour.
    pub lines: Vec<&'a [Point]>,
    /// The range of values to show at least.
    pub y_range: Option<(f64, f64)>,
    pub reference: Option<f64>,
    /// What the horizontal axis counts, where the points do not tell it themselves.
    pub x_label: Option<&'static str>,
    /// The line that stands out; the others stand back.
    pub stands_out: Option<usize>,
}

impl<'a> Chart<'a> {
    /// How many points the lines hold together.
    pub fn points(&self) -> usize {
        self.lines.iter().map(|points| points.len()).sum()
    }

    /// What the horizontal axis counts: epochs where the trainer states them, else steps,
    /// else its reports.
    pub fn x_label(&self) -> &'static str {
        if let Some(label) = self.x_label {
            return label;
        }
        match self.lines.iter().find_map(|points| points.last()) {
            Some(Point { epoch: Some(_), .. }) | None => "epoch",
            Some(Point { step: Some(_), .. }) => "step",
            Some(_) => "report",
        }
    }

    /// Whether every point stands on a whole number, so that no label may fall between two.
    pub(super) fn is_whole(&self) -> bool {
        self.positions().all(|x| x.fract() == 0.0)
    }

    /// The range of the horizontal axis, tight around the points; `None` without any.
    pub(super) fn x_extent(&self) -> Option<(f64, f64)> {
        let (low, high) = extent(self.positions())?;
        Some(if low == high {
            (low - 0.5, high + 0.5)
        } else {
            (low, high)
        })
    }

    /// The range of the vertical axis, with some air where nobody fixed it; `None` where
    /// there is neither a finite value nor a fixed range.
    pub(super) fn y_extent(&self) -> Option<(f64, f64)> {
        let values = self
            .lines
            .iter()
            .copied()
            .flatten()
            .map(|point| point.value.0);
        let stated = self.reference;
        let data = extent(values);
        let Some((fixed_low, fixed_high)) = self.y_range else {
            let (low, high) = data?;
            return extent([low, high].into_iter().chain(stated)).map(airy);
        };
        let all = [fixed_low, fixed_high].into_iter().chain(stated);
        let (low, high) = extent(all.chain(data.into_iter().flat_map(<[f64; 2]>::from)))?;
        let (roomy_low, roomy_high) = airy((low, high));
        Some((
            if low < fixed_low { roomy_low } else { low },
            if high > fixed_high || low == high {
                roomy_high
            } else {
                high
            },
        ))
    }

    fn positions(&self) -> impl Iterator<Item = f64> {
        let points = self.lines.iter().copied().flatten();
        points.map(|point| point.x).filter(|x| x.is_finite())
    }
}

/// The smallest and the largest of the finite among `values`.
fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.into_iter().filter(|value| value.is_finite());
    finite.fold(None, |range, value| {
        let value = value.clamp(-LARGEST, LARGEST);
        let (low, high) = range.unwrap_or((value, value));
        Some((value.min(low), value.max(high)))
    })
}

/// The range with padding, and never so narrow that its labels would be alike.
fn airy((low, high): (f64, f64)) -> (f64, f64) {
    let size = low.abs().max(high.abs());
    let span = high - low;
    let margin = if size < f64::MIN_POSITIVE {
        0.5
    } else if span == 0.0 {
        0.5 * size
    } else {
        (PADDING * span).max((NARROWEST * size - span) / 2.0)
    };
    (low - margin, high + margin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::tests::points;
    use proptest::prelude::*;

    fn of(values: &[f64], y_range: Option<(f64, f64)>) -> Option<(f64, f64)> {
        let points = points(values);
        Chart {
            lines: vec![&points],
            y_range,
            ..Chart::default()
        }
        .y_extent()
    }

    #[test]
    fn values_get_air_and_a_fixed_range_none() {
        assert_eq!(of(&[0.0, 1.0], None), Some((-0.05, 1.05)));
        assert_eq!(of(&[0.2, 0.4], Some((0.0, 1.0))), Some((0.0, 1.0)));
        assert_eq!(of(&[], Some((0.0, 1.0))), Some((0.0, 1.0)));
        assert_eq!(of(&[f64::NAN], None), None);
    }

    #[test]
    fn a_fixed_range_grows_where_data_leaves_it() {
        let (low, high) = of(&[0.5, 3.0], Some((0.0, 1.0))).unwrap();
        assert_eq!(low, 0.0);
        assert!(high > 3.0 && high < 3.3, "{high}");
    }

    #[test]
    fn a_reference_is_always_in_sight() {
        let points = points(&[0.8, 0.9]);
        let (low, _) = Chart {
            lines: vec![&points],
            reference: Some(0.5),
            ..Chart::default()
        }
        .y_extent()
        .unwrap();
        assert!(low < 0.5);
    }

    proptest! {
        #[test]
        fn every_range_is_finite_and_holds_its_values(values in prop::collection::vec(prop::num::f64::ANY, 1..20)) {
            match of(&values, None) {
                Some((low, high)) => {
                    prop_assert!(low < high && (high - low).is_finite(), "{low} {high}");
                    let mut shown = values.iter().filter(|v| v.is_finite()).map(|v| v.clamp(-LARGEST, LARGEST));
                    prop_assert!(shown.all(|v| low <= v && v <= high));
                }
                None => prop_assert!(values.iter().all(|v| !v.is_finite())),
            }
        }
    }
}
