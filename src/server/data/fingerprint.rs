//! Which data a run is trained on: a fingerprint, and whether it can be used at all.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::DataError;
use super::cell::Cell;
use super::rows::Rows;
use crate::recorder::open_unlinked;

/// What tells one state of a data file from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Data rows, the header not counted.
    pub rows: u64,
    pub columns: u64,
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// Reads the file whole, as a stream, and takes its fingerprint.
///
/// Fails with the place where the file cannot be read as CSV in UTF-8.
pub fn fingerprint(path: &Path) -> Result<Fingerprint, DataError> {
    read(path).map(|(fingerprint, _)| fingerprint)
}

/// The fingerprint of a file that a run can be trained on: one that is readable to its
/// end, with two data rows or more and a column that has a value.
pub fn trainable(path: &Path) -> Result<Fingerprint, DataError> {
    let (fingerprint, has_value) = read(path)?;
    let reason = match fingerprint.rows {
        0 => "it has a header but no data rows; add at least two",
        1 => "it has one data row only; add at least one more",
        _ if !has_value => "no column has a value; fill in at least one",
        _ => return Ok(fingerprint),
    };
    Err(DataError::Unusable {
        reason: reason.into(),
    })
}

/// The fingerprint, and whether any cell has a value.
fn read(path: &Path) -> Result<(Fingerprint, bool), DataError> {
    let mut rows = Rows::through(path, Hashing::new)?;
    let (mut count, mut has_value) = (0, false);
    while let Some(row) = rows.next_row()? {
        count += 1;
        has_value = has_value
            || row.iter().any(|text| {
                let cell = Cell::read(text, false);
                !matches!(cell, Cell::Blank | Cell::Absent | Cell::Infinite)
            });
    }
    let columns = rows.header.len() as u64;
    let hashing = rows.into_inner();
    let fingerprint = Fingerprint {
        rows: count,
        columns,
        bytes: hashing.bytes,
        sha256: hex(&hashing.digest.finalize()),
    };
    Ok((fingerprint, has_value))
}

/// Length and SHA-256 of any file, a CSV or not.
pub fn digest(path: &Path) -> Result<(u64, String), DataError> {
    let mut file = open_unlinked(path)
        .map(Hashing::new)
        .map_err(DataError::io("read", path))?;
    io::copy(&mut file, &mut io::sink()).map_err(DataError::io("read", path))?;
    Ok((file.bytes, hex(&file.digest.finalize())))
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file whose bytes are hashed as they are read.
struct Hashing {
    file: File,
    digest: Sha256,
    bytes: u64,
}

impl Hashing {
    fn new(file: File) -> Self {
        Self {
            file,
            digest: Sha256::new(),
            bytes: 0,
        }
    }
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.digest.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file(content: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        file
    }

    #[test]
    fn a_fingerprint_is_of_every_byte() {
        let found = fingerprint(file(b"\xEF\xBB\xBFa,b\r\n1,2\r\n\r\n").path()).unwrap();
        assert_eq!((found.rows, found.columns, found.bytes), (1, 2, 15));
        let expected = hex(&Sha256::digest(b"\xEF\xBB\xBFa,b\r\n1,2\r\n\r\n"));
        assert_eq!(found.sha256, expected);
        let long = b"a,b\n".repeat(100_000);
        let (bytes, sha256) = digest(file(&long).path()).unwrap();
        let found = fingerprint(file(&long).path()).unwrap();
        assert_eq!((found.bytes, &found.sha256), (bytes, &sha256));
        assert_eq!((found.rows, found.bytes), (99_999, 400_000));
        assert_eq!(found.sha256, hex(&Sha256::digest(&long)));
    }

    #[test]
    fn what_cannot_be_trained_on_is_refused_with_a_reason() {
        assert!(trainable(file(b"a,b\n1,\n,x\n").path()).is_ok());
        for (content, reason) in [
            (&b""[..], "empty"),
            (b"a,b\n", "no data rows"),
            (b"a,b\n1,2\n", "one data row"),
            (b"a,b\n,NaN\n ,inf\n", "no column has a value"),
            (b"a,b\n1,2\n3,4\n5\n", "Line 4"),
        ] {
            let message = trainable(file(content).path()).unwrap_err().to_string();
            assert!(message.contains(reason), "{message}");
        }
    }
}
