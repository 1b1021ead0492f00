//! Runs that are started from a terminal: their folder, made ready for a recorder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::data::DataError;
use super::{Config, ServerError, data, folder, host, time};
use crate::run::{DataFingerprint, Manifest, StopOrder};

/// What the trainer of such a run is called.
pub const TERMINAL: &str = "terminal";

/// What is to be run.
#[derive(Clone, Debug)]
pub struct TerminalOrder {
    pub name: Option<String>,
    /// A data file, for the run's record and as `NASHBOARD_DATA`.
    pub data: Option<PathBuf>,
    /// Program and arguments.
    pub command: Vec<String>,
}

/// Makes the folder of a run of any command, and gives its path. The command starts in
/// the present working directory.
///
/// # Errors
/// Where the data file cannot be read, or the folder cannot be made.
pub fn prepare(config: &Config, order: &TerminalOrder) -> Result<PathBuf, ServerError> {
    let [program, ..] = order.command.as_slice() else {
        return Err(ServerError::Invalid("there is no command to run".into()));
    };
    std::fs::create_dir_all(&config.runs)
        .map_err(|error| ServerError::folder(&config.runs, "--runs", &error))?;
    let here = std::env::current_dir().map_err(|error| {
        ServerError::Disk(format!("cannot tell the working directory: {error}"))
    })?;
    let mut environment = BTreeMap::new();
    let data = match &order.data {
        Some(path) => {
            let path = path
                .canonicalize()
                .map_err(|error| unreadable(path, &error))?;
            let place = path.to_string_lossy().into_owned();
            environment.insert("NASHBOARD_DATA".to_owned(), place);
            Some(fingerprint(config, &path)?)
        }
        None => None,
    };
    let name = Manifest::called(order.name.as_deref(), &name_of(program, &order.command));
    let (_, path) = folder::create(&config.runs, |id, _| Manifest {
        format: Manifest::FORMAT,
        id,
        name: name.clone(),
        trainer: TERMINAL.into(),
        command: order.command.clone(),
        working_directory: here.to_string_lossy().into_owned(),
        environment: environment.clone(),
        pattern: None,
        parameters: BTreeMap::new(),
        epochs: None,
        data: data.clone(),
        host: Some(host::present()),
        stop: StopOrder::default(),
        resumed_from: None,
        started_at: time::now(),
        tags: Vec::new(),
        notes: String::new(),
    })?;
    Ok(path)
}

fn unreadable(data: &Path, error: &std::io::Error) -> ServerError {
    ServerError::Disk(format!(
        "cannot read {}: {error}; name the file that the command trains on with --data, or leave that out",
        data.display()
    ))
}

/// Which data the run is trained on; its source's id where it lies in the data folder.
fn fingerprint(config: &Config, path: &Path) -> Result<DataFingerprint, ServerError> {
    let (rows, columns, bytes, sha256) = match data::fingerprint(path) {
        Ok(print) => (
            Some(print.rows),
            Some(print.columns),
            print.bytes,
            print.sha256,
        ),
        Err(DataError::Io { source, .. }) => return Err(unreadable(path, &source)),
        // The command knows what to do with it; that it is this very file can be told all the same.
        Err(_) => {
            let (bytes, sha256) = data::digest(path)?;
            (None, None, bytes, sha256)
        }
    };
    let folder = config.data.canonicalize().ok();
    let below = folder.and_then(|folder| Some(path.strip_prefix(folder).ok()?.to_owned()));
    let named = below.clone().unwrap_or_else(|| path.to_owned());
    let catalog = data::Catalog::new(config.data.clone());
    let source = below.and_then(|name| {
        let sources = catalog.list().ok()?;
        let name = name.to_string_lossy();
        sources.into_iter().find(|source| source.name == name)
    });
    Ok(DataFingerprint {
        source: source.map_or(String::new(), |source| source.id.to_string()),
        name: named.to_string_lossy().into_owned(),
        rows,
        columns,
        bytes,
        sha256,
    })
}

/// The script that an interpreter runs, or else the program.
fn name_of(program: &str, command: &[String]) -> String {
    let script = command[1..].iter().find(|part| {
        let ending = Path::new(part.as_str()).extension();
        ending.is_some_and(|ending| {
            ["py", "sh", "jl", "R", "lua", "m"]
                .iter()
                .any(|e| *e == ending)
        })
    });
    let path = Path::new(script.map_or(program, String::as_str));
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_called_by_its_script() {
        let name = |command: &[&str]| {
            let command: Vec<String> = command.iter().map(|part| (*part).to_owned()).collect();
            name_of(&command[0], &command)
        };
        assert_eq!(
            name(&["python3", "-u", "gan/train.py", "--lr=1"]),
            "train.py"
        );
        assert_eq!(name(&["/usr/bin/make", "train"]), "make");
    }
}
