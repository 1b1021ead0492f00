//! Follows one run's log into the journal, until the run has ended.
//!
//! A follower only reads: the recorder and the trainer do not know of it. It may be killed
//! at any moment; the next one goes on at the bookmark that the journal keeps.

use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

use super::digest::{Digest, Memory};
use super::drawn::Drawn;
use super::ending::{self, End, Sight};
use super::herald::Herald;
use super::journal::{self, Bookmark, Conclusion, Journal, Piece, json};
use super::notice::Notice;
use super::present::Over;
use super::tail::Tail;
use super::watch::{Interest, Watch};
use super::{ServerError, time};
use crate::event::{Event, RunId};
use crate::reader::Pattern;
use crate::run::{Ending, Input, StopOrder, transition};

/// How long to wait for a sign of the file system: on network folders none ever comes.
const PATIENCE: Duration = Duration::from_millis(200);
/// What comes within so short a time of the last piece waits for the next: a commit costs as much as many lines.
const BREATH: Duration = Duration::from_millis(2);
/// How long to wait before what failed is tried again.
const RECOVERY: Duration = Duration::from_secs(1);
/// How often a folder that nobody writes to may be found unreadable before that is its end.
const TRIES: u32 = 3;

/// What a follower has to know of its run.
pub struct Followed {
    pub run_id: RunId,
    pub folder: PathBuf,
    /// RFC 3339, UTC.
    pub started_at: String,
    /// When we started its recorder, where it was us.
    pub spawned: Option<Instant>,
    pub stop: StopOrder,
    /// The trainer's own pattern.
    pub pattern: Option<Pattern>,
    /// A silence that is worth a word, in seconds; 0 for none.
    pub stall_seconds: u64,
    /// What is wrong with the folder, as far as it is known.
    pub damage: Option<String>,
}

/// Reads a run's log, from where it was left.
pub struct Follower {
    run: Followed,
    journal: Arc<Journal>,
    tail: Tail,
    digest: Digest,
    /// A stop that the recorder tells of was told on.
    stop_seen: bool,
    /// That the run is over was told, though not all is read.
    over_told: bool,
    /// How often the folder could not be read since it last could.
    unreadable: u32,
    /// Tells what happens to the run.
    herald: Option<Herald>,
}

impl Follower {
    /// A follower of `run`, which the journal knows.
    pub fn new(mut run: Followed, journal: Arc<Journal>) -> Result<Self, ServerError> {
        let mut follower = Self {
            digest: Digest::new(run.run_id.clone(), run.pattern.take(), Memory::default()),
            tail: Tail::of(&run.folder),
            run,
            journal,
            stop_seen: false,
            over_told: false,
            unreadable: 0,
            herald: None,
        };
        follower.recall()?;
        Ok(follower)
    }

    /// Lets `herald` tell what happens to the run from now on. To one that is only read anew it has happened before.
    pub fn with_herald(mut self, herald: Herald) -> Self {
        self.herald = Some(herald);
        self
    }

    /// The run that it follows.
    pub fn run_id(&self) -> &RunId {
        &self.run.run_id
    }

    /// Follows until the run has ended and all that it said is in the journal. What fails,
    /// as everything does where the disk is full, is tried again until it works; only a folder
    /// that cannot be read and that nobody writes to any more is given up.
    pub fn follow(mut self) {
        // A run that is over is never waited for, and a watch takes milliseconds to close.
        let mut watch = None;
        let mut drawn = Drawn::by(&self.run.folder);
        let mut told = None;
        let mut failed = false;
        loop {
            let begun = Instant::now();
            // What failed may have been half done: the journal knows how far.
            let done = match failed {
                true => self.recall().and_then(|()| self.step()),
                false => self.step(),
            };
            failed = done.is_err();
            match done {
                Ok(true) => {
                    // Whoever saw it alive looks at it next; without this that look is slower, no more.
                    if watch.is_some() {
                        let _ = self.journal.series_of(&self.run.run_id);
                    }
                    return;
                }
                Ok(false) => {
                    (told, self.unreadable) = (None, 0);
                    let Some(watch) = &watch else {
                        // What happened before it is looked for once more.
                        watch = Some(Watch::on(&self.run.folder, Interest::Writes));
                        continue;
                    };
                    if drawn.is_news() {
                        self.journal.ring(Notice::Samples);
                    }
                    watch.wait(PATIENCE, |_| true);
                    std::thread::sleep(BREATH.saturating_sub(begun.elapsed()));
                }
                // Somebody took the run out of the history.
                Err(ServerError::NotFound(_)) => return,
                Err(error) => {
                    self.unreadable += u32::from(matches!(error, ServerError::Disk(_)));
                    let text = error.to_string();
                    if told.as_ref() != Some(&text) {
                        tracing::error!(run = %self.run.run_id, %error, "the run cannot be followed at present; it goes on, and this is tried again");
                        told = Some(text);
                    }
                    std::thread::sleep(RECOVERY);
                }
            }
        }
    }

