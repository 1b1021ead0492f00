//! What is learnt of a column: a choice, a number, or a choice that may be a number.

use rand::Rng;
use serde::{Deserialize, Serialize};

use super::fingerprint;
use super::lattice::Lattice;
use super::quantiles::Quantiles;
use super::scale::Scale;
use crate::trainer::data::Spelling;
use crate::trainer::net::Block;

/// Most choices that are told apart where pairs of columns are counted.
const COARSE_CHOICES: usize = 12;
/// Cells of numbers that make one where pairs of columns are counted.
const COARSE_CELLS: usize = 3;

/// What is learnt of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Feature {
    /// A choice among `common` texts and, if there are any, one more for all `rare` ones, which have their row counts.
    Choice {
        common: Vec<String>,
        rare: Vec<(String, u32)>,
        /// Share of the rows in each cell.
        shares: Vec<f64>,
    },
    /// A number, or one of `specials`, which many rows have or which stand for no number.
    Number {
        scale: Scale,
        quantiles: Quantiles,
        lattice: Lattice,
        spelling: Spelling,
        /// Smallest and greatest number.
        range: (f64, f64),
        specials: Vec<Special>,
        /// Share of the rows in each cell: those of the numbers, then the specials.
        shares: Vec<f64>,
    },
}

/// A cell of a column of numbers that is a choice of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Special {
    pub text: String,
    /// The number, unless it stands for none.
    pub value: Option<f64>,
}

impl Special {
    /// The fingerprint of a row with this cell. A number is marked as any other, since one that is not special can round
    /// to it.
    pub fn mark(&self, row: u64, lattice: &Lattice) -> u64 {
        match self.value {
            Some(value) => fingerprint::with(row, &lattice.place(value).to_le_bytes()),
            None => fingerprint::with(row, self.text.as_bytes()),
        }
    }
}

/// A feature in many rows: the choice, and the number where the feature has one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cells {
    pub choices: Vec<u16>,
    pub numbers: Vec<f64>,
}

impl Cells {
    /// Those of the given rows, in that order.
    pub fn pick(&self, rows: &[usize]) -> Self {
        let numbers = if self.numbers.is_empty() { &[] } else { rows };
        Self {
            choices: rows.iter().map(|&row| self.choices[row]).collect(),
            numbers: numbers.iter().map(|&row| self.numbers[row]).collect(),
        }
    }

    /// The number of a row, for a feature that has them.
    pub fn number(&self, row: usize) -> f64 {
        self.numbers.get(row).copied().unwrap_or(0.0)
    }
}

impl Feature {
    /// The unit of an encoded row.
    pub fn block(&self) -> Block {
        match self {
            Self::Choice { common, rare, .. } => {
                Block::OneHot(common.len() + usize::from(!rare.is_empty()))
            }
            Self::Number { specials, .. } if specials.is_empty() => Block::Scalar,
            Self::Number { specials, .. } => Block::Gated(1 + specials.len()),
        }
    }

    /// Share of the rows in each cell.
    pub fn shares(&self) -> &[f64] {
        let (Self::Choice { shares, .. } | Self::Number { shares, .. }) = self;
        shares
    }

    /// The cell that a choice and its number are counted in.
    pub fn cell(&self, choice: u16, number: f64) -> usize {
        match self {
            Self::Choice { .. } => usize::from(choice),
            // Between two numbers of the grid there is no real one, and the cell might be empty.
            Self::Number {
                quantiles, lattice, ..
            } => match usize::from(choice) {
                0 => quantiles.cell(lattice.nearest(number)),
                special => quantiles.cells() + special - 1,
            },
        }
    }

    /// How many cells are those of numbers; they come first.
    pub fn number_cells(&self) -> usize {
        match self {
            Self::Choice { .. } => 0,
            Self::Number { quantiles, .. } => quantiles.cells(),
        }
    }

    /// How many coarse cells there are.
    pub fn coarse_cells(&self) -> usize {
        match self {
            Self::Choice { shares, .. } => shares.len().min(COARSE_CHOICES),
            Self::Number {
                quantiles,
                specials,
                ..
            } => quantiles.cells().div_ceil(COARSE_CELLS) + specials.len().min(COARSE_CHOICES),
        }
    }

