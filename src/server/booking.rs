//! What a transaction enters of a run: its events by number, its state, and what lists show of it.

use rusqlite::{Transaction, params};

use super::ServerError;
use super::hub::{Hub, Stored};
use super::journal::{Changed, json, known_key, state};
use super::lines::LineKeeper;
use super::point_keeper::PointKeeper;
use crate::event::{Event, RunId, Seq, Status, StatusUpdate};
use crate::run::{Input, Manifest, RunState, transition};

/// Enters a run that said nothing yet but that it began.
pub fn register(
    tx: &Transaction<'_>,
    manifest: &Manifest,
    shown: bool,
    numbers: &mut Seq,
) -> Result<Vec<Stored>, ServerError> {
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
            ..StatusUpdate::default()
        },
        timestamp: manifest.started_at.clone(),
    };
    insert(tx, &manifest.id, vec![event], numbers)
}

/// Lets `input` change a run's status, where it does.
pub fn change(
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
            ..StatusUpdate::default()
        },
        timestamp: at.to_owned(),
    };
    let stored = insert(tx, run_id, vec![event], numbers)?;
    Ok(((change.status, change.effect), stored))
}

/// Writes what lists need to know of a manifest.
pub fn describe(tx: &Transaction<'_>, manifest: &Manifest) -> Result<(), ServerError> {
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

/// Numbers events, folds them into the run's state, and keeps their lines and points. Gives the last of them, as
/// many as the hub holds.
pub fn insert(
    tx: &Transaction<'_>,
    run_id: &RunId,
    events: Vec<Event>,
    numbers: &mut Seq,
) -> Result<Vec<Stored>, ServerError> {
    let mut stored = Vec::new();
    if events.is_empty() {
        return Ok(stored);
    }
    let run = known_key(tx, run_id)?;
    let mut state = state(tx, run_id)?;
    let mut put = tx.prepare_cached(
        "INSERT INTO events (seq, run, channel, payload) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let mut lines = LineKeeper::new(tx, run, &events)?;
    let mut points = PointKeeper::new(tx, run)?;
    // Earlier ones would be dropped as soon as they were published: who wants them reads the index.
    let unpublished = events.len().saturating_sub(Hub::HELD);
    for (at, event) in events.into_iter().enumerate() {
        state.apply(&event);
        *numbers += 1;
        let (seq, channel) = (*numbers, event.channel());
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
            stored.push(Stored::new(seq, channel, run_id.clone(), &payload));
        }
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
