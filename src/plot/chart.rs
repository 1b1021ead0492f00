//! What a chart shows: lines over one axis, and the ranges that they ask for.

use super::smooth::{half_life, smooth};
use super::{Count, Scale, Window};
use crate::run::Point;

/// From where to where on an axis.
pub type Extent = (f64, f64);

/// Part of the height that stays free above and below the lines.
const PADDING: f64 = 0.05;

/// The narrowest range of an axis, as a part of its values' size: below it, labels of
/// seven characters could not tell one grid line from the next.
const NARROWEST: f64 = 1e-4;

/// Values beyond this are drawn at the edge, so that no difference of two overflows.
const LARGEST: f64 = 1e300;

/// The same on a log scale, in decades: as part of the range, at least, and around a single value.
const LOG_NARROWEST: f64 = 0.02;
const LOG_LONELY: f64 = 0.3;

/// What is made of the points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Lines over a common axis, as far as the page's window reaches.
    #[default]
    Lines,
    /// One way through a plane, the older the fainter.
    Trail,
    /// Bars that stand at each position, a colour a line.
    Bars,
}

/// Lines over a common axis. Points stand in the order of their report.
#[derive(Clone, Debug, Default)]
pub struct Chart<'a> {
    /// The points of each line; the first line gets the first colour.
    pub lines: Vec<&'a [Point]>,
    /// The range of values to show at least.
    pub y_range: Option<(f64, f64)>,
    /// The positions that the horizontal axis reaches at least.
    pub x_reach: Option<Extent>,
    pub shape: Shape,
    pub reference: Option<f64>,
    /// Values that are as one would have them: a tinted band behind the lines.
    pub band: Option<(f64, f64)>,
    /// What the horizontal axis counts.
    pub count: Count,
    /// The line that stands out; the others stand back.
    pub stands_out: Option<usize>,
    /// The part of the horizontal axis that is in sight.
    pub window: Window,
    /// The scale of the vertical axis.
    pub scale: Scale,
    /// How strongly the lines are smoothed, from 0, not at all, to 1.
    pub smoothing: f64,
}

/// How many points in sight a chart has no height for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unshown {
    /// NaN, or infinite.
    pub broken: usize,
    /// Zero or negative, on a log scale.
    pub below: usize,
}

impl<'a> Chart<'a> {
    /// The points of the line `index` as places and values.
    pub(super) fn places(&self, index: usize) -> Vec<(f64, f64)> {
        let places = self.lines[index]
            .iter()
            .map(|point| (point.x, point.value.0));
        places.filter(|(x, _)| x.is_finite()).collect()
    }

    /// The same places with smoothed values; `None` where nothing is to be smoothed. It goes by the length of the line
    /// itself: what stands beside it changes nothing.
    pub(super) fn smoothed(&self, places: &[(f64, f64)]) -> Option<Vec<(f64, f64)>> {
        let length = extent(places.iter().map(|place| place.0));
        let (low, high) = length.filter(|_| self.smoothing > 0.0)?;
        Some(smooth(places, half_life(self.smoothing, high - low)))
    }

    /// How many points the lines hold together.
    pub fn points(&self) -> usize {
        self.lines.iter().map(|points| points.len()).sum()
    }

    /// How long the horizontal axis is, tight around the points; `None` without any.
    pub fn x_extent(&self) -> Option<Extent> {
        let reach = self.x_reach.into_iter().flat_map(<[f64; 2]>::from);
        let (low, high) = extent(self.positions())
            .and_then(|(low, high)| extent([low, high].into_iter().chain(reach)))?;
        Some(if low == high {
            (low - 0.5, high + 0.5)
        } else {
            (low, high)
        })
    }

    /// The part of the horizontal axis that is in sight; `None` without points.
    pub fn x_range(&self) -> Option<Extent> {
        Some(self.window.range(self.x_extent()?))
    }

