//! `run.json`: what was started, written once before the trainer starts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::RunId;

/// What was started. The recorder reads its order from the same file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this file's format; see [`Manifest::FORMAT`].
    pub format: u32,
    pub id: RunId,
    pub name: String,
    /// Name of the trainer in the configuration.
    pub trainer: String,
    /// Program and arguments, as started.
    pub command: Vec<String>,
    pub working_directory: String,
    /// Variables that the trainer gets beside the inherited ones.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Parameters as asked for.
    #[serde(default)]
    pub parameters: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    pub epochs: Option<u64>,
    #[serde(default)]
    pub data: Option<DataFingerprint>,
    #[serde(default)]
    pub stop: StopOrder,
    /// RFC 3339, UTC.
    pub started_at: String,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub notes: String,
}

impl Manifest {
    /// The version that this program writes.
    pub const FORMAT: u32 = 1;
}

/// Which data a run was trained on, so that a later change can be seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataFingerprint {
    /// Id of the data source.
    pub source: String,
    /// Its name: the path below the data folder.
    pub name: String,
    pub rows: u64,
    pub columns: u64,
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// How the trainer is asked to end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StopOrder {
    /// The first signal; SIGTERM and SIGKILL follow within the grace.
    pub signal: String,
    pub grace_seconds: f64,
}

impl Default for StopOrder {
    fn default() -> Self {
        Self {
            signal: "SIGINT".into(),
            grace_seconds: 10.0,
        }
    }
}
