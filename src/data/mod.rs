//! The words of data: what a source is, and what its preview says.
//!
//! Like the words of events, these travel over the wire and know serde only. Every float
//! in them is finite, so that JSON can carry it.

mod closer;
mod column;
mod preview;
mod source;

pub use closer::{Check, Correlations, Distribution, MissingMap, OrderBook, Rule};
pub use column::{Column, ColumnType, Quantiles, Statistics};
pub use preview::{DataKind, Plot, Preview};
pub use source::{DataSource, DeletedSource, SourceId};
