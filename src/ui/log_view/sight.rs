//! The rows of a log: what pages brought, and what the event stream has added since.

use super::pages::Pages;
use crate::event::LogEntry;
use crate::run::LogTail;

/// A log as it is known at a moment.
pub struct Sight<'a> {
    pub pages: &'a Pages,
    /// The last lines by the event stream; `None` where a filter leaves some out.
    pub tail: Option<&'a LogTail>,
    /// Whether the end is followed: there the stream is ahead of any page.
    pub following: bool,
}

impl Sight<'_> {
    /// How many rows there are, as far as is known. Exact as of the last answer; of what
    /// came since, a line is counted that takes no other's place.
    pub fn rows(&self) -> u64 {
        let matching = self.pages.matching().unwrap_or(0);
        let Some(LogTail(tail)) = self.tail else {
            return matching;
        };
        let told = self.pages.total();
        let known = tail.partition_point(|entry| entry.line <= told);
        let added = tail
            .iter()
            .skip(known)
            .filter(|entry| entry.replaces.is_none());
        (matching + added.count() as u64).max(tail.len() as u64)
    }

    /// The line of the row `row`; `None` where it has still to be fetched.
    pub fn line(&self, row: u64) -> Option<&LogEntry> {
        let paged = || self.pages.line(row);
        if self.following {
            self.streamed(row).or_else(paged)
        } else {
            paged().or_else(|| self.streamed(row))
        }
    }

    fn streamed(&self, row: u64) -> Option<&LogEntry> {
        let LogTail(tail) = self.tail?;
        let above = self.rows() - tail.len() as u64;
        tail.get(row.checked_sub(above)? as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::super::pages::tests::{answer, entry};
    use super::*;

    fn tail(lines: impl Iterator<Item = u64>) -> LogTail {
        let mut tail = LogTail::default();
        lines.for_each(|line| tail.push(entry(line)));
        tail
    }

    #[test]
    fn the_stream_continues_what_pages_told() {
        let mut pages = Pages::default();
        let number = pages.next(0..0).unwrap();
        pages.take(0, number, answer(number, 1_000));
        let tail = tail(1..=1_003);
        let sight = Sight {
            pages: &pages,
            tail: Some(&tail),
            following: true,
        };
        assert_eq!(sight.rows(), 1_003);
        for (row, line) in [
            (1_002, Some(1_003)),
            (603, Some(604)),
            (300, None),
            (0, Some(1)),
        ] {
            assert_eq!(sight.line(row).map(|entry| entry.line), line, "row {row}");
        }
        assert_eq!(sight.line(1_003), None);
    }

    #[test]
    fn a_progress_bar_adds_no_row() {
        let mut pages = Pages::default();
        pages.next(0..0);
        pages.take(0, 0, answer(0, 3));
        let mut tail = tail(1..=3);
        for line in 4..50 {
            tail.push(LogEntry {
                replaces: Some(line - 1),
                ..entry(line)
            });
        }
        let sight = Sight {
            pages: &pages,
            tail: Some(&tail),
            following: true,
        };
        assert_eq!(sight.rows(), 3);
        assert_eq!(sight.line(2).map(|entry| entry.line), Some(49));
        assert_eq!(sight.line(1).map(|entry| entry.line), Some(2));
    }

    #[test]
    fn before_any_answer_the_stream_is_all_that_is_known() {
        let (pages, tail) = (Pages::default(), tail(1..=900));
        let mut sight = Sight {
            pages: &pages,
            tail: Some(&tail),
            following: false,
        };
        assert_eq!(sight.rows(), LogTail::KEPT as u64);
        assert_eq!(sight.line(0).map(|entry| entry.line), Some(501));
        sight.tail = None;
        assert_eq!((sight.rows(), sight.line(0)), (0, None));
    }
}
