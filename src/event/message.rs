//! What a run says: metrics, progress, log lines and changes of state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{RunId, Value};

/// One thing that a run said, as one JSON object. `timestamp` is RFC 3339 in UTC: the
/// moment at which the trainer's bytes were read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The trainer stated metrics.
    TrainingUpdate {
        run_id: RunId,
        data: TrainingUpdate,
        timestamp: String,
    },
    /// The trainer stated how far it is, or it follows from the epoch and their total.
    Progress {
        run_id: RunId,
        #[serde(skip_serializing_if = "Option::is_none")]
        epoch: Option<u64>,
        progress_percent: f64,
        timestamp: String,
    },
    /// The trainer wrote a line.
    LogEntry {
        run_id: RunId,
        data: LogEntry,
        timestamp: String,
    },
    /// The run changed its state.
    StatusUpdate {
        run_id: RunId,
        data: StatusUpdate,
        timestamp: String,
    },
}

impl Event {
    /// The channel that carries events of this kind.
    pub fn channel(&self) -> Channel {
        match self {
            Self::TrainingUpdate { .. } | Self::StatusUpdate { .. } => Channel::Training,
            Self::Progress { .. } => Channel::Progress,
            Self::LogEntry { .. } => Channel::Logs,
        }
    }

    /// The run that said it.
    pub fn run_id(&self) -> &RunId {
        match self {
            Self::TrainingUpdate { run_id, .. }
            | Self::Progress { run_id, .. }
            | Self::LogEntry { run_id, .. }
            | Self::StatusUpdate { run_id, .. } => run_id,
        }
    }

    /// When it was said.
    pub fn timestamp(&self) -> &str {
        match self {
            Self::TrainingUpdate { timestamp, .. }
            | Self::Progress { timestamp, .. }
            | Self::LogEntry { timestamp, .. }
            | Self::StatusUpdate { timestamp, .. } => timestamp,
        }
    }
}

/// A part of the event stream that a client can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Metrics and changes of state.
    Training,
    /// How far the run is.
    Progress,
    /// Log lines.
    Logs,
}

impl Channel {
    /// All channels, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Training, Self::Progress, Self::Logs];

    /// The channel's name in URLs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::Progress => "progress",
            Self::Logs => "logs",
        }
    }

    /// The channel called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

/// Metrics of one report. A key that the trainer did not state is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrainingUpdate {
    /// As the trainer counts: from 0 or from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_epochs: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_steps: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generator_loss: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discriminator_loss: Option<Value>,
    /// Mean of D(x): what the discriminator makes of real samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub real_scores: Option<Value>,
    /// Mean of D(G(z)): what it makes of generated ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fake_scores: Option<Value>,
    /// Further metrics, by the trainer's own names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub other: BTreeMap<String, Value>,
}

impl TrainingUpdate {
    /// Names of the four metrics that every GAN has, as they stand in events and calls.
    pub const METRICS: [&'static str; 4] = [
        "generator_loss",
        "discriminator_loss",
        "real_scores",
        "fake_scores",
    ];

    /// Every metric stated, by name: the four, then the others.
    pub fn metrics(&self) -> impl Iterator<Item = (&str, Value)> {
        let four = [
            self.generator_loss,
            self.discriminator_loss,
            self.real_scores,
            self.fake_scores,
        ];
        let stated = Self::METRICS.into_iter().zip(four);
        stated
            .filter_map(|(name, value)| Some((name, value?)))
            .chain(
                self.other
                    .iter()
                    .map(|(name, value)| (name.as_str(), *value)),
            )
    }

    /// Where the report stands on the chart's axis: the epoch, with the part of it that
    /// steps tell; where no epoch is known, the step.
    pub fn position(&self) -> Option<f64> {
        match (self.epoch, self.step, self.total_steps) {
            (Some(epoch), Some(step), Some(total)) if total > 0 && step <= total => {
                Some(epoch as f64 + step as f64 / total as f64)
            }
            (Some(epoch), _, _) => Some(epoch as f64),
            (None, step, _) => step.map(|step| step as f64),
        }
    }

