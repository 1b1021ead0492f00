//! The one place where events get their numbers: written to the index, then published.
//!
//! Invariants: events and the log offset that they came from enter the index in one
//! transaction, so that a line is counted once, whatever dies; and events are published in
//! the order of their numbers, after they are committed.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::watch;

use super::booking::Booking;
use super::hub::{Hub, News, Recent, Stored};
use super::index::{self, Index};
use super::notice::Notice;
use super::present::{Over, Present};
use super::replay::{self, Selection};
use super::thinned::Thinned;
use super::writer::Writer;
use super::{ServerError, points};
use crate::event::{Event, RunId, Seq, Status};
use crate::run::{Effect, Input, Manifest, MetricSource, RunState, SeriesSet};

/// Below the numbers of all indexes, which begin to count at the time of their making in microseconds: the year 2020.
const LOWEST: Seq = 1_577_836_800_000_000;

/// The index and the hub, kept in step.
pub struct Journal {
    index: Index,
    /// Where this index began to count events.
    first: Seq,
    writer: Mutex<Writer>,
    hub: Hub,
    present: Mutex<Present>,
    thinned: Thinned,
}

/// How far a run's log is in the index, and what the follower remembers there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bookmark {
    pub offset: u64,
    /// The follower's memory, as JSON.
    pub memory: String,
}

/// How a run came to its end.
#[derive(Clone, Debug, Default)]
pub struct Conclusion {
    /// RFC 3339, UTC.
    pub at: String,
    /// What the recorder wrote of it, as JSON.
    pub report: Option<String>,
    /// What is wrong with the folder.
    pub damage: Option<String>,
}

/// What a follower enters in one transaction.
#[derive(Debug)]
pub struct Piece {
    /// How far the log was in here before.
    pub from: u64,
    /// How far it is in here with this.
    pub bookmark: Bookmark,
    /// What happened to the run before it said this, and when.
    pub first: Option<(Input, String)>,
    pub events: Vec<Event>,
    /// How metrics were found that were not there before.
    pub sources: Vec<MetricSource>,
}

/// A status after something happened, and what is to be done.
pub type Changed = (Status, Option<Effect>);

/// The key by which tables of the index call a run. None is ever used again.
pub type RunKey = i64;

impl Journal {
    /// Opens the index at `path`, or makes it.
    pub fn open(path: &Path) -> Result<Self, ServerError> {
        let (index, connection) = Index::open(path)?;
        let latest = index::latest(&connection)?;
        let first = connection.query_row("SELECT first FROM latest", [], |row| row.get(0))?;
        let writer = Writer::new(connection)?;
        Ok(Self {
            first,
            index,
            hub: Hub::new(latest, writer.next()),
            writer: Mutex::new(writer),
            present: Mutex::default(),
            thinned: Thinned::default(),
        })
    }

    /// Enters runs that are about to start, or that were found in their folders. `shown`
    /// says whether they are to be seen before their end is known.
    pub fn register(&self, manifests: &[Manifest], shown: bool) -> Result<(), ServerError> {
        self.write(|booking| {
            let mut manifests = manifests.iter();
            manifests.try_for_each(|manifest| booking.register(manifest, shown))
        })
    }

    /// Enters what a piece of a run's log says.
    ///
    /// # Errors
    /// `Conflict` where the log was not left at `piece.from`: somebody else reads it too, and
    /// what both enter would be there twice.
    pub fn append(&self, run_id: &RunId, piece: Piece) -> Result<(), ServerError> {
        self.write(|booking| {
            if let Some((input, at)) = &piece.first {
                booking.change(run_id, input, at)?;
            }
            booking.insert(run_id, piece.events)?;
            let run = booking.key(run_id)?;
            points::explain(booking.tx, run, &piece.sources)?;
            booking.move_on(run_id, piece.from, &piece.bookmark)
        })
    }

    /// Lets `input` happen to a run at the moment `at`: its status after it, and what is to be done.
    pub fn happen(&self, run_id: &RunId, input: &Input, at: &str) -> Result<Changed, ServerError> {
        self.write(|booking| booking.change(run_id, input, at))
    }

    /// Lets a run end: from now on it is shown, whatever it was before. Whether it had not ended before.
    pub fn conclude(
        &self,
        run_id: &RunId,
        input: &Input,
        conclusion: &Conclusion,
    ) -> Result<bool, ServerError> {
        let is_news = self.write(|booking| {
            let sql = "UPDATE runs SET shown = 1, ended = ?2, damage = ?3 WHERE run_id = ?1";
            booking.tx.prepare_cached(sql)?.execute(params![
                run_id.as_str(),
                conclusion.report,
                conclusion.damage
            ])?;
            let latest = booking.latest();
            booking.change(run_id, input, &conclusion.at)?;
            Ok(booking.latest() > latest)
        })?;
        // One that was found over is seen from now on, which is no event.
        self.ring(Notice::List);
        Ok(is_news)
    }

    /// Takes over what people changed in a run's `run.json`.
    pub fn amend(&self, manifest: &Manifest) -> Result<(), ServerError> {
        self.write(|booking| booking.describe(manifest))?;
        self.ring(Notice::List);
        Ok(())
    }

    /// Where a run's log was left; `None` for a run that is not in the index.
    pub fn bookmark(&self, run_id: &RunId) -> Result<Option<Bookmark>, ServerError> {
        self.read(|index| {
            let found = index
                .prepare_cached("SELECT log_offset, memory FROM runs WHERE run_id = ?1")?
                .query_row([run_id.as_str()], |row| {
                    Ok(Bookmark {
                        offset: row.get(0)?,
                        memory: row.get(1)?,
                    })
                });
            Ok(found.optional()?)
        })
    }

