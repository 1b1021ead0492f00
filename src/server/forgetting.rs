//! How the index loses a run: known no more at once, erased in the course of time.

use std::time::Duration;

use rusqlite::{OptionalExtension, params};

use super::ServerError;
use super::journal::{Journal, RunKey};
use super::notice::Notice;
use crate::event::{RunId, Seq};

/// How the ids of runs begin that were forgotten, and are still to be erased: no id of a run does.
pub const FORGOTTEN: &str = "forgotten-";

/// Rows that are erased in one transaction.
const PART: i64 = 10_000;

impl Journal {
    /// Takes a run out of the index: at once it is neither seen nor known any more, and what it
    /// said is erased by the next [`Journal::sweep`].
    pub fn forget(&self, run_id: &RunId) -> Result<(), ServerError> {
        self.write(|booking| {
            let sql = "UPDATE runs SET shown = 0, run_id = ?2 || run WHERE run_id = ?1";
            booking
                .tx
                .execute(sql, params![run_id.as_str(), FORGOTTEN])?;
            booking.lose(run_id);
            Ok(())
        })?;
        self.ring(Notice::List);
        Ok(())
    }

    /// Erases what runs said that were forgotten, also by a server that died over it; a part at
    /// a time, so that nobody has to wait for long.
    pub fn sweep(&self) -> Result<(), ServerError> {
        let forgotten: Vec<RunKey> = self.read(|index| {
            let sql = format!("SELECT run FROM runs WHERE run_id GLOB '{FORGOTTEN}*'");
            let mut rows = index.prepare_cached(&sql)?;
            let keys: Result<_, _> = rows.query_map([], |row| row.get(0))?.collect();
            Ok(keys?)
        })?;
        forgotten.into_iter().try_for_each(|run| self.erase(run))
    }

    fn erase(&self, run: RunKey) -> Result<(), ServerError> {
        let parts = [
            "DELETE FROM lines WHERE seq IN (SELECT seq FROM lines WHERE run = ?1 LIMIT ?2)",
            "DELETE FROM points WHERE (metric, seq) IN (SELECT metric, seq FROM metrics JOIN points USING (metric)
             WHERE run = ?1 LIMIT ?2)",
        ];
        // The numbers of events that are no more are not given again.
        self.write(|booking| {
            let latest = booking.latest();
            booking.tx.execute("UPDATE latest SET seq = ?1", [latest])?;
            Ok(())
        })?;
        for part in parts {
            while self.write(|booking| {
                let mut part = booking.tx.prepare_cached(part)?;
                Ok(part.execute([run, PART])?)
            })? > 0
            {
                // Who waits for the writer gets it first.
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        self.erase_events(run)?;
        self.write(|booking| {
            let tx = booking.tx;
            tx.execute("DELETE FROM metrics WHERE run = ?1", [run])?;
            tx.execute("DELETE FROM runs WHERE run = ?1", [run])?;
            Ok(())
        })
    }
}

impl Journal {
    /// Erases the events of `run`. Those of others lie between them: each transaction goes over as many rows as any other, and
    /// none of them twice.
    fn erase_events(&self, run: RunKey) -> Result<(), ServerError> {
        let (first, last) = self.read(|index| {
            let sql = "SELECT first, last FROM runs WHERE run = ?1";
            Ok(index.query_row(sql, [run], |row| {
                Ok((row.get::<_, Seq>(0)?, row.get::<_, Seq>(1)?))
            })?)
        })?;
        let mut from = Some(first);
        while let Some(here) = from {
            from = self.write(|booking| {
                let tx = booking.tx;
                let next: Option<Seq> = tx
                    .prepare_cached("SELECT seq FROM events WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq LIMIT 1 OFFSET ?3")?
                    .query_row(params![here, last, PART], |row| row.get(0))
                    .optional()?;
                tx.prepare_cached("DELETE FROM events WHERE run = ?1 AND seq >= ?2 AND seq <= ?3")?
                    .execute(params![run, here, next.map_or(last, |next| next - 1)])?;
                Ok(next)
            })?;
            // Who waits for the writer gets it first.
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Manifest;

    #[test]
    fn the_numbers_of_what_was_erased_are_not_given_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("index.sqlite");
        let runs =
            ["20250101-000000-aaaa", "20250101-000001-bbbb"].map(|id| RunId::parse(id).unwrap());
        let latest = |journal: &Journal| journal.bell().borrow().latest;
        let journal = Journal::open(&path).unwrap();
        let manifests = runs.clone().map(Manifest::unreadable);
        journal.register(&manifests, true).unwrap();
        let before = latest(&journal);
        // The last event is of a run that goes.
        journal.forget(&runs[1]).unwrap();
        journal.sweep().unwrap();
        drop(journal);
        let journal = Journal::open(&path).unwrap();
        assert_eq!(latest(&journal), before);
        journal
            .register(&[Manifest::unreadable(runs[1].clone())], true)
            .unwrap();
        assert!(latest(&journal) > before);
    }
}
