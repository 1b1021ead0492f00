//! The one place where events get their numbers: written to the index, then published.
//!
//! Invariants: events and the log offset that they came from enter the index in one
//! transaction, so that a line is counted once, whatever dies; and events are published in
//! the order of their numbers, after they are committed.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use tokio::sync::watch;

use super::ServerError;
use super::hub::{Hub, Recent, Stored};
use super::index::Index;
use super::time;
use crate::event::{
    Channel, Event, LogEntry, RunId, Seq, Status, StatusUpdate, Stream, TrainingUpdate,
};
use crate::run::{Effect, Input, Manifest, RunState, transition};

/// The index and the hub, kept in step.
pub struct Journal {
    index: Index,
    writer: Mutex<Connection>,
    hub: Hub,
}

/// How far a run's log is in the index, and what the follower remembers there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bookmark {
    pub offset: u64,
    /// The follower's memory, as JSON.
    pub memory: String,
}

impl Journal {
    /// Opens the index at `path`, or makes it.
    pub fn open(path: &Path) -> Result<Self, ServerError> {
        let (index, writer) = Index::open(path)?;
        let latest = latest(&writer)?;
        Ok(Self {
            index,
            writer: Mutex::new(writer),
            hub: Hub::new(latest),
        })
    }

    /// Enters a run that is about to start, or that was found in its folder.
    pub fn register(&self, manifest: &Manifest, message: &str) -> Result<(), ServerError> {
        let state = RunState::started(manifest.id.clone(), manifest.started_at.clone());
        let event = Event::StatusUpdate {
            run_id: manifest.id.clone(),
            data: StatusUpdate {
                status: Status::Running,
                message: message.to_owned(),
            },
            timestamp: manifest.started_at.clone(),
        };
        self.write(|tx| {
            tx.execute(
                "INSERT INTO runs (run_id, name, status, started_at, manifest, state)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    manifest.id.as_str(),
                    manifest.name,
                    Status::Running.name(),
                    manifest.started_at,
                    json(manifest)?,
                    json(&state)?,
                ],
            )?;
            Ok(((), insert(tx, &manifest.id, vec![event])?))
        })
    }

    /// Enters what a run said, together with how far its log was read.
    pub fn append(
        &self,
        run_id: &RunId,
        events: Vec<Event>,
        bookmark: &Bookmark,
    ) -> Result<(), ServerError> {
        self.write(|tx| {
            let stored = insert(tx, run_id, events)?;
            tx.prepare_cached("UPDATE runs SET log_offset = ?2, reading = ?3 WHERE run_id = ?1")?
                .execute(params![run_id.as_str(), bookmark.offset, bookmark.memory])?;
            Ok(((), stored))
        })
    }

    /// Lets `input` happen to a run: its status before and after, and what is to be done.
    /// `ended` is what the recorder wrote of the end, as JSON.
    pub fn happen(
        &self,
        run_id: &RunId,
        input: &Input,
        ended: Option<&str>,
    ) -> Result<(Status, Option<Effect>), ServerError> {
        self.write(|tx| {
            let before = state(tx, run_id)?.status;
            let Some(change) = transition(before, input) else {
                return Ok(((before, None), Vec::new()));
            };
            let event = Event::StatusUpdate {
                run_id: run_id.clone(),
                data: StatusUpdate {
                    status: change.status,
                    message: change.message,
                },
                timestamp: time::now(),
            };
            if ended.is_some() {
                tx.execute(
                    "UPDATE runs SET ended = ?2 WHERE run_id = ?1",
                    params![run_id.as_str(), ended],
                )?;
            }
            let stored = insert(tx, run_id, vec![event])?;
            Ok(((change.status, change.effect), stored))
        })
    }

    /// Where a run's log was left; `None` for a run that is not in the index.
    pub fn bookmark(&self, run_id: &RunId) -> Result<Option<Bookmark>, ServerError> {
        self.read(|index| {
            let found = index.query_row(
                "SELECT log_offset, reading FROM runs WHERE run_id = ?1",
                [run_id.as_str()],
                |row| {
                    Ok(Bookmark {
                        offset: row.get(0)?,
                        memory: row.get(1)?,
                    })
                },
            );
            Ok(found.optional()?)
        })
    }

    /// The last line that a run wrote to its errors, or else at all.
    pub fn last_words(&self, run_id: &RunId) -> Result<Option<String>, ServerError> {
        self.read(|index| {
            let lines = log_tail(index, run_id, 20)?;
            let spoken = lines
                .iter()
                .rev()
                .filter(|line| !line.message.trim().is_empty());
            let of_errors = spoken.clone().find(|line| line.stream == Stream::Stderr);
            let last = of_errors.or_else(|| spoken.clone().next());
            Ok(last.map(|line| line.message.trim().to_owned()))
        })
    }

    /// Reads the index as of one moment.
    pub fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, ServerError>,
    ) -> Result<T, ServerError> {
        self.index.read(read)
    }

    /// Up to `limit` events after number `after`: from memory, or else from the index.
    pub fn after(
        &self,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<std::sync::Arc<Stored>>, ServerError> {
        if let Recent::Held(events) = self.hub.after(after, limit) {
            return Ok(events);
        }
        self.read(|index| {
            let mut rows = index.prepare_cached(
                "SELECT seq, run_id, channel, payload FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2",
            )?;
            let rows = rows.query_map(params![after, limit as u64], |row| {
                Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?))
            })?;
            let mut events = Vec::new();
            for row in rows {
                let (seq, run_id, channel, json): (Seq, String, usize, String) = row?;
                if let (Some(run_id), Some(channel)) =
                    (RunId::parse(&run_id), Channel::ALL.get(channel).copied())
                {
                    events.push(std::sync::Arc::new(Stored { seq, channel, run_id, json }));
                }
            }
            Ok(events)
        })
    }

    /// The number of the last event, and a bell for the next.
    pub fn bell(&self) -> watch::Receiver<Seq> {
        self.hub.bell()
    }

    /// Writes in one transaction, and publishes what it numbered once it is committed. The
    /// lock is held until then, which keeps the order.
    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<(T, Vec<Stored>), ServerError>,
    ) -> Result<T, ServerError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let tx = writer.transaction()?;
        let (answer, stored) = work(&tx)?;
        tx.commit()?;
        self.hub.publish(stored);
        Ok(answer)
    }
}

