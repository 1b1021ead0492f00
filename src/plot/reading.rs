//! The exact values under a pointer.

use super::Chart;
use crate::event::Value;
use crate::run::Point;

/// What the lines say at one reported position.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The position on the horizontal axis.
    pub x: f64,
    pub epoch: Option<u64>,
    pub step: Option<u64>,
    /// The value of each line, `None` where it has no report there.
    pub values: Vec<Option<Value>>,
}

impl Reading {
    /// The reading at the reported position that is nearest to `x`; `None` without points.
    pub fn nearest(chart: &Chart, x: f64) -> Option<Self> {
        let points = chart.lines.iter().copied().flatten();
        let distance = |point: &&Point| (point.x - x).abs();
        let found = points
            .filter(|point| point.x.is_finite())
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        // The last report counts, where a resumed trainer came by twice.
        let here = |points: &&[Point]| {
            points
                .iter()
                .rev()
                .find(|point| point.x == found.x)
                .map(|point| point.value)
        };
        Some(Self {
            x: found.x,
            epoch: found.epoch,
            step: found.step,
            values: chart.lines.iter().map(here).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::tests::points;

    #[test]
    fn the_nearest_report_is_read_exactly() {
        let (long, short) = (points(&[0.1, 0.2, f64::NAN]), points(&[0.7]));
        let chart = Chart {
            lines: vec![&long, &short],
            ..Chart::default()
        };
        let reading = Reading::nearest(&chart, 2.4).unwrap();
        assert_eq!((reading.x, reading.epoch), (2.0, Some(2)));
        assert_eq!(reading.values, [Some(Value(0.2)), None]);
        let last = Reading::nearest(&chart, 99.0).unwrap();
        assert_eq!(last.values, [Some(Value(f64::NAN)), None]);
        assert_eq!(Reading::nearest(&Chart::default(), 1.0), None);
    }
}