    /// How far the run is, in percent, where the trainer stated an epoch and their total.
    pub fn percent(&self) -> Option<f64> {
        let (epoch, total) = (self.epoch?, self.total_epochs?);
        (total > 0 && epoch <= total).then(|| 100.0 * epoch as f64 / total as f64)
    }
}

/// One line of a run's output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Its number in the run, from 1; a line ends at `\n` or `\r`.
    pub line: u64,
    pub stream: Stream,
    pub level: Level,
    /// The text, without terminal codes; very long lines are cut here, not in the log file.
    pub message: String,
    /// The earlier line that this one is drawn over, as the states of a progress bar are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<u64>,
    /// Where the terminal would have shown the text in colour.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub colours: Vec<Colour>,
}

/// A coloured part of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colour {
    /// Bytes of the message: from, and up to but without.
    pub start: u32,
    pub end: u32,
    /// Words such as `bold`, `red` or `bright-blue`, with spaces between.
    pub style: String,
}

/// The stream that a line was written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    Stdout,
    Stderr,
}

/// How urgent a line looks. Taken from the words in it, not from its stream: Python's
/// `logging` writes everything to stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Debug,
    Info,
    Warning,
    Error,
}

impl Level {
    /// The level's name on the wire and on the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A change of state, and why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StatusUpdate {
    pub status: Status,
    /// One sentence for people.
    pub message: String,
    /// The run is alive, but has printed nothing for long.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stalled: bool,
    /// The number that was asked for is of another index: what the client has is to be
    /// fetched anew, and this is the present state.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anew: bool,
}

/// Where a run stands in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// There is no run yet.
    #[default]
    Idle,
    Running,
    /// A stop was asked for, and the trainer has not ended yet.
    Stopping,
    /// The trainer ended by itself with exit code 0.
    Completed,
    /// The trainer ended in any other way that nobody asked for.
    Failed,
    /// The trainer ended because somebody asked for it.
    Stopped,
    /// The recorder vanished: nobody knows how the trainer ended.
    Lost,
}

impl Status {
    /// The status' name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::Lost => "lost",
        }
    }

    /// The status called `name`.
    pub fn named(name: &str) -> Option<Self> {
        [
            Self::Idle,
            Self::Running,
            Self::Stopping,
            Self::Completed,
            Self::Failed,
            Self::Stopped,
            Self::Lost,
        ]
        .into_iter()
        .find(|status| status.name() == name)
    }

    /// Whether the trainer may still be alive.
    pub fn is_active(self) -> bool {
        matches!(self, Self::Running | Self::Stopping)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_training_update_has_the_documented_form() {
        let event = Event::TrainingUpdate {
            run_id: RunId::parse("20250824-181433-a1b2").unwrap(),
            data: TrainingUpdate {
                epoch: Some(1),
                total_epochs: Some(10),
                generator_loss: Some(Value(1.2345)),
                fake_scores: Some(Value(f64::NAN)),
                ..TrainingUpdate::default()
            },
            timestamp: "2025-08-24T18:14:33.734935Z".into(),
        };
        assert_eq!(
            serde_json::to_string(&event).unwrap(),
            r#"{"type":"training_update","run_id":"20250824-181433-a1b2","data":{"epoch":1,"total_epochs":10,"generator_loss":1.2345,"fake_scores":"NaN"},"timestamp":"2025-08-24T18:14:33.734935Z"}"#
        );
    }

    #[test]
    fn progress_has_no_data_object() {
        let json = r#"{"type":"progress","run_id":"20250824-181433-a1b2","epoch":1,"progress_percent":10.0,"timestamp":"t"}"#;
        let event: Event = serde_json::from_str(json).unwrap();
        assert_eq!(event.channel(), Channel::Progress);
        assert_eq!(serde_json::to_string(&event).unwrap(), json);
    }

    #[test]
    fn steps_place_a_report_within_its_epoch() {
        let update = TrainingUpdate {
            epoch: Some(3),
            step: Some(25),
            total_steps: Some(100),
            ..TrainingUpdate::default()
        };
        assert_eq!(update.position(), Some(3.25));
    }
}
