//! A bounded part of a CSV file in memory: a uniform sample of its rows, and its first columns.

use std::fs::File;
use std::path::Path;

use csv::StringRecord;
use jiff::civil::DateTime;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::DataError;
use super::cell::Cell;
use super::moment::Formats;
use super::rows::Rows;
use super::survey::Survey;
use crate::data::ColumnType;
use crate::recorder::open_unlinked;
use crate::run::Extent;

/// Columns that are kept.
const COLUMNS: usize = 60;
/// Rows that are kept at most, and cells.
const ROWS: usize = 20_000;
const CELLS: usize = 400_000;
/// Bytes of a cell that are kept: more than this tells no more categories apart.
const CELL: usize = 64;
/// Bytes of a file that are gone through.
const BYTES: u64 = 128 << 20;

/// A part of a CSV file.
#[derive(Debug)]
pub struct Table {
    pub(super) names: Vec<String>,
    /// Columns that the file has.
    pub(super) width: usize,
    pub(super) extent: Extent,
    rows: Vec<StringRecord>,
    decimal_comma: bool,
    surveys: Vec<Survey>,
}

impl Table {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// Where it cannot be read as CSV in UTF-8, with the place.
    pub fn read(path: &Path) -> Result<Self, DataError> {
        let file = open_unlinked(path).map_err(DataError::io("open", path))?;
        Self::of(file, path)
    }

    /// Reads a file that is open already and lies at `path`.
    ///
    /// # Errors
    /// As [`Table::read`].
    pub fn of(file: File, path: &Path) -> Result<Self, DataError> {
        let mut rows = Rows::over(file, path, |file| file)?;
        let width = rows.header.len();
        let mut names = std::mem::take(&mut rows.header);
        names.truncate(COLUMNS);
        let decimal_comma = rows.has_decimal_commas();
        let most = (CELLS / names.len().max(1)).min(ROWS);
        // Algorithm R of Vitter (1985), seeded alike: the same file gives the same rows.
        let mut rng = StdRng::seed_from_u64(0);
        let mut kept: Vec<(u64, StringRecord)> = Vec::new();
        let (mut count, mut whole) = (0_u64, false);
        while rows.bytes_read() < BYTES {
            let Some(row) = rows.next_row()? else {
                whole = true;
                break;
            };
            count += 1;
            let at = match kept.len() < most {
                true => kept.len(),
                false => usize::try_from(rng.random_range(0..count)).unwrap_or(usize::MAX),
            };
            if at < most {
                let cells = row.iter().take(names.len()).map(first_bytes);
                let row = (count, cells.collect());
                match kept.get_mut(at) {
                    Some(place) => *place = row,
                    None => kept.push(row),
                }
            }
        }
        kept.sort_unstable_by_key(|(number, _)| *number);
        let rows: Vec<StringRecord> = kept.into_iter().map(|(_, row)| row).collect();
        let mut surveys = vec![Survey::new(); names.len()];
        for row in &rows {
            for (survey, text) in surveys.iter_mut().zip(row) {
                survey.add(text, decimal_comma);
            }
        }
        Ok(Self {
            extent: Extent {
                rows: count,
                whole,
                rows_read: rows.len() as u64,
            },
            names,
            width,
            rows,
            decimal_comma,
            surveys,
        })
    }

    /// How much of the file was read.
    pub fn extent(&self) -> Extent {
        self.extent
    }

    /// The place of the column `name`.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|found| found == name)
    }

    pub(super) fn column_type(&self, at: usize) -> ColumnType {
        self.surveys[at].column_type()
    }

    pub(super) fn formats(&self, at: usize) -> Formats {
        self.surveys[at].formats
    }

    /// The cells of a column, row by row.
    pub(super) fn cells(&self, at: usize) -> impl Iterator<Item = &str> {
        self.rows
            .iter()
            .map(move |row| row.get(at).unwrap_or_default())
    }

    /// The cells of a column as numbers.
    pub(super) fn numbers(&self, at: usize) -> impl Iterator<Item = Reading> {
        self.cells(at)
            .map(|text| match Cell::read(text, self.decimal_comma) {
                Cell::Integer(value) | Cell::Float(value) => Reading::Value(value),
                Cell::Blank | Cell::Absent | Cell::Infinite => Reading::Missing,
                Cell::Word => Reading::Other,
            })
    }

    /// The cells of a column as times in `formats`: seconds since 1970.
    pub(super) fn times(&self, at: usize, formats: Formats) -> impl Iterator<Item = Reading> {
        self.cells(at)
            .map(move |text| match Cell::read(text, self.decimal_comma) {
                Cell::Blank | Cell::Absent | Cell::Infinite => Reading::Missing,
                _ => match formats.read(text) {
                    Some(time) => Reading::Value(
                        time.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0))
                            .as_secs_f64(),
                    ),
                    None => Reading::Other,
                },
            })
    }
}

/// What a cell says in a column of numbers or times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reading {
    Value(f64),
    Missing,
    /// Something else than the column is of.
    Other,
}

impl Reading {
    pub fn value(self) -> Option<f64> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }
}

/// As much of `text` as is kept, whole characters.
fn first_bytes(text: &str) -> &str {
    let mut end = text.len().min(CELL);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Write;

    fn table(content: &str) -> Table {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        Table::read(file.path()).unwrap()
    }

    #[test]
    fn a_small_file_is_kept_whole_in_its_order() {
        let table = table("a,b\n3,x\n1,\n2,é\n");
        let whole = Extent {
            rows: 3,
            whole: true,
            rows_read: 3,
        };
        assert_eq!(table.extent, whole);
        assert_eq!(table.cells(1).collect::<Vec<_>>(), ["x", "", "é"]);
        let numbers: Vec<_> = table.numbers(0).filter_map(Reading::value).collect();
        assert_eq!(numbers, [3.0, 1.0, 2.0]);
        assert_eq!(table.numbers(1).next(), Some(Reading::Other));
    }

    #[test]
    fn a_long_and_wide_file_is_sampled_fairly_and_repeatably() {
        let header: Vec<String> = (0..COLUMNS + 5).map(|at| format!("c{at}")).collect();
        let mut text = header.join(",") + "\n";
        for row in 0..30_000 {
            text += &format!("{row}{}\n", ",1".repeat(header.len() - 1));
        }
        let first = table(&text);
        assert_eq!((first.names.len(), first.width), (COLUMNS, COLUMNS + 5));
        assert_eq!(first.extent.rows, 30_000);
        assert_eq!(first.extent.rows_read, (CELLS / COLUMNS) as u64);
        let numbers: Vec<f64> = first.numbers(0).filter_map(Reading::value).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
        let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
        // Six standard errors of a mean of so many rows.
        assert!((mean - 15_000.0).abs() < 6.0 * 8_660.0 / (numbers.len() as f64).sqrt());
        let again: Vec<f64> = table(&text).numbers(0).filter_map(Reading::value).collect();
        assert_eq!(numbers, again);
    }

    #[test]
    fn long_cells_are_cut_between_characters() {
        let table = table(&format!("a,b\n{},1\n", "é".repeat(100)));
        assert_eq!(table.cells(0).next(), Some("é".repeat(CELL / 2).as_str()));
    }
}
