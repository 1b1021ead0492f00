//! Makes lines of the pieces in which a log keeps a stream's bytes.

use serde::{Deserialize, Serialize};

use crate::event::Colour;

/// A whole line: what stands between two ends, `\n` or `\r`.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its text without terminal control codes; bytes that are not UTF-8 are replaced.
    pub text: String,
    /// Bytes beyond [`Lines::LONGEST`] that `text` leaves out.
    pub cut_bytes: u64,
    /// The line before ended by `\r` alone, so that this one is drawn over it.
    pub overwrites: bool,
    /// Where the terminal would have shown `text` in colour.
    pub colours: Vec<Colour>,
}

/// The unfinished line of one stream. Serialisable, so that a follower can go on in the
/// middle of a line after a restart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lines {
    pending: Vec<u8>,
    cut_bytes: u64,
    /// The last piece ended a line by `\r`: a `\n` that follows at once belongs to it.
    after_return: bool,
    /// The last line ended by `\r`, and no `\n` came since.
    returned: bool,
}

impl Lines {
    /// Bytes of a line that are read; the log file keeps all of them.
    pub const LONGEST: usize = 64 * 1024;

    /// Takes the next piece of the stream and gives `line` each line that ends in it.
    /// `ended` tells that a `\n` follows the piece.
    pub fn push(&mut self, piece: &[u8], ended: bool, mut line: impl FnMut(Line)) {
        if piece.is_empty() && ended && self.after_return && self.pending.is_empty() {
            (self.after_return, self.returned) = (false, false);
            return;
        }
        let piece = match piece {
            [text @ .., b'\r'] if ended => text,
            whole => whole,
        };
        let mut rest = piece;
        while let Some(at) = memchr::memchr(b'\r', rest) {
            self.add(&rest[..at]);
            line(self.take());
            self.returned = true;
            rest = &rest[at + 1..];
        }
        self.after_return = rest.is_empty() && !piece.is_empty();
        self.add(rest);
        if ended {
            self.after_return = false;
            line(self.take());
            self.returned = false;
        }
    }

    /// The unfinished line at the end of the stream.
    pub fn finish(&mut self) -> Option<Line> {
        (!self.pending.is_empty() || self.cut_bytes > 0).then(|| self.take())
    }

    fn add(&mut self, bytes: &[u8]) {
        let room = Self::LONGEST.saturating_sub(self.pending.len());
        let taken = bytes.len().min(room);
        self.pending.extend_from_slice(&bytes[..taken]);
        self.cut_bytes += (bytes.len() - taken) as u64;
    }

    fn take(&mut self) -> Line {
        let text = match memchr::memchr3(0x1b, 0x08, 0x07, &self.pending) {
            Some(_) => String::from_utf8_lossy(&strip_ansi_escapes::strip(&self.pending)).into(),
            None => String::from_utf8_lossy(&self.pending).into_owned(),
        };
        self.pending.clear();
        Line {
            text,
            cut_bytes: std::mem::take(&mut self.cut_bytes),
            overwrites: self.returned,
            colours: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines_of(pieces: &[(&[u8], bool)]) -> Vec<String> {
        let mut lines = Lines::default();
        let mut texts = Vec::new();
        for (piece, ended) in pieces {
            lines.push(piece, *ended, |line| texts.push(line.text));
        }
        texts.extend(lines.finish().map(|line| line.text));
        texts
    }

    #[test]
    fn a_progress_bar_is_a_line_each_return() {
        assert_eq!(
            lines_of(&[(b" 10%\r", false), (b" 20%\r", false), (b"done", true)]),
            [" 10%", " 20%", "done"]
        );
    }

    #[test]
    fn a_windows_line_is_one_line_however_it_was_read() {
        assert_eq!(lines_of(&[(b"a\r", true), (b"b", true)]), ["a", "b"]);
        assert_eq!(
            lines_of(&[(b"a\r", false), (b"", true), (b"b", true)]),
            ["a", "b"]
        );
    }

    #[test]
    fn empty_lines_count() {
        assert_eq!(
            lines_of(&[(b"a", true), (b"", true), (b"b", true)]),
            ["a", "", "b"]
        );
    }

    #[test]
    fn colours_and_foreign_bytes_do_no_harm() {
        assert_eq!(
            lines_of(&[(b"\x1b[32mloss\x1b[0m \xff", true)]),
            ["loss \u{fffd}"]
        );
    }

    #[test]
    fn an_endless_line_costs_bounded_memory() {
        let mut lines = Lines::default();
        for _ in 0..100 {
            lines.push(&[b'x'; 16 * 1024], false, |_| panic!("no line has ended"));
        }
        let line = lines.finish().unwrap();
        assert_eq!(line.text.len(), Lines::LONGEST);
        assert_eq!(line.cut_bytes, 100 * 16 * 1024 - Lines::LONGEST as u64);
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(text in "[a\r]{0,40}", at in 0usize..40) {
            let at = at.min(text.len());
            let (one, two) = text.as_bytes().split_at(at);
            prop_assert_eq!(
                lines_of(&[(one, false), (two, false)]),
                lines_of(&[(text.as_bytes(), false)])
            );
        }
    }
}
