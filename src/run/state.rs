//! The reducer: what a run's events add up to, the same on the server and in the browser.

use serde::{Deserialize, Serialize};

use super::seconds;
use crate::event::{Event, RunId, Status, TrainingUpdate, Value};

/// The present state of a run: the last that it said of each thing. A value that was
/// never reported is `None`, and never filled in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunState {
    pub run_id: Option<RunId>,
    pub status: Status,
    /// One sentence on the last change of status.
    pub message: Option<String>,
    /// Alive, but silent for longer than is usual.
    pub stalled: bool,
    pub epoch: Option<u64>,
    pub total_epochs: Option<u64>,
    pub step: Option<u64>,
    pub total_steps: Option<u64>,
    pub progress_percent: Option<f64>,
    pub generator_loss: Option<Value>,
    pub discriminator_loss: Option<Value>,
    pub real_scores: Option<Value>,
    pub fake_scores: Option<Value>,
    /// RFC 3339, UTC.
    pub started_at: Option<String>,
    /// RFC 3339, UTC; of a run that ended.
    pub ended_at: Option<String>,
    /// When the run last said anything.
    pub heard_at: Option<String>,
    /// When it was last told how far the run is.
    pub progressed_at: Option<String>,
    /// Lines written so far.
    pub lines: u64,
}

impl RunState {
    /// A run that was just started.
    pub fn started(run_id: RunId, started_at: String) -> Self {
        Self {
            run_id: Some(run_id),
            started_at: Some(started_at),
            ..Self::default()
        }
    }

    /// Whether its trainer counts by steps alone.
    pub fn is_by_steps(&self) -> bool {
        self.epoch.is_none() && self.step.is_some()
    }

    /// How far the run is, in percent: as was reported, or by its steps where those are all that it counts.
    pub fn percent(&self) -> Option<f64> {
        let by_steps = || {
            let (step, total) = (self.step?, self.total_steps?);
            let is_whole = self.is_by_steps() && (1..=total).contains(&step);
            is_whole.then(|| 100.0 * step as f64 / total as f64)
        };
        self.progress_percent.or_else(by_steps)
    }

    /// How long the run took to where it was last told to be, in seconds.
    pub fn elapsed_by_progress(&self) -> Option<f64> {
        let at = |time: &Option<String>| time.as_deref().and_then(seconds);
        let passed = at(&self.progressed_at)? - at(&self.started_at)?;
        Some(passed.max(0.0))
    }

    /// How long the run took, or has taken so far, in seconds. `now` is the time by the server's clock; without it the
    /// run's last word counts.
    pub fn elapsed(&self, now: Option<f64>) -> Option<f64> {
        let at = |time: &Option<String>| time.as_deref().and_then(seconds);
        let started = at(&self.started_at)?;
        let heard = at(&self.heard_at).unwrap_or(started);
        let until = at(&self.ended_at).unwrap_or_else(|| now.unwrap_or(heard).max(heard));
        Some((until - started).max(0.0))
    }

    /// Folds one event in. Events of another run change nothing.
    pub fn apply(&mut self, event: &Event) {
        if self.run_id.as_ref() != Some(event.run_id()) {
            return;
        }
        let before = self.percent();
        // How it stands is said by others.
        if !matches!(event, Event::StatusUpdate { .. }) {
            self.heard_at = Some(event.timestamp().to_owned());
        }
        match event {
            Event::TrainingUpdate { data, .. } => self.report(data),
            Event::Progress {
                epoch,
                progress_percent,
                ..
            } => {
                self.epoch = epoch.or(self.epoch);
                self.drop_passed();
                self.progress_percent = Some(*progress_percent);
            }
            Event::LogEntry { data, .. } => self.lines = self.lines.max(data.line),
            Event::StatusUpdate {
                data, timestamp, ..
            } => {
                self.status = data.status;
                self.message = Some(data.message.clone());
                self.stalled = data.stalled;
                self.ended_at = (!data.status.is_active()).then(|| timestamp.clone());
            }
        }
        if self.percent() != before {
            self.progressed_at = Some(event.timestamp().to_owned());
        }
    }

    fn report(&mut self, update: &TrainingUpdate) {
        self.epoch = update.epoch.or(self.epoch);
        self.total_epochs = update.total_epochs.or(self.total_epochs);
        self.step = update.step.or(self.step);
        self.total_steps = update.total_steps.or(self.total_steps);
        self.generator_loss = update.generator_loss.or(self.generator_loss);
        self.discriminator_loss = update.discriminator_loss.or(self.discriminator_loss);
        self.real_scores = update.real_scores.or(self.real_scores);
        self.fake_scores = update.fake_scores.or(self.fake_scores);
        self.drop_passed();
    }

