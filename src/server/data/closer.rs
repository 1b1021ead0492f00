//! The second look's closer part: distributions, gaps, correlations and checks of an order book.

use csv::StringRecord;

use super::book::Book;
use super::cell::Cell;
use super::pairs::Pairs;
use super::survey::Survey;
use super::tally::Bins;
use crate::data::{ColumnType, Correlations, Distribution, MissingMap, OrderBook};

/// Columns that are looked at so closely, from the first.
const COLUMNS: usize = 60;
/// Number columns whose correlations are computed: their pairs grow with the square.
const CORRELATED: usize = 20;
/// Rows that correlations are of.
const ROWS: u64 = 100_000;
/// Blocks of rows in which missing cells are counted.
const BLOCKS: u64 = 40;

/// What is gathered row by row.
pub(super) struct Closer {
    decimal_comma: bool,
    columns: Vec<Closely>,
    /// Rows of a block.
    block: u64,
    /// Columns that are correlated, and every how many rows.
    correlated: Vec<usize>,
    number_columns: u64,
    pairs: Pairs,
    stride: u64,
    paired_rows: u64,
    values: Vec<Option<f64>>,
    book: Option<Book>,
}

/// One column.
struct Closely {
    column_type: ColumnType,
    bins: Option<(Bins, Vec<u64>)>,
    missing: Vec<u64>,
}

/// The result.
pub(super) struct Found {
    pub distributions: Vec<Distribution>,
    pub missing_map: MissingMap,
    pub correlations: Option<Correlations>,
    pub book: Option<OrderBook>,
}

impl Closer {
    /// For a table of `rows` rows that was surveyed so.
    pub fn new(names: &[String], surveys: &[Survey], rows: u64, decimal_comma: bool) -> Self {
        let types: Vec<ColumnType> = surveys.iter().map(Survey::column_type).collect();
        let closely = |(survey, column_type): (&Survey, &ColumnType)| {
            let bins = survey.range().filter(|_| column_type.is_number());
            let whole = *column_type == ColumnType::Integer;
            let bins = bins.map(|(low, high)| Bins::between(low, high, whole, false));
            Closely {
                column_type: *column_type,
                bins: bins.map(|bins| {
                    let count = bins.edges.len() - 1;
                    (bins, vec![0; count])
                }),
                missing: Vec::new(),
            }
        };
        let columns: Vec<Closely> = surveys
            .iter()
            .zip(&types)
            .take(COLUMNS)
            .map(closely)
            .collect();
        let numbers: Vec<usize> = (0..columns.len())
            .filter(|&at| columns[at].bins.is_some())
            .collect();
        let correlated = numbers[..numbers.len().min(CORRELATED)].to_vec();
        let ranges: Vec<(f64, f64)> = correlated
            .iter()
            .map(|&at| surveys[at].range().unwrap_or_default())
            .collect();
        Self {
            decimal_comma,
            values: vec![None; columns.len()],
            columns,
            block: rows.div_ceil(BLOCKS).max(1),
            number_columns: types.iter().filter(|it| it.is_number()).count() as u64,
            correlated,
            pairs: Pairs::new(&ranges),
            stride: rows.div_ceil(ROWS).max(1),
            paired_rows: 0,
            book: Book::find(names, &types),
        }
    }

    /// Takes the row of that number, from 0.
    pub fn add(&mut self, number: u64, row: &StringRecord) {
        let block = (number / self.block) as usize;
        let cells = self.columns.iter_mut().zip(row).zip(&mut self.values);
        for ((column, text), value) in cells {
            let cell = Cell::read(text, self.decimal_comma);
            let lacks = match column.column_type {
                ColumnType::Text => cell == Cell::Blank,
                _ => matches!(cell, Cell::Blank | Cell::Absent | Cell::Infinite),
            };
            if lacks {
                if column.missing.len() <= block {
                    column.missing.resize(block + 1, 0);
                }
                column.missing[block] += 1;
            }
            *value = cell.number();
            if let (Some((bins, counts)), Some(value)) = (&mut column.bins, *value)
                && let Some(at) = bins.place(value)
            {
                counts[at] += 1;
            }
        }
        if number.is_multiple_of(self.stride) && self.correlated.len() > 1 {
            self.paired_rows += 1;
            let values = &self.values;
            self.pairs.add(self.correlated.iter().map(|&at| values[at]));
        }
        if let Some(book) = &mut self.book {
            book.add(number + 1, row, self.decimal_comma);
        }
    }

