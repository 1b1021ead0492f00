//! What the index knows of runs, and whether their folders still say the same.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::{Journal, ServerError, folder};
use crate::event::{RunId, Status};
use crate::recorder::{Holder, open_plain, read_exit, read_lock};

/// How long a folder must be at rest before it counts as whole.
const REST: Duration = Duration::from_secs(2);
/// How long after it came to rest a folder that was read before may be read again.
const RECENT: Duration = Duration::from_secs(60);

/// What the index knows of a run.
pub struct Known {
    /// Whether it was read whole, or is followed.
    pub shown: bool,
    pub status: Status,
    /// Bytes of its log that are in the index.
    offset: u64,
}

/// All runs of the index.
pub fn all(journal: &Journal) -> Result<HashMap<RunId, Known>, ServerError> {
    journal.read(|index| {
        let mut rows =
            index.prepare_cached("SELECT run_id, shown, status, log_offset FROM runs")?;
        let mut rows = rows.query([])?;
        let mut known = HashMap::new();
        while let Some(row) = rows.next()? {
            let (id, status): (String, String) = (row.get(0)?, row.get(2)?);
            // One that was forgotten has no id any more.
            if let Some(id) = RunId::parse(&id) {
                let run = Known {
                    shown: row.get(1)?,
                    status: Status::named(&status).unwrap_or_default(),
                    offset: row.get(3)?,
                };
                known.insert(id, run);
            }
        }
        Ok(known)
    })
}

/// The id in `text`, if the journal knows a run of it.
pub fn known_run(journal: &Journal, text: &str) -> Result<RunId, ServerError> {
    let unknown = || ServerError::no_run(text);
    let id = RunId::parse(text).ok_or_else(unknown)?;
    let known = journal.read(|index| {
        let mut rows = index.prepare_cached("SELECT 1 FROM runs WHERE run_id = ?1 AND shown")?;
        Ok(rows.exists([id.as_str()])?)
    })?;
    if known { Ok(id) } else { Err(unknown()) }
}

impl Known {
    /// Whether the index tells of the folder at `path` what is not so, or no longer.
    pub fn is_outdated(&self, path: &Path, start: bool) -> bool {
        let length = match std::fs::metadata(path.join("output.log")) {
            Ok(log) => log.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            // A disk that does not answer now tells nothing about the log.
            Err(_) => return false,
        };
        if length < self.offset {
            // The machine died, and the log lost what had not reached the disk.
            return true;
        }
        let hidden_or_lost = !self.shown || self.status == Status::Lost;
        if hidden_or_lost && is_held(path) {
            // Its recorder came late.
            return true;
        }
        if !self.shown || self.status.is_active() {
            return false;
        }
        // What stands behind the last whole entry is never read.
        let longer = length > self.offset && ends_whole(path);
        let found = self.status == Status::Lost && matches!(read_exit(path), Ok(Some(_)));
        (longer || found) && (start || has_come_to_rest(path))
    }
}

/// Whether the log of a folder ends with a whole entry.
fn ends_whole(path: &Path) -> bool {
    use std::io::{Read, Seek, SeekFrom};
    let last = || -> io::Result<u8> {
        let mut log = open_plain(path, Path::new("output.log"))?;
        log.seek(SeekFrom::End(-1))?;
        let mut byte = [0];
        log.read_exact(&mut byte)?;
        Ok(byte[0])
    };
    last().is_ok_and(|byte| byte == b'\n')
}

/// Whether a folder that nobody told us of can be taken up: a recorder is at work in it, or
/// nobody is and it is at rest.
pub fn is_whole(path: &Path) -> bool {
    is_held(path) || rest(path).is_none_or(|rest| rest >= REST)
}

/// Whether a folder changed not long ago, and does no more.
fn has_come_to_rest(path: &Path) -> bool {
    rest(path).is_some_and(|rest| (REST..RECENT).contains(&rest))
}

/// Whether a recorder is at work in a folder.
pub fn is_held(path: &Path) -> bool {
    matches!(read_lock(path), Ok(Holder::Held(_)))
}

/// How long nothing has changed in a folder.
fn rest(path: &Path) -> Option<Duration> {
    let inside = std::fs::read_dir(path).into_iter().flatten().flatten();
    let ages = inside.filter_map(|entry| folder::changed(&entry.path()));
    ages.chain(folder::changed(path)).min()
}
