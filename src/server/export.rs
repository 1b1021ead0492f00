//! Every point of a run, out of its folder: as rows with commas between, or as JSON.
//!
//! It is read from the log itself, so it needs neither the index nor a server, and nothing
//! is decimated.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use serde::Serialize;

use super::digest::{Digest, Memory};
use super::{Config, ServerError, Trainers, folder};
use crate::event::{Event, RunId, TrainingUpdate, Value};
use crate::reader::Pattern;
use crate::recorder::log::parse_entry;
use crate::recorder::open_plain;
use crate::run::Manifest;

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Json,
}

impl Format {
    /// The form called `name`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// One reported value.
#[derive(Serialize)]
struct Row<'a> {
    metric: &'a str,
    epoch: Option<u64>,
    step: Option<u64>,
    time: &'a str,
    value: Value,
}

/// Writes every point of the run `run_id` below the configured folder to `out`.
///
/// # Errors
/// Where there is no such run, its log cannot be read, or `out` fails.
pub fn by_id(
    config: &Config,
    run_id: &str,
    format: Format,
    out: &mut impl Write,
) -> Result<(), ServerError> {
    let missing = || {
        ServerError::NotFound(format!(
            "there is no run “{}” in {}; the folders in there are called by the ids of runs, and --runs names another place",
            run_id.escape_debug(),
            config.runs.display()
        ))
    };
    let id = RunId::parse(run_id).ok_or_else(missing)?;
    let path = config.runs.join(id.as_str());
    if !path.is_dir() {
        return Err(missing());
    }
    // A folder that is damaged still gives what can be read of it.
    let manifest = folder::read_manifest(&path).unwrap_or_else(|_| Manifest::unreadable(id));
    let pattern = Trainers::new(config)?
        .pattern_of(&manifest)
        .unwrap_or_default();
    points(&path, &manifest, pattern, format, out).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => ServerError::Closed(error),
        _ => ServerError::disk("cannot export", &path, &error),
    })
}

/// Writes every point of the run in `folder` to `out`: rows of metric, epoch, step, time and
/// value in the order of their report; as JSON below the manifest.
pub fn points(
    folder: &Path,
    manifest: &Manifest,
    pattern: Option<Pattern>,
    format: Format,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        Format::Csv => writeln!(out, "metric,epoch,step,time,value")?,
        Format::Json => {
            write!(
                out,
                "{{\"run\":{},\"points\":[",
                serde_json::to_string(manifest)?
            )?;
        }
    }
    let mut first = true;
    let mut put = |events: Vec<Event>| {
        for event in &events {
            if let Event::TrainingUpdate {
                data, timestamp, ..
            } = event
            {
                for row in rows(data, timestamp) {
                    match format {
                        Format::Csv => row.write(out)?,
                        Format::Json => {
                            let comma = if std::mem::take(&mut first) { "" } else { "," };
                            write!(out, "{comma}\n{}", serde_json::to_string(&row)?)?;
                        }
                    }
                }
            }
        }
        Ok::<(), io::Error>(())
    };
    let mut digest = Digest::new(manifest.id.clone(), pattern, Memory::default());
    if let Some(log) = open(folder)? {
        whole_lines(log, |lines| put(digest.take(lines)))?;
    }
    put(digest.finish())?;
    match format {
        Format::Csv => Ok(()),
        Format::Json => writeln!(out, "\n]}}"),
    }
}

/// Writes what the run in `folder` printed to `out`, as it stood in the terminal.
pub fn text(folder: &Path, out: &mut impl Write) -> io::Result<()> {
    let Some(log) = open(folder)? else {
        return Ok(());
    };
    whole_lines(log, |lines| {
        for line in lines.split(|byte| *byte == b'\n') {
            if let Some(entry) = parse_entry(line) {
                out.write_all(entry.text)?;
                if !entry.partial {
                    out.write_all(b"\n")?;
                }
            }
        }
        Ok(())
    })
}

/// Whether the log of the run in `folder` can be read, or is not there: asked before an answer
/// begins, which could only break off afterwards.
///
/// # Errors
/// `Invalid` where something else stands in its place.
pub fn readable(folder: &Path) -> Result<(), ServerError> {
    let opened = open(folder).map(drop);
    opened.map_err(|error| ServerError::Invalid(format!("output.log cannot be read: {error}.")))
}

