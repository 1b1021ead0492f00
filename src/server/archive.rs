//! What people change in the history: names, tags and notes, deleting and taking back.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::known::known_run;
use super::{Journal, ServerError, arrivals::Arrivals, folder, listing};
use crate::event::RunId;
use crate::run::{Deleted, DeletedRun, Manifest, Restored, RunRow};

/// Where folders of deleted runs lie until they are removed for good.
const DELETED: &str = ".deleted";

/// Deleted runs that are listed.
const DELETED_MOST: usize = 100;

/// The longest name, tag and note, in characters, and the most tags.
const TAG_MOST: usize = 50;
const TAGS_MOST: usize = 20;
const NOTES_MOST: usize = 20_000;

/// What a call wants changed; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub name: Option<String>,
    pub tags: Option<Vec<String>>,
    pub notes: Option<String>,
}

/// Changes the folders of runs that are over.
pub struct Archive {
    runs: PathBuf,
    kept_days: u64,
    journal: Arc<Journal>,
    arrivals: Arc<Arrivals>,
    /// One change at a time: two could write the same `run.json`, or move the same folder.
    one_at_a_time: Mutex<()>,
}

impl Archive {
    /// An archive over the folder `runs`, in which what was deleted is kept for `kept_days`.
    pub fn new(
        runs: PathBuf,
        kept_days: u64,
        journal: Arc<Journal>,
        arrivals: Arc<Arrivals>,
    ) -> Self {
        Self {
            runs,
            kept_days,
            journal,
            arrivals,
            one_at_a_time: Mutex::default(),
        }
    }

    /// Changes what people call a run.
    ///
    /// # Errors
    /// `NotFound` for an unknown run, `Conflict` while it is active or where its `run.json`
    /// cannot be read, `Invalid` for what is too long.
    pub fn edit(&self, run_id: &str, edit: Edit) -> Result<RunRow, ServerError> {
        let edit = edit.check()?;
        let _turn = self.turn();
        let (id, path) = self.over(run_id, "edited")?;
        let mut manifest = folder::read_manifest(&path).map_err(|error| {
            ServerError::Conflict(format!("The run {id} cannot be edited: {error}."))
        })?;
        manifest.name = edit.name.unwrap_or(manifest.name);
        manifest.tags = edit.tags.unwrap_or(manifest.tags);
        manifest.notes = edit.notes.unwrap_or(manifest.notes);
        folder::describe_in_manifest(&path, &manifest)?;
        self.journal.amend(&manifest)?;
        self.journal
            .read(|index| listing::one(&self.journal, index, &id))
    }

    /// Takes a run out of the history; its folder is kept for some days.
    ///
    /// # Errors
    /// `NotFound` for an unknown run, `Conflict` while it is active.
    pub fn delete(&self, run_id: &str) -> Result<Deleted, ServerError> {
        let _turn = self.turn();
        let (id, path) = self.over(run_id, "deleted")?;
        let place = self.runs.join(DELETED);
        let target = place.join(id.as_str());
        let moved = std::fs::create_dir_all(&place)
            .and_then(|()| match target.is_dir() {
                // The same run was deleted before, and copied in again: this is the later one.
                true => std::fs::remove_dir_all(&target),
                false => Ok(()),
            })
            .and_then(|()| std::fs::rename(&path, &target));
        moved.map_err(|error| ServerError::disk("cannot move the run folder", &path, &error))?;
        self.journal.forget(&id).inspect_err(|_| {
            // It is in the history still, and so is its folder.
            let _ = std::fs::rename(&target, &path);
        })?;
        self.arrivals.sweep()?;
        Ok(Deleted {
            run_id: id,
            kept_days: self.kept_days,
        })
    }

    /// Takes a deletion back; the run is read again from its folder.
    ///
    /// # Errors
    /// `NotFound` where no deleted run has that id, or it was removed for good.
    pub fn restore(&self, run_id: &str) -> Result<Restored, ServerError> {
        let gone = || {
            let text = run_id.escape_debug();
            ServerError::NotFound(format!("There is no deleted run “{text}” any more."))
        };
        let id = RunId::parse(run_id).ok_or_else(gone)?;
        let turn = self.turn();
        let deleted = self.runs.join(DELETED).join(id.as_str());
        if !deleted.is_dir() {
            return Err(gone());
        }
        let path = self.runs.join(id.as_str());
        if path.symlink_metadata().is_ok() {
            return Err(ServerError::Conflict(format!(
                "There is a run {id} again, so the deleted one cannot come back; take its folder out of the runs folder first."
            )));
        }
        std::fs::rename(&deleted, &path)
            .map_err(|error| ServerError::disk("cannot move back", &deleted, &error))?;
        drop(turn);
        self.arrivals.take_up(&id)?;
        Ok(Restored { run_id: id })
    }

