//! What a data source holds, before anything is trained on it.

use serde::{Deserialize, Serialize};

use super::{Column, Correlations, DataSource, Distribution, MissingMap, OrderBook};

/// A look into a data source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    pub source: DataSource,
    /// Data rows, the header not counted.
    pub rows: u64,
    /// Whether `rows` was counted row by row; otherwise it is estimated.
    pub rows_exact: bool,
    pub columns: Vec<Column>,
    /// The first ten rows; a missing cell is null, a long one is cut and ends in `…`.
    pub head: Vec<Vec<Option<String>>>,
    /// The first six number columns that have a value, to be drawn.
    pub points: Vec<Plot>,
    pub kind: DataKind,
    /// One sentence that names the columns which made `kind` what it is.
    pub kind_reason: String,
    /// A sentence that says which part the statistics are of; absent where they are of all.
    pub sampled: Option<String>,
    /// A sentence where the line of names may be a row of data.
    #[serde(default)]
    pub header_doubt: Option<String>,
    /// Number columns of the first 60, each in at most 24 bins.
    #[serde(default)]
    pub distributions: Vec<Distribution>,
    /// Where cells of the first 60 columns lack a value, in at most 40 blocks of rows.
    #[serde(default)]
    pub missing_map: Option<MissingMap>,
    /// Of the first 20 number columns; absent where there are fewer than two.
    #[serde(default)]
    pub correlations: Option<Correlations>,
    /// Checks of an order book; absent where the data are none.
    #[serde(default)]
    pub book: Option<OrderBook>,
}

/// A column as at most 200 points of row number (from 0) and value, in order: the first,
/// the last, and of each stretch between them the smallest and the largest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plot {
    pub column: String,
    pub points: Vec<(f64, f64)>,
}

/// How rows relate to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataKind {
    /// Rows follow each other in time.
    TimeSeries,
    /// Rows are states or entries of an order book: prices and sizes on two sides.
    OrderBook,
    /// Rows are independent of each other.
    Tabular,
}
