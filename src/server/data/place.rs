//! Where in a file a row breaks the rules, and what to do about it.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use csv::Position;
use memchr::{memchr, memchr_iter, memrchr};

use super::DataError;
use super::rows::MAX_ROW;
use crate::recorder::open_unlinked;

/// What is wrong with a row beyond the bytes that it is made of.
pub(super) enum Fault {
    /// It has `found` fields where the header has `expected`.
    Ragged {
        expected: u64,
        found: u64,
        separator: u8,
    },
    /// It is longer than [`MAX_ROW`].
    TooLong,
    /// Only its bytes can be wrong.
    Bytes,
}

/// The error for the row of the file `path` that lies between `start` and the byte `end`.
///
/// The row is read once more, since a place in a line is only worth tracking when it is
/// asked for. Wrong bytes go before wrong structure: they are its likely cause.
pub(super) fn explain(path: &Path, start: &Position, end: u64, fault: &Fault) -> DataError {
    let part = match Part::read(path, start, end) {
        Ok(part) => part,
        Err(error) => return DataError::io("read", path)(error),
    };
    if let Some(at) = memchr(0, &part.bytes) {
        return part.unreadable(
            at,
            "here is a NUL byte, as in binary or UTF-16 files; save the file as CSV in UTF-8"
                .into(),
        );
    }
    if let Err(error) = std::str::from_utf8(&part.bytes)
        && let Some(&byte) = part.bytes.get(error.valid_up_to())
        && error.error_len().is_some()
    {
        return part.unreadable(error.valid_up_to(), format!(
            "the byte 0x{byte:02X} is not UTF-8; the file may be Latin-1 or Windows-1252: save it as UTF-8"
        ));
    }
    match *fault {
        Fault::Ragged { expected, found, separator } => part.unreadable(
            part.after_fields(expected, separator),
            format!("the row has {found} fields where the header has {expected}; make them equal, and quote fields that hold the separator"),
        ),
        Fault::TooLong => part.unreadable(0, "a row begins here that does not end within 1 MiB; look for a quotation mark that is not closed".into()),
        Fault::Bytes => part.unreadable(0, "the row cannot be read; save the file as CSV in UTF-8".into()),
    }
}

/// The bytes of a row, and the number of the line on which it begins.
struct Part {
    bytes: Vec<u8>,
    line: u64,
}

impl Part {
    fn read(path: &Path, start: &Position, end: u64) -> io::Result<Self> {
        let mut file = open_unlinked(path)?;
        file.seek(SeekFrom::Start(start.byte()))?;
        let length = end.saturating_sub(start.byte()).min(MAX_ROW + 1);
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes)?;
        // Blank lines before the row are no part of it.
        let blank = bytes
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let line = start.line() + memchr_iter(b'\n', &bytes[..blank]).count() as u64;
        bytes.drain(..blank);
        Ok(Self { bytes, line })
    }

    /// Where the field after the first `count` begins, or else where the row ends.
    fn after_fields(&self, count: u64, separator: u8) -> usize {
        let mut quoted = false;
        let mut left = count;
        for (at, &byte) in self.bytes.iter().enumerate() {
            if byte == b'"' {
                quoted = !quoted;
            } else if byte == separator && !quoted {
                left = left.saturating_sub(1);
                if left == 0 {
                    return at + 1;
                }
            }
        }
        self.bytes.trim_ascii_end().len()
    }

    fn unreadable(&self, at: usize, reason: String) -> DataError {
        let before = &self.bytes[..at];
        let line_start = memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        DataError::Unreadable {
            line: self.line + memchr_iter(b'\n', before).count() as u64,
            column: (at - line_start) as u64 + 1,
            reason,
        }
    }
}
