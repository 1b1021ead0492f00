//! Columns as numbers for a network, and back.
//!
//! A text, a marker of a missing value, a number from a short list and a number that many rows share are choices and
//! become one-hot blocks; every other number becomes a scalar of zero mean and unit spread. CTGAN (Xu et al. 2019,
//! <https://arxiv.org/abs/1907.00503>) likewise splits a number into a choice and a scalar; here the choice is about
//! exact values, because spikes such as "no rain" are what a generator of smooth values cannot reproduce.

use rand::Rng;
use serde::{Deserialize, Serialize};

use super::encoded::EncodedTable;
use super::error::DataProblem;
use super::fit::{fit_numbers, fit_texts};
use super::net::Block;
use super::scale::Scale;
use super::table::{Cells, Table};

/// Most values of an encoded row.
const MOST_WIDTH: usize = 10_000;

/// How every column that takes part is encoded, in the order of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Encoding {
    columns: Vec<ColumnCode>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ColumnCode {
    name: String,
    code: Code,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Code {
    /// A choice among `common` texts and, if there are any, one more for all `rare` ones, which have their row counts.
    Choice {
        common: Vec<String>,
        rare: Vec<(String, u32)>,
    },
    /// A number within its `range`, a multiple of ten to the power of −`precision`, spelled with so many `decimals`; or
    /// one of `specials`, spelled out.
    Number {
        scale: Scale,
        precision: usize,
        decimals: usize,
        range: (f64, f64),
        specials: Vec<String>,
    },
}

/// A column that takes no part, and why.
#[derive(Debug, PartialEq)]
pub struct LeftOut {
    pub name: String,
    pub reason: &'static str,
}

impl Encoding {
    /// Learns the encoding of `table` and applies it; also tells which columns had to be left out.
    pub fn fit(table: Table) -> Result<(Self, EncodedTable, Vec<LeftOut>), DataProblem> {
        let (mut columns, mut cells, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        for column in table.columns {
            let fitted = match column.cells {
                Cells::Numbers {
                    cells,
                    markers,
                    precision,
                    decimals,
                } => Ok(fit_numbers(&cells, &markers, precision, decimals)),
                Cells::Texts { codes, texts } => fit_texts(&codes, texts),
                Cells::Unbounded => Err("nearly every row has another text"),
            };
            match fitted {
                Ok((code, encoded)) => {
                    columns.push(ColumnCode {
                        name: column.name,
                        code,
                    });
                    cells.push(encoded);
                }
                Err(reason) => left_out.push(LeftOut {
                    name: column.name,
                    reason,
                }),
            }
        }
        let encoding = Self { columns };
        let width = encoding.width();
        match encoding.columns.len() {
            0 => Err(DataProblem::NothingToLearn),
            _ if width > MOST_WIDTH => Err(DataProblem::TooWide {
                width,
                most: MOST_WIDTH,
            }),
            _ => Ok((
                encoding.clone(),
                EncodedTable::new(encoding.blocks(), cells, table.rows),
                left_out,
            )),
        }
    }

    /// The blocks of an encoded row, one a column.
    pub fn blocks(&self) -> Vec<Block> {
        self.columns
            .iter()
            .map(|column| column.code.block())
            .collect()
    }

    /// How many values an encoded row has.
    pub fn width(&self) -> usize {
        self.blocks().into_iter().map(Block::width).sum()
    }

    /// The header.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The fields of the row that `values` encodes, in the order of [`names`](Self::names); `rng` picks among texts
    /// that share a choice.
    pub fn decode(&self, values: &[f32], rng: &mut impl Rng) -> Vec<String> {
        let mut rest = values;
        let decode = |column: &ColumnCode| {
            let (values, after) = rest.split_at(column.code.block().width());
            rest = after;
            column.code.decode(values, rng)
        };
        self.columns.iter().map(decode).collect()
    }

    /// Whether an encoding that comes from outside can be used without surprises.
    pub fn is_sound(&self) -> bool {
        let sound = |column: &ColumnCode| match &column.code {
            Code::Choice { common, rare } => {
                !common.is_empty()
                    && rare
                        .iter()
                        .try_fold(0u32, |sum, (_, count)| sum.checked_add(*count))
                        .is_some()
            }
            Code::Number {
                scale,
                precision,
                decimals,
                range: (low, high),
                ..
            } => {
                scale.is_sound()
                    && precision <= decimals
                    && *decimals <= 17
                    && low.is_finite()
                    && high.is_finite()
                    && low <= high
            }
        };
        !self.columns.is_empty() && self.columns.iter().all(sound) && self.width() <= MOST_WIDTH
    }
}

impl Code {
    fn block(&self) -> Block {
        match self {
            Self::Choice { common, rare } => {
                Block::OneHot(common.len() + usize::from(!rare.is_empty()))
            }
            Self::Number { specials, .. } if specials.is_empty() => Block::Scalar,
            Self::Number { specials, .. } => Block::Gated(1 + specials.len()),
        }
    }

    fn decode(&self, values: &[f32], rng: &mut impl Rng) -> String {
        match self {
            Self::Choice { common, rare } => common
                .get(largest(values))
                .cloned()
                .unwrap_or_else(|| draw(rare, rng).to_owned()),
            Self::Number {
                scale,
                precision,
                decimals,
                range,
                specials,
            } => {
                let (scalar, choices) = values
                    .split_last()
                    .map_or((0.0, values), |(&last, before)| (last, before));
                match largest(choices) {
                    0 => {
                        let number = scale.decode(scalar.into()).clamp(range.0, range.1);
                        spell(number, *precision, *decimals)
                    }
                    special => specials[special - 1].clone(),
                }
            }
        }
    }
}

/// The place of the largest value; 0 if there is none.
fn largest(values: &[f32]) -> usize {
    values
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(b.1))
        .map_or(0, |(place, _)| place)
}

/// One of `texts`, each as probable as its count says.
fn draw<'a>(texts: &'a [(String, u32)], rng: &mut impl Rng) -> &'a str {
    let total: u32 = texts.iter().map(|(_, count)| count).sum();
    let mut left = rng.random_range(0..total.max(1));
    for (text, count) in texts {
        match left.checked_sub(*count) {
            Some(remaining) => left = remaining,
            None => return text,
        }
    }
    ""
}

