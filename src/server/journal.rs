//! The one place where events get their numbers: written to the index, then published.
//!
//! Invariants: events and the log offset that they came from enter the index in one
//! transaction, so that a line is counted once, whatever dies; and events are published in
//! the order of their numbers, after they are committed.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use tokio::sync::watch;

use super::hub::{Hub, Recent, Stored};
use super::index::Index;
use super::replay::{self, Selection};
use super::{ServerError, lines, points};
use crate::event::{Event, RunId, Seq, Status, StatusUpdate};
use crate::run::{Effect, Input, Manifest, MetricSource, RunState, transition};

/// The index and the hub, kept in step.
pub struct Journal {
    index: Index,
    writer: Mutex<Connection>,
    hub: Hub,
    /// Why nothing can be written at present, for people.
    trouble: watch::Sender<Option<String>>,
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

/// A status after something happened, and what is to be done.
type Changed = (Status, Option<Effect>);

/// The key by which tables of the index call a run.
pub type RunKey = i64;

impl Journal {
    /// Opens the index at `path`, or makes it.
    pub fn open(path: &Path) -> Result<Self, ServerError> {
        let (index, writer) = Index::open(path)?;
        let latest = latest(&writer)?;
        Ok(Self {
            index,
            writer: Mutex::new(writer),
            hub: Hub::new(latest),
            trouble: watch::Sender::new(None),
        })
    }

    /// Enters runs that are about to start, or that were found in their folders. `shown`
    /// says whether they are to be seen before their end is known.
    pub fn register(&self, manifests: &[Manifest], shown: bool) -> Result<(), ServerError> {
        self.write(|tx, numbers| {
            let mut stored = Vec::new();
            for manifest in manifests {
                let state = RunState::started(manifest.id.clone(), manifest.started_at.clone());
                tx.prepare_cached(
                    "INSERT INTO runs (run_id, shown, manifest, state, status, started_at,
                                       name, trainer, data_source, tags, notes)
                     VALUES (?1, ?2, '', ?3, '', ?4, '', '', NULL, '', '')",
                )?
                .execute(params![
                    manifest.id.as_str(),
                    shown,
                    json(&state)?,
                    manifest.started_at,
                ])?;
                describe(tx, manifest)?;
                let event = Event::StatusUpdate {
                    run_id: manifest.id.clone(),
                    data: StatusUpdate {
                        status: Status::Running,
                        message: "Training started.".into(),
                        stalled: false,
                    },
                    timestamp: manifest.started_at.clone(),
                };
                stored.extend(insert(tx, &manifest.id, vec![event], numbers)?);
            }
            Ok(((), stored))
        })
    }

    /// Enters what a run said and how its metrics were found, together with how far its log
    /// was read.
    pub fn append(
        &self,
        run_id: &RunId,
        events: Vec<Event>,
        sources: &[MetricSource],
        bookmark: &Bookmark,
    ) -> Result<(), ServerError> {
        self.write(|tx, numbers| {
            let stored = insert(tx, run_id, events, numbers)?;
            points::explain(tx, known_key(tx, run_id)?, sources)?;
            tx.prepare_cached("UPDATE runs SET log_offset = ?2, memory = ?3 WHERE run_id = ?1")?
                .execute(params![run_id.as_str(), bookmark.offset, bookmark.memory])?;
            Ok(((), stored))
        })
    }

    /// Lets `input` happen to a run at the moment `at`: its status after it, and what is to be done.
    pub fn happen(&self, run_id: &RunId, input: &Input, at: &str) -> Result<Changed, ServerError> {
        self.write(|tx, numbers| change(tx, run_id, input, at, numbers))
    }

    /// Lets a run end: from now on it is shown, whatever it was before.
    pub fn conclude(
        &self,
        run_id: &RunId,
        input: &Input,
        conclusion: &Conclusion,
    ) -> Result<(), ServerError> {
        self.write(|tx, numbers| {
            tx.prepare_cached(
                "UPDATE runs SET shown = 1, ended = ?2, damage = ?3 WHERE run_id = ?1",
            )?
            .execute(params![
                run_id.as_str(),
                conclusion.report,
                conclusion.damage
            ])?;
            let (_, stored) = change(tx, run_id, input, &conclusion.at, numbers)?;
            Ok(((), stored))
        })
    }

