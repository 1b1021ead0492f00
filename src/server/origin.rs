//! A run that another is to go on from: its last checkpoint, and whether the training can go on there.

use std::collections::BTreeMap;
use std::fs::{File, Permissions};
use std::io::{self, Read, Seek};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use tempfile::NamedTempFile;

use super::data::Fingerprint;
use super::folder::UNFINISHED;
use super::history::manifest;
use super::known::known_run;
use super::{Journal, ServerError, checkpoints};
use crate::event::RunId;
use crate::run::{EMBEDDED, Manifest};
use crate::trainer::Glance;

/// What the copy of the checkpoint is called in the folder of the run that goes on: it stays with it, whatever becomes of
/// the one before.
const COPY: &str = "resumed.safetensors";
/// Parameters of the embedded trainer that shape what a checkpoint holds.
const FIXED: [&str; 5] = [
    "seed",
    "batch_size",
    "generator_width",
    "discriminator_width",
    "sequence",
];

/// The run, and where it came to.
#[derive(Debug)]
pub struct Origin {
    id: RunId,
    manifest: Manifest,
    checkpoint: File,
    glance: Glance,
}

/// A copy of its checkpoint, on its way into the folder of the run that goes on.
#[derive(Debug)]
pub struct Luggage {
    pub id: RunId,
    file: NamedTempFile,
}

impl Origin {
    /// The run of that id below the folder `runs`.
    ///
    /// # Errors
    /// `NotFound` for an unknown run, `Conflict` while it is active, `Invalid` where it left no checkpoint that can be used.
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
        let (checkpoint, glance) = found.ok_or_else(|| {
            ServerError::Invalid(format!(
                "The run {id} left no checkpoint that can be gone on from; the embedded trainer does, where it is started here."
            ))
        })?;
        Ok(Self {
            id,
            manifest,
            checkpoint,
            glance,
        })
    }

    /// The parameters of a run that goes on: those that are `asked` for, and else its own.
    ///
    /// # Errors
    /// `Invalid` where one is asked for that cannot change any more.
    pub fn parameters(
        &self,
        asked: &BTreeMap<String, Json>,
    ) -> Result<BTreeMap<String, Json>, ServerError> {
        let mut all = self.manifest.parameters.clone();
        for (name, value) in asked.iter().filter(|(_, value)| !value.is_null()) {
            let before = all.insert(name.clone(), value.clone());
            if FIXED.contains(&name.as_str()) && before.as_ref() != Some(value) {
                let id = &self.id;
                let was =
                    before.map_or("what the trainer chose".into(), |before| before.to_string());
                return Err(ServerError::Invalid(format!(
                    "“{name}” cannot change any more: it is {was} in the run {id}; leave it out."
                )));
            }
        }
        Ok(all)
    }

    /// Whether a training by `trainer` up to `epochs` on the data of that fingerprint goes on from here.
    ///
    /// # Errors
    /// `Invalid`, with the reason.
    pub fn check(&self, trainer: &str, data: &Fingerprint, epochs: u64) -> Result<(), ServerError> {
        let (id, trained) = (&self.id, self.glance.epochs);
        let before = self.manifest.data.as_ref().map(|data| &data.sha256);
        let reason = if trainer != EMBEDDED {
            format!("only the embedded trainer goes on from where a run ended, and not “{trainer}”")
        } else if before != Some(&data.sha256) {
            format!(
                "a training goes on only on the very data that it began with, and these are not those of the run {id}"
            )
        } else if epochs <= trained {
            format!("the run {id} came to epoch {trained} already; ask for more “epochs”")
        } else {
            return Ok(());
        };
        Err(ServerError::Invalid(format!("It cannot go on: {reason}.")))
    }

    /// Copies the checkpoint, at first beside the runs in the folder `runs`.
    ///
    /// # Errors
    /// `Disk` where that fails.
    pub fn pack(self, runs: &Path) -> Result<Luggage, ServerError> {
        let copy = || -> io::Result<NamedTempFile> {
            let mut copy = tempfile::Builder::new()
                .prefix(UNFINISHED)
                // As for any new file; the user's umask narrows it.
                .permissions(Permissions::from_mode(0o666))
                .tempfile_in(runs)?;
            let mut source = &self.checkpoint;
            source.rewind()?;
            io::copy(&mut source.take(self.glance.length), &mut copy)?;
            Ok(copy)
        };
        let file = copy()
            .map_err(|error| ServerError::disk("cannot copy the checkpoint into", runs, &error))?;
        Ok(Luggage { id: self.id, file })
    }
}

impl Luggage {
    /// Where the checkpoint will lie in the folder of the run that goes on.
    pub fn place(run_dir: &Path) -> PathBuf {
        run_dir.join(COPY)
    }

    /// Puts it there.
    ///
    /// # Errors
    /// `Disk` where that fails.
    pub fn put_into(self, run_dir: &Path) -> Result<(), ServerError> {
        let place = Self::place(run_dir);
        let put = self.file.persist(&place);
        put.map(drop)
            .map_err(|error| ServerError::disk("cannot write", &place, &error.error))
    }
}

/// How many whole epochs the run in `folder` came to whose checkpoint is there; `None` where it cannot be gone on from.
pub fn epochs(folder: &Path, manifest: &Manifest) -> Option<u64> {
    Some(last(folder, manifest)?.1.epochs)
}

fn last(folder: &Path, manifest: &Manifest) -> Option<(File, Glance)> {
    if manifest.trainer != EMBEDDED || manifest.data.is_none() {
        return None;
    }
    let ((_, checkpoint), glance) = checkpoints::last(folder)?;
    Some((checkpoint, glance))
}
