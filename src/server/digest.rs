//! Makes events of a run's log: entries to lines, lines to what they state.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::time;
use crate::event::{Event, LogEntry, RunId, Stream, TrainingUpdate};
use crate::reader::{self, Found, Line, Lines, Pattern, Reader};
use crate::recorder::log;
use crate::run::{FoundValue, LineReading, MetricSource};

/// Reads one run's log, a piece at a time.
pub struct Digest {
    run_id: RunId,
    pattern: Option<Pattern>,
    pub memory: Memory,
    /// How metrics were found that were not there before.
    sources: Vec<MetricSource>,
}

/// What has to be remembered to go on in the middle of a log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Lines so far.
    lines: u64,
    stdout: Unfinished,
    stderr: Unfinished,
    reader: Reader,
    /// Metrics so far.
    metrics: BTreeSet<String>,
    /// The last progress that was told, so that it is not told again for each line.
    percent: Option<f64>,
    /// Time of the last entry: RFC 3339, UTC.
    pub heard_at: Option<String>,
    /// What was read that is no entry of a log, in pieces.
    strange: u64,
    /// Values of metrics beyond those that a run may have.
    left_out: u64,
    /// Whether a long silence was told, and nothing was printed since.
    pub silent: bool,
    /// Whether a loss was no finite number.
    pub diverged: bool,
}

/// The end of one stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Unfinished {
    lines: Lines,
    /// Number of the stream's last line.
    last: u64,
}

impl Digest {
    /// A digest that goes on where `memory` was left.
    pub fn new(run_id: RunId, pattern: Option<Pattern>, memory: Memory) -> Self {
        Self {
            run_id,
            pattern,
            memory,
            sources: Vec::new(),
        }
    }

    /// How metrics were found since this was asked last.
    pub fn take_sources(&mut self) -> Vec<MetricSource> {
        std::mem::take(&mut self.sources)
    }

    /// What `entries`, whole lines of `output.log`, say.
    pub fn take(&mut self, entries: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        for entry in entries.split(|byte| *byte == b'\n') {
            match log::parse_entry(entry) {
                Some(entry) => self.take_entry(&entry, &mut events),
                None if entry.is_empty() => {}
                None => self.memory.strange += 1,
            }
        }
        events
    }

    /// What the unfinished last lines say, once no more will come.
    pub fn finish(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        let moment = self.memory.heard_at.clone().unwrap_or_else(time::now);
        for stream in [Stream::Stdout, Stream::Stderr] {
            if let Some(line) = self.unfinished(stream).lines.finish() {
                self.take_line(&line, stream, &moment, &mut events);
            }
        }
        events
    }

    fn unfinished(&mut self, stream: Stream) -> &mut Unfinished {
        match stream {
            Stream::Stdout => &mut self.memory.stdout,
            Stream::Stderr => &mut self.memory.stderr,
        }
    }

    fn take_entry(&mut self, entry: &log::Entry<'_>, events: &mut Vec<Event>) {
        let stream = match entry.stream {
            log::Stream::Stdout => Stream::Stdout,
            log::Stream::Stderr => Stream::Stderr,
        };
        let mut ended = Vec::new();
        self.unfinished(stream)
            .lines
            .push(entry.text, !entry.partial, |line| ended.push(line));
        let moment = time::micros(entry.time);
        for line in ended {
            self.take_line(&line, stream, &moment, events);
        }
        self.memory.heard_at = Some(moment);
    }

    fn take_line(&mut self, line: &Line, stream: Stream, moment: &str, events: &mut Vec<Event>) {
        self.memory.lines += 1;
        let number = self.memory.lines;
        let before = std::mem::replace(&mut self.unfinished(stream).last, number);
        let message = message(line);
        let mut colours = line.colours.clone();
        colours.retain(|colour| colour.end as usize <= message.len());
        events.push(Event::LogEntry {
            run_id: self.run_id.clone(),
            data: LogEntry {
                line: number,
                stream,
                level: reader::level(&line.text),
                message,
                replaces: (line.overwrites && before > 0).then_some(before),
                colours,
            },
            timestamp: moment.to_owned(),
        });
        let reading = self.memory.reader.read(&line.text, self.pattern.as_ref());
        if reading.is_empty() {
            return;
        }
        let stated = reading.update != Default::default();
        let mut update = self.memory.reader.place(reading.update);
        let new = self.admit(&mut update);
        self.explain(number, &line.text, &reading.found, &new);
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
}

/// Metrics that a run may have; a trainer may print names without end.
const METRICS_MOST: usize = 1000;
/// Characters of a line that are kept as an example.
const EXAMPLE_MOST: usize = 400;

impl Digest {
    /// Takes out of `update` what would be one metric too many, and gives the names that are new.
    fn admit(&mut self, update: &mut TrainingUpdate) -> BTreeSet<String> {
        let memory = &mut self.memory;
        let mut new = BTreeSet::new();
        for (name, _) in update.metrics() {
            if !memory.metrics.contains(name) && memory.metrics.len() < METRICS_MOST {
                memory.metrics.insert(name.to_owned());
                new.insert(name.to_owned());
            }
        }
        let before = update.other.len();
        update.other.retain(|name, _| memory.metrics.contains(name));
        memory.left_out += (before - update.other.len()) as u64;
        new
    }

    /// Remembers how metrics that are `new` were found.
    fn explain(&mut self, line: u64, text: &str, found: &[Found], new: &BTreeSet<String>) {
        let mut new = new.clone();
        for found in found {
            let metric = found.key.strip_prefix("other.").unwrap_or(&found.key);
            if !new.remove(metric) {
                continue;
            }
            let end = text.char_indices().nth(EXAMPLE_MOST);
            let example = LineReading {
                line,
                text: text[..end.map_or(text.len(), |(at, _)| at)].to_owned(),
                found: vec![value(found)],
            };
            self.sources.push(MetricSource {
                metric: metric.to_owned(),
                example,
            });
        }
    }
}

impl Memory {
    /// What is wrong with a log that was read, in sentences.
    pub fn complaints(&self) -> Vec<String> {
        let strange = (self.strange > 0).then(|| {
            let count = self.strange;
            format!("output.log holds {count} lines that are no entries of a log")
        });
        let left_out = (self.left_out > 0).then(|| {
            let count = self.left_out;
            format!(
                "the trainer names more than {METRICS_MOST} metrics; {count} values of others are left out"
            )
        });
        [strange, left_out].into_iter().flatten().collect()
    }
}

/// What a reader found, as it is told to people.
pub fn value(found: &Found) -> FoundValue {
    FoundValue {
        key: found
            .key
            .strip_prefix("other.")
            .unwrap_or(&found.key)
            .to_owned(),
        start: found.start as u32,
        end: found.end as u32,
        rule: found.rule.name().to_owned(),
        explanation: found.rule.explanation().to_owned(),
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
mod tests;