    /// The points in sight.
    pub fn in_sight(&self) -> impl Iterator<Item = &'a Point> {
        let range = self.x_range();
        let inside = move |x: f64| range.is_some_and(|(low, high)| low <= x && x <= high);
        let points = self.lines.clone().into_iter().flatten();
        points.filter(move |point| inside(point.x))
    }

    /// What of the points in sight cannot be drawn.
    pub fn unshown(&self) -> Unshown {
        let mut unshown = Unshown::default();
        // Positions are values too in a plane.
        let nowhere = self.lines.iter().copied().flatten();
        unshown.broken = nowhere.filter(|point| !point.x.is_finite()).count();
        for point in self.in_sight() {
            let value = point.value.0;
            unshown.broken += usize::from(!value.is_finite());
            unshown.below += usize::from(self.scale.lacks(value));
        }
        unshown
    }

    /// The range of the vertical axis in units of its scale, with some air where nobody fixed it;
    /// `None` where there is neither a value to draw nor a fixed range.
    pub(super) fn y_extent(&self) -> Option<Extent> {
        let data = self.seen_extent();
        let stated = self.reference.map(|value| self.scale.apply(value));
        let airy = |range| match self.scale {
            Scale::Linear => airy(range),
            Scale::Log => log_airy(range),
        };
        let scaled = |(low, high)| (self.scale.apply(low), self.scale.apply(high));
        // A log scale has no zero to begin with.
        let fixed = self.y_range.map(scaled).filter(|range| range.0.is_finite());
        let Some((fixed_low, fixed_high)) = fixed else {
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

    /// The smallest and the largest height in sight, also of lines that only pass through.
    fn seen_extent(&self) -> Option<Extent> {
        let range = self.x_range()?;
        let mut seen = None;
        for (index, points) in self.lines.iter().enumerate() {
            let places = points.iter().map(|point| (point.x, point.value.0));
            seen = self.seen_of(places, range, seen);
            // An average lies among its values, but not all of those are in sight.
            if self.smoothing > 0.0 && !self.window.is_whole() {
                let smoothed = self.smoothed(&self.places(index)).unwrap_or_default();
                seen = self.seen_of(smoothed.into_iter(), range, seen);
            }
        }
        seen
    }

    /// `seen` and the heights of a line through `places` as far as it is in sight.
    fn seen_of(
        &self,
        places: impl Iterator<Item = (f64, f64)>,
        (low, high): Extent,
        mut seen: Option<Extent>,
    ) -> Option<Extent> {
        let mut before = (f64::NAN, f64::NAN);
        for (x, value) in places {
            let here = (x, self.scale.apply(value));
            if low <= here.0 && here.0 <= high {
                seen = wider(seen, here.1);
            }
            for edge in [low, high] {
                if before.0 < edge && edge < here.0 {
                    seen = wider(seen, between(before, here, edge));
                }
            }
            before = here;
        }
        seen
    }

    pub(super) fn positions(&self) -> impl Iterator<Item = f64> {
        let points = self.lines.iter().copied().flatten();
        points.map(|point| point.x).filter(|x| x.is_finite())
    }
}

/// The smallest and the largest of the finite among `values`.
pub fn extent(values: impl IntoIterator<Item = f64>) -> Option<Extent> {
    values.into_iter().fold(None, wider)
}

fn wider(range: Option<Extent>, value: f64) -> Option<Extent> {
    if !value.is_finite() {
        return range;
    }
    let value = value.clamp(-LARGEST, LARGEST);
    let (low, high) = range.unwrap_or((value, value));
    Some((value.min(low), value.max(high)))
}

/// The height at `x` of the straight line from one place to another.
pub(super) fn between(from: (f64, f64), to: (f64, f64), x: f64) -> f64 {
    let part = (x - from.0) / (to.0 - from.0);
    // Not `from + part * (to - from)`, whose difference may be infinite.
    from.1 * (1.0 - part) + to.1 * part
}

/// The range of a log scale with padding.
fn log_airy((low, high): Extent) -> Extent {
    let margin = if low == high {
        LOG_LONELY
    } else {
        (PADDING * (high - low)).max(LOG_NARROWEST)
    };
    (low - margin, high + margin)
}

/// The range with padding, and never so narrow that its labels would be alike.
fn airy((low, high): Extent) -> Extent {
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

    #[test]
    fn the_vertical_axis_fits_what_is_in_sight() {
        let points = points(&[9.0, 1.0, 2.0, 9.0]);
        let chart = |from, to| Chart {
            lines: vec![&points],
            window: Window::Part { from, to },
            ..Chart::default()
        };
        assert_eq!(chart(2.0, 3.0).y_extent(), Some((0.95, 2.05)));
        // No point is in sight, only the line between two.
        let (low, high) = chart(1.25, 1.75).y_extent().unwrap();
        assert!(
            (low - 2.8).abs() < 1e-9 && (high - 7.2).abs() < 1e-9,
            "{low} {high}"
        );
    }

    #[test]
    fn a_smoothed_line_is_in_sight_though_its_values_are_not() {
        let points = points(&[100.0, 1.0, 1.0, 1.0]);
        let chart = |smoothing, window| Chart {
            lines: vec![&points],
            smoothing,
            window,
            ..Chart::default()
        };
        let part = Window::Part { from: 2.0, to: 4.0 };
        let (_, raw) = chart(0.0, part).y_extent().unwrap();
        let (_, smoothed) = chart(1.0, part).y_extent().unwrap();
        assert!(raw < 2.0 && smoothed > 10.0, "{raw} {smoothed}");
        let all = |smoothing| chart(smoothing, Window::Whole).y_extent();
        assert_eq!(all(1.0), all(0.0), "an average lies among its values");
    }

    #[test]
    fn a_log_scale_tells_what_it_cannot_show() {
        let points = points(&[0.0, -1.0, 10.0, f64::NAN, 1000.0]);
        let mut chart = Chart {
            lines: vec![&points],
            y_range: Some((0.0, 1.0)),
            scale: Scale::Log,
            ..Chart::default()
        };
        assert_eq!(
            chart.unshown(),
            Unshown {
                broken: 1,
                below: 2
            }
        );
        assert_eq!(chart.y_extent(), Some((0.9, 3.1)));
        chart.window = Window::Part { from: 2.5, to: 9.0 };
        assert_eq!(chart.unshown().below, 0);
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
