//! The thinned series of long runs, kept from one look to the next: reading a million points anew each time
//! would let the page wait.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::ServerError;
use super::journal::RunKey;
use super::points::read_on;
use crate::event::Seq;
use crate::run::SeriesSet;

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
        let (mut set, upto) = known.map_or_else(Default::default, |kept| (kept.set, kept.upto));
        let goes_back = read_on(index, run, &mut set, upto)?;
        if goes_back && upto > 0 {
            // What a trainer makes again takes the place of what was.
            set = SeriesSet::default();
            read_on(index, run, &mut set, 0)?;
        }
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

#[cfg(test)]
mod tests {
    use rusqlite::params;

    use super::*;
    use crate::run::{LOSSES, pairs};

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
        let mut anew = SeriesSet::default();
        assert!(!read_on(&index, 7, &mut anew, 0).unwrap());
        assert_eq!(read(&extended), read(&anew));
        assert_eq!(read(&extended).0, 36_000);
    }

    #[test]
    fn losses_that_were_reported_together_are_read_together() {
        let (index, thinned) = (index(), Thinned::default());
        index
            .execute_batch(
                "INSERT INTO metrics VALUES (2, 7, 'generator_loss', NULL), (3, 7, 'discriminator_loss', NULL);
                 WITH RECURSIVE n(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < 30000)
                 INSERT INTO points
                 SELECT metric, seq, seq, seq, NULL, seq, 1 + (seq * (metric * 7919) % 101) / 100.0 FROM n, (SELECT 2 AS metric UNION SELECT 3)",
            )
            .unwrap();
        let set = thinned.series(&index, 7, 30_000).unwrap();
        let [generator, discriminator] = LOSSES.map(|name| set.points(name));
        assert_eq!(pairs(generator, discriminator).len(), generator.len());
        assert_eq!(generator.len(), discriminator.len());
        assert!(generator.len() < 2 * SeriesSet::KEPT);
        assert!(LOSSES.iter().all(|name| set.0[*name].reported == 30_000));
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
