//! What comes after a number, whatever was forgotten meanwhile.

use super::*;
use crate::event::{LogEntry, Stream, TrainingUpdate};
use crate::run::Manifest;
use crate::server::Journal;
use crate::server::journal::{Bookmark, Piece};

fn journal() -> (tempfile::TempDir, Journal, [RunId; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(&folder.path().join("index.sqlite")).unwrap();
    let runs = ["20250101-000000-aaaa", "20250101-000001-bbbb"].map(|id| RunId::parse(id).unwrap());
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
