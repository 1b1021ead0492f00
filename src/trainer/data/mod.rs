//! A CSV file as typed columns.

mod column;
mod decimals;
mod extent;
mod moment;
mod read;
mod separator;
mod spelling;

pub use column::Kind;
pub use extent::{check_extent, check_rows};
pub use separator::{may_have_decimal_commas, separator};
pub use spelling::{MOST_DIGITS, MOST_WHOLE, Spelling, significant};

/// The columns of a CSV file, all equally long.
#[derive(Debug, PartialEq)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: usize,
    /// What stands between the fields of the file.
    pub separator: u8,
}

/// A column with its name from the header.
#[derive(Debug, PartialEq)]
pub struct Column {
    pub name: String,
    /// It was said of what kind it is.
    pub told: bool,
    pub cells: Cells,
}

/// The cells of a column.
#[derive(Debug, PartialEq)]
pub enum Cells {
    /// Numbers, dates and times among them, and how they are written.
    Numbers {
        cells: Vec<Number>,
        /// Spellings of cells without a number.
        markers: Vec<String>,
        spelling: Spelling,
    },
    /// Texts as codes into `texts`.
    Texts { codes: Vec<u32>, texts: Vec<String> },
    /// Texts that hardly repeat, of which some are kept.
    Names { examples: Vec<String> },
    /// Nothing is wanted of the column.
    Skipped,
}

/// A cell in a column of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Value(f64),
    /// A missing or infinite value, as an index into the spellings met in this column.
    Marker(u32),
}

impl Number {
    pub fn value(self) -> Option<f64> {
        match self {
            Self::Value(value) => Some(value),
            Self::Marker(_) => None,
        }
    }
}
