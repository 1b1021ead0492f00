//! All that the page shows of a run, as of one event, so that a stream can continue it.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::{Axis, Manifest, Point, RunState, SeriesSet};
use crate::event::{Event, LogEntry, RunId, Seq};

/// The last log lines of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LogTail(pub VecDeque<LogEntry>);

impl LogTail {
    /// Lines kept for the page.
    pub const KEPT: usize = 400;

    /// Adds a line in the place of the one that it is drawn over, and drops the oldest when
    /// there are too many.
    pub fn push(&mut self, entry: LogEntry) {
        if let Some(replaced) = entry.replaces {
            // It is one of the last: only lines of the other stream can stand between.
            if let Some(at) = self.0.iter().rposition(|kept| kept.line == replaced) {
                self.0.remove(at);
            }
        }
        self.0.push_back(entry);
        if self.0.len() > Self::KEPT {
            self.0.pop_front();
        }
    }
}

/// What the page shows of a run, as of the event `as_of`: whoever holds a view asks the
/// stream for what came after it, and misses nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunView {
    pub as_of: Seq,
    pub state: RunState,
    /// What was started; `None` where there is no run yet.
    pub manifest: Option<Manifest>,
    #[serde(with = "super::columns")]
    pub series: SeriesSet,
    pub log: LogTail,
    /// Runs that are active, this one among them or not.
    #[serde(default)]
    pub active: BTreeSet<RunId>,
    /// How many runs may be active at the same time.
    #[serde(default)]
    pub active_most: u64,
    /// How many epochs may be asked for.
    #[serde(default)]
    pub epochs_most: u64,
    /// When this was told, by the server's clock: RFC 3339, UTC.
    #[serde(default)]
    pub told_at: String,
}

impl RunView {
    /// The view of a newer run, from its first event on; what is not about one run stays.
    pub fn turned_to(&self, run_id: RunId, started_at: String) -> Self {
        Self {
            as_of: self.as_of,
            state: RunState::started(run_id, started_at),
            active: self.active.clone(),
            active_most: self.active_most,
            epochs_most: self.epochs_most,
            ..Self::default()
        }
    }

    /// Folds the event number `seq` in. An event that the view already holds changes
    /// nothing, and one of another run only what is active.
    pub fn apply(&mut self, seq: Seq, event: &Event) {
        if seq <= self.as_of {
            return;
        }
        self.as_of = seq;
        self.note_active(event);
        if self.state.run_id.as_ref() != Some(event.run_id()) {
            return;
        }
        self.state.apply(event);
        match event {
            Event::TrainingUpdate {
                data, timestamp, ..
            } => self.series.push(data, timestamp),
            Event::LogEntry { data, .. } => self.log.push(data.clone()),
            Event::Progress { .. } | Event::StatusUpdate { .. } => {}
        }
    }

    /// Points of the run on `axis`.
    pub fn lay(&self, axis: Axis, points: &[Point]) -> Vec<Point> {
        let started_at = self.state.started_at.as_deref().unwrap_or_default();
        axis.lay(points, started_at, self.state.total_steps)
    }

    /// Takes in a state that comes under the number of the last event: what the server cannot store has none of its own.
    pub fn restate(&mut self, event: &Event) {
        self.note_active(event);
        self.state.apply(event);
    }

