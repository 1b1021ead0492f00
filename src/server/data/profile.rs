//! The second look at a column: statistics that suit the type found by the first.

use jiff::civil::{DateTime, Time};

use super::cell::Cell;
use super::course::{Course, Direction};
use super::distinct::Distinct;
use super::moment::Formats;
use super::numbers::Numbers;
use super::survey::Survey;
use super::words::Words;
use crate::data::{ColumnType, Statistics};

/// Statistics in the making.
pub(super) enum Profile {
    Numbers(Box<Numbers>),
    Words {
        words: Words,
        /// Whether words for a missing value are no values.
        absent: bool,
    },
    Times(Times),
    Empty,
}

/// How much memory the profile of one column may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// Numbers that quantiles are taken from.
    pub reservoir: usize,
    /// Different values that are counted.
    pub distinct: usize,
}

impl Budget {
    /// A fair share for each of so many columns: about 16 MB for all reservoirs and 40 MB
    /// for all counts.
    pub fn share(columns: usize) -> Self {
        let columns = columns.max(1);
        Self {
            reservoir: (2_000_000 / columns).clamp(200, 10_000),
            distinct: (400_000 / columns).clamp(40, 10_000),
        }
    }
}

impl Profile {
    /// A profile for a column that was surveyed so.
    pub fn new(survey: &Survey, budget: Budget) -> Self {
        match survey.column_type() {
            ColumnType::Integer | ColumnType::Float => {
                Self::Numbers(Box::new(Numbers::new(budget.reservoir, budget.distinct)))
            }
            column_type @ (ColumnType::Boolean | ColumnType::Text) => Self::Words {
                words: Words::new(budget.distinct),
                absent: column_type == ColumnType::Boolean,
            },
            ColumnType::Datetime => Self::Times(Times::new(survey.formats, budget.distinct)),
            ColumnType::Empty => Self::Empty,
        }
    }

    /// Takes one more cell; gives the number that it is in a number column.
    pub fn add(&mut self, text: &str, decimal_comma: bool) -> Option<f64> {
        match self {
            Self::Numbers(numbers) => {
                let value = Cell::read(text, decimal_comma).number()?;
                numbers.add(value);
                return Some(value);
            }
            Self::Words { words, absent } => match Cell::read(text, decimal_comma) {
                Cell::Blank => {}
                Cell::Absent if *absent => {}
                _ => words.add(text),
            },
            Self::Times(times) => times.add(text),
            Self::Empty => {}
        }
        None
    }

    /// The one way that the values of a number or datetime column go.
    pub fn direction(&self) -> Option<Direction> {
        match self {
            Self::Numbers(numbers) => numbers.direction(),
            Self::Times(times) => times.course.direction(),
            Self::Words { .. } | Self::Empty => None,
        }
    }

    /// How many different values there are, and what is known of them.
    pub fn finish(self) -> (Option<u64>, Statistics) {
        match self {
            Self::Numbers(numbers) => numbers.finish(),
            Self::Words { words, .. } => words.finish(),
            Self::Times(times) => times.finish(),
            Self::Empty => (Some(0), Statistics::None {}),
        }
    }
}

/// The times of a datetime column.
pub(super) struct Times {
    formats: Formats,
    bounds: Option<(DateTime, DateTime)>,
    /// Whether no cell has a time of day.
    dates_only: bool,
    distinct: Distinct,
    course: Course<DateTime>,
}

impl Times {
    fn new(formats: Formats, distinct: usize) -> Self {
        Self {
            formats,
            bounds: None,
            dates_only: true,
            distinct: Distinct::new(distinct),
            course: Course::new(),
        }
    }

    fn add(&mut self, text: &str) {
        let Some(time) = self.formats.read(text) else {
            return;
        };
        let (min, max) = self.bounds.unwrap_or((time, time));
        self.bounds = Some((min.min(time), max.max(time)));
        self.dates_only &= time.time() == Time::midnight();
        self.distinct.add(time);
        self.course.add(time);
    }

    fn finish(self) -> (Option<u64>, Statistics) {
        let Some((min, max)) = self.bounds else {
            return (Some(0), Statistics::None {});
        };
        let text = |time: DateTime| match self.dates_only {
            true => time.date().to_string(),
            false => time.to_string(),
        };
        (
            self.distinct.count(),
            Statistics::Time {
                min: text(min),
                max: text(max),
            },
        )
    }
}
