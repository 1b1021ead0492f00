//! All that the page shows of a run, as of one event, so that a stream can continue it.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{Manifest, RunState, SeriesSet};
use crate::event::{Event, LogEntry, Seq};

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
    pub series: SeriesSet,
    pub log: LogTail,
}

impl RunView {
    /// Folds the event number `seq` in. An event that the view already holds changes
    /// nothing, and neither does one of another run.
    pub fn apply(&mut self, seq: Seq, event: &Event) {
        if seq <= self.as_of {
            return;
        }
        self.as_of = seq;
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{RunId, TrainingUpdate, Value};
    use proptest::prelude::*;

    fn event(epoch: u64) -> Event {
        Event::TrainingUpdate {
            run_id: RunId::parse("20250824-181433-a1b2").unwrap(),
            data: TrainingUpdate {
                epoch: Some(epoch),
                generator_loss: Some(Value(epoch as f64)),
                ..TrainingUpdate::default()
            },
            timestamp: "t".into(),
        }
    }

    proptest! {
        /// However a stream is split, and however often a part is repeated, the view is the same.
        #[test]
        fn repeats_change_nothing(splits in prop::collection::vec(1u64..50, 1..10)) {
            let run_id = RunId::parse("20250824-181433-a1b2").unwrap();
            let fresh = || RunView {
                state: RunState::started(run_id.clone(), "t".into()),
                ..RunView::default()
            };
            let (mut whole, mut split) = (fresh(), fresh());
            (1..=50).for_each(|seq| whole.apply(seq, &event(seq)));
            for upto in splits.into_iter().chain([50]) {
                let from = split.as_of.saturating_sub(3).max(1);
                (from..=upto).for_each(|seq| split.apply(seq, &event(seq)));
            }
            prop_assert_eq!(whole, split);
        }
    }
}