/// The number of the last event; it never goes back, even where events are deleted.
pub fn latest(index: &Connection) -> Result<Seq, ServerError> {
    let found = index.query_row(
        "SELECT seq FROM sqlite_sequence WHERE name = 'events'",
        [],
        |row| row.get(0),
    );
    Ok(found.optional()?.unwrap_or(0))
}

/// The state of a run as of its last event.
pub fn state(index: &Connection, run_id: &RunId) -> Result<RunState, ServerError> {
    let found: Option<String> = index
        .prepare_cached("SELECT state FROM runs WHERE run_id = ?1")?
        .query_row([run_id.as_str()], |row| row.get(0))
        .optional()?;
    let text = found.ok_or_else(|| ServerError::NotFound(format!("There is no run {run_id}.")))?;
    parse(&text)
}

/// The last `count` log lines of a run, in order.
pub fn log_tail(
    index: &Connection,
    run_id: &RunId,
    count: usize,
) -> Result<Vec<LogEntry>, ServerError> {
    let mut lines: Vec<LogEntry> = index
        .prepare_cached(
            "SELECT payload FROM events WHERE run_id = ?1 AND channel = ?2 ORDER BY seq DESC LIMIT ?3",
        )?
        .query_map(
            params![run_id.as_str(), Channel::Logs as usize, count as u64],
            |row| row.get::<_, String>(0),
        )?
        .filter_map(|payload| log_entry(&payload.ok()?))
        .collect();
    lines.reverse();
    Ok(lines)
}

/// The log line in an event's JSON.
pub fn log_entry(payload: &str) -> Option<LogEntry> {
    match serde_json::from_str(payload).ok()? {
        Event::LogEntry { data, .. } => Some(data),
        _ => None,
    }
}

/// `words` as JSON. Our own types always have a form in JSON.
pub fn json<T: serde::Serialize>(words: &T) -> Result<String, ServerError> {
    serde_json::to_string(words).map_err(|error| ServerError::Invalid(error.to_string()))
}

/// What the index keeps as JSON.
pub fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, ServerError> {
    serde_json::from_str(text).map_err(|error| ServerError::Invalid(error.to_string()))
}

/// Numbers events, folds them into the run's state, and keeps their points.
fn insert(
    tx: &Transaction<'_>,
    run_id: &RunId,
    events: Vec<Event>,
) -> Result<Vec<Stored>, ServerError> {
    let mut stored = Vec::with_capacity(events.len());
    if events.is_empty() {
        return Ok(stored);
    }
    let mut state = state(tx, run_id)?;
    let mut insert =
        tx.prepare_cached("INSERT INTO events (run_id, channel, payload) VALUES (?1, ?2, ?3)")?;
    for event in events {
        state.apply(&event);
        let channel = event.channel();
        let payload = json(&event)?;
        insert.execute(params![run_id.as_str(), channel as usize, payload])?;
        let seq = tx.last_insert_rowid() as Seq;
        if let Event::TrainingUpdate {
            data, timestamp, ..
        } = &event
        {
            insert_points(tx, run_id, seq, data, timestamp)?;
        }
        stored.push(Stored {
            seq,
            channel,
            run_id: run_id.clone(),
            json: payload,
        });
    }
    tx.prepare_cached("UPDATE runs SET state = ?2, status = ?3 WHERE run_id = ?1")?
        .execute(params![run_id.as_str(), json(&state)?, state.status.name()])?;
    Ok(stored)
}

fn insert_points(
    tx: &Transaction<'_>,
    run_id: &RunId,
    seq: Seq,
    update: &TrainingUpdate,
    time: &str,
) -> Result<(), ServerError> {
    // A report without epoch and step stands one after the last of its metric.
    let mut insert = tx.prepare_cached(
        "INSERT INTO points (run_id, metric, seq, x, epoch, step, time, value)
         VALUES (?1, ?2, ?3, COALESCE(?4, 1 + (SELECT x FROM points
                 WHERE run_id = ?1 AND metric = ?2 ORDER BY seq DESC LIMIT 1), 1), ?5, ?6, ?7, ?8)",
    )?;
    for (metric, value) in update.metrics() {
        insert.execute(params![
            run_id.as_str(),
            metric,
            seq,
            update.position(),
            update.epoch,
            update.step,
            time,
            value.0,
        ])?;
    }
    Ok(())
}