    /// Reads the index as of one moment.
    pub fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, ServerError>,
    ) -> Result<T, ServerError> {
        self.index.read(read)
    }

    /// Up to `limit` of the selected events after number `after`, and the number up to which
    /// nothing selected is left out; `None` where memory no longer holds them all. Waits for
    /// no disk.
    pub fn recent(
        &self,
        after: Seq,
        selection: &Selection,
        limit: usize,
    ) -> Option<(Vec<Arc<Stored>>, Seq)> {
        let Recent::Held(mut events) = self.hub.after(after, limit) else {
            return None;
        };
        let seen = events.last().map_or(after, |event| event.seq);
        events.retain(|event| selection.takes(event.channel, &event.run_id));
        Some((events, seen))
    }

    /// The same from memory, or else from the index.
    pub fn after(
        &self,
        after: Seq,
        selection: &Selection,
        limit: usize,
    ) -> Result<(Vec<Arc<Stored>>, Seq), ServerError> {
        match self.recent(after, selection, limit) {
            Some(found) => Ok(found),
            None => self.read(|index| replay::after(index, after, selection, limit)),
        }
    }

    /// What streams are woken for, and a bell for it.
    pub fn bell(&self) -> watch::Receiver<News> {
        self.hub.bell()
    }

    /// Whether `seq` is the number of an event of this index, or one from which on all of its
    /// events are: 0, the beginning, is, as all that no index ever gave. A number of an index that was there before is not.
    pub fn knows(&self, seq: Seq) -> bool {
        seq < LOWEST.min(self.first) || (self.first..=self.hub.latest()).contains(&seq)
    }

    /// Why what `run`, or any, prints is not kept at present.
    pub fn trouble(&self, run: Option<&RunId>) -> Option<String> {
        self.present().trouble(run)
    }

    /// Notes why the recorder of `run` cannot write down what it is told at present; `None` where it can.
    pub fn note_unrecorded(&self, run: &RunId, reason: Option<&str>) {
        self.note(|present| present.note_recorder(run, reason));
    }

    /// Notes that `run` is over, though not all that it printed is in the index.
    pub fn note_over(&self, run: &RunId, over: Over) {
        self.note(|present| present.note_over(run, over));
    }

    /// Forgets what was noted of `run`: who asks finds it in the index.
    pub fn leave(&self, run: &RunId) {
        self.note(|present| present.leave(run));
    }

    /// What is known of runs that the index does not tell.
    pub fn present(&self) -> MutexGuard<'_, Present> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The thinned series of a run up to the event `as_of`, the latest that `index` knows.
    pub fn series(
        &self,
        index: &Connection,
        run: RunKey,
        as_of: Seq,
    ) -> Result<SeriesSet, ServerError> {
        self.thinned.series(index, run, as_of)
    }

    /// The same as of now.
    pub fn series_of(&self, run_id: &RunId) -> Result<SeriesSet, ServerError> {
        self.read(|index| self.series(index, known_key(index, run_id)?, index::latest(index)?))
    }

    /// Wakes the streams for `notice`.
    pub fn ring(&self, notice: Notice) {
        self.hub.tell(|news| news.notices[notice as usize] += 1);
    }

    /// Gives back the room that the index's log of writes takes, where that is much.
    pub fn relieve(&self) -> Result<(), ServerError> {
        self.index.relieve()
    }

    /// Lets every stream come to its end.
    pub fn end_streams(&self) {
        self.hub.tell(|news| news.over = true);
    }

    /// Writes in one transaction, and publishes what it numbered once it is committed. The
    /// lock is held until then, which keeps the order.
    pub fn write<T>(
        &self,
        work: impl FnOnce(&mut Booking<'_>) -> Result<T, ServerError>,
    ) -> Result<T, ServerError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let written = writer.write(work);
        let error = match &written {
            Err(ServerError::Index(error)) => {
                // What is moved leaves its place to what comes next, which is room on a full disk.
                writer.settle_now();
                Some(error)
            }
            _ => None,
        };
        self.note(|present| present.note_index(error));
        let (answer, stored) = written?;
        self.hub.publish(stored);
        // Those who were woken go first: one of them may have been put on this very core.
        std::thread::yield_now();
        writer.settle();
        Ok(answer)
    }

    fn note(&self, note: impl FnOnce(&mut Present) -> bool) {
        if note(&mut self.present()) {
            self.hub.tell(|news| news.troubles += 1);
        }
    }
}

/// The key of a run that must be in the index.
pub fn known_key(index: &Connection, run_id: &RunId) -> Result<RunKey, ServerError> {
    let found: Option<RunKey> = index
        .prepare_cached("SELECT run FROM runs WHERE run_id = ?1")?
        .query_row([run_id.as_str()], |row| row.get(0))
        .optional()?;
    found.ok_or_else(|| ServerError::no_run(run_id.as_str()))
}

/// The state of a run as of the last of its events that is in the index.
pub fn state(index: &Connection, run_id: &RunId) -> Result<RunState, ServerError> {
    let found: Option<String> = index
        .prepare_cached("SELECT state FROM runs WHERE run_id = ?1")?
        .query_row([run_id.as_str()], |row| row.get(0))
        .optional()?;
    let text = found.ok_or_else(|| ServerError::no_run(run_id.as_str()))?;
    parse(&text)
}

/// `words` as JSON. Our own types always have a form in JSON.
pub fn json<T: serde::Serialize>(words: &T) -> Result<String, ServerError> {
    serde_json::to_string(words).map_err(|error| ServerError::Invalid(error.to_string()))
}

/// What the index keeps as JSON.
pub fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, ServerError> {
    serde_json::from_str(text).map_err(|error| ServerError::Invalid(error.to_string()))
}