    /// The result, for columns of these `names`; a book is one only where the data are `booked`.
    pub fn finish(self, names: &[String], booked: bool) -> Found {
        let distributions = self.columns.iter().enumerate().filter_map(|(at, column)| {
            let (bins, counts) = column.bins.as_ref()?;
            Some(Distribution {
                column: at,
                low: *bins.edges.first()?,
                high: *bins.edges.last()?,
                counts: counts.clone(),
            })
        });
        let distributions = distributions.collect();
        let correlations = (self.correlated.len() > 1).then(|| Correlations {
            columns: self
                .correlated
                .iter()
                .map(|&at| names[at].clone())
                .collect(),
            values: self.pairs.finish(),
            rows: self.paired_rows,
            left_out: self.number_columns - self.correlated.len() as u64,
        });
        let columns = self.columns.len();
        let lacking = self.columns.into_iter().enumerate();
        Found {
            distributions,
            correlations,
            missing_map: MissingMap {
                columns,
                block: self.block,
                lacking: lacking
                    .filter(|(_, column)| !column.missing.is_empty())
                    .map(|(at, column)| (at, column.missing))
                    .collect(),
            },
            book: self.book.filter(|_| booked).map(|book| book.finish(names)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(names: &[&str], rows: &[Vec<String>]) -> Found {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut surveys = vec![Survey::new(); names.len()];
        for row in rows {
            for (survey, text) in surveys.iter_mut().zip(row) {
                survey.add(text, false);
            }
        }
        let mut closer = Closer::new(&names, &surveys, rows.len() as u64, false);
        for (at, row) in rows.iter().enumerate() {
            closer.add(at as u64, &StringRecord::from(row.clone()));
        }
        closer.finish(&names, true)
    }

    #[test]
    fn gaps_are_counted_in_blocks_of_rows() {
        let row = |at: usize| {
            let x = if at < 10 {
                String::new()
            } else {
                at.to_string()
            };
            let word = match at {
                399 => " ",
                // In a column of words, this is a word.
                at if at % 2 == 0 => "None",
                _ => "Minor",
            };
            vec![x, word.to_owned(), "1".to_owned()]
        };
        let found = look(
            &["x", "word", "full"],
            &(0..400).map(row).collect::<Vec<_>>(),
        );
        let map = found.missing_map;
        assert_eq!((map.block, map.columns), (10, 3));
        let mut last = vec![0; 40];
        last[39] = 1;
        assert_eq!(map.lacking, [(0, vec![10]), (1, last)]);
    }

    #[test]
    fn distributions_hold_every_number_of_their_column() {
        let rows: Vec<Vec<String>> = (0..1000)
            .map(|at| {
                vec![
                    (at as f64 / 10.0).to_string(),
                    "a".into(),
                    (at % 3).to_string(),
                ]
            })
            .collect();
        let found = look(&["x", "word", "n"], &rows);
        let [x, n] = &found.distributions[..] else {
            panic!("{:?}", found.distributions);
        };
        assert_eq!((x.column, x.low, x.high), (0, 0.0, 99.9));
        assert_eq!(x.counts.iter().sum::<u64>(), 1000);
        assert_eq!(n.counts, [334, 333, 333]);
    }

    #[test]
    fn correlations_are_of_a_bounded_number_of_columns_and_say_so() {
        let names: Vec<String> = (0..25).map(|at| format!("c{at}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let rows: Vec<Vec<String>> = (0..50)
            .map(|row| (0..25).map(|at| (row * (at + 1)).to_string()).collect())
            .collect();
        let found = look(&names, &rows).correlations.unwrap();
        assert_eq!(
            (found.columns.len(), found.left_out, found.rows),
            (20, 5, 50)
        );
        assert!(found.values.iter().all(|r| (r.unwrap() - 1.0).abs() < 1e-9));
    }
}
