//! Keeps the points of what a run reports, a batch at a time.

use std::collections::HashMap;

use rusqlite::{CachedStatement, Connection, params};

use super::journal::RunKey;
use super::points::known_metric;
use super::{ServerError, time};
use crate::event::{Seq, TrainingUpdate};
use crate::run::SeriesSet;

/// Enters points within one transaction.
pub struct PointKeeper<'tx> {
    tx: &'tx Connection,
    run: RunKey,
    put: CachedStatement<'tx>,
    metrics: Metrics,
}

/// What was looked up once of a run's metrics: it reports the same few ones again and again.
#[derive(Default)]
pub struct Metrics(HashMap<String, Last>);

/// What is known of a metric.
struct Last {
    key: i64,
    /// Where its last point stands, and the event that stated it.
    x: Option<f64>,
    seq: Seq,
    /// Its farthest places, the farthest first: as many as have to lie behind a report that is made again.
    far: Vec<f64>,
    /// The lowest and the highest of its finite values.
    extremes: Option<(f64, f64)>,
}

impl<'tx> PointKeeper<'tx> {
    /// Keeps points of `run`, of which so much is known.
    pub fn new(tx: &'tx Connection, run: RunKey, metrics: Metrics) -> Result<Self, ServerError> {
        Ok(Self {
            tx,
            run,
            put: tx.prepare_cached(
                "INSERT INTO points (metric, seq, x, epoch, step, time, value)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?,
            metrics,
        })
    }

    /// What is known of the metrics now.
    pub fn close(self) -> Metrics {
        self.metrics
    }

    /// Keeps a point for each metric that event number `seq` states.
    pub fn insert(
        &mut self,
        seq: Seq,
        update: &TrainingUpdate,
        moment: &str,
    ) -> Result<(), ServerError> {
        self.forget_redone(update)?;
        let (position, time) = (update.position(), time::to_number(moment));
        for (name, value) in update.metrics() {
            if !self.metrics.0.contains_key(name) {
                let last = self.look_up(name)?;
                self.metrics.0.insert(name.to_owned(), last);
            }
            let Some(last) = self.metrics.0.get_mut(name) else {
                continue;
            };
            // Should it name a metric twice, the first counts: a run must never stand still for a line that it printed.
            if last.seq == seq {
                continue;
            }
            // A report without epoch and step stands one after the last of its metric.
            let x = position.unwrap_or_else(|| last.x.map_or(1.0, |x| x + 1.0));
            self.put.execute(params![
                last.key,
                seq,
                x,
                update.epoch,
                update.step,
                time,
                value.0
            ])?;
            (last.x, last.seq) = (Some(x), seq);
            last.reach(x);
            if let Some((lowest, highest)) = last.widened(value.0) {
                self.tx
                    .prepare_cached(
                        "UPDATE metrics SET lowest = ?2, highest = ?3 WHERE metric = ?1",
                    )?
                    .execute(params![last.key, lowest, highest])?;
            }
        }
        Ok(())
    }

    /// Takes out what a resumed trainer makes again, as [`SeriesSet`] does in the browser.
    fn forget_redone(&mut self, update: &TrainingUpdate) -> Result<(), ServerError> {
        let (Some(x), Some((name, _))) = (update.position(), update.metrics().next()) else {
            return Ok(());
        };
        if !self.metrics.0.contains_key(name) {
            let Some(key) = known_metric(self.tx, self.run, name)? else {
                return Ok(());
            };
            let last = self.last_of(key)?;
            self.metrics.0.insert(name.to_owned(), last);
        }
        let Some(last) = self.metrics.0.get(name) else {
            return Ok(());
        };
        let ahead = last.far.iter().filter(|far| **far > x).count();
        if !SeriesSet::goes_back(x, last.x, ahead) {
            return Ok(());
        }
        let first: f64 = self
            .tx
            .prepare_cached("SELECT x FROM points WHERE metric = ?1 ORDER BY seq LIMIT 1")?
            .query_row([last.key], |row| row.get(0))?;
        if first < x {
            self.tx
                .prepare_cached(
                    "DELETE FROM points WHERE metric IN (SELECT metric FROM metrics WHERE run = ?1)
                     AND x >= ?2 AND (epoch IS NOT NULL) = ?3",
                )?
                .execute(params![self.run, x, update.epoch.is_some()])?;
            self.tx
                .prepare_cached(
                    "UPDATE metrics SET (lowest, highest) =
                        (SELECT MIN(value), MAX(value) FROM points
                         WHERE points.metric = metrics.metric AND abs(value) < 9e999)
                     WHERE run = ?1",
                )?
                .execute([self.run])?;
            // What was last is no more.
            self.metrics.0.clear();
        }
        Ok(())
    }

    /// What the index knows of a metric; it gets its key with its first point.
    fn look_up(&self, name: &str) -> Result<Last, ServerError> {
        if let Some(key) = known_metric(self.tx, self.run, name)? {
            return self.last_of(key);
        }
        self.tx
            .prepare_cached("INSERT INTO metrics (run, name) VALUES (?1, ?2)")?
            .execute(params![self.run, name])?;
        Ok(Last {
            key: self.tx.last_insert_rowid(),
            x: None,
            seq: 0,
            far: Vec::new(),
            extremes: None,
        })
    }

    /// What the points of the metric `key` tell. Positions mostly ascend, so that the last are the farthest.
    fn last_of(&self, key: i64) -> Result<Last, ServerError> {
        const LOOKED_AT: u64 = 4096;
        let mut rows = self
            .tx
            .prepare_cached("SELECT x FROM points WHERE metric = ?1 ORDER BY seq DESC LIMIT ?2")?;
        let places: Result<Vec<f64>, _> = rows
            .query_map(params![key, LOOKED_AT], |row| row.get(0))?
            .collect();
        let places = places?;
        let extremes = self
            .tx
            .prepare_cached("SELECT lowest, highest FROM metrics WHERE metric = ?1")?
            .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (lowest, highest): (Option<f64>, Option<f64>) = extremes;
        let mut last = Last {
            key,
            x: places.first().copied(),
            seq: 0,
            far: Vec::new(),
            extremes: lowest.zip(highest),
        };
        places.into_iter().for_each(|place| last.reach(place));
        Ok(last)
    }
}

impl Last {
    /// Notes a value: the extremes, where it is a new one.
    fn widened(&mut self, value: f64) -> Option<(f64, f64)> {
        let (lowest, highest) = self.extremes.unwrap_or((value, value));
        let now = (lowest.min(value), highest.max(value));
        let is_news = value.is_finite() && self.extremes != Some(now);
        if is_news {
            self.extremes = Some(now);
        }
        is_news.then_some(now)
    }

