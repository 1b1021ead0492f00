//! The rows of a table, encoded compactly, from which batches are made.

use crate::trainer::net::{Block, Matrix};

/// The encoded rows, or windows of them. One-hot blocks are kept as places and spelled out only in a batch.
#[derive(Debug)]
pub struct EncodedRows {
    parts: Vec<Part>,
    rows: usize,
    window: usize,
}

/// A column, and what stands for it in all rows of a window but the first.
#[derive(Debug)]
pub struct Part {
    pub level: (Block, EncodedColumn),
    pub change: Option<(Block, EncodedColumn)>,
}

/// A feature's choice in each row and, unless its block is [`Block::OneHot`], its scalar in each row.
#[derive(Debug)]
pub struct EncodedColumn {
    pub choices: Vec<u16>,
    pub scalars: Vec<f32>,
}

impl EncodedRows {
    /// Windows of `window` of the `rows` that each part has.
    pub fn new(parts: Vec<Part>, rows: usize, window: usize) -> Self {
        Self {
            parts,
            rows,
            window,
        }
    }

    /// How many different windows there are: the rows, where a window is one row.
    pub fn windows(&self) -> usize {
        self.rows + 1 - self.window
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// A feature's choice and scalar in a row: of its level, not its change.
    pub fn level(&self, part: usize, row: usize) -> (u16, f32) {
        let (_, column) = &self.parts[part].level;
        let scalar = column.scalars.get(row).copied().unwrap_or(0.0);
        (column.choices[row], scalar)
    }

    /// The encoding of the windows that begin at the given rows, in that order.
    pub fn batch(&self, starts: &[usize]) -> Matrix<f32> {
        let width = |place: usize| -> usize {
            let blocks = self.parts.iter().map(|part| part.at(place).0.width());
            blocks.sum()
        };
        let mut batch = Matrix::zeros(starts.len(), (0..self.window).map(width).sum());
        for (index, &start) in starts.iter().enumerate() {
            let mut rest = batch.row_mut(index);
            for place in 0..self.window {
                for part in &self.parts {
                    let (block, column) = part.at(place);
                    let (values, after) = rest.split_at_mut(block.width());
                    rest = after;
                    column.write(start + place, *block, values);
                }
            }
        }
        batch
    }
}

impl Part {
    /// What stands for the column at that place of a window.
    fn at(&self, place: usize) -> &(Block, EncodedColumn) {
        match &self.change {
            Some(change) if place > 0 => change,
            _ => &self.level,
        }
    }
}

impl EncodedColumn {
    fn write(&self, row: usize, block: Block, values: &mut [f32]) {
        match block {
            Block::Scalar => values[0] = self.scalars[row],
            Block::OneHot(_) => values[usize::from(self.choices[row])] = 1.0,
            Block::Gated(choices) => {
                values[usize::from(self.choices[row])] = 1.0;
                values[choices] = self.scalars[row];
            }
        }
    }
}
