//! Follows one run's log into the journal, until the run has ended.
//!
//! A follower only reads: the recorder and the trainer do not know of it. It may be killed
//! at any moment; the next one goes on at the bookmark that the journal keeps.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use notify::{EventKind, RecursiveMode, Watcher};

use super::digest::{Digest, Memory};
use super::journal::{Bookmark, Conclusion, Journal, json};
use super::recording::BIRTH;
use super::{ServerError, orphans, time};
use crate::event::{Event, RunId};
use crate::reader::Pattern;
use crate::recorder::{self, ExitReport, Holder};
use crate::run::{Ending, Input, StopOrder};

/// Bytes of log that enter the journal in one transaction.
const CHUNK: usize = 1 << 20;
/// How long to wait for a sign of the file system: on network folders none ever comes.
const PATIENCE: Duration = Duration::from_millis(200);
/// How long to wait before what failed is tried again.
const RECOVERY: Duration = Duration::from_secs(1);

/// What a follower has to know of its run.
pub struct Followed {
    pub run_id: RunId,
    pub folder: PathBuf,
    /// RFC 3339, UTC.
    pub started_at: String,
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
    offset: u64,
    digest: Digest,
    /// A stop that the recorder tells of was told on.
    stop_seen: bool,
}

/// The end of a run, as its folder tells it.
struct End {
    input: Input,
    report: Option<ExitReport>,
    damage: Option<String>,
}

impl Follower {
    /// A follower of `run`, which the journal knows.
    pub fn new(mut run: Followed, journal: Arc<Journal>) -> Result<Self, ServerError> {
        let bookmark = journal.bookmark(&run.run_id)?.unwrap_or_default();
        let memory: Memory = serde_json::from_str(&bookmark.memory).unwrap_or_default();
        Ok(Self {
            digest: Digest::new(run.run_id.clone(), run.pattern.take(), memory),
            run,
            journal,
            offset: bookmark.offset,
            stop_seen: false,
        })
    }

    /// The run that it follows.
    pub fn run_id(&self) -> &RunId {
        &self.run.run_id
    }

