//! How a column takes part: learnt, counted on, named anew or computed from others.

use serde::{Deserialize, Serialize};

use super::feature::Feature;
use super::fingerprint;
use super::fit::{self, MOST_TEXTS, fit_numbers, fit_texts};
use super::made::{self, Running, Sum};
use super::names::Names;
use super::rows::Part;
use crate::trainer::data::{self, Number, Spelling, Table};

/// Correlation of a column with itself one row later from which on its changes are learnt.
const PERSISTENCE: f64 = 0.9;

/// How a column is coded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Code {
    /// Learnt, in a sequence perhaps as changes from the second row of a window on.
    Learnt {
        level: Box<Feature>,
        change: Option<Box<Feature>>,
    },
    Running(Running),
    Names(Names),
    Sum(Sum),
}

/// Columns that are sums of two others that are learnt, with those and the way that they are written.
pub(super) fn sums(
    table: &Table,
    counting: &[Option<Running>],
) -> Vec<(usize, [usize; 2], Spelling)> {
    let columns = table.columns.iter().zip(counting);
    let numbers: Vec<Option<(&[Number], f64)>> = columns
        .map(|(column, counts)| match &column.cells {
            data::Cells::Numbers {
                cells, spelling, ..
            } => {
                let unit = match spelling {
                    Spelling::Decimal { .. } => Some(spelling.unit()),
                    Spelling::Floating { digits, .. } => Some(last_digit(cells, *digits)),
                    Spelling::Moment { .. } => None,
                };
                unit.filter(|_| counts.is_none())
                    .map(|unit| (cells.as_slice(), unit))
            }
            _ => None,
        })
        .collect();
    let with_spelling = |(sum, of): (usize, [usize; 2])| match &table.columns[sum].cells {
        data::Cells::Numbers { spelling, .. } => Some((sum, of, spelling.clone())),
        _ => None,
    };
    made::sums(&numbers)
        .into_iter()
        .filter_map(with_spelling)
        .collect()
}

/// What the last of so many digits counts in the greatest of `cells`.
fn last_digit(cells: &[Number], digits: usize) -> f64 {
    let values = cells.iter().filter_map(|cell| cell.value());
    values.map(f64::abs).fold(0.0, f64::max) * 10f64.powi(1 - digits as i32)
}

/// The columns that count the rows. They are made anew, unless it was said what they are, or nothing else could be learnt:
/// then they are numbers like others.
pub(super) fn counting(table: &Table, window: usize) -> Vec<Option<Running>> {
    let counts = |column: &data::Column| match &column.cells {
        data::Cells::Numbers {
            cells, spelling, ..
        } if !column.told => match spelling {
            Spelling::Moment { .. } if window > 1 => Running::order(cells, spelling),
            _ => Running::count(cells, spelling),
        },
        _ => None,
    };
    let learnt = |column: &data::Column| match &column.cells {
        data::Cells::Numbers { .. } => true,
        data::Cells::Texts { texts, .. } => texts.len() <= MOST_TEXTS,
        _ => false,
    };
    let found: Vec<Option<Running>> = table.columns.iter().map(counts).collect();
    let mut others = table.columns.iter().zip(&found);
    if others.any(|(column, counts)| counts.is_none() && learnt(column)) {
        found
    } else {
        found.into_iter().map(|_| None).collect()
    }
}

/// How a column is coded, its cells, and what there is to say of it.
pub(super) fn coded(
    cells: data::Cells,
    counts: Option<Running>,
    window: usize,
    fingerprints: &mut [u64],
) -> (Option<Code>, Option<Part>, Option<String>) {
    let left_out = |reason: &str| (None, None, Some(format!("left out: {reason}")));
    let learnt = |level: fit::Fitted, change: Option<fit::Fitted>| {
        let (level, cells) = level;
        let block = level.block();
        let (change, changes) = change.unzip();
        let part = Part {
            level: (block, cells),
            change: change.as_ref().map(Feature::block).zip(changes),
        };
        let code = Code::Learnt {
            level: Box::new(level),
            change: change.map(Box::new),
        };
        (Some(code), Some(part), None)
    };
    match cells {
        data::Cells::Skipped => left_out("so it was asked"),
        data::Cells::Names { examples } => match Names::find(examples) {
            Some(names) => {
                let note = "made anew: nearly every row has another name";
                (Some(Code::Names(names)), None, Some(note.to_owned()))
            }
            None => left_out("nearly every row has another text, and it is no short name"),
        },
        data::Cells::Texts { texts, .. } if texts.len() > MOST_TEXTS => {
            left_out(&format!("it has more than {MOST_TEXTS} different texts"))
        }
        data::Cells::Texts { codes, texts } => {
            learnt(fit_texts(&codes, &texts, fingerprints), None)
        }
        data::Cells::Numbers {
            cells,
            markers,
            spelling,
        } => {
            if let Some(running) = counts {
                let note = "made anew: it counts the rows";
                return (Some(Code::Running(running)), None, Some(note.to_owned()));
            }
            let level = fit_numbers(&cells, &markers, &spelling, fingerprints);
            let changes = (window > 1)
                .then(|| changes(&cells, spelling.unit()))
                .flatten();
            let change = changes.map(|changes| {
                let mut unused = vec![fingerprint::EMPTY; changes.len()];
                fit_numbers(&changes, &[], &spelling.of_changes(), &mut unused)
            });
            // Only a number can change.
            let change = change.filter(|_| matches!(level.0, Feature::Number { .. }));
            learnt(level, change)
        }
    }
}

/// The changes from row to row of a column that hardly moves; the first row has that of the second.
fn changes(cells: &[Number], unit: f64) -> Option<Vec<Number>> {
    let values: Vec<f64> = cells
        .iter()
        .map(|cell| cell.value())
        .collect::<Option<_>>()?;
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let spread: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let product: f64 = values
        .windows(2)
        .map(|pair| (pair[0] - mean) * (pair[1] - mean))
        .sum();
    if product / spread < PERSISTENCE || spread <= 0.0 {
        return None;
    }
    let change = |pair: &[f64]| {
        let change = pair[1] - pair[0];
        // Where there is a unit, what a difference of doubles adds to it is rounded away.
        Number::Value(match unit > 0.0 {
            true => (change / unit).round() * unit,
            false => change,
        })
    };
    let changes: Vec<Number> = values.windows(2).map(change).collect();
    Some(
        changes
            .first()
            .into_iter()
            .chain(&changes)
            .copied()
            .collect(),
    )
}
