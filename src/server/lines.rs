//! The log lines of runs, as the index keeps them.

use std::collections::HashSet;

use rusqlite::types::Value as Sql;
use rusqlite::{CachedStatement, Connection, Row, params, params_from_iter};

use super::journal::{self, Journal, RunKey};
use super::{ServerError, time};
use crate::event::{Event, Level, LogEntry, RunId, Seq, Stream};
use crate::run::LogPage;

/// Which lines of a run are wanted.
#[derive(Clone, Debug, Default)]
pub struct WantedLines {
    /// Only lines after that number.
    pub after: Option<u64>,
    pub limit: Option<u64>,
    /// Text in the line, without regard to case.
    pub query: Option<String>,
    /// One level or several, with commas between.
    pub level: Option<String>,
    /// Leave out lines that others were drawn over.
    pub latest: Option<bool>,
    /// How many of the lines that match are skipped.
    pub offset: Option<u64>,
}

/// Lines that are sent where nothing else is asked for, and at most.
const LINES_DEFAULT: u64 = 1000;
const LINES_MOST: u64 = 5000;

/// The columns that [`entry`] reads.
pub const COLUMNS: &str = "line, stream, level, message, replaces, colours";

const LEVELS: [Level; 4] = [Level::Debug, Level::Info, Level::Warning, Level::Error];

/// Enters the lines of one batch.
pub struct LineKeeper<'tx> {
    run: RunKey,
    put: CachedStatement<'tx>,
    cover: CachedStatement<'tx>,
    /// The first line of the batch, and those that are drawn over by others of it.
    first: u64,
    replaced: HashSet<u64>,
}

impl<'tx> LineKeeper<'tx> {
    /// Looks through the lines among `events`, which are those that will be entered.
    pub fn new(tx: &'tx Connection, run: RunKey, events: &[Event]) -> Result<Self, ServerError> {
        let lines = || {
            events.iter().filter_map(|event| match event {
                Event::LogEntry { data, .. } => Some(data),
                _ => None,
            })
        };
        Ok(Self {
            run,
            put: tx.prepare_cached(
                "INSERT INTO lines (seq, run, line, time, stream, level, covered, message, replaces, colours)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?,
            cover: tx
                .prepare_cached("UPDATE lines SET covered = 1 WHERE run = ?1 AND line = ?2")?,
            first: lines().map(|entry| entry.line).min().unwrap_or(u64::MAX),
            replaced: lines().filter_map(|entry| entry.replaces).collect(),
        })
    }

    /// Keeps a line of the batch.
    pub fn insert(&mut self, seq: Seq, entry: &LogEntry, moment: &str) -> Result<(), ServerError> {
        let colours = (!entry.colours.is_empty())
            .then(|| journal::json(&entry.colours))
            .transpose()?;
        self.put.execute(params![
            seq,
            self.run,
            entry.line,
            time::to_number(moment),
            entry.stream == Stream::Stderr,
            entry.level as usize,
            self.replaced.contains(&entry.line),
            entry.message,
            entry.replaces,
            colours,
        ])?;
        // One of this batch was written as covered already.
        if let Some(replaced) = entry.replaces.filter(|line| *line < self.first) {
            self.cover.execute(params![self.run, replaced])?;
        }
        Ok(())
    }
}

/// The line of a row that begins with [`COLUMNS`].
pub fn entry(row: &Row<'_>) -> Result<LogEntry, ServerError> {
    let colours: Option<String> = row.get(5)?;
    let level: usize = row.get(2)?;
    Ok(LogEntry {
        line: row.get(0)?,
        stream: if row.get(1)? {
            Stream::Stderr
        } else {
            Stream::Stdout
        },
        level: LEVELS.get(level).copied().unwrap_or(Level::Info),
        message: row.get(3)?,
        replaces: row.get(4)?,
        colours: colours
            .map(|text| journal::parse(&text))
            .transpose()?
            .unwrap_or_default(),
    })
}

/// The last `count` lines of a run that no other was drawn over, in order.
pub fn tail(index: &Connection, run: RunKey, count: usize) -> Result<Vec<LogEntry>, ServerError> {
    let mut rows = index.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM lines WHERE run = ?1 AND covered = 0 ORDER BY line DESC LIMIT ?2"
    ))?;
    let mut lines = collect(rows.query(params![run, count as u64])?)?;
    lines.reverse();
    Ok(lines)
}

