//! The thinned series of long runs, kept from one look to the next: reading a million points anew each time
//! would let the page wait.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, params};

use super::ServerError;
use super::journal::RunKey;
use super::points::{known_metric, metrics, series_set};
use crate::event::{Seq, Value};
use crate::run::{Moment, Point, SeriesSet};

/// A run with fewer reports is read anew as fast.
const LONG: u64 = 20_000;

/// So many runs are kept at most, and of each no more points than this.
const RUNS: usize = 4;
const POINTS: usize = 100_000;

/// What a run had said up to an event.
struct Kept {
    run: RunKey,
    upto: Seq,
    set: SeriesSet,
}

/// The series of the runs that were looked at last.
#[derive(Default)]
pub struct Thinned {
    kept: Mutex<VecDeque<Kept>>,
}

impl Thinned {
    /// The series of `run` up to the event `as_of`, which is the latest that `index` knows.
    pub fn series(
        &self,
        index: &Connection,
        run: RunKey,
        as_of: Seq,
    ) -> Result<SeriesSet, ServerError> {
        let known = self.take(run).filter(|kept| kept.upto <= as_of);
        let set = match known {
            Some(kept) => extended(index, kept)?,
            None => None,
        };
        let set = match set {
            Some(set) => set,
            None => series_set(index, run, SeriesSet::KEPT)?,
        };
        let set = set.slim();
        self.put(run, as_of, &set);
        Ok(set)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        // One that was let go in a panic guards nothing that is half done.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, run: RunKey) -> Option<Kept> {
        let mut kept = self.lock();
        let at = kept.iter().position(|kept| kept.run == run)?;
        kept.remove(at)
    }

    fn put(&self, run: RunKey, upto: Seq, set: &SeriesSet) {
        let reported: u64 = set.0.values().map(|series| series.reported).sum();
        let held: usize = set.0.values().map(|series| series.points.len()).sum();
        if reported < LONG || held > POINTS {
            return;
        }
        let mut kept = self.lock();
        kept.retain(|kept| kept.run != run);
        kept.push_front(Kept {
            run,
            upto,
            set: set.clone(),
        });
        kept.truncate(RUNS);
    }
}

/// What was kept with what was said since; `None` where a trainer went back, since what it makes again takes
/// the place of what was.
fn extended(index: &Connection, kept: Kept) -> Result<Option<SeriesSet>, ServerError> {
    let mut set = kept.set;
    for name in metrics(index, kept.run)? {
        let Some(metric) = known_metric(index, kept.run, &name)? else {
            continue;
        };
        let mut rows = index.prepare_cached(
            "SELECT x, value, epoch, step, time FROM points WHERE metric = ?1 AND seq > ?2 ORDER BY seq",
        )?;
        let mut rows = rows.query(params![metric, kept.upto])?;
        let series = set.0.entry(name).or_default();
        while let Some(row) = rows.next()? {
            let point = Point {
                x: row.get(0)?,
                value: Value(row.get::<_, Option<f64>>(1)?.unwrap_or(f64::NAN)),
                epoch: row.get(2)?,
                step: row.get(3)?,
                time: Some(Moment(row.get(4)?)),
            };
            if series.points.last().is_some_and(|last| last.x > point.x) {
                return Ok(None);
            }
            series.add(point);
        }
    }
    Ok(Some(set))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Connection {
        let index = Connection::open_in_memory().unwrap();
        index
            .execute_batch(
                "CREATE TABLE metrics (metric INTEGER PRIMARY KEY, run INTEGER, name TEXT, source TEXT);
                 CREATE TABLE points (metric, seq, x REAL, epoch, step, time, value, PRIMARY KEY (metric, seq));
                 INSERT INTO metrics VALUES (1, 7, 'loss', NULL);",
            )
            .unwrap();
        index
    }

    fn say(index: &Connection, from: u64, upto: u64, first_epoch: u64) {
        index
            .execute(
                "WITH RECURSIVE n(seq) AS (SELECT ?1 UNION ALL SELECT seq + 1 FROM n WHERE seq < ?2)
                 INSERT INTO points SELECT 1, seq, seq - ?1 + ?3, seq - ?1 + ?3, NULL, seq, seq % 10 FROM n",
                params![from, upto, first_epoch],
            )
            .unwrap();
    }

    /// All but which points of the thinned part stand for the others.
    fn read(set: &SeriesSet) -> (u64, Option<f64>, Vec<f64>) {
        let series = &set.0["loss"];
        let recent = &series.points[series.points.len() - SeriesSet::RECENT..];
        let places = recent.iter().map(|point| point.x).collect();
        (
            series.reported,
            series.points.last().map(|last| last.x),
            places,
        )
    }

    #[test]
    fn what_is_kept_and_extended_is_what_is_read_anew() {
        let (index, thinned) = (index(), Thinned::default());
        say(&index, 1, 30_000, 1);
        thinned.series(&index, 7, 30_000).unwrap();
        assert_eq!(thinned.kept.lock().unwrap().len(), 1);
        say(&index, 30_001, 36_000, 30_001);
        let extended = thinned.series(&index, 7, 36_000).unwrap();
        let anew = series_set(&index, 7, SeriesSet::KEPT).unwrap();
        assert_eq!(read(&extended), read(&anew));
        assert_eq!(read(&extended).0, 36_000);
    }

    #[test]
    fn a_trainer_that_goes_back_is_read_anew() {
        let (index, thinned) = (index(), Thinned::default());
        say(&index, 1, 30_000, 1);
        thinned.series(&index, 7, 30_000).unwrap();
        index
            .execute("DELETE FROM points WHERE x >= 20000", [])
            .unwrap();
        say(&index, 30_001, 30_001, 20_000);
        let set = thinned.series(&index, 7, 30_001).unwrap();
        assert_eq!(set.0["loss"].reported, 20_000);
    }

    #[test]
    fn short_runs_are_not_kept_and_few_long_ones_are() {
        let thinned = Thinned::default();
        let mut set = SeriesSet::default();
        set.0.entry("loss".into()).or_default().reported = LONG - 1;
        thinned.put(1, 1, &set);
        assert!(thinned.kept.lock().unwrap().is_empty());
        set.0.entry("loss".into()).or_default().reported = LONG;
        for run in 0..10 {
            thinned.put(run, 1, &set);
        }
        assert_eq!(thinned.kept.lock().unwrap().len(), RUNS);
    }
}