    /// Goes back to where the journal says that the log was left.
    fn recall(&mut self) -> Result<(), ServerError> {
        let id = &self.run.run_id;
        let bookmark = self.journal.bookmark(id)?;
        let bookmark = bookmark.ok_or_else(|| ServerError::no_run(id.as_str()))?;
        // What failed may have been the file.
        self.tail.go_to(bookmark.offset);
        self.digest.memory = serde_json::from_str(&bookmark.memory).unwrap_or_default();
        self.digest.take_sources();
        Ok(())
    }

    /// Takes in what is new; whether the run is over.
    fn step(&mut self) -> Result<bool, ServerError> {
        let gives_up = self.unreadable >= TRIES;
        // What was printed is told first.
        let read = self.read_all();
        if let Some(herald) = &mut self.herald {
            herald.settle(read.is_ok());
        }
        let end = match self.look_for_end() {
            Err(ServerError::Disk(damage)) if gives_up => Some(End::unknown(damage)),
            end => end?,
        };
        // An end that is there now was written after the log's last byte.
        let read = match end {
            Some(_) => read.and_then(|()| self.read_all()),
            None => read,
        };
        let Some(end) = end else {
            return read.and_then(|()| self.note_silence()).map(|()| false);
        };
        let concluded = match read {
            Err(ServerError::Disk(damage)) if gives_up => self.conclude(&end, Some(damage)),
            read => read.and_then(|()| self.conclude(&end, None)),
        };
        if concluded.is_err() {
            self.tell_over(&end)?;
        }
        concluded.map(|()| true)
    }

    /// Takes all that is in the log into the journal. Of a long log one piece is entered while the next is read.
    fn read_all(&mut self) -> Result<(), ServerError> {
        let (journal, run_id) = (Arc::clone(&self.journal), self.run.run_id.clone());
        std::thread::scope(|scope| {
            let mut entering: Option<ScopedJoinHandle<'_, Result<(), ServerError>>> = None;
            loop {
                let next = self.next_piece();
                if let Some(before) = entering.take() {
                    before.join().unwrap_or_else(|panic| resume_unwind(panic))?;
                }
                let Some((piece, more)) = next? else {
                    return Ok(());
                };
                if !more {
                    return journal.append(&run_id, piece);
                }
                if !self.over_told
                    && let Some(end) = ending::told(&self.run)
                {
                    self.tell_over(&end)?;
                }
                let (journal, run_id) = (&journal, &run_id);
                entering = Some(scope.spawn(move || journal.append(run_id, piece)));
            }
        })
    }

    /// Tells that the run is over though there is more to read, or to write, than can be done at once: the place that it has
    /// among those that may be active is free.
    fn tell_over(&mut self, end: &End) -> Result<(), ServerError> {
        if self.over_told {
            return Ok(());
        }
        let id = &self.run.run_id;
        let before = self.journal.read(|index| journal::state(index, id))?.status;
        if let Some(change) = transition(before, &end.input) {
            let over = Over {
                status: change.status,
                message: change.message,
                ended_at: self.ended_at(end),
                report: end.report.as_ref().map(json).transpose()?,
            };
            self.journal.note_over(id, over);
        }
        self.over_told = true;
        Ok(())
    }

    /// When the run ended. Of one that nobody saw the end of it is known that it was alive at its last word.
    fn ended_at(&self, end: &End) -> String {
        let heard = || self.digest.memory.heard_at.clone();
        match &end.report {
            Some(report) => time::micros(&report.ended_at),
            None => heard().unwrap_or_else(|| self.run.started_at.clone()),
        }
    }

