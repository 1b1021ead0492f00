//! How large a table may be that is trained on.

use crate::trainer::error::DataProblem;

/// Fewest rows that can be trained on.
const LEAST_ROWS: usize = 2;
/// Most columns of a file.
const MOST_COLUMNS: usize = 1_000;
/// Most cells of a file, which bounds the memory that it takes.
const MOST_CELLS: usize = 20_000_000;

/// Whether a header of so many columns can stand above a table that is trained on.
pub fn check_columns(columns: usize) -> Result<(), DataProblem> {
    match columns {
        0 => Err(DataProblem::Empty),
        1..=MOST_COLUMNS => Ok(()),
        _ => Err(DataProblem::TooManyColumns {
            columns,
            most: MOST_COLUMNS,
        }),
    }
}

/// Whether a table may have so many rows of so many columns, and more below them.
pub fn check_cells(rows: usize, columns: usize) -> Result<(), DataProblem> {
    match rows.checked_mul(columns) {
        Some(0..=MOST_CELLS) => Ok(()),
        _ => Err(DataProblem::TooManyCells { most: MOST_CELLS }),
    }
}

/// Whether so many rows are enough, in windows of `window` of them.
pub fn check_rows(rows: usize, window: usize) -> Result<(), DataProblem> {
    if rows < LEAST_ROWS {
        return Err(DataProblem::TooFewRows {
            rows,
            least: LEAST_ROWS,
        });
    }
    if rows < window + 1 {
        return Err(DataProblem::ShorterThanSequence { rows, window });
    }
    Ok(())
}

/// Whether a table of so many rows and columns can be trained on in windows of `window` rows, as far as that can be told
/// without its cells.
///
/// # Errors
/// With the reason, and what to do.
pub fn check_extent(rows: usize, columns: usize, window: usize) -> Result<(), DataProblem> {
    check_columns(columns)?;
    check_cells(rows, columns)?;
    check_rows(rows, window)
}
