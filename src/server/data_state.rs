//! Whether the data source of a run still is what it was started on, and what was read of it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::Server;
use super::data::{DataError, Table, digest};
use crate::data::{DataSource, SourceId};
use crate::run::{DataFingerprint, DataState, Manifest};

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
pub struct Stamp {
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

    pub fn table(&self, stamp: &Stamp) -> Result<Arc<Table>, DataError> {
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
    /// Whether the data of a run are still the same, and the file that they are in now; `None`
    /// where the run has none.
    pub fn state_of_data(&self, manifest: &Manifest) -> Option<(DataState, Option<Stamp>)> {
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
