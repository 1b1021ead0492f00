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
    /// The same smoothed, where the chart is.
    pub smoothed: Vec<Option<Value>>,
}

impl Reading {
    /// The reading at the reported position in sight that is nearest to `x`; `None` without points
    /// there.
    pub fn nearest(chart: &Chart, x: f64) -> Option<Self> {
        let distance = |point: &&Point| (point.x - x).abs();
        let found = chart
            .in_sight()
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        // The last report counts, where a resumed trainer came by twice.
        let here = |points: &&[Point]| points.iter().rposition(|point| point.x == found.x);
        let at: Vec<Option<usize>> = chart.lines.iter().map(here).collect();
        let value = |(line, at): (usize, &Option<usize>)| Some(chart.lines[line][(*at)?].value);
        let smoothed = |(line, at): (usize, &Option<usize>)| {
            let (x, places) = (chart.lines[line][(*at)?].x, chart.places(line));
            let smoothed = chart.smoothed(&places)?;
            let found = smoothed.iter().rev().find(|place| place.0 == x)?;
            Some(Value(found.1))
        };
        Some(Self {
            x: found.x,
            epoch: found.epoch,
            step: found.step,
            values: at.iter().enumerate().map(value).collect(),
            smoothed: at.iter().enumerate().map(smoothed).collect(),
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
