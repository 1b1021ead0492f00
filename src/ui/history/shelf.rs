//! The rows that the page has: a page of them at a time, and only some pages.

use std::collections::{BTreeMap, BTreeSet};

use super::wanted::PAGE;
use crate::run::{Reading, RunList, RunRow};

/// Pages that are kept; those that were not looked at for longest go first.
const KEPT: usize = 12;

/// Rows by their number in the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shelf {
    /// Runs that match.
    pub total: u64,
    pub reading: Option<Reading>,
    /// Metrics that the rows bring along, and those that can be asked for.
    pub metrics: Vec<String>,
    pub offered: BTreeSet<String>,
    pages: BTreeMap<u64, Vec<RunRow>>,
    /// Numbers of the pages, the one looked at last at the end.
    looked_at: Vec<u64>,
}

impl Shelf {
    /// A shelf that has the page that begins at row `offset`, whose rows bring `metrics` along.
    pub fn new(list: RunList, offset: u64, metrics: Vec<String>) -> Self {
        let mut shelf = Self {
            metrics,
            ..Self::default()
        };
        shelf.put(offset / PAGE, list);
        shelf
    }

    /// The row of that number, where it is here.
    pub fn row(&self, number: u64) -> Option<&RunRow> {
        self.pages
            .get(&(number / PAGE))?
            .get((number % PAGE) as usize)
    }

    /// Puts a page where it belongs.
    pub fn put(&mut self, page: u64, list: RunList) {
        (self.total, self.reading) = (list.total, list.reading);
        self.offered.extend(list.metrics);
        self.pages.insert(page, list.runs);
        self.looked_at.retain(|other| *other != page);
        self.looked_at.push(page);
        if self.looked_at.len() > KEPT {
            let oldest = self.looked_at.remove(0);
            self.pages.remove(&oldest);
        }
    }

    /// Pages that hold the rows `from` to `upto`.
    pub fn pages_of(from: u64, upto: u64) -> std::ops::RangeInclusive<u64> {
        from / PAGE..=upto.saturating_sub(1).max(from) / PAGE
    }

    /// Whether that page is here.
    pub fn has(&self, page: u64) -> bool {
        self.pages.contains_key(&page)
    }

    /// Drops all pages but those: the others may say what is no longer so.
    pub fn keep_only(&mut self, pages: &std::ops::RangeInclusive<u64>) {
        self.pages.retain(|page, _| pages.contains(page));
        self.looked_at.retain(|page| pages.contains(page));
    }

    /// Takes a run out, so that it is gone before the next answer.
    pub fn remove(&mut self, run_id: &str) {
        for rows in self.pages.values_mut() {
            let before = rows.len();
            rows.retain(|row| row.run_id.as_str() != run_id);
            self.total -= (before - rows.len()) as u64;
        }
    }

    /// Puts a changed row, which brings no metrics along, in the place of the old one.
    pub fn replace(&mut self, row: &RunRow) {
        for old in self.pages.values_mut().flatten() {
            if old.run_id == row.run_id {
                let metrics = std::mem::take(&mut old.metrics);
                *old = RunRow {
                    metrics,
                    ..row.clone()
                };
            }
        }
    }
}

/// The rows in sight, with some above and below, of `total` that are each `height` pixels high.
pub fn in_sight(top: f64, visible: f64, height: f64, total: u64) -> (u64, u64) {
    const MARGIN: f64 = 12.0;
    let first = (top / height - MARGIN).floor().max(0.0) as u64;
    let last = ((top + visible) / height + MARGIN).ceil().max(0.0) as u64;
    (first.min(total), last.min(total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{RunId, Status};

    fn row(number: u64) -> RunRow {
        RunRow {
            run_id: RunId::parse(&format!("20250101-000000-{number:04}")).unwrap(),
            name: number.to_string(),
            status: Status::Completed,
            trainer: String::new(),
            data_source: None,
            epoch: None,
            total_epochs: None,
            generator_loss: None,
            discriminator_loss: None,
            started_at: String::new(),
            ended_at: None,
            elapsed_seconds: None,
            tags: Vec::new(),
            notes: String::new(),
            damage: None,
            metrics: BTreeMap::new(),
        }
    }

    fn page(number: u64) -> RunList {
        RunList {
            total: 5000,
            runs: (number * PAGE..(number + 1) * PAGE).map(row).collect(),
            metrics: BTreeSet::new(),
            reading: None,
        }
    }

    #[test]
    fn few_pages_are_kept() {
        let mut shelf = Shelf::new(page(0), 0, Vec::new());
        for number in 1..=KEPT as u64 {
            shelf.put(number, page(number));
        }
        assert!(!shelf.has(0));
        assert_eq!(shelf.row(1234).unwrap().name, "1234");
        assert_eq!(shelf.row(0), None);
        assert_eq!(Shelf::pages_of(90, 110), 0..=1);
        assert_eq!(Shelf::pages_of(100, 200), 1..=1);
        shelf.keep_only(&(3..=4));
        assert_eq!(
            (shelf.has(2), shelf.has(3), shelf.has(4), shelf.has(5)),
            (false, true, true, false)
        );
    }

    #[test]
    fn a_row_that_was_deleted_is_gone() {
        let mut shelf = Shelf::new(page(0), 0, Vec::new());
        shelf.remove("20250101-000000-0003");
        assert_eq!(shelf.total, 4999);
        assert_eq!(shelf.row(3).unwrap().name, "4");
    }

    #[test]
    fn what_is_in_sight_is_bounded_by_what_there_is() {
        assert_eq!(in_sight(0.0, 400.0, 40.0, 5000), (0, 22));
        assert_eq!(in_sight(4000.0, 400.0, 40.0, 5000), (88, 122));
        assert_eq!(in_sight(199_600.0, 400.0, 40.0, 5000), (4978, 5000));
        assert_eq!(in_sight(0.0, 400.0, 40.0, 3), (0, 3));
    }
}
