//! Follows one run's log into the journal, until the run has ended.
//!
//! A follower only reads: the recorder and the trainer do not know of it. It may be killed
//! at any moment; the next one goes on at the bookmark that the journal keeps.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use notify::{EventKind, RecursiveMode, Watcher};
use serde::{Deserialize, Serialize};

use super::ServerError;
use super::journal::{Bookmark, Journal, json};
use super::recording::BIRTH;
use super::time;
use crate::event::{Event, LogEntry, RunId, Stream};
use crate::reader::{self, Line, Lines, Pattern, Reader};
use crate::recorder::{self, Holder, log};
use crate::run::{Ending, Input};

/// Bytes of log that enter the journal in one transaction.
const CHUNK: usize = 1 << 20;
/// How long to wait for a sign of the file system: on network folders none ever comes.
const PATIENCE: Duration = Duration::from_millis(200);

/// Reads a run's log, from where it was left.
pub struct Follower {
    run_id: RunId,
    folder: PathBuf,
    journal: Arc<Journal>,
    pattern: Option<Pattern>,
    started_at: String,
    offset: u64,
    memory: Memory,
}

/// What a follower has to remember to go on in the middle of a log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Memory {
    lines: u64,
    stdout: Lines,
    stderr: Lines,
    reader: Reader,
    /// The last progress that was told, so that it is not told again for each line.
    percent: Option<f64>,
}

impl Follower {
    /// A follower of the run in `folder`, which the journal knows.
    pub fn new(
        run_id: RunId,
        folder: PathBuf,
        started_at: String,
        pattern: Option<Pattern>,
        journal: Arc<Journal>,
    ) -> Result<Self, ServerError> {
        let bookmark = journal.bookmark(&run_id)?.unwrap_or_default();
        let memory = serde_json::from_str(&bookmark.memory).unwrap_or_default();
        Ok(Self {
            run_id,
            folder,
            journal,
            pattern,
            started_at,
            offset: bookmark.offset,
            memory,
        })
    }

    /// The run that it follows.
    pub fn run_id(&self) -> &RunId {
        &self.run_id
    }

