//! Events that memory no longer holds, read from the index in the order of their numbers.

use std::sync::Arc;

use rusqlite::{Connection, Row, params};

use super::hub::Stored;
use super::{ServerError, journal, lines};
use crate::event::{Channel, Event, RunId, Seq};

/// Which events a client wants.
#[derive(Clone, Debug)]
pub struct Selection {
    pub channels: Vec<Channel>,
    /// The only run; `None` for all of them.
    pub run_id: Option<RunId>,
}

impl Selection {
    /// Whether an event of `channel` and `run_id` is wanted.
    pub fn takes(&self, channel: Channel, run_id: &RunId) -> bool {
        self.channels.contains(&channel) && self.run_id.as_ref().is_none_or(|id| id == run_id)
    }
}

/// Up to `limit` of the selected events after number `after`, and the number up to which
/// nothing selected is left out.
pub fn after(
    index: &Connection,
    after: Seq,
    selection: &Selection,
    limit: usize,
) -> Result<(Vec<Arc<Stored>>, Seq), ServerError> {
    let run = match &selection.run_id {
        Some(run_id) => match journal::key(index, run_id)? {
            Some(run) => Some(run),
            // Deleted meanwhile: nothing more comes of it.
            None => return Ok((Vec::new(), journal::latest(index)?)),
        },
        None => None,
    };
    let mut events = Vec::new();
    // Events and lines are two tables, each in the order of its numbers: what is read of
    // either is complete up to its last number, or to the end where the table had no more.
    let mut complete = journal::latest(index)?;
    let wanted = |channel| selection.channels.contains(&channel);
    if wanted(Channel::Training) || wanted(Channel::Progress) {
        let found = stored_events(index, after, run, limit)?;
        if found.len() == limit {
            complete = found.last().map_or(complete, |event| event.seq);
        }
        events.extend(found.into_iter().filter(|event| wanted(event.channel)));
    }
    if wanted(Channel::Logs) {
        let found = stored_lines(index, after, run, limit)?;
        if found.len() == limit {
            complete = found
                .last()
                .map_or(complete, |event| complete.min(event.seq));
        }
        events.extend(found);
    }
    events.retain(|event| event.seq <= complete);
    events.sort_unstable_by_key(|event| event.seq);
    if events.len() > limit {
        events.truncate(limit);
        complete = events.last().map_or(complete, |event| event.seq);
    }
    Ok((events.into_iter().map(Arc::new).collect(), complete))
}

fn stored_events(
    index: &Connection,
    after: Seq,
    run: Option<journal::RunKey>,
    limit: usize,
) -> Result<Vec<Stored>, ServerError> {
    let sql = format!(
        "SELECT seq, run_id, channel, payload FROM events JOIN runs USING (run)
         WHERE seq > ?1 {} ORDER BY seq LIMIT ?2",
        only(run)
    );
    let stored = |row: &Row<'_>| {
        let (run_id, channel): (String, usize) = (row.get(1)?, row.get(2)?);
        Ok(RunId::parse(&run_id)
            .zip(Channel::ALL.get(channel).copied())
            .map(|(run_id, channel)| (run_id, channel, row.get(0), row.get(3))))
    };
    let mut rows = index.prepare_cached(&sql)?;
    let rows = rows.query_map(params![after, limit as u64], stored)?;
    let mut found = Vec::new();
    for row in rows {
        if let Some((run_id, channel, seq, json)) = row? {
            found.push(Stored {
                seq: seq?,
                channel,
                run_id,
                json: json?,
            });
        }
    }
    Ok(found)
}

fn stored_lines(
    index: &Connection,
    after: Seq,
    run: Option<journal::RunKey>,
    limit: usize,
) -> Result<Vec<Stored>, ServerError> {
    let sql = format!(
        "SELECT {}, seq, time, run_id FROM lines JOIN runs USING (run)
         WHERE seq > ?1 {} ORDER BY seq LIMIT ?2",
        lines::COLUMNS,
        only(run)
    );
    let mut rows = index.prepare_cached(&sql)?;
    let mut rows = rows.query(params![after, limit as u64])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let data = lines::entry(row)?;
        let (seq, time, run_id): (Seq, i64, String) =
            (row.get("seq")?, row.get("time")?, row.get("run_id")?);
        let Some(run_id) = RunId::parse(&run_id) else {
            continue;
        };
        let event = Event::LogEntry {
            run_id: run_id.clone(),
            data,
            timestamp: super::time::from_number(time),
        };
        found.push(Stored {
            seq,
            channel: Channel::Logs,
            json: journal::json(&event)?,
            run_id,
        });
    }
    Ok(found)
}

/// The condition that leaves one run only. A key is a number of our own making.
fn only(run: Option<journal::RunKey>) -> String {
    run.map_or(String::new(), |run| format!("AND run = {run}"))
}
