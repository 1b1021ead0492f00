//! A CSV file as typed columns.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use csv::{ByteRecord, ErrorKind, ReaderBuilder};

use super::error::{DataProblem, TrainError};

/// Fewest rows that can be trained on.
const LEAST_ROWS: usize = 2;
/// Most columns of a file.
const MOST_COLUMNS: usize = 1_000;
/// Most cells of a file, which bounds the memory that it takes.
const MOST_CELLS: usize = 20_000_000;
/// Most different texts of a column that are told apart.
const MOST_TEXTS: usize = 100_000;
/// Spellings that stand for "no number here" in a column of numbers.
const MARKERS: [&str; 10] = [
    "",
    "na",
    "n/a",
    "nan",
    "null",
    "none",
    "inf",
    "-inf",
    "infinity",
    "-infinity",
];

/// The columns of a CSV file, all equally long.
#[derive(Debug, PartialEq)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: usize,
}

/// A column with its name from the header.
#[derive(Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub cells: Cells,
}

/// The cells of a column.
#[derive(Debug, PartialEq)]
pub enum Cells {
    /// Numbers, written with at most `decimals` digits after the point, of which at most `precision` matter: in 2.50
    /// there are two and one.
    Numbers {
        cells: Vec<Number>,
        markers: Vec<String>,
        precision: usize,
        decimals: usize,
    },
    /// Texts as codes into `texts`.
    Texts { codes: Vec<u32>, texts: Vec<String> },
    /// Texts of which more than [`MOST_TEXTS`] differ.
    Unbounded,
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

impl Table {
    /// Reads the CSV file at `path`: UTF-8 with or without a byte-order mark, a header line, then rows of as many
    /// fields, separated by whichever of comma, semicolon and tab is most frequent in the header.
    pub fn read(path: &Path) -> Result<Self, TrainError> {
        let failed = |problem| TrainError::Data {
            path: path.to_owned(),
            problem,
        };
        let file = File::open(path).map_err(TrainError::reading(path))?;
        match Self::parse(BufReader::new(file)) {
            Ok(Ok(table)) => Ok(table),
            Ok(Err(problem)) => Err(failed(problem)),
            Err(source) => Err(TrainError::reading(path)(source)),
        }
    }

    fn parse(mut source: impl Read) -> std::io::Result<Result<Self, DataProblem>> {
        // The beginning is read apart, to find the separator.
        let mut start = Vec::new();
        source.by_ref().take(1 << 20).read_to_end(&mut start)?;
        let skipped = if start.starts_with(b"\xEF\xBB\xBF") {
            3
        } else {
            0
        };
        start.drain(..skipped);
        let delimiter = delimiter(&start);
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(start.chain(source));
        Self::collect(&mut reader)
    }

    fn collect(reader: &mut csv::Reader<impl Read>) -> std::io::Result<Result<Self, DataProblem>> {
        let mut record = ByteRecord::new();
        let mut names: Vec<String> = Vec::new();
        let mut columns: Vec<TextColumn> = Vec::new();
        let mut rows = 0;
        loop {
            match reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => match error.into_kind() {
                    ErrorKind::Io(source) => return Err(source),
                    other => return Err(std::io::Error::other(format!("{other:?}"))),
                },
            }
            let line = record.position().map_or(0, |position| position.line());
            if names.is_empty() {
                if record.len() > MOST_COLUMNS {
                    return Ok(Err(DataProblem::TooManyColumns {
                        columns: record.len(),
                        most: MOST_COLUMNS,
                    }));
                }
                for field in &record {
                    let Ok(name) = std::str::from_utf8(field) else {
                        return Ok(Err(DataProblem::NotUtf8 { line }));
                    };
                    names.push(name.trim().to_owned());
                }
                columns.resize_with(names.len(), TextColumn::default);
                continue;
            }
            if record.len() != names.len() {
                let (found, expected) = (record.len() as u64, names.len() as u64);
                return Ok(Err(DataProblem::Ragged {
                    line,
                    found,
                    expected,
                }));
            }
            rows += 1;
            if rows * names.len() > MOST_CELLS {
                return Ok(Err(DataProblem::TooManyCells { most: MOST_CELLS }));
            }
            for (field, column) in record.iter().zip(&mut columns) {
                let Ok(text) = std::str::from_utf8(field) else {
                    return Ok(Err(DataProblem::NotUtf8 { line }));
                };
                column.push(text.trim());
            }
        }
        if names.is_empty() {
            return Ok(Err(DataProblem::Empty));
        }
        match rows {
            0 => return Ok(Err(DataProblem::NoRows { least: LEAST_ROWS })),
            1 => {
                return Ok(Err(DataProblem::TooFewRows {
                    rows,
                    least: LEAST_ROWS,
                }));
            }
            _ => {}
        }
        let typed = |(name, column): (String, TextColumn)| Column {
            name,
            cells: column.typed(),
        };
        Ok(Ok(Self {
            columns: names.into_iter().zip(columns).map(typed).collect(),
            rows,
        }))
    }
}

