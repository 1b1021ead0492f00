//! Makes lines of the pieces in which a log keeps a stream's bytes.

use serde::{Deserialize, Serialize};

use super::colour;
use crate::event::Colour;

/// A whole line: what stands between two ends, `\n` or `\r`.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its text without terminal control codes; bytes that are not UTF-8 are replaced.
    pub text: String,
    /// Bytes beyond [`Lines::LONGEST`] that `text` leaves out.
    pub cut_bytes: u64,
    /// The line before it in its stream ended by a `\r` alone, so that a terminal draws
    /// this one over it: a living progress bar.
    pub overwrites: bool,
    /// The styled parts of the text; empty where it has no colours.
    pub colours: Vec<Colour>,
}

/// The unfinished line of one stream. Serialisable, so that a follower can go on in the
/// middle of a line after a restart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lines {
    pending: Vec<u8>,
    cut_bytes: u64,
    /// The last piece ended a line by `\r`: a `\n` that follows at once belongs to it.
    after_return: bool,
    /// The last line ended by a `\r` alone, as far as is known.
    overwrites: bool,
}

impl Lines {
    /// Bytes of a line that are read; the log file keeps all of them.
    pub const LONGEST: usize = 64 * 1024;

    /// Takes the next piece of the stream and gives `line` each line that ends in it.
    /// `ended` tells that a `\n` follows the piece.
    pub fn push(&mut self, piece: &[u8], ended: bool, mut line: impl FnMut(Line)) {
        if piece.is_empty() && ended && self.after_return && self.pending.is_empty() {
            (self.after_return, self.overwrites) = (false, false);
            return;
        }
        let piece = match piece {
            [text @ .., b'\r'] if ended => text,
            whole => whole,
        };
        let mut rest = piece;
        while let Some(at) = memchr::memchr(b'\r', rest) {
            self.add(&rest[..at]);
            line(self.take(true));
            rest = &rest[at + 1..];
        }
        self.after_return = rest.is_empty() && !piece.is_empty();
        self.add(rest);
        if ended {
            self.after_return = false;
            line(self.take(false));
        }
    }

    /// The unfinished line at the end of the stream.
    pub fn finish(&mut self) -> Option<Line> {
        (!self.pending.is_empty() || self.cut_bytes > 0).then(|| self.take(false))
    }

    fn add(&mut self, bytes: &[u8]) {
        let room = Self::LONGEST.saturating_sub(self.pending.len());
        let taken = bytes.len().min(room);
        self.pending.extend_from_slice(&bytes[..taken]);
        self.cut_bytes += (bytes.len() - taken) as u64;
    }

    /// The line that ends here, by a `\r` alone or otherwise.
    fn take(&mut self, by_return: bool) -> Line {
        let (text, colours) = colour::strip(&self.pending);
        self.pending.clear();
        Line {
            text,
            cut_bytes: std::mem::take(&mut self.cut_bytes),
            overwrites: std::mem::replace(&mut self.overwrites, by_return),
            colours,
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
    fn a_return_alone_is_drawn_over() {
        let mut lines = Lines::default();
        let mut over = Vec::new();
        let pieces: [(&[u8], bool); 8] = [
            (b"1%\r2%", false),
            (b"\r", false),
            (b"3%", true),
            (b"next\r", true),
            (b"win\r", false),
            (b"", true),
            (b"bar\r", false),
            (b"over", true),
        ];
        for (piece, ended) in pieces {
            // What a restart in between keeps.
            let kept = serde_json::to_string(&lines).unwrap();
            lines = serde_json::from_str(&kept).unwrap();
            lines.push(piece, ended, |line| over.push((line.text, line.overwrites)));
        }
        let expected = [
            ("1%", false),
            ("2%", true),
            ("3%", true),
            ("next", false),
            ("win", false),
            ("bar", false),
            ("over", true),
        ];
        assert_eq!(over, expected.map(|(text, over)| (text.to_owned(), over)));
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
