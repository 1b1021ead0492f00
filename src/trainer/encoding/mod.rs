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

mod code;
mod feature;
pub mod fingerprint;
mod fit;
mod joint;
mod lattice;
mod made;
mod names;
mod quantiles;
mod rows;
mod scale;

pub use feature::{Cells, Feature};
pub use joint::Joint;
pub use rows::EncodedRows;

use rand::Rng;
use serde::{Deserialize, Serialize};

use super::data::{Table, check_rows};
use super::error::DataProblem;
use super::net::Block;
use code::{Code, coded, counting, sums};
use made::Sum;

/// Most values of an encoded row or window.
pub const MOST_WIDTH: usize = 10_000;

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
        check_rows(rows, window)?;
        let counting = counting(&table, window);
        let sums = sums(&table, &counting);
        let mut place_of: Vec<Option<usize>> = Vec::new();
        let (mut columns, mut parts, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        let mut fingerprints = vec![fingerprint::EMPTY; rows];
        let names: Vec<String> = table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        for (index, (column, counts)) in table.columns.into_iter().zip(counting).enumerate() {
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
                None => coded(column.cells, counts, window, &mut fingerprints),
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

#[cfg(test)]
mod tests;
