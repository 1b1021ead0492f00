//! The first look at a column: what all of its cells have in common.

use super::cell::{Cell, is_boolean};
use super::moment::Formats;
use crate::data::ColumnType;

/// Counts of what the cells of a column can be read as.
#[derive(Clone, Debug)]
pub(super) struct Survey {
    blank: u64,
    absent: u64,
    infinite: u64,
    integers: u64,
    floats: u64,
    booleans: u64,
    words: u64,
    /// The smallest and the largest number.
    range: Option<(f64, f64)>,
    /// The date formats that every word so far has.
    pub formats: Formats,
}

impl Survey {
    pub fn new() -> Self {
        Self {
            blank: 0,
            absent: 0,
            infinite: 0,
            integers: 0,
            floats: 0,
            booleans: 0,
            words: 0,
            range: None,
            formats: Formats::ALL,
        }
    }

    /// Looks at one more cell.
    pub fn add(&mut self, text: &str, decimal_comma: bool) {
        let cell = Cell::read(text, decimal_comma);
        if let Some(value) = cell.number() {
            let (low, high) = self.range.unwrap_or((value, value));
            self.range = Some((low.min(value), high.max(value)));
        }
        match cell {
            Cell::Blank => self.blank += 1,
            Cell::Absent => self.absent += 1,
            Cell::Infinite => self.infinite += 1,
            Cell::Integer(_) => self.integers += 1,
            Cell::Float(_) => self.floats += 1,
            Cell::Word => {
                if self.booleans == self.words && is_boolean(text) {
                    self.booleans += 1;
                }
                self.words += 1;
                self.formats = self.formats.narrow(text);
            }
        }
    }

    /// The smallest and the largest number among the cells.
    pub fn range(&self) -> Option<(f64, f64)> {
        self.range
    }

    /// The narrowest type that fits every cell that has a value.
    pub fn column_type(&self) -> ColumnType {
        let numbers = self.integers + self.floats;
        match (numbers, self.words) {
            (0, 0) => ColumnType::Empty,
            (_, 0) if self.floats == 0 => ColumnType::Integer,
            (_, 0) => ColumnType::Float,
            (0, words) if self.infinite == 0 && self.booleans == words => ColumnType::Boolean,
            (0, _) if self.infinite == 0 && !self.formats.is_empty() => ColumnType::Datetime,
            _ => ColumnType::Text,
        }
    }

    /// How many cells have no value, seen as the column's type.
    pub fn missing(&self) -> u64 {
        match self.column_type() {
            ColumnType::Text => self.blank,
            _ => self.blank + self.absent + self.infinite,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(cells: &[&str]) -> (ColumnType, u64) {
        let mut survey = Survey::new();
        for cell in cells {
            survey.add(cell, false);
        }
        (survey.column_type(), survey.missing())
    }

    #[test]
    fn the_type_is_the_narrowest_that_fits() {
        for (cells, expected) in [
            (&["1", "", "NA", "-3"][..], (ColumnType::Integer, 2)),
            (&["1", "2.5", "inf", "NaN"], (ColumnType::Float, 2)),
            (&["yes", "NO", "", "null"], (ColumnType::Boolean, 2)),
            (&["yes", "maybe", ""], (ColumnType::Text, 1)),
            (
                &["2012-01-01", "N/A", "2012-01-02"],
                (ColumnType::Datetime, 1),
            ),
            (&["2012-01-01", "soon"], (ColumnType::Text, 0)),
            (&["2012-01-01", "7"], (ColumnType::Text, 0)),
            (&["None", "Minor", ""], (ColumnType::Text, 1)),
            (&["1", "2", "x"], (ColumnType::Text, 0)),
            (&["yes", "inf"], (ColumnType::Text, 0)),
            (&["", "NaN", " "], (ColumnType::Empty, 3)),
            (&[], (ColumnType::Empty, 0)),
        ] {
            assert_eq!(survey(cells), expected, "{cells:?}");
        }
    }
}