fn open(folder: &Path) -> io::Result<Option<File>> {
    match open_plain(folder, Path::new("output.log")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        file => file.map(Some),
    }
}

/// Bytes of an entry that are read at most; the recorder's have far fewer.
const ENTRY_MOST: u64 = 1 << 18;

/// Gives `take` the whole lines of `file`, many at a time.
fn whole_lines(file: File, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut file = BufReader::with_capacity(1 << 20, file);
    let mut line = Vec::new();
    loop {
        let buffer = file.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let taken = match memchr::memrchr(b'\n', buffer) {
            Some(end) => {
                take(&buffer[..=end])?;
                end + 1
            }
            // The rest of the buffer is the beginning of an entry.
            None => 0,
        };
        file.consume(taken);
        line.clear();
        file.by_ref()
            .take(ENTRY_MOST)
            .read_until(b'\n', &mut line)?;
        if line.ends_with(b"\n") {
            take(&line)?;
        } else if line.len() as u64 == ENTRY_MOST {
            // No recorder writes such an entry.
            file.skip_until(b'\n')?;
        }
    }
}

fn rows<'a>(update: &'a TrainingUpdate, time: &'a str) -> impl Iterator<Item = Row<'a>> {
    update.metrics().map(move |(metric, value)| Row {
        metric,
        epoch: update.epoch,
        step: update.step,
        time,
        value,
    })
}

impl Row<'_> {
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let count = |count: Option<u64>| count.map_or(String::new(), |count| count.to_string());
        let (epoch, step) = (count(self.epoch), count(self.step));
        let metric = quoted(self.metric);
        writeln!(out, "{metric},{epoch},{step},{},{}", self.time, self.value)
    }
}

/// `text` as a cell: in quotes where it holds what separates cells.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exported(log: &str, format: Format) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("output.log"), log).unwrap();
        let id = RunId::parse("20250824-181433-a1b2").unwrap();
        let mut out = Vec::new();
        let manifest = Manifest::unreadable(id);
        points(folder.path(), &manifest, None, format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    const LOG: &str = "2025-08-24T18:14:33.734935123Z stdout F Epoch 1/2 Generator Loss: 0.5\n\
                       2025-08-24T18:14:34.734935123Z stdout F Epoch 2/2 Generator Loss: nan\n";

    #[test]
    fn an_entry_without_end_is_passed_over() {
        let endless = "x".repeat(3 * ENTRY_MOST as usize);
        let (first, second) = LOG.split_once('\n').unwrap();
        let log = format!("{first}\n{endless}\n{second}");
        assert_eq!(exported(&log, Format::Csv), exported(LOG, Format::Csv));
    }

    #[test]
    fn every_point_is_a_row() {
        assert_eq!(
            exported(LOG, Format::Csv),
            "metric,epoch,step,time,value\n\
             generator_loss,1,,2025-08-24T18:14:33.734935Z,0.5\n\
             generator_loss,2,,2025-08-24T18:14:34.734935Z,NaN\n"
        );
        let json: serde_json::Value = serde_json::from_str(&exported(LOG, Format::Json)).unwrap();
        assert_eq!(json["points"][1]["value"], "NaN");
        assert_eq!(json["run"]["id"], "20250824-181433-a1b2");
        let nothing: serde_json::Value = serde_json::from_str(&exported("", Format::Json)).unwrap();
        assert_eq!(nothing["points"], serde_json::json!([]));
    }

    #[test]
    fn the_text_is_what_the_terminal_would_have_shown() {
        let folder = tempfile::tempdir().unwrap();
        let log = "2025-08-24T18:14:33.7Z stdout P 10%\r\n2025-08-24T18:14:33.7Z stdout F done\n";
        std::fs::write(folder.path().join("output.log"), log).unwrap();
        let mut out = Vec::new();
        text(folder.path(), &mut out).unwrap();
        assert_eq!(out, b"10%\rdone\n");
    }

    #[test]
    fn cells_are_quoted_where_they_must() {
        assert_eq!(quoted("loss/G"), "loss/G");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