/// The last line that a run wrote to its errors, or else at all.
pub fn last_words(journal: &Journal, run_id: &RunId) -> Result<Option<String>, ServerError> {
    journal.read(|index| {
        let lines = tail(index, journal::known_key(index, run_id)?, 20)?;
        let spoken = lines
            .iter()
            .rev()
            .filter(|line| !line.message.trim().is_empty());
        let of_errors = spoken.clone().find(|line| line.stream == Stream::Stderr);
        let last = of_errors.or_else(|| spoken.clone().next());
        Ok(last.map(|line| line.message.trim().to_owned()))
    })
}

/// The lines of a run that `wanted` describes.
///
/// # Errors
/// `Invalid` for an unknown level.
pub fn page(
    index: &Connection,
    run_id: &RunId,
    wanted: &WantedLines,
) -> Result<LogPage, ServerError> {
    let run = journal::known_key(index, run_id)?;
    let total = journal::state(index, run_id)?.lines;
    let (filter, mut values) = wanted.filter(run)?;
    let is_all = values.len() == 1 && wanted.latest != Some(true);
    let matching = if is_all {
        total
    } else {
        index
            .prepare_cached(&format!("SELECT COUNT(*) FROM lines WHERE {filter}"))?
            .query_row(params_from_iter(&values), |row| row.get(0))?
    };
    let number = |number: u64| Sql::Integer(number.min(i64::MAX as u64) as i64);
    values.push(number(wanted.after.unwrap_or(0)));
    values.push(number(
        wanted.limit.unwrap_or(LINES_DEFAULT).min(LINES_MOST),
    ));
    values.push(number(wanted.offset.unwrap_or(0)));
    // The numbers come from the narrow index, and only those of the page meet the table.
    let mut rows = index.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM lines WHERE seq IN (
             SELECT seq FROM lines WHERE {filter} AND line > ? ORDER BY line LIMIT ? OFFSET ?
         ) ORDER BY seq"
    ))?;
    let lines = collect(rows.query(params_from_iter(&values))?)?;
    Ok(LogPage {
        run_id: run_id.clone(),
        total,
        matching,
        lines,
    })
}

fn collect(mut rows: rusqlite::Rows<'_>) -> Result<Vec<LogEntry>, ServerError> {
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(entry(row)?);
    }
    Ok(lines)
}

impl WantedLines {
    /// The condition on a line, and the values of its places; the first is the run.
    fn filter(&self, run: RunKey) -> Result<(String, Vec<Sql>), ServerError> {
        let mut conditions = vec!["run = ?".to_owned()];
        let mut values = vec![Sql::Integer(run)];
        if self.latest == Some(true) {
            conditions.push("covered = 0".into());
        }
        if let Some(names) = self.level.as_deref().filter(|names| !names.is_empty()) {
            for name in names.split(',') {
                let level = LEVELS.iter().position(|level| level.name() == name.trim());
                let level = level.ok_or_else(|| {
                    ServerError::Invalid(format!(
                        "“{}” is no level of a line; there are debug, info, warning and error.",
                        name.escape_debug()
                    ))
                })?;
                values.push(Sql::Integer(level as i64));
            }
            let places = vec!["?"; values.len() - 1].join(", ");
            conditions.push(format!("level IN ({places})"));
        }
        if let Some(query) = self.query.as_deref().filter(|query| !query.is_empty()) {
            conditions.push("instr(lower(message), lower(?)) > 0".into());
            values.push(Sql::Text(query.to_owned()));
        }
        Ok((conditions.join(" AND "), values))
    }
}
