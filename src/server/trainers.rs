//! The trainers that a run can be started with, and the command lines that start them.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value as Json;

use super::command_line::CommandLine;
use super::config::TrainerEntry;
use super::data::{DataError, Fingerprint};
use super::terminal::TERMINAL;
use super::{Config, ServerError};
use crate::reader::Pattern;
use crate::run::{EMBEDDED, Manifest, ParameterKind, ParameterSpec, StopOrder, TrainerInfo};
use crate::trainer::data::check_extent;
use crate::trainer::parameters::EPOCHS;

/// All trainers; the first is the embedded one.
pub struct Trainers {
    all: Vec<Trainer>,
}

/// A way to start a training.
pub struct Trainer {
    pub info: TrainerInfo,
    pub stop: StopOrder,
    /// Known to be one.
    pub pattern: Option<String>,
    pub command: CommandLine,
}

impl Trainers {
    /// The embedded trainer and those of the configuration.
    ///
    /// # Errors
    /// Where a name stands twice, a command is empty, a stop signal is unknown or a
    /// pattern is no regular expression.
    pub fn new(config: &Config) -> Result<Self, ServerError> {
        let mut all = vec![embedded()];
        let mut names = HashSet::from([EMBEDDED.to_owned()]);
        for entry in &config.trainers {
            if entry.name == TERMINAL {
                return Err(ServerError::Config(format!(
                    "a trainer is called “{TERMINAL}”, as is what is started from one; give it \
                     another name"
                )));
            }
            if !names.insert(entry.name.clone()) {
                return Err(ServerError::Config(format!(
                    "two trainers are called “{}”; give one of them another name",
                    entry.name
                )));
            }
            all.push(listed(entry)?);
        }
        Ok(Self { all })
    }

    /// The trainer of that name; without a name, the embedded one.
    pub fn get(&self, name: Option<&str>) -> Option<&Trainer> {
        let name = name.unwrap_or(EMBEDDED);
        self.all.iter().find(|trainer| trainer.info.name == name)
    }

    /// The pattern by which the log of a run is read.
    ///
    /// # Errors
    /// Where the folder's `run.json` holds none that can be used, in a sentence.
    pub fn pattern_of(&self, manifest: &Manifest) -> Result<Option<Pattern>, String> {
        let text = match manifest.format {
            1 => self
                .get(Some(&manifest.trainer))
                .and_then(|trainer| trainer.pattern.as_deref()),
            _ => manifest.pattern.as_deref(),
        };
        let pattern = text.map(Pattern::new).transpose();
        pattern.map_err(|error| format!("run.json holds a pattern that cannot be used: {error}"))
    }

    /// What the page offers.
    pub fn infos(&self) -> Vec<TrainerInfo> {
        self.all
            .iter()
            .map(|trainer| trainer.info.clone())
            .collect()
    }
}

impl Trainer {
    /// The parameters of a call as the command line takes them.
    ///
    /// # Errors
    /// Where one is unknown to this trainer or outside its range.
    pub fn check(
        &self,
        given: &BTreeMap<String, Json>,
    ) -> Result<BTreeMap<String, String>, ServerError> {
        let mut checked = BTreeMap::new();
        for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
            let spec = self.info.parameters.iter().find(|spec| spec.name == *name);
            let spec = spec.ok_or_else(|| {
                ServerError::Invalid(format!(
                    "The trainer “{}” has no parameter “{name}”.",
                    self.info.name
                ))
            })?;
            let text = spec.check(value).map_err(ServerError::Invalid)?;
            checked.insert(name.clone(), text);
        }
        Ok(checked)
    }

    /// Whether it can train for so many epochs on data of that extent with `parameters` that were checked; of a trainer of the configuration
    /// nobody knows.
    ///
    /// # Errors
    /// `Invalid`, with what the trainer would say.
    pub fn suits(
        &self,
        print: &Fingerprint,
        epochs: u64,
        parameters: &BTreeMap<String, String>,
    ) -> Result<(), ServerError> {
        let CommandLine::Embedded = self.command else {
            return Ok(());
        };
        let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        if !EPOCHS.allows(epochs as f64) {
            return Err(ServerError::Invalid(format!(
                "“epochs” is {epochs}, but the trainer “{EMBEDDED}” takes at most {}.",
                EPOCHS.most
            )));
        }
        let window = parameters
            .get("sequence")
            .and_then(|text| text.parse().ok());
        check_extent(size(print.rows), size(print.columns), window.unwrap_or(1)).map_err(
            |problem| {
                let reason = problem.to_string();
                DataError::Unusable { reason }.into()
            },
        )
    }
}

