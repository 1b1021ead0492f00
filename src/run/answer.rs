//! What calls about runs are answered with.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{DataState, Manifest, MetricSource, Point, RunState, SeriesSet};
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
    /// Metrics besides the losses that runs of this page reported: what can be asked for as a column.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub metrics: BTreeSet<String>,
    /// Present while run folders are being read into the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
}

/// How far the reading of run folders is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub done: u64,
    pub total: u64,
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
    pub notes: String,
    /// What is wrong with the run's folder.
    pub damage: Option<String>,
    /// The value of each column of metrics that was asked for, as far as the run reported one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, Value>,
}

/// Most synthetic rows of one download.
pub const SYNTHETIC_ROWS_MOST: u64 = 1_000_000;

/// Metrics that can come with the runs of a list.
pub const COLUMNS_MOST: usize = 20;

/// One run with all that is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunDetail {
    pub run_id: RunId,
    pub status: Status,
    pub manifest: Manifest,
    pub state: RunState,
    pub elapsed_seconds: Option<f64>,
    /// Names of the metrics that it reported.
    pub metrics: Vec<String>,
    /// How each of them was first found.
    pub sources: Vec<MetricSource>,
    /// How the recorder says it ended.
    pub ended: Option<EndReport>,
    /// The last lines of a run that failed or was lost.
    pub last_lines: Vec<LogEntry>,
    pub samples: Vec<Sample>,
    /// Whether synthetic rows can be drawn from a checkpoint of it.
    pub draws: bool,
    /// Whole epochs that it came to, where it is over and a training can go on from there.
    #[serde(default)]
    pub goes_on_from: Option<u64>,
    /// Whether its data source is still what it was trained on; absent where it had none.
    #[serde(default)]
    pub data_state: Option<DataState>,
    /// What is wrong with the run's folder.
    pub damage: Option<String>,
}

/// How a run ended, as its recorder saw it: the content of `exit.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EndReport {
    pub exit_code: Option<i32>,
    /// Name of the signal that ended it.
    pub signal: Option<String>,
    /// RFC 3339, UTC.
    pub ended_at: String,
    /// Who asked for the end: `dashboard`, `terminal` or `signal`.
    pub asked_by: Option<String>,
    /// Largest resident set of any one of its processes.
    pub peak_memory_bytes: Option<u64>,
    /// Whether the system killed one of its processes to regain memory.
    pub out_of_memory: bool,
    /// Bytes of output that found no room on the disk.
    pub lost_bytes: u64,
    /// Why the command could not be started.
    pub error: Option<String>,
}

/// A file that the trainer drew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Name of the file; `/api/sample?run_id=&name=` has its content.
    pub name: String,
    pub bytes: u64,
    /// RFC 3339, UTC.
    pub modified_at: String,
    pub kind: SampleKind,
}

/// What a sample can be shown as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SampleKind {
    /// A picture that browsers show.
    Image,
    /// Rows with commas between the cells.
    Csv,
    /// Only to be downloaded.
    Other,
}

/// A run that was deleted; until it is removed for good it can be restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    pub run_id: RunId,
    /// Days until its folder is removed.
    pub kept_days: u64,
}

/// A run that was deleted and can still be restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedRun {
    pub run_id: RunId,
    pub name: String,
    /// Days until its folder is removed.
    pub days_left: u64,
}

/// A run that was restored, and is being read again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    pub run_id: RunId,
}

/// Some runs side by side, in the order that was asked for, as of one event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub as_of: Seq,
    pub runs: Vec<Compared>,
}

/// One of the runs of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    pub row: RunRow,
    pub manifest: Manifest,
    /// Every metric, decimated.
    pub series: SeriesSet,
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
    /// Lines that match what was asked for, over the whole log.
    pub matching: u64,
    pub lines: Vec<LogEntry>,
}
