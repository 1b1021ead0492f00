//! The pages of a log that are at hand: those that were in sight last, up to a bound.

use std::ops::Range;

use crate::event::LogEntry;
use crate::run::{LogPage, LogTail};

/// Pages kept; the one that was out of sight for longest goes first.
const KEPT: usize = 24;
/// Pages on their way at the same time. What was scrolled past meanwhile is never asked for.
const ASKED_MOST: usize = 2;

/// Pages of the lines that match one filter.
#[derive(Debug, Default)]
pub struct Pages {
    /// Tells answers for this filter from those for an earlier one.
    pub generation: u64,
    /// Lines that match, once an answer has told.
    matching: Option<u64>,
    /// Lines that the run had written at the last answer.
    total: u64,
    /// The page that was in sight last stands last.
    kept: Vec<Page>,
    asked: Vec<u64>,
    /// More lines were written since the last answer.
    outdated: bool,
    /// An answer was an error: nothing more is asked for until somebody says so.
    failed: bool,
}

#[derive(Debug)]
struct Page {
    number: u64,
    lines: Vec<LogEntry>,
    /// Lines that the run had written when the page was read.
    total: u64,
    /// Whether the lines stay as they are: one that others are drawn over is among the last.
    settled: bool,
}

impl Pages {
    /// Lines of a page.
    pub const SIZE: u64 = 200;

    /// No page yet, for the filter after this one.
    pub fn next_generation(&self) -> Self {
        Self {
            generation: self.generation + 1,
            ..Self::default()
        }
    }

    /// Lines that match; `None` until an answer has told.
    pub fn matching(&self) -> Option<u64> {
        self.matching
    }

    /// Lines that the run had written at the last answer.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The line of the row `row`, counted from 0.
    pub fn line(&self, row: u64) -> Option<&LogEntry> {
        let page = self.page(row / Self::SIZE)?;
        page.lines.get((row % Self::SIZE) as usize)
    }

    /// Says that the run has written more than the last answer told.
    pub fn outdate(&mut self) {
        self.outdated = true;
    }

    /// The page to ask for next where `rows` are in sight; it then counts as asked for.
    pub fn next(&mut self, rows: Range<u64>) -> Option<u64> {
        if self.failed || self.asked.len() >= ASKED_MOST {
            return None;
        }
        let numbers = if rows.is_empty() {
            0..0
        } else {
            rows.start / Self::SIZE..(rows.end - 1) / Self::SIZE + 1
        };
        for number in numbers.clone() {
            if let Some(at) = self.kept.iter().position(|page| page.number == number) {
                let seen = self.kept.remove(at);
                self.kept.push(seen);
            }
        }
        let number = match self.matching {
            None => Some(0),
            Some(matching) => self
                .lacking(numbers.clone(), matching)
                .or_else(|| self.stale(numbers, matching)),
        }?;
        if self.asked.contains(&number) {
            return None;
        }
        self.asked.push(number);
        Some(number)
    }

    /// A page of `numbers` that is not at hand, or shorter than is known by now.
    fn lacking(&self, numbers: Range<u64>, matching: u64) -> Option<u64> {
        numbers.into_iter().find(|number| {
            let due = matching.saturating_sub(number * Self::SIZE).min(Self::SIZE);
            let missing = match self.page(*number) {
                None => true,
                Some(page) => (page.lines.len() as u64) < due && page.total < self.total,
            };
            missing && !self.asked.contains(number)
        })
    }

    /// Where the run has written more: the page in sight that may have changed, or else the
    /// last, for the sake of the count.
    fn stale(&mut self, numbers: Range<u64>, matching: u64) -> Option<u64> {
        if !std::mem::take(&mut self.outdated) {
            return None;
        }
        let unsettled = self.kept.iter().filter(|page| !page.settled);
        let in_sight = unsettled.filter(|page| numbers.contains(&page.number));
        let oldest = in_sight.min_by_key(|page| page.total);
        let last = matching.saturating_sub(1) / Self::SIZE;
        Some(oldest.map_or(last, |page| page.number))
    }

    /// Takes the answer for page `number` of the filter `generation` in.
    pub fn take(&mut self, generation: u64, number: u64, answer: LogPage) {
        if generation != self.generation {
            return;
        }
        self.asked.retain(|asked| *asked != number);
        // Two answers may cross on their way.
        if answer.total >= self.total {
            self.total = answer.total;
            self.matching = Some(answer.matching);
        }
        self.kept.retain(|page| page.number != number);
        self.kept.push(Page {
            number,
            settled: (number + 1) * Self::SIZE + LogTail::KEPT as u64 <= answer.matching,
            total: answer.total,
            lines: answer.lines,
        });
        if self.kept.len() > KEPT {
            self.kept.remove(0);
        }
    }

