//! The points of a run's metrics, bounded in number without losing a spike.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{LOSSES, Moment, decimate, thin_losses};
use crate::event::{TrainingUpdate, Value};

/// One reported value of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Place on the chart's axis; see [`TrainingUpdate::position`].
    pub x: f64,
    pub value: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<u64>,
    /// When it was reported, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Moment>,
}

/// A metric's points in the order of their report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    pub points: Vec<Point>,
    /// How many points were reported, of which `points` may be a decimated part.
    pub reported: u64,
    /// So many of the first points stand for more; after them none is missing.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub thinned: usize,
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Series {
    /// What may be thinned, and what may not.
    fn halves(&self) -> (&[Point], &[Point]) {
        self.points
            .split_at(self.points.len().saturating_sub(SeriesSet::RECENT))
    }

    /// Takes `old` for what may be thinned.
    fn replace(&mut self, old: Vec<Point>) {
        let before = self.points.len().saturating_sub(SeriesSet::RECENT);
        if old.len() < before || self.thinned > 0 {
            self.thinned = old.len();
        }
        self.points.splice(..before, old);
    }

    /// The last points as they were reported, without a gap.
    pub fn recent(&self) -> &[Point] {
        &self.points[self.thinned.min(self.points.len())..]
    }

    /// At most the last `count` of them.
    pub fn last(&self, count: usize) -> &[Point] {
        let recent = self.recent();
        &recent[recent.len().saturating_sub(count)..]
    }
}

/// The series of a run by metric, each of at most twice [`SeriesSet::KEPT`] points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SeriesSet(pub BTreeMap<String, Series>);

impl SeriesSet {
    /// Points that a series is thinned to when it has grown to twice as many.
    pub const KEPT: usize = 2000;

    /// So many points at the end of a series are never thinned.
    pub const RECENT: usize = 1000;

    /// So many positions must lie behind a report for it to be one that is made again: who
    /// is late by less is another rank of the same training.
    pub const REDONE: usize = 3;

    /// Points of which a loss keeps three times as many before the last: its own extremes, those of the other network's, and
    /// those of their ratio.
    const TOGETHER: usize = 700;

    /// Adds a report of `metric`; what has grown too long is thinned.
    pub fn add(&mut self, metric: &str, point: Point) {
        if !self.0.contains_key(metric) {
            self.0.insert(metric.to_owned(), Series::default());
        }
        let Some(series) = self.0.get_mut(metric) else {
            return;
        };
        series.reported += 1;
        series.points.push(point);
        if series.points.len() >= 2 * Self::KEPT {
            self.thin(metric);
        }
    }

    /// Thins `metric`; a loss together with that of the other network.
    fn thin(&mut self, metric: &str) {
        let losses =
            LOSSES.map(|name| self.0.get(name).map_or(&[][..], |series| series.halves().0));
        if LOSSES.contains(&metric) && losses.iter().all(|old| !old.is_empty()) {
            let thinned = thin_losses(losses[0], losses[1], Self::TOGETHER);
            for (name, old) in LOSSES.into_iter().zip(thinned) {
                if let Some(series) = self.0.get_mut(name) {
                    series.replace(old);
                }
            }
        } else if let Some(series) = self.0.get_mut(metric) {
            let most = Self::KEPT - Self::RECENT;
            let old = decimate(
                series.halves().0,
                most,
                |point| point.x,
                |point| point.value.0,
            );
            series.replace(old);
        }
    }

    /// Whether a report at `x` goes back on its axis, far enough not to be that of a rank that is late: it lies behind the
    /// `last` of its metric, and [`REDONE`](Self::REDONE) other places or more lie `ahead` of it.
    pub fn goes_back(x: f64, last: Option<f64>, ahead: usize) -> bool {
        ahead >= Self::REDONE && last.is_some_and(|last| last > x)
    }

    /// Takes out what a trainer that went back to an earlier checkpoint makes again. One
    /// that begins anew from the start is in another phase, and replaces nothing.
    fn forget_redone(&mut self, update: &TrainingUpdate) {
        let (Some(x), Some((metric, _))) = (update.position(), update.metrics().next()) else {
            return;
        };
        let points = self.points(metric);
        let last = points.last().map(|last| last.x);
        // Most go on.
        if last.is_none_or(|last| last <= x) || points.first().is_none_or(|first| first.x >= x) {
            return;
        }
        let mut ahead: Vec<f64> = points
            .iter()
            .map(|point| point.x)
            .filter(|at| *at > x)
            .collect();
        ahead.sort_by(f64::total_cmp);
        ahead.dedup();
        if !Self::goes_back(x, last, ahead.len()) {
            return;
        }
        for series in self.0.values_mut() {
            let before = series.points.len();
            let stays =
                |point: &Point| point.x < x || point.epoch.is_some() != update.epoch.is_some();
            let old = &series.points[..series.thinned.min(before)];
            series.thinned = old.iter().filter(|point| stays(point)).count();
            series.points.retain(stays);
            series.reported -= (before - series.points.len()) as u64;
        }
    }

