//! Columns as numbers for a network, and back.
//!
//! A text, a marker of a missing value, a number from a short list and a number that many rows share are choices and
//! become one-hot blocks; every other number becomes a scalar of about unit spread. CTGAN (Xu et al. 2019,
//! <https://arxiv.org/abs/1907.00503>) likewise splits a number into a choice and a scalar; here the choice is about
//! exact values, because spikes such as "no rain" are what a generator of smooth values cannot reproduce.
//!
//! In a sequence, so many rows in their order make one window. A column that hardly moves from row to row is then
//! learnt as its level in the first row and its changes in the others: of two large numbers that are almost equal, a
//! network would lose the difference.

mod feature;
pub mod fingerprint;
mod fit;
mod joint;
mod lattice;
mod made;
mod quantiles;
mod rows;
mod scale;

pub use feature::{Cells, Feature};
pub use joint::Joint;
pub use rows::EncodedRows;

use rand::Rng;
use serde::{Deserialize, Serialize};

use super::data::{self, Number, Spelling, Table};
use super::error::DataProblem;
use super::net::Block;
use fit::{MOST_TEXTS, fit_numbers, fit_texts};
use made::{Names, Running, Sum};
use rows::Part;

/// Most values of an encoded row or window.
const MOST_WIDTH: usize = 10_000;
/// Correlation of a column with itself one row later from which on its changes are learnt.
const PERSISTENCE: f64 = 0.9;