/// Whichever separator is most frequent in the first line outside quotes; a comma if there is none.
fn delimiter(start: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for &byte in start.iter().skip_while(|byte| byte.is_ascii_whitespace()) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if !quoted => {
                counts
                    .iter_mut()
                    .filter(|(separator, _)| *separator == byte)
                    .for_each(|(_, count)| *count += 1);
            }
            _ => {}
        }
    }
    // The earlier of equals wins, so the search runs backwards.
    counts
        .into_iter()
        .rev()
        .max_by_key(|&(_, count)| count)
        .map_or(b',', |(separator, _)| separator)
}

/// A column while it is read: numbers as long as every cell allows it, and texts as long as they are few.
#[derive(Default)]
struct TextColumn {
    /// Set once a cell is neither a number nor a marker.
    not_numbers: bool,
    has_value: bool,
    numbers: Vec<Number>,
    markers: Vec<String>,
    precision: usize,
    decimals: usize,
    /// Set once too many texts differ.
    unbounded: bool,
    codes: Vec<u32>,
    texts: Vec<String>,
    index: HashMap<String, u32>,
}

impl TextColumn {
    fn push(&mut self, text: &str) {
        if !self.not_numbers {
            self.push_number(text);
        }
        if !self.unbounded {
            self.push_text(text);
        }
    }

    fn push_number(&mut self, text: &str) {
        if MARKERS
            .iter()
            .any(|marker| marker.eq_ignore_ascii_case(text))
        {
            let known = self.markers.iter().position(|marker| marker == text);
            let index = known.unwrap_or_else(|| {
                self.markers.push(text.to_owned());
                self.markers.len() - 1
            });
            self.numbers.push(Number::Marker(index as u32));
        } else if let Some((value, precision, decimals)) = number(text) {
            self.has_value = true;
            self.precision = self.precision.max(precision);
            self.decimals = self.decimals.max(decimals);
            self.numbers.push(Number::Value(value));
        } else {
            self.not_numbers = true;
            self.numbers = Vec::new();
        }
    }

    fn push_text(&mut self, text: &str) {
        if let Some(&code) = self.index.get(text) {
            self.codes.push(code);
        } else if self.texts.len() < MOST_TEXTS {
            let code = self.texts.len() as u32;
            self.index.insert(text.to_owned(), code);
            self.texts.push(text.to_owned());
            self.codes.push(code);
        } else {
            self.unbounded = true;
            (self.codes, self.texts, self.index) = Default::default();
        }
    }

    fn typed(self) -> Cells {
        if !self.not_numbers && self.has_value {
            Cells::Numbers {
                cells: self.numbers,
                markers: self.markers,
                precision: self.precision,
                decimals: self.decimals,
            }
        } else if self.unbounded {
            Cells::Unbounded
        } else {
            Cells::Texts {
                codes: self.codes,
                texts: self.texts,
            }
        }
    }
}

