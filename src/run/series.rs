//! The points of a run's metrics, bounded in number without losing a spike.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::decimate;
use crate::event::{TrainingUpdate, Value};

/// One reported value of a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Place on the chart's axis; see [`TrainingUpdate::position`].
    pub x: f64,
    pub value: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<u64>,
    /// When it was reported: RFC 3339, UTC.
    pub time: String,
}

/// A metric's points in the order of their report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    pub points: Vec<Point>,
    /// How many points were reported, of which `points` may be a decimated part.
    pub reported: u64,
}

/// The series of a run by metric, each of at most twice [`SeriesSet::KEPT`] points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SeriesSet(pub BTreeMap<String, Series>);

impl SeriesSet {
    /// Points that a series is thinned to when it has grown to twice as many.
    pub const KEPT: usize = 2000;

    /// The series of `metric`, empty where nothing was reported.
    pub fn points(&self, metric: &str) -> &[Point] {
        self.0.get(metric).map_or(&[], |series| &series.points)
    }

    /// Adds what `update` states. A report without epoch and step stands one after the last.
    pub fn push(&mut self, update: &TrainingUpdate, time: &str) {
        for (metric, value) in update.metrics() {
            if !self.0.contains_key(metric) {
                self.0.insert(metric.to_owned(), Series::default());
            }
            let Some(series) = self.0.get_mut(metric) else {
                continue;
            };
            let after_last = || series.points.last().map_or(1.0, |last| last.x + 1.0);
            let x = update.position().unwrap_or_else(after_last);
            series.reported += 1;
            series.points.push(Point {
                x,
                value,
                epoch: update.epoch,
                step: update.step,
                time: time.to_owned(),
            });
            if series.points.len() >= 2 * Self::KEPT {
                series.points = decimate(
                    &series.points,
                    Self::KEPT,
                    |point| point.x,
                    |point| point.value.0,
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_series_is_bounded_and_keeps_its_spike() {
        let mut set = SeriesSet::default();
        for epoch in 1..=20_000u64 {
            let loss = if epoch == 777 { 99.0 } else { 0.5 };
            let update = TrainingUpdate {
                epoch: Some(epoch),
                generator_loss: Some(Value(loss)),
                ..TrainingUpdate::default()
            };
            set.push(&update, "t");
        }
        let points = set.points("generator_loss");
        assert!(points.len() <= 2 * SeriesSet::KEPT);
        assert!(
            points
                .iter()
                .any(|p| p.epoch == Some(777) && p.value == Value(99.0))
        );
        assert_eq!(points.last().map(|p| p.x), Some(20_000.0));
        assert_eq!(set.0["generator_loss"].reported, 20_000);
    }
}
