//! `run.json`: what was started, written once before the trainer starts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::format;
use crate::event::RunId;

/// What was started. The recorder reads its order from the same file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this file's format; see [`Manifest::FORMAT`]. The first did not say its own.
    #[serde(default = "first_format")]
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
    /// The trainer's own pattern, as it was then: the log is always read by the same rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Parameters as asked for.
    #[serde(default)]
    pub parameters: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    pub epochs: Option<u64>,
    #[serde(default)]
    pub data: Option<DataFingerprint>,
    /// The machine that it was started on.
    #[serde(default)]
    pub host: Option<Host>,
    #[serde(default)]
    pub stop: StopOrder,
    /// The run from whose last checkpoint it went on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed_from: Option<RunId>,
    /// RFC 3339, UTC.
    pub started_at: String,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub notes: String,
}

impl Manifest {
    /// The version that this program writes. The first did not keep the trainer's pattern: such
    /// a run is read by what the configuration says now.
    pub const FORMAT: u32 = 2;
    /// Characters of a name, at most.
    pub const NAME_MOST: usize = 200;

    /// What a run is called: the name that it was `given`, or else `other`, cut where that is too long. Signs that cannot be
    /// seen become blanks: a name is told to commands, and stands in one line.
    pub fn called(given: Option<&str>, other: &str) -> String {
        let given = given.map(|name| name.replace(char::is_control, " "));
        let given = given
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty());
        format::shorten(given.unwrap_or(other), Self::NAME_MOST)
    }

    /// What can be said of a run whose `run.json` cannot be read: its id, and with it its start.
    pub fn unreadable(id: RunId) -> Self {
        let text = id.as_str();
        let part = |range| text.get(range).unwrap_or_default();
        Self {
            format: Self::FORMAT,
            name: text.to_owned(),
            started_at: format!(
                "{}-{}-{}T{}:{}:{}Z",
                part(0..4),
                part(4..6),
                part(6..8),
                part(9..11),
                part(11..13),
                part(13..15)
            ),
            trainer: String::new(),
            command: Vec::new(),
            working_directory: String::new(),
            environment: BTreeMap::new(),
            pattern: None,
            parameters: BTreeMap::new(),
            epochs: None,
            data: None,
            host: None,
            stop: StopOrder::default(),
            resumed_from: None,
            tags: Vec::new(),
            notes: String::new(),
            id,
        }
    }
}

fn first_format() -> u32 {
    1
}

/// Which data a run was trained on, so that a later change can be seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataFingerprint {
    /// Id of the data source.
    pub source: String,
    /// Its name: the path below the data folder, or the whole where it lies elsewhere.
    pub name: String,
    /// Data rows of a CSV; a terminal's command may train on any file.
    #[serde(default)]
    pub rows: Option<u64>,
    #[serde(default)]
    pub columns: Option<u64>,
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// The machine that a run was started on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Host {
    pub name: String,
    /// Operating system and its kernel, as in `Linux 6.1.0 x86_64`.
    pub system: String,
    /// Processors that the run could use.
    pub processors: u64,
    pub memory_bytes: Option<u64>,
    /// Version of Nashboard that started it.
    pub nashboard: String,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_too_long_can_be_kept_as_it_was_cut() {
        let called = |given| Manifest::called(given, "data");
        assert_eq!(called(Some("  ")), "data");
        assert_eq!(called(None), "data");
        let whole = "é".repeat(Manifest::NAME_MOST);
        assert_eq!(called(Some(&whole)), whole);
        let cut = called(Some(&(whole.clone() + "é")));
        assert_eq!(cut.chars().count(), Manifest::NAME_MOST);
        assert!(cut.ends_with('…'));
    }
}