/// `value`, rounded to `precision` digits after the point and padded with zeros to `decimals`; zero has no sign.
pub(super) fn spell(value: f64, precision: usize, decimals: usize) -> String {
    let mut text = format!("{value:.precision$}");
    if text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.')) {
        text = text.replace('-', "");
    }
    if precision == 0 && decimals > 0 {
        text.push('.');
    }
    text + &"0".repeat(decimals.saturating_sub(precision))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::trainer::fit::MOST_CATEGORIES;
    use crate::trainer::random::{Purpose, stream};
    use crate::trainer::table::{Column, Number};

    fn numbers(cells: Vec<Number>, markers: &[&str], decimals: usize) -> Table {
        let markers = markers.iter().map(|&marker| marker.to_owned()).collect();
        let rows = cells.len();
        let cells = Cells::Numbers {
            cells,
            markers,
            precision: decimals,
            decimals,
        };
        Table {
            columns: vec![Column {
                name: "n".into(),
                cells,
            }],
            rows,
        }
    }

    fn texts(texts: &[String]) -> Table {
        let mut known: Vec<String> = Vec::new();
        let codes = texts.iter().map(|text| {
            known
                .iter()
                .position(|other| other == text)
                .unwrap_or_else(|| {
                    known.push(text.clone());
                    known.len() - 1
                }) as u32
        });
        let codes = codes.collect();
        let cells = Cells::Texts {
            codes,
            texts: known,
        };
        Table {
            columns: vec![Column {
                name: "t".into(),
                cells,
            }],
            rows: texts.len(),
        }
    }

    fn round_trip(table: Table) -> Vec<String> {
        let (encoding, encoded, left_out) = Encoding::fit(table).unwrap();
        assert!(encoding.is_sound());
        assert_eq!(left_out, []);
        let rows: Vec<usize> = (0..encoded.rows()).collect();
        let batch = encoded.batch(&rows);
        assert_eq!(batch.columns(), encoding.width());
        let mut rng = stream(0, Purpose::Rows(0));
        rows.iter()
            .map(|&row| encoding.decode(batch.row(row), &mut rng).remove(0))
            .collect()
    }

    proptest! {
        #[test]
        fn numbers_survive_up_to_single_precision(
            cells in prop::collection::vec(prop_oneof![
                4 => (-2_000_000i64..2_000_000).prop_map(|n| Number::Value(n as f64 / 100.0)),
                2 => Just(Number::Value(0.0)),
                1 => (0u32..2).prop_map(Number::Marker),
            ], 2..200)
        ) {
            prop_assume!(cells.iter().any(|cell| cell.value().is_some()));
            let markers = ["", "NA"];
            let decoded = round_trip(numbers(cells.clone(), &markers, 2));
            for (cell, text) in cells.iter().zip(decoded) {
                match cell {
                    Number::Marker(marker) => prop_assert_eq!(text, markers[*marker as usize]),
                    Number::Value(value) => {
                        prop_assert_eq!(text.split_once('.').unwrap().1.len(), 2, "decimals of {}", &text);
                        let error = (text.parse::<f64>().unwrap() - value).abs();
                        prop_assert!(error <= 0.0101, "{} became {}", value, text);
                    }
                }
            }
        }

        #[test]
        fn texts_survive(rows in prop::collection::vec("[a-d]{0,2}", 2..80)) {
            let table = texts(&rows);
            prop_assume!(Encoding::fit(texts(&rows)).is_ok());
            prop_assert_eq!(round_trip(table), rows);
        }
    }

    #[test]
    fn whole_numbers_stay_whole() {
        let cells: Vec<_> = (0..50).map(|n| Number::Value(f64::from(n * n))).collect();
        let expected: Vec<_> = (0..50).map(|n| (n * n).to_string()).collect();
        assert_eq!(round_trip(numbers(cells, &[], 0)), expected);
    }

    #[test]
    fn whole_numbers_written_with_a_point_stay_so() {
        assert_eq!(spell(217.4, 0, 1), "217.0");
        assert_eq!(spell(0.26, 1, 3), "0.300");
        assert_eq!(spell(-0.2, 0, 1), "0.0");
    }

    #[test]
    fn a_spike_is_a_choice_of_its_own() {
        let cells = (0..100)
            .map(|n| Number::Value(if n % 2 == 0 { 0.0 } else { f64::from(n) }))
            .collect();
        let (encoding, ..) = Encoding::fit(numbers(cells, &[], 1)).unwrap();
        assert_eq!(encoding.blocks(), [Block::Gated(2)]);
    }

    #[test]
    fn rare_texts_share_a_choice_and_still_come_back() {
        let rows: Vec<String> = (0..1000)
            .map(|row| format!("city {}", (row * row) % 331))
            .collect();
        let (encoding, encoded, _) = Encoding::fit(texts(&rows)).unwrap();
        assert_eq!(encoding.width(), MOST_CATEGORIES);
        let decoded = round_trip(texts(&rows));
        assert!(decoded.iter().all(|text| rows.contains(text)));
        let batch = encoded.batch(&(0..1000).collect::<Vec<_>>());
        for row in 0..1000 {
            let is_rare = batch.row(row)[MOST_CATEGORIES - 1] == 1.0;
            assert!(is_rare || decoded[row] == rows[row]);
        }
    }

    #[test]
    fn identifiers_are_left_out_by_name() {
        let rows: Vec<String> = (0..100).map(|row| format!("id-{row}")).collect();
        let mut table = texts(&rows);
        assert_eq!(
            Encoding::fit(texts(&rows)).unwrap_err(),
            DataProblem::NothingToLearn
        );
        let cells = (0..100).map(|n| Number::Value(f64::from(n))).collect();
        table.columns.extend(numbers(cells, &[], 0).columns);
        let (encoding, _, left_out) = Encoding::fit(table).unwrap();
        assert_eq!(encoding.names().collect::<Vec<_>>(), ["n"]);
        assert_eq!(left_out[0].name, "t");
    }

    #[test]
    fn zero_is_spelled_without_a_sign() {
        assert_eq!(spell(-0.001, 2, 2), "0.00");
        assert_eq!(spell(-0.006, 2, 2), "-0.01");
    }
}