    /// Notes a point at `x`.
    fn reach(&mut self, x: f64) {
        let at = self.far.partition_point(|far| *far > x);
        if self.far.get(at) != Some(&x) && at < SeriesSet::REDONE {
            self.far.insert(at, x);
            self.far.truncate(SeriesSet::REDONE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Value;
    use crate::server::index::Index;
    use proptest::prelude::*;

    /// Where the points of `metric` stand in the index, in the order of their reports.
    fn kept(tx: &Connection, metric: &str) -> Vec<f64> {
        let sql = "SELECT x FROM points JOIN metrics USING (metric) WHERE name = ?1 ORDER BY seq";
        let mut rows = tx.prepare(sql).unwrap();
        let places = rows.query_map([metric], |row| row.get(0)).unwrap();
        places.map(Result::unwrap).collect()
    }

    /// The extremes of `metric` in the index.
    fn kept_extremes(tx: &Connection, metric: &str) -> Option<(f64, f64)> {
        let mut rows = tx
            .prepare("SELECT lowest, highest FROM metrics WHERE name = ?1")
            .unwrap();
        let mut rows = rows.query([metric]).unwrap();
        let row = rows.next().unwrap()?;
        let (lowest, highest): (Option<f64>, Option<f64>) =
            (row.get(0).unwrap(), row.get(1).unwrap());
        lowest.zip(highest)
    }

    /// Takes reports in on both sides, and compares what each of them keeps.
    fn compare(reports: &[(Option<u64>, bool, bool)]) -> Vec<f64> {
        let folder = tempfile::tempdir().unwrap();
        let (_, mut writer) = Index::open(&folder.path().join("index.sqlite")).unwrap();
        let tx = writer.transaction().unwrap();
        let mut set = SeriesSet::default();
        let mut keeper = PointKeeper::new(&tx, 1, Metrics::default()).unwrap();
        for (at, (epoch, generator, discriminator)) in reports.iter().enumerate() {
            let loss = |stated: bool| stated.then_some(Value(at as f64));
            let update = TrainingUpdate {
                epoch: *epoch,
                generator_loss: loss(*generator),
                discriminator_loss: loss(*discriminator),
                ..TrainingUpdate::default()
            };
            let moment = "2025-08-24T18:14:33Z";
            keeper.insert(at as Seq + 1, &update, moment).unwrap();
            set.push(&update, moment);
        }
        for metric in ["generator_loss", "discriminator_loss"] {
            let values = || set.points(metric).iter().map(|point| point.value.0);
            let extremes = values().reduce(f64::min).zip(values().reduce(f64::max));
            assert_eq!(
                kept_extremes(&tx, metric),
                extremes,
                "{metric} of {reports:?}"
            );
            let shown: Vec<f64> = set.points(metric).iter().map(|point| point.x).collect();
            assert_eq!(kept(&tx, metric), shown, "{metric} of {reports:?}");
        }
        kept(&tx, "generator_loss")
    }

    #[test]
    fn a_second_phase_leaves_the_first() {
        let twice = (1..=10)
            .chain(1..=10)
            .map(|epoch| (Some(epoch), true, false));
        assert_eq!(compare(&twice.collect::<Vec<_>>()).len(), 20);
        let resumed = (1..=10)
            .chain(5..=12)
            .map(|epoch| (Some(epoch), true, false));
        assert_eq!(compare(&resumed.collect::<Vec<_>>()).len(), 12);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// The index keeps what the page keeps, whichever way a trainer counts.
        #[test]
        fn both_sides_keep_the_same(
            reports in prop::collection::vec((prop::option::weighted(0.95, 1u64..12), any::<bool>(), any::<bool>()), 0..60),
            runs in prop::collection::vec((1u64..20, 1u64..20), 0..4),
        ) {
            let counted = runs.into_iter().flat_map(|(from, upto)| from..=upto.max(from));
            let counted = counted.map(|epoch| (Some(epoch), true, true));
            compare(&counted.chain(reports).collect::<Vec<_>>());
        }
    }
}
