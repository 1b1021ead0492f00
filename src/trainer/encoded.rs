//! The rows of a table, encoded compactly, from which batches are made.

use super::net::{Block, Matrix};

/// The encoded rows. One-hot blocks are kept as places and spelled out only in a batch.
#[derive(Debug)]
pub struct EncodedTable {
    blocks: Vec<Block>,
    columns: Vec<EncodedColumn>,
    rows: usize,
}

/// A column's choice in each row and, unless its block is [`Block::OneHot`], its scalar in each row.
#[derive(Debug)]
pub struct EncodedColumn {
    pub choices: Vec<u16>,
    pub scalars: Vec<f32>,
}

impl EncodedTable {
    /// Combines columns, each with its block and as many cells as there are `rows`.
    pub fn new(blocks: Vec<Block>, columns: Vec<EncodedColumn>, rows: usize) -> Self {
        Self {
            blocks,
            columns,
            rows,
        }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The encoding of the given rows, in that order.
    pub fn batch(&self, rows: &[usize]) -> Matrix<f32> {
        let width = self.blocks.iter().map(|block| block.width()).sum();
        let mut batch = Matrix::zeros(rows.len(), width);
        for (place, &row) in rows.iter().enumerate() {
            let mut rest = batch.row_mut(place);
            for (block, column) in self.blocks.iter().zip(&self.columns) {
                let (values, after) = rest.split_at_mut(block.width());
                rest = after;
                match block {
                    Block::Scalar => values[0] = column.scalars[row],
                    Block::OneHot(_) => values[usize::from(column.choices[row])] = 1.0,
                    Block::Gated(choices) => {
                        values[usize::from(column.choices[row])] = 1.0;
                        values[*choices] = column.scalars[row];
                    }
                }
            }
        }
        batch
    }
}
