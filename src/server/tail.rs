//! Reads a log that grows, whole entries at a time.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::ServerError;
use super::ending::unreadable;
use crate::recorder::open_plain;

/// Bytes that are read at a time: what comes of them stays within the cache of the index's writer.
const CHUNK: usize = 1 << 19;
/// Room for what a trainer prints at a time.
const USUAL: usize = 16 * 1024;

/// A place in the log of a run.
pub struct Tail {
    folder: PathBuf,
    /// The log, once it is there; nobody puts another in its place.
    log: Option<File>,
    /// Bytes that were read.
    offset: u64,
}

/// Whole entries of the log.
pub struct Entries {
    pub bytes: Vec<u8>,
    /// Whether more may follow at once.
    pub is_more: bool,
}

impl Tail {
    /// The beginning of the log in `folder`.
    pub fn of(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            log: None,
            offset: 0,
        }
    }

    /// Bytes that were read.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Goes on at the byte `offset`, in the file that is there by then.
    pub fn go_to(&mut self, offset: u64) {
        (self.log, self.offset) = (None, offset);
    }

    /// The next entries; `None` where there are none.
    ///
    /// # Errors
    /// `Disk` where the log cannot be read.
    pub fn read_on(&mut self) -> Result<Option<Entries>, ServerError> {
        let failed = |error| unreadable("output.log", &error);
        if self.log.is_none() {
            match open_plain(&self.folder, Path::new("output.log")) {
                Ok(log) => self.log = Some(log),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(failed(error)),
            }
        }
        let Some(log) = &mut self.log else {
            return Ok(None);
        };
        log.seek(SeekFrom::Start(self.offset)).map_err(failed)?;
        let mut bytes = Vec::with_capacity(USUAL);
        log.take(CHUNK as u64)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        let is_more = bytes.len() == CHUNK;
        // The recorder writes whole entries, but a reader may meet one half-way.
        let end = match memchr::memrchr(b'\n', &bytes) {
            Some(end) => end + 1,
            // No entry is so long: this is no log.
            None if is_more => CHUNK,
            None => return Ok(None),
        };
        bytes.truncate(end);
        self.offset += end as u64;
        Ok(Some(Entries { bytes, is_more }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{OpenOptions, write};
    use std::io::Write;

    fn next(tail: &mut Tail) -> Option<(String, bool)> {
        let entries = tail.read_on().unwrap()?;
        Some((String::from_utf8(entries.bytes).unwrap(), entries.is_more))
    }

    #[test]
    fn only_whole_entries_are_read_and_each_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut tail = Tail::of(folder.path());
        assert_eq!(next(&mut tail), None, "it is not there yet");
        let path = folder.path().join("output.log");
        write(&path, "one\ntwo\nthr").unwrap();
        assert_eq!(next(&mut tail), Some(("one\ntwo\n".into(), false)));
        assert_eq!((next(&mut tail), tail.offset()), (None, 8));
        let mut log = OpenOptions::new().append(true).open(&path).unwrap();
        log.write_all(b"ee\n").unwrap();
        assert_eq!(next(&mut tail), Some(("three\n".into(), false)));
        tail.go_to(4);
        assert_eq!(next(&mut tail), Some(("two\nthree\n".into(), false)));
    }

    #[test]
    fn a_long_log_comes_in_parts_and_what_is_none_comes_to_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut tail = Tail::of(folder.path());
        write(folder.path().join("output.log"), vec![b'x'; 2 * CHUNK + 5]).unwrap();
        let lengths = std::iter::from_fn(|| tail.read_on().unwrap());
        let lengths: Vec<(usize, bool)> = lengths.map(|it| (it.bytes.len(), it.is_more)).collect();
        assert_eq!(lengths, [(CHUNK, true), (CHUNK, true)]);
    }
}
