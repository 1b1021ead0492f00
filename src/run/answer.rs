//! What calls about runs are answered with.

use serde::{Deserialize, Serialize};

use super::{Manifest, Point, RunState};
use crate::event::{LogEntry, RunId, Seq, Status, Value};

/// A run that was just started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Started {
    pub run_id: RunId,
    /// Process id of the trainer; null where it was never known.
    pub pid: Option<i32>,
    pub status: Status,
}

/// A run that was asked to end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stopped {
    pub run_id: RunId,
    /// `stopping`, or `stopped` where it has ended already.
    pub status: Status,
}

/// Where a run stands; what was never reported is null.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrainingStatus {
    pub status: Status,
    pub run_id: Option<RunId>,
    pub epoch: Option<u64>,
    pub total_epochs: Option<u64>,
    pub progress_percent: Option<f64>,
    pub generator_loss: Option<Value>,
    pub discriminator_loss: Option<Value>,
    pub real_scores: Option<Value>,
    pub fake_scores: Option<Value>,
    pub started_at: Option<String>,
    pub elapsed_seconds: Option<f64>,
    pub message: Option<String>,
}

/// A part of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunList {
    /// Runs that match, of which `runs` is a page.
    pub total: u64,
    pub runs: Vec<RunRow>,
}

/// A run in the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRow {
    pub run_id: RunId,
    pub name: String,
    pub status: Status,
    pub trainer: String,
    pub data_source: Option<String>,
    pub epoch: Option<u64>,
    pub total_epochs: Option<u64>,
    pub generator_loss: Option<Value>,
    pub discriminator_loss: Option<Value>,
    pub started_at: String,
    pub ended_at: Option<String>,
    pub elapsed_seconds: Option<f64>,
    pub tags: Vec<String>,
}

/// One run with all that is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunDetail {
    pub run_id: RunId,
    pub status: Status,
    pub manifest: Manifest,
    pub state: RunState,
    /// Names of the metrics that it reported.
    pub metrics: Vec<String>,
    /// How the recorder says it ended: exit code or signal, peak memory and the like.
    pub ended: Option<serde_json::Value>,
}

/// The points of some metrics of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeriesAnswer {
    pub run_id: RunId,
    /// The points hold all that was said up to this event.
    pub as_of: Seq,
    pub series: Vec<MetricSeries>,
}

/// The points of one metric, in the order of their report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricSeries {
    pub metric: String,
    /// How many points lie in the window, before decimation.
    pub total: u64,
    pub points: Vec<Point>,
}

/// Log lines of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogPage {
    pub run_id: RunId,
    /// Lines that the run has written so far.
    pub total: u64,
    pub lines: Vec<LogEntry>,
}