fn embedded() -> Trainer {
    use crate::trainer::parameters::{OFFERED, Parameter};
    let spec = |parameter: &&Parameter| ParameterSpec {
        name: parameter.name.into(),
        label: parameter.label.into(),
        help: parameter.help.into(),
        kind: match parameter.whole {
            true => ParameterKind::Integer,
            false => ParameterKind::Number,
        },
        min: parameter.least,
        max: parameter.most,
        default: parameter.default.into(),
    };
    Trainer {
        info: TrainerInfo {
            name: EMBEDDED.into(),
            about:
                "The built-in GAN for tables: multilayer perceptrons on the CPU, no Python needed."
                    .into(),
            parameters: OFFERED.iter().map(spec).collect(),
        },
        stop: StopOrder::default(),
        pattern: None,
        command: CommandLine::Embedded,
    }
}

fn listed(entry: &TrainerEntry) -> Result<Trainer, ServerError> {
    let refuse = |what: String| {
        Err(ServerError::Config(format!(
            "trainer “{}”: {what}",
            entry.name
        )))
    };
    if entry.name.trim().is_empty() {
        return refuse("it has no name; give it one by which it is chosen".into());
    }
    if entry.command.first().is_none_or(String::is_empty) {
        return refuse("its command is empty; give a program and its arguments".into());
    }
    if entry
        .stop_signal
        .parse::<nix::sys::signal::Signal>()
        .is_err()
    {
        return refuse(format!(
            "“{}” is no signal; SIGINT and SIGTERM are the usual ones",
            entry.stop_signal
        ));
    }
    if !(0.0..=3600.0).contains(&entry.stop_grace_seconds) {
        return refuse("stop_grace_seconds must lie between 0 and 3600".into());
    }
    if let Some(Err(error)) = entry.pattern.as_deref().map(Pattern::new) {
        return refuse(error.to_string());
    }
    Ok(Trainer {
        info: TrainerInfo {
            name: entry.name.clone(),
            about: if entry.about.is_empty() {
                entry.command.join(" ")
            } else {
                entry.about.clone()
            },
            parameters: Vec::new(),
        },
        stop: StopOrder {
            signal: entry.stop_signal.clone(),
            grace_seconds: entry.stop_grace_seconds,
        },
        pattern: entry.pattern.clone(),
        command: CommandLine::Listed(entry.command.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trainers(text: &str) -> Result<Trainers, ServerError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Leptos.toml");
        std::fs::write(&file, text).unwrap();
        Trainers::new(&Config::load(&file, true, None, None).unwrap())
    }

    #[test]
    fn bad_entries_are_refused_with_their_name() {
        for text in [
            "[[trainer]]\nname='x'\ncommand=[]",
            "[[trainer]]\nname='embedded'\ncommand=['true']",
            "[[trainer]]\nname='x'\ncommand=['true']\nstop_signal='SIGNOPE'",
            "[[trainer]]\nname='x'\ncommand=['true']\npattern='('",
            "[[trainer]]\nname=' '\ncommand=['true']",
        ] {
            assert!(trainers(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parameters_that_are_unknown_are_refused() {
        let trainers = trainers("").unwrap();
        let embedded = trainers.get(None).unwrap();
        let given = |name: &str| BTreeMap::from([(name.to_owned(), serde_json::json!(64))]);
        let checked = embedded.check(&given("batch_size")).unwrap();
        assert_eq!(checked["batch_size"], "64");
        assert!(embedded.check(&given("shell")).is_err());
    }
}
