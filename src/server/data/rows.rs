//! The rows of a CSV file, one at a time, checked, in bounded memory.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use csv::{ErrorKind, ReaderBuilder, StringRecord};
use memchr::memchr;

use super::DataError;
use super::place::{Fault, explain};
use crate::recorder::open_unlinked;
use crate::trainer::data::{may_have_decimal_commas, separator};

/// The longest row that is read, in bytes.
pub(super) const MAX_ROW: u64 = 1 << 20;

/// A CSV file being read: the header is behind, the data rows are ahead.
///
/// Blank lines are skipped, a byte order mark too. `R` is what the file is read through.
pub(super) struct Rows<R = File> {
    reader: csv::Reader<Guard<R>>,
    record: StringRecord,
    path: PathBuf,
    separator: u8,
    /// The names of the columns, none of them blank.
    pub header: Vec<String>,
}

impl Rows {
    /// Opens a file and reads its header.
    pub fn open(path: &Path) -> Result<Self, DataError> {
        Self::through(path, |file| file)
    }

    /// How many data rows the file has, all of them checked.
    pub fn count(path: &Path) -> Result<u64, DataError> {
        let mut rows = Self::open(path)?;
        let mut count = 0;
        while rows.next_row()?.is_some() {
            count += 1;
        }
        Ok(count)
    }
}

impl<R: Read> Rows<R> {
    /// Opens a file that is read through what `wrap` makes of it.
    pub fn through(path: &Path, wrap: impl FnOnce(File) -> R) -> Result<Self, DataError> {
        let file = open_unlinked(path).map_err(DataError::io("open", path))?;
        Self::over(file, path, wrap)
    }

    /// Reads a file that is open already; `path` is where it lies, for what is said of it.
    pub fn over(
        mut file: File,
        path: &Path,
        wrap: impl FnOnce(File) -> R,
    ) -> Result<Self, DataError> {
        let sample = sample(&mut file).map_err(DataError::io("read", path))?;
        if sample.starts_with(&[0xFF, 0xFE]) || sample.starts_with(&[0xFE, 0xFF]) {
            return Err(DataError::Unreadable {
                line: 1,
                column: 1,
                reason: "the file is UTF-16; save it as UTF-8".into(),
            });
        }
        let separator = separator(&sample);
        let guard = Guard {
            inner: wrap(file),
            spent: 0,
            exceeded: false,
        };
        let mut rows = Self {
            reader: ReaderBuilder::new()
                .has_headers(false)
                .delimiter(separator)
                .buffer_capacity(1 << 16)
                .from_reader(guard),
            record: StringRecord::new(),
            path: path.to_owned(),
            separator,
            header: Vec::new(),
        };
        let Some(names) = rows.next_row()? else {
            return Err(DataError::Empty);
        };
        rows.header = names
            .iter()
            .enumerate()
            .map(|(at, name)| match name.trim() {
                "" => format!("column {}", at + 1),
                name => name.to_owned(),
            })
            .collect();
        Ok(rows)
    }

    /// The next row, with as many fields as the header; `None` after the last.
    ///
    /// Fails with the place where the row is ragged, not UTF-8, holds a NUL byte or is
    /// longer than [`MAX_ROW`].
    pub fn next_row(&mut self) -> Result<Option<&StringRecord>, DataError> {
        let start = self.reader.position().clone();
        self.reader.get_mut().spent = 0;
        let read = self.reader.read_record(&mut self.record);
        let end = self.reader.position().byte();
        let fault = match read {
            Ok(_) if end - start.byte() > MAX_ROW => Fault::TooLong,
            Ok(_) if memchr(0, self.record.as_slice().as_bytes()).is_some() => Fault::Bytes,
            Ok(true) => return Ok(Some(&self.record)),
            Ok(false) => return Ok(None),
            Err(error) => match error.into_kind() {
                ErrorKind::UnequalLengths {
                    expected_len, len, ..
                } => Fault::Ragged {
                    expected: expected_len,
                    found: len,
                    separator: self.separator,
                },
                ErrorKind::Io(_) if self.reader.get_ref().exceeded => Fault::TooLong,
                ErrorKind::Io(error) => return Err(DataError::io("read", &self.path)(error)),
                _ => Fault::Bytes,
            },
        };
        Err(explain(&self.path, &start, end, &fault))
    }

    /// How many bytes of the file were used so far.
    pub fn bytes_read(&self) -> u64 {
        self.reader.position().byte()
    }

    /// Whether the lines read so far ended in a line feed; very old files use `\r` alone.
    pub fn has_line_feeds(&self) -> bool {
        self.reader.position().line() > 1
    }

    /// Whether a comma may stand where English has a decimal point.
    pub fn has_decimal_commas(&self) -> bool {
        may_have_decimal_commas(self.separator)
    }

