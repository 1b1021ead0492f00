//! What the recorder is asked to run: its part of `run.json`.

use std::path::{Path, PathBuf};
use std::{collections::BTreeMap, fs, time::Duration};

use nix::sys::signal::Signal;
use serde::{Deserialize, Deserializer, de::Error};

/// The fields of `run.json` that the recorder needs; it ignores all others.
#[derive(Debug, Deserialize)]
pub struct Order {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Where the command starts; absent: where the recorder did.
    pub working_directory: Option<PathBuf>,
    /// Variables that the command gets besides those it inherits.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    #[serde(default)]
    pub stop: Stop,
}

/// How the command is asked to end.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct Stop {
    /// The first signal, by its name.
    #[serde(deserialize_with = "signal")]
    pub signal: Signal,
    /// Seconds until SIGKILL, a day at most; SIGTERM comes half-way.
    pub grace_seconds: f64,
}

impl Default for Stop {
    fn default() -> Self {
        let signal = Signal::SIGINT;
        Self {
            signal,
            grace_seconds: 10.0,
        }
    }
}

impl Order {
    /// Reads `run.json`; the error is a sentence for the user.
    pub fn read(path: &Path) -> Result<Self, String> {
        let order = fs::read(path).and_then(|text| Ok(serde_json::from_slice(&text)?));
        let path = path.display();
        order.map_err(|error| format!("cannot take the command from {path} ({error}); correct it"))
    }
}

impl Stop {
    pub fn grace(&self) -> Duration {
        Duration::from_secs_f64(self.grace_seconds.clamp(0.0, 86_400.0))
    }
}

fn signal<'de, D: Deserializer<'de>>(input: D) -> Result<Signal, D::Error> {
    let name = String::deserialize(input)?;
    let unknown = |_| D::Error::custom(format!("{name} is no signal, SIGINT is one"));
    name.parse().map_err(unknown)
}