    /// Forgets totals that are passed: they were those of something else, or wrong.
    fn drop_passed(&mut self) {
        self.total_epochs = self
            .total_epochs
            .filter(|total| self.epoch.is_none_or(|epoch| epoch <= *total));
        self.total_steps = self
            .total_steps
            .filter(|total| self.step.is_none_or(|step| step <= *total));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::StatusUpdate;

    fn id(text: &str) -> RunId {
        RunId::parse(text).unwrap()
    }

    #[test]
    fn steps_tell_how_far_a_run_is_that_counts_nothing_else() {
        let mut state = RunState {
            step: Some(30),
            total_steps: Some(120),
            ..RunState::default()
        };
        assert_eq!(state.percent(), Some(25.0));
        state.step = Some(121);
        assert_eq!(state.percent(), None);
        (state.step, state.epoch) = (Some(30), Some(1));
        assert_eq!(state.percent(), None, "steps of one epoch");
        state.progress_percent = Some(3.0);
        assert_eq!(state.percent(), Some(3.0));
    }

    #[test]
    fn what_was_not_said_again_stays() {
        let run = id("20250824-181433-a1b2");
        let mut state = RunState::started(run.clone(), "2025-08-24T18:14:33Z".into());
        let update = |data| Event::TrainingUpdate {
            run_id: run.clone(),
            data,
            timestamp: "2025-08-24T18:14:34Z".into(),
        };
        state.apply(&update(TrainingUpdate {
            epoch: Some(1),
            generator_loss: Some(Value(0.5)),
            ..TrainingUpdate::default()
        }));
        state.apply(&update(TrainingUpdate {
            discriminator_loss: Some(Value(f64::NAN)),
            ..TrainingUpdate::default()
        }));
        assert_eq!(state.epoch, Some(1));
        assert_eq!(state.generator_loss, Some(Value(0.5)));
        assert_eq!(state.discriminator_loss, Some(Value(f64::NAN)));
        assert_eq!(state.real_scores, None);
    }

    #[test]
    fn lines_alone_do_not_move_when_it_was_told_how_far_the_run_is() {
        let run = id("20250824-181433-a1b2");
        let mut state = RunState::started(run.clone(), "2025-08-24T18:14:00Z".into());
        assert_eq!(state.elapsed_by_progress(), None);
        state.apply(&Event::Progress {
            run_id: run.clone(),
            epoch: Some(1),
            progress_percent: 10.0,
            timestamp: "2025-08-24T18:15:00Z".into(),
        });
        state.apply(&Event::TrainingUpdate {
            run_id: run,
            data: TrainingUpdate {
                generator_loss: Some(Value(0.5)),
                ..TrainingUpdate::default()
            },
            timestamp: "2025-08-24T18:19:00Z".into(),
        });
        assert_eq!(state.elapsed_by_progress(), Some(60.0));
        assert_eq!(state.elapsed(None), Some(300.0));
    }

    #[test]
    fn a_total_that_is_passed_is_none() {
        let run = id("20250824-181433-a1b2");
        let mut state = RunState::started(run.clone(), "2025-08-24T18:14:33Z".into());
        let mut after = |epoch, total_epochs| {
            state.apply(&Event::TrainingUpdate {
                run_id: run.clone(),
                data: TrainingUpdate {
                    epoch: Some(epoch),
                    total_epochs,
                    ..TrainingUpdate::default()
                },
                timestamp: "2025-08-24T18:14:34Z".into(),
            });
            state.total_epochs
        };
        assert_eq!(after(1, Some(2)), Some(2));
        assert_eq!(after(2, None), Some(2));
        assert_eq!(after(10, None), None);
        assert_eq!(after(11, Some(9)), None);
        assert_eq!(after(12, Some(20)), Some(20));
    }

    #[test]
    fn events_of_another_run_change_nothing() {
        let mut state = RunState::started(id("20250824-181433-a1b2"), "t".into());
        let before = state.clone();
        state.apply(&Event::StatusUpdate {
            run_id: id("20250824-181433-zzzz"),
            data: StatusUpdate {
                status: Status::Failed,
                message: "…".into(),
                stalled: false,
                ..StatusUpdate::default()
            },
            timestamp: "t".into(),
        });
        assert_eq!(state, before);
    }
}
