//! Counts the rows of what is too long to be read cell by cell.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use memchr::memchr2_iter;

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    pub rows: u64,
    /// How many bytes the rows lie in.
    pub bytes: u64,
    /// Whether there were quotation marks: between two of them a line end ends no row, and
    /// a mark inside an unquoted field could be taken for one of two.
    pub quoted: bool,
}

/// Counts the rows from the byte `from`, which begins one, to the end or for at most
/// `limit` bytes, by their line feeds; blank lines are no rows.
pub(super) fn count(file: &mut File, from: u64, limit: u64) -> io::Result<Counted> {
    file.seek(SeekFrom::Start(from))?;
    let mut source = file.take(limit);
    let mut buffer = vec![0; 1 << 18];
    let mut counted = Counted::default();
    let mut inside = false;
    // Where the present line begins, and the byte before the buffer.
    let (mut line_start, mut previous) = (0, b'\n');
    loop {
        let read = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        for at in memchr2_iter(b'\n', b'"', &buffer[..read]) {
            let place = counted.bytes + at as u64;
            if buffer[at] == b'"' {
                counted.quoted = true;
                inside = !inside;
            } else if !inside {
                let before = at.checked_sub(1).map_or(previous, |before| buffer[before]);
                let length = place - line_start;
                let blank = length == 0 || (length == 1 && before == b'\r');
                counted.rows += u64::from(!blank);
                line_start = place + 1;
            }
        }
        previous = buffer[read - 1];
        counted.bytes += read as u64;
    }
    let whole = counted.bytes < limit;
    counted.rows += u64::from(whole && counted.bytes > line_start);
    Ok(counted)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Write;

    fn count_in(content: &[u8], from: u64) -> Counted {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        count(&mut file, from, u64::MAX).unwrap()
    }

    #[test]
    fn rows_are_lines_that_are_not_blank_and_not_quoted() {
        assert_eq!(count_in(b"", 0).rows, 0);
        assert_eq!(count_in(b"a,b\n1,2\n3,4", 4).rows, 2);
        assert_eq!(count_in(b"1\r\n\r\n\n2\r\n", 0).rows, 2);
        let quoted = count_in(b"1,\"a\nb\"\n2,\"\"\n", 0);
        assert!(quoted.quoted);
        assert_eq!(quoted.rows, 2);
    }

    #[test]
    fn buffers_leave_no_seam() {
        for shift in 0..6 {
            let content = ["x".repeat((1 << 18) - shift), "1\r\n\r\n2\r\n".repeat(9)].concat();
            assert_eq!(count_in(content.as_bytes(), 0).rows, 18);
        }
    }
}