    /// Says that page `number` of the filter `generation` could not be had.
    pub fn fail(&mut self, generation: u64, number: u64) {
        if generation == self.generation {
            self.asked.retain(|asked| *asked != number);
            self.failed = true;
        }
    }

    /// Asks again after a failure.
    pub fn retry(&mut self) {
        self.failed = false;
    }

    /// Whether nothing more is asked for.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    fn page(&self, number: u64) -> Option<&Page> {
        self.kept.iter().find(|page| page.number == number)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::event::{Level, RunId, Stream};

    pub fn entry(line: u64) -> LogEntry {
        LogEntry {
            line,
            stream: Stream::Stdout,
            level: Level::Info,
            message: format!("line {line}"),
            replaces: None,
            colours: Vec::new(),
        }
    }

    /// A page of a log of `total` lines, none of which was drawn over.
    pub fn answer(number: u64, total: u64) -> LogPage {
        let from = number * Pages::SIZE;
        LogPage {
            run_id: RunId::parse("20250824-181433-a1b2").unwrap(),
            total,
            matching: total,
            lines: (from..(from + Pages::SIZE).min(total))
                .map(|row| entry(row + 1))
                .collect(),
        }
    }

    fn read(pages: &mut Pages, rows: Range<u64>, total: u64) -> Vec<u64> {
        let mut asked = Vec::new();
        while let Some(number) = pages.next(rows.clone()) {
            asked.push(number);
            pages.take(pages.generation, number, answer(number, total));
        }
        asked
    }

    #[test]
    fn what_is_in_sight_is_asked_for_once() {
        let mut pages = Pages::default();
        assert_eq!(
            read(&mut pages, 0..0, 100_000),
            [0],
            "the first answer tells the count"
        );
        assert_eq!(pages.matching(), Some(100_000));
        assert_eq!(read(&mut pages, 390..450, 100_000), [1, 2]);
        assert_eq!(pages.line(399).map(|line| line.line), Some(400));
        assert_eq!(pages.line(1_000), None);
        assert_eq!(read(&mut pages, 390..450, 100_000), [] as [u64; 0]);
    }

    #[test]
    fn few_pages_are_on_their_way_and_few_are_kept() {
        let mut pages = Pages::default();
        read(&mut pages, 0..0, 100_000);
        let asked: Vec<_> = (0..4).map(|_| pages.next(20_000..21_000)).collect();
        assert_eq!(asked, [Some(100), Some(101), None, None]);
        pages.take(0, 100, answer(100, 100_000));
        assert_eq!(
            pages.next(40_000..40_010),
            Some(200),
            "the place by now counts"
        );
        pages.take(0, 101, answer(101, 100_000));
        pages.take(0, 200, answer(200, 100_000));
        for row in (0..100).map(|at| 50_000 + at * Pages::SIZE) {
            read(&mut pages, row..row + 1, 100_000);
            assert!(pages.kept.len() <= KEPT);
        }
        assert!(pages.line(69_800).is_some() && pages.line(0).is_none());
    }

    #[test]
    fn only_the_end_is_read_again_when_a_log_grows() {
        let mut pages = Pages::default();
        read(&mut pages, 0..0, 1_050);
        assert_eq!(read(&mut pages, 1_000..1_050, 1_050), [5]);
        pages.outdate();
        assert_eq!(read(&mut pages, 1_000..1_050, 1_190), [5]);
        assert!(pages.line(1_189).is_some());
        // Above the end nothing changes any more; the last page tells the count.
        pages.outdate();
        assert_eq!(read(&mut pages, 0..50, 1_390), [5]);
        assert_eq!(pages.matching(), Some(1_390));
        assert_eq!(read(&mut pages, 1_150..1_250, 1_390), [6]);
        // A page that has grown is read again as soon as it is in sight.
        pages.outdate();
        assert_eq!(read(&mut pages, 0..50, 1_590), [6]);
        assert_eq!(read(&mut pages, 1_380..1_450, 1_590), [7]);
        assert_eq!(read(&mut pages, 1_380..1_450, 1_590), [] as [u64; 0]);
    }

    #[test]
    fn an_answer_for_an_earlier_filter_is_dropped() {
        let mut pages = Pages::default();
        assert_eq!(pages.next(0..10), Some(0));
        let mut pages = pages.next_generation();
        pages.take(0, 0, answer(0, 10));
        assert_eq!(pages.matching(), None);
        assert_eq!(pages.next(0..10), Some(0));
        pages.fail(1, 0);
        assert_eq!(pages.next(0..10), None);
        pages.retry();
        assert_eq!(pages.next(0..10), Some(0));
    }
}
