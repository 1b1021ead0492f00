//! Events that memory no longer holds, read from the index in the order of their numbers.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::forgetting::FORGOTTEN;
use super::hub::Stored;
use super::journal::{self, RunKey};
use super::{ServerError, index, lines};
use crate::event::{Channel, Event, RunId, Seq};
use crate::run::Moment;

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

/// The part of a table that is read.
struct Stretch {
    /// The only run; `None` for all that were not forgotten.
    run: Option<RunKey>,
    after: Seq,
    last: Seq,
}

impl Stretch {
    /// Where the events of a run after number `after` may be; `None` for one that is not in the index.
    fn of(index: &Connection, run_id: &RunId, after: Seq) -> Result<Option<Self>, ServerError> {
        let found = index
            .prepare_cached("SELECT run, first, last FROM runs WHERE run_id = ?1")?
            .query_row([run_id.as_str()], |row| {
                let first: Seq = row.get(1)?;
                Ok(Self {
                    run: Some(row.get(0)?),
                    after: after.max(first - 1),
                    last: row.get(2)?,
                })
            });
        Ok(found.optional()?)
    }

    /// The words that read it, in the order of the numbers: so it is said in which order the tables are gone
    /// through, and that no index is to be used, which would sort what is sorted. What is not wanted is left out
    /// here, and does not count towards a limit.
    fn select(&self, columns: &str, table: &str) -> String {
        let condition = match self.run {
            Some(_) => "+run = ?4".to_owned(),
            None => format!("?4 IS NULL AND run_id NOT GLOB '{FORGOTTEN}*'"),
        };
        format!(
            "SELECT {columns} FROM {table} CROSS JOIN runs USING (run)
             WHERE seq > ?1 AND seq <= ?2 AND {condition} ORDER BY seq LIMIT ?3"
        )
    }

    /// The values of its places.
    fn values(&self, limit: usize) -> impl Params {
        (self.after, self.last, limit as u64, self.run)
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
    // Events and lines are two tables, each in the order of its numbers: what is read of
    // either is complete up to its last number, or to the end where the table had no more.
    let mut complete = index::latest(index)?;
    let stretch = match &selection.run_id {
        Some(run_id) => match Stretch::of(index, run_id, after)? {
            Some(stretch) => stretch,
            // Deleted meanwhile: nothing more comes of it.
            None => return Ok((Vec::new(), complete)),
        },
        None => Stretch {
            run: None,
            after,
            last: complete,
        },
    };
    let mut events = Vec::new();
    let wanted = |channel| selection.channels.contains(&channel);
    if wanted(Channel::Training) || wanted(Channel::Progress) {
        let found = stored_events(index, &stretch, limit)?;
        if found.len() == limit {
            complete = found.last().map_or(complete, |event| event.seq);
        }
        events.extend(found.into_iter().filter(|event| wanted(event.channel)));
    }
    if wanted(Channel::Logs) {
        let found = stored_lines(index, &stretch, limit)?;
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
    stretch: &Stretch,
    limit: usize,
) -> Result<Vec<Stored>, ServerError> {
    let sql = stretch.select("seq, run_id, channel, payload", "events");
    let stored = |row: &Row<'_>| {
        let (run_id, channel): (String, usize) = (row.get(1)?, row.get(2)?);
        Ok(RunId::parse(&run_id)
            .zip(Channel::ALL.get(channel).copied())
            .map(|(run_id, channel)| (run_id, channel, row.get(0), row.get(3))))
    };
    let mut rows = index.prepare_cached(&sql)?;
    let rows = rows.query_map(stretch.values(limit), stored)?;
    let mut found = Vec::new();
    for row in rows {
        if let Some((run_id, channel, seq, json)) = row? {
            let json: String = json?;
            found.push(Stored::new(seq?, channel, run_id, &json));
        }
    }
    Ok(found)
}

fn stored_lines(
    index: &Connection,
    stretch: &Stretch,
    limit: usize,
) -> Result<Vec<Stored>, ServerError> {
    let columns = format!("{}, seq, time, run_id", lines::COLUMNS);
    let mut rows = index.prepare_cached(&stretch.select(&columns, "lines"))?;
    let mut rows = rows.query(stretch.values(limit))?;
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
            timestamp: Moment(time).to_string(),
        };
        let json = journal::json(&event)?;
        found.push(Stored::new(seq, Channel::Logs, run_id, &json));
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