    /// Follows until the run has ended and all that it said is in the journal.
    pub fn follow(mut self) -> Result<(), ServerError> {
        let (bell, _watcher) = self.listen();
        loop {
            // Looked for before the log is read: an end that is there now was written after
            // the log's last byte.
            let ended = self.look_for_end()?;
            while self.read_chunk()? {}
            if let Some((input, report)) = ended {
                return self.conclude(input, report.as_deref());
            }
            match bell.recv_timeout(PATIENCE) {
                Ok(()) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(PATIENCE),
            }
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
            watcher.watch(&self.folder, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        if let Err(error) = &watcher {
            tracing::warn!(run = %self.run_id, %error, "cannot watch the run folder; looking every {PATIENCE:?} instead");
        }
        (bell, watcher.ok())
    }

    /// How the run ended, if it has, and the recorder's report of it.
    fn look_for_end(&self) -> Result<Option<(Input, Option<String>)>, ServerError> {
        let failed =
            |error| ServerError::disk("cannot read the end of the run in", &self.folder, &error);
        if let Some(end) = self.read_end()? {
            return Ok(Some(end));
        }
        match recorder::read_lock(&self.folder).map_err(failed)? {
            Holder::Held(_) => Ok(None),
            Holder::Missing if self.is_being_born() => Ok(None),
            // It may have ended between the two looks.
            Holder::Free | Holder::Missing => {
                Ok(Some(self.read_end()?.unwrap_or((Input::Vanished, None))))
            }
        }
    }

    fn read_end(&self) -> Result<Option<(Input, Option<String>)>, ServerError> {
        let report = recorder::read_exit(&self.folder)
            .map_err(|error| ServerError::disk("cannot read exit.json in", &self.folder, &error))?;
        let Some(report) = report else {
            return Ok(None);
        };
        let text = json(&report)?;
        let ending = Ending {
            exit_code: report.exit_code,
            signal: report.signal,
            asked: report.asked_by.is_some(),
            error: report.error,
            last_line: None,
        };
        Ok(Some((Input::Ended(ending), Some(text))))
    }

    fn is_being_born(&self) -> bool {
        time::seconds_between(&self.started_at, None).is_some_and(|age| age < BIRTH.as_secs_f64())
    }

    /// Takes the next whole entries of the log into the journal; whether there were any.
    fn read_chunk(&mut self) -> Result<bool, ServerError> {
        let path = self.folder.join("output.log");
        let failed = |error| ServerError::disk("cannot read", &path, &error);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(failed(error)),
        };
        file.seek(SeekFrom::Start(self.offset)).map_err(failed)?;
        let mut chunk = Vec::new();
        file.take(CHUNK as u64)
            .read_to_end(&mut chunk)
            .map_err(failed)?;
        // The recorder writes whole entries, but a reader may meet one half-way.
        let Some(end) = memchr::memrchr(b'\n', &chunk) else {
            return Ok(false);
        };
        let mut events = Vec::new();
        for entry in chunk[..end].split(|byte| *byte == b'\n') {
            match log::parse_entry(entry) {
                Some(entry) => self.take_entry(&entry, &mut events),
                None => tracing::warn!(run = %self.run_id, "the log holds a line that is no entry"),
            }
        }
        self.offset += end as u64 + 1;
        self.enter(events)?;
        Ok(true)
    }

    fn take_entry(&mut self, entry: &log::Entry<'_>, events: &mut Vec<Event>) {
        let (stream, lines) = match entry.stream {
            log::Stream::Stdout => (Stream::Stdout, &mut self.memory.stdout),
            log::Stream::Stderr => (Stream::Stderr, &mut self.memory.stderr),
        };
        let mut ended = Vec::new();
        lines.push(entry.text, !entry.partial, |line| ended.push(line));
        let moment = time::micros(entry.time);
        for line in ended {
            self.take_line(&line, stream, &moment, events);
        }
    }

    fn take_line(&mut self, line: &Line, stream: Stream, moment: &str, events: &mut Vec<Event>) {
        self.memory.lines += 1;
        events.push(Event::LogEntry {
            run_id: self.run_id.clone(),
            data: LogEntry {
                line: self.memory.lines,
                stream,
                level: reader::level(&line.text),
                message: message(line),
            },
            timestamp: moment.to_owned(),
        });
        let reading = self.memory.reader.read(&line.text, self.pattern.as_ref());
        if reading.is_empty() {
            return;
        }
        let stated = reading.update != Default::default();
        let update = self.memory.reader.place(reading.update);
        let epoch = update.epoch;
        let percent = reading.progress_percent.or_else(|| update.percent());
        if stated {
            events.push(Event::TrainingUpdate {
                run_id: self.run_id.clone(),
                data: update,
                timestamp: moment.to_owned(),
            });
        }
        if let Some(percent) = percent
            && self.memory.percent != Some(percent)
        {
            self.memory.percent = Some(percent);
            events.push(Event::Progress {
                run_id: self.run_id.clone(),
                epoch,
                progress_percent: percent,
                timestamp: moment.to_owned(),
            });
        }
    }

    fn enter(&self, events: Vec<Event>) -> Result<(), ServerError> {
        let bookmark = Bookmark {
            offset: self.offset,
            memory: json(&self.memory)?,
        };
        self.journal.append(&self.run_id, events, &bookmark)
    }

    /// Enters the unfinished last lines, and how the run ended.
    fn conclude(mut self, input: Input, report: Option<&str>) -> Result<(), ServerError> {
        let mut events = Vec::new();
        let moment = time::now();
        let rests = [
            (Stream::Stdout, self.memory.stdout.finish()),
            (Stream::Stderr, self.memory.stderr.finish()),
        ];
        for (stream, rest) in rests {
            if let Some(line) = rest {
                self.take_line(&line, stream, &moment, &mut events);
            }
        }
        if !events.is_empty() {
            self.enter(events)?;
        }
        let input = match input {
            Input::Ended(ending) => Input::Ended(Ending {
                last_line: self.journal.last_words(&self.run_id)?,
                ..ending
            }),
            other => other,
        };
        self.journal.happen(&self.run_id, &input, report)?;
        Ok(())
    }
}

/// The text of a line as it travels: bounded, and saying what was left out.
fn message(line: &Line) -> String {
    /// Characters of a line that are sent; the log file has all of them.
    const LONGEST: usize = 4000;
    let (kept, left_out) = match line.text.char_indices().nth(LONGEST) {
        Some((at, _)) => (
            &line.text[..at],
            (line.text.len() - at) as u64 + line.cut_bytes,
        ),
        None => (line.text.as_str(), line.cut_bytes),
    };
    match left_out {
        0 => kept.to_owned(),
        _ => format!("{kept}… ({left_out} more bytes in the log file)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_says_how_much_it_leaves_out() {
        let line = Line {
            text: "é".repeat(5000),
            cut_bytes: 7,
        };
        assert!(message(&line).ends_with("(2007 more bytes in the log file)"));
    }
}
