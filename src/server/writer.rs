//! The connection that writes to the index: one transaction after the other.

use std::mem::take;

use rusqlite::Connection;

use super::booking::{Booking, Standings};
use super::hub::Stored;
use super::{ServerError, index, time};
use crate::event::Seq;

/// Pages that may wait in the log of writes: with more of them, reading takes longer, and so does moving them.
const WAITING_MOST: u64 = 500;

/// Runs whose standing is kept in memory, at most: more than ever say something at a time.
const KNOWN_MOST: usize = 32;

/// The only one that changes the index, so that it need not ask what it has written itself.
pub struct Writer {
    connection: Connection,
    /// The number of the last event.
    latest: Seq,
    /// The microsecond of the start, which no number of earlier events reaches. A machine that lost its power may have
    /// lost the last commits too: none of their numbers is given to another event.
    floor: Seq,
    /// How runs stand that said something of late.
    known: Standings,
    /// How many pages wait in the log of writes, about.
    waiting: u64,
}

impl Writer {
    /// Writes by `connection`, which only this one has.
    pub fn new(connection: Connection) -> Result<Self, ServerError> {
        let latest = index::latest(&connection)?;
        Ok(Self {
            connection,
            latest,
            floor: time::to_number(&time::now()).max(0).cast_unsigned(),
            known: Standings::new(),
            waiting: 0,
        })
    }

    /// The number that the next event will have.
    pub fn next(&self) -> Seq {
        self.latest.max(self.floor) + 1
    }

    /// Lets `work` change the index in one transaction: all of it or, where it fails, nothing. Gives the events
    /// that were numbered.
    pub fn write<T>(
        &mut self,
        work: impl FnOnce(&mut Booking<'_>) -> Result<T, ServerError>,
    ) -> Result<(T, Vec<Stored>), ServerError> {
        let open = Open::begin(&self.connection)?;
        // What a transaction that fails has made of them is not what the index holds: then they are asked for anew.
        let known = take(&mut self.known);
        let mut booking = Booking::new(&self.connection, self.latest, self.floor, known);
        let answer = work(&mut booking)?;
        let (latest, known, stored) = booking.close()?;
        open.commit()?;
        // About one page of each table and index for a transaction, and one for a few events.
        self.waiting += 6 + latest.saturating_sub(self.latest.max(self.floor)) / 8;
        self.latest = latest;
        if known.len() <= KNOWN_MOST {
            self.known = known;
        }
        Ok((answer, stored))
    }

    /// Moves what waits into the file once that is much. Whoever watches has been told by then, and is not kept
    /// waiting for the disk.
    pub fn settle(&mut self) {
        if self.waiting >= WAITING_MOST {
            self.settle_now();
        }
    }

    /// Moves it now. What fails, as on a full disk, is tried again with the next that comes.
    pub fn settle_now(&mut self) {
        match index::settle(&self.connection, self.latest) {
            Ok(()) => self.waiting = 0,
            Err(error) => {
                tracing::debug!(%error, "what was written could not be moved into the index");
            }
        }
    }
}

/// A transaction that is taken back unless it is committed. Its words are kept in prepared form, which the
/// library's own are not: a line is a transaction.
struct Open<'c>(&'c Connection);

impl<'c> Open<'c> {
    fn begin(connection: &'c Connection) -> rusqlite::Result<Self> {
        say(connection, "BEGIN IMMEDIATE")?;
        Ok(Self(connection))
    }

    fn commit(self) -> rusqlite::Result<()> {
        say(self.0, "COMMIT")
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        // Some failures have ended it already.
        if !self.0.is_autocommit() {
            let _ = say(self.0, "ROLLBACK");
        }
    }
}

fn say(connection: &Connection, word: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(word)?.execute([]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::RunId;
    use crate::run::Manifest;
    use crate::server::index::Index;

    #[test]
    fn a_number_that_was_lost_with_the_power_is_not_given_again() {
        let folder = tempfile::tempdir().unwrap();
        let open = |name: &str| {
            let (_, connection) = Index::open(&folder.path().join(name)).unwrap();
            Writer::new(connection).unwrap()
        };
        let say = |writer: &mut Writer, id: &str| {
            let manifest = Manifest::unreadable(RunId::parse(id).unwrap());
            let (_, stored) = writer
                .write(|booking| booking.register(&manifest, true))
                .unwrap();
            stored[0].seq
        };
        let mut writer = open("index.sqlite");
        let kept = say(&mut writer, "20250101-000000-aaaa");
        // As it is on the disk when the power goes: without what is said next.
        drop(writer);
        let [here, there] = ["index.sqlite", "after.sqlite"].map(|name| folder.path().join(name));
        std::fs::copy(here, there).unwrap();
        let lost = say(&mut open("index.sqlite"), "20250101-000001-bbbb");
        let mut after = open("after.sqlite");
        assert_eq!(after.latest, kept);
        assert!(say(&mut after, "20250101-000002-cccc") > lost);
    }
}
