//! What a closer look at a data source shows: shapes, gaps, relations, and whether an order book is one.

use serde::{Deserialize, Serialize};

/// The values of a number column in bins of equal width from `low` to `high`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// Place of the column, from 0.
    pub column: usize,
    pub low: f64,
    pub high: f64,
    pub counts: Vec<u64>,
}

/// Where cells have no value: blocks of rows against columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MissingMap {
    /// Columns that were looked at, from the first.
    pub columns: usize,
    /// Rows of a block; the last may have fewer.
    pub block: u64,
    /// Columns that lack values, by their place from 0, with how many cells of each block do.
    pub lacking: Vec<(usize, Vec<u64>)>,
}

/// Pearson's correlation of each two number columns, row by row. A value is absent where a column
/// does not vary, or both have values in fewer than three rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correlations {
    pub columns: Vec<String>,
    pub values: Vec<Option<f64>>,
    /// Rows that were taken, evenly spaced.
    pub rows: u64,
    /// Number columns beyond those.
    pub left_out: u64,
}

/// The columns of an order book, and whether its rows can be states of one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderBook {
    /// Columns by their role, each from the best level on.
    pub bid_prices: Vec<String>,
    pub ask_prices: Vec<String>,
    pub sizes: Vec<String>,
    pub checks: Vec<Check>,
}

/// A rule that holds in every row of an order book.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    pub rule: Rule,
    /// Rows that have the values which the rule speaks of.
    pub rows: u64,
    /// Rows that break it.
    pub broken: u64,
    /// The first of those, by their number among the data rows, from 1.
    pub first: Vec<u64>,
}

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The best bid is lower than the best ask.
    BidBelowAsk,
    /// Bids do not rise from level to level.
    BidsFall,
    /// Asks do not fall from level to level.
    AsksRise,
    /// No size is negative.
    SizesNotNegative,
}
