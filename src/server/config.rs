//! The run-time configuration: `Leptos.toml` and the flags that go before it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::alert::AlertEntry;
use super::{Limits, ServerError};
use crate::run::StopOrder;

/// What the server works with; every path is absolute or relative to the working directory.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder of the data sources.
    pub data: PathBuf,
    /// Folder of the runs and their index.
    pub runs: PathBuf,
    pub trainers: Vec<TrainerEntry>,
    pub limits: Limits,
    pub access: AccessEntry,
    pub alert: AlertEntry,
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
    access: AccessEntry,
    alert: AlertEntry,
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

/// How other machines reach the server.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccessEntry {
    /// Names under which the page is opened besides the address that the server listens on,
    /// as they stand in the address bar: with a port where it is not the usual one.
    pub hosts: Vec<String>,
    /// The path that a proxy puts before ours, as in `/gan`; empty for the root of the host.
    pub path: String,
}

impl AccessEntry {
    fn check(&self) -> Result<(), ServerError> {
        let is_host = |host: &str| {
            !host.is_empty()
                && host
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b))
        };
        if !is_root(&self.path) {
            return Err(ServerError::Config(format!(
                "“{}” in [access] path is no path that can stand before ours; write it as in “/gan” or “/lab/gan”, \
                 without a slash at its end, and not with a page's own name, such as “/runs”",
                self.path.escape_debug()
            )));
        }
        match self.hosts.iter().find(|host| !is_host(host)) {
            None => Ok(()),
            Some(host) => Err(ServerError::Config(format!(
                "“{}” in [access] hosts is no host; write it as in “gan.example.org” or “lab:8080”",
                host.escape_debug()
            ))),
        }
    }
}

/// How paths of ours begin. Below one of these nobody could tell whether it was taken away already.
const OURS: [&str; 7] = [
    "api", "compare", "events", "healthz", "pkg", "reading", "runs",
];

/// Whether `path` can stand before ours: empty, or of parts that need no escape, each after a slash.
fn is_root(path: &str) -> bool {
    let is_part = |part: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        !part.is_empty() && part != "." && part != ".." && part.bytes().all(plain)
    };
    let is_ours = |path: &str| {
        path.split('/')
            .next()
            .is_some_and(|part| OURS.contains(&part))
    };
    match path.strip_prefix('/') {
        Some(rest) => rest.split('/').all(is_part) && !is_ours(rest),
        None => path.is_empty(),
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
                return Err(ServerError::Disk(format!(
                    "cannot read the configuration {}: {error}; name another with --config",
                    file.display()
                )));
            }
        };
        let parsed: File = toml::from_str(&text).map_err(|error| {
            let before = error.span().map_or("", |span| &text[..span.start]);
            let line = before.matches('\n').count() + 1;
            let what = error.message();
            ServerError::Config(format!(
                "{} cannot be used: line {line}: {what}; correct it there",
                file.display()
            ))
        })?;
        let wrong = parsed.limits.check().and_then(|()| parsed.access.check());
        wrong.map_err(|error| {
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
            access: parsed.access,
            alert: parsed.alert,
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
    fn what_is_no_host_and_no_limit_is_refused_with_the_file() {
        for (text, word) in [
            (
                "[access]\nhosts = ['https://gan.example.org/']\n",
                "https://",
            ),
            ("[access]\nhosts = ['']\n", "is no host"),
            ("[access]\npath = 'gan'\n", "is no path"),
            ("[access]\npath = '/gan/'\n", "is no path"),
            ("[access]\npath = '//gan'\n", "is no path"),
            ("[access]\npath = '/g a\"n'\n", "is no path"),
            ("[access]\npath = '/../gan'\n", "is no path"),
            ("[access]\npath = '/runs/gan'\n", "is no path"),
            ("[limits]\ndownloads = 0\n", "downloads"),
        ] {
            let error = load(text).unwrap_err().to_string();
            assert!(
                error.contains(word) && error.contains("Leptos.toml"),
                "{error}"
            );
        }
        let hosts = load("[access]\nhosts = ['gan.example.org', '[fd00::1]:80']\n");
        assert_eq!(hosts.unwrap().access.hosts.len(), 2);
        let path = load("[access]\npath = '/~lab/gan-1.0'\n");
        assert_eq!(path.unwrap().access.path, "/~lab/gan-1.0");
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