    /// As few points as there can be, where not all of them are there anyway: a page that opens
    /// has to wait for each.
    pub fn slim(mut self) -> Self {
        let most = |name: &str| match LOSSES.contains(&name) {
            true => Self::RECENT + 3 * Self::TOGETHER,
            false => Self::KEPT,
        };
        let long = |(name, series): (&String, &Series)| {
            (series.thinned > 0 && series.points.len() > most(name)).then(|| name.clone())
        };
        let names: Vec<String> = self.0.iter().filter_map(long).collect();
        names.iter().for_each(|name| self.thin(name));
        self
    }

    /// The series of `metric`, empty where nothing was reported.
    pub fn points(&self, metric: &str) -> &[Point] {
        self.0.get(metric).map_or(&[], |series| &series.points)
    }

    /// Adds what `update` states. A report without epoch and step stands one after the last.
    pub fn push(&mut self, update: &TrainingUpdate, time: &str) {
        self.forget_redone(update);
        let time = Moment::parse(time);
        for (metric, value) in update.metrics() {
            let after_last = || self.points(metric).last().map_or(1.0, |last| last.x + 1.0);
            let point = Point {
                x: update.position().unwrap_or_else(after_last),
                value,
                epoch: update.epoch,
                step: update.step,
                time,
            };
            self.add(metric, point);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::pairs;
    use super::*;

    fn at(epoch: u64, loss: f64) -> TrainingUpdate {
        TrainingUpdate {
            epoch: Some(epoch),
            generator_loss: Some(Value(loss)),
            ..TrainingUpdate::default()
        }
    }

    fn pushed(epochs: &[u64]) -> Vec<f64> {
        let mut set = SeriesSet::default();
        for (turn, epoch) in epochs.iter().enumerate() {
            set.push(&at(*epoch, turn as f64), "t");
        }
        let points = set.points("generator_loss");
        points.iter().map(|point| point.value.0).collect()
    }

    #[test]
    fn a_resumed_trainer_replaces_what_it_redoes() {
        assert_eq!(
            pushed(&[1, 2, 3, 4, 5, 6, 3, 4, 5]),
            [0.0, 1.0, 6.0, 7.0, 8.0]
        );
    }

    #[test]
    fn a_new_phase_and_a_late_rank_replace_nothing() {
        assert_eq!(pushed(&[1, 2, 3, 4, 1, 2]).len(), 6);
        assert_eq!(pushed(&[1, 2, 3, 4, 3, 4, 5]).len(), 7);
    }

    #[test]
    fn the_losses_of_a_long_run_stay_paired() {
        let mut set = SeriesSet::default();
        // Noise, and once a ratio that is no extreme of either loss.
        let noise = |epoch: u64, by: u64| 1.0 + (epoch * by % 97) as f64 / 97.0;
        for epoch in 1..=20_000u64 {
            let (generator, discriminator) = match epoch {
                5_000 => (1.0, 2.0),
                _ => (noise(epoch, 31).max(1.2), noise(epoch, 57).min(1.8)),
            };
            let update = TrainingUpdate {
                discriminator_loss: (epoch % 2 == 0).then_some(Value(discriminator)),
                ..at(epoch, generator)
            };
            set.push(&update, "t");
        }
        let [generator, discriminator] = LOSSES.map(|name| set.points(name));
        assert!(generator.len() < 2 * SeriesSet::KEPT);
        let pairs = pairs(generator, discriminator);
        let old: Vec<f64> = pairs
            .iter()
            .map(|pair| pair.first.x)
            .filter(|x| *x < 18_000.0)
            .collect();
        assert!(old.len() > SeriesSet::TOGETHER / 2, "{}", old.len());
        assert!(old.contains(&5_000.0));
        // No stretch of the axis is left without a pair.
        assert!(old.windows(2).all(|two| two[1] - two[0] < 500.0));
    }

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
        let recent = set.0["generator_loss"].recent();
        assert!(recent.len() >= SeriesSet::RECENT);
        assert!(recent.windows(2).all(|pair| pair[1].x == pair[0].x + 1.0));
    }
}