    /// Takes over what people changed in a run's `run.json`.
    pub fn amend(&self, manifest: &Manifest) -> Result<(), ServerError> {
        self.write(|tx, _| Ok((describe(tx, manifest)?, Vec::new())))
    }

    /// Lets a run be seen no more.
    pub fn hide(&self, run_id: &RunId) -> Result<(), ServerError> {
        self.write(|tx, _| {
            tx.execute(
                "UPDATE runs SET shown = 0 WHERE run_id = ?1",
                [run_id.as_str()],
            )?;
            Ok(((), Vec::new()))
        })
    }

    /// Takes a run out of the index, a part at a time, so that nobody has to wait for long.
    pub fn forget(&self, run_id: &RunId) -> Result<(), ServerError> {
        const PART: i64 = 10_000;
        self.hide(run_id)?;
        let Some(run) = self.read(|index| key(index, run_id))? else {
            return Ok(());
        };
        let parts = [
            "DELETE FROM lines WHERE seq IN (SELECT seq FROM lines WHERE run = ?1 LIMIT ?2)",
            "DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE run = ?1 LIMIT ?2)",
            "DELETE FROM points WHERE (metric, seq) IN (SELECT metric, seq FROM metrics JOIN points USING (metric)
             WHERE run = ?1 LIMIT ?2)",
        ];
        for part in parts {
            while self
                .write(|tx, _| Ok((tx.prepare_cached(part)?.execute([run, PART])?, Vec::new())))?
                > 0
            {}
        }
        self.write(|tx, _| {
            tx.execute("DELETE FROM metrics WHERE run = ?1", [run])?;
            tx.execute("DELETE FROM runs WHERE run = ?1", [run])?;
            Ok(((), Vec::new()))
        })
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

    /// Up to `limit` of the selected events after number `after`, from memory or else from
    /// the index, and the number up to which nothing selected is left out.
    pub fn after(
        &self,
        after: Seq,
        selection: &Selection,
        limit: usize,
    ) -> Result<(Vec<Arc<Stored>>, Seq), ServerError> {
        match self.hub.after(after, limit) {
            Recent::Held(mut events) => {
                let seen = events.last().map_or(after, |event| event.seq);
                events.retain(|event| selection.takes(event.channel, &event.run_id));
                Ok((events, seen))
            }
            Recent::Older => self.read(|index| replay::after(index, after, selection, limit)),
        }
    }

    /// The number of the last event, and a bell for the next.
    pub fn bell(&self) -> watch::Receiver<Seq> {
        self.hub.bell()
    }

    /// Why nothing can be written at present, and a bell for when that changes.
    pub fn trouble(&self) -> watch::Receiver<Option<String>> {
        self.trouble.subscribe()
    }

    /// Writes in one transaction, and publishes what it numbered once it is committed. The
    /// lock is held until then, which keeps the order.
    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>, &mut Seq) -> Result<(T, Vec<Stored>), ServerError>,
    ) -> Result<T, ServerError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let written = write(&mut writer, work);
        let trouble = match &written {
            Err(ServerError::Index(error)) => Some(trouble(error)),
            _ => None,
        };
        self.trouble.send_if_modified(|told| {
            let changes = *told != trouble;
            *told = trouble;
            changes
        });
        let (answer, stored) = written?;
        self.hub.publish(stored);
        Ok(answer)
    }
}

/// One transaction.
fn write<T>(
    writer: &mut Connection,
    work: impl FnOnce(&Transaction<'_>, &mut Seq) -> Result<(T, Vec<Stored>), ServerError>,
) -> Result<(T, Vec<Stored>), ServerError> {
    let tx = writer.transaction()?;
    let before = latest(&tx)?;
    let mut numbers = before;
    let done = work(&tx, &mut numbers)?;
    if numbers != before {
        tx.prepare_cached("UPDATE latest SET seq = ?1")?
            .execute([numbers])?;
    }
    tx.commit()?;
    Ok(done)
}

/// What a failure to write means for those who watch.
fn trouble(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => {
            "The disk of the runs folder is full: the training goes on, but what it prints is \
             neither kept nor shown until there is room."
                .into()
        }
        _ => format!(
            "What the training prints cannot be stored at present ({error}); it goes on, and \
             this is tried again."
        ),
    }
}

/// The number of the last event; it never goes back, even where events are deleted.
pub fn latest(index: &Connection) -> Result<Seq, ServerError> {
    let mut found = index.prepare_cached("SELECT seq FROM latest")?;
    Ok(found.query_row([], |row| row.get(0))?)
}