/// How every column that takes part is encoded, in the order of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Encoding {
    columns: Vec<Column>,
    /// Rows that are learnt together.
    window: usize,
    /// What stands between the fields of the file.
    separator: u8,
    /// How often pairs of features take which cells, where that says something.
    joints: Vec<Joint>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Column {
    name: String,
    code: Code,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Code {
    /// Learnt, in a sequence perhaps as changes from the second row of a window on.
    Learnt {
        level: Box<Feature>,
        change: Option<Box<Feature>>,
    },
    Running(Running),
    Names(Names),
    Sum(Sum),
}

/// An encoding, and a table in it.
#[derive(Debug)]
pub struct Encoded {
    pub encoding: Encoding,
    pub rows: EncodedRows,
    /// Fingerprints of the rows that occur once, sorted; of none in a sequence, where windows count.
    pub uniques: Vec<u64>,
    /// What became of the columns that are not learnt, a sentence each.
    pub notes: Vec<String>,
}

impl Encoding {
    /// Learns the encoding of `table` in windows of `window` rows, and applies it.
    pub fn fit(table: Table, window: usize) -> Result<Encoded, DataProblem> {
        let rows = table.rows;
        if rows < window + 1 {
            return Err(DataProblem::ShorterThanSequence { rows, window });
        }
        let sums = sums(&table, window);
        let mut place_of: Vec<Option<usize>> = Vec::new();
        let (mut columns, mut parts, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        let mut fingerprints = vec![fingerprint::EMPTY; rows];
        let names: Vec<String> = table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        for (index, column) in table.columns.into_iter().enumerate() {
            let (code, part, note) = match sums.iter().find(|(sum, ..)| *sum == index) {
                Some((_, of, spelling)) => {
                    let note = format!(
                        "computed: it is always {:?} + {:?}",
                        names[of[0]], names[of[1]]
                    );
                    let sum = Sum {
                        of: *of,
                        spelling: spelling.clone(),
                    };
                    (Some(Code::Sum(sum)), None, Some(note))
                }
                None => coded(column.cells, window, &mut fingerprints),
            };
            notes.extend(note.map(|note| format!("Column {:?} is {note}", names[index])));
            place_of.push(code.is_some().then_some(columns.len()));
            let name = column.name;
            columns.extend(code.map(|code| Column { name, code }));
            parts.extend(part);
        }
        for column in &mut columns {
            if let Code::Sum(sum) = &mut column.code {
                // The parts of a sum are learnt, so they have a place.
                sum.of = sum.of.map(|place| place_of[place].unwrap_or_default());
            }
        }
        let mut encoding = Self {
            columns,
            window,
            separator: table.separator,
            joints: Vec::new(),
        };
        let rows = EncodedRows::new(parts, rows, window);
        let width = encoding.width();
        if encoding.levels().next().is_none() {
            return Err(DataProblem::NothingToLearn);
        }
        if width > MOST_WIDTH {
            return Err(DataProblem::TooWide {
                width,
                most: MOST_WIDTH,
            });
        }
        if window == 1 {
            encoding.joints = joint::find(&encoding.levels().collect::<Vec<_>>(), &rows);
        }
        Ok(Encoded {
            encoding,
            rows,
            uniques: match window {
                1 => fingerprint::unique(fingerprints),
                _ => Vec::new(),
            },
            notes,
        })
    }

    /// The features of the learnt columns, as they are in the first row of a window.
    pub fn levels(&self) -> impl Iterator<Item = &Feature> {
        self.learnt().map(|(level, _)| level)
    }

    fn learnt(&self) -> impl Iterator<Item = (&Feature, Option<&Feature>)> {
        self.columns.iter().filter_map(|column| match &column.code {
            Code::Learnt { level, change } => Some((&**level, change.as_deref())),
            _ => None,
        })
    }

    /// The features of a whole window, row by row.
    pub fn features(&self) -> impl Iterator<Item = &Feature> {
        (0..self.window).flat_map(|place| {
            self.learnt().map(move |(level, change)| match place {
                0 => level,
                _ => change.unwrap_or(level),
            })
        })
    }

    /// The blocks of an encoded window, one a feature.
    pub fn blocks(&self) -> Vec<Block> {
        self.features().map(Feature::block).collect()
    }

    /// How many values an encoded window has.
    pub fn width(&self) -> usize {
        self.features().map(|feature| feature.block().width()).sum()
    }

    /// Rows that are learnt together.
    pub fn window(&self) -> usize {
        self.window
    }

    /// What stands between the fields of the file.
    pub fn separator(&self) -> u8 {
        self.separator
    }

    /// How often pairs of features take which cells, where that says something.
    pub fn joints(&self) -> &[Joint] {
        &self.joints
    }

    /// The header.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// Windows, given feature by feature, as rows, given by learnt column: `count` windows become as many times the
    /// rows of a window, and changes become levels.
    pub fn unrolled(&self, windows: Vec<Cells>, count: usize) -> Vec<Cells> {
        if self.window == 1 {
            return windows;
        }
        let learnt: Vec<_> = self.learnt().collect();
        let column = |(index, (level, change)): (usize, &(&Feature, Option<&Feature>))| {
            let mut cells = Cells::default();
            for row in 0..count {
                let mut sum = 0.0;
                for place in 0..self.window {
                    let at = &windows[place * learnt.len() + index];
                    let (choice, number) = (at.choices[row], at.number(row));
                    match change.filter(|_| place > 0) {
                        None => {
                            sum = level.value(choice, number).unwrap_or_default();
                            cells.choices.push(choice);
                            cells.numbers.push(number);
                        }
                        Some(change) => {
                            sum += change.value(choice, number).unwrap_or_default();
                            cells.choices.push(0);
                            cells.numbers.push(level.within(sum));
                        }
                    }
                }
            }
            cells
        };
        learnt.iter().enumerate().map(column).collect()
    }

    /// The fields of a row, in the order of [`names`](Self::names), and its fingerprint. `cells` are those of the
    /// learnt columns; `number` counts all rows that are drawn; `rng` draws what is made anew.
    pub fn record(
        &self,
        cells: &[Cells],
        row: usize,
        number: u64,
        rng: &mut impl Rng,
    ) -> (Vec<String>, u64) {
        let mut fingerprint = fingerprint::EMPTY;
        let mut learnt = cells.iter();
        let mut values = Vec::with_capacity(self.columns.len());
        let mut fields: Vec<String> = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let (field, value) = match &column.code {
                Code::Learnt { level, .. } => {
                    let (choice, number) = learnt
                        .next()
                        .map_or((0, 0.0), |cells| (cells.choices[row], cells.number(row)));
                    let (field, with) = level.text(choice, number, fingerprint, rng);
                    fingerprint = with;
                    (field, level.value(choice, number))
                }
                Code::Running(running) => (running.text(number), None),
                Code::Names(names) => (names.text(rng), None),
                // The parts may stand behind it.
                Code::Sum(_) => (String::new(), None),
            };
            fields.push(field);
            values.push(value);
        }
        for (place, column) in self.columns.iter().enumerate() {
            if let Code::Sum(sum) = &column.code {
                let total = sum.of.map(|part| values[part].unwrap_or_default());
                fields[place] = sum.spelling.spell(total[0] + total[1]);
            }
        }
        (fields, fingerprint)
    }

    /// The given rows of `data`, by learnt column.
    pub fn decoded(&self, data: &EncodedRows, rows: &[usize]) -> Vec<Cells> {
        let column = |(index, level): (usize, &Feature)| {
            let cell = |&row: &usize| {
                let (choice, scalar) = data.level(index, row);
                (choice, level.decode(scalar))
            };
            let (choices, numbers) = rows.iter().map(cell).unzip();
            Cells { choices, numbers }
        };
        self.levels().enumerate().map(column).collect()
    }

    /// Whether an encoding that comes from outside can be used without surprises.
    pub fn is_sound(&self) -> bool {
        let features = self.levels().count();
        let sound = |column: &Column| match &column.code {
            Code::Learnt { level, change } => {
                level.is_sound() && change.as_ref().is_none_or(|change| change.is_sound())
            }
            Code::Running(running) => running.is_sound(),
            Code::Names(names) => names.is_sound(),
            Code::Sum(sum) => {
                sum.spelling.is_sound() && sum.of.iter().all(|part| *part < self.columns.len())
            }
        };
        let levels: Vec<&Feature> = self.levels().collect();
        features > 0
            && (1..=MOST_WIDTH).contains(&self.window)
            && self.columns.iter().all(sound)
            && self.width() <= MOST_WIDTH
            && self.joints.iter().all(|joint| joint.is_sound(&levels))
    }
}

/// Columns that are sums of two others that are learnt, with those and the way that they are written.
fn sums(table: &Table, window: usize) -> Vec<(usize, [usize; 2], Spelling)> {
    let numbers: Vec<Option<(&[Number], f64)>> = table
        .columns
        .iter()
        .map(|column| match &column.cells {
            data::Cells::Numbers {
                cells, spelling, ..
            } => {
                let learnt = running(cells, spelling, window).is_none()
                    && matches!(spelling, Spelling::Decimal { .. });
                learnt.then(|| (cells.as_slice(), spelling.unit()))
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

fn running(cells: &[Number], spelling: &Spelling, window: usize) -> Option<Running> {
    match spelling {
        Spelling::Moment { .. } if window > 1 => Running::order(cells, spelling),
        _ => Running::count(cells, spelling),
    }
}

/// How a column is coded, its cells, and what there is to say of it.
fn coded(
    cells: data::Cells,
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
            if let Some(running) = running(&cells, &spelling, window) {
                let note = "made anew: it counts the rows";
                return (Some(Code::Running(running)), None, Some(note.to_owned()));
            }
            let level = fit_numbers(&cells, &markers, &spelling, fingerprints);
            let changes = (window > 1)
                .then(|| changes(&cells, spelling.unit()))
                .flatten();
            let change = changes.map(|changes| {
                let mut unused = vec![fingerprint::EMPTY; changes.len()];
                fit_numbers(&changes, &[], &spelling, &mut unused)
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
    let change = |pair: &[f64]| Number::Value(((pair[1] - pair[0]) / unit).round() * unit);
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

#[cfg(test)]
mod tests;