    /// The runs that were deleted last and can still be restored, the latest first.
    ///
    /// # Errors
    /// Where their folder cannot be read.
    pub fn deleted(&self) -> Result<Vec<DeletedRun>, ServerError> {
        let place = self.runs.join(DELETED);
        if !place.is_dir() {
            return Ok(Vec::new());
        }
        let mut found: Vec<_> = folder::list(&place)?
            .into_iter()
            .map(|(id, path)| (folder::changed(&path).unwrap_or_default(), id, path))
            .collect();
        found.sort();
        found.truncate(DELETED_MOST);
        let deleted = found.into_iter().map(|(age, id, path)| {
            let manifest = folder::read_manifest(&path);
            DeletedRun {
                name: manifest.map_or_else(|_| id.to_string(), |manifest| manifest.name),
                days_left: self.kept_days.saturating_sub(age.as_secs() / 86_400),
                run_id: id,
            }
        });
        Ok(deleted.collect())
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        self.one_at_a_time
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// A run that is over, and its folder.
    fn over(&self, run_id: &str, verb: &str) -> Result<(RunId, PathBuf), ServerError> {
        let id = known_run(&self.journal, run_id)?;
        let status = self
            .journal
            .read(|index| self.journal.state(index, &id))?
            .status;
        if status.is_active() {
            return Err(ServerError::Conflict(format!(
                "The run {id} is {}; it can be {verb} when it is over.",
                status.name()
            )));
        }
        let path = self.runs.join(id.as_str());
        Ok((id, path))
    }

    /// Removes for good what was deleted long ago.
    pub fn remove_old(&self) {
        let _turn = self.turn();
        let kept = Duration::from_secs(self.kept_days.saturating_mul(86_400));
        let deleted = self.runs.join(DELETED);
        for (id, path) in folder::list(&deleted).unwrap_or_default() {
            // Moving it there was the last change of the folder itself.
            if folder::changed(&path).is_some_and(|age| age > kept) {
                remove(&id, &path);
            }
        }
    }
}

fn remove(id: &RunId, path: &Path) {
    match std::fs::remove_dir_all(path) {
        Ok(()) => tracing::info!(run = %id, "removed a run that was deleted long ago"),
        Err(error) => tracing::warn!(run = %id, %error, "a deleted run cannot be removed"),
    }
}

impl Edit {
    /// The change without idle spaces, doubled and empty tags.
    fn check(self) -> Result<Self, ServerError> {
        let bounded = |what: &str, text: String, most: usize| {
            // What cannot be seen stands in no line; notes have several.
            let unseen = |sign: char| sign.is_control() && !"\n\t".contains(sign);
            let text = text.replace(unseen, " ").trim().to_owned();
            if text.chars().count() <= most {
                return Ok(text);
            }
            Err(ServerError::Invalid(format!(
                "{what} may have at most {most} characters."
            )))
        };
        let name = self
            .name
            .map(|name| {
                bounded(
                    "A name",
                    name.replace(['\n', '\t'], " "),
                    Manifest::NAME_MOST,
                )
            })
            .transpose()?;
        if name.as_deref() == Some("") {
            return Err(ServerError::Invalid("A name needs a character.".into()));
        }
        let mut tags = Vec::new();
        for tag in self.tags.iter().flatten() {
            let tag = bounded("A tag", tag.replace(['\n', '\t', ','], " "), TAG_MOST)?;
            if !tag.is_empty() && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        if tags.len() > TAGS_MOST {
            return Err(ServerError::Invalid(format!(
                "A run may have at most {TAGS_MOST} tags."
            )));
        }
        Ok(Self {
            name,
            tags: self.tags.map(|_| tags),
            notes: self
                .notes
                .map(|notes| bounded("Notes", notes, NOTES_MOST))
                .transpose()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_trimmed_and_bounded() {
        let edit = Edit {
            name: Some("  best\0so far ".into()),
            tags: Some(vec!["a".into(), " a ".into(), "".into(), "b\nc".into()]),
            notes: None,
        };
        let checked = edit.check().unwrap();
        assert_eq!(checked.name.as_deref(), Some("best so far"));
        assert_eq!(checked.tags, Some(vec!["a".into(), "b c".into()]));
        assert_eq!(checked.notes, None);
        let named = |name: &str| Edit {
            name: Some(name.into()),
            ..Edit::default()
        };
        assert!(named(" ").check().is_err());
        assert!(named(&"x".repeat(201)).check().is_err());
    }
}