    /// Follows until the run has ended and all that it said is in the journal. What fails,
    /// as everything does where the disk is full, is tried again until it works.
    pub fn follow(mut self) {
        let (bell, _watcher) = self.listen();
        let mut told = None;
        loop {
            match self.step() {
                Ok(true) => return,
                Ok(false) => {
                    told = None;
                    match bell.recv_timeout(PATIENCE) {
                        Ok(()) | Err(RecvTimeoutError::Timeout) => {}
                        Err(RecvTimeoutError::Disconnected) => std::thread::sleep(PATIENCE),
                    }
                }
                // Somebody took the run out of the history.
                Err(ServerError::NotFound(_)) => return,
                Err(error) => {
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

    /// Takes in what is new; whether the run is over.
    fn step(&mut self) -> Result<bool, ServerError> {
        // Looked for before the log is read: an end that is there now was written after
        // the log's last byte.
        let end = self.look_for_end()?;
        while self.read_chunk()? {}
        match end {
            Some(end) => self.conclude(end).map(|()| true),
            None => self.note_silence().map(|()| false),
        }
    }

    /// A bell that rings when something in the folder changes.
    fn listen(&self) -> (Receiver<()>, Option<impl Watcher + use<>>) {
        let (ring, bell) = sync_channel(1);
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Our own reading is no news.
            let news = event.is_ok_and(|event| {
                matches!(event.kind, EventKind::Modify(_) | EventKind::Create(_))
            });
            if news {
                // A full bell rings already.
                let _ = ring.try_send(());
            }
        });
        let watcher = watcher.and_then(|mut watcher| {
            watcher.watch(&self.run.folder, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        if let Err(error) = &watcher {
            tracing::warn!(run = %self.run.run_id, %error, "cannot watch the run folder; looking every {PATIENCE:?} instead");
        }
        (bell, watcher.ok())
    }

    /// How the run ended, if it has.
    fn look_for_end(&mut self) -> Result<Option<End>, ServerError> {
        let failed =
            |error: io::Error| ServerError::disk("cannot look into", &self.run.folder, &error);
        if let Ok(Some(report)) = recorder::read_exit(&self.run.folder) {
            return Ok(Some(End::told(report)));
        }
        let began = match recorder::read_lock(&self.run.folder).map_err(failed)? {
            Holder::Held(lock) => {
                if let (Some(by), false) = (lock.stop_asked_by, self.stop_seen) {
                    self.stop_seen = true;
                    let seen = Input::StopSeen { by };
                    self.journal.happen(&self.run.run_id, &seen, &time::now())?;
                }
                return Ok(None);
            }
            Holder::Missing if is_being_born(&self.run.started_at) => return Ok(None),
            Holder::Missing => self.run.folder.join("output.log").exists(),
            Holder::Free => true,
        };
        // It may have ended between the two looks.
        match recorder::read_exit(&self.run.folder) {
            Ok(Some(report)) => Ok(Some(End::told(report))),
            Ok(None) => Ok(Some(self.vanished(began, None))),
            Err(error) => {
                let damage = format!("exit.json cannot be read: {error}");
                Ok(Some(self.vanished(began, Some(damage))))
            }
        }
    }

    /// The end of a run whose recorder is gone. What it left behind has nobody who reads
    /// it any more, so it is ended too.
    fn vanished(&self, began: bool, damage: Option<String>) -> End {
        let left_behind = orphans::end(&self.run.folder, &self.run.stop);
        End {
            input: Input::Vanished { began, left_behind },
            report: None,
            damage,
        }
    }

    /// Takes the next whole entries of the log into the journal; whether there were any.
    fn read_chunk(&mut self) -> Result<bool, ServerError> {
        let path = self.run.folder.join("output.log");
        let failed = |error| ServerError::disk("cannot read", &path, &error);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(failed(error)),
        };
        file.seek(SeekFrom::Start(self.offset)).map_err(failed)?;
        let mut chunk = Vec::new();
        file.take(CHUNK as u64)
            .read_to_end(&mut chunk)
            .map_err(failed)?;
        // The recorder writes whole entries, but a reader may meet one half-way.
        let end = match memchr::memrchr(b'\n', &chunk) {
            Some(end) => end + 1,
            // No entry is so long: this is no log.
            None if chunk.len() == CHUNK => CHUNK,
            None => return Ok(false),
        };
        let before = self.digest.memory.clone();
        let events = self.digest.take(&chunk[..end]);
        let was_silent = std::mem::take(&mut self.digest.memory.silent);
        if was_silent && let Some(event) = events.first() {
            let input = Input::HeardAgain;
            self.journal
                .happen(&self.run.run_id, &input, event.timestamp())?;
        }
        let entered = self.enter(events, self.offset + end as u64);
        if entered.is_err() {
            // It is read again, and must not be remembered twice.
            self.digest.memory = before;
        }
        entered.map(|()| true)
    }

    fn enter(&mut self, events: Vec<Event>, offset: u64) -> Result<(), ServerError> {
        let bookmark = Bookmark {
            offset,
            memory: json(&self.digest.memory)?,
        };
        let sources = self.digest.take_sources();
        self.journal
            .append(&self.run.run_id, events, &sources, &bookmark)?;
        self.offset = offset;
        Ok(())
    }

    /// Says once that the trainer has been silent for long.
    fn note_silence(&mut self) -> Result<(), ServerError> {
        let memory = &self.digest.memory;
        if self.run.stall_seconds == 0 || memory.silent {
            return Ok(());
        }
        let heard = memory.heard_at.as_deref().unwrap_or(&self.run.started_at);
        let seconds = time::seconds_between(heard, None).unwrap_or_default() as u64;
        if seconds < self.run.stall_seconds {
            return Ok(());
        }
        let input = Input::Silent { seconds };
        self.journal
            .happen(&self.run.run_id, &input, &time::now())?;
        self.digest.memory.silent = true;
        self.enter(Vec::new(), self.offset)
    }

    /// Enters the unfinished last lines, and how the run ended.
    fn conclude(&mut self, end: End) -> Result<(), ServerError> {
        let damage = self.damage(&end);
        let events = self.digest.finish();
        if !events.is_empty() {
            self.enter(events, self.offset)?;
        }
        let heard = self.digest.memory.heard_at.clone();
        let at = match &end.report {
            Some(report) => time::micros(&report.ended_at),
            // Nobody knows when it ended, but that it was alive then.
            None => heard.unwrap_or_else(|| self.run.started_at.clone()),
        };
        let input = match end.input {
            Input::Ended(ending) => Input::Ended(Ending {
                last_line: super::lines::last_words(&self.journal, &self.run.run_id)?,
                ..ending
            }),
            other => other,
        };
        let conclusion = Conclusion {
            at,
            report: end.report.as_ref().map(json).transpose()?,
            damage,
        };
        self.journal.conclude(&self.run.run_id, &input, &conclusion)
    }

    /// What is wrong with the folder of a run that is over, in sentences.
    fn damage(&self, end: &End) -> Option<String> {
        let log = self.run.folder.join("output.log");
        let length = std::fs::metadata(&log).map(|file| file.len()).ok();
        let of_log = match length {
            None if end
                .report
                .as_ref()
                .is_none_or(|report| report.error.is_none()) =>
            {
                Some("output.log is missing".to_owned())
            }
            Some(length) if length > self.offset => Some(format!(
                "output.log ends in the middle of an entry ({} bytes are left out)",
                length - self.offset
            )),
            _ => None,
        };
        let strange = self.digest.memory.strange;
        let strange = (strange > 0)
            .then(|| format!("output.log holds {strange} lines that are no entries of a log"));
        let all = [self.run.damage.clone(), of_log, strange, end.damage.clone()];
        let told: Vec<String> = all.into_iter().flatten().collect();
        (!told.is_empty()).then(|| told.join("; "))
    }
}

/// Whether a run that was started then may still wait for its recorder.
pub fn is_being_born(started_at: &str) -> bool {
    time::seconds_between(started_at, None).is_some_and(|age| age < BIRTH.as_secs_f64())
}

impl End {
    /// The end that the recorder wrote down.
    fn told(report: ExitReport) -> Self {
        let ending = Ending {
            exit_code: report.exit_code,
            signal: report.signal.clone(),
            asked: report.asked_by.is_some(),
            out_of_memory: report.out_of_memory,
            peak_memory_bytes: report.peak_memory_bytes,
            lost_bytes: report.lost_bytes,
            error: report.error.clone(),
            last_line: None,
        };
        Self {
            input: Input::Ended(ending),
            report: Some(report),
            damage: None,
        }
    }
}