/// The finite number that `text` spells, its digits after the point but for trailing zeros, and with them. Whole numbers with leading zeros are
/// labels such as postal codes, not numbers.
fn number(text: &str) -> Option<(f64, usize, usize)> {
    let value: f64 = text.parse().ok()?;
    let digits = text.trim_start_matches(['+', '-']);
    let label = digits.len() > 1
        && digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !value.is_finite() || label {
        return None;
    }
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let fraction = mantissa
        .split_once('.')
        .map_or("", |(_, fraction)| fraction);
    let exponent = exponent.parse::<i64>().ok()?;
    // A double holds no more than 17 significant digits.
    let shifted =
        |digits: &str| (digits.len() as i64).saturating_sub(exponent).clamp(0, 17) as usize;
    Some((
        value,
        shifted(fraction.trim_end_matches('0')),
        shifted(fraction),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: impl AsRef<[u8]>) -> Result<Table, DataProblem> {
        Table::parse(text.as_ref()).unwrap()
    }

    #[test]
    fn columns_get_their_types() {
        let table =
            parse("a, b ,c,zip\n1,0.50,x,01234\n-2,NA,\"y, z\",00001\n3e0,,x,10000\n").unwrap();
        assert_eq!(table.rows, 3);
        let names: Vec<_> = table
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        assert_eq!(names, ["a", "b", "c", "zip"]);
        let values = [1.0, -2.0, 3.0].map(Number::Value).to_vec();
        assert_eq!(
            table.columns[0].cells,
            Cells::Numbers {
                cells: values,
                markers: vec![],
                precision: 0,
                decimals: 0
            }
        );
        assert_eq!(
            table.columns[1].cells,
            Cells::Numbers {
                cells: vec![Number::Value(0.5), Number::Marker(0), Number::Marker(1)],
                markers: vec!["NA".into(), String::new()],
                precision: 1,
                decimals: 2,
            }
        );
        let texts = vec!["x".into(), "y, z".into()];
        assert_eq!(
            table.columns[2].cells,
            Cells::Texts {
                codes: vec![0, 1, 0],
                texts
            }
        );
        assert!(
            matches!(&table.columns[3].cells, Cells::Texts { texts, .. } if texts[0] == "01234")
        );
    }

    #[test]
    fn separators_and_byte_order_mark_are_understood() {
        let expected = parse("a,b\n1,2\n3,4\n").unwrap();
        for text in [
            "a;b\n1;2\n3;4\n",
            "a\tb\r\n1\t2\r\n3\t4",
            "\u{feff}a,b\n1,2\n\n3,4\n",
            "\n\na,b\n1,2\n3,4\n",
        ] {
            assert_eq!(parse(text).unwrap(), expected, "{text:?}");
        }
        assert_eq!(parse("\"a,b,c\";d\n1;2\n3;4\n").unwrap().columns.len(), 2);
    }

    #[test]
    fn unusable_files_are_refused_by_name() {
        assert_eq!(parse(""), Err(DataProblem::Empty));
        assert_eq!(parse("a,b\n"), Err(DataProblem::NoRows { least: 2 }));
        assert_eq!(
            parse("a,b\n1,2\n"),
            Err(DataProblem::TooFewRows { rows: 1, least: 2 })
        );
        assert_eq!(
            parse("a,b\n1,2\n1\n"),
            Err(DataProblem::Ragged {
                line: 3,
                found: 1,
                expected: 2
            })
        );
        assert_eq!(
            parse(b"a,b\n1,2\n\xff,2\n"),
            Err(DataProblem::NotUtf8 { line: 3 })
        );
        let wide = vec!["a"; MOST_COLUMNS + 1].join(",");
        assert!(matches!(
            parse(wide),
            Err(DataProblem::TooManyColumns { .. })
        ));
    }

    #[test]
    fn decimals_are_counted_as_written() {
        assert_eq!(number("1.50"), Some((1.5, 1, 2)));
        assert_eq!(number("1e-5"), Some((1e-5, 5, 5)));
        assert_eq!(number("2.5E2"), Some((250.0, 0, 0)));
        assert_eq!(number("0"), Some((0.0, 0, 0)));
        assert_eq!(number("007"), None);
        assert_eq!(number("1e999"), None);
        assert_eq!(number("abc"), None);
    }
}