    /// What the file was read through.
    pub fn into_inner(self) -> R {
        self.reader.into_inner().inner
    }
}

/// The first bytes of a file, enough to hold a row of any length; the file stands at its
/// beginning afterwards.
fn sample(file: &mut File) -> io::Result<Vec<u8>> {
    let mut sample = Vec::new();
    file.by_ref().take(MAX_ROW).read_to_end(&mut sample)?;
    file.rewind()?;
    Ok(sample)
}

/// Ends the reading of a row that would fill the memory: one without an end, or with a
/// quotation mark that is never closed.
struct Guard<R> {
    inner: R,
    /// Bytes read for the present row.
    spent: u64,
    exceeded: bool,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.spent > MAX_ROW {
            self.exceeded = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = self.inner.read(buffer)?;
        self.spent += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Write;
    use tempfile::NamedTempFile;

    fn file(content: &[u8]) -> NamedTempFile {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        file
    }

    /// Line, column and reason of the error that reading `content` whole ends with.
    fn fault(content: &[u8]) -> (u64, u64, String) {
        match Rows::count(file(content).path()) {
            Err(DataError::Unreadable {
                line,
                column,
                reason,
            }) => (line, column, reason),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_ragged_row_is_named_by_its_line_and_both_lengths() {
        let (line, column, reason) = fault(b"a,b\n1,2\n\n\r\n3,4,5\n");
        assert_eq!((line, column), (5, 5));
        assert!(
            reason.contains("3 fields") && reason.contains("header has 2"),
            "{reason}"
        );
        let (line, column, _) = fault(b"a,b,c\n1,\"x\ny,z\",3\n4,5\n");
        assert_eq!((line, column), (4, 4));
        let (line, column, _) = fault(b"a,b\n\"x\ny\",2,3\n");
        assert_eq!((line, column), (3, 6));
    }

    #[test]
    fn other_encodings_are_named_with_the_place() {
        let (line, column, reason) = fault(b"city,n\nParis,1\nOrl\xE9ans,2\n");
        assert_eq!((line, column), (3, 4));
        assert!(
            reason.contains("0xE9") && reason.contains("Latin-1"),
            "{reason}"
        );
        // Neither half is UTF-8, though both together would be.
        let (line, column, _) = fault(b"a,b\n\xC3,\xA9\n");
        assert_eq!((line, column), (2, 1));
        for mark in [[0xFF, 0xFE], [0xFE, 0xFF]] {
            let (line, column, reason) = fault(&[&mark[..], b"a\0,\0b\0\n\0"].concat());
            assert_eq!((line, column), (1, 1));
            assert!(reason.contains("UTF-16"), "{reason}");
        }
        let (line, column, reason) = fault(b"a,b\n1,2\n1,2\0\n");
        assert_eq!((line, column), (3, 4));
        assert!(reason.contains("NUL"), "{reason}");
    }

    #[test]
    fn a_mark_quotes_and_blank_lines_are_understood() {
        let file = file(b"\xEF\xBB\xBFa, ,\"c \"\"d\"\"\"\r\n\r\n1,\"two\nlines\",3\r\n");
        let mut rows = Rows::open(file.path()).unwrap();
        assert_eq!(rows.header, ["a", "column 2", "c \"d\""]);
        let row = rows.next_row().unwrap().unwrap();
        assert_eq!(row.iter().collect::<Vec<_>>(), ["1", "two\nlines", "3"]);
        assert!(rows.next_row().unwrap().is_none());
    }

    #[test]
    fn nothing_but_blanks_is_empty() {
        for content in [&b""[..], b"\n\r\n\n", b"\xEF\xBB\xBF"] {
            assert!(matches!(
                Rows::open(file(content).path()),
                Err(DataError::Empty)
            ));
        }
    }

    #[test]
    fn a_row_without_an_end_stops_at_its_limit() {
        let long = MAX_ROW as usize;
        let (line, column, reason) = fault(&[b"a\n1\n", &vec![b'x'; 5 * long][..]].concat());
        assert_eq!((line, column), (3, 1));
        assert!(reason.contains("1 MiB"), "{reason}");
        let (line, _, _) = fault(&[b"a,b\n1,\"2\n", &b"3,4\n".repeat(long)[..]].concat());
        assert_eq!(line, 2);
        let (line, _, _) = fault(&[b"a\n", &vec![b'x'; long][..], b"\n1\n"].concat());
        assert_eq!(line, 2);
        let just_fits = [b"a\n", &vec![b'x'; long - 1][..], b"\n1\n"].concat();
        assert_eq!(Rows::count(file(&just_fits).path()).unwrap(), 2);
    }
}
