//! A sample beside the data that its generator was trained on: what the page draws of the two.

use serde::{Deserialize, Serialize};

/// Whether a data source still is what a run was started on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataState {
    /// Its bytes are the same.
    Same,
    /// The file has other bytes now.
    Changed,
    /// No data source has its id any more.
    Gone,
    /// The file lies outside of the data folder, or is too large to be read for this and was
    /// touched since.
    Unknown,
}

impl DataState {
    /// The name in the page's attributes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Changed => "changed",
            Self::Gone => "gone",
            Self::Unknown => "unknown",
        }
    }
}

/// A sample, and the real data next to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleView {
    /// Name of the file.
    pub sample: String,
    /// Name of the run's data source.
    pub source: Option<String>,
    pub state: DataState,
    /// What was read of the data source; absent where it cannot be read.
    pub real: Option<Extent>,
    pub synthetic: Extent,
    /// What the picture is not whole in, a sentence each.
    pub notes: Vec<String>,
    /// The columns that both have, or those of the sample alone.
    pub columns: Vec<ColumnView>,
    /// Of number columns; absent where there are fewer than two.
    pub correlations: Option<CorrelationPair>,
    pub scatter: Option<Scatter>,
}

/// How much of a table was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    /// Rows that were gone through.
    pub rows: u64,
    /// Whether these are all rows of the file.
    pub whole: bool,
    /// Rows of which the counts are: all of them, or a uniform sample of fixed seed.
    pub rows_read: u64,
}

/// What the values of a column are drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    Number,
    /// Dates, as seconds since 1970.
    Time,
    Category,
}

/// A column, counted in the same bins on both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnView {
    pub name: String,
    pub kind: ColumnKind,
    /// Borders of the bins, one more than there are bins; empty for categories. They come from the
    /// real values, so that they are the same for each sample of a run.
    pub edges: Vec<f64>,
    /// What each bin is called.
    pub labels: Vec<String>,
    pub real: Option<Counts>,
    pub synthetic: Counts,
    /// The share of the two distributions that coincides, from 0 to 1: the sum over the bins, and
    /// over what lies outside, of the smaller share.
    pub overlap: Option<f64>,
}

/// How many values fall where.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    pub bins: Vec<u64>,
    /// Numbers below the first and above the last bin.
    pub below: u64,
    pub above: u64,
    /// Categories that have no bin; in a number column what is no number.
    pub other: u64,
    /// Cells without a value.
    pub missing: u64,
}

impl Counts {
    /// Cells that have a value.
    pub fn values(&self) -> u64 {
        self.bins.iter().sum::<u64>() + self.below + self.above + self.other
    }
}

/// Pearson's correlation of each two columns, on both sides; row by row. A value is absent where a
/// column does not vary, or both have values in fewer than three rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrelationPair {
    pub columns: Vec<String>,
    pub real: Option<Vec<Option<f64>>>,
    pub synthetic: Vec<Option<f64>>,
    /// Number columns beyond those.
    pub left_out: u64,
}

/// Two columns against each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scatter {
    pub x: String,
    pub y: String,
    /// The frame of the picture: that of the real points where there are any.
    pub x_range: (f64, f64),
    pub y_range: (f64, f64),
    /// The ends of both axes in words.
    pub x_ends: (String, String),
    pub y_ends: (String, String),
    pub real: Vec<(f64, f64)>,
    pub synthetic: Vec<(f64, f64)>,
    /// Synthetic points outside of the frame.
    pub outside: u64,
}
