//! Finds the row of a line. Rows are fewer than lines: what was drawn over has none.

use super::pages::Pages;
use crate::run::LogPage;

/// A search for the first row whose line has at least a given number.
#[derive(Debug)]
pub struct Hunt {
    line: u64,
    /// All rows before this one hold earlier lines.
    from: u64,
    /// The row wanted is not after this one.
    upto: u64,
    /// The line of the row `upto`, where it was seen.
    seen: Option<u64>,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Look at that page.
    Look(u64),
    /// The row is found, with the number of its line.
    Found { row: u64, line: u64 },
    /// The log ends before.
    Absent,
}

impl Hunt {
    /// A search for `line`, and the page to look at first. A log where nothing was drawn
    /// over has the row there.
    pub fn new(line: u64) -> (Self, u64) {
        let upto = line.saturating_sub(1);
        let hunt = Self {
            line,
            from: 0,
            upto,
            seen: None,
        };
        (hunt, upto / Pages::SIZE)
    }

    /// What follows from the page `number`.
    pub fn learn(&mut self, number: u64, answer: &LogPage) -> Step {
        let start = number * Pages::SIZE;
        let lines = &answer.lines;
        match lines.iter().position(|entry| entry.line >= self.line) {
            // A row on the page before may be as good.
            Some(0) if start > self.from && lines[0].line > self.line => {
                (self.upto, self.seen) = (start, Some(lines[0].line));
            }
            Some(at) => {
                return Step::Found {
                    row: start + at as u64,
                    line: lines[at].line,
                };
            }
            None if lines.is_empty() => self.upto = self.upto.min(start),
            None => self.from = self.from.max(start + lines.len() as u64),
        }
        if self.seen.is_none() {
            self.upto = self.upto.min(answer.matching);
        }
        match self.seen {
            _ if self.from < self.upto => {
                Step::Look((self.from + (self.upto - self.from) / 2) / Pages::SIZE)
            }
            Some(line) => Step::Found {
                row: self.upto,
                line,
            },
            None => Step::Absent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::pages::tests::entry;
    use super::*;
    use crate::event::{LogEntry, RunId};

    /// The step at which a hunt in a log with those `lines` ends, and the pages looked at.
    fn hunt(lines: &[u64], line: u64) -> (Step, usize) {
        let page = |number: u64| {
            let rows = lines.iter().skip((number * Pages::SIZE) as usize);
            let lines: Vec<LogEntry> = rows
                .take(Pages::SIZE as usize)
                .map(|line| entry(*line))
                .collect();
            LogPage {
                run_id: RunId::parse("20250824-181433-a1b2").unwrap(),
                total: 0,
                matching: 0,
                lines,
            }
        };
        let (mut hunt, mut number) = Hunt::new(line);
        for looked in 1..100 {
            let answer = LogPage {
                matching: lines.len() as u64,
                ..page(number)
            };
            match hunt.learn(number, &answer) {
                Step::Look(next) => number = next,
                step => return (step, looked),
            }
        }
        panic!("line {line} was hunted for ever");
    }

    fn check(lines: &[u64]) {
        let last = lines.last().copied().unwrap_or(0);
        let step = (last as usize / 997).max(1);
        for line in (1..=last + 2)
            .step_by(step)
            .chain(lines.iter().copied().take(500))
        {
            let row = lines.partition_point(|number| *number < line);
            let wanted = match lines.get(row) {
                Some(found) => Step::Found {
                    row: row as u64,
                    line: *found,
                },
                None => Step::Absent,
            };
            let (found, looked) = hunt(lines, line);
            assert_eq!(found, wanted, "line {line}");
            assert!(looked <= 20, "line {line} took {looked} pages");
        }
    }

    #[test]
    fn in_a_plain_log_the_first_look_finds() {
        let lines: Vec<u64> = (1..=10_000).collect();
        assert_eq!(
            hunt(&lines, 4_321),
            (
                Step::Found {
                    row: 4_320,
                    line: 4_321
                },
                1
            )
        );
        check(&lines);
    }

    #[test]
    fn what_was_drawn_over_leads_to_what_comes_next() {
        check(&(1..=3_000).map(|row| row * 100).collect::<Vec<_>>());
        check(&(1..=2_000).chain(90_000..=93_000).collect::<Vec<_>>());
        check(&[7]);
        check(&[]);
    }
}
