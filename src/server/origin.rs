//! A run that another is to go on from: its last checkpoint, and whether the training can go on there.

use std::fs::File;
use std::io::{self, Seek};
use std::path::{Path, PathBuf};

use super::data::Fingerprint;
use super::history::manifest;
use super::known::known_run;
use super::{Journal, ServerError, checkpoints};
use crate::event::RunId;
use crate::run::{EMBEDDED, Manifest};
use crate::trainer::epochs_trained;

/// What the copy of the checkpoint is called in the folder of the run that goes on: it stays with it, whatever becomes of
/// the one before.
const COPY: &str = "resumed.safetensors";

/// The run, and where it came to.
#[derive(Debug)]
pub struct Origin {
    pub id: RunId,
    manifest: Manifest,
    checkpoint: File,
    /// Whole epochs.
    epochs: u64,
}

impl Origin {
    /// The run of that id below the folder `runs`.
    ///
    /// # Errors
    /// `NotFound` for an unknown run, `Conflict` while it is active, `Invalid` where it left no checkpoint.
    pub fn find(journal: &Journal, runs: &Path, text: &str) -> Result<Self, ServerError> {
        let id = known_run(journal, text)?;
        let (status, manifest) = journal.read(|index| {
            let status = journal.state(index, &id)?.status;
            Ok((status, manifest(index, &id)?))
        })?;
        if status.is_active() {
            return Err(ServerError::Conflict(format!(
                "The run {id} is {}; it can be gone on from when it is over.",
                status.name()
            )));
        }
        let found = last(&runs.join(id.as_str()), &manifest);
        let (checkpoint, epochs) = found.ok_or_else(|| {
            ServerError::Invalid(format!(
                "The run {id} left no checkpoint to go on from: only the embedded trainer does, with the first of its epochs."
            ))
        })?;
        Ok(Self {
            id,
            manifest,
            checkpoint,
            epochs,
        })
    }

    /// Whether a training by `trainer` up to `epochs` on the data of that fingerprint goes on from here.
    ///
    /// # Errors
    /// `Invalid`, with the reason.
    pub fn check(&self, trainer: &str, data: &Fingerprint, epochs: u64) -> Result<(), ServerError> {
        let id = &self.id;
        let before = self.manifest.data.as_ref().map(|data| &data.sha256);
        let reason = if trainer != EMBEDDED {
            format!("only the embedded trainer goes on from where a run ended, and not “{trainer}”")
        } else if before != Some(&data.sha256) {
            format!(
                "a training goes on only on the very data that it began with, and these are not those of the run {id}"
            )
        } else if epochs <= self.epochs {
            format!(
                "the run {id} came to epoch {} already; ask for more “epochs”",
                self.epochs
            )
        } else {
            return Ok(());
        };
        Err(ServerError::Invalid(format!("It cannot go on: {reason}.")))
    }

    /// Where the checkpoint lies in the folder of the run that goes on.
    pub fn place(run_dir: &Path) -> PathBuf {
        run_dir.join(COPY)
    }

    /// Copies the checkpoint into the folder of the run that goes on.
    ///
    /// # Errors
    /// `Disk` where that fails.
    pub fn copy_into(&self, run_dir: &Path) -> Result<(), ServerError> {
        let place = Self::place(run_dir);
        let copy = || -> io::Result<u64> {
            let mut source = &self.checkpoint;
            source.rewind()?;
            io::copy(&mut source, &mut File::create_new(&place)?)
        };
        copy()
            .map(drop)
            .map_err(|error| ServerError::disk("cannot write", &place, &error))
    }
}

/// How many whole epochs the run in `folder` came to whose checkpoint is there; `None` where it cannot be gone on from.
pub fn epochs(folder: &Path, manifest: &Manifest) -> Option<u64> {
    Some(last(folder, manifest)?.1)
}

fn last(folder: &Path, manifest: &Manifest) -> Option<(File, u64)> {
    if manifest.trainer != EMBEDDED || manifest.data.is_none() {
        return None;
    }
    let (_, checkpoint) = checkpoints::last(folder)?;
    let epochs = epochs_trained(io::BufReader::new(&checkpoint))?;
    Some((checkpoint, epochs))
}
