//! A transaction under way: what it enters of runs, their events by number, and how they stand after it.

use std::collections::HashMap;
use std::mem::take;

use rusqlite::{Connection, OptionalExtension, params};

use super::ServerError;
use super::hub::{Hub, Stored};
use super::journal::{Bookmark, Changed, RunKey, json, parse};
use super::lines::LineKeeper;
use super::point_keeper::{Metrics, PointKeeper};
use crate::event::{Event, RunId, Seq, Status, StatusUpdate, Value};
use crate::run::{Input, Manifest, RunState, transition};

/// How a run stands in the index.
pub struct Standing {
    key: RunKey,
    state: RunState,
    metrics: Metrics,
    /// Whether the state was changed since it was written.
    is_changed: bool,
}

/// How runs stand that were asked for, by their ids.
pub type Standings = HashMap<RunId, Standing>;

/// What one transaction books.
pub struct Booking<'tx> {
    pub tx: &'tx Connection,
    /// The number of the last event.
    latest: Seq,
    /// The next has a number above this one.
    floor: Seq,
    known: Standings,
    /// The last of the events, as many as the hub holds.
    stored: Vec<Stored>,
}

impl<'tx> Booking<'tx> {
    /// Goes on after the event `latest`, with numbers above `floor`, where runs stand as is `known`.
    pub fn new(tx: &'tx Connection, latest: Seq, floor: Seq, known: Standings) -> Self {
        Self {
            tx,
            latest,
            floor,
            known,
            stored: Vec::new(),
        }
    }

    /// Writes what is left to be written, and gives the number of the last event, how runs stand, and the
    /// events to publish.
    pub fn close(mut self) -> Result<(Seq, Standings, Vec<Stored>), ServerError> {
        for standing in self.known.values_mut().filter(|it| it.is_changed) {
            put(self.tx, standing, self.latest, None)?;
        }
        Ok((self.latest, self.known, self.stored))
    }

    /// The number of the last event.
    pub fn latest(&self) -> Seq {
        self.latest
    }

    /// The key of a run that must be in the index.
    pub fn key(&mut self, run_id: &RunId) -> Result<RunKey, ServerError> {
        Ok(self.standing(run_id)?.key)
    }

