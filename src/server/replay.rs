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
mod tests {
    use super::*;
    use crate::event::{LogEntry, Stream, TrainingUpdate};
    use crate::run::Manifest;
    use crate::server::Journal;
    use crate::server::journal::{Bookmark, Piece};

    fn journal() -> (tempfile::TempDir, Journal, [RunId; 2]) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("index.sqlite")).unwrap();
        let runs =
            ["20250101-000000-aaaa", "20250101-000001-bbbb"].map(|id| RunId::parse(id).unwrap());
        let manifests = runs.clone().map(Manifest::unreadable);
        journal.register(&manifests, true).unwrap();
        (folder, journal, runs)
    }

    /// A line, what it states, and how far the run is with it.
    fn line(run_id: &RunId, line: u64) -> Vec<Event> {
        let timestamp = "2025-01-01T00:00:02.000000Z".to_owned();
        let log = Event::LogEntry {
            run_id: run_id.clone(),
            data: LogEntry {
                line,
                stream: Stream::Stdout,
                level: crate::event::Level::Info,
                message: format!("line {line}"),
                replaces: None,
                colours: Vec::new(),
            },
            timestamp: timestamp.clone(),
        };
        let update = Event::TrainingUpdate {
            run_id: run_id.clone(),
            data: TrainingUpdate {
                epoch: Some(line),
                ..TrainingUpdate::default()
            },
            timestamp: timestamp.clone(),
        };
        let progress = Event::Progress {
            run_id: run_id.clone(),
            epoch: Some(line),
            progress_percent: line as f64,
            timestamp,
        };
        // Not every line states the same.
        [
            Some(log),
            line.is_multiple_of(2).then_some(update),
            line.is_multiple_of(3).then_some(progress),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn piece(from: u64, events: Vec<Event>) -> Piece {
        Piece {
            from,
            bookmark: Bookmark {
                offset: from + 1,
                memory: "{}".into(),
            },
            first: None,
            events,
            sources: Vec::new(),
        }
    }

    #[test]
    fn memory_and_index_tell_the_same_after_every_number_and_for_every_selection() {
        let (_folder, journal, runs) = journal();
        for n in 0..24 {
            let run = &runs[(n / 5 % 2) as usize];
            let from = journal.bookmark(run).unwrap().unwrap().offset;
            journal.append(run, piece(from, line(run, n))).unwrap();
        }
        let everything = Selection {
            channels: Channel::ALL.to_vec(),
            run_id: None,
        };
        let (all, latest) = journal.after(0, &everything, 1000).unwrap();
        assert_eq!(all.last().unwrap().seq, latest);
        let first = all[0].seq;
        assert!(all.windows(2).all(|pair| pair[0].seq + 1 == pair[1].seq));

        let subsets = (1..8).map(|bits: usize| {
            let wanted = |at: &usize| bits & (1 << at) != 0;
            (0..3)
                .filter(wanted)
                .map(|at| Channel::ALL[at])
                .collect::<Vec<_>>()
        });
        for channels in subsets {
            for run_id in [None, Some(runs[0].clone()), Some(runs[1].clone())] {
                let selection = Selection {
                    channels: channels.clone(),
                    run_id,
                };
                for begin in first - 1..=latest {
                    let wanted: Vec<Seq> = all
                        .iter()
                        .filter(|event| {
                            event.seq > begin && selection.takes(event.channel, &event.run_id)
                        })
                        .map(|event| event.seq)
                        .collect();
                    for limit in [1, 4, 1000] {
                        let told = |next: &dyn Fn(Seq) -> (Vec<Arc<Stored>>, Seq)| {
                            let (mut told, mut cursor) = (Vec::new(), begin);
                            while cursor < latest {
                                let (events, seen) = next(cursor);
                                assert!(seen > cursor, "it stands still at {cursor}");
                                told.extend(events.iter().map(|event| event.seq));
                                cursor = seen;
                            }
                            told
                        };
                        let of_memory =
                            told(&|cursor| journal.after(cursor, &selection, limit).unwrap());
                        let read =
                            |cursor| journal.read(|index| after(index, cursor, &selection, limit));
                        let of_index = told(&|cursor| read(cursor).unwrap());
                        assert_eq!(of_memory, wanted, "memory: {selection:?} after {begin}");
                        assert_eq!(of_index, wanted, "index: {selection:?} after {begin}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_two_read_is_entered_once() {
        let (_folder, journal, [run, _]) = journal();
        journal.append(&run, piece(0, line(&run, 1))).unwrap();
        let latest = journal.bell().borrow().latest;
        let twice = journal.append(&run, piece(0, line(&run, 1))).unwrap_err();
        assert!(matches!(twice, ServerError::Conflict(_)), "{twice}");
        assert_eq!(journal.bell().borrow().latest, latest);
        journal.append(&run, piece(1, line(&run, 2))).unwrap();
        // What the refused one had counted already is not in the state.
        let state = journal.read(|index| journal::state(index, &run)).unwrap();
        assert_eq!((state.lines, state.epoch), (2, Some(2)));
        // One that was forgotten takes nothing more, and nothing of it is told, erased or not.
        journal.forget(&run).unwrap();
        let late = journal.append(&run, piece(2, line(&run, 3))).unwrap_err();
        assert!(matches!(late, ServerError::NotFound(_)), "{late}");
        let everything = Selection {
            channels: Channel::ALL.to_vec(),
            run_id: None,
        };
        let told = |limit| {
            journal
                .read(|index| after(index, 0, &everything, limit))
                .unwrap()
        };
        let before = told(1);
        journal
            .register(&[Manifest::unreadable(run.clone())], true)
            .unwrap();
        assert_eq!(journal.bookmark(&run).unwrap().unwrap().offset, 0);
        journal.sweep().unwrap();
        assert_eq!(told(1).0[0].seq, before.0[0].seq);
        assert_eq!(told(100).0.len(), 2, "the start of each run");
    }
}
