//! A run's sample beside its data source, and whether that still is what the run was started on.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::data::{Axes, DataError, Table, digest, likeness};
use super::{Server, ServerError};
use crate::data::{DataSource, SourceId};
use crate::run::{DataFingerprint, DataState, Manifest, RunDetail, SampleKind, SampleView, format};

/// The largest file that is read to see whether it changed.
const HASHED: u64 = 64 << 20;
/// Files of which the digest is remembered.
const DIGESTS: usize = 100;
/// Data sources that are kept in memory: each slide of a slider asks for the same again.
const TABLES: usize = 2;

/// What was read of data sources, as long as size and time stay the same.
#[derive(Debug, Default)]
pub struct Readings {
    digests: Mutex<Vec<(Stamp, Option<String>)>>,
    /// Held while a table is read: of many who ask at once one reads, and memory stays bounded.
    tables: Mutex<Vec<(Stamp, Arc<Table>)>>,
}

/// One state of a file.
#[derive(Clone, Debug, PartialEq)]
struct Stamp {
    path: PathBuf,
    bytes: u64,
    modified_at: String,
}

impl Stamp {
    fn new(source: &DataSource, path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            bytes: source.bytes,
            modified_at: source.modified_at.clone(),
        }
    }
}

impl Readings {
    /// The SHA-256 of a file, where it can be read.
    fn digest(&self, stamp: &Stamp) -> Option<String> {
        let known = {
            let digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
            digests.iter().find(|(known, _)| known == stamp).cloned()
        };
        if let Some((_, digest)) = known {
            return digest;
        }
        let read = digest(&stamp.path).ok().map(|(_, digest)| digest);
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        digests.truncate(DIGESTS - 1);
        digests.insert(0, (stamp.clone(), read.clone()));
        read
    }

    fn table(&self, stamp: &Stamp) -> Result<Arc<Table>, DataError> {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = tables.iter().position(|(known, _)| known == stamp) {
            let found = tables.remove(at);
            let table = Arc::clone(&found.1);
            tables.insert(0, found);
            return Ok(table);
        }
        tables.truncate(TABLES - 1);
        let table = Arc::new(Table::read(&stamp.path)?);
        tables.insert(0, (stamp.clone(), Arc::clone(&table)));
        Ok(table)
    }
}

impl Server {
    /// One run with all that is known of it.
    ///
    /// # Errors
    /// `NotFound` for an unknown run.
    pub fn run(&self, run_id: &str) -> Result<RunDetail, ServerError> {
        let mut detail = self.history.run(run_id)?;
        detail.data_state = self.state_of_data(&detail.manifest).map(|found| found.0);
        Ok(detail)
    }

    /// The sample `name` of a run beside the run's data source.
    ///
    /// # Errors
    /// `NotFound` for an unknown run or sample, `Invalid` where it is no CSV or the axes name no
    /// column of numbers.
    pub fn sample_view(
        &self,
        run_id: &str,
        name: &str,
        axes: &Axes,
    ) -> Result<SampleView, ServerError> {
        let (folder, manifest) = self.history.folder(run_id)?;
        let (file, sample) = self.history.sample(run_id, name)?;
        if sample.kind != SampleKind::Csv {
            return Err(ServerError::Invalid(format!(
                "The sample “{name}” is no CSV file: only tables are laid beside the data."
            )));
        }
        let synthetic = Table::of(file, &folder.join("samples").join(&sample.name))?;
        let (state, place) = self
            .state_of_data(&manifest)
            .unwrap_or((DataState::Unknown, None));
        let named = manifest.data.as_ref().map(|data| data.name.clone());
        let mut notes = state_note(state, named.as_deref());
        let real = match place.map(|stamp| self.readings.table(&stamp)) {
            Some(Ok(table)) => Some(table),
            Some(Err(error)) => {
                notes.push(format!("The data source cannot be read: {error}"));
                None
            }
            None => None,
        };
        let found = likeness(real.as_deref(), &synthetic, axes).map_err(ServerError::Invalid)?;
        if real.is_none() {
            notes.push("Only the sample is shown, in bins of its own range.".into());
        }
        notes.extend(found.notes);
        Ok(SampleView {
            sample: sample.name,
            source: named,
            state,
            real: real.map(|real| real.extent()),
            synthetic: synthetic.extent(),
            notes,
            columns: found.columns,
            correlations: found.correlations,
            scatter: found.scatter,
        })
    }

    /// Whether the data of a run are still the same, and the file that they are in now; `None`
    /// where the run has none.
    fn state_of_data(&self, manifest: &Manifest) -> Option<(DataState, Option<Stamp>)> {
        let data = manifest.data.as_ref()?;
        if data.source.is_empty() {
            return Some((DataState::Unknown, None));
        }
        let Ok((source, path)) = self.catalog.resolve(&SourceId::new(&data.source)) else {
            return Some((DataState::Gone, None));
        };
        let stamp = Stamp::new(&source, &path);
        let state = self.compare(data, &source, &stamp, &manifest.started_at);
        Some((state, Some(stamp)))
    }

    fn compare(
        &self,
        data: &DataFingerprint,
        source: &DataSource,
        stamp: &Stamp,
        started_at: &str,
    ) -> DataState {
        if data.bytes != source.bytes {
            return DataState::Changed;
        }
        if source.bytes <= HASHED {
            return match self.readings.digest(stamp) {
                Some(digest) if digest == data.sha256 => DataState::Same,
                Some(_) => DataState::Changed,
                None => DataState::Unknown,
            };
        }
        let time = |text: &str| text.parse::<Timestamp>().ok();
        match time(&source.modified_at).zip(time(started_at)) {
            Some((modified, started)) if modified < started => DataState::Same,
            _ => DataState::Unknown,
        }
    }
}

/// What the reader has to know of the real side.
fn state_note(state: DataState, name: Option<&str>) -> Vec<String> {
    let Some(name) = name.map(|name| format::shorten(name, 80)) else {
        return vec!["The run has no data source that is known.".into()];
    };
    let note = match state {
        DataState::Same => return Vec::new(),
        DataState::Changed => format!(
            "“{name}” has changed since the run: what is shown as real is not what it was trained on."
        ),
        DataState::Gone => format!("“{name}” is no longer in the data folder."),
        DataState::Unknown => {
            format!("Whether “{name}” is still what the run was trained on cannot be told.")
        }
    };
    vec![note]
}