    fn note_active(&mut self, event: &Event) {
        if let Event::StatusUpdate { run_id, data, .. } = event {
            if data.status.is_active() {
                self.active.insert(run_id.clone());
            } else {
                self.active.remove(run_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Level, Status, StatusUpdate, Stream, TrainingUpdate, Value};
    use proptest::prelude::*;

    fn run_id() -> RunId {
        RunId::parse("20250824-181433-a1b2").unwrap()
    }

    fn fresh() -> RunView {
        RunView {
            state: RunState::started(run_id(), "t".into()),
            ..RunView::default()
        }
    }

    /// Any event that a run can say; log lines are numbered afterwards.
    fn event() -> impl Strategy<Value = Event> {
        let value = || {
            let number =
                prop_oneof![4 => -1e3..1e3f64, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)];
            prop::option::of(number.prop_map(Value))
        };
        let count = || prop::option::of(0u64..50);
        let status = prop::sample::select(vec![
            Status::Running,
            Status::Stopping,
            Status::Completed,
            Status::Lost,
        ]);
        prop_oneof![
            (count(), count(), value(), value(), value()).prop_map(|(epoch, step, g, d, lr)| {
                Event::TrainingUpdate {
                    run_id: run_id(),
                    data: TrainingUpdate {
                        epoch,
                        step,
                        generator_loss: g,
                        discriminator_loss: d,
                        other: lr.map(|lr| ("lr".to_owned(), lr)).into_iter().collect(),
                        ..TrainingUpdate::default()
                    },
                    timestamp: "2025-08-24T18:14:33Z".into(),
                }
            }),
            (count(), 0.0..100.0f64).prop_map(|(epoch, progress_percent)| Event::Progress {
                run_id: run_id(),
                epoch,
                progress_percent,
                timestamp: "2025-08-24T18:14:34Z".into(),
            }),
            (status, any::<bool>()).prop_map(|(status, stalled)| Event::StatusUpdate {
                run_id: run_id(),
                data: StatusUpdate {
                    status,
                    message: status.name().into(),
                    stalled,
                    ..StatusUpdate::default()
                },
                timestamp: "2025-08-24T18:14:35Z".into(),
            }),
            prop::option::of(1u64..4).prop_map(|back| Event::LogEntry {
                run_id: run_id(),
                data: LogEntry {
                    line: 0,
                    stream: Stream::Stdout,
                    level: Level::Info,
                    message: "m".into(),
                    replaces: back,
                    colours: Vec::new(),
                },
                timestamp: "2025-08-24T18:14:36Z".into(),
            }),
        ]
    }

    /// Numbers the log lines, and lets each that replaces name a line before it.
    fn numbered(mut events: Vec<Event>) -> Vec<Event> {
        let mut line = 0;
        for event in &mut events {
            if let Event::LogEntry { data, .. } = event {
                line += 1;
                data.line = line;
                data.replaces = data
                    .replaces
                    .filter(|back| *back < line)
                    .map(|back| line - back);
            }
        }
        events
    }

    proptest! {
        /// However a stream is split, a part repeated, and a view sent over the wire between
        /// two parts, the view is the same.
        #[test]
        fn splits_and_repeats_change_nothing(
            events in prop::collection::vec(event(), 0..120).prop_map(numbered),
            splits in prop::collection::vec((0usize..120, 0usize..5), 0..8),
        ) {
            let (mut whole, mut split) = (fresh(), fresh());
            let fold = |view: &mut RunView, from: usize, upto: usize| {
                for (at, event) in events.iter().enumerate().take(upto).skip(from) {
                    view.apply(at as Seq + 1, event);
                }
            };
            fold(&mut whole, 0, events.len());
            for (upto, repeated) in splits.into_iter().chain([(events.len(), 2)]) {
                let seen = split.as_of as usize;
                fold(&mut split, seen.saturating_sub(repeated), upto);
                let sent = serde_json::to_string(&split).unwrap();
                split = serde_json::from_str(&sent).unwrap();
            }
            prop_assert_eq!(whole, split);
        }
    }

    #[test]
    fn a_progress_bar_is_one_line_of_the_tail() {
        let mut tail = LogTail::default();
        for (line, replaces) in [(1, None), (2, Some(1)), (3, None), (4, Some(2))] {
            tail.push(LogEntry {
                line,
                stream: Stream::Stderr,
                level: Level::Info,
                message: String::new(),
                replaces,
                colours: Vec::new(),
            });
        }
        let lines: Vec<u64> = tail.0.iter().map(|entry| entry.line).collect();
        assert_eq!(lines, [3, 4]);
    }
}