/// The key of a run; `None` for a run that is not in the index.
pub fn key(index: &Connection, run_id: &RunId) -> Result<Option<RunKey>, ServerError> {
    let found = index
        .prepare_cached("SELECT run FROM runs WHERE run_id = ?1")?
        .query_row([run_id.as_str()], |row| row.get(0));
    Ok(found.optional()?)
}

/// The key of a run that must be in the index.
pub fn known_key(index: &Connection, run_id: &RunId) -> Result<RunKey, ServerError> {
    key(index, run_id)?.ok_or_else(|| ServerError::NotFound(format!("There is no run {run_id}.")))
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

/// `words` as JSON. Our own types always have a form in JSON.
pub fn json<T: serde::Serialize>(words: &T) -> Result<String, ServerError> {
    serde_json::to_string(words).map_err(|error| ServerError::Invalid(error.to_string()))
}

/// What the index keeps as JSON.
pub fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, ServerError> {
    serde_json::from_str(text).map_err(|error| ServerError::Invalid(error.to_string()))
}

/// Lets `input` change a run's status, where it does.
fn change(
    tx: &Transaction<'_>,
    run_id: &RunId,
    input: &Input,
    at: &str,
    numbers: &mut Seq,
) -> Result<(Changed, Vec<Stored>), ServerError> {
    let before = state(tx, run_id)?.status;
    let Some(change) = transition(before, input) else {
        return Ok(((before, None), Vec::new()));
    };
    let event = Event::StatusUpdate {
        run_id: run_id.clone(),
        data: StatusUpdate {
            status: change.status,
            message: change.message,
            stalled: matches!(input, Input::Silent { .. }),
        },
        timestamp: at.to_owned(),
    };
    let stored = insert(tx, run_id, vec![event], numbers)?;
    Ok(((change.status, change.effect), stored))
}

/// Writes what lists need to know of a manifest.
fn describe(tx: &Transaction<'_>, manifest: &Manifest) -> Result<(), ServerError> {
    let data = manifest.data.as_ref().map(|data| data.name.as_str());
    tx.prepare_cached(
        "UPDATE runs SET manifest = ?2, name = ?3, trainer = ?4, data_source = ?5, tags = ?6,
                         notes = ?7 WHERE run_id = ?1",
    )?
    .execute(params![
        manifest.id.as_str(),
        json(manifest)?,
        manifest.name,
        manifest.trainer,
        data,
        manifest.tags.join("\n"),
        manifest.notes,
    ])?;
    Ok(())
}

/// Numbers events, folds them into the run's state, and keeps their lines and points.
fn insert(
    tx: &Transaction<'_>,
    run_id: &RunId,
    events: Vec<Event>,
    numbers: &mut Seq,
) -> Result<Vec<Stored>, ServerError> {
    let mut stored = Vec::with_capacity(events.len());
    if events.is_empty() {
        return Ok(stored);
    }
    let run = known_key(tx, run_id)?;
    let mut state = state(tx, run_id)?;
    let mut put = tx.prepare_cached(
        "INSERT INTO events (seq, run, channel, payload) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let covering = lines::Covering::within(&events);
    for event in events {
        state.apply(&event);
        *numbers += 1;
        let (seq, channel, payload) = (*numbers, event.channel(), json(&event)?);
        match &event {
            Event::LogEntry {
                data, timestamp, ..
            } => lines::insert(tx, run, seq, data, timestamp, &covering)?,
            _ => {
                put.execute(params![seq, run, channel as usize, payload])?;
            }
        }
        if let Event::TrainingUpdate {
            data, timestamp, ..
        } = &event
        {
            points::insert(tx, run, seq, data, timestamp)?;
        }
        stored.push(Stored {
            seq,
            channel,
            run_id: run_id.clone(),
            json: payload,
        });
    }
    let number = |value: Option<crate::event::Value>| value.map(|value| value.0);
    tx.prepare_cached(
        "UPDATE runs SET state = ?2, status = ?3, ended_at = ?4, epoch = ?5, generator_loss = ?6,
                         discriminator_loss = ?7 WHERE run = ?1",
    )?
    .execute(params![
        run,
        json(&state)?,
        state.status.name(),
        state.ended_at,
        state.epoch,
        number(state.generator_loss),
        number(state.discriminator_loss),
    ])?;
    Ok(stored)
}