    /// How the run ended, if it has.
    fn look_for_end(&mut self) -> Result<Option<End>, ServerError> {
        let (end, asked_by, not_recorded) = match ending::look(&self.run)? {
            Sight::Over(end) => (Some(*end), None, None),
            Sight::Alive {
                asked_by,
                not_recorded,
            } => (None, asked_by, not_recorded),
        };
        let reason = not_recorded.as_deref();
        self.journal.note_unrecorded(&self.run.run_id, reason);
        if let (Some(by), false) = (asked_by, self.stop_seen) {
            self.stop_seen = true;
            let seen = Input::StopSeen { by };
            self.journal.happen(&self.run.run_id, &seen, &time::now())?;
        }
        Ok(end)
    }

    /// What the next whole entries of the log say, and whether there may be more; `None` where there are none.
    fn next_piece(&mut self) -> Result<Option<(Piece, bool)>, ServerError> {
        let from = self.tail.offset();
        let Some(entries) = self.tail.read_on()? else {
            return Ok(None);
        };
        let heard_before = self.digest.memory.heard_at.clone();
        let events = self.digest.take(&entries.bytes);
        let memory = &mut self.digest.memory;
        if let Some(herald) = &mut self.herald {
            herald.read(&events, &mut memory.diverged);
        }
        let moment = memory.heard_at.clone().filter(|_| memory.silent);
        // The first output after a silence may be the mere beginning of a line, which is no event.
        let heard_again = moment.filter(|_| memory.heard_at != heard_before);
        memory.silent &= heard_again.is_none();
        let first = heard_again.map(|moment| {
            let began = events.first().map(|event| event.timestamp().to_owned());
            (Input::HeardAgain, began.unwrap_or(moment))
        });
        Ok(Some((self.piece(from, events, first)?, entries.is_more)))
    }

    /// Enters what is not read from the log.
    fn enter(
        &mut self,
        events: Vec<Event>,
        first: Option<(Input, String)>,
    ) -> Result<(), ServerError> {
        let piece = self.piece(self.tail.offset(), events, first)?;
        self.journal.append(&self.run.run_id, piece)
    }

    /// What is to be entered: what the log says behind the byte `from`, as far as it was read. Where that fails,
    /// [`recall`](Self::recall) goes back.
    fn piece(
        &mut self,
        from: u64,
        events: Vec<Event>,
        first: Option<(Input, String)>,
    ) -> Result<Piece, ServerError> {
        Ok(Piece {
            from,
            bookmark: Bookmark {
                offset: self.tail.offset(),
                memory: json(&self.digest.memory)?,
            },
            first,
            events,
            sources: self.digest.take_sources(),
        })
    }

    /// Says once that the trainer has been silent for long.
    fn note_silence(&mut self) -> Result<(), ServerError> {
        let memory = &mut self.digest.memory;
        if self.run.stall_seconds == 0 || memory.silent {
            return Ok(());
        }
        let heard = memory.heard_at.as_deref().unwrap_or(&self.run.started_at);
        let seconds = time::seconds_between(heard, None).unwrap_or_default() as u64;
        if seconds < self.run.stall_seconds {
            return Ok(());
        }
        memory.silent = true;
        let silent = (Input::Silent { seconds }, time::now());
        self.enter(Vec::new(), Some(silent))?;
        if let Some(herald) = &self.herald {
            herald.tell_silence(seconds);
        }
        Ok(())
    }

    /// Enters the unfinished last lines, and how the run ended. `unread` says why the rest of
    /// its log could not be read.
    fn conclude(&mut self, end: &End, unread: Option<String>) -> Result<(), ServerError> {
        let complaints = self.digest.memory.complaints();
        let damage = end.damage(&self.run, self.tail.offset(), complaints, unread);
        let events = self.digest.finish();
        if !events.is_empty() {
            self.enter(events, None)?;
        }
        let at = self.ended_at(end);
        let input = match &end.input {
            Input::Ended(ending) => Input::Ended(Ending {
                last_line: super::lines::last_words(&self.journal, &self.run.run_id)?,
                ..ending.clone()
            }),
            other => other.clone(),
        };
        let conclusion = Conclusion {
            at,
            report: end.report.as_ref().map(json).transpose()?,
            damage,
        };
        let is_news = self
            .journal
            .conclude(&self.run.run_id, &input, &conclusion)?;
        // Where somebody else came to the end of it first, it was told by then.
        if let Some(herald) = self.herald.as_ref().filter(|_| is_news) {
            let id = &self.run.run_id;
            herald.tell_end(self.journal.read(|index| journal::state(index, id))?);
        }
        Ok(())
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        // Whoever asks from now on finds it in the index.
        self.journal.leave(&self.run.run_id);
    }
}