    /// The coarse cell that `cell` is a part of.
    pub fn coarse(&self, cell: usize) -> usize {
        match self {
            Self::Choice { .. } => cell.min(COARSE_CHOICES - 1),
            Self::Number { quantiles, .. } => match cell.checked_sub(quantiles.cells()) {
                None => cell / COARSE_CELLS,
                Some(special) => {
                    quantiles.cells().div_ceil(COARSE_CELLS) + special.min(COARSE_CHOICES - 1)
                }
            },
        }
    }

    /// The number that a row's scalar stands for, within the range.
    pub fn decode(&self, scalar: f32) -> f64 {
        match self {
            Self::Choice { .. } => 0.0,
            Self::Number { scale, range, .. } => {
                scale.decode(scalar.into()).clamp(range.0, range.1)
            }
        }
    }

    /// The nearest number within the range.
    pub fn within(&self, number: f64) -> f64 {
        match self {
            Self::Choice { .. } => number,
            Self::Number { range, .. } => number.clamp(range.0, range.1),
        }
    }

    /// Brings generated numbers to the quantiles of the real ones, where they are numbers.
    pub fn calibrate(&self, cells: &mut Cells, rng: &mut impl Rng) {
        if let Self::Number { quantiles, .. } = self {
            let pairs = cells.numbers.iter_mut().zip(&cells.choices);
            let numbers = pairs.filter(|(_, choice)| **choice == 0);
            quantiles.calibrate(numbers.map(|(number, _)| number).collect(), || rng.random());
        }
    }

    /// The number of a cell, spikes included; none where the cell has none.
    pub fn value(&self, choice: u16, number: f64) -> Option<f64> {
        match self {
            // A short list of numbers is a choice too.
            Self::Choice { common, .. } => {
                let text = common.get(usize::from(choice))?;
                text.replace(',', ".").parse().ok()
            }
            Self::Number {
                specials, lattice, ..
            } => match usize::from(choice).checked_sub(1) {
                None => Some(lattice.nearest(number)),
                Some(special) => specials.get(special)?.value,
            },
        }
    }

    /// The text of a cell, and the row's fingerprint with that cell; `rng` picks among texts that share a choice.
    pub fn text(&self, choice: u16, number: f64, row: u64, rng: &mut impl Rng) -> (String, u64) {
        match self {
            Self::Choice { common, rare, .. } => {
                let text = common.get(usize::from(choice)).cloned();
                let text = text.unwrap_or_else(|| draw(rare, rng).to_owned());
                let row = fingerprint::with(row, text.as_bytes());
                (text, row)
            }
            Self::Number {
                specials,
                lattice,
                spelling,
                ..
            } => {
                match usize::from(choice)
                    .checked_sub(1)
                    .and_then(|place| specials.get(place))
                {
                    Some(special) => (special.text.clone(), special.mark(row, lattice)),
                    None => {
                        let row = fingerprint::with(row, &lattice.place(number).to_le_bytes());
                        (spelling.spell(lattice.nearest(number)), row)
                    }
                }
            }
        }
    }

    /// Whether a feature that comes from outside can be used without surprises.
    pub fn is_sound(&self) -> bool {
        let fits = match self {
            Self::Choice {
                common,
                rare,
                shares,
            } => {
                !common.is_empty()
                    && shares.len() == common.len() + usize::from(!rare.is_empty())
                    && rare
                        .iter()
                        .try_fold(0u32, |sum, (_, count)| sum.checked_add(*count))
                        .is_some()
            }
            Self::Number {
                scale,
                quantiles,
                lattice,
                spelling,
                range: (low, high),
                specials,
                shares,
            } => {
                scale.is_sound()
                    && quantiles.is_sound()
                    && lattice.is_sound()
                    && spelling.is_sound()
                    && low.is_finite()
                    && high.is_finite()
                    && low <= high
                    && shares.len() == quantiles.cells() + specials.len()
                    && specials
                        .iter()
                        .all(|special| special.value.is_none_or(f64::is_finite))
            }
        };
        fits && self
            .shares()
            .iter()
            .all(|share| (0.0..=1.0).contains(share))
    }
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