    /// Enters a run that said nothing yet but that it began.
    pub fn register(&mut self, manifest: &Manifest, shown: bool) -> Result<(), ServerError> {
        let state = RunState::started(manifest.id.clone(), manifest.started_at.clone());
        self.tx
            .prepare_cached(
                "INSERT INTO runs (run_id, shown, first, last, manifest, state, status, started_at,
                                   name, trainer, data_source, tags, notes)
                 VALUES (?1, ?2, ?3, ?3, '', ?4, '', ?5, '', '', NULL, '', '')",
            )?
            .execute(params![
                manifest.id.as_str(),
                shown,
                self.latest + 1,
                json(&state)?,
                manifest.started_at,
            ])?;
        self.describe(manifest)?;
        let event = Event::StatusUpdate {
            run_id: manifest.id.clone(),
            data: StatusUpdate {
                status: Status::Running,
                message: "Training started.".into(),
                ..StatusUpdate::default()
            },
            timestamp: manifest.started_at.clone(),
        };
        self.insert(&manifest.id, vec![event])
    }

    /// Lets `input` change a run's status, where it does.
    pub fn change(
        &mut self,
        run_id: &RunId,
        input: &Input,
        at: &str,
    ) -> Result<Changed, ServerError> {
        let before = self.standing(run_id)?.state.status;
        let Some(change) = transition(before, input) else {
            return Ok((before, None));
        };
        let event = Event::StatusUpdate {
            run_id: run_id.clone(),
            data: StatusUpdate {
                status: change.status,
                message: change.message,
                stalled: matches!(input, Input::Silent { .. }),
                ..StatusUpdate::default()
            },
            timestamp: at.to_owned(),
        };
        self.insert(run_id, vec![event])?;
        Ok((change.status, change.effect))
    }

    /// Writes what lists need to know of a manifest.
    pub fn describe(&self, manifest: &Manifest) -> Result<(), ServerError> {
        let data = manifest.data.as_ref().map(|data| data.name.as_str());
        self.tx
            .prepare_cached(
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

    /// Notes that a run's log is in here up to `bookmark`.
    ///
    /// # Errors
    /// `Conflict` where it was not left at the byte `from`.
    pub fn move_on(
        &mut self,
        run_id: &RunId,
        from: u64,
        bookmark: &Bookmark,
    ) -> Result<(), ServerError> {
        let (tx, latest) = (self.tx, self.latest);
        if put(tx, self.standing(run_id)?, latest, Some((from, bookmark)))? {
            return Ok(());
        }
        Err(ServerError::Conflict(format!(
            "The log of the run {run_id} was not left at byte {from}: somebody else reads it too."
        )))
    }

    /// Forgets how a run stands, which is about to lose its id.
    pub fn lose(&mut self, run_id: &RunId) {
        self.known.remove(run_id);
    }

    /// Numbers events, folds them into the run's state, and keeps their lines and points.
    pub fn insert(&mut self, run_id: &RunId, events: Vec<Event>) -> Result<(), ServerError> {
        if events.is_empty() {
            return Ok(());
        }
        let tx = self.tx;
        let standing = self.standing(run_id)?;
        standing.is_changed = true;
        let (run, mut state) = (standing.key, take(&mut standing.state));
        let metrics = take(&mut standing.metrics);
        let mut put = tx.prepare_cached(
            "INSERT INTO events (seq, run, channel, payload) VALUES (?1, ?2, ?3, ?4)",
        )?;
        let mut lines = LineKeeper::new(tx, run, &events)?;
        let mut points = PointKeeper::new(tx, run, metrics)?;
        // Earlier ones would be dropped as soon as they were published: who wants them reads the index.
        let unpublished = events.len().saturating_sub(Hub::HELD);
        for (at, event) in events.into_iter().enumerate() {
            state.apply(&event);
            self.latest = self.latest.max(self.floor) + 1;
            let (seq, channel) = (self.latest, event.channel());
            let line = matches!(event, Event::LogEntry { .. });
            let payload = match line && at < unpublished {
                true => String::new(),
                false => json(&event)?,
            };
            match &event {
                Event::LogEntry {
                    data, timestamp, ..
                } => lines.insert(seq, data, timestamp)?,
                _ => {
                    put.execute(params![seq, run, channel as usize, payload])?;
                }
            }
            if let Event::TrainingUpdate {
                data, timestamp, ..
            } = &event
            {
                points.insert(seq, data, timestamp)?;
            }
            if at >= unpublished {
                let stored = Stored::new(seq, channel, run_id.clone(), &payload);
                self.stored.push(stored);
            }
        }
        let standing = self.standing(run_id)?;
        (standing.state, standing.metrics) = (state, points.close());
        Ok(())
    }

    /// How a run stands that must be in the index.
    fn standing(&mut self, run_id: &RunId) -> Result<&mut Standing, ServerError> {
        if !self.known.contains_key(run_id) {
            let found: Option<(RunKey, String)> = self
                .tx
                .prepare_cached("SELECT run, state FROM runs WHERE run_id = ?1")?
                .query_row([run_id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            if let Some((key, state)) = found {
                let standing = Standing {
                    key,
                    state: parse(&state)?,
                    metrics: Metrics::default(),
                    is_changed: false,
                };
                self.known.insert(run_id.clone(), standing);
            }
        }
        let found = self.known.get_mut(run_id);
        found.ok_or_else(|| ServerError::no_run(run_id.as_str()))
    }
}

/// Writes how a run stands as of the event `latest`, and with a bookmark that its log is in here so far; whether
/// that was left where the bookmark goes on.
fn put(
    tx: &Connection,
    standing: &mut Standing,
    latest: Seq,
    moved: Option<(u64, &Bookmark)>,
) -> Result<bool, ServerError> {
    let number = |value: Option<Value>| value.map(|value| value.0);
    let state = &standing.state;
    let found = tx
        .prepare_cached(
            "UPDATE runs SET last = ?2, state = ?3, status = ?4, ended_at = ?5, epoch = ?6,
                 generator_loss = ?7, discriminator_loss = ?8,
                 log_offset = COALESCE(?9, log_offset), memory = COALESCE(?10, memory)
             WHERE run = ?1 AND log_offset = COALESCE(?11, log_offset)",
        )?
        .execute(params![
            standing.key,
            latest,
            json(state)?,
            state.status.name(),
            state.ended_at,
            state.epoch,
            number(state.generator_loss),
            number(state.discriminator_loss),
            moved.map(|(_, bookmark)| bookmark.offset),
            moved.map(|(_, bookmark)| &bookmark.memory),
            moved.map(|(from, _)| from),
        ])?;
    standing.is_changed = false;
    Ok(found > 0)
}
