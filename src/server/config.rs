//! The run-time configuration: `Leptos.toml` and the flags that go before it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::ServerError;
use crate::run::{EPOCHS_MOST, StopOrder};

/// What the server works with; every path is absolute or relative to the working directory.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder of the data sources.
    pub data: PathBuf,
    /// Folder of the runs and their index.
    pub runs: PathBuf,
    pub trainers: Vec<TrainerEntry>,
    pub limits: Limits,
    /// Folder of the configuration file: trainers are started in it.
    pub home: PathBuf,
}

/// The file's form. Unknown keys of ours are refused, since a misspelt limit is no limit.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    data: Option<PathBuf>,
    runs: Option<PathBuf>,
    trainer: Vec<TrainerEntry>,
    limits: Limits,
    /// `[package.metadata.leptos]`, which Leptos reads itself.
    package: toml::Table,
}

/// A trainer of the configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainerEntry {
    pub name: String,
    #[serde(default)]
    pub about: String,
    /// Program and arguments, in which `{data}`, `{epochs}` and `{run_dir}` are filled in.
    pub command: Vec<String>,
    #[serde(default = "default_signal")]
    pub stop_signal: String,
    #[serde(default = "default_grace")]
    pub stop_grace_seconds: f64,
    /// A regular expression with named groups, tried before the built-in rules.
    #[serde(default)]
    pub pattern: Option<String>,
}

/// Bounds of what the server takes on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Runs that may be active at the same time.
    pub active_runs: usize,
    /// Bytes of an upload.
    pub upload_bytes: u64,
    /// Epochs that may be asked for.
    pub epochs: u64,
    /// Seconds without output after which a run is said to be silent; 0 says it never.
    pub stall_seconds: u64,
    /// Days that the folder of a deleted run is kept.
    pub deleted_days: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            active_runs: 1,
            upload_bytes: 1 << 30,
            epochs: EPOCHS_MOST,
            stall_seconds: 300,
            deleted_days: 7,
        }
    }
}

fn default_signal() -> String {
    StopOrder::default().signal
}

fn default_grace() -> f64 {
    StopOrder::default().grace_seconds
}

impl Config {
    /// Reads `file`, where it exists; `required` tells that it must. Folders named in it
    /// are relative to it; `data` and `runs` go before it.
    pub fn load(
        file: &Path,
        required: bool,
        data: Option<PathBuf>,
        runs: Option<PathBuf>,
    ) -> Result<Self, ServerError> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => {
                String::new()
            }
            Err(error) => {
                return Err(ServerError::disk(
                    "cannot read the configuration",
                    file,
                    &error,
                ));
            }
        };
        let parsed: File = toml::from_str(&text).map_err(|error| {
            ServerError::Config(format!("{} cannot be used: {error}", file.display()))
        })?;
        let home = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let home = home.canonicalize().unwrap_or(home);
        let below_home = |path: Option<PathBuf>, name: &str| {
            home.join(path.unwrap_or_else(|| PathBuf::from(name)))
        };
        Ok(Self {
            data: data.unwrap_or_else(|| below_home(parsed.data, "data")),
            runs: runs.unwrap_or_else(|| below_home(parsed.runs, "runs")),
            trainers: parsed.trainer,
            limits: parsed.limits,
            home,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Config, ServerError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Leptos.toml");
        std::fs::write(&file, text).unwrap();
        Config::load(&file, true, None, None)
    }

    #[test]
    fn a_trainer_has_sensible_ways_to_stop() {
        let config = load("[[trainer]]\nname = \"a\"\ncommand = [\"true\"]\n").unwrap();
        assert_eq!(config.trainers[0].stop_signal, "SIGINT");
        assert_eq!(config.limits.active_runs, 1);
        assert!(config.data.ends_with("data"));
    }

    #[test]
    fn a_misspelt_key_is_refused_by_line() {
        let error = load("[limits]\nactive_run = 2\n").unwrap_err().to_string();
        assert!(
            error.contains("active_run") && error.contains("line 2"),
            "{error}"
        );
    }

    #[test]
    fn a_missing_file_is_an_error_only_where_it_was_asked_for() {
        let missing = Path::new("/nowhere/Leptos.toml");
        assert!(Config::load(missing, true, None, None).is_err());
        assert!(Config::load(missing, false, None, None).is_ok());
    }

    #[test]
    fn the_projects_own_file_agrees_with_its_manifest() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        Config::load(&root.join("Leptos.toml"), true, None, None).unwrap();
        let section = |file: &str| -> toml::Table {
            let text = std::fs::read_to_string(root.join(file)).unwrap();
            let table: toml::Table = text.parse().unwrap();
            table["package"]["metadata"]["leptos"]
                .as_table()
                .unwrap()
                .clone()
        };
        let (built, served) = (section("Cargo.toml"), section("Leptos.toml"));
        for (key, value) in &served {
            assert_eq!(built.get(key), Some(value), "key {key} of Leptos.toml");
        }
    }
}
